"""The BIS's SDMX interface, version 2: total credit as SDMX-CSV, one request for all economies of a kind.

Address: ``https://stats.bis.org/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.CN+US.H.A.M.770.A?format=csv``, with
``startPeriod=2015-Q1`` where not everything is wanted (https://stats.bis.org/api-doc/v2/). The interface
gives the newest release only.
"""

from __future__ import annotations

from collections.abc import Sequence

from consumer_credit.data.entries import Series
from consumer_credit.data.updating.addresses import with_query
from consumer_credit.data.updating.answers import FetchError
from consumer_credit.data.updating.contract import Request, Scope
from consumer_credit.errors import UsageError

_ECONOMY = 1
"""Place of the borrowers' economy in the key, after the frequency."""


def requests(series: Sequence[Series], scope: Scope) -> list[Request]:
    """One address for all series whose keys differ by economy alone."""
    if scope.vintage is not None:
        raise UsageError(
            "the BIS interface gives the newest release only",
            where="--vintage",
            remedy="import a file of the older release: 'data import FILE'",
        )
    groups: dict[tuple[str, tuple[str, ...]], dict[str, list[str]]] = {}
    for entry in series:
        base, _, key = entry.update.address.rpartition("/")
        codes = key.split(".")
        if len(codes) != 7:
            raise FetchError(
                f"'{key}' is not a key of seven codes",
                where=f"series {entry.id}, update",
                remedy="end the address with a key such as Q.CN.H.A.M.770.A",
            )
        rest = (*codes[:_ECONOMY], *codes[_ECONOMY + 1 :])
        groups.setdefault((base, rest), {}).setdefault(codes[_ECONOMY], []).append(entry.id)
    found = []
    for (base, rest), economies in groups.items():
        key = ".".join([*rest[:_ECONOMY], "+".join(sorted(economies)), *rest[_ECONOMY:]])
        query = {"format": "csv"}
        if scope.since is not None:
            query["startPeriod"] = f"{scope.since.year}-Q{(scope.since.month + 2) // 3}"
        ids = tuple(series_id for group in economies.values() for series_id in group)
        name = f"bis/{'.'.join(rest)}.csv"
        found.append(Request("bis", with_query(f"{base}/{key}", query), ids, name))
    return found


def leads_to(request: Request, content: bytes) -> list[Request]:
    """Nowhere: an answer is complete."""
    return []


def payload(request: Request, content: bytes) -> bytes:
    """The answer itself."""
    return content

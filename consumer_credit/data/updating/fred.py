"""FRED's graph files: one CSV a series, no key; ALFRED's where figures as known on a past day are wanted.

Addresses: ``https://fred.stlouisfed.org/graph/fredgraph.csv?id=TOTALSL&cosd=2015-01-01`` and
``https://alfred.stlouisfed.org/graph/alfredgraph.csv?id=TOTALSL&vintage_date=2016-11-07``. FRED's own file
ignores a ``vintage_date`` in silence and hands out today's figures; only ALFRED's honours it, and heads its
column ``TOTALSL_20161107``. An answer that does not is refused. A file of FRED bears no date: its figures
were surely public on the day they were fetched.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from consumer_credit.data.entries import Series
from consumer_credit.data.updating.addresses import with_query
from consumer_credit.data.updating.answers import FetchError
from consumer_credit.data.updating.contract import Request, Scope


def requests(series: Sequence[Series], scope: Scope) -> list[Request]:
    """One address a FRED id."""
    by_address: dict[str, list[str]] = {}
    for entry in series:
        by_address.setdefault(entry.update.address, []).append(entry.id)
    found = []
    for address, ids in by_address.items():
        code, query, asked = _code(address), {}, address
        if scope.since is not None:
            query["cosd"] = scope.since.isoformat()
        if scope.vintage is not None:
            asked = _alfred(address)
            query["vintage_date"] = scope.vintage.isoformat()
            name = f"fred/{code}_{scope.vintage:%Y%m%d}.csv"
        else:
            name = f"fred/{code}.csv"
        found.append(Request("fred", with_query(asked, query), tuple(ids), name))
    return found


def leads_to(request: Request, content: bytes) -> list[Request]:
    """Nowhere: a file is complete."""
    return []


def payload(request: Request, content: bytes) -> bytes:
    """The answer itself, once its heading names the series, and the vintage if one was asked for."""
    heading = content[:2000].split(b"\n", 1)[0].decode("utf-8", errors="replace")
    columns = [cell.strip().strip('"') for cell in heading.split(",")]
    query = parse_qs(urlsplit(request.address).query)
    wanted = "_".join([query["id"][0], *(day.replace("-", "") for day in query.get("vintage_date", []))])
    if wanted not in columns:
        raise FetchError(
            f"expected a column {wanted}, found '{heading.strip()[:80]}'",
            where=request.address,
            remedy="see whether the publisher's file has changed; the data stand as they were",
        )
    return content


def _code(address: str) -> str:
    codes = parse_qs(urlsplit(address).query).get("id", [])
    if len(codes) != 1:
        raise FetchError("the address names no FRED id", where=address, remedy="write …fredgraph.csv?id=GDP")
    return codes[0]


def _alfred(address: str) -> str:
    """ALFRED's file of the same id, on the host beside FRED's."""
    parts = urlsplit(address)
    host = parts.netloc.replace("fred.", "alfred.", 1) if parts.netloc.startswith("fred.") else parts.netloc
    path = parts.path.replace("/fredgraph.csv", "/alfredgraph.csv")
    return parts._replace(netloc=host, path=path).geturl()

"""The World Bank's Indicators interface, version 2: one request for all economies of an indicator, in pages.

Address: ``https://api.worldbank.org/v2/country/CHN;USA/indicator/NY.GDP.MKTP.CN?format=json&per_page=20000``,
with ``date=2015:2026`` where not everything is wanted
(https://datahelpdesk.worldbank.org/knowledgebase/articles/898581). The answer counts its pages and states the
day of the last update, from which its figures are dated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from consumer_credit.data.entries import Series
from consumer_credit.data.updating.addresses import with_query
from consumer_credit.data.updating.answers import FetchError
from consumer_credit.data.updating.contract import Request, Scope
from consumer_credit.errors import UsageError

PER_PAGE = 20_000
_MAX_PAGES = 50
_ADDRESS = re.compile(
    r"(?P<base>.+/country/)(?P<economy>[A-Za-z0-9]{2,3})(?P<rest>/indicator/(?P<code>[\w.]+)\?.*)"
)


def requests(series: Sequence[Series], scope: Scope) -> list[Request]:
    """One address for all economies of an indicator."""
    if scope.vintage is not None:
        raise UsageError(
            "the World Bank's interface gives the newest figures only",
            where="--vintage",
            remedy="import a file of the older release: 'data import FILE'",
        )
    groups: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for entry in series:
        match = _ADDRESS.fullmatch(entry.update.address)
        if match is None:
            raise FetchError(
                f"'{entry.update.address}' is not an address of an indicator",
                where=f"series {entry.id}, update",
                remedy="write …/v2/country/CHN/indicator/NY.GDP.MKTP.CN?format=json",
            )
        group = groups.setdefault((match["base"], match["rest"], match["code"]), {})
        group.setdefault(match["economy"], []).append(entry.id)
    found = []
    for (base, rest, code), economies in groups.items():
        query = {"format": "json", "per_page": str(PER_PAGE)}
        if scope.since is not None:
            query["date"] = f"{scope.since.year}:{scope.today.year}"
        address = with_query(f"{base}{';'.join(sorted(economies))}{rest}", query)
        ids = tuple(series_id for group in economies.values() for series_id in group)
        found.append(Request("world_bank", address, ids, f"world_bank/{code}.json"))
    return found


def leads_to(request: Request, content: bytes) -> list[Request]:
    """The next page, while there is one."""
    page, pages = _pages(request, content)
    if page >= pages:
        return []
    if pages > _MAX_PAGES:
        raise FetchError(f"the answer has {pages} pages", where=request.address, remedy="narrow it: --since")
    following = str(page + 1)
    name = re.sub(r"(-page\d+)?\.json$", f"-page{following}.json", request.name)
    return [Request("world_bank", with_query(request.address, {"page": following}), request.series, name)]


def payload(request: Request, content: bytes) -> bytes:
    """The answer itself, once it is one page of figures."""
    _pages(request, content)
    return content


def _pages(request: Request, content: bytes) -> tuple[int, int]:
    """Which page this is, and of how many."""
    try:
        answer = json.loads(content)
        head = answer[0]
        if "message" in head:
            said = "; ".join(str(message.get("value", message)) for message in head["message"])
            raise FetchError(
                f"the interface answers: {said[:120]}",
                where=request.address,
                remedy="correct the address in the catalogue",
            )
        return int(head["page"]), int(head["pages"])
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, RecursionError):
        raise FetchError(
            "expected a JSON list that begins by counting its pages",
            where=request.address,
            remedy="try again later; the data stand as they were",
        ) from None

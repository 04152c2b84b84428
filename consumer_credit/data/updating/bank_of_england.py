"""The Bank of England's interactive database: one CSV with a column a series.

Address: ``https://www.bankofengland.co.uk/boeapps/database/_iadb-fromshowcolumns.asp?csv.x=yes&SeriesCodes=
LPMBI2O,LPMVTXK&CSVF=TN&UsingCodes=Y&VPD=Y&VFD=N&Datefrom=01/Jan/1963&Dateto=now``
(https://www.bankofengland.co.uk/boeapps/database/help.asp, "CSV": ``CSVF=TN`` is a table without titles). The
file bears no date: its figures were surely public on the day they were fetched.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

from consumer_credit.data.entries import Series
from consumer_credit.data.updating.addresses import with_query
from consumer_credit.data.updating.answers import FetchError
from consumer_credit.data.updating.contract import Request, Scope
from consumer_credit.errors import UsageError

_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_BEGINNING = dt.date(1963, 1, 1)
_FORM = {"CSVF": "TN", "UsingCodes": "Y", "VPD": "Y", "VFD": "N"}


def requests(series: Sequence[Series], scope: Scope) -> list[Request]:
    """One address for all series."""
    if scope.vintage is not None:
        raise UsageError(
            "the Bank's database gives the newest figures only",
            where="--vintage",
            remedy="leave --vintage out",
        )
    groups: dict[str, dict[str, list[str]]] = {}
    for entry in series:
        codes = parse_qs(urlsplit(entry.update.address).query).get("SeriesCodes", [])
        if len(codes) != 1:
            raise FetchError(
                "the address names no series code",
                where=f"series {entry.id}, update",
                remedy="write …&SeriesCodes=LPMBI2O",
            )
        base = with_query(entry.update.address, {"SeriesCodes": ""})
        groups.setdefault(base, {}).setdefault(codes[0], []).append(entry.id)
    first = scope.since or _BEGINNING
    found = []
    for base, codes_of in groups.items():
        joined = ",".join(sorted(codes_of))
        from_day = f"{first.day:02d}/{_MONTHS[first.month - 1]}/{first.year}"
        query = {"SeriesCodes": joined, **_FORM, "Datefrom": from_day, "Dateto": "now"}
        ids = tuple(series_id for group in codes_of.values() for series_id in group)
        name = f"bank_of_england/{joined.replace(',', '-')}.csv"
        found.append(Request("bank_of_england", with_query(base, query), ids, name))
    return found


def leads_to(request: Request, content: bytes) -> list[Request]:
    """Nowhere: an answer is complete."""
    return []


def payload(request: Request, content: bytes) -> bytes:
    """The answer itself."""
    return content

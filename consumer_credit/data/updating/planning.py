"""Which series are fetched and how, and which have to be brought by hand.

A series says in the catalogue by which interface it is updated (`update:`); `page` means that a person opens
the publisher's page and imports the file. Derived levels and series that have ended are left alone.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import Series
from consumer_credit.data.updating import bank_of_england, bis, fred, statcan, world_bank
from consumer_credit.data.updating.contract import Interface, Request, Scope
from consumer_credit.errors import UsageError

INTERFACES: dict[str, Interface] = {
    "fred": fred,
    "bis": bis,
    "world_bank": world_bank,
    "bank_of_england": bank_of_england,
    "statcan": statcan,
}
_HAVE_READERS = ("pbc", "federal_reserve", "ny_fed", "bea")
"""Publishers without an interface whose own files `data import` reads."""


@dataclass(frozen=True)
class ByHand:
    """A page from which a person takes the figures.

    Args:
        publisher: id in the catalogue.
        address: the page.
        series: ids of the series it serves.
        command: what to run on the file saved from it.
    """

    publisher: str
    address: str
    series: tuple[str, ...]
    command: str


@dataclass(frozen=True)
class Schedule:
    """All there is to do: addresses to fetch, pages to visit."""

    requests: tuple[Request, ...]
    by_hand: tuple[ByHand, ...]


def schedule(catalogue: Catalogue, publishers: Sequence[str], scope: Scope) -> Schedule:
    """What an update of these publishers has to fetch.

    Args:
        catalogue: the series and how each is updated.
        publishers: ids of publishers or names of interfaces; empty for all.
        scope: since when, and as known when.

    Raises:
        UsageError: an unknown publisher (the nearest one is named), or one whose interface cannot serve the
            scope.
        FetchError: an address of the catalogue that is not its interface's.
    """
    _refuse_unknown(catalogue, publishers)
    wanted = [s for s in catalogue.series.values() if s.derived is None and s.ended is None]
    chosen = [s for s in wanted if not publishers or {s.publisher, s.update.api} & set(publishers)]
    if scope.vintage is not None and not publishers:
        chosen = [s for s in chosen if s.update.api == "fred"]  # the only one that keeps past vintages
    requests: list[Request] = []
    for name, interface in INTERFACES.items():
        served = [series for series in chosen if series.update.api == name]
        if served:
            requests += interface.requests(served, scope)
    return Schedule(tuple(requests), tuple(_by_hand(chosen)))


def _refuse_unknown(catalogue: Catalogue, publishers: Iterable[str]) -> None:
    known = sorted({*catalogue.publishers, *INTERFACES})
    for name in publishers:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            remedy = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}"
            raise UsageError(f"unknown publisher '{name}'", where="--publisher", remedy=remedy)


def _by_hand(chosen: Iterable[Series]) -> list[ByHand]:
    pages: dict[tuple[str, str], list[str]] = {}
    for series in chosen:
        if series.update.api == "page" and not series.irregular and series.frequency != "daily":
            address = series.update.address or series.url
            pages.setdefault((series.publisher, address), []).append(series.id)
    found = []
    for (publisher, address), ids in pages.items():
        file = "FILE…" if publisher in _HAVE_READERS else "FILE.csv  (series,period,value,vintage)"
        found.append(ByHand(publisher, address, tuple(ids), f"python build_report.py data import {file}"))
    return found

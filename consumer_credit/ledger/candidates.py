"""Every published balance and every published year of income there is to try, one row for each vintage.

A figure printed again with another decimal is the same figure, kept once, from the day it was first known.
Which rows are paired, and what a pair is worth, is `reconciliation`'s.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Literal, TypeVar

from consumer_credit.data.periods import known_from
from consumer_credit.data.store import Store
from consumer_credit.ledger.quantities import Quantity, Term
from consumer_credit.measures.periods import last_month

SAME_FIGURE = 1e-6
"""Two prints of one figure differ by less than this, relatively; a revision by more."""
Window = Literal["calendar_year", "four_quarters", "quarter_at_annual_rate"]


@dataclass(frozen=True)
class Stock:
    """A balance in one vintage: `value` in whole units at the end of `period` (`month`: from year 0)."""

    quantity: str
    series: tuple[str, ...]
    period: str
    month: int
    value: float
    vintages: tuple[str, ...]
    known_from: dt.date
    derived: bool
    replaced_on: dt.date | None = None

    def superseded_by(self, day: dt.date) -> bool:
        """Whether a newer figure for it was out on `day`."""
        return self.replaced_on is not None and self.replaced_on <= day


@dataclass(frozen=True)
class Flow:
    """A year of income in one vintage: `value` in whole units over the `window` ending with `month`."""

    series: str
    window: Window
    period: str
    month: int
    value: float
    vintage: str
    known_from: dt.date
    replaced_on: dt.date | None = None

    def superseded_by(self, day: dt.date) -> bool:
        """Whether a newer figure for it was out on `day`."""
        return self.replaced_on is not None and self.replaced_on <= day


Figure = TypeVar("Figure", Stock, Flow)


def stocks(quantity: Quantity, store: Store, months: range, end: dt.date) -> list[Stock]:
    """Every balance of a quantity at `months` published by `end`; a difference in every pair of its vintages.

    Series that the catalogue does not hold are passed over.

    Raises:
        DataError: observations that cannot be read.
    """
    found = _of_term(quantity.term, quantity.id, store, months, end)
    for term in quantity.less:
        deducted = _of_term(term, quantity.id, store, months, end)
        found = [_difference(one, other) for one in found for other in deducted if one.month == other.month]
    return found


def flows(quantity: Quantity, store: Store, months: range, quarters_off: int, end: dt.date) -> list[Flow]:
    """Every year of a flow ending within `quarters_off` quarters of `months`, published by `end`.

    Calendar years from annual series and from complete quarters of one vintage; years ending in other
    quarters from quarters of one vintage; single quarters where they are published at annual rates.

    Raises:
        DataError: observations that cannot be read.
    """
    reach = range(months.start - 3 * quarters_off, months.stop + 3 * quarters_off)
    found: list[Flow] = []
    for series_id in (*quantity.series, *(f"{name}.year_to_date" for name in quantity.series)):
        if series_id in store.catalogue.series:
            found += _of_series(series_id, store, reach, end)
    return _once(found, lambda flow: (flow.month, flow.window == "quarter_at_annual_rate"))


def _of_term(term: Term, name: str, store: Store, months: range, end: dt.date) -> list[Stock]:
    found: list[Stock] = []
    for series_id in term.candidates:
        if series_id in store.catalogue.series:
            series = store.catalogue.find(series_id)
            found += [
                Stock(
                    name,
                    (series_id,),
                    period,
                    month,
                    series.in_units(value),
                    (vintage,),
                    known_from(vintage),
                    series.derived is not None,
                )
                for period, value, vintage in _rows(series_id, store)
                if (month := last_month(period)) in months and known_from(vintage) <= end
            ]
    # estimates of one thing replace each other; preferences stand side by side, each a reading of its own
    return _once(found, lambda stock: (stock.month, "" if term.choice == "best" else stock.series))


def _difference(one: Stock, other: Stock) -> Stock:
    replaced = [day for day in (one.replaced_on, other.replaced_on) if day is not None]
    return replace(
        one,
        series=(*one.series, *other.series),
        value=one.value - other.value,
        vintages=(*one.vintages, *other.vintages),
        known_from=max(one.known_from, other.known_from),
        derived=one.derived or other.derived,
        replaced_on=min(replaced) if replaced else None,
    )


def _of_series(series_id: str, store: Store, months: range, end: dt.date) -> list[Flow]:
    series = store.catalogue.find(series_id)
    by_vintage: dict[str, dict[int, tuple[str, float]]] = {}
    for period, value, vintage in _rows(series_id, store):
        if known_from(vintage) <= end:
            by_vintage.setdefault(vintage, {})[last_month(period)] = (period, series.in_units(value))
    found = []
    for vintage, values in by_vintage.items():
        day = known_from(vintage)
        for month, (period, value) in values.items():
            if month not in months:
                continue
            if series.frequency == "annual":
                found.append(Flow(series_id, "calendar_year", period, month, value, vintage, day))
                continue
            total = _year_ending(month, values, series.kind)
            if total is not None:
                window: Window = "calendar_year" if month % 12 == 11 else "four_quarters"
                named = period[:4] if window == "calendar_year" else period
                found.append(Flow(series_id, window, named, month, total, vintage, day))
            if series.kind == "flow_saar":
                found.append(Flow(series_id, "quarter_at_annual_rate", period, month, value, vintage, day))
    return found


def _year_ending(month: int, values: dict[int, tuple[str, float]], kind: str) -> float | None:
    """The four quarters ending with `month`, all of one vintage; None when one is missing."""
    if kind == "flow_ytd":
        last_december = month - (month % 12) - 1
        needed = {month} if month % 12 == 11 else {month, last_december, month - 12}
        if not needed <= values.keys():
            return None
        if month % 12 == 11:
            return values[month][1]
        return values[month][1] + values[last_december][1] - values[month - 12][1]
    quarters = [values[m][1] for m in (month, month - 3, month - 6, month - 9) if m in values]
    if len(quarters) < 4:
        return None
    return sum(quarters) / (4 if kind == "flow_saar" else 1)


def _rows(series_id: str, store: Store) -> list[tuple[str, float, str]]:
    """Period, value and vintage of every observation, corrected, oldest vintage of each period first."""
    frame = store.observations(series_id)
    return list(zip(frame["period"], frame["value"], frame["vintage"], strict=True))


def _once(found: list[Figure], key: Callable[[Figure], Hashable]) -> list[Figure]:
    """The figures that do not repeat an earlier one of their key, each told when a newer one replaced it."""
    chains: dict[Hashable, list[Figure]] = {}
    for figure in sorted(found, key=lambda figure: figure.known_from):
        chain = chains.setdefault(key(figure), [])
        if not any(_same(figure.value, earlier.value) for earlier in chain):
            chain.append(figure)
    return [
        replace(figure, replaced_on=chain[place + 1].known_from if place + 1 < len(chain) else None)
        for chain in chains.values()
        for place, figure in enumerate(chain)
    ]


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= SAME_FIGURE * abs(other)

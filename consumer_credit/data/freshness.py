"""How fresh each series is on a given day: last period, last vintage, when the next figure is expected.

The next release is the end of the following period plus the publication lag of the catalogue. A series is
`overdue` when that day has passed; one that has ended, is derived, or comes at irregular times is never.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from consumer_credit.data.entries import Series
from consumer_credit.data.periods import known_from, next_period, release_day
from consumer_credit.data.store import Store

State = Literal["current", "overdue", "ended", "derived", "irregular", "empty"]


@dataclass(frozen=True)
class Freshness:
    """One series on one day.

    Args:
        series, publisher, frequency: as in the catalogue.
        periods: number of periods held, `vintages` of vintages.
        last_period, last_vintage: the newest held; empty when nothing is.
        days_since: days since the last vintage became known; None when nothing is held.
        next_period, expected: the next figure and the day by which it should be out; empty where none is
            expected.
        days_overdue: days since then, 0 or less when it is still to come; None where none is expected.
        updated_by: the interface that brings it, or `page`.
    """

    series: str
    publisher: str
    frequency: str
    state: State
    periods: int
    vintages: int
    last_period: str
    last_vintage: str
    days_since: int | None
    next_period: str
    expected: str
    days_overdue: int | None
    updated_by: str


def freshness(store: Store, today: dt.date, series: Sequence[str] = ()) -> list[Freshness]:
    """Every series, or those named, as seen on `today`; vintages known later are left out.

    Raises:
        DataError: unknown series (the nearest is named), or a file that cannot be read.
    """
    chosen = [store.catalogue.find(name) for name in series] or list(store.catalogue.series.values())
    return [_freshness(store, entry, today) for entry in chosen]


def _freshness(store: Store, series: Series, today: dt.date) -> Freshness:
    rows = [row for row in store.rows(series.id) if known_from(row.vintage) <= today]
    last = max((row.period for row in rows), default="")
    vintage = max((row.vintage for row in rows), key=known_from, default="")
    regular = not (series.irregular or series.frequency == "daily")
    awaited = bool(last) and regular and series.derived is None and series.ended is None
    following = next_period(last) if awaited else ""
    expected = release_day(following, series.publication_lag_days) if awaited else None
    return Freshness(
        series=series.id,
        publisher=series.publisher,
        frequency=series.frequency,
        state=_state(series, last, regular, expected, today),
        periods=len({row.period for row in rows}),
        vintages=len({row.vintage for row in rows}),
        last_period=last,
        last_vintage=vintage,
        days_since=(today - known_from(vintage)).days if vintage else None,
        next_period=following,
        expected=expected.isoformat() if expected else "",
        days_overdue=(today - expected).days if expected else None,
        updated_by=series.update.api,
    )


def _state(series: Series, last: str, regular: bool, expected: dt.date | None, today: dt.date) -> State:
    if series.ended is not None:
        return "ended"
    if series.derived is not None:
        return "derived"
    if not last:
        return "empty"
    if not regular or expected is None:
        return "irregular"
    return "overdue" if today > expected else "current"

"""Why a series has no value for a period, as far as was known on a day; worded for readers by `report.missing`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from consumer_credit.data.entries import Series
from consumer_credit.data.observations import Row
from consumer_credit.data.periods import known_from, release_day

MissingCode = Literal["not_yet_published", "later_vintage_only", "no_observation", "gap"]


@dataclass(frozen=True)
class Missing:
    """Why there is no value; language-free.

    `code` is one of `not_yet_published` (on the date asked for, the first figure was not out),
    `later_vintage_only` (strict: published then, but only a later vintage is held), `no_observation` (never
    published under this definition; `details` give `first` and `last` period held) and `gap` (missing
    between first and last). `details` always give `as_of`.
    """

    code: MissingCode
    series: str
    period: str
    details: Mapping[str, str] = field(default_factory=dict)


def why_missing(
    series: Series, rows: Sequence[Row], period: str, date: dt.date | None, available: Sequence[str]
) -> Missing:
    """Why a series has no value for a period.

    Args:
        rows: all that is held of the series, every vintage.
        date: the day as of which it was asked for; None for all that is held.
        available: the periods that had a value then, in order.
    """
    held = [row.vintage for row in rows if row.period == period]
    details = {"as_of": date.isoformat() if date else "latest"}
    if available:
        details |= {"first": available[0], "last": available[-1]}
    # `latest` asks no clock: what counts is the newest day of which this series is known
    today = date or max((known_from(row.vintage) for row in rows), default=None)
    ended = series.ended is not None and period > series.ended
    out = released(series, period, held[0] if held else None)
    code: MissingCode
    if today is not None and not ended and out > today:
        code = "not_yet_published"
        details["expected"] = out.isoformat()
    elif held:
        code = "later_vintage_only"
        details["vintage"] = held[0]
    elif available and available[0] < period < available[-1]:
        code = "gap"
    else:
        code = "no_observation"
    return Missing(code, series.id, period, details)


def released(series: Series, period: str, oldest_vintage: str | None) -> dt.date:
    """The day by which the first figure for a period was out.

    Never before the series itself was first published. A derived figure is out with its youngest ingredient,
    which is its vintage: before that day nobody could have worked it out.
    """
    if series.derived and oldest_vintage:
        return known_from(oldest_vintage)
    day = release_day(period, series.publication_lag_days)
    return max(day, known_from(series.first_published)) if series.first_published else day

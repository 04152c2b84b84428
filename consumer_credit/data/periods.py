"""Periods, vintages and release dates: the calendar that decides what was known when.

A *period* is ISO text: a year `2016`, a quarter `2016-Q4`, a month `2016-12` or, for a few balances taken
on a named day, `2016-12-23`. A *vintage* is the day from which a value was publicly known, `2017-01-20`, or
a month, `2017-01`, which means known from the end of that month. Arithmetic on quarters for measures lives
in `measures.periods`.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from consumer_credit.errors import DataError

Frequency = Literal["annual", "quarterly", "monthly", "daily"]
AsOf = Literal["latest"] | dt.date | str

_SHAPES: tuple[tuple[Frequency, re.Pattern[str]], ...] = (
    ("monthly", re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)),
    ("quarterly", re.compile(r"(\d{4})-Q([1-4])", re.ASCII)),
    ("annual", re.compile(r"(\d{4})", re.ASCII)),
    ("daily", re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)),
)
EXAMPLES: dict[Frequency, str] = {
    "annual": "2016",
    "quarterly": "2016-Q4",
    "monthly": "2016-12",
    "daily": "2016-12-23",
}


@lru_cache(maxsize=20_000)
def frequency_of(period: str) -> Frequency:
    """Whether `period` is a year, a quarter, a month or a day.

    Raises:
        DataError: it is none of the four, or a day that the calendar does not have.
    """
    for frequency, shape in _SHAPES:
        if shape.fullmatch(period):
            if frequency == "daily":
                _calendar_day(period)
            return frequency
    raise DataError(f"'{period}' is not a period", remedy="write 2016, 2016-Q4, 2016-12 or 2016-12-23")


@lru_cache(maxsize=20_000)
def last_day(period: str) -> dt.date:
    """The day on which `period` ends; a stock is the balance on that day."""
    frequency = frequency_of(period)
    if frequency == "daily":
        return dt.date.fromisoformat(period)
    year = int(period[:4])
    if frequency == "annual":
        return dt.date(year, 12, 31)
    return _month_end(year, 3 * int(period[-1]) if frequency == "quarterly" else int(period[5:7]))


@lru_cache(maxsize=20_000)
def known_from(vintage: str) -> dt.date:
    """The first day on which a value of this vintage was surely public.

    Raises:
        DataError: `vintage` is neither a day nor a month.
    """
    for frequency, shape in _SHAPES:
        if frequency in ("daily", "monthly") and shape.fullmatch(vintage):
            return _calendar_day(vintage) if frequency == "daily" else last_day(vintage)
    raise DataError(f"'{vintage}' is not a vintage", remedy="write a day 2017-01-20 or a month 2017-01")


def as_of_date(as_of: AsOf) -> dt.date | None:
    """The date that `as_of` stands for; None for `latest`. Text is read as a vintage is.

    Raises:
        DataError: text that is neither `latest`, a day nor a month.
    """
    if isinstance(as_of, dt.datetime):
        return as_of.date()
    if isinstance(as_of, dt.date):
        return as_of
    return None if as_of == "latest" else known_from(as_of)


def release_day(period: str, lag_days: int) -> dt.date:
    """The day by which the first figure for `period` is out, `lag_days` after the period's end."""
    return last_day(period) + dt.timedelta(days=lag_days)


def month_after(period: str, months: int = 1) -> str:
    """The month that lies `months` after the end of `period`: `2017-01` for 2016-12, 2016-Q4 and 2016."""
    end = last_day(period)
    index = 12 * end.year + end.month - 1 + months
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


@lru_cache(maxsize=20_000)
def next_period(period: str) -> str:
    """The period that follows, in the same frequency.

    Raises:
        DataError: a day, which has no fixed successor in these data.
    """
    frequency, year = frequency_of(period), int(period[:4])
    if frequency == "annual":
        return f"{year + 1:04d}"
    if frequency == "quarterly":
        return f"{year + 1:04d}-Q1" if period.endswith("4") else f"{year:04d}-Q{int(period[-1]) + 1}"
    if frequency == "monthly":
        return month_after(period)
    raise DataError(f"no period follows the day '{period}'", remedy="days are kept for irregular series only")


def absent_between(periods: list[str]) -> list[str]:
    """The periods missing between the first and the last of `periods` (sorted, one frequency)."""
    absent: list[str] = []
    for period, following in pairwise(periods):
        expected = next_period(period)
        while expected < following:
            absent.append(expected)
            expected = next_period(expected)
    return absent


def _month_end(year: int, month: int) -> dt.date:
    first_of_next = dt.date(year + month // 12, month % 12 + 1, 1)
    return first_of_next - dt.timedelta(days=1)


def _calendar_day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise DataError(
            f"'{text}' is not a day of the calendar", remedy="write a day such as 2017-01-20"
        ) from None

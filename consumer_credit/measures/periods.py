"""The little calendar arithmetic that measures need: which month a period ends in, and windows of quarters.

Periods are ISO text, as in the observations: a year `2016`, a quarter `2016-Q4`, a month `2016-12`.
Vintages, publication lags and the dates of releases belong to `consumer_credit.data.periods`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from consumer_credit.errors import DataError

Frequency = Literal["annual", "quarterly", "monthly"]

_SHAPES: dict[Frequency, re.Pattern[str]] = {
    "annual": re.compile(r"(?P<year>\d{4})"),
    "quarterly": re.compile(r"(?P<year>\d{4})-Q(?P<quarter>[1-4])"),
    "monthly": re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])"),
}


@lru_cache(maxsize=20_000)
def frequency(period: str) -> Frequency:
    """Whether `period` is a year, a quarter or a month.

    Raises:
        DataError: it is none of the three.
    """
    for name, shape in _SHAPES.items():
        if shape.fullmatch(period):
            return name
    raise DataError(
        f"'{period}' is not a period", remedy="write a year 2016, a quarter 2016-Q4 or a month 2016-12"
    )


def year(period: str) -> int:
    """The calendar year in which `period` lies."""
    frequency(period)
    return int(period[:4])


@lru_cache(maxsize=20_000)
def last_month(period: str) -> int:
    """The number of months from year 0 to the last month of `period`: equal for 2016, 2016-Q4 and 2016-12."""
    shape = _SHAPES[frequency(period)].fullmatch(period)
    assert shape is not None
    parts = shape.groupdict()
    month = int(parts["month"]) if "month" in parts else 3 * int(parts.get("quarter", 4))
    return 12 * int(parts["year"]) + month - 1


def ends_year(period: str) -> bool:
    """True for a year, a fourth quarter and a December: a stock of that period is a year-end stock."""
    return last_month(period) % 12 == 11


def ends_quarter(period: str) -> bool:
    """True for a period whose last month is March, June, September or December."""
    return last_month(period) % 3 == 2


def quarter_of(period: str) -> str:
    """The quarter in which `period` ends: `2016-Q4` for 2016, 2016-Q4 and 2016-11."""
    months = last_month(period)
    return f"{months // 12}-Q{months % 12 // 3 + 1}"


@lru_cache(maxsize=20_000)
def shift_quarters(quarter: str, by: int) -> str:
    """The quarter `by` quarters after `quarter` (before it when negative).

    Raises:
        DataError: `quarter` is a year or a month.
    """
    if frequency(quarter) != "quarterly":
        raise DataError(f"'{quarter}' is not a quarter", remedy="write 2016-Q4")
    index = 4 * int(quarter[:4]) + int(quarter[-1]) - 1 + by
    return f"{index // 4}-Q{index % 4 + 1}"


def shift_years(period: str, by: int) -> str:
    """The same period `by` years later: `2017-Q4` for 2016-Q4 and 1."""
    return f"{year(period) + by}{period[4:]}"

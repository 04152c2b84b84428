"""Periods on an axis: where a point stands, which years are labelled, and where a missing period breaks the
line.

Yearly values stand on their year. When any series is finer, all stand at the end of their period, and the
tick of a year is
its first day: end-2016 lies where 2017 begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import pandas as pd

from consumer_credit.errors import RenderError

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2])))?")


def months_of(period: str) -> int:
    """How many months a period lasts: 12, 3 or 1.

    Raises:
        RenderError: it is not an ISO year, quarter or month.
    """
    parts = _parts(period)
    return 3 if parts["quarter"] else 1 if parts["month"] else 12


def position(period: str, *, yearly: bool) -> float:
    """Where `period` stands on the axis, in years: its year when all is `yearly`, else its end (2016-12 at
    2017.0).

    Raises:
        RenderError: it is not an ISO year, quarter or month, or is finer than a year on a yearly axis.
    """
    parts = _parts(period)
    if yearly:
        if months_of(period) != 12:
            raise RenderError(f"'{period}' on a yearly axis", where="charts", remedy="give a year")
        return float(parts["year"])
    month = 3 * int(parts["quarter"]) if parts["quarter"] else int(parts["month"] or 12)
    return int(parts["year"]) + month / 12


def all_yearly(periods: Iterable[str]) -> bool:
    """True when every period is a year."""
    return all(months_of(period) == 12 for period in periods)


def with_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` of one series, oldest first, with an empty row for every period missing between its first and
    its last.

    Args:
        rows: a column `period`, of one frequency; other columns are kept, and empty (NaN) in the added rows.

    Raises:
        RenderError: frequencies are mixed.
    """
    lengths = {months_of(period) for period in rows["period"]}
    if len(lengths) > 1:
        raise RenderError(
            "a line of mixed frequencies", where="charts", remedy="give one series for each frequency"
        )
    if not lengths:
        return rows
    (step,) = lengths
    ends = {round(position(period, yearly=False) * 12): period for period in rows["period"]}
    wanted = range(min(ends), max(ends) + 1, step)
    order = [ends.get(end, _period_ending(end, step)) for end in wanted]
    return rows.set_index("period").reindex(order).reset_index(names="period")


def year_ticks(first: float, last: float, most: int) -> list[int]:
    """At most `most` years between `first` and `last`, evenly spaced.

    Steps of one, two or three years count back from the last year, so that it is labelled; longer steps
    fall on round years.
    """
    start, end = int(-(-first // 1)), int(last // 1)
    for step in (1, 2, 3, 5, 10, 20, 25, 50, 100):
        anchor = end if step < 5 else 0
        years = [year for year in range(start, end + 1) if (year - anchor) % step == 0]
        if len(years) <= most:
            return years
    return [start, end]


def value_ticks(low: float, high: float, most: int = 6) -> tuple[list[float], int]:
    """Round numbers from at or below `low` to at or above `high`, and the decimals needed to write them.

    Args:
        low, high: what must be covered, in the unit that is written.
        most: how many steps at most.
    """
    # steps of 2.5 serve where they can be written without a decimal more
    candidates = [_round_ticks(low, high, most, steps) for steps in ([1, 2, 2.5, 5, 10], [1, 2, 5, 10])]
    return min(candidates, key=lambda candidate: candidate[1])


def _round_ticks(low: float, high: float, most: int, steps: Sequence[float]) -> tuple[list[float], int]:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    ticks = MaxNLocator(nbins=most, steps=list(steps)).tick_values(low, high)
    while len(ticks) > 2 and ticks[1] <= low:
        ticks = ticks[1:]
    while len(ticks) > 2 and ticks[-2] >= high:
        ticks = ticks[:-1]
    decimals = next((digits for digits in range(8) if _written(ticks, digits)), 8)
    return [round(float(tick), 10) for tick in ticks], decimals


def _written(ticks: Sequence[float], digits: int) -> bool:
    step = abs(float(ticks[1]) - float(ticks[0])) if len(ticks) > 1 else 1.0
    return all(abs(round(float(tick), digits) - float(tick)) < step * 1e-6 for tick in ticks)


def _period_ending(end: int, step: int) -> str:
    year, month = divmod(end - 1, 12)
    if step == 12:
        return str(year)
    return f"{year}-Q{month // 3 + 1}" if step == 3 else f"{year}-{month + 1:02}"


def _parts(period: str) -> dict[str, str]:
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise RenderError(
            f"'{period}' is not a period", where="charts", remedy="write 2016, 2016-Q4 or 2016-12"
        )
    return match.groupdict(default="")

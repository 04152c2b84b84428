"""Sums and products of published figures that nobody publishes as one: aggregate income, split loans."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from consumer_credit.measures.provenance import (
    COLUMNS,
    checked,
    joined_sources,
    newest_vintage,
    oldest_first,
    series_of,
)


def total_of(*parts: pd.DataFrame) -> pd.DataFrame:
    """The sum of stocks or flows at the periods that all of them have.

    Args:
        parts: `period`, `value` and provenance; one frequency and unit.

    Returns:
        The same columns, oldest first; `vintage` of the newest part. A sum of published lines is not derived.

    Raises:
        DataError: a frame fails its checks.
    """
    return _combined(parts, lambda left, right: left + right, derived=False)


def product(per_head: pd.DataFrame, persons: pd.DataFrame) -> pd.DataFrame:
    """A total out of an amount per head and a number of persons, at the periods that both have.

    Args:
        per_head: `period`, `value` (money per person) and provenance.
        persons: `period`, `value` (persons) and provenance; the same frequency.

    Returns:
        `period`, `value` (money) and provenance; `derived` is true, for nobody published the total. With
        population at year-end the product overstates a year's total by about half a year's growth of
        population (in China less than 0.3 % in every year since 2011).

    Raises:
        DataError: a frame fails its checks.
    """
    return _combined((per_head, persons), lambda left, right: left * right, derived=True)


def _combined(
    frames: tuple[pd.DataFrame, ...], operation: Callable[[pd.Series, pd.Series], pd.Series], *, derived: bool
) -> pd.DataFrame:
    result = checked(frames[0], "first")[list(COLUMNS)]
    for frame in frames[1:]:
        both = result.merge(checked(frame, "second")[list(COLUMNS)], on="period", suffixes=("", "_other"))
        vintages = zip(both["vintage"], both["vintage_other"], strict=True)
        sources = zip(both["source"], both["source_other"], strict=True)
        result = pd.DataFrame(
            {
                "period": both["period"],
                "value": operation(both["value"], both["value_other"]),
                "vintage": [newest_vintage(pair) for pair in vintages],
                "source": [joined_sources(pair) for pair in sources],
                "later_vintage": both["later_vintage"].astype(bool)
                | both["later_vintage_other"].astype(bool),
                "derived": both["derived"].astype(bool) | both["derived_other"].astype(bool) | derived,
            },
            columns=list(COLUMNS),
        )
    result = oldest_first(result)
    result.attrs = {"inputs": series_of(*frames)}
    return result

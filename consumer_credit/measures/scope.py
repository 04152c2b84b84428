"""Which loans count: narrower stocks out of wider ones, published levels before derived ones, and year ends.

A stock is an amount outstanding at the end of its period. Every function keeps provenance beside the value,
so that a reader can see when each ingredient was known and whether it was published or inferred.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import ends_quarter, ends_year, quarter_of
from consumer_credit.measures.provenance import (
    COLUMNS,
    checked,
    frequency_of,
    joined_sources,
    newest_vintage,
    oldest_first,
    series_of,
)


def at_year_end(stocks: pd.DataFrame) -> pd.DataFrame:
    """The stocks at the end of each year: Decembers of a monthly frame, fourth quarters of a quarterly one.

    Args:
        stocks: `period`, `value` (money outstanding at its end) and provenance, at any one frequency.

    Returns:
        The same columns with `period` a year, and `stock_period`: the period as published (2016-12 for
        2016). Years without their last month or quarter are left out.

    Raises:
        DataError: the frame fails its checks.
    """
    return _at_ends(stocks, ends_year, lambda period: period[:4])


def at_quarter_end(stocks: pd.DataFrame) -> pd.DataFrame:
    """The stocks at the end of each quarter; columns as in `at_year_end`, with `period` a quarter.

    Raises:
        DataError: the frame fails its checks, or holds years, which say nothing about the other quarters.
    """
    if frequency_of(checked(stocks, "stocks")) == "annual":
        raise DataError("yearly stocks have no quarters", where="stocks", remedy="give months or quarters")
    return _at_ends(stocks, ends_quarter, quarter_of)


def difference(stocks: pd.DataFrame, deducted: pd.DataFrame) -> pd.DataFrame:
    """A narrower stock: `stocks` less `deducted`, at the periods where both are known.

    Args:
        stocks: the wider stock, e.g. household consumer loans; `period`, `value` (money) and provenance.
        deducted: what does not count, e.g. housing loans; the same frequency and unit.

    Returns:
        `period`, `value` (money), `vintage` (of the newer ingredient), `source`, `later_vintage`,
        `derived`, and the two ingredients `minuend`, `subtrahend` with `minuend_vintage`,
        `subtrahend_vintage`.

    Raises:
        DataError: a frame fails its checks, frequencies differ, or more is deducted than there is.
    """
    wider, narrower = checked(stocks, "stocks"), checked(deducted, "deducted stocks")
    _same_frequency(wider, narrower, "stocks", "deducted stocks")
    both = wider[list(COLUMNS)].merge(narrower[list(COLUMNS)], on="period", suffixes=("_of", "_less"))
    result = pd.DataFrame({"period": both["period"], "value": both["value_of"] - both["value_less"]})
    below = result.loc[result["value"] < 0, "period"]
    if len(below):
        raise DataError(
            f"at {below.iloc[0]} more is deducted than is outstanding",
            where="difference of stocks",
            remedy="check that both are in one unit and one scope",
        )
    vintages = zip(both["vintage_of"], both["vintage_less"], strict=True)
    sources = zip(both["source_of"], both["source_less"], strict=True)
    result["vintage"] = [newest_vintage(pair) for pair in vintages]
    result["source"] = [joined_sources(pair) for pair in sources]
    result["later_vintage"] = both["later_vintage_of"].astype(bool) | both["later_vintage_less"].astype(bool)
    result["derived"] = both["derived_of"].astype(bool) | both["derived_less"].astype(bool)
    result["minuend"], result["subtrahend"] = both["value_of"], both["value_less"]
    result["minuend_vintage"], result["subtrahend_vintage"] = both["vintage_of"], both["vintage_less"]
    result.attrs = {"inputs": series_of(wider, narrower)}
    return result


def prefer_published(published: pd.DataFrame, derived: pd.DataFrame) -> pd.DataFrame:
    """One stock out of two: the published level where there is one, the derived level elsewhere.

    Args:
        published, derived: `period`, `value` and provenance; the same frequency, unit and scope.

    Returns:
        The same columns, oldest first; rows taken from `derived` have `derived` true, whatever it said
        before.

    Raises:
        DataError: a frame fails its checks, or frequencies differ.
    """
    first, second = checked(published, "published stocks"), checked(derived, "derived stocks")
    _same_frequency(first, second, "published stocks", "derived stocks")
    gaps = second[~second["period"].isin(first["period"])].assign(derived=True)
    parts = [part[list(COLUMNS)] for part in (first, gaps) if len(part)]
    both = pd.concat(parts, ignore_index=True) if parts else first[list(COLUMNS)]
    both = oldest_first(both)
    both.attrs = {"inputs": series_of(*(part for part in (first, gaps) if len(part)))}
    return both


def _at_ends(
    stocks: pd.DataFrame, closes: Callable[[str], bool], label: Callable[[str], str]
) -> pd.DataFrame:
    rows = checked(stocks, "stocks")
    at_an_end = np.array([closes(period) for period in rows["period"].tolist()], dtype=bool)
    ends = rows[at_an_end].reset_index(drop=True)
    ends["stock_period"] = ends["period"]
    labels = [label(period) for period in ends["period"].tolist()]
    ends["period"] = pd.Series(labels, index=ends.index, dtype="str")
    ends.attrs = {**stocks.attrs, "inputs": series_of(stocks)}
    return ends


def _same_frequency(first: pd.DataFrame, second: pd.DataFrame, one: str, other: str) -> None:
    kinds = frequency_of(first), frequency_of(second)
    if None not in kinds and kinds[0] != kinds[1]:
        raise DataError(
            f"{one} are {kinds[0]}, {other} {kinds[1]}",
            where="frequencies",
            remedy="bring both to year ends (at_year_end) or quarter ends (at_quarter_end) first",
        )

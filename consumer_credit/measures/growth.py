"""Why loans grew: what the ratio, real output and prices each contributed, and plain growth rates.

Loans are the ratio times real GDP times the price level. In logarithms the three changes add up to the
change in loans exactly, without a residual and without depending on the order of the factors.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import last_month, shift_years
from consumer_credit.measures.provenance import checked, combined, frequency_of, series_of

CONTRIBUTIONS = ("ratio", "real_gdp", "prices")


def growth_accounting(ratios: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """The growth of loans from each period to the next, split into the ratio, real GDP and prices.

    Args:
        ratios: as `ratios.stock_over_flow` gives: `period`, `ratio` (fraction), `numerator` (loans),
            `denominator` (nominal GDP), `later_vintage`, `derived`.
        prices: `period`, `value` (a price index on any base: the GDP deflator, or consumer prices where a
            deflator is not published; the same periods) and provenance.

    Returns:
        One row for each pair of neighbouring periods (years apart by one, quarters by one): `period`,
        `since` (the earlier period), `loans`, `ratio`, `real_gdp`, `prices` (changes in log points, i.e.
        100 × the change of the natural logarithm; the last three sum to `loans`), `later_vintage`,
        `derived` (of either end).

    Raises:
        DataError: a frame fails its checks, frequencies differ, or something is not positive.

    Source: the log decomposition of a product, as in growth accounting after Solow (1957); real GDP is
    nominal GDP over the price index given, so the choice of index decides how growth divides between
    `real_gdp` and `prices`.
    """
    both = _priced(ratios, prices)
    months = both["period"].map(last_month).to_numpy()
    step = 12 if frequency_of(both) == "annual" else 3 if frequency_of(both) == "quarterly" else 1
    rows = [
        _contributions(both.iloc[index - 1], both.iloc[index])
        for index in range(1, len(both))
        if months[index] - months[index - 1] == step
    ]
    return _accounted(rows, ratios, prices)


def growth_between(ratios: pd.DataFrame, prices: pd.DataFrame, start: str, end: str) -> pd.DataFrame:
    """The growth of loans from `start` to `end` in one step; columns as in `growth_accounting`, one row or
    none.

    The result is empty when either period is missing.

    Raises:
        DataError: as `growth_accounting`.
    """
    both = _priced(ratios, prices)
    first, last = both[both["period"] == start], both[both["period"] == end]
    known = len(first) and len(last)
    rows = [_contributions(first.iloc[0], last.iloc[0])] if known else []
    return _accounted(rows, ratios, prices)


def yearly_average(contributions: pd.DataFrame) -> pd.DataFrame:
    """Growth accounting over stretches of unequal length made comparable: log points a year.

    Args:
        contributions: as `growth_between` gives, `period` and `since` of one frequency.

    Returns:
        The same columns, each contribution divided by the years from `since` to `period`; their sum stays
        exact.
    """
    ends, starts = (contributions[column].map(last_month) for column in ("period", "since"))
    result = contributions.copy()
    for column in ("loans", *CONTRIBUTIONS):
        result[column] = contributions[column] * 12 / (ends - starts)
    result.attrs = dict(contributions.attrs)
    return result


def growth_around(ratios: pd.DataFrame, prices: pd.DataFrame, base: str) -> pd.DataFrame:
    """Growth accounting in two stretches: from the first period to `base`, and from there to the last.

    Args:
        ratios, prices: as in `growth_accounting`; the ends are the first and the last period that both have.
        base: where the first stretch ends and the second begins.

    Returns:
        Up to two rows, a year's average as `yearly_average` gives, with `stretch`: "before" or "after". A
        stretch without both its ends is left out.

    Raises:
        DataError: as `growth_accounting`.
    """
    periods = sorted(set(ratios["period"]) & set(prices["period"]), key=last_month)
    ends = {"before": (periods[0], base), "after": (base, periods[-1])} if periods else {}
    rows = [
        yearly_average(growth_between(ratios, prices, since, until)).assign(stretch=stretch)
        for stretch, (since, until) in ends.items()
        if last_month(since) < last_month(until)
    ]
    columns = ["period", "since", "loans", *CONTRIBUTIONS, "later_vintage", "derived", "stretch"]
    result = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=columns)
    result.attrs = {"inputs": series_of(ratios, prices)}
    return result


def year_on_year(stocks: pd.DataFrame) -> pd.DataFrame:
    """The growth of a stock or flow over the same period a year before.

    Args:
        stocks: `period`, `value` and provenance, of any frequency.

    Returns:
        `period`, `value` (fraction: 0.064 is 6.4 %), `vintage`, `source`, `later_vintage`, `derived`;
        periods whose predecessor of a year before is missing are left out. A break of definition between
        the two is not taken out.

    Raises:
        DataError: the frame fails its checks, or a value to grow from is not positive.
    """
    rows = checked(stocks, "stocks")
    position = {period: index for index, period in enumerate(rows["period"])}
    grown = []
    for index, period in enumerate(rows["period"]):
        before = position.get(shift_years(period, -1))
        if before is None:
            continue
        base = float(rows["value"].iloc[before])
        _positive(base, f"value of {shift_years(period, -1)}")
        growth = float(rows["value"].iloc[index]) / base - 1
        grown.append({"period": period, "value": growth, **combined(rows.iloc[[before, index]])})
    result = pd.DataFrame(grown, columns=["period", "value", "vintage", "source", "later_vintage", "derived"])
    result.attrs = {"inputs": series_of(stocks)}
    return result


def annual_rate(first: float, last: float, years: float) -> float:
    """The constant yearly growth (fraction) that leads from `first` to `last` in `years`.

    Raises:
        DataError: a level or the number of years is not positive.
    """
    for value, name in ((first, "first level"), (last, "last level"), (years, "number of years")):
        _positive(value, name)
    return math.expm1(math.log(last / first) / years)


def chained_index(rates: pd.DataFrame, *, base: float = 100.0) -> pd.DataFrame:
    """An index out of yearly rates of change, such as consumer-price inflation.

    Args:
        rates: `period` (years), `value` (change over the year before, fraction) and provenance.
        base: the index of the year before the first one.

    Returns:
        The columns that came in, `value` being the index at each year, and one row for the base year before
        the first (with the first year's provenance). A missing year ends the chain: later years are left
        out.

    Raises:
        DataError: the frame fails its checks or is not yearly.
    """
    rows = checked(rates, "rates of change")
    if frequency_of(rows) not in ("annual", None):
        raise DataError("the rates are not yearly", where="rates of change", remedy="give calendar years")
    if not len(rows):
        return rows
    years = rows["period"].astype(int).to_numpy()
    unbroken = years == years[0] + np.arange(len(years))
    kept = rows[unbroken].reset_index(drop=True)
    kept["value"] = base * np.cumprod(1 + kept["value"].to_numpy(dtype=float))
    first = kept.iloc[[0]].assign(period=str(years[0] - 1), value=base)
    index: pd.DataFrame = pd.concat([first, kept], ignore_index=True)
    index.attrs = dict(rates.attrs)
    return index


def _priced(ratios: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    columns = ("period", "ratio", "numerator", "denominator", "later_vintage", "derived")
    loans = checked(ratios, "ratios", columns=columns, number="ratio")
    index = checked(prices, "prices")
    kinds = frequency_of(loans), frequency_of(index)
    if None not in kinds and kinds[0] != kinds[1]:
        raise DataError(
            f"ratios are {kinds[0]}, prices {kinds[1]}", where="growth", remedy="give one frequency"
        )
    both = loans[list(columns)].merge(
        index[["period", "value", "later_vintage", "derived"]], on="period", suffixes=("", "_prices")
    )
    for column, name in (("numerator", "loans"), ("denominator", "GDP"), ("value", "price index")):
        for period, value in zip(both["period"], both[column], strict=True):
            _positive(float(value), f"{name} of {period}")
    return both


def _contributions(before: pd.Series, after: pd.Series) -> dict[str, object]:
    def change(column: str) -> float:
        return 100 * math.log(after[column] / before[column])

    ratio = change("numerator") - change("denominator")
    prices = change("value")
    marks = {
        mark: any(bool(end[name]) for end in (before, after) for name in (mark, f"{mark}_prices"))
        for mark in ("later_vintage", "derived")
    }
    return {
        "period": after["period"],
        "since": before["period"],
        "loans": change("numerator"),
        "ratio": ratio,
        "real_gdp": change("denominator") - prices,
        "prices": prices,
        **marks,
    }


def _accounted(rows: list[dict[str, object]], ratios: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    columns = ["period", "since", "loans", *CONTRIBUTIONS, "later_vintage", "derived"]
    result = pd.DataFrame(rows, columns=columns)
    result.attrs = {"inputs": series_of(ratios, prices)}
    return result


def _positive(value: float, name: str) -> None:
    if not value > 0:
        raise DataError(f"the {name} is not positive", where="growth", remedy="check the series")

"""Stock over flow: consumer loans to GDP, and any other stock of debt to a year of income.

A ratio always carries its numerator, its denominator and the vintage of each: two ratios are comparable
only when the same vintage discipline was kept on both sides.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.provenance import COLUMNS, checked, frequency_of, series_of
from consumer_credit.measures.scope import at_quarter_end, at_year_end

RATIO_COLUMNS = (
    "period",
    "ratio",
    "numerator",
    "denominator",
    "numerator_vintage",
    "denominator_vintage",
    "later_vintage",
    "derived",
    "numerator_period",
)


def stock_over_flow(stocks: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Each stock over the year of flow that ends at its date.

    Args:
        stocks: `period` (months, quarters or years), `value` (money outstanding at its end) and provenance.
        flows: the denominator over a whole year, in the same money: either calendar years (`period` a
            year), or four-quarter sums (`period` the last quarter, with the column `window_start` that
            `flows.four_quarter_sum` adds). The result is annual in the first case (December stocks),
            quarterly in the second (quarter-end stocks).

    Returns:
        One row for each period where both are known: `period`, `ratio` (fraction), `numerator`,
        `denominator` (money), `numerator_vintage`, `denominator_vintage`, `later_vintage`, `derived`,
        `numerator_period` (the stock's period as published).

    Raises:
        DataError: a frame fails its checks, the flows are monthly or single quarters, yearly stocks meet
            quarterly flows, or a denominator is not positive.

    Source: Dembiermont, Drehmann and Muksakunratana, "How much does the private sector really borrow?",
    BIS Quarterly Review, March 2013 (credit over the sum of the last four quarters of GDP).
    """
    denominators = checked(flows, "flows")
    kind = frequency_of(denominators)
    if kind == "monthly":
        raise DataError("monthly flows", where="flows", remedy="give calendar years or four-quarter sums")
    if kind == "quarterly" and "window_start" not in denominators.columns:
        raise DataError("single quarters", where="flows", remedy="sum them first with flows.four_quarter_sum")
    empty_or_negative = denominators.loc[denominators["value"] <= 0, "period"]
    if len(empty_or_negative):
        raise DataError(
            f"the denominator of {empty_or_negative.iloc[0]} is not positive",
            where="flows",
            remedy="check the series",
        )
    numerators = at_quarter_end(stocks) if kind == "quarterly" else at_year_end(stocks)
    numerators["numerator_period"] = numerators["stock_period"]
    return _ratios(numerators, denominators, series_of(stocks, flows))


def part_of_whole(part: pd.DataFrame, whole: pd.DataFrame) -> pd.DataFrame:
    """What share one stock is of another, at the periods where both are known.

    Args:
        part, whole: `period`, `value` (money) and provenance; the same frequency and unit.

    Returns:
        Columns as in `stock_over_flow`, `ratio` being the share (fraction).

    Raises:
        DataError: a frame fails its checks, frequencies differ, a whole is not positive, or a part exceeds
            its whole.
    """
    numerators, denominators = checked(part, "part"), checked(whole, "whole")
    kinds = frequency_of(numerators), frequency_of(denominators)
    if None not in kinds and kinds[0] != kinds[1]:
        raise DataError(
            f"the part is {kinds[0]}, the whole {kinds[1]}", where="shares", remedy="give one frequency"
        )
    numerators["numerator_period"] = numerators["period"]
    shares = _ratios(numerators, denominators, series_of(part, whole))
    impossible = shares.loc[(shares["denominator"] <= 0) | (shares["ratio"] > 1), "period"]
    if len(impossible):
        raise DataError(
            f"at {impossible.iloc[0]} the part exceeds the whole, or the whole is not positive",
            where="shares",
            remedy="check units and scopes",
        )
    return shares


def _ratios(numerators: pd.DataFrame, denominators: pd.DataFrame, inputs: tuple[str, ...]) -> pd.DataFrame:
    """One over the other at common periods, each side's vintage beside it; columns as `RATIO_COLUMNS`."""
    both = numerators.merge(denominators[list(COLUMNS)], on="period", suffixes=("", "_below"))
    result = pd.DataFrame(
        {
            "period": both["period"],
            "ratio": both["value"] / both["value_below"],
            "numerator": both["value"],
            "denominator": both["value_below"],
            "numerator_vintage": both["vintage"],
            "denominator_vintage": both["vintage_below"],
            "later_vintage": both["later_vintage"].astype(bool) | both["later_vintage_below"].astype(bool),
            "derived": both["derived"].astype(bool) | both["derived_below"].astype(bool),
            "numerator_period": both["numerator_period"],
        },
        columns=list(RATIO_COLUMNS),
    )
    result.attrs = {"inputs": inputs}
    return result

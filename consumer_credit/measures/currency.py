"""The same money per head, in another currency, or at purchasing-power parity.

Two conversions answer two questions: market exchange rates, what the loans are worth abroad;
purchasing-power parities, what they buy at home. A stock is converted at the rate of its date, a flow at
the average of its period; where only yearly averages are published the report converts stocks at them and
says so.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.provenance import (
    checked,
    frequency_of,
    joined_sources,
    newest_vintage,
    series_of,
)


def per_head(amounts: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Amounts over the population of the same period.

    Args:
        amounts: `period`, `value` (money) and provenance.
        population: `period`, `value` (persons, at the same date or on average: as the catalogue says) and
            provenance.

    Returns:
        `period`, `value` (money a head), `vintage`, `source`, `later_vintage`, `derived`, at common periods.

    Raises:
        DataError: a frame fails its checks, frequencies differ, or a population is not positive.
    """
    return _divided(amounts, population, "population")


def converted(amounts: pd.DataFrame, rates: pd.DataFrame) -> pd.DataFrame:
    """Amounts in national currency turned into another, at the rate of the same period.

    Args:
        amounts: `period`, `value` (national currency) and provenance.
        rates: `period`, `value` (units of national currency for one unit of the other: yuan per dollar at
            market rates, or yuan per international dollar at purchasing-power parity) and provenance.

    Returns:
        Columns as in `per_head`, `value` in the other currency.

    Raises:
        DataError: a frame fails its checks, frequencies differ, or a rate is not positive.
    """
    return _divided(amounts, rates, "conversion rate")


def implied_rate(national: pd.DataFrame, foreign: pd.DataFrame) -> pd.DataFrame:
    """The conversion rate at which a publisher turned one series into another: the same GDP in two
    currencies.

    Args:
        national: `period`, `value` in national currency (World Bank NY.GDP.PCAP.CN) and provenance.
        foreign: `period`, `value` of the same thing in dollars (NY.GDP.PCAP.CD) or international dollars
            (NY.GDP.PCAP.PP.CD).

    Returns:
        `period`, `value` (national currency for one unit of the other) and provenance, for `converted`.

    Raises:
        DataError: a frame fails its checks, frequencies differ, or a foreign amount is not positive.
    """
    return _divided(national, foreign, "foreign amount")


def indexed(amounts: pd.DataFrame, base: str) -> pd.DataFrame:
    """Amounts with their value at `base` as 100: how amounts in different currencies can be set side by side.

    Args:
        amounts: `period`, `value` (money) and provenance.
        base: a period; without a value there is no index.

    Returns:
        The columns that came in, `value` an index; no rows when `base` has none.

    Raises:
        DataError: the frame fails its checks, or the value at `base` is not positive.
    """
    rows = checked(amounts, "amounts")
    at_base = rows.loc[rows["period"] == base, "value"]
    if not len(at_base):
        return rows.iloc[:0]
    if not at_base.iloc[0] > 0:
        raise DataError(f"the amount of {base} is not positive", where="index", remedy="check the series")
    rows["value"] = 100 * rows["value"] / at_base.iloc[0]
    rows.attrs = {**amounts.attrs, "inputs": series_of(amounts)}
    return rows


def _divided(amounts: pd.DataFrame, divisors: pd.DataFrame, role: str) -> pd.DataFrame:
    upper, lower = checked(amounts, "amounts"), checked(divisors, role)
    kinds = frequency_of(upper), frequency_of(lower)
    if None not in kinds and kinds[0] != kinds[1]:
        raise DataError(
            f"amounts are {kinds[0]}, {role}s {kinds[1]}", where=role, remedy="give one frequency"
        )
    wrong = lower.loc[lower["value"] <= 0, "period"]
    if len(wrong):
        raise DataError(
            f"the {role} of {wrong.iloc[0]} is not positive", where=role, remedy="check the series"
        )
    both = upper.merge(lower, on="period", suffixes=("", "_below"))
    result = pd.DataFrame({"period": both["period"], "value": both["value"] / both["value_below"]})
    result["vintage"] = [
        newest_vintage(pair) for pair in zip(both["vintage"], both["vintage_below"], strict=True)
    ]
    result["source"] = [
        joined_sources(pair) for pair in zip(both["source"], both["source_below"], strict=True)
    ]
    for mark in ("later_vintage", "derived"):
        result[mark] = both[mark].astype(bool) | both[f"{mark}_below"].astype(bool)
    result.attrs = {"inputs": series_of(amounts, divisors)}
    return result

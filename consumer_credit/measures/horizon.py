"""Where ratio, loans and room stand after some years at a given pace; closed forms that a page can repeat.

`headroom` asks how far the target is and what it takes to get there; this module asks where a pace leads.
The paces are assumptions: the last year's, the record's, a forecaster's. Ratios are fractions of GDP, growth
rates fractions a year.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.headroom import headroom, years_to_converge
from consumer_credit.measures.provenance import checked, series_of

PACE_COLUMNS = (
    "pace",
    "loan_growth",
    "gdp_growth",
    "ratio_growth",
    "ratio_end",
    "loans_end",
    "added_loans",
    "headroom_end",
    "years_to_target",
)


ROOM_COLUMNS = ("period", "ratio", "target", "loans", "gdp", "headroom", "later_vintage", "derived")


@dataclass(frozen=True)
class Pace:
    """How fast loans and GDP (in current prices) are taken to grow, a year."""

    key: str
    loan_growth: float
    gdp_growth: float


def ratio_after(*, ratio: float, loan_growth: float, gdp_growth: float, years: float) -> float:
    """The ratio after `years`: ratio × ((1 + loan_growth) / (1 + gdp_growth)) ** years.

    Raises:
        DataError: loans or GDP shrink by all of themselves or more.
    """
    for growth, name in ((loan_growth, "loans"), (gdp_growth, "GDP")):
        if not 1 + growth > 0:
            raise DataError(f"{name} vanish within a year", where="pace", remedy="check the growth rate")
    return float(ratio * ((1 + loan_growth) / (1 + gdp_growth)) ** years)


def headroom_after(
    *, ratio: float, target: float, gdp: float, loan_growth: float, gdp_growth: float, years: float
) -> float:
    """The room that is left (or exceeded, when negative) after `years`, at the GDP of that time.

    (target − ratio after `years`) × GDP × (1 + gdp_growth) ** years, in the money of `gdp`.

    Raises:
        DataError: as `ratio_after`, or GDP is not positive.
    """
    end = ratio_after(ratio=ratio, loan_growth=loan_growth, gdp_growth=gdp_growth, years=years)
    return headroom(ratio=end, target=target, gdp=gdp * (1 + gdp_growth) ** years)


def lending_room(*, ratio: float, target: float, gdp: float, gdp_growth: float, years: float) -> float:
    """The loans that may be added until the ratio meets its target after `years`, growth of GDP included.

    target × GDP × (1 + gdp_growth) ** years − ratio × GDP, in the money of `gdp`: what a lender would call
    the market still to be won, of which `headroom` is the part that needs no growth of GDP.

    Raises:
        DataError: GDP is not positive, or vanishes.
    """
    if not 1 + gdp_growth > 0:
        raise DataError("GDP vanishes within a year", where="room", remedy="check the growth rate")
    gdp_end = gdp * (1 + gdp_growth) ** years
    return headroom(ratio=0.0, target=target, gdp=gdp_end) - ratio * gdp


def room_over_time(ratios: pd.DataFrame, *, target: float | pd.DataFrame) -> pd.DataFrame:
    """The headroom of every year on record: (target − ratio) × GDP of the year.

    Args:
        ratios: as `ratios.stock_over_flow` gives: `period`, `ratio`, `numerator` (loans), `denominator`
            (GDP), `later_vintage`, `derived`.
        target: one fraction for all years; or another economy's ratios, in the same columns, each year's
            being the target of that year.

    Returns:
        Years that both have, oldest first: `period`, `ratio`, `target` (fractions), `loans`, `gdp`,
        `headroom` (money; negative above the target), `later_vintage`, `derived` (of either side).

    Raises:
        DataError: a frame fails its checks, or GDP is not positive.
    """
    columns = ("period", "ratio", "later_vintage", "derived")
    own = checked(ratios, "ratios", columns=(*columns, "numerator", "denominator"), number="ratio")
    if isinstance(target, pd.DataFrame):
        other = checked(target, "targets", columns=columns, number="ratio")
        both = own.merge(other[list(columns)], on="period", suffixes=("", "_target"))
        inputs = series_of(ratios, target)
    else:
        both = own.assign(ratio_target=target, later_vintage_target=False, derived_target=False)
        inputs = series_of(ratios)
    result = pd.DataFrame(
        {
            "period": both["period"],
            "ratio": both["ratio"],
            "target": both["ratio_target"],
            "loans": both["numerator"],
            "gdp": both["denominator"],
            "headroom": [
                headroom(ratio=ratio, target=wanted, gdp=gdp)
                for ratio, wanted, gdp in zip(
                    both["ratio"], both["ratio_target"], both["denominator"], strict=True
                )
            ],
            "later_vintage": both["later_vintage"].astype(bool) | both["later_vintage_target"].astype(bool),
            "derived": both["derived"].astype(bool) | both["derived_target"].astype(bool),
        },
        columns=list(ROOM_COLUMNS),
    )
    result.attrs = {"inputs": inputs}
    return result


def pace_table(
    *, ratio: float, gdp: float, target: float, paces: Sequence[Pace], years: float
) -> pd.DataFrame:
    """Where each pace leads.

    Args:
        ratio, gdp: today's: fraction, money a year in current prices.
        target: fraction of GDP.
        paces: each with its own key.
        years: how far to look.

    Returns:
        One row a pace, in order: `pace`, `loan_growth`, `gdp_growth`, `ratio_growth` (the growth
        differential: by what fraction the ratio itself grows a year), `ratio_end` (fraction), `loans_end`,
        `added_loans`, `headroom_end` (money), `years_to_target` (empty when never).

    Raises:
        DataError: a key appears twice, or an assumption is impossible.
    """
    keys = [pace.key for pace in paces]
    if len(set(keys)) < len(keys):
        raise DataError("a pace appears twice", where="paces", remedy="give each its own key")
    rows = []
    for pace in paces:
        growth = {"loan_growth": pace.loan_growth, "gdp_growth": pace.gdp_growth}
        end = ratio_after(ratio=ratio, years=years, **growth)
        gdp_end = gdp * (1 + pace.gdp_growth) ** years
        rows.append(
            {
                "pace": pace.key,
                **growth,
                "ratio_growth": ratio_after(ratio=1.0, years=1, **growth) - 1,
                "ratio_end": end,
                "loans_end": end * gdp_end,
                "added_loans": end * gdp_end - ratio * gdp,
                "headroom_end": headroom_after(ratio=ratio, target=target, gdp=gdp, years=years, **growth),
                "years_to_target": years_to_converge(ratio=ratio, target=target, **growth),
            }
        )
    table = pd.DataFrame(rows, columns=list(PACE_COLUMNS))
    table["years_to_target"] = table["years_to_target"].astype("float64")
    return table

"""Level breaks: jumps of a stock that no loan caused, and what they do to ratios and gaps.

A statistical office that widens its coverage or reclassifies lenders makes the level jump. Taking the jump
out needs its size, which only the publisher (or its flow table) knows; what comes out is a derived series.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import frequency, last_month
from consumer_credit.measures.provenance import COLUMNS, checked, series_of


def without_breaks(stocks: pd.DataFrame, steps: Mapping[str, float]) -> pd.DataFrame:
    """The stock as if the old definition had gone on: from each break on, its step is taken off again.

    Args:
        stocks: `period`, `value` (money) and provenance.
        steps: for the first period of each new definition the size of the jump (money; negative for a
            fall). The jump is taken to stay as it was: a part of the market that came in later grows or
            shrinks unseen.

    Returns:
        The store's columns; rows from the first break on have `derived` true.

    Raises:
        DataError: the frame fails its checks, or a break is not a period.
    """
    rows = checked(stocks, "stocks")[list(COLUMNS)]
    ends = rows["period"].map(last_month)
    for period, step in steps.items():
        frequency(period)
        after = ends >= last_month(period)
        rows["value"] = rows["value"].where(~after, rows["value"] - step)
        rows["derived"] = rows["derived"].astype(bool) | after
    rows.attrs = {**stocks.attrs, "inputs": series_of(stocks)}
    return rows


def effect_in_points(*, step: float, denominator: float) -> float:
    """How many percentage points a jump of `step` (money) moves the ratio to `denominator` (money a year).

    Raises:
        DataError: the denominator is not positive.
    """
    if not denominator > 0:
        raise DataError("the denominator is not positive", where="break", remedy="check the series")
    return 100 * step / denominator


def adjusted_gap(*, gap_pp: float, own_effect_pp: float = 0.0, comparator_effect_pp: float = 0.0) -> float:
    """The gap (comparator less own, percentage points) as it would be without the breaks on either side.

    Args:
        gap_pp: as published. own_effect_pp, comparator_effect_pp: what breaks since added to each ratio
            (negative when they lowered it), as `effect_in_points` gives.
    """
    return gap_pp - comparator_effect_pp + own_effect_pp

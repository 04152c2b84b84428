"""The distance between two economies' ratios, in percentage points, and the newest period both have.

The gap is the comparator's ratio less the economy's own: positive while the economy lies below, as the
article saw China below the United States.
"""

from __future__ import annotations

from functools import reduce

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import Frequency, frequency, last_month
from consumer_credit.measures.provenance import checked, series_of


def gap(ratios: pd.DataFrame, comparator: pd.DataFrame) -> pd.DataFrame:
    """The gap at every period for which both ratios are known.

    Args:
        ratios, comparator: columns `period`, `ratio` (fraction), `later_vintage`, `derived`, as
            `ratios.stock_over_flow` gives.

    Returns:
        `period`, `gap_pp` (percentage points, comparator less own), `ratio`, `comparator_ratio`
        (fractions), `later_vintage`, `derived` (true when either side is), oldest first.

    Raises:
        DataError: a frame fails its checks, or the two are of different frequencies.
    """
    own, other = (
        checked(frame, role, columns=("period", "ratio", "later_vintage", "derived"), number="ratio")
        for frame, role in ((ratios, "ratios"), (comparator, "comparator"))
    )
    kinds = {frequency(period) for frame in (own, other) for period in frame["period"]}
    if len(kinds) > 1:
        raise DataError(
            f"mixes {' and '.join(sorted(kinds))} ratios", where="gap", remedy="give one frequency"
        )
    both = own.merge(other, on="period", suffixes=("", "_comparator"))
    result = pd.DataFrame(
        {
            "period": both["period"],
            "gap_pp": 100 * (both["ratio_comparator"] - both["ratio"]),
            "ratio": both["ratio"],
            "comparator_ratio": both["ratio_comparator"],
            "later_vintage": both["later_vintage"].astype(bool)
            | both["later_vintage_comparator"].astype(bool),
            "derived": both["derived"].astype(bool) | both["derived_comparator"].astype(bool),
        }
    )
    result.attrs = {"inputs": series_of(ratios, comparator)}
    return result


def multiple(amounts: pd.DataFrame, comparator: pd.DataFrame) -> pd.DataFrame:
    """How many times one's own amount the comparator's is, at every period for which both are known.

    Args:
        amounts, comparator: `period`, `value` (the same money a head, say) and provenance, of one frequency.

    Returns:
        `period`, `value`, `comparator_value`, `multiple` (comparator over own), `later_vintage`, `derived`
        (true when either side is), oldest first.

    Raises:
        DataError: a frame fails its checks, frequencies differ, or an own amount is not positive.
    """
    own, other = checked(amounts, "amounts"), checked(comparator, "comparator")
    kinds = {frequency(period) for frame in (own, other) for period in frame["period"]}
    if len(kinds) > 1:
        raise DataError(
            f"mixes {' and '.join(sorted(kinds))} amounts", where="multiple", remedy="give one frequency"
        )
    wrong = own.loc[own["value"] <= 0, "period"]
    if len(wrong):
        raise DataError(
            f"the amount of {wrong.iloc[0]} is not positive", where="multiple", remedy="check the series"
        )
    both = own.merge(other, on="period", suffixes=("", "_comparator"))
    result = pd.DataFrame(
        {
            "period": both["period"],
            "value": both["value"],
            "comparator_value": both["value_comparator"],
            "multiple": both["value_comparator"] / both["value"],
            **{
                mark: both[mark].astype(bool) | both[f"{mark}_comparator"].astype(bool)
                for mark in ("later_vintage", "derived")
            },
        }
    )
    result.attrs = {"inputs": series_of(amounts, comparator)}
    return result


def latest_common_period(*frames: pd.DataFrame, at: Frequency = "annual") -> str | None:
    """The newest period of frequency `at` that every frame has; None when there is none.

    Args:
        frames: each with a column `period`. With `at="annual"` and frames of annual ratios this is the
            report's latest year: the newest year with stocks and GDP on both sides.
    """
    if not frames:
        return None
    present = [{period for period in frame["period"] if frequency(period) == at} for frame in frames]
    common = reduce(set.intersection, present)
    return max(common, key=last_month) if common else None

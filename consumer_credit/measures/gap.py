"""The distance between two economies' ratios, in percentage points, and the newest period both have.

The gap is the comparator's ratio less the economy's own: positive while the economy lies below, as the
article saw China below the United States.
"""

from __future__ import annotations

from functools import reduce

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import Frequency, frequency, last_month


def gap(ratios: pd.DataFrame, comparator: pd.DataFrame) -> pd.DataFrame:
    """The gap at every period for which both ratios are known.

    Args:
        ratios, comparator: columns `period`, `ratio` (fraction), `later_vintage`, `derived`, as
            `ratios.stock_over_flow` gives.

    Returns:
        `period`, `gap_pp` (percentage points, comparator less own), `ratio`, `comparator_ratio`
        (fractions), `later_vintage`, `derived` (true when either side is), oldest first.

    Raises:
        DataError: a period appears twice on one side, or the two are of different frequencies.
    """
    for side, frame in (("ratios", ratios), ("comparator", comparator)):
        repeated = frame.loc[frame["period"].duplicated(), "period"]
        if len(repeated):
            raise DataError(
                f"period {repeated.iloc[0]} appears twice", where=side, remedy="give one row a period"
            )
    kinds = {frequency(period) for frame in (ratios, comparator) for period in frame["period"]}
    if len(kinds) > 1:
        raise DataError(
            f"mixes {' and '.join(sorted(kinds))} ratios", where="gap", remedy="give one frequency"
        )
    both = ratios.merge(comparator, on="period", suffixes=("", "_comparator"))
    both = both.iloc[both["period"].map(last_month).argsort(kind="stable")].reset_index(drop=True)
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
    result.attrs = {"inputs": (*ratios.attrs.get("inputs", ()), *comparator.attrs.get("inputs", ()))}
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

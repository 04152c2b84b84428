"""How well loans are repaid: overdue balances as a share of what is owed, now and when they were lent.

A fast-growing stock flatters its own share of overdue loans: a loan made last month cannot be half a year
late. Set against the balances of a year before, the overdue ones are compared with loans old enough to be so.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.measures.periods import shift_years
from consumer_credit.measures.provenance import checked, series_of
from consumer_credit.measures.ratios import part_of_whole

MARKS = ("later_vintage", "derived")


def overdue_shares(
    overdue: pd.DataFrame, balances: pd.DataFrame, stated: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Overdue balances over all balances of the same day, and over those of a year before.

    Args:
        overdue, balances: `period`, `value` (money outstanding at its end) and provenance; one frequency.
        stated: shares as the publisher states them (`value` a fraction), which go before those worked out
            here.

    Returns:
        One row for each period with a share, oldest first: `period`, `overdue`, `balances` (money; empty
        where not published), `share`, `share_of_year_before` (fractions), `later_vintage`, `derived` (of any
        ingredient).

    Raises:
        DataError: a frame fails its checks, frequencies differ, or more is overdue than is owed.
    """
    shifted = pd.Series([shift_years(period, 1) for period in balances["period"]], dtype="str")
    earlier = balances.assign(period=shifted.to_numpy())
    earlier.attrs = balances.attrs
    now, before = part_of_whole(overdue, balances), part_of_whole(overdue, earlier)
    both = now.merge(before, on="period", how="outer", suffixes=("", "_before")).sort_values("period")
    if stated is not None:
        both = both.merge(
            checked(stated, "stated shares")[["period", "value", *MARKS]],
            on="period",
            how="outer",
            suffixes=("", "_stated"),
        )
        both["ratio"] = both["value"].fillna(both["ratio"])
    marks = {mark: both.filter(regex=f"^{mark}").eq(True).any(axis=1) for mark in MARKS}
    result = pd.DataFrame(
        {
            "period": both["period"],
            "overdue": both["numerator"].fillna(both["numerator_before"]),
            "balances": both["denominator"],
            "share": both["ratio"],
            "share_of_year_before": both["ratio_before"],
            **marks,
        }
    ).reset_index(drop=True)
    result.attrs = {"inputs": series_of(overdue, balances, *([] if stated is None else [stated]))}
    return result

"""How well loans are repaid: overdue balances as a share of what is owed, now and when they were lent.

A fast-growing stock flatters its own share of overdue loans: a loan made last month cannot be half a year
late. Set against the balances of a year before, the overdue ones are compared with loans old enough to be so.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.measures.periods import shift_years
from consumer_credit.measures.ratios import part_of_whole


def overdue_shares(overdue: pd.DataFrame, balances: pd.DataFrame) -> pd.DataFrame:
    """Overdue balances over all balances of the same day, and over those of a year before.

    Args:
        overdue, balances: `period`, `value` (money outstanding at its end) and provenance; one frequency.

    Returns:
        One row for each period of `overdue` with balances of that day or of a year before, oldest first:
        `period`, `overdue`, `balances` (money; empty where not published), `share`, `share_of_year_before`
        (fractions), `later_vintage`, `derived` (of any ingredient).

    Raises:
        DataError: a frame fails its checks, frequencies differ, or more is overdue than is owed.
    """
    earlier = balances.assign(period=[shift_years(period, 1) for period in balances["period"]])
    earlier.attrs = balances.attrs
    now, before = part_of_whole(overdue, balances), part_of_whole(overdue, earlier)
    both = now.merge(before, on="period", how="outer", suffixes=("", "_before")).sort_values("period")
    marks = {
        mark: both[[mark, f"{mark}_before"]].eq(True).any(axis=1) for mark in ("later_vintage", "derived")
    }
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
    result.attrs = dict(now.attrs)
    return result

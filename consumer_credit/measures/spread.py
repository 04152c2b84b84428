"""How much the answer depends on the question: the ratio over scopes, denominators and vintages.

The spread is printed beside every headline ratio as its uncertainty band. It is not a statistical error:
each number is right for its own definition.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from consumer_credit.errors import DataError


def spread(grid: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """The lowest and highest ratio, and what they are.

    Args:
        grid: one row a combination: `ratio` (fraction; rows without one are left out) and any columns that
            name it, such as `economy`, `scope`, `denominator`, `vintage`.
        by: columns to keep apart, e.g. `["economy"]`; without it the spread is over the whole grid.

    Returns:
        One row a group: the columns of `by`, `lowest`, `highest` (fractions), `spread_pp` (percentage
        points), `count` (combinations with a ratio), and for every other column of the grid its value at
        either end: `lowest_scope`, `highest_scope` …

    Raises:
        DataError: there is no column `ratio`, or a column of `by` is missing.
    """
    missing = [column for column in ("ratio", *by) if column not in grid.columns]
    if missing:
        raise DataError(
            f"no column {', '.join(missing)}", where="grid", remedy="give ratio and the columns of by"
        )
    known = grid.dropna(subset=["ratio"]).reset_index(drop=True)
    others = [column for column in grid.columns if column not in ("ratio", *by)]
    groups = known.groupby(list(by), sort=False) if by else [((), known)] if len(known) else []
    rows = []
    for key, group in groups:
        order = group.sort_values("ratio", kind="stable")
        low, high = order.iloc[0], order.iloc[-1]
        row = dict(zip(by, key if isinstance(key, tuple) else (key,), strict=True))
        row |= {"lowest": low["ratio"], "highest": high["ratio"]}
        row |= {"spread_pp": 100 * (high["ratio"] - low["ratio"]), "count": len(group)}
        for column in others:
            row |= {f"lowest_{column}": low[column], f"highest_{column}": high[column]}
        rows.append(row)
    ends = [f"{end}_{column}" for column in others for end in ("lowest", "highest")]
    return pd.DataFrame(rows, columns=[*by, "lowest", "highest", "spread_pp", "count", *ends])

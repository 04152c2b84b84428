"""When a figure was revised by enough to matter: the days on which one period's value changed."""

from __future__ import annotations

import numpy as np
import pandas as pd

from consumer_credit.errors import DataError


def revision_days(history: pd.DataFrame, *, least: float, most: int | None = None) -> list[str]:
    """The days on which a figure took a new value that differs from the one before it by at least `least`.

    Args:
        history: `day` (ISO text) and `value` (not 0) as known from that day on, of one figure, in any order.
        least: smallest relative change that counts (0.0025 for a quarter of a per cent).
        most: keep only that many, those with the largest change; None for all.

    Returns:
        ISO days, oldest first; the first publication is no revision and not among them. A change is measured
        against the value before it, so that several small ones in a row do not count.

    Raises:
        DataError: a day is given twice, or a value is 0 or not finite.
    """
    values = history.sort_values("day").reset_index(drop=True)
    if values["day"].duplicated().any():
        raise DataError("a day is given twice", where="history", remedy="give one value a day")
    numbers = values["value"].astype(float)
    if not np.isfinite(numbers).all() or (numbers == 0).any():
        raise DataError("a value is 0 or not a number", where="history", remedy="leave the day out")
    change = (numbers / numbers.shift() - 1).abs()
    found = change[change >= least].sort_values(ascending=False, kind="stable")
    return sorted(values.loc[found.index[:most], "day"])

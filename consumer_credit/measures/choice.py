"""One frame out of several that say the same thing: by order of preference, or by what was known best.

Nothing is spliced silently: every row keeps the id of the series it was taken from in the column `series`.
"""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from consumer_credit.measures.periods import last_month
from consumer_credit.measures.provenance import COLUMNS, checked, newest_vintage, series_of


def first_available(*frames: pd.DataFrame) -> pd.DataFrame:
    """For each period the row of the first frame that has it: the preferred scope, else the next.

    Args:
        frames: `period`, `value` and provenance, in order of preference; one frequency and unit.

    Returns:
        The same columns, oldest first, and `series`: the id of the series the row was taken from.

    Raises:
        DataError: a frame fails its checks.
    """
    return _chosen(frames, lambda rows: rows.head(1))


def best_known(*frames: pd.DataFrame) -> pd.DataFrame:
    """For each period the row that was known best: within the edition's date before a later vintage, then the
    newest.

    Args:
        frames: estimates of one quantity, e.g. annual GDP and the sum of its quarters; `period`, `value`
            and provenance, one frequency and unit. Of equals the earlier frame wins.

    Returns:
        Columns as in `first_available`.

    Raises:
        DataError: a frame fails its checks.
    """

    def best(rows: pd.DataFrame) -> pd.DataFrame:
        in_time = rows[~rows["later_vintage"].astype(bool)]
        candidates = in_time if len(in_time) else rows
        newest = newest_vintage(candidates["vintage"])
        return candidates[candidates["vintage"] == newest].head(1)

    return _chosen(frames, best)


def _chosen(frames: tuple[pd.DataFrame, ...], choose: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    labelled = []
    for frame in frames:
        rows = checked(frame, "candidates")
        origin = series_of(frame)
        rows["series"] = rows["series"] if "series" in rows.columns else "; ".join(origin)
        labelled.append(rows[[*COLUMNS, "series"]])
    filled = [rows for rows in labelled if len(rows)]
    if not filled:
        return labelled[0]
    together = pd.concat(filled, ignore_index=True)
    picked = [choose(rows) for _, rows in together.groupby("period", sort=False)]
    result = pd.concat(picked, ignore_index=True)
    result = result.iloc[result["period"].map(last_month).argsort(kind="stable")].reset_index(drop=True)
    result.attrs = {"inputs": tuple(i for i in series_of(*frames) if _used(i, result))}
    return result


def _used(series: str, result: pd.DataFrame) -> bool:
    return any(series in taken.split("; ") for taken in result["series"].unique())

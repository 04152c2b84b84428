"""One frame out of several that say the same thing: by order of preference, or by what was known best.

Nothing is spliced silently: every row keeps the id of the series it was taken from in the column `series`.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.measures.periods import last_month
from consumer_credit.measures.provenance import COLUMNS, checked, oldest_first, series_of


def first_available(*frames: pd.DataFrame) -> pd.DataFrame:
    """For each period the row of the first frame that has it: the preferred scope, else the next.

    Args:
        frames: `period`, `value` and provenance, in order of preference; one frequency and unit.

    Returns:
        The same columns, oldest first, and `series`: the id of the series the row was taken from.

    Raises:
        DataError: a frame fails its checks.
    """
    return _first_of_each_period(_labelled(frames), frames)


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

    rows = _labelled(frames)
    known_from = rows["vintage"].where(rows["vintage"].str.len() > len("2017-04"), rows["vintage"] + "-31")
    ranked = rows.assign(_late=rows["later_vintage"].astype(bool), _known_from=known_from)
    ranked = ranked.sort_values(["_late", "_known_from"], ascending=[True, False], kind="stable")
    return _first_of_each_period(ranked.drop(columns=["_late", "_known_from"]), frames)


def newest_until(frame: pd.DataFrame, period: str) -> str | None:
    """The newest period of `frame` that ends no later than `period` does; None when there is none.

    Args:
        frame: `period` of any one frequency; what was published last by a year, say, of a series with gaps.

    Raises:
        DataError: a period is malformed.
    """
    known = [found for found in frame["period"] if last_month(found) <= last_month(period)]
    return max(known, key=last_month, default=None)


def _labelled(frames: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
    """All rows, frame after frame, each with the id of the series it was taken from."""
    labelled = []
    for frame in frames:
        rows = checked(frame, "candidates")
        rows["series"] = rows["series"] if "series" in rows.columns else "; ".join(series_of(frame))
        labelled.append(rows[[*COLUMNS, "series"]])
    filled = [rows for rows in labelled if len(rows)]
    return pd.concat(filled, ignore_index=True) if filled else labelled[0]


def _first_of_each_period(ranked: pd.DataFrame, frames: tuple[pd.DataFrame, ...]) -> pd.DataFrame:
    result = ranked.drop_duplicates("period")
    result = oldest_first(result)
    result.attrs = {"inputs": tuple(i for i in series_of(*frames) if _used(i, result))}
    return result


def _used(series: str, result: pd.DataFrame) -> bool:
    return any(series in taken.split("; ") for taken in result["series"].unique())

"""One release at a time: figures of many economies that may be compared only within one publication.

A publisher that revises coverage and history with every release, as the BIS does with total credit, must not be
read period by period from whichever release is newest. Everything here chooses one release for all economies.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import last_month
from consumer_credit.measures.provenance import newest_vintage

COLUMNS = ("economy", "series", "period", "value", "vintage", "later_vintage")


def release_in_force(rows: pd.DataFrame, period: str | None = None) -> str | None:
    """The release to read: the newest that was known on the edition's date, else the oldest later one.

    Args:
        rows: columns as `COLUMNS`: all vintages of all economies; `later_vintage` marks those published after
            the edition's date.
        period: only releases that have figures of this period count; any when None.

    Returns:
        Its vintage; None when no release qualifies.

    Raises:
        DataError: a column is missing.
    """
    _check(rows)
    found = rows if period is None else rows[rows["period"] == period]
    known, later = (found[found["later_vintage"].astype(bool) == late]["vintage"] for late in (False, True))
    if len(known):
        return newest_vintage(known.unique())
    return _oldest(later.unique()) if len(later) else None


def of_release(rows: pd.DataFrame, release: str | None) -> pd.DataFrame:
    """The rows of one release; none when `release` is None."""
    _check(rows)
    return _kept(rows, rows["vintage"] == release)


def cross_section(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """All economies at one period, from the one release in force for it.

    Returns:
        The rows of `period`, one an economy, columns as given; none when no release has the period.
    """
    chosen = of_release(rows, release_in_force(rows, period))
    return _kept(chosen, chosen["period"] == period)


def newest_common_period(rows: pd.DataFrame) -> str | None:
    """The newest period that every economy of `rows` (one release) has; None when there is none."""
    _check(rows)
    if rows.empty:
        return None
    economies = rows["economy"].nunique()
    held = rows.groupby("period")["economy"].nunique()
    return max(held[held == economies].index, key=last_month, default=None)


def revisions(rows: pd.DataFrame, period: str) -> pd.DataFrame:
    """What later releases made of one period: the oldest and the newest release known on the edition's date.

    Returns:
        Economies that both releases have: `economy`, `series`, `period`, `first`, `newest` (values),
        `first_release`, `newest_release`, `revision` (newest less first), largest revision (up or down)
        first. Empty when only one release known by then has the period.
    """
    _check(rows)
    known = rows[(rows["period"] == period) & ~rows["later_vintage"].astype(bool)]
    columns = [
        "economy",
        "series",
        "period",
        "first",
        "newest",
        "first_release",
        "newest_release",
        "revision",
    ]
    if known["vintage"].nunique() < 2:
        return pd.DataFrame(columns=columns)
    oldest, newest = _oldest(known["vintage"].unique()), newest_vintage(known["vintage"].unique())
    both = known[known["vintage"] == oldest].merge(
        known[known["vintage"] == newest], on=["economy", "series", "period"], suffixes=("_first", "_newest")
    )
    result = both.rename(
        columns={
            "value_first": "first",
            "value_newest": "newest",
            "vintage_first": "first_release",
            "vintage_newest": "newest_release",
        }
    )
    result["revision"] = result["newest"] - result["first"]
    order = result["revision"].abs().sort_values(ascending=False, kind="stable").index
    result = result.loc[order, columns].reset_index(drop=True)
    result.attrs = {"inputs": tuple(result["series"].unique())}
    return result


def _oldest(vintages: Iterable[str]) -> str:
    return min(vintages, key=lambda vintage: vintage if len(vintage) > len("2017-04") else f"{vintage}-31")


def _kept(rows: pd.DataFrame, chosen: pd.Series) -> pd.DataFrame:
    kept = rows[chosen].reset_index(drop=True)
    kept.attrs = {"inputs": tuple(kept["series"].unique())}
    return kept


def _check(rows: pd.DataFrame) -> None:
    missing = [column for column in COLUMNS if column not in rows.columns]
    if missing:
        raise DataError(
            f"no column {', '.join(missing)}", where="releases", remedy=f"expected are: {', '.join(COLUMNS)}"
        )
    if rows.duplicated(["economy", "period", "vintage"]).any():
        twice = rows[rows.duplicated(["economy", "period", "vintage"])].iloc[0]
        raise DataError(
            f"{twice['economy']} has {twice['period']} twice in release {twice['vintage']}",
            where="releases",
            remedy="give one row an economy, period and release",
        )

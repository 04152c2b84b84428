"""Where one economy stands among many: its rank, the median, and how often a mark was reached."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from consumer_credit.errors import DataError


@dataclass(frozen=True)
class Standing:
    """One economy among `count`: `rank` counts from the highest, `value` and `median` are as given."""

    rank: int
    count: int
    value: float
    median: float


def ranked(values: pd.DataFrame, column: str = "value") -> pd.DataFrame:
    """The economies from the highest value to the lowest.

    Args:
        values: one row an economy: `economy` and `column`, the number ranked; others are kept.

    Returns:
        The same with `rank`: 1 for the highest; equal values share the better rank.

    Raises:
        DataError: a column is missing, an economy appears twice, or a value is not a number.
    """
    missing = [name for name in ("economy", column) if name not in values.columns]
    if missing:
        raise DataError(f"no column {', '.join(missing)}", where="ranking", remedy="give economy and value")
    if values["economy"].duplicated().any():
        twice = values.loc[values["economy"].duplicated(), "economy"].iloc[0]
        raise DataError(f"{twice} appears twice", where="ranking", remedy="give one row an economy")
    if values[column].isna().any():
        without = values.loc[values[column].isna(), "economy"].iloc[0]
        raise DataError(f"{without} has no value", where="ranking", remedy="leave the row out")
    result = values.sort_values([column, "economy"], ascending=[False, True], kind="stable")
    result = result.reset_index(drop=True)
    result["rank"] = result[column].rank(method="min", ascending=False).astype(int)
    result.attrs = dict(values.attrs)
    return result


def standing(values: pd.DataFrame, economy: str, column: str = "value") -> Standing | None:
    """Where `economy` stands among all economies of `values`, itself included; None when it is not there."""
    order = ranked(values, column)
    own = order[order["economy"] == economy]
    if own.empty:
        return None
    return Standing(
        rank=int(own["rank"].iloc[0]),
        count=len(order),
        value=float(own[column].iloc[0]),
        median=float(order[column].median()),
    )


def extent(ratios: pd.DataFrame, mark: float) -> pd.DataFrame:
    """How far each economy's ratio has ranged, and how often it reached `mark`.

    Args:
        ratios: one row an economy and year: `economy`, `period`, `ratio` (fraction).
        mark: the yardstick, in the unit of `ratio`.

    Returns:
        One row an economy, in order of appearance: `economy`, `years` (how many), `first`, `last` (periods),
        `lowest`, `highest`, `newest` (ratios), `highest_period` (the first, of equals), `reached` (years at
        or above the mark).
    """
    rows = []
    for economy, own in ratios.groupby("economy", sort=False):
        ordered = own.sort_values("period", kind="stable")
        top = ordered.sort_values("ratio", ascending=False, kind="stable").iloc[0]
        rows.append(
            {
                "economy": economy,
                "years": len(ordered),
                "first": ordered["period"].iloc[0],
                "last": ordered["period"].iloc[-1],
                "lowest": float(ordered["ratio"].min()),
                "highest": float(top["ratio"]),
                "highest_period": top["period"],
                "newest": float(ordered["ratio"].iloc[-1]),
                "reached": int((ordered["ratio"] >= mark).sum()),
            }
        )
    columns = [
        "economy",
        "years",
        "first",
        "last",
        "lowest",
        "highest",
        "highest_period",
        "newest",
        "reached",
    ]
    return pd.DataFrame(rows, columns=columns)

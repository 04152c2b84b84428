"""Ratios at the same stage of income: what an economy owed when its people earned as much as others do now.

Income is GDP per head at purchasing power parity and constant prices, so that years far apart compare. Years
are taken as published; nothing is interpolated between them.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.errors import DataError

PAIRED = ("economy", "period", "income", "ratio", "vintage", "income_vintage", "later_vintage", "derived")
PASSED = ("economy", "state", "period", "income", "ratio", "later_vintage")


def ratios_by_income(ratios: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Each economy's year-end ratio beside its income of the year.

    Args:
        ratios: `economy`, `period` (quarters; only fourth quarters are used), `value` (fraction), `vintage`,
            `later_vintage`, `derived`.
        incomes: `economy`, `period` (years), `value` (international dollars per head), `vintage`,
            `later_vintage`, `derived`.

    Returns:
        Columns as `PAIRED`, `period` a year, one row for each economy and year that both have, in the order of
        `ratios`.

    Raises:
        DataError: a column is missing.
    """
    needed = ("economy", "period", "value", "vintage", "later_vintage", "derived")
    for frame, role in ((ratios, "ratios"), (incomes, "incomes")):
        _require(frame, needed, role)
    ends = ratios[ratios["period"].str.endswith("-Q4")]
    ends = ends.assign(period=ends["period"].str.slice(0, 4))
    both = ends.merge(incomes[list(needed)], on=["economy", "period"], suffixes=("", "_income"))
    result = pd.DataFrame(
        {
            "economy": both["economy"],
            "period": both["period"],
            "income": both["value_income"],
            "ratio": both["value"],
            "vintage": both["vintage"],
            "income_vintage": both["vintage_income"],
            "later_vintage": both["later_vintage"].astype(bool) | both["later_vintage_income"].astype(bool),
            "derived": both["derived"].astype(bool) | both["derived_income"].astype(bool),
        },
        columns=list(PAIRED),
    )
    result.attrs = {"inputs": _inputs(ratios, incomes)}
    return result


def passed(pairs: pd.DataFrame, incomes: pd.DataFrame, level: float) -> pd.DataFrame:
    """When each economy's income first reached `level`, and its ratio at the end of that year.

    Args:
        pairs: as `ratios_by_income` gives. incomes: as it takes them. level: income per head.

    Returns:
        One row an economy of `incomes`, in its order, columns as `PASSED`. `state` is `reached`; `before`
        (at or above the level in the first year held, so that the year is not known); `not_yet`; or
        `no_ratio` (reached, but no ratio is published for that year). `period`, `income` and `ratio` are empty
        where there are none.

    Raises:
        DataError: a column is missing.
    """
    _require(pairs, ("economy", "period", "ratio"), "pairs")
    _require(incomes, ("economy", "period", "value"), "incomes")
    known = {
        (row["economy"], row["period"]): (row["ratio"], bool(row["later_vintage"]))
        for row in pairs.to_dict("records")
    }
    rows = []
    for economy, own in incomes.groupby("economy", sort=False):
        ordered = own.sort_values("period", kind="stable")
        there = ordered[ordered["value"] >= level]
        if there.empty:
            rows.append({"economy": economy, "state": "not_yet"})
            continue
        if there["period"].iloc[0] == ordered["period"].iloc[0]:
            rows.append({"economy": economy, "state": "before"})
            continue
        period = there["period"].iloc[0]
        ratio, later = known.get((economy, period), (None, False))
        state = "no_ratio" if ratio is None else "reached"
        income = float(there["value"].iloc[0])
        rows.append(
            {
                "economy": economy,
                "state": state,
                "period": period,
                "income": income,
                "ratio": ratio,
                "later_vintage": later,
            }
        )
    result = pd.DataFrame(rows, columns=list(PASSED)).astype({"income": "float64", "ratio": "float64"})
    result["later_vintage"] = [late is True for late in result["later_vintage"]]
    result.attrs = {"inputs": _inputs(pairs, incomes)}
    return result


def _inputs(*frames: pd.DataFrame) -> tuple[str, ...]:
    return tuple(dict.fromkeys(series for frame in frames for series in frame.attrs.get("inputs", ())))


def _require(frame: pd.DataFrame, columns: tuple[str, ...], role: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise DataError(
            f"no column {', '.join(missing)}", where=role, remedy=f"expected are: {', '.join(columns)}"
        )

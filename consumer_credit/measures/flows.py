"""Flows over a whole year: what a stock of loans may be divided by.

A stock is set against the four quarters (or the calendar year) of income that end at its date. Only
complete windows are formed; a quarter that is missing leaves every window it belongs to missing, and
nothing is filled in.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import shift_quarters, year
from consumer_credit.measures.provenance import (
    COLUMNS,
    Provenance,
    checked,
    combined,
    frequency_of,
    series_of,
)


def four_quarter_sum(quarters: pd.DataFrame, *, annual_rate: bool = False) -> pd.DataFrame:
    """The flow over the four quarters ending with each quarter.

    Args:
        quarters: `period` (quarters), `value` (money a quarter) and provenance.
        annual_rate: the values are seasonally adjusted annual rates, as BEA publishes US GDP; each quarter
            then counts for a fourth of its rate, so that the sum of the year is the mean of the four rates.

    Returns:
        One row for each quarter that closes a complete window: `period` (its last quarter), `value` (money
        a year), `vintage` (of the newest ingredient), `source`, `later_vintage`, `derived`, `window_start`
        (its first quarter).

    Raises:
        DataError: the frame fails its checks or is not quarterly.

    Source: BEA, "Concepts and Methods of the U.S. National Income and Product Accounts", chapter 4 (an
    annual rate is the value that a year of such quarters would have: four times the quarter's flow).
    """
    rows = _quarterly(quarters, "quarterly flows")
    position = {period: index for index, period in enumerate(rows["period"].tolist())}
    values, provenance = rows["value"].to_numpy(dtype="float64"), Provenance.of(rows)
    sums = []
    for last in position:
        window = [shift_quarters(last, -back) for back in (3, 2, 1, 0)]
        if not all(quarter in position for quarter in window):
            continue
        at = [position[quarter] for quarter in window]
        total = float(values[at].sum()) / (4 if annual_rate else 1)
        sums.append({"period": last, "value": total, **provenance.combined(at), "window_start": window[0]})
    return _frame(sums, rows, extra=("window_start",))


def calendar_year_sum(quarters: pd.DataFrame, *, annual_rate: bool = False) -> pd.DataFrame:
    """The flow of each calendar year of which all four quarters are there.

    Args:
        quarters, annual_rate: as in `four_quarter_sum`.

    Returns:
        `period` (a year), `value` (money a year) and provenance as in `four_quarter_sum`, without
        `window_start`.

    Raises:
        DataError: the frame fails its checks or is not quarterly.
    """
    windows = four_quarter_sum(quarters, annual_rate=annual_rate)
    years = windows[windows["period"].str.endswith("-Q4")].drop(columns="window_start").reset_index(drop=True)
    years["period"] = years["period"].str.slice(0, 4)
    return years


def mean_of_annual_rates(rates: pd.DataFrame) -> pd.DataFrame:
    """The flow of each calendar year out of monthly or quarterly figures at annual rates: their mean.

    Args:
        rates: `period` (months or quarters), `value` (money, seasonally adjusted annual rate) and provenance.

    Returns:
        `period` (a year of which all twelve months or four quarters are there), `value` (money a year) and
        provenance.

    Raises:
        DataError: the frame fails its checks, or holds years already.
    """
    rows = checked(rates, "annual rates")
    kind = frequency_of(rows)
    if kind == "annual":
        raise DataError("yearly figures", where="annual rates", remedy="use them as they are")
    complete = 12 if kind == "monthly" else 4
    years = [
        {"period": year, "value": float(part["value"].mean()), **combined(part)}
        for year, part in rows.groupby(rows["period"].str.slice(0, 4))
        if len(part) == complete
    ]
    return _frame(years, rows)


def single_quarters(year_to_date: pd.DataFrame) -> pd.DataFrame:
    """Single quarters out of sums since January, as NBS publishes GDP at current prices.

    Args:
        year_to_date: `period` (quarters), `value` (money from 1 January to the quarter's end) and provenance.

    Returns:
        The columns that came in, `value` in money a quarter: the first quarter as it is, each later one
        less the sum published for the quarter before. A quarter whose predecessor in the year is missing is
        left out.

    Raises:
        DataError: the frame fails its checks or is not quarterly.

    The two sums may be of different vintages, when a publisher revises the year's total and not yet its
    parts; the difference then holds the revision as well, and its `vintage` is the newer of the two.
    """
    rows = _quarterly(year_to_date, "year-to-date flows")
    position = {period: index for index, period in enumerate(rows["period"].tolist())}
    values, provenance = rows["value"].tolist(), Provenance.of(rows)
    singles = []
    for period, index in position.items():
        ingredients, value = [index], float(values[index])
        if not period.endswith("-Q1"):
            before = position.get(shift_quarters(period, -1))
            if before is None:
                continue
            ingredients.append(before)
            value -= float(values[before])
        singles.append({"period": period, "value": value, **provenance.combined(ingredients)})
    return _frame(singles, rows)


def four_quarters_of(year_to_date: pd.DataFrame) -> pd.DataFrame:
    """The flow over the four quarters ending with each quarter, out of sums since January in several vintages.

    The year that ends in a third quarter is this year's sum to September, and last year's sum less last year's
    sum to September. The three are taken in one vintage: a difference across vintages would hold the revision.

    Args:
        year_to_date: one row for each quarter and vintage: `period`, `value` (money from 1 January to the
            quarter's end) and provenance.

    Returns:
        Columns as in `four_quarter_sum`. Of the vintages that have all three sums the newest is taken, or
        the oldest where all are later vintages; a quarter for which no vintage has them is left out.

    Raises:
        DataError: a vintage fails its checks or is not quarterly.

    Source: the national accounts' own arithmetic of cumulative figures; the rule of one vintage is the
    catalogue's warning on NBS's quarterly GDP.
    """
    chosen: dict[str, dict[str, object]] = {}
    for rows in _by_preference(year_to_date):
        position = {period: index for index, period in enumerate(rows["period"].tolist())}
        values, provenance = rows["value"].tolist(), Provenance.of(rows)
        for period, index in position.items():
            parts = [index]
            if not period.endswith("-Q4"):
                year_before = (f"{year(period) - 1}-Q4", shift_quarters(period, -4))
                parts += [position.get(quarter, -1) for quarter in year_before]
            if min(parts) < 0 or period in chosen:
                continue
            sums = [values[part] for part in parts]
            chosen[period] = {
                "period": period,
                "value": sums[0] if len(sums) == 1 else sums[0] + sums[1] - sums[2],
                **provenance.combined(parts),
                "window_start": shift_quarters(period, -3),
            }
    return _frame([chosen[period] for period in sorted(chosen)], year_to_date, extra=("window_start",))


def _by_preference(year_to_date: pd.DataFrame) -> list[pd.DataFrame]:
    """One frame a vintage: those within the edition's date before later ones, of those the newest first, of
    these the oldest.
    """
    editions = [_quarterly(rows, "year-to-date flows") for _, rows in year_to_date.groupby("vintage")]
    editions.sort(
        key=lambda rows: rows["vintage"].iloc[0] + ("-31" if rows["vintage"].str.len()[0] == 7 else "")
    )
    late = [bool(rows["later_vintage"].any()) for rows in editions]
    within = [rows for rows, later in zip(editions, late, strict=True) if not later]
    return within[::-1] + [rows for rows, later in zip(editions, late, strict=True) if later]


def _quarterly(frame: pd.DataFrame, role: str) -> pd.DataFrame:
    rows = checked(frame, role)
    if frequency_of(rows) not in ("quarterly", None):
        raise DataError(f"{frequency_of(rows)} periods", where=role, remedy="give quarters, such as 2016-Q4")
    return rows


def _frame(
    rows: list[dict[str, object]], origin: pd.DataFrame, *, extra: tuple[str, ...] = ()
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *extra])
    frame.attrs = {**origin.attrs, "inputs": series_of(origin)}
    return frame

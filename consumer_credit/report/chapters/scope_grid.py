"""One ratio asked in many ways: over scopes, denominators and the days on which one could have asked.

The grid behind the chapter "How big is it?": which days are shown follows from the data's vintages, every
empty cell knows its reason, and the band over the grid is what the headlines carry. Which series make up a
scope is decided in `scopes`, how the grid is worded for readers in `scope_heat`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from consumer_credit.data.periods import as_of_date, known_from
from consumer_credit.kept import kept
from consumer_credit.measures.provenance import series_of
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.revisions import revision_days
from consumer_credit.measures.spread import spread
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets, scopes
from consumer_credit.report.values import MissingReason

DENOMINATORS = ("gdp", "disposable_income", "household_consumption")
NEWEST = "newest"
"""The day of the edition itself, among the days of a grid."""
REVISION = 0.0025
"""A day between the first and the newest is looked at when GDP of the year was revised by a quarter of a per
cent or more.
"""
VISIBLE, MOST_DAYS = 0.0005, 4
"""A day is shown when a ratio differs from that of the next day by more than half of the last digit printed;
of more than four days those that differ most.
"""


@dataclass(frozen=True)
class Cell:
    """One ratio of a grid, or why there is none; see `grid`."""

    economy: str
    period: str
    scope: str
    definition: str
    counts: bool
    denominator: str
    day: str
    ratio: float
    reason: MissingReason | None
    loans: float
    loans_vintage: str
    loans_later: bool
    loans_derived: bool
    below: float
    below_vintage: str
    below_later: bool
    below_derived: bool
    inputs: tuple[str, ...]


@kept
def days(chapter: Chapter, economy: str, year: str, asked_on: str) -> list[str]:
    """The days on which the ratio of a year is asked, oldest first, the edition's own (`NEWEST`) last.

    Args:
        economy: CHN or USA.
        year: the year-end of the stocks.
        asked_on: the day the claims under audit were made (ISO); the first day of the grid when the year had been
            published by then, otherwise the day on which stock and GDP were first out.

    Returns:
        ISO days and `NEWEST`; between them the days on which the year's GDP was revised (see `REVISION`).
    """
    limit = as_of_date(chapter.parameters.as_of)
    first = _first_known(chapter, economy, year, asked_on)
    if first is None or (limit is not None and first >= limit.isoformat()):
        return [NEWEST]
    revised = revision_days(_gdp_by_day(chapter, economy, year), least=REVISION)
    return [first, *(day for day in revised if first < day), NEWEST]


def grid(
    chapter: Chapter,
    economy: str,
    year: str,
    on: Sequence[str],
    denominators: Sequence[str] = DENOMINATORS,
) -> pd.DataFrame:
    """The ratio of a year in every scope, over every denominator, as known on every day.

    Args:
        economy: CHN or USA.
        year: the year-end of the stocks.
        on: as `days` gives.
        denominators: keys of `markets.DENOMINATORS`.

    Returns:
        One row a cell, scopes broadest first: `economy`, `period`, `scope`, `definition`, `counts` (within the
        band), `denominator`, `day`, `ratio` (fraction, NaN when not available), `loans`, `below` (money),
        `loans_vintage`, `below_vintage`, `loans_later`, `below_later`, `loans_derived`, `below_derived`
        (bool), `inputs` (tuple of series), `reason` (MissingReason or None). Days that show nothing new are left
        out (see `VISIBLE`).
    """
    rows = [vars(cell) for cell in _cells(chapter, economy, year, tuple(on), tuple(denominators))]
    cells = _with_lasting_reasons(pd.DataFrame(rows))
    always = [scope.key for scope in scopes.SCOPES[economy] if scope.always]
    with_figures = cells.loc[cells["ratio"].notna(), "scope"].unique()
    shown = cells[cells["scope"].isin([*always, *with_figures])].reset_index(drop=True)
    return _without_repeated_days(shown)


@kept
def _cells(
    chapter: Chapter, economy: str, year: str, on: tuple[str, ...], denominators: tuple[str, ...]
) -> list[Cell]:
    """Every cell of a grid, day by day, with reasons as of each day."""
    found = []
    for day in on:
        known = chapter if day == NEWEST else chapter.as_known_on(day)
        flows = {name: markets.denominator(known, economy, name) for name in denominators}
        stocks = scopes.stocks(known, economy)
        below = {name: _of_year(flow, year) for name, flow in flows.items()}
        for scope in scopes.SCOPES[economy]:
            loans = _of_year(stocks[scope.key], year)
            for name, flow in flows.items():
                sides = _sides(loans, below[name])
                reason = None
                if pd.isna(sides["ratio"]):
                    needed = scopes.needs(known, economy, scope.key)
                    lacking = [*needed, *markets.denominator_series(economy, name)]
                    reason = known.why_missing(lacking, year)
                inputs = () if reason else series_of(stocks[scope.key], flow)
                asked = (economy, year, scope.key, scope.definition, scope.counts, name, day)
                found.append(Cell(*asked, reason=reason, inputs=inputs, **sides))
    return found


def inputs_of(cells: pd.DataFrame) -> tuple[str, ...]:
    """The series behind the cells that have a ratio."""
    return tuple(dict.fromkeys(series for inputs in cells["inputs"] for series in inputs))


def within_band(cells: pd.DataFrame, denominator: str | None = None) -> pd.DataFrame:
    """The cells that count: scopes that could be called consumer credit, both sides known on the day; over one
    denominator, or over all of them.
    """
    known = ~cells["loans_later"] & ~cells["below_later"] & cells["ratio"].notna()
    over = cells["denominator"].isin([denominator] if denominator else list(DENOMINATORS))
    return cells[known & cells["counts"] & over]


def without_housing(cells: pd.DataFrame) -> pd.DataFrame:
    """The cells of the scopes that leave housing loans out, as the American figures do."""
    return cells[cells["scope"] != scopes.TOTAL] if (cells["economy"] == "CHN").all() else cells


def headline(chapter: Chapter, economy: str) -> pd.DataFrame:
    """The edition's own ratio of an economy, yearly; columns as `ratios.stock_over_flow`."""
    if economy == "CHN":
        return markets.china_ratio(chapter)
    return stock_over_flow(markets.us_consumer_credit(chapter), markets.denominator(chapter, economy))


def headline_needs(chapter: Chapter, economy: str) -> Sequence[str]:
    """The series without which `headline` is missing, the most telling first."""
    loans = scopes.needs(chapter, economy, scopes.headline_scope(chapter, economy))
    return (*loans, *markets.denominator_series(economy, chapter.parameters.denominator))


def band(counted: pd.DataFrame) -> pd.DataFrame:
    """Lowest and highest ratio of the cells that count (`within_band`); columns as `spread.spread`, no row when
    there is none.
    """
    return spread(counted[["ratio", "scope", "denominator", "day"]])


def beside(first: tuple[float, float], second: tuple[float, float]) -> str:
    """Where one band (lowest, highest) lies to another, as a language-free id: below, above or overlap."""
    if first[1] < second[0]:
        return "below"
    return "above" if first[0] > second[1] else "overlap"


def alone(cells: pd.DataFrame, *, scope: str, denominator: str) -> dict[str, pd.DataFrame]:
    """What each question does by itself, the others kept as in the headline: `scope`, `denominator`, `vintage`;
    columns as `spread.spread`.

    Args:
        scope, denominator: those of the headline; the day kept is the newest.
    """
    known = cells[~cells["loans_later"] & ~cells["below_later"]]
    newest, own = known["day"] == NEWEST, known["scope"] == scope
    over = known["denominator"] == denominator
    parts = {
        "scope": known[newest & over & known["counts"]],
        "denominator": known[newest & own],
        "vintage": known[own & over],
    }
    return {name: spread(part[["ratio", "scope", "denominator", "day"]]) for name, part in parts.items()}


def _of_year(frame: pd.DataFrame, year: str) -> dict[str, Any]:
    """The row of a year; empty when there is none."""
    rows = frame[frame["period"] == year].to_dict("records")
    return {str(name): value for name, value in rows[0].items()} if rows else {}


def _sides(loans: dict[str, Any], below: dict[str, Any]) -> dict[str, Any]:
    """A year-end stock over the flow of its year, and what is known of both; NaN when one of the two is missing."""
    known = bool(loans and below)
    cell: dict[str, Any] = {"ratio": loans["value"] / below["value"] if known else float("nan")}
    for name, side in (("loans", loans), ("below", below)):
        row = side if known else {}
        cell[name] = row.get("value", float("nan"))
        cell[f"{name}_vintage"] = row.get("vintage", "")
        cell[f"{name}_later"] = bool(row.get("later_vintage", False))
        cell[f"{name}_derived"] = bool(row.get("derived", False))
    return cell


def _with_lasting_reasons(cells: pd.DataFrame) -> pd.DataFrame:
    """What is not held today was not held before: the reason of the newest day stands on all days."""
    lasting = {
        (row["scope"], row["denominator"]): row["reason"]
        for row in cells[cells["day"] == NEWEST].to_dict("records")
    }
    own = zip(cells["scope"], cells["denominator"], cells["reason"], strict=True)
    reasons = [lasting[scope, name] or reason for scope, name, reason in own]
    return cells.assign(reason=pd.Series(reasons, index=cells.index, dtype="object"))


def _first_known(chapter: Chapter, economy: str, year: str, asked_on: str) -> str | None:
    """The first day, not before `asked_on`, on which the year's total stock and GDP were both known; None
    while one of them is not.
    """
    series = (*series_of(scopes.total(chapter, economy)), *markets.denominator_series(economy, "gdp"))
    candidates = {asked_on} | {day for name in series for day in _days_of(chapter, name, year)}
    for day in sorted(day for day in candidates if day >= asked_on):
        known = chapter.as_known_on(day)
        sides = (scopes.total(known, economy), markets.denominator(known, economy, "gdp"))
        if all(len(side[(side["period"] == year) & ~side["later_vintage"].astype(bool)]) for side in sides):
            return day
    return None


def _days_of(chapter: Chapter, series_id: str, year: str) -> set[str]:
    """The days on which vintages of a year's figures became known, up to the edition's date."""
    rows = chapter.every_vintage(series_id)
    known = rows[rows["period"].str.startswith(year) & ~rows["later_vintage"].astype(bool)]
    return {known_from(vintage).isoformat() for vintage in known["vintage"].unique()}


def _gdp_by_day(chapter: Chapter, economy: str, year: str) -> pd.DataFrame:
    """`day`, `value`: GDP of the year on each day on which a vintage of it became known."""
    series = markets.denominator_series(economy, "gdp")
    rows = []
    for day in sorted({day for name in series for day in _days_of(chapter, name, year)}):
        gdp = markets.denominator(chapter.as_known_on(day), economy, "gdp")
        of_year = gdp[(gdp["period"] == year) & ~gdp["later_vintage"].astype(bool)]
        rows += [{"day": day, "value": float(value)} for value in of_year["value"]]
    return pd.DataFrame(rows, columns=["day", "value"])


def _without_repeated_days(cells: pd.DataFrame) -> pd.DataFrame:
    """Leave out days that show nothing new within the band; the first and the newest differ or one is left."""
    shown = cells[cells["counts"]].pivot(index=["scope", "denominator"], columns="day", values="ratio")

    def news(day: str, following: str) -> float:
        """The largest difference between two days; infinite where one of them has a number more."""
        if (shown[day].isna() != shown[following].isna()).any():
            return float("inf")
        return float((shown[day] - shown[following]).abs().max())

    order = list(dict.fromkeys(cells["day"]))
    kept = [order[-1]]
    for day in reversed(order[:-1]):
        if news(day, kept[0]) > VISIBLE:
            kept.insert(0, day)
    while len(kept) > MOST_DAYS:
        between = range(1, len(kept) - 1)
        del kept[min(between, key=lambda index: news(kept[index], kept[index + 1]))]
    return cells[cells["day"].isin(kept)].reset_index(drop=True)

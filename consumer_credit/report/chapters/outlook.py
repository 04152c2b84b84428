"""The look ahead, from any day: what the data known then say about the years to come.

One function serves the outlook of the edition and its back-test. It is given the data as known on a day (the
edition's, or the January after the base year) and reads nothing else, so that the back-test cannot know more
than a reader did then. The simulation itself is `measures.simulation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from consumer_credit.data.periods import as_of_date
from consumer_credit.measures.breaks import effect_in_points
from consumer_credit.measures.periods import shift_years
from consumer_credit.measures.provenance import series_of
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.simulation import simulate, yearly_record
from consumer_credit.parameters import parse_parameters
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets


@dataclass(frozen=True)
class Outlook:
    """What lies ahead, as seen from the end of `year`.

    Attributes:
        year: the newest year with loans and GDP; paths start from its `ratio` (fraction) and `gdp` (yuan).
        ratios: China's ratios to GDP known then, yearly; columns as `ratios.stock_over_flow`.
        record: the years drawn from: `period`, `gdp_growth`, `ratio_change` (fractions).
        targets: the comparator's ratios drawn from: `period`, `ratio`; empty when none was known, and the
            edition's `target_ratio` then stands alone.
        fan: `period` from `year` on, `quantity` and quantiles as `simulation.simulate` gives.
        series: the ids of all series that went in.
    """

    year: str
    ratio: float
    gdp: float
    ratios: pd.DataFrame
    record: pd.DataFrame
    targets: pd.DataFrame
    fan: pd.DataFrame
    series: tuple[str, ...]

    def of(self, quantity: str) -> pd.DataFrame:
        """The rows of the fan for one quantity ("ratio", "gdp", "loans", "headroom", "reached")."""
        return self.fan[self.fan["quantity"] == quantity].reset_index(drop=True)

    def at(self, quantity: str, period: str, quantile: str = "q50") -> float:
        """One number of the fan."""
        rows = self.of(quantity)
        return float(rows.loc[rows["period"] == period, quantile].iloc[0])


def china_ratio_to_gdp(chapter: Chapter) -> pd.DataFrame:
    """China's loans in the edition's scope over GDP, whatever the edition's `denominator`: room is counted in
    yuan of GDP.
    """
    return stock_over_flow(markets.china_loans(chapter), markets.denominator(chapter, "CHN", "gdp"))


def china_needs(chapter: Chapter) -> tuple[str, ...]:
    """The series without which there is no such ratio, the most telling first."""
    if chapter.parameters.china_scope == "total":
        return (markets.CN_LOANS, markets.CN_GDP)
    return tuple(markets.china_ex_housing_needs(chapter.parameters.housing_definition))


def comparator_ratio_to_gdp(chapter: Chapter) -> pd.DataFrame:
    """The comparator's consumer credit over its GDP, from the edition's `start_year` on."""
    economy = chapter.parameters.comparator
    ratios = stock_over_flow(markets.comparator_credit(chapter), markets.denominator(chapter, economy, "gdp"))
    kept = ratios[ratios["period"].astype(int) >= chapter.parameters.start_year].reset_index(drop=True)
    kept.attrs = ratios.attrs
    return kept


def known_after(chapter: Chapter, year: int) -> Chapter:
    """The chapter with what was public on 31 January after `year`, strictly: no later vintage stands in.

    By then the central bank's table and the first GDP of the year are out. Where the edition's definition of
    housing loans had no figure for `year` yet, the definition published then is used.
    """
    edition = as_of_date(chapter.parameters.as_of)
    day = as_of_date(f"{year + 1}-01-31")
    assert day is not None
    asked = {"as_of": day if edition is None else min(day, edition), "strict_vintages": True}
    then = _with(chapter, asked)
    ratios = china_ratio_to_gdp(then)
    if then.parameters.china_scope == "total" or str(year) in set(ratios["period"]):
        return then
    return _with(then, {"housing_definition": "purchase"})


def outlook(
    known: Chapter,
    *,
    years: int,
    record_years: int | None = None,
    fixed_target: bool = False,
    without_scope_changes: bool = False,
) -> Outlook | None:
    """Draw the years ahead from what `known` holds; None when there is no ratio, or no two years in a row.

    Args:
        known: a chapter, or `known_after` of one.
        years: how far to look.
        record_years: how many of the newest years on record to draw from; the edition's when None.
        fixed_target: hold every path to the edition's `target_ratio` instead of the comparator's record.
        without_scope_changes: take the catalogue's steps of scope out of the changes on record.

    Raises:
        DataError: the series cannot be read.
    """
    parameters = known.parameters
    ratios = china_ratio_to_gdp(known)
    record = yearly_record(ratios).tail(record_years or parameters.record_years).reset_index(drop=True)
    if record.empty:
        return None
    if without_scope_changes:
        record = _less_steps(record, ratios, scope_steps(known))
    start, targets = ratios.iloc[-1], comparator_ratio_to_gdp(known)
    assumed = fixed_target or targets.empty
    drawn_from = [parameters.target_ratio] if assumed else list(targets["ratio"])
    fan = simulate(
        ratio=float(start["ratio"]),
        gdp=float(start["denominator"]),
        record=record,
        targets=drawn_from,
        years=years,
        draws=parameters.simulation_draws,
        seed=parameters.simulation_seed,
    )
    fan.insert(0, "period", [shift_years(start["period"], int(ahead)) for ahead in fan["years_ahead"]])
    return Outlook(
        year=str(start["period"]),
        ratio=float(start["ratio"]),
        gdp=float(start["denominator"]),
        ratios=ratios,
        record=record,
        targets=targets[["period", "ratio", "later_vintage", "derived"]],
        fan=fan,
        series=series_of(ratios) if assumed else series_of(ratios, targets),
    )


def scope_steps(known: Chapter) -> dict[str, float]:
    """The steps that changes of scope left in China's consumer loans, in yuan, by year, where a size is
    known.
    """
    entry = known.store.catalogue.series[markets.CN_LOANS]
    return {
        item.period[:4]: entry.in_units(item.size)
        for item in entry.breaks
        if item.kind == "scope_change" and item.size is not None
    }


def students_in_yardstick(chapter: Chapter) -> float | None:
    """What student loans add to the American yardstick at its newest year, as a fraction of GDP.

    None when the comparator is another economy, when the edition leaves student loans out already, or when
    they are not published.
    """
    parameters = chapter.parameters
    if parameters.comparator != "USA" or parameters.us_scope != "total":
        return None
    without = comparator_ratio_to_gdp(_with(chapter, {"us_scope": "ex_student"}))
    both = comparator_ratio_to_gdp(chapter).merge(without, on="period", suffixes=("", "_without"))
    if both.empty:
        return None
    newest = both.iloc[-1]
    return float(newest["ratio"] - newest["ratio_without"])


def _less_steps(record: pd.DataFrame, ratios: pd.DataFrame, steps: Mapping[str, float]) -> pd.DataFrame:
    """The record with each step taken out of the change of its year."""
    gdp = ratios.set_index("period")["denominator"]
    effects = [
        effect_in_points(step=steps.get(period, 0.0), denominator=float(gdp[period])) / 100
        for period in record["period"]
    ]
    return record.assign(ratio_change=record["ratio_change"] - effects)


def _with(chapter: Chapter, changes: Mapping[str, object]) -> Chapter:
    values = {**chapter.parameters.model_dump(), **changes}
    return replace(chapter, parameters=parse_parameters(values, where="outlook"))

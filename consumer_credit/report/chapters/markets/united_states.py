"""American consumer credit: the Federal Reserve's G.19, its parts, and the New York Fed's balances by type."""

from __future__ import annotations

from collections.abc import Sequence, Set

import pandas as pd

from consumer_credit.data.periods import known_from
from consumer_credit.measures.breaks import effect_in_points
from consumer_credit.measures.choice import best_known, first_available
from consumer_credit.measures.flows import calendar_year_sum
from consumer_credit.measures.provenance import newest_vintage
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_year_end, difference
from consumer_credit.measures.totals import total_of
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters.markets.level_breaks import level_breaks
from consumer_credit.report.known_data import remembered
from consumer_credit.report.provenance import shows

US_CREDIT, US_CREDIT_2017 = "us.consumer_credit", "us.consumer_credit.as_known_2017_04"
US_REVOLVING = "us.consumer_credit.revolving"
US_STUDENT = "us.student_loans"
US_VEHICLES, US_VEHICLES_LATER = "us.vehicle_loans", "us.vehicle_loans.z1"
US_GDP, US_GDP_ANNUAL = "us.gdp", "us.gdp.annual"
US_PARTS = ("revolving", "vehicles", "students", "other")
US_NYFED = {
    "revolving": "us.nyfed.credit_card",
    "vehicles": "us.nyfed.auto",
    "students": "us.nyfed.student",
    "other": "us.nyfed.other",
    "home_equity": "us.nyfed.home_equity_revolving",
    "mortgages": "us.nyfed.mortgage",
}


@remembered
def us_consumer_credit(chapter: Chapter, scope: str | None = None) -> pd.DataFrame:
    """Consumer credit (G.19) at year-ends, dollars, in `scope` (the edition's `us_scope` when None): total,
    ex_student, or home_equity (with the New York Fed's home-equity lines of credit).
    """
    scope = scope or chapter.parameters.us_scope
    total = best_known(at_year_end(chapter.series(US_CREDIT)), at_year_end(chapter.series(US_CREDIT_2017)))
    if scope == "ex_student":
        return difference(total, at_year_end(chapter.series(US_STUDENT)))
    if scope == "home_equity":
        return total_of(total, us_nyfed(chapter, "home_equity"))
    return total


@remembered
def us_gdp(chapter: Chapter, *, whole_record: bool = False) -> pd.DataFrame:
    """GDP of calendar years, dollars: the four quarters or the published year, whichever was known best; from
    the years that the edition speaks of on, or the `whole_record`.
    """
    frames = [chapter.series(series) for series in (US_GDP, US_GDP_ANNUAL)]
    if not whole_record:
        frames = [since_start(chapter, frame) for frame in frames]
    return best_known(calendar_year_sum(frames[0], annual_rate=True), frames[1])


def since_start(chapter: Chapter, flows: pd.DataFrame) -> pd.DataFrame:
    """Years that the edition speaks of, so that only series that serve them are named as sources."""
    first = min(chapter.parameters.start_year, chapter.parameters.base_year)
    kept = flows[flows["period"].str.slice(0, 4).astype(int) >= first].reset_index(drop=True)
    kept.attrs = flows.attrs
    return kept


@remembered
def us_ratio(chapter: Chapter, scope: str | None = None) -> pd.DataFrame:
    """Consumer credit to GDP in the United States, yearly."""
    return stock_over_flow(us_consumer_credit(chapter, scope), us_gdp(chapter))


def us_needs(chapter: Chapter, scope: str | None = None) -> Sequence[str]:
    """The series without which `us_ratio` is missing."""
    extra = {"ex_student": (US_STUDENT,), "home_equity": (US_NYFED["home_equity"],)}
    return (*extra.get(scope or chapter.parameters.us_scope, ()), US_CREDIT, US_GDP)


def us_long_run(chapter: Chapter) -> dict[str, pd.DataFrame]:
    """The whole G.19 to GDP from the start of the data, and its two kinds: `total`, `revolving`,
    `nonrevolving`.
    """
    gdp = us_gdp(chapter, whole_record=True)
    total = us_consumer_credit(chapter, "total")
    revolving = at_year_end(chapter.series(US_REVOLVING))
    stocks = {
        "total": total,
        "revolving": revolving,
        "nonrevolving": difference(at_year_end(chapter.series(US_CREDIT)), revolving),
    }
    return {kind: stock_over_flow(stock, gdp) for kind, stock in stocks.items()}


def us_parts(chapter: Chapter) -> dict[str, pd.DataFrame]:
    """The G.19 by kind of loan at year-ends, dollars; keys `US_PARTS`, `other` being what is left.

    Vehicle and student loans are memo items that the copies held stop carrying sooner than the total. Years in
    which the total has a break that came with a revision after the memo items' vintage are left out: what is
    left would hold the break. So are years of a later vintage where others were known on the edition's date.
    """
    total, revolving = (at_year_end(chapter.series(series)) for series in (US_CREDIT, US_REVOLVING))
    students = at_year_end(chapter.series(US_STUDENT))
    vehicles = first_available(
        at_year_end(chapter.series(US_VEHICLES)), at_year_end(chapter.series(US_VEHICLES_LATER))
    )
    other = total
    for part in (revolving, vehicles, students):
        other = difference(other, part)
    last = _last_year_of_one_benchmark(chapter, vehicles, students)
    known = other[~other["later_vintage"].astype(bool)]
    years = {year for year in (known if len(known) else other)["period"] if year <= last}
    parts = dict(zip(US_PARTS, (revolving, vehicles, students, other), strict=True))
    return {kind: _kept(part, years) for kind, part in parts.items()}


@remembered
def us_breaks(chapter: Chapter, start: str, end: str) -> pd.DataFrame:
    """The level breaks of the G.19 after the end of year `start`, to the end of year `end`, as far as the figures
    known on the edition's date have them.

    Returns:
        `period` (first of the new level), `step` (dollars), `effect_pp` (the step over GDP of its year,
        percentage points), `note` (what the publisher did, in the reader's language).
    """
    gdp = us_gdp(chapter).set_index("period")["value"]
    rows = [
        {
            "period": break_.period,
            "step": break_.step,
            "effect_pp": effect_in_points(step=break_.step, denominator=float(gdp[break_.period[:4]])),
            "note": break_.note,
        }
        for break_ in level_breaks(chapter, US_CREDIT, start, end)
        if break_.step is not None and break_.period[:4] in gdp.index
    ]
    return pd.DataFrame(rows, columns=["period", "step", "effect_pp", "note"])


@remembered
def us_nyfed(chapter: Chapter, kind: str) -> pd.DataFrame:
    """Balances of one kind of loan on credit reports at year-ends, dollars (keys of `US_NYFED`)."""
    return at_year_end(chapter.series(US_NYFED[kind]))


def _last_year_of_one_benchmark(chapter: Chapter, *memo_items: pd.DataFrame) -> str:
    """The last year-end before the first break of the total that the memo items cannot have."""
    vintages = [newest_vintage(frame["vintage"]) for frame in memo_items if len(frame)]
    unknown = [
        entry.period
        for entry in chapter.store.catalogue.series[US_CREDIT].breaks
        if entry.since
        and shows(entry, chapter.vintage_at(US_CREDIT, entry.period))
        and any(known_from(entry.since) > known_from(vintage) for vintage in vintages)
    ]
    return str(int(min(unknown)[:4]) - 1) if unknown else "9999"


def _kept(part: pd.DataFrame, years: Set[str]) -> pd.DataFrame:
    kept = part[part["period"].isin(years)].reset_index(drop=True)
    kept.attrs = part.attrs
    return kept

"""Consumer credit without mortgages where it is published: the results that the chapter records, its rows.

The counts of different economies are never harmonised here; they are labelled, graded and set side by side.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from consumer_credit.measures.provenance import series_of
from consumer_credit.measures.ranking import extent, standing
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import world
from consumer_credit.report.chapters.world import Published
from consumer_credit.report.provenance import BreakMark
from consumer_credit.report.values import MissingReason

ROWS = (
    "key",
    "label",
    "economy",
    "counts",
    "grade",
    "compared",
    "first",
    "period",
    "years",
    "value",
    "before",
    "low",
    "high",
    "high_period",
    "reached",
    "before_derived",
    "derived",
    "later_vintage",
    "colour",
)


def credit_rows(chapter: Chapter, published: Sequence[Published], yardstick: float) -> pd.DataFrame:
    """One row a count that has a ratio, those compared first, highest newest ratio first.

    Returns:
        Columns as `charts.dots` takes them (`value` the newest ratio, `before` at the base year, `low` and
        `high` since the edition's first year), and `economy`, `counts`, `grade`, `compared`, `first`, `period`
        (newest), `years`, `high_period`, `reached` (years at or above the yardstick).
    """
    every = _all_ratios(published)
    since = every[every["period"] >= str(chapter.parameters.start_year)]
    ranges = extent(since, yardstick).set_index("economy")
    held = [one for one in published if one.key in ranges.index]
    rows = []
    for one in held:
        reach = ranges.loc[one.key]
        newest = one.ratios[one.ratios["period"] == reach["last"]].iloc[0]
        base = one.ratios[one.ratios["period"] == str(chapter.parameters.base_year)]
        rows.append(
            {
                "key": one.key,
                "label": one.label,
                "economy": one.economy,
                "counts": one.counts,
                "grade": one.grade,
                "compared": one.compared,
                "first": reach["first"],
                "period": reach["last"],
                "years": reach["years"],
                "value": reach["newest"],
                "before": base["ratio"].iloc[0] if len(base) else None,
                "before_derived": bool(base["derived"].any()),
                "low": reach["lowest"],
                "high": reach["highest"],
                "high_period": reach["highest_period"],
                "reached": reach["reached"],
                "derived": bool(newest["derived"]),
                "later_vintage": bool(one.ratios["later_vintage"].astype(bool).any()),
                "colour": _colour(chapter, one),
            }
        )
    frame = pd.DataFrame(rows, columns=list(ROWS)).astype({"compared": "bool", "before": "float64"})
    frame = frame.sort_values(["compared", "value"], ascending=[False, False], kind="stable")
    frame = frame.reset_index(drop=True)
    headings = {True: chapter.text("Counts compared"), False: chapter.text("Another count, for comparison")}
    frame["group"] = [headings[bool(compared)] for compared in frame["compared"]]
    frame["note"] = [
        chapter.text("({year}, grade {grade})", year=period, grade=grade)
        for period, grade in zip(frame["period"], frame["grade"], strict=True)
    ]
    frame.attrs = {"inputs": series_of(*(one.ratios for one in held))}
    return frame


def record_counts(chapter: Chapter, published: Sequence[Published]) -> None:
    """Record each count's ratio at the base year and at its newest: `world_credit_gbr_base`, `_latest`,
    `_latest_year`.
    """
    base_year = str(chapter.parameters.base_year)
    for one in published:
        name = f"world_credit_{one.key.lower()}"
        newest = one.ratios["period"].iloc[-1] if len(one.ratios) else base_year
        formula = f"{one.economy}: {', '.join(one.series)}: stock over GDP of the year"
        for when, period in (("base", base_year), ("latest", newest)):
            if period not in set(one.ratios["period"]):
                reason = _why_missing(chapter, one, period)
                chapter.record(f"{name}_{when}", reason, unit="fraction", formula=formula)
            elif one.periods:  # dated by fiscal years: vintages cannot be looked up by the year
                ratio = float(one.ratios.loc[one.ratios["period"] == period, "ratio"].iloc[0])
                chapter.record(f"{name}_{when}", ratio, unit="fraction", formula=formula, series=one.series)
            else:
                chapter.record_at(f"{name}_{when}", one.ratios, period, formula=formula)
        year = newest if len(one.ratios) else _why_missing(chapter, one, base_year)
        chapter.record(f"{name}_latest_year", year, unit="period", formula="newest year held")


def _why_missing(chapter: Chapter, one: Published, period: str) -> MissingReason:
    """Why a count has no ratio for a year; single reporting days have no year of their own to ask for."""
    dated = [s for s in one.series if chapter.store.catalogue.series[s].frequency != "daily"]
    reason = chapter.why_missing(dated, period)
    return MissingReason("gap", one.series[0], period) if reason.code == "gap" else reason


def record_standings(chapter: Chapter, published: Sequence[Published], rows: pd.DataFrame) -> None:
    """Record where China lies among those compared, newest and at the base year (`world_credit_count_latest`,
    `world_credit_median_latest`, `world_credit_rank_cn_latest` …).
    """
    base_year = str(chapter.parameters.base_year)
    china = next(one for one in published if one.key == "CHN")
    lacking = _why_missing(chapter, china, base_year)
    compared = rows[rows["compared"]]
    for when, column in (("latest", "value"), ("base", "before")):
        held = compared.assign(economy=compared["key"]).dropna(subset=column)
        own = standing(held, "CHN", column)
        median = float(held[column].median()) if len(held) else lacking
        for name, value, unit, formula in (
            ("count", len(held), "count", "economies compared that have a ratio"),
            ("median", median, "fraction", "median of the ratios of those compared"),
            ("rank_cn", own.rank if own else lacking, "count", "China's rank among them from the highest"),
        ):
            series = series_of(rows)
            chapter.record(f"world_credit_{name}_{when}", value, unit=unit, formula=formula, series=series)
    for end, years in (("earliest", compared["period"].min()), ("latest", compared["period"].max())):
        chapter.record(
            f"world_credit_{end}_of_newest",
            years if len(compared) else lacking,
            unit="period",
            formula=f"{end} of the years that the newest ratios describe",
            series=series_of(rows),
        )


def record_reach(chapter: Chapter, rows: pd.DataFrame) -> None:
    """Record how many of those compared ever reached the yardstick (`world_reached_count`, `_years` of
    `world_credit_years`), the highest ratio and the highest outside the United States (`world_top`,
    `world_second`, each with `_economy`, `_year`), and the reach of Canada's wider count.
    """
    compared = rows[rows["compared"]]
    for name, value, formula in (
        ("world_reached_count", int((compared["reached"] > 0).sum()), "those that ever reached it"),
        ("world_reached_years", int(compared["reached"].sum()), "their year-ends at or above it"),
        ("world_credit_years", int(compared["years"].sum()), "their year-ends held"),
    ):
        chapter.record(name, value, unit="count", formula=formula, series=series_of(rows))
    for name, among in (("world_top", compared), ("world_second", compared[compared["key"] != "USA"])):
        highest = among.sort_values("high", ascending=False, kind="stable").head(1)
        for suffix, column, unit in (
            ("", "high", "fraction"),
            ("_economy", "economy", "id"),
            ("_year", "high_period", "period"),
        ):
            top = highest[column].iloc[0] if len(highest) else MissingReason("no_series")
            formula = "highest ratio at any year-end held, of those compared"
            chapter.record(f"{name}{suffix}", top, unit=unit, formula=formula, series=series_of(rows))
    wider = rows[rows["key"] == world.CANADA_WITH_LINES]
    for suffix, column in (("reached", "reached"), ("years", "years")):
        years = int(wider[column].iloc[0]) if len(wider) else MissingReason("no_series")
        formula = "year-ends of Canada's count with home-equity lines"
        chapter.record(f"world_canada_{suffix}", years, unit="count", formula=formula)


def state_of_yardstick(yardstick: float, top: float, second: float) -> str:
    """How the yardstick stands to what has been seen, as a language-free id: `beyond_all` (above the highest
    ratio), `one` (above all but that of one economy), `several`.
    """
    return "beyond_all" if yardstick > top else "one" if yardstick > second else "several"


def credit_lines(chapter: Chapter, published: Sequence[Published], keys: Sequence[str]) -> pd.DataFrame:
    """The chosen counts over time, within the edition's years, as `charts.lines` takes them."""
    parts = [
        one.ratios.assign(
            series=one.key,
            label=one.label,
            value=one.ratios["ratio"],
            colour="ink" if world.own_colour(one.economy) == "context" else world.own_colour(one.economy),
        )
        for key in dict.fromkeys(keys)
        for one in published
        if one.key == key and len(one.ratios)
    ]
    drawn = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["period"])
    return chapter.within_years(drawn) if len(drawn) else drawn


def line_breaks(chapter: Chapter, published: Sequence[Published], lines: pd.DataFrame) -> list[BreakMark]:
    """The breaks in the counts drawn, each note saying whose it is; `lines` as `credit_lines` gives."""
    whose = "{}: {}" if chapter.language == "en" else "{}：{}"
    found = []
    for one in published:
        own = lines.loc[lines["series"] == one.key, "period"]
        if len(own):
            marks = chapter.breaks(one.series, own.min(), own.max())
            found += [(mark.period, whose.format(one.label, mark.note)) for mark in marks]
    return chapter.breaks([], lines["period"].min(), lines["period"].max(), also=found)


def _all_ratios(published: Sequence[Published]) -> pd.DataFrame:
    """All ratios in one long frame, `economy` being the key of the count."""
    columns = ["economy", "period", "ratio"]
    frames = [one.ratios.assign(economy=one.key)[columns] for one in published if len(one.ratios)]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)


def _colour(chapter: Chapter, one: Published) -> str:
    if one.key == world.US_OTHER_SCOPE:
        return "united_states_ex_student"
    return world.colour_of(chapter, one.economy)

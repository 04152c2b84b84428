"""Household credit among the BIS's economies: the standings that the chapter records, the rows that it draws.

Which series are read is `world`'s matter, arithmetic that of `measures`; here results get their names, and rows
their labels and colours. Consumer credit without mortgages is in `world_credit`.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from consumer_credit.measures.income import passed
from consumer_credit.measures.provenance import series_of
from consumer_credit.measures.ranking import ranked, standing
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import world
from consumer_credit.report.values import MissingReason

Fact = tuple[str, float | int | str | MissingReason, str, str]
"""Name, value or reason, unit, formula."""


def record_standings(chapter: Chapter, section: pd.DataFrame, period: str | None, when: str) -> None:
    """Record ratio and rank of China, the United States and the comparator among the economies of one quarter
    (`world_cn_ratio_<when>`, `world_cn_rank_<when>` …), the economies' number and their median.

    Args:
        section: one release's figures of `period`, one row an economy. period: None when nothing is held.
        when: how the names end: `latest`, `base`.
    """
    asked = period or f"{chapter.parameters.base_year}-Q4"
    every = series_of(section)
    for name, economy in _whom(chapter).items():
        own, series = standing(section, economy), _series(chapter, economy)
        reason = chapter.why_missing([series], asked)
        chapter.record(
            f"world_{name}_ratio_{when}",
            own.value if own else reason,
            unit="fraction",
            formula="credit to households over GDP, one release for all economies",
            series=[series],
            period=asked,
        )
        chapter.record(
            f"world_{name}_rank_{when}",
            own.rank if own else reason,
            unit="count",
            formula="rank of that ratio from the highest",
            series=every,
            period=asked,
        )
    nothing = None if len(section) else chapter.why_missing([_series(chapter, "CHN")], asked)
    for name, value, unit, formula in (
        ("count", len(section), "count", "economies with a ratio for that quarter"),
        ("median", section["value"].median(), "fraction", "median of their ratios"),
    ):
        chapter.record(
            f"world_{name}_{when}", nothing or value, unit=unit, formula=formula, series=every, period=asked
        )


def record_changes(chapter: Chapter, newest: pd.DataFrame, base: pd.DataFrame) -> None:
    """Record by how much ratios moved between two quarters of one release (`world_cn_change_pp` …), and how
    China's change ranks (`world_cn_change_rank` of `world_change_count`).
    """
    both = newest.merge(base[["economy", "value", "vintage"]], on="economy", suffixes=("", "_base"))
    moves = both.assign(value=both["value"] - both["value_base"])[both["vintage"] == both["vintage_base"]]
    china, base_quarter = _series(chapter, "CHN"), f"{chapter.parameters.base_year}-Q4"
    unknown = chapter.why_missing([china], base_quarter)
    apart = unknown if base.empty else MissingReason("other_release", china, base_quarter)
    for name, economy in _whom(chapter).items():
        own = standing(moves, economy)
        chapter.record(
            f"world_{name}_change_pp",
            100 * own.value if own else apart,
            unit="pp",
            formula=f"world_{name}_ratio_latest − world_{name}_ratio_base, both of one release",
            series=[_series(chapter, economy)],
        )
    own = standing(moves, "CHN")
    for name, value, formula in (
        ("world_cn_change_rank", own.rank if own else apart, "rank of China's change from the largest rise"),
        ("world_change_count", own.count if own else apart, "economies with both quarters in one release"),
    ):
        chapter.record(name, value, unit="count", formula=formula, series=series_of(newest, base))


def ranking_rows(chapter: Chapter, newest: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """The rows of the ranking, highest first, `before` at the base quarter where the same release has it;
    columns as `charts.dots` takes them, and `rank`, `period`, `vintage`.
    """
    order = ranked(newest)
    then = base[base["vintage"].isin(newest["vintage"])].set_index("economy")
    late_then = then["later_vintage"].astype(bool)
    return pd.DataFrame(
        {
            "key": order["economy"],
            "label": [chapter.economy(economy) for economy in order["economy"]],
            "rank": order["rank"],
            "period": order["period"],
            "value": order["value"],
            "before": [then["value"].get(economy) for economy in order["economy"]],
            "vintage": order["vintage"],
            "colour": [world.colour_of(chapter, economy) for economy in order["economy"]],
            "later_vintage": [
                bool(late) or bool(late_then.get(economy, False))
                for economy, late in zip(order["economy"], order["later_vintage"], strict=True)
            ],
            "derived": False,
        }
    )


def revision_rows(chapter: Chapter, revised: pd.DataFrame, most: int) -> pd.DataFrame:
    """The `most` largest revisions, then China, the United States and the comparator unless they are among
    them; columns as `releases.revisions`, and `label`, `revision_pp`.
    """
    named = [economy for economy in _whom(chapter).values() if economy in set(revised["economy"])]
    chosen = list(dict.fromkeys([*revised["economy"].head(most), *named]))
    rows = revised.set_index("economy").loc[chosen].reset_index()
    rows["label"] = [chapter.economy(economy) for economy in rows["economy"]]
    rows["revision_pp"] = 100 * rows["revision"]
    return rows


def path_rows(chapter: Chapter, release: pd.DataFrame) -> pd.DataFrame:
    """Quarterly paths of the economies that stand out, within the edition's years, as `charts.lines` takes
    them.
    """
    drawn = _of_highlighted(chapter, release)
    return chapter.within_years(drawn) if len(drawn) else drawn


def record_peak(chapter: Chapter, name: str, economy: str, paths: pd.DataFrame) -> None:
    """Record where a path drawn begins, peaks and ends: `world_<name>_first`, `_peak`, `_last`, each with
    `_quarter`, and `_since_peak_pp`.
    """
    own = paths[paths["series"] == economy] if len(paths) else paths
    lacking = MissingReason("empty", _series(chapter, economy))
    ends = {"first": 0, "last": -1, "peak": own["value"].argmax() if len(own) else 0}
    for end, at in ends.items():
        for suffix, column, unit in (("", "value", "fraction"), ("_quarter", "period", "period")):
            chapter.record(
                f"world_{name}_{end}{suffix}",
                own[column].iloc[at] if len(own) else lacking,
                unit=unit,
                formula=f"{end} of the path drawn, one release",
                series=[_series(chapter, economy)],
            )
    chapter.record_from(
        f"world_{name}_since_peak_pp",
        [f"world_{name}_last", f"world_{name}_peak"],
        lambda last, peak: 100 * (last - peak),
        unit="pp",
        formula=f"world_{name}_last − world_{name}_peak, in percentage points",
    )


def income_rows(chapter: Chapter, pairs: pd.DataFrame) -> pd.DataFrame:
    """The year-end ratios of the economies that stand out by income of the year, as `charts.curves` takes
    them.
    """
    return _of_highlighted(chapter, pairs.assign(x=pairs["income"], value=pairs["ratio"]))


def same_income(pairs: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """What each economy owed in the year in which its income first reached China's newest; columns as
    `income.passed`, China itself at its newest year; empty when China has no pair.
    """
    own = pairs[pairs["economy"] == "CHN"].sort_values("period", kind="stable")
    if own.empty:
        return passed(pairs.iloc[:0], incomes.iloc[:0], 0.0)
    return passed(pairs, incomes[incomes["period"] <= own["period"].iloc[-1]], float(own["income"].iloc[-1]))


def same_income_rows(chapter: Chapter, rows: pd.DataFrame) -> pd.DataFrame:
    """The economies with a ratio at China's newest income, highest first, as `charts.bars` takes them."""
    order = ranked(rows[rows["state"] == "reached"], "ratio")
    return order.assign(
        key=order["economy"],
        label=[
            chapter.text("{economy}, {year}", economy=chapter.economy(economy), year=year)
            for economy, year in zip(order["economy"], order["period"], strict=True)
        ],
        value=order["ratio"],
        colour=[world.colour_of(chapter, economy) for economy in order["economy"]],
        derived=False,
    )


def record_same_income(chapter: Chapter, rows: pd.DataFrame) -> None:
    """Record China's newest income and its ratio then (`world_income_*`), and what the others owed when they
    had reached it (`world_same_*`).
    """
    needs = [template.format("cn") for template in (world.INCOME, world.HOUSEHOLD_CREDIT)]
    reached = rows[rows["state"] == "reached"]
    own = reached[reached["economy"] == "CHN"]
    others = ranked(reached[reached["economy"] != "CHN"], "ratio")
    reason = None if len(own) else chapter.why_missing(needs, str(chapter.parameters.base_year))
    alone = reason or (None if len(others) else MissingReason("no_series"))
    above = int((others["ratio"] > own["ratio"].iloc[0]).sum()) if len(own) else 0
    facts: list[Fact] = [
        ("world_same_count", reason or len(others), "count", "others that reached it and have a ratio"),
        ("world_same_above", reason or above, "count", "of them, those that owed more than China does"),
        ("world_same_median", alone or others["ratio"].median(), "fraction", "median of their ratios"),
    ]
    for name, column, unit in (
        ("world_income_year", "period", "period"),
        ("world_income_cn", "income", "number"),
        ("world_income_ratio_cn", "ratio", "fraction"),
    ):
        facts.append((name, reason or own[column].iloc[0], unit, f"China's {column}, newest year with both"))
    for end, at in (("highest", 0), ("lowest", -1)):
        for suffix, column, unit in (
            ("", "ratio", "fraction"),
            ("_economy", "economy", "id"),
            ("_year", "period", "period"),
        ):
            value = alone or others[column].iloc[at]
            facts.append((f"world_same_{end}{suffix}", value, unit, f"{end} of their ratios"))
    for state, formula in (
        ("before", "economies at or above it when the incomes begin"),
        ("not_yet", "economies that have not reached it"),
        ("no_ratio", "economies without a ratio for the year in which they reached it"),
    ):
        value = reason or int((rows["state"] == state).sum())
        facts.append((f"world_income_{state}", value, "count", formula))
    for name, value, unit, formula in facts:
        chapter.record(name, value, unit=unit, formula=formula, series=series_of(rows))


def series_behind(template: str, chapter: Chapter, economies: Sequence[str]) -> list[str]:
    """The ids of one measure for several economies."""
    codes = world.economies(chapter)
    return [template.format(codes[economy]) for economy in economies if economy in codes]


def _whom(chapter: Chapter) -> dict[str, str]:
    """Whose standing is recorded: the part of the names, and the economy."""
    return {"cn": "CHN", "us": "USA", "comparator": chapter.parameters.comparator}


def _series(chapter: Chapter, economy: str) -> str:
    return series_behind(world.HOUSEHOLD_CREDIT, chapter, [economy])[0]


def _of_highlighted(chapter: Chapter, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of the economies that stand out, in their order, with key, label and colour for a chart."""
    parts = [
        rows[rows["economy"] == economy]
        .sort_values("period", kind="stable")
        .assign(series=economy, label=chapter.economy(economy), colour=world.colour_of(chapter, economy))
        for economy in world.highlighted(chapter)
    ]
    return pd.concat(parts, ignore_index=True)

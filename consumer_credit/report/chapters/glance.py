"""The summary's chart and tables, from what the other chapters recorded; nothing is computed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from consumer_credit.ledger.claims import Claim, load_claims
from consumer_credit.ledger.words import VERDICT_WORDS
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters.claim_words import ClaimWords
from consumer_credit.report.chapters.markets import COLOURS
from consumer_credit.report.formats import Formats
from consumer_credit.report.missing import reason_text
from consumer_credit.report.values import MissingReason, RecordedValue

Recorded = Mapping[str, RecordedValue]

NOTHING = MissingReason("nothing_recorded")
RATIOS = ("cn_ratio_base", "comparator_ratio_base", "cn_ratio_latest", "comparator_ratio_latest")
FIVE = (
    ("cn_ratio_latest", "China's consumer loans against the denominator, newest year"),
    ("comparator_ratio_latest", "The comparator's consumer credit, newest year"),
    ("gap_pp_latest", "Gap, comparator less China, newest year"),
    ("scope_spread_pp_cn_base", "Spread of China's ratio over scopes and days of asking, base year"),
    ("headroom_cny_latest", "Room to grow to the target ratio, newest year"),
)
"""The answer in five numbers: what was recorded, and what to call it in any edition (`_called`: in this one)."""


def ratios(chapter: Chapter, recorded: Recorded) -> pd.DataFrame:
    """Both economies at the base year and in the newest year, as far as known.

    Returns:
        `key`, `group` (the year), `label`, `value` (fraction), `colour`, `derived`: rows of a bar chart.
    """
    years = {"base": str(chapter.parameters.base_year), "latest": ""}
    if (latest := recorded.get("latest_year")) and latest.value is not None:
        years["latest"] = str(latest.value)
    if years["latest"] == years["base"]:
        del years["latest"]
    comparator = chapter.parameters.comparator
    sides = {
        "cn": (chapter.text("China"), "china"),
        "comparator": (chapter.economy(comparator), COLOURS[comparator]),
    }
    rows = []
    for when, year in years.items():
        for side, (label, colour) in sides.items():
            value = recorded.get(f"{side}_ratio_{when}")
            if value is not None and value.value is not None:
                rows.append(
                    {
                        "key": f"{side}-{when}",
                        "group": year,
                        "label": label,
                        "value": value.value,
                        "colour": colour,
                        "derived": value.derived,
                    }
                )
    return pd.DataFrame(rows, columns=["key", "group", "label", "value", "colour", "derived"])


def series(recorded: Recorded) -> Sequence[str]:
    """The series behind the ratios of the chart."""
    return [*dict.fromkeys(s for name in RATIOS if name in recorded for s in recorded[name].series)]


def five_numbers(chapter: Chapter, recorded: Recorded) -> pd.DataFrame:
    """`what`, `value` (in words, or why it is missing), `chapter` (where it comes from)."""
    titles = {file.id: file.number for file in chapter.project.chapters()}
    called = _called(chapter, recorded)
    rows = []
    for name, _ in FIVE:
        value = recorded.get(name)
        if value is None:
            continue
        rows.append(
            {
                "what": called[name],
                "value": _written(value, chapter),
                "chapter": str(titles.get(value.chapter, "")),
            }
        )
    return pd.DataFrame(rows)


def _called(chapter: Chapter, recorded: Recorded) -> Mapping[str, str]:
    """What each of the five numbers is in this edition: whose, of what, and of which year."""
    text, parameters = chapter.text, chapter.parameters
    latest = recorded.get("latest_year")
    formats = Formats(chapter.language)
    year = (
        text("newest year") if latest is None or latest.value is None else formats.period(str(latest.value))
    )
    china, other = text("China"), chapter.economy(parameters.comparator)
    without_students = parameters.comparator == "USA" and parameters.us_scope == "ex_student"
    loans = {
        "total": text("consumer loans, housing loans included"),
        "ex_housing": text("consumer loans without housing loans"),
    }[parameters.china_scope]
    credit = text("consumer credit without student loans") if without_students else text("consumer credit")
    base = {
        "gdp": text("GDP"),
        "disposable_income": text("disposable income"),
        "household_consumption": text("household consumption"),
    }[parameters.denominator]
    ratio = "{economy}: {loans} in relation to {denominator}, {year}"
    target = formats.percent(parameters.target_ratio)
    return {
        "cn_ratio_latest": text(ratio, economy=china, loans=loans, denominator=base, year=year),
        "comparator_ratio_latest": text(ratio, economy=other, loans=credit, denominator=base, year=year),
        "gap_pp_latest": text(
            "The gap: {other} less {economy}, {year}", other=other, economy=china, year=year
        ),
        "scope_spread_pp_cn_base": text(
            "How far apart published definitions and days of asking put China's ratio, {year}",
            year=formats.period(str(parameters.base_year)),
        ),
        "headroom_cny_latest": text(
            "China's room to grow to {target} of GDP, {year}", target=target, year=year
        ),
    }


def verdicts(chapter: Chapter, recorded: Recorded) -> pd.DataFrame:
    """The claims that data could decide: `id`, `statement`, `claimed`, `data` (of the day), `verdict`."""
    words = ClaimWords(chapter.language, chapter.store.catalogue)
    rows = []
    for claim in load_claims(chapter.project.data / "claims.yaml").values():
        verdict, data = recorded.get(f"claim_{claim.id}_verdict"), recorded.get(f"claim_{claim.id}_data")
        if verdict is None or data is None or verdict.value == "not_testable":
            continue
        rows.append(
            {
                "id": claim.id,
                "statement": claim.statement.in_language(chapter.language),
                "claimed": words.claimed(claim),
                "data": _data(claim, recorded, words) or _why(data, chapter),
                "verdict": VERDICT_WORDS[str(verdict.value)].in_language(chapter.language),
            }
        )
    return pd.DataFrame(rows, columns=["id", "statement", "claimed", "data", "verdict"])


def _data(claim: Claim, recorded: Recorded, words: ClaimWords) -> str:
    """The value that the data gave, or the range; empty when neither was recorded."""
    name = f"claim_{claim.id}_data"
    for names in ([name], [f"{name}_low", f"{name}_high"]):
        found = [recorded[each] for each in names if each in recorded]
        ends = [float(each.value) for each in found if each.value is not None]
        if len(ends) == len(names):
            return words.figure(claim, ends, found[0].unit)
    return ""


def _written(value: RecordedValue, chapter: Chapter) -> str:
    formats = Formats(chapter.language)
    if value.value is None:
        return _why(value, chapter)
    number = float(value.value)
    if value.unit == "fraction":
        return formats.percent(number)
    return (
        formats.money(number, value.unit)
        if value.unit in ("CNY", "USD")
        else formats.points(number, signed=value.name.startswith("gap_"))
    )


def _why(value: RecordedValue, chapter: Chapter) -> str:
    assert value.missing is not None
    return reason_text(
        value.missing, language=chapter.language, title_of=lambda s: chapter.title(s, short=False)
    )

"""From all loans to Chinese households down to the narrowest scope, step by step, with published levels only.

Each step takes off what is published as a line of its own. A level that nobody published is not used, even
where the rest of the report has a derived one: the step is then left out, and the next one says what it takes
off together.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from consumer_credit.measures.periods import year as year_of
from consumer_credit.measures.scope import at_year_end
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets
from consumer_credit.report.chapters.scopes import CN_HOUSEHOLD, CN_OPERATING, CN_SHORT_RMB_FX

HOUSING_LABELS = {
    "housing": "less individual housing loans",
    "purchase": "less property-purchase loans",
}
_LONG = {markets.CN_SHORT: markets.CN_LONG, CN_SHORT_RMB_FX: "cn.household_consumer_loans.medium_long_rmb_fx"}
COLUMNS = ("key", "label", "value", "kind", "colour", "series", "period")


@dataclass(frozen=True)
class _Level:
    """A published level and the series it was read from."""

    value: float
    series: str


def newest_year(chapter: Chapter) -> str | None:
    """The newest year-end for which all household loans and consumer loans are published; None when there is
    none.
    """
    frames = [at_year_end(chapter.series(series)) for series in (CN_HOUSEHOLD, markets.CN_LOANS)]
    common = set.intersection(*(set(frame["period"]) for frame in frames))
    return max(common, key=year_of, default=None)


def steps(chapter: Chapter, year: str) -> pd.DataFrame:
    """The steps from all household loans to the narrowest published remainder, yuan.

    Consumer loans are those of the RMB table, or in RMB and foreign currency where these alone are published.
    Housing loans are taken off in the edition's definition where it was published for the year, else in the
    other one; where neither was, medium- and long-term consumer loans go in one step.

    Args:
        year: of the year-ends.

    Returns:
        One row a step, as `charts.waterfall.waterfall_chart` takes them: `key` (all, operating, consumer,
        housing, ex_housing, other_long, short, cards, rest), `label`, `value` (levels, and changes with
        their sign), `kind` (total or change), `colour`, with `series` (ids, joined by a semicolon) and
        `period`. Empty when no consumer loans are published for the year.
    """
    consumer = _published(chapter, year, markets.CN_LOANS, markets.CN_LOANS_RMB_FX)
    if consumer is None:
        return pd.DataFrame(columns=list(COLUMNS))
    _ = chapter.text
    rows: list[tuple[str, str, float, str, str, str]] = []
    household, operating = (_published(chapter, year, series) for series in (CN_HOUSEHOLD, CN_OPERATING))
    if household and operating:
        rows += [
            ("all", _("All household loans"), household.value, "total", "context", household.series),
            (
                "operating",
                _("less operating loans"),
                -operating.value,
                "change",
                "",
                operating.series,
            ),
        ]
    rows.append(("consumer", _("Consumer loans"), consumer.value, "total", "china_total", consumer.series))
    short = _published(chapter, year, markets.CN_SHORT, CN_SHORT_RMB_FX)
    definition, housing = _housing(chapter, year)
    level, named = consumer.value, _("less medium- and long-term loans, housing loans included")
    if housing:
        level -= housing.value
        named = _("less other medium- and long-term loans")
        rows += [
            ("housing", _(HOUSING_LABELS[definition]), -housing.value, "change", "", housing.series),
            (
                "ex_housing",
                _("Consumer loans without them"),
                level,
                "total",
                "china",
                f"{consumer.series}; {housing.series}",
            ),
        ]
    if short:
        rows += [
            ("other_long", named, short.value - level, "change", "", _LONG[short.series]),
            ("short", _("Short-term consumer loans"), short.value, "total", "china", short.series),
        ]
        cards = _published(chapter, year, markets.CN_CARDS)
        if cards and cards.value <= short.value:
            rows += [
                ("cards", _("less card balances"), -cards.value, "change", "", cards.series),
                (
                    "rest",
                    _("Other short-term consumer loans"),
                    short.value - cards.value,
                    "total",
                    "china",
                    f"{short.series}; {cards.series}",
                ),
            ]
    return pd.DataFrame([(*row, year) for row in rows], columns=list(COLUMNS))


def _housing(chapter: Chapter, year: str) -> tuple[str, _Level | None]:
    """The definition of housing loans published for the year, the edition's own first."""
    own = chapter.parameters.housing_definition
    for definition in dict.fromkeys(["housing" if own == "official" else own, *markets.CN_HOUSING]):
        level = _published(chapter, year, markets.CN_HOUSING[definition])
        if level:
            return definition, level
    return own, None


def _published(chapter: Chapter, year: str, *series: str) -> _Level | None:
    """The level at the year's end in the first of the series that had published one by the edition's date."""
    for series_id in series:
        frame = at_year_end(chapter.series(series_id))
        row = frame[(frame["period"] == year) & ~frame["later_vintage"].astype(bool)]
        if len(row):
            return _Level(float(row["value"].iloc[0]), series_id)
    return None

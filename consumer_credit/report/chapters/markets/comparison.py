"""China beside the comparator: whose credit, over which denominator, per head in which money, and which breaks
moved the distance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from consumer_credit.measures.breaks import effect_in_points, without_breaks
from consumer_credit.measures.choice import best_known
from consumer_credit.measures.currency import converted, implied_rate, indexed, per_head
from consumer_credit.measures.flows import mean_of_annual_rates
from consumer_credit.measures.gap import gap, latest_common_period
from consumer_credit.measures.provenance import COLUMNS
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_year_end, difference
from consumer_credit.measures.totals import product, total_of
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters.markets.china import (
    CN_CARDS,
    CN_GDP,
    CN_LOANS,
    china_cards,
    china_ex_housing,
    china_ex_housing_needs,
    china_loans,
)
from consumer_credit.report.chapters.markets.level_breaks import level_breaks
from consumer_credit.report.chapters.markets.united_states import (
    US_CREDIT,
    US_GDP,
    US_GDP_ANNUAL,
    US_STUDENT,
    US_VEHICLES,
    since_start,
    us_consumer_credit,
    us_gdp,
    us_needs,
    us_parts,
)
from consumer_credit.report.known_data import remembered

ISO2 = {"CHN": "cn", "USA": "us", "GBR": "gb", "CAN": "ca", "FRA": "fr", "BRA": "br", "AUT": "at"}
COLOURS = {
    "USA": "united_states",
    "GBR": "united_kingdom",
    "CAN": "canada",
    "FRA": "context",
    "BRA": "context",
    "AUT": "context",
}
"""The palette's name for each comparator."""
COMPARATOR_CREDIT = {
    "GBR": ("gb.consumer_credit",),
    "CAN": ("ca.non_mortgage_loans",),  # ca.consumer_credit includes home-equity lines
    "FRA": ("fr.consumer_credit",),
    "BRA": ("br.household_loans.nonearmarked",),
    "AUT": ("at.consumption_loans.fixed_rate", "at.consumption_loans.variable_rate"),
}
DENOMINATORS: dict[tuple[str, str], Sequence[str]] = {
    ("CHN", "gdp"): (CN_GDP,),
    ("CHN", "disposable_income"): ("cn.disposable_income.per_capita", "cn.population"),
    ("CHN", "household_consumption"): ("cn.household_consumption",),
    ("USA", "gdp"): (US_GDP, US_GDP_ANNUAL),
    ("USA", "disposable_income"): ("us.disposable_income", "us.disposable_income.quarter"),
    ("USA", "household_consumption"): ("us.household_consumption",),
}
"""Beyond China and the United States only GDP is held."""


@remembered
def china_ratio(chapter: Chapter, denominated_in: str | None = None) -> pd.DataFrame:
    """China's side of the comparison: its loans over `denominated_in` (the edition's `denominator` when None)."""
    return stock_over_flow(china_loans(chapter), denominator(chapter, "CHN", denominated_in))


def china_needs(chapter: Chapter, denominated_in: str | None = None) -> Sequence[str]:
    """The series without which `china_ratio` is missing."""
    below = denominator_series("CHN", denominated_in or chapter.parameters.denominator)
    if chapter.parameters.china_scope == "total":
        return (CN_LOANS, *below)
    return (*china_ex_housing_needs(chapter.parameters.housing_definition)[:-1], *below)


@remembered
def comparator_credit(chapter: Chapter) -> pd.DataFrame:
    """The comparator's consumer credit at year-ends, own currency, as its own authorities define it."""
    economy = chapter.parameters.comparator
    if economy == "USA":
        return us_consumer_credit(chapter)
    parts = [at_year_end(chapter.series(series)) for series in COMPARATOR_CREDIT[economy]]
    return total_of(*parts)


@remembered
def comparator_ratio(chapter: Chapter, denominated_in: str | None = None) -> pd.DataFrame:
    """The comparator's consumer credit over `denominated_in` (the edition's `denominator` when None), yearly."""
    below = denominator(chapter, chapter.parameters.comparator, denominated_in)
    return stock_over_flow(comparator_credit(chapter), below)


def comparator_needs(chapter: Chapter, denominated_in: str | None = None) -> Sequence[str]:
    """The series without which `comparator_ratio` is missing; none when no such denominator is held."""
    economy = chapter.parameters.comparator
    below = denominator_series(economy, denominated_in or chapter.parameters.denominator)
    if not below:
        return ()
    if economy == "USA":
        return (*us_needs(chapter)[:-1], *below)
    return (*COMPARATOR_CREDIT[economy], *below)


def ratio_unit(chapter: Chapter, name: str | None = None) -> str:
    """What an axis of ratios over the denominator `name` says, the edition's `denominator` when None."""
    units = {
        "gdp": chapter.text("% of GDP"),
        "disposable_income": chapter.text("% of disposable income"),
        "household_consumption": chapter.text("% of household consumption"),
    }
    return units[name or chapter.parameters.denominator]


def denominator_series(economy: str, name: str) -> Sequence[str]:
    """The series that give `denominator` of an economy; empty when none is held."""
    if name == "gdp" and economy not in ("CHN", "USA"):
        return (f"{ISO2[economy]}.wdi.gdp_lcu",)
    return DENOMINATORS.get((economy, name), ())


@remembered
def denominator(chapter: Chapter, economy: str, name: str | None = None) -> pd.DataFrame:
    """What a year's stocks are divided by, own currency: GDP, disposable income or household consumption.

    Args:
        economy: ISO 3166 alpha-3.
        name: the edition's `denominator` when None.

    Returns:
        Calendar years with `period, value` and provenance; empty when no series is held.
    """
    name = name or chapter.parameters.denominator
    series = denominator_series(economy, name)
    if not series:
        return pd.DataFrame({column: [] for column in COLUMNS}).astype({"period": "str", "value": "float64"})
    if (economy, name) == ("USA", "gdp"):
        return us_gdp(chapter)
    frames = [chapter.series(series_id) for series_id in series]
    if (economy, name) == ("CHN", "disposable_income"):
        return product(frames[0], frames[1])
    if (economy, name) == ("USA", "disposable_income"):
        return best_known(*(since_start(chapter, mean_of_annual_rates(frame)) for frame in frames))
    if (economy, name) == ("USA", "household_consumption"):
        return mean_of_annual_rates(frames[0])
    return frames[0]


def latest_year(chapter: Chapter) -> str | None:
    """The newest year with stocks and denominators on both sides; None when there is none."""
    return latest_common_period(china_ratio(chapter), comparator_ratio(chapter))


def gap_state(now: float, then: float) -> str:
    """What became of a gap, as a language-free id: reversed, nearly_closed (less than a fifth is left),
    narrower or wider.
    """
    if now * then < 0:
        return "reversed"
    if abs(now) < abs(then) / 5:
        return "nearly_closed"
    return "narrower" if abs(now) < abs(then) else "wider"


def against_claim(value: float, claimed: float, half_unit: float) -> str:
    """How a figure stands to a printed one, as a language-free id: within (its rounding), near_below, near_above
    (within five times the rounding), below or above.
    """
    distance = value - claimed
    if abs(distance) <= half_unit:
        return "within"
    side = "below" if distance < 0 else "above"
    return f"near_{side}" if abs(distance) <= 5 * half_unit else side


@remembered
def loans_per_head(chapter: Chapter, economy: str, currency: str) -> pd.DataFrame:
    """The loans that are compared (China's scope, or the comparator's credit) per head of midyear population.

    Args:
        economy: CHN, or the comparator. currency: `native` (own money), `usd` (at the year's average market
            rate), `ppp` (constant international dollars).

    Returns:
        `period`, `value` and provenance, yearly.

    The parity follows from one publisher's GDP per head in dollars and in constant international dollars, and
    takes out the rise in prices as well.
    """
    prefix = f"{ISO2[economy]}.wdi"
    stock = china_loans(chapter) if economy == "CHN" else comparator_credit(chapter)
    amounts = per_head(stock, chapter.series(f"{prefix}.population"))
    if currency == "native":
        return amounts
    dollars = converted(amounts, chapter.series(f"{prefix}.exchange_rate"))
    if currency == "usd":
        return dollars
    heads = (chapter.series(f"{prefix}.gdp_per_head_{kind}") for kind in ("usd", "ppp"))
    return converted(dollars, implied_rate(*heads))


@remembered
def loans_per_head_drawn(chapter: Chapter, economy: str) -> pd.DataFrame:
    """`loans_per_head` in the edition's `currency`; own money as an index with the base year as 100."""
    amounts = loans_per_head(chapter, economy, chapter.parameters.currency)
    if chapter.parameters.currency != "native":
        return amounts
    return indexed(amounts, str(chapter.parameters.base_year))


def per_head_needs(chapter: Chapter, economy: str, currency: str) -> Sequence[str]:
    """The series without which `loans_per_head` is missing."""
    prefix = f"{ISO2[economy]}.wdi"
    rates = {"usd": ("exchange_rate",), "ppp": ("gdp_per_head_ppp", "exchange_rate")}.get(currency, ())
    stocks = china_needs(chapter, "gdp") if economy == "CHN" else comparator_needs(chapter, "gdp")
    return (*(f"{prefix}.{name}" for name in (*rates, "population")), *stocks)


def parts_of_credit(chapter: Chapter, economy: str) -> Mapping[str, pd.DataFrame]:
    """What an economy's credit is made of at year-ends, own money, by `cards`, `vehicles`, `students`,
    `other`; empty where no parts are held. China's cards are deducted from its loans without housing loans.
    """
    if economy == "CHN":
        cards = china_cards(chapter)
        rest = difference(china_ex_housing(chapter), cards)
        return {"cards": cards, "other": rest}
    if economy == "USA":
        parts = us_parts(chapter)
        return {
            "cards": parts["revolving"],
            **{kind: parts[kind] for kind in ("vehicles", "students", "other")},
        }
    return {}


def parts_needs(economy: str) -> Sequence[str]:
    """The series without which `parts_of_credit` of an economy is missing."""
    return {"CHN": (CN_CARDS,), "USA": (US_STUDENT, US_VEHICLES)}.get(economy, ())


@remembered
def breaks_between(chapter: Chapter, economy: str, start: str, end: str) -> pd.DataFrame:
    """The level breaks in an economy's side of the comparison after the end of year `start`, to that of `end`.

    Returns:
        `period` (first of the new level), `step` (own money; empty where no size is published), `effect_pp`
        (of the step on the ratio at `end`, percentage points), `series`.
    """
    series_ids = {"CHN": (CN_LOANS,), "USA": (US_CREDIT,)}.get(economy) or COMPARATOR_CREDIT[economy]
    below = denominator(chapter, economy).set_index("period")["value"]
    rows = [
        {
            "period": found.period,
            "step": found.step,
            "effect_pp": None
            if found.step is None
            else effect_in_points(step=found.step, denominator=float(below[end])),
            "series": series_id,
        }
        for series_id in series_ids
        for found in level_breaks(chapter, series_id, start, end)
    ]
    return pd.DataFrame(rows, columns=["period", "step", "effect_pp", "series"])


@remembered
def gap_without_breaks(chapter: Chapter, start: str, end: str) -> pd.DataFrame:
    """The gap as it would be had neither side's definition changed since the end of year `start`; columns as
    `gap.gap`. Breaks without a published size stay in.
    """
    ratios = []
    for economy, stocks in (("CHN", china_loans), (chapter.parameters.comparator, comparator_credit)):
        steps = breaks_between(chapter, economy, start, end).dropna(subset=["step"])
        by_period = {str(period): float(rows["step"].sum()) for period, rows in steps.groupby("period")}
        ratios.append(
            stock_over_flow(without_breaks(stocks(chapter), by_period), denominator(chapter, economy))
        )
    return gap(*ratios)

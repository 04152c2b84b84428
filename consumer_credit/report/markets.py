"""Which published series make up each economy's consumer credit under an edition's parameters.

Year-end stocks and yearly GDP as known on the edition's date, ready for the measures. Every choice between
series is here and nowhere else, so that all chapters speak of the same market; each function names the series
without which it is missing.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from consumer_credit.measures.choice import best_known, first_available
from consumer_credit.measures.flows import calendar_year_sum, mean_of_annual_rates
from consumer_credit.measures.gap import latest_common_period
from consumer_credit.measures.provenance import COLUMNS, series_of
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_year_end, difference, prefer_published
from consumer_credit.measures.totals import product, total_of
from consumer_credit.report.chapter import Chapter

CN_LOANS, CN_LOANS_RMB_FX = "cn.household_consumer_loans", "cn.household_consumer_loans.rmb_fx"
CN_HOUSING = {"purchase": "cn.housing_loans.purchase", "housing": "cn.housing_loans.housing"}
CN_HOUSING_DERIVED = {
    "purchase": ("cn.housing_loans.purchase.derived_2014",),
    "housing": (
        "cn.housing_loans.housing.derived_2016",
        "cn.housing_loans.housing.derived_2023",
    ),
}
CN_HOUSING_RANGE = ("cn.housing_loans.housing.derived_2020_low", "cn.housing_loans.housing.derived_2020_high")
CN_EX_HOUSING_OFFICIAL = "cn.consumer_loans_ex_housing.official"
CN_GDP = "cn.gdp"
US_CREDIT, US_CREDIT_2017 = "us.consumer_credit", "us.consumer_credit.as_known_2017_04"
US_STUDENT = "us.student_loans"
US_GDP, US_GDP_ANNUAL = "us.gdp", "us.gdp.annual"

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


def china_consumer_loans(chapter: Chapter) -> pd.DataFrame:
    """Household consumer loans at year-ends, yuan: the RMB table, and RMB with foreign currency where that
    alone is published.
    """
    return first_available(
        at_year_end(chapter.series(CN_LOANS)), at_year_end(chapter.series(CN_LOANS_RMB_FX))
    )


def china_housing_loans(chapter: Chapter, definition: str) -> pd.DataFrame:
    """Housing loans at year-ends, yuan, in one of the two published definitions; derived levels only where
    none is published.
    """
    published = at_year_end(chapter.series(CN_HOUSING[definition]))
    for derived in CN_HOUSING_DERIVED[definition]:
        published = prefer_published(published, at_year_end(chapter.series(derived)))
    return published


def china_ex_housing(chapter: Chapter, definition: str | None = None) -> pd.DataFrame:
    """Consumer loans without housing loans, year-ends, yuan, under `definition` (the edition's when None)."""
    definition = definition or chapter.parameters.housing_definition
    if definition == "official":
        return at_year_end(chapter.series(CN_EX_HOUSING_OFFICIAL))
    return difference(china_consumer_loans(chapter), china_housing_loans(chapter, definition))


def china_ex_housing_needs(definition: str) -> Sequence[str]:
    """The series without which there is no figure under `definition`, the most telling first."""
    if definition == "official":
        return (CN_EX_HOUSING_OFFICIAL, CN_GDP)
    return (CN_HOUSING[definition], CN_LOANS, CN_GDP)


def china_gdp(chapter: Chapter) -> pd.DataFrame:
    """GDP of calendar years, yuan."""
    return chapter.series(CN_GDP)


def china_total_ratio(chapter: Chapter) -> pd.DataFrame:
    """All household consumer loans to GDP, yearly; columns as `ratios.stock_over_flow`."""
    return stock_over_flow(china_consumer_loans(chapter), china_gdp(chapter))


def china_ex_housing_ratio(chapter: Chapter, definition: str | None = None) -> pd.DataFrame:
    """Consumer loans without housing loans to GDP, yearly."""
    return stock_over_flow(china_ex_housing(chapter, definition), china_gdp(chapter))


def china_ex_housing_range(chapter: Chapter, definition: str | None = None) -> pd.DataFrame:
    """Years known only as a range: `period`, `low`, `high` (ratios to GDP), `later_vintage`."""
    columns = ["period", "low", "high", "later_vintage"]
    if (definition or chapter.parameters.housing_definition) != "housing":
        return pd.DataFrame(columns=columns)
    ends = [
        stock_over_flow(
            difference(china_consumer_loans(chapter), at_year_end(chapter.series(series))), china_gdp(chapter)
        )
        for series in CN_HOUSING_RANGE
    ]
    both = ends[1].merge(
        ends[0], on="period", suffixes=("", "_high")
    )  # the higher deduction leaves the lower rest
    both = both.rename(columns={"ratio": "low", "ratio_high": "high"})
    result = both[columns].reset_index(drop=True)
    result.attrs = {"inputs": series_of(*ends)}
    return result


def china_loans(chapter: Chapter) -> pd.DataFrame:
    """China's side of the comparison: the stock in the edition's `china_scope`, yuan."""
    return (
        china_consumer_loans(chapter)
        if chapter.parameters.china_scope == "total"
        else china_ex_housing(chapter)
    )


def china_ratio(chapter: Chapter) -> pd.DataFrame:
    """China's side of the comparison: its loans over the edition's `denominator`."""
    return stock_over_flow(china_loans(chapter), denominator(chapter, "CHN"))


def china_needs(chapter: Chapter) -> Sequence[str]:
    """The series without which `china_ratio` is missing."""
    below = denominator_series("CHN", chapter.parameters.denominator)
    if chapter.parameters.china_scope == "total":
        return (CN_LOANS, *below)
    return (*china_ex_housing_needs(chapter.parameters.housing_definition)[:-1], *below)


def us_consumer_credit(chapter: Chapter) -> pd.DataFrame:
    """Consumer credit (G.19) at year-ends, dollars, in the edition's `us_scope`."""
    total = best_known(at_year_end(chapter.series(US_CREDIT)), at_year_end(chapter.series(US_CREDIT_2017)))
    if chapter.parameters.us_scope == "total":
        return total
    return difference(total, at_year_end(chapter.series(US_STUDENT)))


def us_gdp(chapter: Chapter) -> pd.DataFrame:
    """GDP of calendar years, dollars: the four quarters or the published year, whichever was known best."""
    quarters, years = (_since_start(chapter, chapter.series(series)) for series in (US_GDP, US_GDP_ANNUAL))
    return best_known(calendar_year_sum(quarters, annual_rate=True), years)


def _since_start(chapter: Chapter, flows: pd.DataFrame) -> pd.DataFrame:
    """Years that the edition speaks of, so that only series that serve them are named as sources."""
    first = min(chapter.parameters.start_year, chapter.parameters.base_year)
    kept = flows[flows["period"].str.slice(0, 4).astype(int) >= first].reset_index(drop=True)
    kept.attrs = flows.attrs
    return kept


def us_ratio(chapter: Chapter) -> pd.DataFrame:
    """Consumer credit to GDP in the United States, yearly."""
    return stock_over_flow(us_consumer_credit(chapter), us_gdp(chapter))


def us_needs(chapter: Chapter) -> Sequence[str]:
    """The series without which `us_ratio` is missing."""
    extra = (US_STUDENT,) if chapter.parameters.us_scope == "ex_student" else ()
    return (*extra, US_CREDIT, US_GDP)


def comparator_credit(chapter: Chapter) -> pd.DataFrame:
    """The comparator's consumer credit at year-ends, own currency, as its own authorities define it."""
    economy = chapter.parameters.comparator
    if economy == "USA":
        return us_consumer_credit(chapter)
    parts = [at_year_end(chapter.series(series)) for series in COMPARATOR_CREDIT[economy]]
    return total_of(*parts)


def comparator_ratio(chapter: Chapter) -> pd.DataFrame:
    """The comparator's consumer credit over the edition's `denominator`, yearly."""
    return stock_over_flow(comparator_credit(chapter), denominator(chapter, chapter.parameters.comparator))


def comparator_needs(chapter: Chapter) -> Sequence[str]:
    """The series without which `comparator_ratio` is missing."""
    economy = chapter.parameters.comparator
    below = denominator_series(economy, chapter.parameters.denominator)
    if not below:
        return ()
    if economy == "USA":
        return (*us_needs(chapter)[:-1], *below)
    return (*COMPARATOR_CREDIT[economy], *below)


def denominator_series(economy: str, name: str) -> Sequence[str]:
    """The series that give `denominator` of an economy; empty when none is held."""
    if name == "gdp" and economy not in ("CHN", "USA"):
        return (f"{ISO2[economy]}.wdi.gdp_lcu",)
    return DENOMINATORS.get((economy, name), ())


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
        return best_known(*(_since_start(chapter, mean_of_annual_rates(frame)) for frame in frames))
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

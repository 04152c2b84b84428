"""China's household loans: with and without housing loans, at year-ends and quarter-ends, and what they are made
of.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from consumer_credit.measures.choice import first_available
from consumer_credit.measures.flows import four_quarters_of
from consumer_credit.measures.growth import chained_index
from consumer_credit.measures.provenance import series_of
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_quarter_end, at_year_end, difference, prefer_published
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.known_data import remembered

Ends = Literal["year", "quarter"]

CN_LOANS, CN_LOANS_RMB_FX = "cn.household_consumer_loans", "cn.household_consumer_loans.rmb_fx"
CN_SHORT, CN_LONG = "cn.household_consumer_loans.short", "cn.household_consumer_loans.medium_long"
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
CN_CARDS, CN_CARDS_DERIVED = "cn.credit_cards.outstanding", "cn.credit_cards.outstanding.derived"
CN_CONSUMER_FINANCE = "cn.consumer_finance_companies.loans"
CN_CONSUMER_FINANCE_DERIVED = "cn.consumer_finance_companies.loans.derived"
CN_AUTO_FINANCE = "cn.auto_finance_companies.retail_loans"
CN_AUTO_FINANCE_LATER = "cn.auto_finance_companies.retail_financing"
CN_GDP, CN_GDP_YEAR_TO_DATE = "cn.gdp", "cn.gdp.year_to_date"
CN_PRICES, CN_PRICES_WORLD_BANK = "cn.cpi.growth", "cn.cpi.growth.world_bank"


@remembered
def china_consumer_loans(chapter: Chapter, ends: Ends = "year") -> pd.DataFrame:
    """Household consumer loans at year-ends (or quarter-ends), yuan: the RMB table, and RMB with foreign
    currency where that alone is published.
    """
    return first_available(_at(ends, chapter, CN_LOANS), _at(ends, chapter, CN_LOANS_RMB_FX))


@remembered
def china_housing_loans(chapter: Chapter, definition: str, ends: Ends = "year") -> pd.DataFrame:
    """Housing loans at year-ends (or quarter-ends), yuan, in one of the two published definitions; derived
    levels only where none is published.
    """
    published = _at(ends, chapter, CN_HOUSING[definition])
    for derived in CN_HOUSING_DERIVED[definition]:
        published = prefer_published(published, _at(ends, chapter, derived))
    return published


@remembered
def china_ex_housing(chapter: Chapter, definition: str | None = None, ends: Ends = "year") -> pd.DataFrame:
    """Consumer loans without housing loans, year-ends (or quarter-ends), yuan, under `definition` (the
    edition's when None).
    """
    definition = definition or chapter.parameters.housing_definition
    if definition == "official":
        return _at(ends, chapter, CN_EX_HOUSING_OFFICIAL)
    return difference(china_consumer_loans(chapter, ends), china_housing_loans(chapter, definition, ends))


def china_ex_housing_needs(definition: str) -> Sequence[str]:
    """The series without which there is no figure under `definition`, the most telling first."""
    if definition == "official":
        return (CN_EX_HOUSING_OFFICIAL, CN_GDP)
    return (CN_HOUSING[definition], CN_LOANS, CN_GDP)


def china_definition_change(chapter: Chapter) -> Sequence[tuple[str, str]]:
    """Where the newer definition of housing loans takes over from the older one: its first period as known on
    the edition's date, with the catalogue's words; empty while only one was published.
    """
    newer = chapter.series(CN_HOUSING["housing"])
    older = chapter.store.catalogue.series[CN_HOUSING["purchase"]]
    notes = [getattr(w.note, chapter.language) for w in older.warnings if w.kind == "discontinued"]
    return [(str(newer["period"].min()), note) for note in notes[:1] if len(newer)]


@remembered
def china_gdp(chapter: Chapter) -> pd.DataFrame:
    """GDP of calendar years, yuan."""
    return chapter.series(CN_GDP)


@remembered
def china_four_quarters_of_gdp(chapter: Chapter) -> pd.DataFrame:
    """GDP of the four quarters that end with each quarter, yuan; each within one vintage."""
    return four_quarters_of(chapter.every_vintage(CN_GDP_YEAR_TO_DATE))


@remembered
def china_total_ratio(chapter: Chapter) -> pd.DataFrame:
    """All household consumer loans to GDP, yearly; columns as `ratios.stock_over_flow`."""
    return stock_over_flow(china_consumer_loans(chapter), china_gdp(chapter))


@remembered
def china_ex_housing_ratio(chapter: Chapter, definition: str | None = None) -> pd.DataFrame:
    """Consumer loans without housing loans to GDP, yearly."""
    return stock_over_flow(china_ex_housing(chapter, definition), china_gdp(chapter))


def china_quarterly_ratios(chapter: Chapter) -> dict[str, pd.DataFrame]:
    """Both ratios at quarter-ends, over the four quarters of GDP that end there: `total`, `ex_housing`."""
    gdp = china_four_quarters_of_gdp(chapter)
    stocks = {
        "total": china_consumer_loans(chapter, "quarter"),
        "ex_housing": china_ex_housing(chapter, ends="quarter"),
    }
    # the loans' own periods are quarters already: a quarter's stock is its own quarter-end
    return {scope: stock_over_flow(stock, gdp) for scope, stock in stocks.items()}


@remembered
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


@remembered
def china_cards(chapter: Chapter) -> pd.DataFrame:
    """Credit-card balances at year-ends, yuan: published, or worked out where no level was found. They lie
    largely inside short-term consumer loans.
    """
    return _published_or_derived(chapter, CN_CARDS, CN_CARDS_DERIVED)


@remembered
def china_consumer_finance(chapter: Chapter) -> pd.DataFrame:
    """Loans of consumer-finance companies at year-ends, yuan; outside the central bank's table before 2023."""
    return _published_or_derived(chapter, CN_CONSUMER_FINANCE, CN_CONSUMER_FINANCE_DERIVED)


@remembered
def china_auto_finance(chapter: Chapter) -> pd.DataFrame:
    """Retail lending of auto-finance companies at year-ends, yuan: loans, else financing (a lower bound)."""
    return first_available(
        at_year_end(chapter.series(CN_AUTO_FINANCE)), at_year_end(chapter.series(CN_AUTO_FINANCE_LATER))
    )


@remembered
def china_prices(chapter: Chapter) -> pd.DataFrame:
    """Consumer prices as a yearly index: the bureau's own rates of change, the World Bank's where those end.

    A deflator of GDP is not held; real GDP in the report is GDP at consumer prices, and says so.
    """
    rates = first_available(chapter.series(CN_PRICES), chapter.series(CN_PRICES_WORLD_BANK))
    index = chained_index(rates[["period", "value", "vintage", "source", "later_vintage", "derived"]])
    index.attrs = {"inputs": series_of(rates)}
    return index


@remembered
def china_loans(chapter: Chapter) -> pd.DataFrame:
    """China's side of the comparison: the stock in the edition's `china_scope`, yuan."""
    return (
        china_consumer_loans(chapter)
        if chapter.parameters.china_scope == "total"
        else china_ex_housing(chapter)
    )


def _at(ends: Ends, chapter: Chapter, series: str) -> pd.DataFrame:
    stocks = chapter.series(series)
    return at_year_end(stocks) if ends == "year" else at_quarter_end(stocks)


def _published_or_derived(chapter: Chapter, published: str, derived: str) -> pd.DataFrame:
    return prefer_published(at_year_end(chapter.series(published)), at_year_end(chapter.series(derived)))

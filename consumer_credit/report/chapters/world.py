"""Which published series the chapter on the world reads, as known on the edition's date.

Household credit of the BIS's economies, one release at a time; incomes per head; and consumer credit without
mortgages where somebody publishes it. What each country counts differs: every choice says what it counts and how
well it is documented. Arithmetic belongs to `measures`; the series of China, the United States and the
comparators are those of `markets`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from consumer_credit.measures.provenance import COLUMNS, series_of
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_year_end, difference
from consumer_credit.measures.totals import total_of
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets

HOUSEHOLD_CREDIT = "{}.household_credit.pct_gdp"
INCOME = "{}.wdi.gdp_per_head_ppp"
GDP = "{}.wdi.gdp_lcu"
GROUPS = ("xm", "advanced", "emerging", "all_reporting", "g20")
"""Groups of economies in the BIS's table; they are not ranked among their members."""
BESIDE_CHINA = ("USA", "JPN", "KOR")
"""Whose paths are always drawn beside China's; the edition's comparator joins them."""
_COLOURS = {"CHN": "china", "JPN": "japan", "KOR": "korea", **markets.COLOURS}
CANADA_WITH_LINES = "CAN_with_home_equity"
US_OTHER_SCOPE = "USA_other_scope"
INDIA_LOANS, INDIA_HOUSING = "in.personal_loans", "in.personal_loans.housing"
FINLAND_LOANS = "fi.consumer_credit.banks"


@dataclass(frozen=True)
class Published:
    """Consumer credit without mortgages of one economy, as its own authorities count it, to GDP.

    Attributes:
        key: stable: the ISO 3166 alpha-3 code, with what tells a second count of the same economy apart.
        economy: ISO 3166 alpha-3.
        label: in the reader's language.
        ratios: yearly; columns as `ratios.stock_over_flow`.
        counts: what is counted, in the reader's language.
        grade: A, B or C (see `grade`).
        compared: whether it enters ranks and medians: one count an economy, and none that is known to hold
            something else.
        periods: the periods of the stocks, where they are not those of the ratios.
    """

    key: str
    economy: str
    label: str
    ratios: pd.DataFrame
    counts: str
    grade: str
    compared: bool = True
    periods: tuple[str, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """The series that went in."""
        return series_of(self.ratios)


def economies(chapter: Chapter) -> dict[str, str]:
    """The single economies in the BIS's table: ISO 3166 alpha-3 to the code that series begin with."""
    catalogue = chapter.store.catalogue
    return {
        economy.iso3: code
        for code, economy in catalogue.economies.items()
        if code not in GROUPS and HOUSEHOLD_CREDIT.format(code) in catalogue.series
    }


def household_credit(chapter: Chapter) -> pd.DataFrame:
    """Credit to households and the non-profit institutions serving them, to GDP, in every release held.

    Returns:
        `economy` (ISO 3166 alpha-3), `series`, `period` (quarters), `value` (fraction), `vintage` (the release),
        `source`, `later_vintage`, `derived`; only periods published by the edition's date.
    """
    return _of_all(chapter, HOUSEHOLD_CREDIT, every_vintage=True)


def incomes(chapter: Chapter) -> pd.DataFrame:
    """GDP per head at purchasing power parity, international dollars of constant prices; columns as
    `household_credit`, `period` a year, one vintage.
    """
    return _of_all(chapter, INCOME, every_vintage=False)


def highlighted(chapter: Chapter) -> tuple[str, ...]:
    """The economies that stand out in colour: China, those beside it, and the edition's comparator."""
    return tuple(dict.fromkeys(("CHN", *BESIDE_CHINA, chapter.parameters.comparator)))


def colour_of(chapter: Chapter, economy: str) -> str:
    """The palette's name for an economy: its own where it stands out, ink for one without, else grey."""
    if economy not in highlighted(chapter):
        return "context"
    own = own_colour(economy)
    return "ink" if own == "context" else own


def own_colour(economy: str) -> str:
    """The palette's name for an economy wherever it is drawn; grey for those without one."""
    return _COLOURS.get(economy, "context")


def grade(chapter: Chapter, series: Sequence[str]) -> str:
    """How well a figure is documented, from the catalogue: the worst of its series.

    A: a regular series of the publisher's; B: single dates read from the publisher's pages; C: second hand, or
    from a file that does not name what it holds (warning `secondary_source` on the whole series).
    """
    entries = [chapter.store.catalogue.series[series_id] for series_id in series]
    warnings = [warning for entry in entries for warning in entry.warnings if not warning.periods]
    if any(warning.kind == "secondary_source" for warning in warnings):
        return "C"
    return "B" if any(entry.irregular for entry in entries) else "A"


def consumer_credit(chapter: Chapter) -> list[Published]:
    """Who publishes consumer credit without mortgages, and what; ratios may be empty on the edition's date."""
    text = chapter.text
    return [
        _published(
            chapter,
            "CHN",
            markets.china_ex_housing_ratio(chapter),
            text("household consumer loans less housing loans"),
            label=text("China, without housing loans"),
        ),
        *_united_states(chapter),
        _published(
            chapter,
            "GBR",
            _to_gdp(chapter, "GBR", "gb.consumer_credit"),
            text("consumer credit without student loans"),
        ),
        _published(
            chapter,
            "CAN",
            _to_gdp(chapter, "CAN", "ca.non_mortgage_loans"),
            text("neither mortgages nor consumer credit"),
            label=text("Canada, other loans"),
            compared=False,
        ),
        _published(
            chapter,
            "CAN",
            _to_gdp(chapter, "CAN", "ca.consumer_credit"),
            text("consumer credit and home-equity lines"),
            key=CANADA_WITH_LINES,
            label=text("Canada, with home-equity lines"),
            compared=False,
        ),
        _published(
            chapter,
            "FRA",
            _to_gdp(chapter, "FRA", "fr.consumer_credit"),
            text("consumer credit, securitised included"),
        ),
        _published(
            chapter,
            "BRA",
            _to_gdp(chapter, "BRA", "br.household_loans.nonearmarked"),
            text("credit except housing, rural and development"),
        ),
        _published(
            chapter,
            "AUT",
            _to_gdp(chapter, "AUT", *markets.COMPARATOR_CREDIT["AUT"]),
            text("bank loans for consumption"),
        ),
        _india(chapter),
    ]


def year_ends_of(chapter: Chapter, series: str) -> int:
    """How many year-end stocks of a series are known; without one there is no ratio."""
    return len(at_year_end(chapter.series(series)))


def _united_states(chapter: Chapter) -> list[Published]:
    """The edition's count of American consumer credit, and the other one beside it."""
    text, edition = chapter.text, chapter.parameters.us_scope
    words = {
        "total": (chapter.economy("USA"), text("revolving and other credit, with student loans")),
        "ex_student": (
            text("US, without student loans"),
            text("revolving and other credit, no student loans"),
        ),
    }
    return [
        _published(
            chapter,
            "USA",
            markets.us_ratio(chapter, scope),
            counts,
            key="USA" if scope == edition else US_OTHER_SCOPE,
            label=label,
            compared=scope == edition,
        )
        for scope, (label, counts) in words.items()
    ]


def _india(chapter: Chapter) -> Published:
    """Banks' personal loans less housing on the last reporting Friday of March, over the fiscal year that ends
    then: the World Bank dates India's fiscal years by the year in which they begin.
    """
    stocks = [_fiscal_year_ends(chapter.series(series)) for series in (INDIA_LOANS, INDIA_HOUSING)]
    ratios = stock_over_flow(difference(*stocks), chapter.series(GDP.format("in")))
    years = set(ratios["period"])
    dates = tuple(date for date, year in stocks[0][["date", "period"]].to_numpy() if year in years)
    counts = chapter.text("banks' personal loans less housing, March")
    return _published(chapter, "IND", ratios, counts, periods=dates)


def _fiscal_year_ends(stocks: pd.DataFrame) -> pd.DataFrame:
    """Stocks of March reporting days, dated by the year in which the fiscal year began."""
    march = stocks[stocks["period"].str.slice(5, 7) == "03"]
    dated = march.assign(date=march["period"], period=[str(int(day[:4]) - 1) for day in march["period"]])
    kept = dated.sort_values("date").drop_duplicates("period", keep="last").reset_index(drop=True)
    kept.attrs = stocks.attrs
    return kept


def _to_gdp(chapter: Chapter, economy: str, *series: str) -> pd.DataFrame:
    stocks = total_of(*(at_year_end(chapter.series(series_id)) for series_id in series))
    return stock_over_flow(stocks, chapter.series(GDP.format(markets.ISO2[economy])))


def _published(
    chapter: Chapter,
    economy: str,
    ratios: pd.DataFrame,
    counts: str,
    *,
    key: str | None = None,
    label: str | None = None,
    compared: bool = True,
    periods: tuple[str, ...] = (),
) -> Published:
    return Published(
        key=key or economy,
        economy=economy,
        label=label or chapter.economy(economy),
        ratios=ratios,
        counts=counts,
        grade=grade(chapter, series_of(ratios)),
        compared=compared,
        periods=periods,
    )


def _of_all(chapter: Chapter, series_of_economy: str, *, every_vintage: bool) -> pd.DataFrame:
    frames, inputs = [], []
    for iso3, code in economies(chapter).items():
        series = series_of_economy.format(code)
        rows = chapter.every_vintage(series) if every_vintage else chapter.series(series)
        if len(rows):
            inputs.append(series)
            frames.append(rows.assign(economy=iso3, series=series))
    columns = ["economy", "series", *COLUMNS]
    result = pd.concat(frames, ignore_index=True)[columns] if frames else pd.DataFrame(columns=columns)
    result.attrs = {"inputs": tuple(inputs)}
    return result

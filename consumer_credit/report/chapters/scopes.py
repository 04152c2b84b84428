"""Which loans could be meant by consumer credit: the scopes of both economies, from the broadest to the
narrowest, and the lenders outside the central bank's table.

A scope is published or put together from published lines; which series are read for it is decided here.
Ratios, days and the band over all of them belong to `scope_grid`, the market that headlines speak of to
`markets`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from consumer_credit.measures.choice import first_available
from consumer_credit.measures.outside import consumer_part, counts_of, with_outside
from consumer_credit.measures.periods import ends_year
from consumer_credit.measures.scope import at_year_end, difference
from consumer_credit.measures.totals import total_of
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets

CN_HOUSEHOLD, CN_OPERATING = "cn.household_loans", "cn.household_operating_loans"
CN_SHORT_RMB_FX = "cn.household_consumer_loans.short_rmb_fx"
CN_P2P, CN_MICROLOANS = "cn.p2p.outstanding", "cn.microloan_companies.loans"
US_HOUSEHOLD = "us.household_debt"
US_NYFED_NON_HOUSING = ("vehicles", "revolving", "students", "other")
TOTAL = "consumer"
"""The scope that both economies have: all that is published as consumer loans or consumer credit."""


@dataclass(frozen=True)
class Scope:
    """One answer to "which loans count".

    Attributes:
        key: stable name.
        label: its name for readers, to be worded by `chapter.text`.
        counts: whether someone could call it consumer credit; the band is over these. The others (all
            household debt, a single part of consumer credit) are shown for their size.
        end_of: the definition of which this is one end of a range; empty for a definition of its own.
        always: shown without a figure as well; the ends of a range only where they are known.
    """

    key: str
    label: str
    counts: bool = True
    end_of: str = ""
    always: bool = True

    @property
    def definition(self) -> str:
        """The definition it gives a figure for."""
        return self.end_of or self.key


CHINA = (
    Scope("household", "All loans to households, for business as well", counts=False),
    Scope(TOTAL, "Consumer loans, housing loans included"),
    Scope("broad_high", "Without housing loans, with lenders outside the table: at most", end_of="broad"),
    Scope("broad_low", "Without housing loans, with lenders outside the table: at least", end_of="broad"),
    Scope("ex_housing", "Without individual housing loans (definition from 2017)"),
    Scope(
        "ex_housing_high", "Without individual housing loans: upper derived level", True, "ex_housing", False
    ),
    Scope(
        "ex_housing_low", "Without individual housing loans: lower derived level", True, "ex_housing", False
    ),
    Scope("official", "Without housing loans, as the central bank states it"),
    Scope("ex_purchase", "Without property-purchase loans (definition to 2016)"),
    Scope("short", "Short-term consumer loans"),
    Scope("short_ex_cards", "Short-term consumer loans less card balances", counts=False),
)
UNITED_STATES = (
    Scope("household", "All household debt, mortgages included (Z.1)", counts=False),
    Scope("home_equity", "Consumer credit with home-equity lines"),
    Scope(TOTAL, "Consumer credit (G.19)"),
    Scope("nyfed", "Debt other than housing on credit reports (New York Fed)"),
    Scope("ex_student", "Consumer credit without student loans"),
    Scope("revolving", "Revolving credit", counts=False),
)
SCOPES: Mapping[str, Sequence[Scope]] = {"CHN": CHINA, "USA": UNITED_STATES}
"""By economy (ISO 3166 alpha-3), in the order of their usual size."""

DEFINITIONS = {"housing": "ex_housing", "purchase": "ex_purchase", "official": "official"}
"""The scope that each definition of housing loans leaves."""


def headline_scope(chapter: Chapter, economy: str) -> str:
    """The key of the scope that the edition's headline speaks of."""
    if economy == "USA":
        return {"total": TOTAL, "ex_student": "ex_student"}[chapter.parameters.us_scope]
    if chapter.parameters.china_scope == "total":
        return TOTAL
    return DEFINITIONS[chapter.parameters.housing_definition]


def stocks(chapter: Chapter, economy: str) -> dict[str, pd.DataFrame]:
    """The loans of every scope at year-ends, own currency; keys as in `SCOPES`."""
    return _american_stocks(chapter) if economy == "USA" else _chinese_stocks(chapter)


def needs(chapter: Chapter, economy: str, scope: str) -> Sequence[str]:
    """The series without which a scope is missing, the most telling first."""
    if economy == "USA":
        series = {
            "household": (US_HOUSEHOLD,),
            "nyfed": tuple(markets.US_NYFED[kind] for kind in US_NYFED_NON_HOUSING),
            "revolving": (markets.US_REVOLVING,),
        }
        return series.get(scope) or markets.us_needs(chapter, "total" if scope == TOTAL else scope)[:-1]
    without = {key: markets.china_ex_housing_needs(name)[:-1] for name, key in DEFINITIONS.items()}
    outside = (CN_P2P, CN_MICROLOANS, *without[DEFINITIONS[chapter.parameters.housing_definition]])
    return {
        "household": (CN_HOUSEHOLD,),
        TOTAL: (markets.CN_LOANS,),
        "broad_high": outside,
        "broad_low": outside,
        **without,
        "ex_housing_high": markets.CN_HOUSING_RANGE[:1],
        "ex_housing_low": markets.CN_HOUSING_RANGE[1:],
        "short": (markets.CN_SHORT,),
        "short_ex_cards": (markets.CN_CARDS, markets.CN_SHORT),
    }[scope]


def total(chapter: Chapter, economy: str) -> pd.DataFrame:
    """The stock of the scope `TOTAL` by itself, year-ends, own currency."""
    if economy == "USA":
        return markets.us_consumer_credit(chapter, "total")
    return markets.china_consumer_loans(chapter)


def outside_lenders(chapter: Chapter) -> dict[str, pd.DataFrame]:
    """Consumer credit of lenders outside the central bank's table at year-ends, yuan; columns as
    `outside.consumer_part`.

    `p2p`: lowest and highest of the counts known, and the edition's business shares; `microloans`: one count,
    the same shares; `consumer_finance`: all of it, in the years before these companies entered the table.
    """
    shares = (
        chapter.parameters.outside_business_share_low,
        chapter.parameters.outside_business_share_high,
    )
    companies = markets.china_consumer_finance(chapter)
    outside = companies[companies["period"] < _inside_from(chapter)].reset_index(drop=True)
    outside.attrs = companies.attrs
    microloans = counts_of(at_year_end(chapter.series(CN_MICROLOANS)))
    return {
        "p2p": consumer_part(counts_of(_every_year_end(chapter, CN_P2P)), business_share=shares),
        "microloans": consumer_part(microloans, business_share=shares),
        "consumer_finance": consumer_part(counts_of(outside)),
    }


def p2p_counts(chapter: Chapter, year: str) -> pd.DataFrame:
    """Every different count of P2P lending at a year-end known on the edition's date, oldest first; columns as
    `Store.as_of` gives them.
    """
    rows = _every_year_end(chapter, CN_P2P)
    of_year = rows[(rows["period"] == year) & ~rows["later_vintage"].astype(bool)]
    of_year = of_year if len(of_year) else rows[rows["period"] == year]
    return of_year.drop_duplicates("value").reset_index(drop=True)


def broad(chapter: Chapter, without_housing: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Consumer loans without housing loans and the consumer credit of lenders outside the table, year-ends,
    yuan: `at_least`, `at_most`.

    Given for years in which P2P platforms and microloan companies were both counted; consumer-finance
    companies are added where a year-end level is known.
    """
    lenders = outside_lenders(chapter)
    return with_outside(
        without_housing, [lenders["p2p"], lenders["microloans"]], [lenders["consumer_finance"]]
    )


def _chinese_stocks(chapter: Chapter) -> dict[str, pd.DataFrame]:
    without = {key: markets.china_ex_housing(chapter, name) for name, key in DEFINITIONS.items()}
    with_lenders = broad(chapter, without[DEFINITIONS[chapter.parameters.housing_definition]])
    short = first_available(
        at_year_end(chapter.series(markets.CN_SHORT)), at_year_end(chapter.series(CN_SHORT_RMB_FX))
    )
    return {
        "household": at_year_end(chapter.series(CN_HOUSEHOLD)),
        TOTAL: total(chapter, "CHN"),
        "broad_high": with_lenders["at_most"],
        "broad_low": with_lenders["at_least"],
        **without,
        **_range_without_housing(chapter),
        "short": short,
        "short_ex_cards": difference(short, at_year_end(chapter.series(markets.CN_CARDS))),
    }


def _range_without_housing(chapter: Chapter) -> dict[str, pd.DataFrame]:
    """Consumer loans less housing loans at year-ends of which only a range is derived: the higher deduction
    leaves the lower rest.
    """
    loans = total(chapter, "CHN")
    low, high = (at_year_end(chapter.series(series)) for series in markets.CN_HOUSING_RANGE)
    return {"ex_housing_high": difference(loans, low), "ex_housing_low": difference(loans, high)}


def _american_stocks(chapter: Chapter) -> dict[str, pd.DataFrame]:
    return {
        "household": at_year_end(chapter.series(US_HOUSEHOLD)),
        "home_equity": markets.us_consumer_credit(chapter, "home_equity"),
        TOTAL: total(chapter, "USA"),
        "nyfed": total_of(*(markets.us_nyfed(chapter, kind) for kind in US_NYFED_NON_HOUSING)),
        "ex_student": markets.us_consumer_credit(chapter, "ex_student"),
        "revolving": at_year_end(chapter.series(markets.US_REVOLVING)),
    }


def _inside_from(chapter: Chapter) -> str:
    """The first year at whose end consumer-finance companies are within the central bank's table."""
    breaks = chapter.store.catalogue.series[markets.CN_LOANS].breaks
    return min((entry.period[:4] for entry in breaks if entry.kind == "scope_change"), default="9999")


def _every_year_end(chapter: Chapter, series_id: str) -> pd.DataFrame:
    """Every vintage of the year-end stocks of a monthly series, with `period` a year."""
    rows = chapter.every_vintage(series_id)
    ends = rows[rows["period"].map(ends_year).astype(bool)].reset_index(drop=True)
    ends["period"] = ends["period"].str.slice(0, 4)
    ends.attrs = rows.attrs
    return ends

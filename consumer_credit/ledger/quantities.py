"""What can be meant by "consumer credit": every published reading, by name, as a sum of published series.

The choices between series that say the same thing are those the report's chapters make (`report.chapters.markets`); a
test holds the two together. `family` says how near two readings are to each other, which `reconciliation`
ranks by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import pandas as pd

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.errors import DataError
from consumer_credit.ledger.arithmetic import Amount, Line, minus, published
from consumer_credit.ledger.knowledge import Knowledge, Reason
from consumer_credit.ledger.words import Language
from consumer_credit.measures.choice import best_known, first_available

Family = Literal["consumer", "ex_housing", "part", "household", "housing", "income", "single"]


@dataclass(frozen=True)
class Term:
    """One stock or flow: `series` in order of preference (`first`), or estimates of one thing (`best` known).

    `bounds`: the lower and the upper of two series, for years in which only a range is known.
    """

    series: tuple[str, ...]
    choice: Literal["first", "best"] = "first"
    bounds: tuple[str, str] | None = None

    @property
    def candidates(self) -> tuple[str, ...]:
        """Every series the term may be taken from."""
        return self.series + (self.bounds or ())


@dataclass(frozen=True)
class Quantity:
    """A named reading: `term` without what is in `less`. A single series is a quantity of its own id."""

    id: str
    economy: str
    family: Family
    term: Term
    less: tuple[Term, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """Every series the quantity may be taken from."""
        return tuple(name for term in (self.term, *self.less) for name in term.candidates)


_CN_LOANS = Term(("cn.household_consumer_loans", "cn.household_consumer_loans.rmb_fx"))
_CN_PURCHASE = Term(("cn.housing_loans.purchase", "cn.housing_loans.purchase.derived_2014"))
_CN_HOUSING = Term(
    (
        "cn.housing_loans.housing",
        "cn.housing_loans.housing.derived_2016",
        "cn.housing_loans.housing.derived_2023",
    ),
    bounds=("cn.housing_loans.housing.derived_2020_low", "cn.housing_loans.housing.derived_2020_high"),
)
_CN_HOUSEHOLD = Term(("cn.household_loans",))
_US_CREDIT = Term(("us.consumer_credit", "us.consumer_credit.as_known_2017_04"), choice="best")

_ALL = (
    Quantity("cn_consumer", "cn", "consumer", _CN_LOANS),
    Quantity("cn_consumer_rmb_fx", "cn", "consumer", Term(("cn.household_consumer_loans.rmb_fx",))),
    Quantity("cn_ex_housing_purchase", "cn", "ex_housing", _CN_LOANS, (_CN_PURCHASE,)),
    Quantity("cn_ex_housing_housing", "cn", "ex_housing", _CN_LOANS, (_CN_HOUSING,)),
    Quantity("cn_ex_housing_official", "cn", "ex_housing", Term(("cn.consumer_loans_ex_housing.official",))),
    Quantity(
        "cn_ex_housing_industry", "cn", "ex_housing", Term(("cn.consumer_loans_ex_housing.industry_report",))
    ),
    Quantity("cn_consumer_short", "cn", "part", Term(("cn.household_consumer_loans.short",))),
    Quantity("cn_consumer_medium_long", "cn", "part", Term(("cn.household_consumer_loans.medium_long",))),
    Quantity("cn_cards", "cn", "part", Term(("cn.credit_cards.outstanding",))),
    Quantity("cn_household", "cn", "household", _CN_HOUSEHOLD),
    Quantity("cn_household_short", "cn", "household", Term(("cn.household_loans.short",))),
    Quantity("cn_household_medium_long", "cn", "household", Term(("cn.household_loans.medium_long",))),
    Quantity("cn_household_ex_purchase", "cn", "household", _CN_HOUSEHOLD, (_CN_PURCHASE,)),
    Quantity("cn_household_ex_housing", "cn", "household", _CN_HOUSEHOLD, (_CN_HOUSING,)),
    Quantity("cn_purchase_loans", "cn", "housing", _CN_PURCHASE),
    Quantity("cn_housing_loans", "cn", "housing", _CN_HOUSING),
    Quantity("cn_gdp", "cn", "income", Term(("cn.gdp",))),
    Quantity("us_credit", "us", "consumer", _US_CREDIT),
    Quantity("us_credit_unadjusted", "us", "consumer", Term(("us.consumer_credit.nsa",))),
    Quantity("us_credit_ex_student", "us", "consumer", _US_CREDIT, (Term(("us.student_loans",)),)),
    Quantity("us_credit_revolving", "us", "part", Term(("us.consumer_credit.revolving",))),
    Quantity("us_credit_nonrevolving", "us", "part", Term(("us.consumer_credit.nonrevolving",))),
    Quantity("us_household_debt", "us", "household", Term(("us.household_debt",))),
    Quantity(
        "us_household_ex_mortgage",
        "us",
        "household",
        Term(("us.household_debt",)),
        (Term(("us.mortgages",)),),
    ),
    Quantity("us_mortgages", "us", "housing", Term(("us.mortgages",))),
    Quantity(
        "us_panel_ex_housing",
        "us",
        "consumer",
        Term(("us.nyfed.total",)),
        (Term(("us.nyfed.mortgage",)), Term(("us.nyfed.home_equity_revolving",))),
    ),
    Quantity("us_gdp", "us", "income", Term(("us.gdp", "us.gdp.annual"), choice="best")),
)
QUANTITIES: dict[str, Quantity] = {quantity.id: quantity for quantity in _ALL}


def quantity_of(name: str) -> Quantity:
    """The quantity of that name; the id of a series (it holds a dot) stands for the series alone.

    Raises:
        DataError: neither.
    """
    if name in QUANTITIES:
        return QUANTITIES[name]
    if "." in name:
        return Quantity(name, name.partition(".")[0], "single", Term((name,)))
    raise DataError(
        f"'{name}' is neither a quantity of the ledger nor the id of a series",
        remedy=f"known are: {', '.join(QUANTITIES)}",
    )


def title_of(name: str, catalogue: Catalogue, language: Language) -> str:
    """A quantity in words, from the catalogue's short titles: "Household consumer loans less housing loans".

    Raises:
        DataError: unknown quantity.
    """
    quantity = quantity_of(name)
    first, *rest = (_short_title(term, catalogue, language) for term in (quantity.term, *quantity.less))
    if language == "zh":
        return "减".join((first, *rest))
    return " less ".join(
        (first, *(title[:1].lower() + title[1:] if title[1:2].islower() else title for title in rest))
    )


def _short_title(term: Term, catalogue: Catalogue, language: Language) -> str:
    series = catalogue.series.get(term.series[0])
    return term.series[0] if series is None else str(getattr(series.short_title, language))


def readings(economy: str) -> list[Quantity]:
    """Every reading of an economy's credit, in the order of this module, without incomes."""
    return [q for q in _ALL if q.economy == economy and q.family != "income"]


def amount(name: str, year: str, known: Knowledge) -> Amount | Reason:
    """A quantity at the end of `year` (a flow: over it), as known; or why there is none.

    Raises:
        DataError: unknown quantity, or observations that cannot be read.
    """
    if (name, year) not in known.amounts:
        known.amounts[name, year] = _worked_out(quantity_of(name), year, known)
    return known.amounts[name, year]


def _worked_out(quantity: Quantity, year: str, known: Knowledge) -> Amount | Reason:
    result = _of_term(quantity.term, year, known)
    for term in quantity.less:
        if isinstance(result, Reason):
            break
        deducted = _of_term(term, year, known)
        if isinstance(deducted, Reason):
            return deducted
        result = minus(result, deducted, label="remainder", period=year)
    return result


def years_known(name: str, known: Knowledge) -> set[str]:
    """The years for which `amount` gives a number.

    Raises:
        DataError: unknown quantity, or observations that cannot be read.
    """
    quantity = quantity_of(name)
    return set.intersection(*(_years_of(term, known) for term in (quantity.term, *quantity.less)))


def _years_of(term: Term, known: Knowledge) -> set[str]:
    years = set().union(*(known.years(series) for series in term.series))
    return years | (known.years(term.bounds[0]) & known.years(term.bounds[1]) if term.bounds else set())


def _of_term(term: Term, year: str, known: Knowledge) -> Amount | Reason:
    frames = [_one_year(known.yearly(series), year) for series in term.series if known.holds(series)]
    frames = [frame for frame in frames if len(frame)]
    if frames:
        chosen = (best_known if term.choice == "best" else first_available)(*frames)
        return published(_line(chosen.iloc[0], year, known))
    if term.bounds and all(year in known.years(series) for series in term.bounds):
        return _between(term.bounds, year, known)
    return known.why_missing(term.series[0], year)


def _one_year(frame: pd.DataFrame, year: str) -> pd.DataFrame:
    rows = frame[frame["period"] == year].reset_index(drop=True)
    rows.attrs = frame.attrs
    return rows


def _line(row: pd.Series, year: str, known: Knowledge) -> Line:
    """The line of one published (or derived) figure, with the interval that its derivation leaves."""
    series, value = known.store.catalogue.find(str(row["series"])), float(row["value"])
    low = high = value
    if series.derived is not None and series.derived.range is not None:
        bottom, top = (series.in_units(bound) for bound in series.derived.range)
        if bottom <= value <= top:  # otherwise the range speaks of another value of the series
            low, high = bottom, top
    return Line(
        "",
        "series",
        value,
        low,
        high,
        "fraction" if series.unit == "percent" else series.unit,
        series=series.id,
        period=year,
        vintage=str(row["vintage"]),
        later_vintage=bool(row["later_vintage"]),
        derived=bool(row["derived"]),
    )


def _between(bounds: tuple[str, str], year: str, known: Knowledge) -> Amount:
    """A stock known only as a range: a line for each end, then the range."""
    ends = []
    for series in bounds:
        row = _one_year(known.yearly(series), year).assign(series=series).iloc[0]
        point = float(row["value"])
        line = _line(row, year, known)
        ends.append(Line(**{**line.__dict__, "low": point, "high": point}))
    low, high = sorted(float(line.low) for line in ends)
    result = Line("equals", "range", None, low, high, ends[0].unit, period=year, derived=True)
    return Amount(None, low, high, ends[0].unit, (*ends, result))

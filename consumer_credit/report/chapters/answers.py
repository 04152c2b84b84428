"""The figures in the answers to *Why do two official numbers differ?*, each from published levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consumer_credit.data.missing import Missing
from consumer_credit.data.store import Observation
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.values import MissingReason

CLAIM = "cn_consumer_loans_to_gdp"
LOANS, GDP = "cn.household_consumer_loans", "cn.gdp"
PURCHASE, HOUSING = "cn.housing_loans.purchase", "cn.housing_loans.housing.derived_2016"
OFFICIAL, PUBLISHED_HOUSING = "cn.consumer_loans_ex_housing.official", "cn.housing_loans.housing"
US, NY_FED, CARDS = "us.consumer_credit", "us.nyfed.total", "cn.credit_cards.outstanding"


@dataclass(frozen=True)
class Answer:
    """One figure of an answer, ready to be recorded."""

    value: float | str | MissingReason
    unit: str
    formula: str
    series: Sequence[str] = ()
    period: str = ""


def answers(chapter: Chapter) -> dict[str, Answer]:
    """Every figure that the answers print, by the name prose calls it."""
    year = chapter.claim(CLAIM).period
    month = f"{year}-12"
    found = {"qa_year": Answer(int(year), "year", "year of the claim")}
    found |= _gdp_vintages(chapter, year, month)
    found |= _definitions(chapter, year, month)
    found |= _official(chapter)
    found |= _american_revision(chapter)
    found |= _newest(chapter, "qa_nyfed_total", NY_FED, "USD", "total household debt, New York Fed")
    found |= _newest(chapter, "qa_cards", CARDS, "CNY", "card balances outstanding")
    return found


def _gdp_vintages(chapter: Chapter, year: str, month: str) -> dict[str, Answer]:
    held = chapter.store.observations(GDP)
    scale = chapter.store.catalogue.find(GDP).scale
    first = float(held[held["period"] == year]["value"].iloc[0]) * scale
    now, loans = _value(chapter, GDP, year), _value(chapter, LOANS, month)
    ratios = {
        "qa_cn_ratio_first": Answer(
            _over(loans, first), "fraction", f"{LOANS} / first release of {GDP}", (LOANS, GDP), year
        ),
        "qa_cn_ratio_now": Answer(_over(loans, now), "fraction", f"{LOANS} / {GDP}", (LOANS, GDP), year),
    }
    return ratios | {
        "qa_gdp_first": Answer(first, "CNY", f"{GDP}, first release", (GDP,), year),
        "qa_gdp_now": Answer(now, "CNY", GDP, (GDP,), year),
    }


def _definitions(chapter: Chapter, year: str, month: str) -> dict[str, Answer]:
    purchase, housing = _value(chapter, PURCHASE, month), _value(chapter, HOUSING, month)
    periods = chapter.series(PURCHASE)["period"]
    last = periods.iloc[-1][:4] if len(periods) else MissingReason("empty", PURCHASE)
    return {
        "qa_purchase_last": Answer(last, "period", f"last year of {PURCHASE}"),
        "qa_definitions_gap": Answer(
            _less(purchase, housing), "CNY", f"{PURCHASE} − {HOUSING}", (PURCHASE, HOUSING), year
        ),
    }


def _official(chapter: Chapter) -> dict[str, Answer]:
    """The newest period at which the central bank's own figure and the RMB subtraction are both known."""
    for period in reversed(list(chapter.series(OFFICIAL)["period"])):
        parts = [_value(chapter, series, period) for series in (OFFICIAL, LOANS, PUBLISHED_HOUSING)]
        if not any(isinstance(part, MissingReason) for part in parts):
            official, loans, housing = parts
            series = (OFFICIAL, LOANS, PUBLISHED_HOUSING)
            return {
                "qa_official_period": Answer(period, "period", "newest period with both"),
                "qa_official": Answer(official, "CNY", OFFICIAL, (OFFICIAL,), period),
                "qa_subtraction": Answer(
                    _less(loans, housing), "CNY", f"{LOANS} − {PUBLISHED_HOUSING}", series[1:], period
                ),
            }
    missing = chapter.why_missing((OFFICIAL, LOANS, PUBLISHED_HOUSING), "2024-12")
    units = {"qa_official_period": "period", "qa_official": "CNY", "qa_subtraction": "CNY"}
    return {name: Answer(missing, unit, OFFICIAL) for name, unit in units.items()}


def _american_revision(chapter: Chapter) -> dict[str, Answer]:
    """The last December of the oldest file held, in that file and today."""
    held = chapter.store.observations(US)
    oldest = held["vintage"].min()
    decembers = held[(held["vintage"] == oldest) & held["period"].str.endswith("-12")]
    row = decembers.iloc[-1]
    then = float(row["value"]) * chapter.store.catalogue.find(US).scale
    return {
        "qa_us_period": Answer(row["period"][:4], "period", "last year-end of the oldest file held"),
        "qa_us_then_vintage": Answer(oldest, "date", "oldest vintage held"),
        "qa_us_then": Answer(then, "USD", f"{US}, vintage {oldest}", (US,), row["period"]),
        "qa_us_now": Answer(_value(chapter, US, row["period"]), "USD", US, (US,), row["period"]),
    }


def _newest(chapter: Chapter, name: str, series: str, unit: str, formula: str) -> dict[str, Answer]:
    frame = chapter.series(series)
    level, period = (
        (MissingReason("empty", series),) * 2 if frame.empty else frame.iloc[-1][["value", "period"]]
    )
    dated = "" if frame.empty else str(period)
    return {
        f"{name}_period": Answer(period, "period", f"newest period of {series}"),
        name: Answer(level, unit, formula, (series,), dated),
    }


def _value(chapter: Chapter, series: str, period: str) -> float | MissingReason:
    as_of, strict = chapter.parameters.as_of, chapter.parameters.strict_vintages
    found: Observation | Missing = chapter.store.value(series, period, as_of, strict=strict)
    if isinstance(found, Missing):
        return MissingReason(found.code, found.series, found.period, dict(found.details))
    return found.value


def _over(above: float | MissingReason, below: float | MissingReason) -> float | MissingReason:
    if isinstance(above, MissingReason):
        return above
    return below if isinstance(below, MissingReason) else above / below


def _less(left: float | MissingReason, right: float | MissingReason) -> float | MissingReason:
    if isinstance(left, MissingReason):
        return left
    return right if isinstance(right, MissingReason) else left - right

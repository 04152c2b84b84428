"""Our figures against figures that publishers worked out themselves: growth rates, ratios, totals.

Each check sets what follows from the levels held here beside a figure printed by somebody else; the tolerance is the
rounding of the two, and nothing more. A check that fails is listed like any other, never loosened: it shows a
difference of scope, a revision, or an error.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from consumer_credit.data.missing import Missing
from consumer_credit.data.periods import AsOf
from consumer_credit.data.store import Observation, Store
from consumer_credit.measures.periods import shift_years

GROWTH = (
    ("cn.housing_loans.housing", "cn.housing_loans.housing.growth"),
    ("cn.housing_loans.purchase", "cn.housing_loans.purchase.growth"),
    ("cn.consumer_loans_ex_housing.official", "cn.consumer_loans_ex_housing.official.growth"),
    ("cn.household_consumer_loans", "cn.household_consumer_loans.growth"),
    ("cn.credit_cards.outstanding", "cn.credit_cards.outstanding.growth"),
    ("cn.credit_cards.limit", "cn.credit_cards.limit.growth"),
    ("cn.consumer_finance_companies.loans", "cn.consumer_finance_companies.loans.growth"),
)
"""Levels, and the growth over a year that their publisher printed."""

SHARES = (
    ("cn.credit_cards.outstanding", "cn.credit_cards.limit", "cn.credit_cards.utilisation"),
    ("cn.credit_cards.overdue_180d", "cn.credit_cards.outstanding", "cn.credit_cards.overdue_180d_ratio"),
)
"""Part, whole, and the share that their publisher printed."""

NY_FED_PARTS = ("mortgage", "home_equity_revolving", "auto", "credit_card", "student", "other")


@dataclass(frozen=True)
class CrossCheck:
    """One comparison: `ours` follows from the levels held, `theirs` was published; both in `unit`.

    `kind` says what was compared (growth, share, level, total, per_head); `series` is the published figure, `inputs`
    what ours was worked out from; `tolerance` is what the rounding of both sides allows.
    """

    kind: str
    series: str
    period: str
    ours: float
    theirs: float
    unit: str
    tolerance: float
    inputs: tuple[str, ...]

    @property
    def difference(self) -> float:
        """Ours less theirs."""
        return self.ours - self.theirs

    @property
    def agrees(self) -> bool:
        """Within the rounding."""
        return abs(self.difference) <= self.tolerance * (1 + 1e-9)


def cross_checks(store: Store, as_of: AsOf = "latest") -> list[CrossCheck]:
    """Every comparison that the data known on a day allow, by kind, series and period.

    Raises:
        DataError: a series is unknown or cannot be read.
    """
    reader = _Reader(store, as_of)
    return [
        *_growth(reader),
        *_shares(reader),
        *_without_housing(reader),
        *_ny_fed_total(reader),
        *_gdp_per_head(reader),
    ]


@dataclass(frozen=True)
class _Reader:
    store: Store
    as_of: AsOf

    def periods(self, series: str) -> list[str]:
        return [str(period) for period in self.store.as_of(series, self.as_of)["period"]]

    def level(self, series: str, period: str) -> float | None:
        """The value in the publisher's unit and scale."""
        found: Observation | Missing = self.store.value(series, period, self.as_of, in_units=False)
        return found.value if isinstance(found, Observation) else None

    def half_unit(self, series: str, value: float) -> float:
        """Half of the last digit printed: the series' own rounding, or coarser where trailing zeros say so."""
        own = self.store.catalogue.find(series).tolerance or 0.0
        whole = f"{value:.0f}"
        zeros = len(whole) - len(whole.rstrip("0")) if value == int(value) and value else 0
        return max(own, 0.5 * 10**zeros if zeros >= 2 else 0.0)


def _growth(reader: _Reader) -> Iterator[CrossCheck]:
    for levels, growth in GROWTH:
        for period in reader.periods(growth):
            now, then = reader.level(levels, period), reader.level(levels, shift_years(period, -1))
            theirs = reader.level(growth, period)
            if now is None or then is None or theirs is None:
                continue
            slack = (
                100
                * now
                / then
                * (reader.half_unit(levels, now) / now + reader.half_unit(levels, then) / then)
            )
            rounding = _half_digit(theirs)
            yield CrossCheck(
                "growth",
                growth,
                period,
                100 * (now / then - 1),
                theirs,
                "percent",
                slack + rounding,
                (levels,),
            )


def _shares(reader: _Reader) -> Iterator[CrossCheck]:
    for part, whole, share in SHARES:
        for period in reader.periods(share):
            above, below, theirs = (reader.level(series, period) for series in (part, whole, share))
            if above is None or below is None or theirs is None:
                continue
            slack = (
                100
                * above
                / below
                * (reader.half_unit(part, above) / above + reader.half_unit(whole, below) / below)
            )
            rounding = _half_digit(theirs)
            yield CrossCheck(
                "share",
                share,
                period,
                100 * above / below,
                theirs,
                "percent",
                slack + rounding,
                (part, whole),
            )


def _without_housing(reader: _Reader) -> Iterator[CrossCheck]:
    """RMB and foreign currency consumer loans less housing loans against the central bank's own figure."""
    official, housing = "cn.consumer_loans_ex_housing.official", "cn.housing_loans.housing"
    for loans in ("cn.household_consumer_loans.rmb_fx", "cn.household_consumer_loans"):
        for period in reader.periods(official):
            total, deducted, theirs = (reader.level(series, period) for series in (loans, housing, official))
            if total is None or deducted is None or theirs is None:
                continue
            slack = reader.half_unit(housing, deducted) + reader.half_unit(official, theirs)
            yield CrossCheck(
                "level",
                official,
                period,
                total - deducted,
                theirs,
                "CNY 100 million",
                slack,
                (loans, housing),
            )


def _ny_fed_total(reader: _Reader) -> Iterator[CrossCheck]:
    """The parts of household debt against the total that the New York Fed prints, fourth quarters."""
    total = "us.nyfed.total"
    parts = tuple(f"us.nyfed.{part}" for part in NY_FED_PARTS)
    for period in reader.periods(total):
        if not period.endswith("-Q4"):
            continue
        levels = [reader.level(part, period) for part in parts]
        theirs = reader.level(total, period)
        if theirs is None or any(level is None for level in levels):
            continue
        ours = sum(level for level in levels if level is not None)
        slack = sum(reader.store.catalogue.find(series).tolerance or 0.0 for series in (total, *parts))
        yield CrossCheck("total", total, period, ours, theirs, "USD trillion", slack, parts)


def _gdp_per_head(reader: _Reader) -> Iterator[CrossCheck]:
    """GDP over population against the World Bank's own GDP per head, in the newest years of each."""
    for economy in ("cn", "us"):
        gdp, population, per_head = (
            f"{economy}.wdi.{name}" for name in ("gdp_usd", "population", "gdp_per_head_usd")
        )
        for period in reader.periods(per_head)[-5:]:
            total, persons, theirs = (reader.level(series, period) for series in (gdp, population, per_head))
            if total is None or not persons or theirs is None:
                continue
            yield CrossCheck(
                "per_head", per_head, period, total / persons, theirs, "USD", 0.5, (gdp, population)
            )


def _half_digit(printed: float) -> float:
    """Half of the last digit of a printed percentage: 0.05 for 22.2, 0.005 for 43.77."""
    text = f"{printed:.6f}".rstrip("0")
    return 0.5 * 10.0 ** -max(len(text.partition(".")[2]), 1)

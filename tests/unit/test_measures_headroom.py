"""Room to grow: how much, how long, and under which assumptions."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.headroom import (
    Scenario,
    growth_needed,
    headroom,
    scenario_table,
    years_to_converge,
)

ratios = st.floats(0.01, 1.0)
growths = st.floats(-0.2, 0.5)


def test_the_articles_conclusion_in_money():
    # (0.20 − 0.08) × 74.4127 trillion yuan = 8.929524 trillion
    assert headroom(ratio=0.08, target=0.20, gdp=74.4127e12) == pytest.approx(8.929524e12)
    assert headroom(ratio=0.25, target=0.20, gdp=100) == pytest.approx(-5)


def test_years_until_the_ratio_has_doubled():
    # loans × 1.21 a year over GDP × 1.10 a year: the ratio grows by 1.1 a year, 1.1² = 1.21
    assert years_to_converge(ratio=0.10, target=0.121, loan_growth=0.21, gdp_growth=0.10) == pytest.approx(2)


def test_a_target_that_moves_is_met_later():
    # the ratio grows by 1.21, the target by 1.10: 0.10 · 1.21^t = 0.121 · 1.10^t gives 1.1^t = 1.21, t = 2
    assert years_to_converge(
        ratio=0.10, target=0.121, loan_growth=0.21, gdp_growth=0.0, target_growth=0.10
    ) == pytest.approx(2)


@pytest.mark.parametrize(
    ("loan_growth", "gdp_growth"), [(0.05, 0.05), (0.03, 0.05)], ids=["same pace", "falling behind"]
)
def test_a_ratio_that_does_not_rise_never_gets_there(loan_growth: float, gdp_growth: float):
    assert years_to_converge(ratio=0.1, target=0.2, loan_growth=loan_growth, gdp_growth=gdp_growth) is None


def test_at_the_target_no_time_is_needed_and_from_above_it_is_met_falling():
    assert years_to_converge(ratio=0.2, target=0.2, loan_growth=0.0, gdp_growth=0.1) == 0
    # 0.242 / 1.1² = 0.2
    assert years_to_converge(ratio=0.242, target=0.2, loan_growth=0.0, gdp_growth=0.1) == pytest.approx(2)
    assert years_to_converge(ratio=0.242, target=0.2, loan_growth=0.2, gdp_growth=0.1) is None


@given(ratios, ratios, growths, growths)
def test_after_that_many_years_ratio_and_target_are_equal(
    ratio: float, target: float, loan_growth: float, gdp_growth: float
):
    years = years_to_converge(ratio=ratio, target=target, loan_growth=loan_growth, gdp_growth=gdp_growth)
    assume(years is not None and years < 200)
    assert ratio * ((1 + loan_growth) / (1 + gdp_growth)) ** years == pytest.approx(target)


@given(ratios, ratios, growths, st.floats(0.5, 30))
def test_the_growth_needed_takes_exactly_the_years_given(
    ratio: float, target: float, gdp_growth: float, years: float
):
    assume(abs(target / ratio - 1) > 1e-6)
    growth = growth_needed(ratio=ratio, target=target, gdp_growth=gdp_growth, years=years)
    assert years_to_converge(
        ratio=ratio, target=target, loan_growth=growth, gdp_growth=gdp_growth
    ) == pytest.approx(years, rel=1e-6)


def test_a_scenario_line_by_line():
    table = scenario_table(
        ratio=0.1, gdp=100.0, scenarios=[Scenario("base", target=0.2, years=2, gdp_growth=0.1)]
    )
    row = table.iloc[0]
    assert row["headroom_now"] == pytest.approx(10)  # (0.2 − 0.1) · 100
    assert row["gdp_end"] == pytest.approx(121)  # 100 · 1.1²
    assert row["loans_end"] == pytest.approx(24.2)  # 0.2 · 121
    assert row["added_loans"] == pytest.approx(14.2)  # 24.2 − 0.1 · 100
    assert row["loan_growth"] == pytest.approx(2.42**0.5 - 1)  # (24.2 / 10)^(1/2) − 1


def test_no_scenarios_give_an_empty_table_with_the_same_columns():
    empty = scenario_table(ratio=0.1, gdp=1.0, scenarios=[])
    full = scenario_table(ratio=0.1, gdp=1.0, scenarios=[Scenario("a", 0.2, 1, 0.0)])
    assert len(empty) == 0 and list(empty.columns) == list(full.columns)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: headroom(ratio=0.1, target=0.2, gdp=0), "GDP is not positive"),
        (
            lambda: years_to_converge(ratio=0, target=0.2, loan_growth=0, gdp_growth=0),
            "ratio is not positive",
        ),
        (
            lambda: years_to_converge(ratio=0.1, target=0, loan_growth=0, gdp_growth=0),
            "target is not positive",
        ),
        (lambda: years_to_converge(ratio=0.1, target=0.2, loan_growth=-1, gdp_growth=0), "factor of loans"),
        (lambda: growth_needed(ratio=0.1, target=0.2, gdp_growth=0, years=0), "number of years"),
        (
            lambda: growth_needed(ratio=0.1, target=0.2, gdp_growth=float("nan"), years=1),
            "GDP is not positive",
        ),
        (
            lambda: scenario_table(
                ratio=0.1, gdp=1, scenarios=[Scenario("a", 0.2, 1, 0), Scenario("a", 0.3, 1, 0)]
            ),
            "appears twice",
        ),
    ],
)
def test_impossible_assumptions_are_refused(call, complaint: str):
    with pytest.raises(DataError, match=complaint):
        call()

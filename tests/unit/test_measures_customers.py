"""The article's three strategies in numbers, each worked out by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.cards import per_head, transfer_pool, utilisation
from consumer_credit.measures.choice import newest_until
from consumer_credit.measures.customers import (
    affinity_index,
    economics,
    effective_cost,
    extra_acquisition,
    lifetime_value,
    odds_ratio,
    value_of_activation,
    value_to_cost,
)
from consumer_credit.measures.funnel import funnel
from consumer_credit.measures.sensitivity import one_at_a_time, ranges_around

shares = st.floats(0, 0.99)


def known(values: dict[str, float], *, derived: bool = False, later: bool = False) -> pd.DataFrame:
    """Published figures as the store gives them."""
    frame = pd.DataFrame({"period": list(values), "value": list(values.values())})
    return frame.assign(vintage="2018-01-20", source="page", later_vintage=later, derived=derived)


def test_the_pool_of_balances_that_could_move():
    # 4.06 trillion × 40 % = 1.624 trillion; six points on it are 97.44 billion a year
    moved = transfer_pool(outstanding=4.06e12, revolving_share=0.4, rate_spread=0.06)
    assert moved.pool == pytest.approx(1.624e12)
    assert moved.saving == pytest.approx(97.44e9)


def test_a_dearer_transfer_saves_less_than_nothing():
    assert transfer_pool(outstanding=1, revolving_share=1, rate_spread=-0.1).saving == pytest.approx(-0.1)


def test_cards_a_head_use_the_newest_population_that_is_not_younger():
    population = known({"2015": 1374.62e6, "2016": 1382.71e6})
    heads = per_head(known({"2014-12": 455e6, "2016-06": 473e6, "2016-12": 465e6}), population)
    # end-2014 has no population before it; June 2016 takes that of end-2015: 473 / 1374.62; December 465 / 1382.71
    assert list(heads["period"]) == ["2016-06", "2016-12"]
    assert list(heads["ratio"]) == pytest.approx([0.34410, 0.33630], abs=5e-6)
    assert per_head(known({"2016-06": 1}), known({"2015": 1}, later=True))["later_vintage"].all()


def test_a_stated_use_of_credit_lines_goes_before_one_worked_out():
    used = utilisation(
        known({"2014-12": 23_400, "2016-06": 35_700}),
        known({"2014-12": 56_000, "2016-06": 80_500, "2016-12": 91_400}),
        known({"2014-12": 0.4169, "2015-12": 0.4377}),
    )
    # 35 700 / 80 500 = 0.44348; of end-2016 no balance is known
    assert list(used["period"]) == ["2014-12", "2015-12", "2016-06"]
    assert list(used["ratio"]) == pytest.approx([0.4169, 0.4377, 0.44348], abs=5e-6)
    assert used["numerator"].tolist()[::2] == [23_400, 35_700]
    assert used["numerator"].isna().tolist() == [False, True, False]
    assert utilisation(known({"2016-12": 1}, derived=True), known({"2016-12": 2}), known({}))["derived"].all()


def test_the_funnel_from_registered_to_active():
    stages = funnel(
        known({"2017-09": 20.2e6, "2018-09": 32.6e6, "2018-12": 37.3e6}),
        known({"2017-09": 6.5e6}),
        known({"2017-Q2": 2.2e6, "2017-Q3": 2.5e6, "2018-Q3": 2.8e6}),
        known({"2017-09": 15.9e9, "2018-09": 25.8e9}),
    )
    # 6.5 / 20.2 = 0.3218; 2.5 / 20.2 = 0.1238; 15.9 bn / 2.5 m = 6 360; 15.9 bn / 6.5 m = 2 446
    assert list(stages["period"]) == ["2017-Q3", "2018-Q3"]
    assert stages["line_share"].tolist()[0] == pytest.approx(0.3218, abs=5e-5)
    assert list(stages["active_share"]) == pytest.approx([0.1238, 0.0859], abs=5e-5)
    assert list(stages["loans_per_active"]) == pytest.approx([6360, 9214.3], abs=0.05)
    assert stages["loans_per_line"].tolist()[0] == pytest.approx(2446.2, abs=0.05)
    assert stages["line_share"].isna().tolist() == [False, True]


def test_what_widens_is_no_funnel():
    with pytest.raises(DataError, match="2017-Q3 has more customers at a later stage"):
        funnel(known({"2017-09": 2}), known({}), known({"2017-Q3": 3}), known({}))


def test_the_newest_figure_by_a_date():
    balances = known({"2015-12": 1, "2016-06": 2, "2017-06": 3})
    assert newest_until(balances, "2016") == "2016-06"
    assert newest_until(balances, "2017-Q2") == "2017-06"
    assert newest_until(balances, "2014") is None


def test_lifetime_value_year_by_year():
    # 100 / 1.25 + 100 · 0.5 / 1.25² = 80 + 32 = 112
    assert lifetime_value(margin=100, retention=0.5, discount=0.25, years=2) == pytest.approx(112)
    # endless: 100 / (1 + 0.25 − 0.5) = 133.33
    assert lifetime_value(margin=100, retention=0.5, discount=0.25) == pytest.approx(133.3333, abs=1e-4)
    assert value_to_cost(lifetime=112, acquisition_cost=56) == 2


@given(st.floats(0, 1), st.floats(0.01, 1), st.integers(1, 60))
def test_the_closed_form_is_the_sum(retention: float, discount: float, years: int):
    summed = sum(retention ** (year - 1) / (1 + discount) ** year for year in range(1, years + 1))
    assert lifetime_value(margin=1, retention=retention, discount=discount, years=years) == pytest.approx(
        summed
    )


def test_what_a_customer_is_worth_over_what_an_active_one_costs():
    case = economics(loan=8000, margin=0.02, churn=0.3, discount=0.1, cost=70, dormant_share=0.3)
    # 160 a year; 160 / (0.1 + 0.3) = 400; 70 / 0.7 = 100; 400 / 100 = 4; 1 − 70 / 400 = 0.825
    assert (case.margin, case.lifetime, case.cost) == pytest.approx((160, 400, 100))
    assert (case.value_to_cost, case.break_even_dormancy) == pytest.approx((4, 0.825))


@given(st.floats(1, 1e4), st.floats(0, 1), st.floats(0.01, 0.5), st.floats(1, 1e4))
def test_at_the_break_even_dormancy_a_customer_just_pays(
    margin: float, churn: float, discount: float, cost: float
):
    given_case = {"loan": margin, "margin": 1, "churn": churn, "discount": discount, "cost": cost}
    dormant = economics(**given_case, dormant_share=0).break_even_dormancy
    if 0 <= dormant < 1:
        assert economics(**given_case, dormant_share=dormant).value_to_cost == pytest.approx(1, rel=1e-6)
    else:
        assert economics(**given_case, dormant_share=0).value_to_cost < 1


def test_each_assumption_is_moved_by_the_same_share_within_its_bounds():
    base = {"loan": 8000.0, "dormant_share": 0.8}
    ranges = ranges_around(base, share=0.25, bounds={"loan": (100, 200_000), "dormant_share": (0, 0.95)})
    assert ranges["loan"] == (6000, 10_000)
    assert ranges["dormant_share"] == pytest.approx((0.6, 0.95))
    table = one_at_a_time(lambda loan, dormant_share: loan * (1 - dormant_share), base, ranges)
    # 8000 × (1 − 0.6) = 3200 and 8000 × 0.05 = 400: dormancy swings by 2800, the loan by 800
    assert list(table["assumption"]) == ["dormant_share", "loan"]
    assert table["swing"].tolist() == pytest.approx([2800, 800])


def test_one_to_one_on_the_platform_against_one_to_nine_in_the_market():
    # Apple has 9.6 % of shipments: 50 / 9.6 = 5.21 times par; in odds (1 : 1) over (9.6 : 90.4) = 9.42
    assert affinity_index(share_here=0.5, share_at_large=0.096) == pytest.approx(520.8, abs=0.05)
    assert odds_ratio(share_here=0.5, share_at_large=0.096) == pytest.approx(9.417, abs=5e-4)
    assert affinity_index(share_here=0.3, share_at_large=0.3) == pytest.approx(100)


def test_three_dormant_in_ten_cost_three_sevenths_more_not_three_tenths():
    assert effective_cost(cost=70, dormant_share=0.3) == pytest.approx(100)
    assert extra_acquisition(0.3) == pytest.approx(3 / 7)


@given(shares, st.floats(0, 1e6))
def test_winning_more_of_the_same_replaces_exactly_the_dormant(dormant: float, cost: float):
    won = 1 + extra_acquisition(dormant)
    assert won * (1 - dormant) == pytest.approx(1)
    assert effective_cost(cost=cost, dormant_share=dormant) == pytest.approx(cost * won)


def test_what_a_point_of_activation_is_worth():
    # 1 % of 12 million is 120 000 customers, at 10 000 yuan each 1.2 billion
    assert value_of_activation(customers=12e6, points=1, loan_per_active=10_000) == pytest.approx(1.2e9)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: transfer_pool(outstanding=1, revolving_share=1.1, rate_spread=0), "revolving share"),
        (lambda: transfer_pool(outstanding=-1, revolving_share=1, rate_spread=0), "negative"),
        (lambda: per_head(known({"2016-12": 1}), known({"2015": 0})), "population is not positive"),
        (lambda: utilisation(known({"2016-12": 2}), known({"2016-12": 1}), known({})), "exceeds the whole"),
        (
            lambda: economics(loan=1, margin=0, churn=0, discount=0.1, cost=1, dormant_share=0),
            "earns nothing",
        ),
        (lambda: ranges_around({"a": 1}, share=-0.1, bounds={"a": (0, 2)}), "share is negative"),
        (lambda: ranges_around({"a": 1}, share=0.1, bounds={}), "no bounds for a"),
        (lambda: lifetime_value(margin=1, retention=1.2, discount=0.1), "retention is not between"),
        (lambda: lifetime_value(margin=1, retention=1, discount=0), "must be positive"),
        (lambda: lifetime_value(margin=1, retention=1, discount=0.1, years=0), "must be positive"),
        (lambda: value_to_cost(lifetime=1, acquisition_cost=0), "cost is not positive"),
        (lambda: affinity_index(share_here=0.5, share_at_large=0), "share at large is 0"),
        (lambda: odds_ratio(share_here=1, share_at_large=0.5), "not between 0 and 1"),
        (lambda: effective_cost(cost=1, dormant_share=1), "dormant share"),
        (lambda: effective_cost(cost=-1, dormant_share=0), "cost is negative"),
        (lambda: extra_acquisition(-0.1), "dormant share"),
        (lambda: value_of_activation(customers=1, points=101, loan_per_active=1), "out of bounds"),
    ],
)
def test_impossible_assumptions_are_refused(call, complaint: str):
    with pytest.raises(DataError, match=complaint):
        call()

"""The article's three strategies in numbers, each worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.cards import penetration, transfer_pool, utilisation
from consumer_credit.measures.customers import (
    affinity_index,
    effective_cost,
    extra_acquisition,
    funnel,
    lifetime_value,
    odds_ratio,
    value_of_activation,
    value_to_cost,
)

shares = st.floats(0, 0.99)


def test_the_pool_of_balances_that_could_move():
    # 4.06 trillion × 40 % × 10 % = 0.1624 trillion; a spread of 18 − 12 = 6 points saves 9.744 billion a year
    moved = transfer_pool(
        outstanding=4.06e12, revolving_share=0.4, card_rate=0.18, transfer_rate=0.12, take_up=0.1
    )
    assert moved.pool == pytest.approx(162.4e9)
    assert moved.saving == pytest.approx(9.744e9)
    assert moved.income == pytest.approx(19.488e9)


def test_a_dearer_transfer_saves_less_than_nothing():
    assert transfer_pool(outstanding=1, revolving_share=1, card_rate=0.1, transfer_rate=0.2).saving < 0


def test_cards_a_head_and_lines_in_use():
    assert penetration(cards=465e6, population=1382.71e6) == pytest.approx(0.3363, abs=5e-5)
    assert utilisation(outstanding=4.06e12, limit=9.14e12) == pytest.approx(0.4442, abs=5e-5)


def test_the_funnel_from_registered_to_active():
    stages = funnel([("registered", 37.7e6), ("credit line", 10.8e6), ("active", 3.9e6)])
    # 10.8 / 37.7 = 0.2865;  3.9 / 10.8 = 0.3611;  3.9 / 37.7 = 0.1034
    assert list(stages["of_previous"]) == pytest.approx([1, 0.2865, 0.3611], abs=5e-5)
    assert list(stages["of_first"]) == pytest.approx([1, 0.2865, 0.1034], abs=5e-5)


@pytest.mark.parametrize("stages", [[], [("a", 1.0), ("b", 2.0)], [("a", 1.0), ("b", 0.0)]])
def test_what_widens_is_no_funnel(stages: list[tuple[str, float]]):
    with pytest.raises(DataError, match="not a funnel"):
        funnel(stages)


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
        (
            lambda: transfer_pool(outstanding=1, revolving_share=1.1, card_rate=0, transfer_rate=0),
            "revolving share",
        ),
        (
            lambda: transfer_pool(outstanding=1, revolving_share=1, card_rate=0, transfer_rate=0, take_up=-1),
            "take-up",
        ),
        (lambda: transfer_pool(outstanding=-1, revolving_share=1, card_rate=0, transfer_rate=0), "negative"),
        (lambda: utilisation(outstanding=1, limit=0), "limit is not positive"),
        (lambda: penetration(cards=1, population=0), "population is not positive"),
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

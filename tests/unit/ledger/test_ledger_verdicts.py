"""When a figure is reproduced: within half of its last printed digit, no further."""

from __future__ import annotations

import pytest

from consumer_credit.ledger.arithmetic import Amount
from consumer_credit.ledger.verdicts import VERDICTS, meeting, verdict_of, wholly
from consumer_credit.ledger.words import VERDICT_WORDS


def amount(low: float, high: float | None = None) -> Amount:
    top = low if high is None else high
    return Amount(low if high is None else None, low, top, "fraction", ())


def test_the_verdicts_are_the_five_of_the_ledger_and_each_is_worded():
    assert set(VERDICT_WORDS) == set(VERDICTS)
    assert VERDICTS == (
        "reproduced",
        "reproduced_under_another_definition",
        "not_reproduced",
        "reversed",
        "not_testable",
    )


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(0.2449, "not_reproduced"), (0.245, "reproduced"), (0.255, "reproduced"), (0.2551, "not_reproduced")],
)
def test_twenty_five_per_cent_is_anything_from_24_5_to_25_5(claim, value, verdict):
    assert verdict_of(amount(value), claim(value=0.25, half_unit=0.005)) == verdict


def test_a_range_meets_a_figure_when_they_overlap_and_says_when_only_in_part(claim):
    quarter = claim(value=0.25, half_unit=0.005)
    assert meeting(amount(0.252, 0.27), quarter) == "meets" and not wholly(amount(0.252, 0.27), quarter)
    assert meeting(amount(0.248, 0.252), quarter) == "meets" and wholly(amount(0.248, 0.252), quarter)
    assert meeting(amount(0.256, 0.27), quarter) == "misses"


def test_a_bound_is_met_only_by_the_whole_range(claim):
    above = claim(relation="above", value=12, half_unit=0, unit="CNY")
    assert meeting(amount(12.1, 15), above) == "meets"
    assert meeting(amount(11.9, 15), above) == "misses"
    assert meeting(amount(12.0), above) == "misses"
    below = claim(relation="below", value=0, half_unit=0, unit="pp", reverses_at=0)
    assert meeting(amount(-2, -1), below) == "meets"
    assert meeting(amount(-2, 1), below) == "misses"
    assert meeting(amount(1, 2), below) == "opposite"


@pytest.mark.parametrize(
    ("proportion", "verdict"),
    [(1 / 9, "reproduced"), (0.5, "not_reproduced"), (1.0, "not_reproduced"), (9.0, "reversed")],
)
def test_one_to_nine_is_reversed_only_beyond_one_to_one(claim, proportion, verdict):
    said = claim(value=1 / 9, half_unit=0.0065, unit="number", reverses_at=1)
    assert verdict_of(amount(proportion), said) == verdict


def test_another_definition_comes_before_reversal_but_never_before_the_claims_own(claim):
    said = claim(value=1 / 9, half_unit=0.0065, unit="number", reverses_at=1)
    assert verdict_of(amount(9), said, another_definition=True) == "reproduced_under_another_definition"
    assert verdict_of(amount(1 / 9), said, another_definition=True) == "reproduced"

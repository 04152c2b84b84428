"""Per head, in dollars, at purchasing-power parity."""

from __future__ import annotations

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.currency import converted, implied_rate, indexed, per_head


def observed(values: dict[str, float], **provenance: object) -> pd.DataFrame:
    frame = pd.DataFrame({"period": list(values), "value": [float(value) for value in values.values()]})
    columns = {"vintage": "2017-01-20", "source": "s", "later_vintage": False, "derived": False, **provenance}
    return frame.assign(**columns)


def test_loans_a_head_at_the_end_of_2016():
    # 25.0472 trillion yuan over 1 382.71 million people = 18 114.6 yuan a head
    loans = per_head(observed({"2016": 25.0472e12}), observed({"2016": 1382.71e6}))
    assert loans["value"].iloc[0] == pytest.approx(18_114.6, abs=0.05)
    # at 6.6423 yuan per dollar: 2 727.2 dollars
    dollars = converted(loans, observed({"2016": 6.6423, "2017": 6.75}))
    assert dollars["value"].iloc[0] == pytest.approx(2_727.2, abs=0.05)


def test_a_parity_follows_from_the_same_gdp_in_two_units():
    # 53 783 yuan or 13 500 international dollars a head: 3.984 yuan buy what a dollar buys
    parity = implied_rate(observed({"2016": 53_783}), observed({"2016": 13_500}))
    assert parity["value"].iloc[0] == pytest.approx(3.984, abs=5e-4)


def test_provenance_of_both_sides_stays():
    row = per_head(
        observed({"2016": 10}, vintage="2017-01", source="a"),
        observed({"2016": 2}, vintage="2017-01-20", source="b", later_vintage=True, derived=True),
    ).iloc[0]
    assert (row["value"], row["vintage"], row["source"]) == (5, "2017-01", "a; b")
    assert row["later_vintage"] and row["derived"]


def test_periods_without_a_rate_are_left_out():
    assert len(converted(observed({"2016": 1}), observed({"2015": 6}))) == 0


@pytest.mark.parametrize(
    ("divide", "lower", "complaint"),
    [
        (per_head, observed({"2016": 0}), "population of 2016 is not positive"),
        (converted, observed({"2016": -6.6}), "conversion rate of 2016 is not positive"),
        (implied_rate, observed({"2016": 0}), "foreign amount of 2016 is not positive"),
        (converted, observed({"2016-12": 6.9}), "amounts are annual, conversion rates monthly"),
    ],
)
def test_impossible_divisors_are_refused(divide, lower: pd.DataFrame, complaint: str):
    with pytest.raises(DataError, match=complaint):
        divide(observed({"2016": 1}), lower)


def test_amounts_in_unlike_currencies_are_set_side_by_side_as_indices():
    index = indexed(observed({"2015": 40, "2016": 50, "2017": 60}), "2016")
    assert index.set_index("period")["value"].to_dict() == {"2015": 80, "2016": 100, "2017": 120}
    assert len(indexed(observed({"2015": 40}), "2016")) == 0
    with pytest.raises(DataError, match="amount of 2016 is not positive"):
        indexed(observed({"2016": 0}), "2016")

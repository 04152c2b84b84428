"""The distance between two economies, in percentage points."""

from __future__ import annotations

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.gap import gap, latest_common_period, multiple


def ratios(values: dict[str, float], **marks: bool) -> pd.DataFrame:
    frame = pd.DataFrame({"period": list(values), "ratio": list(values.values())})
    for mark in ("later_vintage", "derived"):
        frame[mark] = marks.get(mark, False)
    return frame


def test_the_gap_is_what_the_economy_lies_below_its_comparator():
    result = gap(ratios({"2015": 0.07, "2016": 0.08}), ratios({"2016": 0.20, "2017": 0.21}))
    # (0.20 − 0.08) × 100 = 12 percentage points; 2015 and 2017 have one side only
    assert list(result["period"]) == ["2016"]
    assert result["gap_pp"].iloc[0] == pytest.approx(12)
    assert (result["ratio"].iloc[0], result["comparator_ratio"].iloc[0]) == (0.08, 0.20)


def test_an_economy_above_its_comparator_has_a_negative_gap():
    assert gap(ratios({"2016": 0.3}), ratios({"2016": 0.2}))["gap_pp"].iloc[0] == pytest.approx(-10)


def test_years_come_in_order_and_marks_of_either_side_stay():
    result = gap(ratios({"2017": 0.1, "2016": 0.1}), ratios({"2016": 0.2, "2017": 0.2}, derived=True))
    assert list(result["period"]) == ["2016", "2017"]
    assert result["derived"].all() and not result["later_vintage"].any()


def test_the_latest_year_is_the_newest_that_every_side_has():
    china, america, third = (
        ratios({"2024": 0.1, "2025": 0.1}),
        ratios({"2023": 1, "2024": 1}),
        ratios({"2024": 1}),
    )
    assert latest_common_period(china) == "2025"
    assert latest_common_period(china, america, third) == "2024"
    assert latest_common_period(china, ratios({"2020": 1})) is None
    assert latest_common_period() is None


def test_quarters_do_not_count_as_years():
    quarters = ratios({"2024-Q4": 0.1, "2025-Q1": 0.1})
    assert latest_common_period(quarters) is None
    assert latest_common_period(quarters, at="quarterly") == "2025-Q1"


@pytest.mark.parametrize(
    ("own", "comparator", "complaint"),
    [
        (pd.concat([ratios({"2016": 1})] * 2), ratios({"2016": 1}), "appears twice"),
        (ratios({"2016": 1}), pd.concat([ratios({"2016": 1})] * 2), "appears twice"),
        (ratios({"2016": 1}), ratios({"2016-Q4": 1}), "mixes annual and quarterly"),
    ],
)
def test_what_cannot_be_compared_is_refused(own: pd.DataFrame, comparator: pd.DataFrame, complaint: str):
    with pytest.raises(DataError, match=complaint):
        gap(own, comparator)


def amounts(values: dict[str, float], **marks: bool) -> pd.DataFrame:
    return ratios(values, **marks).rename(columns={"ratio": "value"}).assign(vintage="2017-01", source="s")


def test_how_many_times_the_own_amount_the_comparator_s_is():
    result = multiple(amounts({"2016": 2_000, "2017": 3_000}), amounts({"2016": 14_000}, later_vintage=True))
    # 14 000 dollars a head over 2 000: seven times; 2017 has one side only
    assert result[["period", "multiple"]].to_numpy().tolist() == [["2016", 7.0]]
    assert result["later_vintage"].all() and not result["derived"].any()


@pytest.mark.parametrize(
    ("own", "other", "complaint"),
    [
        ({"2016": 0}, {"2016": 1}, "amount of 2016 is not positive"),
        ({"2016": 1}, {"2016-Q4": 1}, "mixes annual and quarterly"),
    ],
)
def test_a_multiple_of_nothing_or_of_another_frequency_is_refused(own, other, complaint: str):
    with pytest.raises(DataError, match=complaint):
        multiple(amounts(own), amounts(other))

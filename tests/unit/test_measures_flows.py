"""Flows over a whole year: worked out by hand, never over an incomplete window."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.flows import (
    calendar_year_sum,
    four_quarter_sum,
    four_quarters_of,
    single_quarters,
)


def observed(values: dict[str, float], **provenance: object) -> pd.DataFrame:
    """A frame as the store gives it."""
    frame = pd.DataFrame({"period": list(values), "value": [float(value) for value in values.values()]})
    columns = {
        "vintage": "2017-01-20",
        "source": "nbs",
        "later_vintage": False,
        "derived": False,
        **provenance,
    }
    for column, value in columns.items():
        frame[column] = value
    frame.attrs["series"] = "cn.gdp"
    return frame


QUARTERS = {"2015-Q4": 10, "2016-Q1": 1, "2016-Q2": 2, "2016-Q3": 3, "2016-Q4": 4, "2017-Q1": 5}


def test_four_quarters_are_summed_to_the_quarter_that_closes_them():
    sums = four_quarter_sum(observed(QUARTERS))
    # 2016-Q3: 10 + 1 + 2 + 3 = 16;  2016-Q4: 1 + 2 + 3 + 4 = 10;  2017-Q1: 2 + 3 + 4 + 5 = 14
    assert dict(zip(sums["period"], sums["value"], strict=True)) == {
        "2016-Q3": 16,
        "2016-Q4": 10,
        "2017-Q1": 14,
    }
    assert list(sums["window_start"]) == ["2015-Q4", "2016-Q1", "2016-Q2"]


def test_annual_rates_count_for_a_fourth_each():
    rates = {"2016-Q1": 18_281.6, "2016-Q2": 18_450.1, "2016-Q3": 18_675.3, "2016-Q4": 18_869.4}
    # (18 281.6 + 18 450.1 + 18 675.3 + 18 869.4) / 4 = 74 276.4 / 4 = 18 569.1
    year = calendar_year_sum(observed(rates), annual_rate=True)
    assert list(year["period"]) == ["2016"]
    assert year["value"].iloc[0] == pytest.approx(18_569.1)


@pytest.mark.parametrize("absent", ["2016-Q1", "2016-Q2", "2016-Q3", "2016-Q4"])
def test_a_year_without_one_of_its_quarters_is_missing_not_filled(absent: str):
    quarters = {period: value for period, value in QUARTERS.items() if period != absent}
    assert "2016" not in list(calendar_year_sum(observed(quarters))["period"])
    assert "2016-Q4" not in list(four_quarter_sum(observed(quarters))["period"])


def test_a_sum_is_known_when_its_last_quarter_is_and_marked_when_any_is():
    frame = observed({"2016-Q1": 1, "2016-Q2": 2, "2016-Q3": 3, "2016-Q4": 4})
    frame["vintage"] = ["2016-04-15", "2017-01", "2016-10-19", "2017-01-20"]
    frame["source"] = ["a", "b", "a", "c"]
    frame["later_vintage"] = [False, False, True, False]
    frame["derived"] = [False, True, False, False]
    row = four_quarter_sum(frame).iloc[0]
    # a month counts as its last day: 2017-01 (31 January) is later than 2017-01-20
    assert (row["vintage"], row["source"]) == ("2017-01", "a; b; c")
    assert row["later_vintage"] and row["derived"]


def test_published_quarters_summed_are_not_derived():
    assert not calendar_year_sum(observed(QUARTERS))["derived"].any()


def test_year_to_date_becomes_single_quarters():
    year_to_date = observed({"2016-Q1": 161_573, "2016-Q2": 342_071, "2016-Q3": 532_846, "2016-Q4": 744_127})
    singles = single_quarters(year_to_date)
    # 342 071 − 161 573 = 180 498;  532 846 − 342 071 = 190 775;  744 127 − 532 846 = 211 281
    assert list(singles["value"]) == [161_573, 180_498, 190_775, 211_281]


def test_a_quarter_after_a_hole_cannot_be_told_from_its_sum_since_january():
    singles = single_quarters(observed({"2016-Q1": 1, "2016-Q3": 6, "2016-Q4": 10}))
    assert list(singles["period"]) == ["2016-Q1", "2016-Q4"]


def test_the_inputs_travel_with_the_sum():
    assert four_quarter_sum(observed(QUARTERS)).attrs["inputs"] == ("cn.gdp",)


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (observed({"2016": 1}), "annual periods"),
        (observed({"2016-12": 1}), "monthly periods"),
        (pd.concat([observed({"2016-Q1": 1})] * 2), "appears twice"),
        (observed({"2016-Q1": float("nan")}), "not a number"),
        (observed({"2016-Q1": 1}).drop(columns="vintage"), "no column vintage"),
        (observed({"2016-Q5": 1}), "not a period"),
        (observed({"2016-Q1": 1, "2016": 1}), "mixes annual and quarterly"),
    ],
)
def test_frames_that_cannot_be_summed_are_refused(frame: pd.DataFrame, complaint: str):
    with pytest.raises(DataError, match=complaint):
        four_quarter_sum(frame)


def test_nothing_in_nothing_out():
    assert len(four_quarter_sum(observed({}))) == 0
    assert len(single_quarters(observed({}))) == 0


@given(st.lists(st.integers(0, 10**6), min_size=4, max_size=40), st.integers(0, 3))
def test_year_to_date_and_back_is_the_identity(flows: list[int], offset: int):
    periods = [f"{2000 + (offset + index) // 4}-Q{(offset + index) % 4 + 1}" for index in range(len(flows))]
    start = (4 - offset) % 4  # sums since January are known from the first complete year on
    quarters = dict(zip(periods[start:], flows[start:], strict=True))
    since_january, running = {}, 0
    for period, flow in quarters.items():
        running = flow if period.endswith("Q1") else running + flow
        since_january[period] = running
    singles = single_quarters(observed(since_january))
    assert dict(zip(singles["period"], singles["value"], strict=True)) == quarters


@given(st.lists(st.integers(1, 10**6), min_size=8, max_size=40))
def test_a_calendar_year_is_the_window_that_ends_in_its_fourth_quarter(flows: list[int]):
    quarters = {f"{2000 + index // 4}-Q{index % 4 + 1}": flow for index, flow in enumerate(flows)}
    years = calendar_year_sum(observed(quarters)).set_index("period")["value"]
    for year in range(2000, 2000 + len(flows) // 4):
        assert years[str(year)] == sum(quarters[f"{year}-Q{quarter}"] for quarter in (1, 2, 3, 4))
    assert len(years) == len(flows) // 4


FIRST = {"2015-Q3": 60, "2015-Q4": 90, "2016-Q3": 66, "2016-Q4": 99, "2017-Q3": 70}
REVISED = {"2015-Q4": 100, "2016-Q3": 75, "2016-Q4": 110}


def two_vintages(*, later: bool = False) -> pd.DataFrame:
    return pd.concat(
        [
            observed(FIRST, vintage="2018-06", later_vintage=later),
            observed(REVISED, vintage="2025-04-16", later_vintage=later),
        ]
    )


def test_four_quarters_are_taken_within_one_vintage():
    years = four_quarters_of(two_vintages()).set_index("period")
    # 2016-Q3: only the vintage of 2018 has all three sums: 66 + 90 − 60 = 96, not 75 + 100 − 60
    # 2017-Q3: 70 + 99 − 66 = 103;  fourth quarters are the year's sum, the newest: 100 and 110
    assert years["value"].to_dict() == {"2015-Q4": 100, "2016-Q3": 96, "2016-Q4": 110, "2017-Q3": 103}
    assert years.loc["2016-Q3", "vintage"] == "2018-06"
    assert years.loc["2016-Q3", "window_start"] == "2015-Q4"


def test_of_later_vintages_the_oldest_is_taken():
    years = four_quarters_of(two_vintages(later=True)).set_index("period")
    assert years.loc["2016-Q4", "value"] == 99
    assert years["later_vintage"].all()


def test_a_quarter_without_all_three_sums_is_left_out():
    assert len(four_quarters_of(observed({"2016-Q1": 1, "2016-Q2": 2, "2017-Q2": 3}))) == 0

"""What became of forecasts, and how far apart definitions lie."""

from __future__ import annotations

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.breaks import adjusted_gap, effect_in_points, without_breaks
from consumer_credit.measures.scoring import back_test, naive_forecast, score
from consumer_credit.measures.sensitivity import one_at_a_time
from consumer_credit.measures.spread import spread


def fan(values: dict[str, tuple[float, float, float]]) -> pd.DataFrame:
    return pd.DataFrame(
        [(period, *bounds) for period, bounds in values.items()], columns=["period", "q10", "q50", "q90"]
    )


def test_a_back_test_says_by_how_much_and_whether_it_was_within_the_fan():
    result = back_test(
        fan({"2019": (0.13, 0.15, 0.18), "2018": (0.11, 0.12, 0.13), "2030": (0, 0, 0)}),
        pd.DataFrame({"period": ["2018", "2019"], "ratio": [0.129, 0.137]}),
    )
    assert list(result["period"]) == ["2018", "2019"]
    # 100 · (0.12 − 0.129) = −0.9;  100 · (0.15 − 0.137) = 1.3
    assert list(result["error_pp"]) == pytest.approx([-0.9, 1.3])
    assert list(result["inside"]) == [True, True]
    outside = back_test(
        fan({"2018": (0.11, 0.12, 0.125)}), pd.DataFrame({"period": ["2018"], "ratio": [0.129]})
    )
    assert list(outside["inside"]) == [False]


def test_a_back_test_refuses_two_values_for_one_year():
    twice = pd.DataFrame({"period": ["2018", "2018"], "ratio": [0.1, 0.2]})
    with pytest.raises(DataError, match="appears twice"):
        back_test(fan({"2018": (0, 0, 0)}), twice)


def test_a_forecast_is_scored_against_the_level_that_came():
    # 12 − 15 = −3 trillion, −3 / 15 = −20 %
    assert score(forecast=12.0, low=15.0, rounding=0.5) == {
        "outcome": 15.0,
        "error": -3.0,
        "error_share": -0.2,
        "verdict": "too_low",
    }
    assert score(forecast=30.74, low=20.0)["verdict"] == "too_high"


def test_a_forecast_within_its_own_rounding_is_met():
    assert score(forecast=12.0, low=12.4, rounding=0.5)["verdict"] == "met"
    assert score(forecast=12.0, low=12.4, rounding=0.3)["verdict"] == "too_low"


def test_an_outcome_known_as_a_range_is_measured_to_its_nearest_end():
    assert score(forecast=14.0, low=14.96, high=15.14)["outcome"] == 14.96
    assert score(forecast=16.0, low=14.96, high=15.14)["outcome"] == 15.14
    inside = score(forecast=15.0, low=14.96, high=15.14)
    assert (inside["error"], inside["verdict"]) == (0.0, "met")


def test_the_naive_forecast_goes_on_as_before():
    assert naive_forecast(level=6.0, growth=0.20, years=4) == pytest.approx(12.4416)  # 6 · 1.2⁴


@pytest.mark.parametrize("outcome", [{"low": 0.0}, {"low": 2.0, "high": 1.0}, {"low": 1.0, "rounding": -1.0}])
def test_impossible_outcomes_are_refused(outcome: dict[str, float]):
    with pytest.raises(DataError, match="impossible outcome"):
        score(forecast=1.0, **outcome)


def test_the_widest_swing_comes_first():
    table = one_at_a_time(lambda a, b: 10 * a + b, {"a": 1.0, "b": 5.0}, {"b": (4.0, 7.0), "a": (0.5, 1.5)})
    # base 10 · 1 + 5 = 15;  a: 10 and 20;  b: 14 and 17
    assert list(table["assumption"]) == ["a", "b"]
    assert list(table["swing"]) == [10, 3]
    assert list(table["result_low"]) == [10, 14]
    assert list(table["result_high"]) == [20, 17]
    assert set(table["base"]) == {15}


@pytest.mark.parametrize(
    ("ranges", "complaint"), [({"c": (0, 1)}, "no assumption 'c'"), ({"a": (2, 3)}, "does not hold")]
)
def test_ranges_must_belong_to_an_assumption_and_hold_it(
    ranges: dict[str, tuple[float, float]], complaint: str
):
    with pytest.raises(DataError, match=complaint):
        one_at_a_time(lambda a: a, {"a": 1.0}, ranges)


def test_the_spread_names_the_definitions_at_its_ends():
    grid = pd.DataFrame(
        {
            "economy": ["CHN", "CHN", "CHN", "USA"],
            "scope": ["total", "ex_housing", "broad", "total"],
            "ratio": [0.337, 0.079, None, 0.203],
        }
    )
    table = spread(grid, by=["economy"]).set_index("economy")
    # 100 · (0.337 − 0.079) = 25.8 percentage points
    assert table.loc["CHN", "spread_pp"] == pytest.approx(25.8)
    assert (table.loc["CHN", "lowest_scope"], table.loc["CHN", "highest_scope"]) == ("ex_housing", "total")
    assert table.loc["CHN", "count"] == 2  # the combination without a ratio does not count
    assert table.loc["USA", "spread_pp"] == 0
    assert spread(grid)["spread_pp"].iloc[0] == pytest.approx(25.8)


def test_an_empty_grid_has_no_spread():
    assert len(spread(pd.DataFrame({"ratio": [], "scope": []}))) == 0
    with pytest.raises(DataError, match="no column ratio"):
        spread(pd.DataFrame({"scope": ["total"]}))


def test_a_break_is_taken_off_from_its_first_period_on_and_says_so():
    stocks = pd.DataFrame(
        {"period": ["2022-12", "2023-01", "2023-02"], "value": [100.0, 110.0, 112.0], "vintage": "2023-03"}
    ).assign(source="s", later_vintage=False, derived=False)
    result = without_breaks(stocks, {"2023-01": 8.0})
    assert list(result["value"]) == [100, 102, 104]
    assert list(result["derived"]) == [False, True, True]
    both = without_breaks(stocks, {"2023-01": 8.0, "2023-02": -1.0})
    assert list(both["value"]) == [100, 102, 105]
    with pytest.raises(DataError, match="not a period"):
        without_breaks(stocks, {"January": 1.0})


def test_what_two_breaks_do_to_the_gap():
    # the US step of −118 bn over 29 298 bn is −0.40 points; China's +400 bn yuan over 129 427 bn is +0.31
    # points
    american = effect_in_points(step=-118e9, denominator=29_298e9)
    chinese = effect_in_points(step=400e9, denominator=129_427e9)
    assert (american, chinese) == (pytest.approx(-0.403, abs=5e-4), pytest.approx(0.309, abs=5e-4))
    # without them the US were higher and China lower: 1.2 + 0.403 + 0.309
    assert adjusted_gap(gap_pp=1.2, own_effect_pp=chinese, comparator_effect_pp=american) == pytest.approx(
        1.912, abs=1e-3
    )
    with pytest.raises(DataError, match="not positive"):
        effect_in_points(step=1.0, denominator=0.0)

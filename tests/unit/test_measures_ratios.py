"""Stock over flow, worked out by hand from levels as published."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.flows import four_quarter_sum
from consumer_credit.measures.ratios import RATIO_COLUMNS, part_of_whole, stock_over_flow


def observed(values: dict[str, float], series: str = "x", **provenance: object) -> pd.DataFrame:
    """A frame as the store gives it."""
    frame = pd.DataFrame({"period": list(values), "value": [float(value) for value in values.values()]})
    columns = {"vintage": "2017-01-20", "source": "s", "later_vintage": False, "derived": False, **provenance}
    for column, value in columns.items():
        frame[column] = value
    frame.attrs["series"] = series
    return frame


def test_december_loans_stand_over_the_calendar_year():
    loans = observed({"2016-11": 244_000, "2016-12": 250_472}, "cn.loans", vintage="2017-01")
    gdp = observed({"2015": 689_052, "2016": 744_127}, "cn.gdp")
    ratios = stock_over_flow(loans, gdp)
    assert tuple(ratios.columns) == RATIO_COLUMNS
    assert len(ratios) == 1
    row = ratios.iloc[0]
    # 250 472 / 744 127 = 0.33660
    assert row["ratio"] == pytest.approx(0.33660, abs=5e-6)
    assert (row["period"], row["numerator_period"]) == ("2016", "2016-12")
    assert (row["numerator"], row["denominator"]) == (250_472, 744_127)
    assert (row["numerator_vintage"], row["denominator_vintage"]) == ("2017-01", "2017-01-20")
    assert ratios.attrs["inputs"] == ("cn.loans", "cn.gdp")


def test_quarter_end_loans_stand_over_the_four_quarters_ending_then():
    loans = observed({"2016-09": 30, "2016-10": 99, "2016-12": 40, "2017-03": 50})
    flows = four_quarter_sum(
        observed({"2016-Q1": 20, "2016-Q2": 20, "2016-Q3": 20, "2016-Q4": 40, "2017-Q1": 25})
    )
    ratios = stock_over_flow(loans, flows)
    # 2016-Q4: 40 / (20 + 20 + 20 + 40) = 0.4;  2017-Q1: 50 / (20 + 20 + 40 + 25) = 50 / 105
    assert list(ratios["period"]) == ["2016-Q4", "2017-Q1"]
    assert list(ratios["ratio"]) == pytest.approx([0.4, 50 / 105])


def test_quarterly_and_yearly_stocks_meet_calendar_years():
    gdp = observed({"2016": 200})
    assert list(stock_over_flow(observed({"2016-Q3": 1, "2016-Q4": 50}), gdp)["ratio"]) == [0.25]
    assert list(stock_over_flow(observed({"2016": 50}), gdp)["ratio"]) == [0.25]


@pytest.mark.parametrize("mark", ["later_vintage", "derived"])
@pytest.mark.parametrize("side", ["stock", "flow"])
def test_a_mark_on_either_side_marks_the_ratio(mark: str, side: str):
    stocks = observed({"2016-12": 1}, **({mark: True} if side == "stock" else {}))
    flows = observed({"2016": 2}, **({mark: True} if side == "flow" else {}))
    other = {"later_vintage": "derived", "derived": "later_vintage"}[mark]
    row = stock_over_flow(stocks, flows).iloc[0]
    assert row[mark] and not row[other]


def test_years_without_one_side_are_absent():
    ratios = stock_over_flow(observed({"2014-12": 1, "2016-12": 3}), observed({"2015": 10, "2016": 10}))
    assert list(ratios["period"]) == ["2016"]


@pytest.mark.parametrize(
    ("stocks", "flows", "complaint"),
    [
        (
            observed({"2016": 1}),
            four_quarter_sum(observed({f"2016-Q{q}": 1 for q in (1, 2, 3, 4)})),
            "no quarters",
        ),
        (observed({"2016-12": 1}), observed({"2016-12": 1}), "monthly flows"),
        (observed({"2016-12": 1}), observed({"2016-Q4": 1}), "single quarters"),
        (observed({"2016-12": 1}), observed({"2016": 0}), "not positive"),
        (observed({"2016-12": 1}), observed({"2016": -5}), "not positive"),
        (pd.concat([observed({"2016-12": 1})] * 2), observed({"2016": 1}), "appears twice"),
        (observed({"2016-12": 1}), pd.concat([observed({"2016": 1})] * 2), "appears twice"),
    ],
)
def test_what_cannot_be_a_ratio_is_refused(stocks: pd.DataFrame, flows: pd.DataFrame, complaint: str):
    with pytest.raises(DataError, match=complaint):
        stock_over_flow(stocks, flows)


def test_housing_is_a_share_of_consumer_loans():
    shares = part_of_whole(observed({"2016-12": 191_400}), observed({"2016-12": 250_472, "2017-12": 315_194}))
    # 191 400 / 250 472 = 0.76416
    assert list(shares["period"]) == ["2016-12"]
    assert shares["ratio"].iloc[0] == pytest.approx(0.76416, abs=5e-6)


@pytest.mark.parametrize(
    ("part", "whole", "complaint"),
    [
        (observed({"2016-12": 3}), observed({"2016-12": 2}), "exceeds the whole"),
        (observed({"2016-12": 0}), observed({"2016-12": 0}), "not positive"),
        (observed({"2016-12": 1}), observed({"2016": 2}), "the part is monthly, the whole annual"),
    ],
)
def test_what_cannot_be_a_share_is_refused(part: pd.DataFrame, whole: pd.DataFrame, complaint: str):
    with pytest.raises(DataError, match=complaint):
        part_of_whole(part, whole)


@pytest.mark.slow
@given(
    st.dictionaries(st.integers(1990, 2030), st.floats(1, 1e15), min_size=1),
    st.dictionaries(st.integers(1990, 2030), st.floats(1, 1e15), min_size=1),
    st.floats(1e-6, 1e9),
)
def test_the_unit_of_money_cancels_and_only_common_years_remain(
    stocks: dict[int, float], flows: dict[int, float], scale: float
):
    def ratios(unit: float) -> pd.DataFrame:
        return stock_over_flow(
            observed({f"{year}-12": value * unit for year, value in stocks.items()}),
            observed({str(year): value * unit for year, value in flows.items()}),
        )

    plain, scaled = ratios(1.0), ratios(scale)
    assert list(plain["period"]) == [str(year) for year in sorted(stocks.keys() & flows.keys())]
    assert list(scaled["ratio"]) == pytest.approx(list(plain["ratio"]))

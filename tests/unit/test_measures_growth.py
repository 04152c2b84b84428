"""Why loans grew, worked out by hand; the parts always add up to the whole."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.growth import (
    annual_rate,
    chained_index,
    growth_accounting,
    growth_around,
    growth_between,
    year_on_year,
    yearly_average,
)
from consumer_credit.measures.ratios import stock_over_flow


def observed(values: dict[str, float], series: str = "x", **provenance: object) -> pd.DataFrame:
    """A frame as the store gives it."""
    frame = pd.DataFrame({"period": list(values), "value": [float(value) for value in values.values()]})
    columns = {"vintage": "2017-01-20", "source": "s", "later_vintage": False, "derived": False, **provenance}
    for column, value in columns.items():
        frame[column] = value
    frame.attrs["series"] = series
    return frame


def ratios(loans: dict[str, float], gdp: dict[str, float]) -> pd.DataFrame:
    return stock_over_flow(observed(loans, "cn.loans"), observed(gdp, "cn.gdp"))


def test_loans_that_rose_fourfold_in_three_equal_parts():
    # loans 10 → 80: × 8 = ratio × 2, real GDP × 2, prices × 2, each 100 · ln 2 = 69.31 log points
    accounted = growth_accounting(
        ratios({"2015": 10, "2016": 80}, {"2015": 100, "2016": 400}), observed({"2015": 1, "2016": 2})
    )
    row = accounted.iloc[0]
    assert (row["period"], row["since"]) == ("2016", "2015")
    assert row["loans"] == pytest.approx(100 * math.log(8))
    assert list(row[["ratio", "real_gdp", "prices"]]) == pytest.approx([100 * math.log(2)] * 3)
    assert accounted.attrs["inputs"] == ("cn.loans", "cn.gdp", "x")


def test_a_missing_year_is_not_bridged_unless_asked():
    loans, gdp = {"2014": 10, "2016": 20}, {"2014": 100, "2016": 100}
    prices = observed({"2014": 1, "2016": 1})
    assert len(growth_accounting(ratios(loans, gdp), prices)) == 0
    between = growth_between(ratios(loans, gdp), prices, "2014", "2016")
    # twice the loans at the same GDP and prices: all of 100 · ln 2 is the ratio
    assert list(between.iloc[0][["loans", "ratio", "real_gdp", "prices"]]) == pytest.approx(
        [100 * math.log(2), 100 * math.log(2), 0, 0]
    )
    assert len(growth_between(ratios(loans, gdp), prices, "2014", "2017")) == 0


def test_a_derived_price_marks_both_years_it_touches():
    prices = observed({"2014": 1, "2015": 1, "2016": 1})
    prices["derived"] = [True, False, False]
    years = {"2014": 1, "2015": 1, "2016": 1}
    assert list(growth_accounting(ratios(years, years), prices)["derived"]) == [True, False]


@pytest.mark.slow
@given(st.lists(st.tuples(*[st.floats(1e-3, 1e6)] * 3), min_size=2, max_size=12))
def test_the_parts_add_up_exactly_and_years_to_the_whole_span(years: list[tuple[float, float, float]]):
    names = [str(2000 + index) for index in range(len(years))]
    loans, gdp, prices = (dict(zip(names, column, strict=True)) for column in zip(*years, strict=True))
    accounted = growth_accounting(ratios(loans, gdp), observed(prices))
    parts = accounted[["ratio", "real_gdp", "prices"]].sum(axis=1)
    assert list(parts) == pytest.approx(list(accounted["loans"]), abs=1e-6)
    whole = growth_between(ratios(loans, gdp), observed(prices), names[0], names[-1]).iloc[0]
    for column in ("loans", "ratio", "real_gdp", "prices"):
        assert accounted[column].sum() == pytest.approx(whole[column], abs=1e-6)


def test_growth_over_the_year_as_the_fed_reports_it():
    # 3 762.0 / 3 535.7 − 1 = 0.0640
    grown = year_on_year(observed({"2015-12": 3535.7, "2016-12": 3762.0, "2017-11": 3800.0}))
    assert list(grown["period"]) == ["2016-12"]
    assert grown["value"].iloc[0] == pytest.approx(0.0640, abs=5e-5)


def test_a_constant_rate_over_years():
    assert annual_rate(100, 121, 2) == pytest.approx(0.10)  # 1.1² = 1.21
    assert annual_rate(100, 100, 7) == 0


def test_rates_chain_to_an_index_until_one_is_missing():
    index = chained_index(observed({"2015": 0.10, "2016": 0.20, "2018": 0.50}))
    # 100 · 1.1 = 110;  110 · 1.2 = 132;  2017 is missing, so the chain ends
    assert dict(zip(index["period"], index["value"], strict=True)) == pytest.approx(
        {"2014": 100, "2015": 110, "2016": 132}
    )
    assert len(chained_index(observed({}))) == 0


def test_stretches_of_unequal_length_are_compared_by_the_year():
    grown = growth_between(
        ratios({"2014": 10, "2016": 40}, {"2014": 100, "2016": 200}),
        observed({"2014": 1, "2016": 1}),
        "2014",
        "2016",
    )
    a_year = yearly_average(grown).iloc[0]
    # loans fourfold in two years: 100 · ln 4 / 2 = 69.31 log points a year, half of it the ratio, half GDP
    assert a_year["loans"] == pytest.approx(69.3147, abs=5e-5)
    assert a_year["ratio"] == pytest.approx(a_year["real_gdp"]) == pytest.approx(34.6574, abs=5e-5)
    assert a_year["ratio"] + a_year["real_gdp"] + a_year["prices"] == pytest.approx(a_year["loans"])


def test_growth_before_and_after_a_base_year():
    loans = ratios({"2014": 10, "2016": 40, "2017": 80}, {"2014": 100, "2016": 100, "2017": 100})
    around = growth_around(loans, observed({"2014": 1, "2016": 1, "2017": 1}), "2016").set_index("stretch")
    # fourfold in two years, then twofold in one: 100 · ln 2 = 69.31 log points a year in both
    assert list(around["since"]) == ["2014", "2016"]
    assert around["loans"].to_dict() == pytest.approx({"before": 69.3147, "after": 69.3147}, abs=5e-5)
    # nothing comes after the last year, nor out of a year without a figure
    assert list(growth_around(loans, observed({"2014": 1, "2016": 1}), "2016")["stretch"]) == ["before"]
    assert len(growth_around(loans, observed({"2014": 1, "2017": 1}), "2015")) == 0
    assert len(growth_around(loans, observed({"1999": 1}), "2016")) == 0


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (
            lambda: growth_accounting(ratios({"2016": 1}, {"2016": 1}), observed({"2016": 0})),
            "price index of 2016",
        ),
        (
            lambda: growth_accounting(ratios({"2016": 1}, {"2016": 1}), observed({"2016-Q4": 1})),
            "prices quarterly",
        ),
        (lambda: year_on_year(observed({"2015": 0, "2016": 1})), "value of 2015 is not positive"),
        (lambda: annual_rate(0, 1, 1), "first level is not positive"),
        (lambda: annual_rate(1, 1, 0), "number of years is not positive"),
        (lambda: chained_index(observed({"2016-Q4": 0.1})), "not yearly"),
    ],
)
def test_what_has_no_logarithm_is_refused(call, complaint: str):
    with pytest.raises(DataError, match=complaint):
        call()

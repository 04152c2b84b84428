"""Which loans count: subtraction, year ends, and published levels before derived ones."""

from __future__ import annotations

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_quarter_end, at_year_end, difference, prefer_published


def observed(values: dict[str, float], series: str = "x", **provenance: object) -> pd.DataFrame:
    """A frame as the store gives it."""
    frame = pd.DataFrame({"period": list(values), "value": [float(value) for value in values.values()]})
    columns = {"vintage": "2017-01", "source": "s", "later_vintage": False, "derived": False, **provenance}
    for column, value in columns.items():
        frame[column] = value
    frame.attrs["series"] = series
    return frame


def test_consumer_loans_less_purchase_loans_at_the_end_of_2016():
    loans = observed({"2016-12": 250_472, "2017-12": 315_194}, "cn.loans", source="pbc-table")
    housing = observed({"2016-12": 191_400}, "cn.purchase", vintage="2017-01-22", source="pbc-use")
    result = difference(loans, housing)
    assert len(result) == 1
    row = result.iloc[0]
    # 250 472 − 191 400 = 59 072
    assert row["value"] == 59_072
    assert (row["minuend"], row["subtrahend"]) == (250_472, 191_400)
    assert (row["minuend_vintage"], row["subtrahend_vintage"]) == ("2017-01", "2017-01-22")
    assert row["vintage"] == "2017-01"  # the whole of January 2017 ends after the 22nd
    assert row["source"] == "pbc-table; pbc-use"
    assert result.attrs["inputs"] == ("cn.loans", "cn.purchase")


def test_a_derived_deduction_makes_a_derived_remainder():
    row = difference(observed({"2016-12": 10}), observed({"2016-12": 4}, derived=True)).iloc[0]
    assert row["derived"] and not row["later_vintage"]


def test_year_ends_are_decembers_and_fourth_quarters():
    months = at_year_end(observed({"2016-11": 1, "2016-12": 2, "2017-06": 3}))
    assert list(zip(months["period"], months["stock_period"], months["value"], strict=True)) == [
        ("2016", "2016-12", 2.0)
    ]
    assert list(at_year_end(observed({"2016-Q4": 5, "2017-Q1": 6}))["period"]) == ["2016"]
    assert list(at_year_end(observed({"2015": 4, "2016": 5}))["period"]) == ["2015", "2016"]


def test_before_the_first_figure_there_are_no_year_ends_and_no_ratio():
    nothing = observed({"2016-12": 2}).iloc[:0]
    assert at_year_end(nothing).empty
    # a year without any stock is still a year: it meets GDP's years, and finds nothing
    assert stock_over_flow(at_year_end(nothing), observed({"2016": 1})).empty


def test_quarter_ends_are_taken_as_they_stand():
    quarters = at_quarter_end(observed({"2016-10": 1, "2016-11": 2, "2016-12": 3, "2017-03": 4}))
    assert list(quarters["period"]) == ["2016-Q4", "2017-Q1"]
    assert list(quarters["value"]) == [3, 4]


def test_a_year_does_not_tell_its_quarters():
    with pytest.raises(DataError, match="no quarters"):
        at_quarter_end(observed({"2016": 1}))


def test_the_published_level_wins_and_the_inferred_one_stays_marked():
    published = observed({"2017-12": 219_000, "2018-12": 257_500}, "cn.housing")
    derived = observed({"2017-12": 1, "2016-12": 179_200}, "cn.housing_backcast")
    levels = prefer_published(published, derived)
    assert list(levels["period"]) == ["2016-12", "2017-12", "2018-12"]
    assert list(levels["value"]) == [179_200, 219_000, 257_500]
    assert list(levels["derived"]) == [True, False, False]
    assert levels.attrs["inputs"] == ("cn.housing", "cn.housing_backcast")


def test_a_derived_series_that_adds_nothing_is_not_named_among_the_inputs():
    levels = prefer_published(observed({"2017-12": 1}, "a"), observed({"2017-12": 2}, "b"))
    assert levels.attrs["inputs"] == ("a",)


def test_no_loans_of_either_kind_are_no_loans():
    assert len(prefer_published(observed({}), observed({}))) == 0


@pytest.mark.parametrize("combine", [difference, prefer_published])
def test_frequencies_are_never_mixed(combine):
    with pytest.raises(DataError, match=r"are monthly, .* annual"):
        combine(observed({"2016-12": 2}), observed({"2016": 1}))


def test_more_cannot_be_deducted_than_is_outstanding():
    with pytest.raises(DataError, match="more is deducted"):
        difference(observed({"2016-12": 1}), observed({"2016-12": 2}))

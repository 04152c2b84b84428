"""One frame out of several: chosen by preference or by what was known best, summed, multiplied, averaged."""

from __future__ import annotations

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.choice import best_known, first_available
from consumer_credit.measures.flows import calendar_year_sum, mean_of_annual_rates
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.measures.scope import at_quarter_end, at_year_end, difference
from consumer_credit.measures.totals import product, total_of


def observed(values: dict[str, float], series: str = "x", **provenance: object) -> pd.DataFrame:
    """A frame as the store gives it."""
    frame = pd.DataFrame(
        {"period": pd.Series(list(values), dtype=str), "value": [float(v) for v in values.values()]}
    )
    columns = {"vintage": "2017-01-20", "source": "s", "later_vintage": False, "derived": False, **provenance}
    frame = frame.assign(**columns)
    frame.attrs["series"] = series
    return frame


def test_the_preferred_scope_serves_where_it_can_and_says_which_did():
    chosen = first_available(observed({"2025": 2}, "total"), observed({"2024": 1, "2025": 9}, "rmb"))
    assert list(chosen["value"]) == [1, 2]
    assert list(chosen["series"]) == ["rmb", "total"]
    assert chosen.attrs["inputs"] == ("total", "rmb")


def test_a_series_that_serves_no_period_is_not_named():
    chosen = first_available(observed({"2025": 2}, "total"), observed({"2025": 9}, "rmb"))
    assert chosen.attrs["inputs"] == ("total",)


def test_what_was_known_in_time_comes_before_what_came_later_then_the_newest():
    annual = observed({"2016": 744_127, "2017": 1}, "annual", vintage="2017-01-20")
    quarters = observed({"2016": 744_100, "2017": 2}, "quarters", vintage="2017-01-25")
    later = observed({"2016": 746_395, "2018": 3}, "revised", vintage="2020-12-30", later_vintage=True)
    chosen = best_known(annual, quarters, later)
    assert list(chosen["series"]) == ["quarters", "quarters", "revised"]
    assert list(chosen["later_vintage"]) == [False, False, True]


def test_of_equal_vintages_the_first_named_wins():
    assert list(best_known(observed({"2016": 1}, "a"), observed({"2016": 2}, "b"))["series"]) == ["a"]


def test_nothing_to_choose_from_gives_nothing():
    assert len(first_available(observed({}), observed({}))) == 0


def test_published_lines_add_up_and_stay_published():
    short, long = observed({"2016-12": 49_313}, "short"), observed({"2016-12": 201_159, "2017-12": 1}, "long")
    both = total_of(short, long)
    # 49 313 + 201 159 = 250 472
    assert list(both["value"]) == [250_472]
    assert not both["derived"].any()
    assert both.attrs["inputs"] == ("short", "long")


def test_an_amount_a_head_times_heads_is_derived():
    income = product(observed({"2016": 23_821}), observed({"2016": 1.38271e9}))
    # 23 821 yuan · 1.38271 billion = 32.9375 trillion
    assert income["value"].iloc[0] == pytest.approx(32.9375e12, rel=1e-5)
    assert income["derived"].all()


def test_a_year_at_annual_rates_is_the_mean_of_its_parts():
    quarters = observed({"2016-Q1": 1, "2016-Q2": 2, "2016-Q3": 3, "2016-Q4": 6, "2017-Q1": 9})
    # (1 + 2 + 3 + 6) / 4 = 3; 2017 is not complete
    assert dict(mean_of_annual_rates(quarters)[["period", "value"]].itertuples(index=False)) == {"2016": 3}
    months = observed({f"2016-{month:02}": month for month in range(1, 13)})
    # (1 + … + 12) / 12 = 6.5
    assert list(mean_of_annual_rates(months)["value"]) == [6.5]
    with pytest.raises(DataError, match="yearly figures"):
        mean_of_annual_rates(observed({"2016": 1}))


def test_the_mean_of_quarterly_rates_is_the_sum_of_quarters_at_a_fourth_each():
    quarters = observed({f"2016-Q{quarter}": 18_000 + 150 * quarter for quarter in range(1, 5)})
    assert list(mean_of_annual_rates(quarters)["value"]) == list(
        calendar_year_sum(quarters, annual_rate=True)["value"]
    )


def test_no_data_pass_through_every_measure():
    nothing = observed({})
    assert len(at_year_end(nothing)) == len(at_quarter_end(nothing)) == len(difference(nothing, nothing)) == 0
    assert len(stock_over_flow(nothing, nothing)) == 0
    assert list(stock_over_flow(nothing, observed({"2016": 1})).columns)[:2] == ["period", "ratio"]

"""The calendar arithmetic that measures rest on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures import periods


def test_a_year_its_fourth_quarter_and_its_december_end_together():
    assert periods.last_month("2016") == periods.last_month("2016-Q4") == periods.last_month("2016-12")
    assert periods.last_month("2016-Q1") == periods.last_month("2016-03") == periods.last_month("2016") - 9


@pytest.mark.parametrize("period", ["2016", "2016-Q4", "2016-12"])
def test_year_ends(period: str):
    assert periods.ends_year(period)
    assert periods.year(period) == 2016
    assert periods.quarter_of(period) == "2016-Q4"


@pytest.mark.parametrize("period", ["2016-Q3", "2016-11", "2017-01"])
def test_other_periods_do_not_end_the_year(period: str):
    assert not periods.ends_year(period)


def test_quarter_ends():
    ends = [month for month in range(1, 13) if periods.ends_quarter(f"2016-{month:02}")]
    assert ends == [3, 6, 9, 12]


@pytest.mark.parametrize("text", ["16", "2016-Q5", "2016-13", "2016-00", "2016Q4", "2016-12-31", "", " 2016"])
def test_what_is_not_a_period_is_refused(text: str):
    with pytest.raises(DataError, match="not a period"):
        periods.frequency(text)


def test_only_quarters_are_shifted_by_quarters():
    with pytest.raises(DataError, match="not a quarter"):
        periods.shift_quarters("2016", 1)


@given(st.integers(1200, 9000), st.integers(1, 4), st.integers(-400, 400))
def test_shifting_moves_the_end_by_three_months_each(year: int, quarter: int, by: int):
    start = f"{year}-Q{quarter}"
    moved = periods.shift_quarters(start, by)
    assert periods.last_month(moved) == periods.last_month(start) + 3 * by
    assert periods.shift_quarters(moved, -by) == start
    assert periods.shift_years(start, 2) == periods.shift_quarters(start, 8)

"""Periods on an axis, and the gaps between them."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.charts.time_axis import all_yearly, position, value_ticks, with_gaps, year_ticks
from consumer_credit.errors import RenderError


def test_years_stand_on_their_year_and_finer_periods_at_their_end():
    assert position("2016", yearly=True) == 2016
    # end-2016 lies where 2017 begins
    assert position("2016-12", yearly=False) == position("2016-Q4", yearly=False) == 2017
    assert position("2016", yearly=False) == 2017
    assert position("2016-Q1", yearly=False) == position("2016-03", yearly=False) == 2016.25


def test_a_month_has_no_place_on_a_yearly_axis():
    with pytest.raises(RenderError, match="on a yearly axis"):
        position("2016-12", yearly=True)


@pytest.mark.parametrize("text", ["16", "2016-13", "2016-Q0", "2016-1", "December 2016"])
def test_what_is_no_period_is_refused(text: str):
    with pytest.raises(RenderError, match="not a period"):
        position(text, yearly=False)


def test_an_axis_is_yearly_when_every_period_is_a_year():
    assert all_yearly(["2015", "2016"])
    assert not all_yearly(["2015", "2016-Q4"])


@pytest.mark.parametrize(
    ("periods", "complete"),
    [
        (["2016", "2019"], ["2016", "2017", "2018", "2019"]),
        (["2016-Q3", "2017-Q1"], ["2016-Q3", "2016-Q4", "2017-Q1"]),
        (["2016-11", "2017-02"], ["2016-11", "2016-12", "2017-01", "2017-02"]),
        (["2016"], ["2016"]),
        ([], []),
    ],
)
def test_missing_periods_become_empty_rows(periods: list[str], complete: list[str]):
    rows = with_gaps(pd.DataFrame({"period": pd.Series(periods, dtype=str), "value": [1.0] * len(periods)}))
    assert list(rows["period"]) == complete
    assert list(rows.loc[rows["value"].isna(), "period"]) == [p for p in complete if p not in periods]


def test_one_line_has_one_frequency():
    with pytest.raises(RenderError, match="mixed frequencies"):
        with_gaps(pd.DataFrame({"period": ["2016", "2016-Q4"]}))


def test_short_steps_count_back_from_the_last_year_and_long_ones_fall_on_round_years():
    assert year_ticks(2007, 2025, 10) == [2007, 2009, 2011, 2013, 2015, 2017, 2019, 2021, 2023, 2025]
    assert year_ticks(1946, 2025, 9) == [1950, 1960, 1970, 1980, 1990, 2000, 2010, 2020]
    assert year_ticks(2015.2, 2017.9, 9) == [2016, 2017]


@given(st.integers(1800, 2100), st.integers(0, 250), st.integers(2, 12))
def test_years_are_few_evenly_spaced_and_within_the_axis(first: int, span: int, most: int):
    years = year_ticks(first, first + span, most)
    assert 1 <= len(years) <= max(most, 2)
    assert first <= years[0] and years[-1] <= first + span
    assert len({later - earlier for earlier, later in itertools.pairwise(years)}) <= 1


@pytest.mark.parametrize(
    ("low", "high", "ticks", "decimals"),
    [
        (0, 47.9, [0, 10, 20, 30, 40, 50], 0),
        (0, 20, [0, 5, 10, 15, 20], 0),
        (0, 1.9, [0, 0.5, 1, 1.5, 2], 1),
        (-3.2, 12, [-5, 0, 5, 10, 15], 0),
    ],
)
def test_values_are_ticked_at_round_numbers(low: float, high: float, ticks: list[float], decimals: int):
    assert value_ticks(low, high) == (ticks, decimals)


@given(st.floats(-1e6, -1e-3) | st.just(0.0), st.floats(1e-3, 1e6))
def test_ticks_cover_what_is_drawn_and_can_be_written_exactly(low: float, high: float):
    ticks, decimals = value_ticks(low, high)
    slack = 1e-9 * (high - low)
    assert ticks[0] <= low + slack and ticks[-1] >= high - slack
    assert ticks == pytest.approx([float(f"{tick:.{decimals}f}") for tick in ticks], abs=(high - low) * 1e-6)
    assert len(ticks) <= 8

"""Where a pace leads: each number of the closed forms against a pencil, and against one another."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.headroom import Scenario, headroom, scenario_table
from consumer_credit.measures.horizon import (
    PACE_COLUMNS,
    Pace,
    headroom_after,
    lending_room,
    pace_table,
    ratio_after,
    room_over_time,
)

growths = st.floats(-0.2, 0.5)


def test_two_years_of_loans_growing_faster_than_gdp():
    # loans × 1.21 a year over GDP × 1.10 a year: the ratio grows by a tenth a year, 0.10 × 1.1² = 0.121
    assert ratio_after(ratio=0.10, loan_growth=0.21, gdp_growth=0.10, years=2) == pytest.approx(0.121)
    # GDP is then 100 × 1.1² = 121, the room to a fifth of it (0.20 − 0.121) × 121 = 9.559
    room = headroom_after(ratio=0.10, target=0.20, gdp=100, loan_growth=0.21, gdp_growth=0.10, years=2)
    assert room == pytest.approx(9.559)


def test_loans_that_outgrow_the_target_leave_less_than_no_room():
    room = headroom_after(ratio=0.19, target=0.20, gdp=100, loan_growth=0.10, gdp_growth=0.0, years=1)
    assert room == pytest.approx((0.20 - 0.209) * 100)


def test_the_room_to_lend_holds_the_growth_of_gdp():
    # a fifth of 100 × 1.1² = 121 is 24.2, of which 10 is lent already
    room = lending_room(ratio=0.10, target=0.20, gdp=100.0, gdp_growth=0.10, years=2)
    assert room == pytest.approx(14.2)
    table = scenario_table(ratio=0.10, gdp=100.0, scenarios=[Scenario("a", 0.20, 2, 0.10)])
    assert room == pytest.approx(table.loc[0, "added_loans"])
    # without growth it is the headroom of today
    assert lending_room(ratio=0.10, target=0.20, gdp=100.0, gdp_growth=0.0, years=9) == pytest.approx(10.0)


@given(st.floats(0.01, 1.0), growths, st.floats(0, 30))
def test_at_one_pace_the_ratio_stays_and_the_room_grows_with_gdp(ratio: float, growth: float, years: float):
    pace = {"loan_growth": growth, "gdp_growth": growth}
    assert ratio_after(ratio=ratio, years=years, **pace) == pytest.approx(ratio)
    later = headroom_after(ratio=ratio, target=0.2, gdp=10.0, years=years, **pace)
    assert later == pytest.approx(headroom(ratio=ratio, target=0.2, gdp=10.0) * (1 + growth) ** years)


def test_a_pace_line_by_line():
    table = pace_table(ratio=0.10, gdp=100.0, target=0.20, paces=[Pace("fast", 0.21, 0.10)], years=2)
    row = table.iloc[0]
    assert row["ratio_growth"] == pytest.approx(0.10)  # 1.21 / 1.10 − 1
    assert row["ratio_end"] == pytest.approx(0.121)
    assert row["loans_end"] == pytest.approx(14.641)  # 10 × 1.21²
    assert row["added_loans"] == pytest.approx(4.641)
    assert row["headroom_end"] == pytest.approx(9.559)
    assert row["years_to_target"] == pytest.approx(7.2725, abs=1e-4)  # ln 2 / ln 1.1


def test_a_pace_that_never_arrives_has_no_year():
    table = pace_table(ratio=0.10, gdp=100.0, target=0.20, paces=[Pace("slow", 0.03, 0.05)], years=2)
    assert pd.isna(table.iloc[0]["years_to_target"])
    assert table.iloc[0]["ratio_growth"] == pytest.approx(1.03 / 1.05 - 1)


def ratios(values: dict[str, tuple[float, float]], **marks: bool) -> pd.DataFrame:
    """Loans and GDP by year, as `ratios.stock_over_flow` gives them."""
    frame = pd.DataFrame(
        {
            "period": list(values),
            "ratio": [loans / gdp for loans, gdp in values.values()],
            "numerator": [loans for loans, _ in values.values()],
            "denominator": [gdp for _, gdp in values.values()],
            "later_vintage": False,
            "derived": False,
        }
    )
    return frame.assign(**marks)


def test_room_shrinks_by_what_is_lent_and_grows_with_gdp():
    rooms = room_over_time(ratios({"2016": (10.0, 100.0), "2017": (13.0, 110.0)}), target=0.2)
    # (0.20 − 0.10) × 100 = 10; then a fifth of 110 less 13 is 9: GDP opened 2, lending filled 3
    assert list(rooms["headroom"]) == pytest.approx([10.0, 9.0])
    opened = 0.2 * (rooms["gdp"].iloc[1] - rooms["gdp"].iloc[0])
    filled = rooms["loans"].iloc[1] - rooms["loans"].iloc[0]
    assert rooms["headroom"].diff().iloc[1] == pytest.approx(opened - filled)


def test_another_economys_ratio_of_the_same_year_may_be_the_target():
    rooms = room_over_time(
        ratios({"2016": (10.0, 100.0), "2017": (13.0, 100.0)}),
        target=ratios({"2017": (11.0, 100.0), "2018": (9.0, 10.0)}, derived=True),
    )
    assert list(rooms["period"]) == ["2017"]
    assert list(rooms["headroom"]) == pytest.approx([-2.0])  # above its target
    assert list(rooms["derived"]) == [True]


def test_no_pace_gives_an_empty_table_with_the_same_columns():
    assert list(pace_table(ratio=0.1, gdp=1, target=0.2, paces=[], years=1).columns) == list(PACE_COLUMNS)


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        (lambda: ratio_after(ratio=0.1, loan_growth=-1, gdp_growth=0, years=1), "loans vanish"),
        (lambda: ratio_after(ratio=0.1, loan_growth=0, gdp_growth=-1.5, years=1), "GDP vanish"),
        (lambda: lending_room(ratio=0.1, target=0.2, gdp=1, gdp_growth=-1, years=1), "GDP vanishes"),
        (
            lambda: headroom_after(ratio=0.1, target=0.2, gdp=0, loan_growth=0, gdp_growth=0, years=1),
            "GDP is not positive",
        ),
        (
            lambda: pace_table(
                ratio=0.1, gdp=1, target=0.2, paces=[Pace("a", 0, 0), Pace("a", 0.1, 0)], years=1
            ),
            "appears twice",
        ),
    ],
)
def test_impossible_paces_are_refused(call, complaint: str):
    with pytest.raises(DataError, match=complaint):
        call()

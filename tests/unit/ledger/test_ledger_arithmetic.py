"""Sums a reader can follow: intervals, lines, and what a nought below the line says."""

from __future__ import annotations

import pytest

from consumer_credit.errors import DataError
from consumer_credit.ledger.arithmetic import Amount, Line, annual_growth, minus, over, published, stated


def figure(value: float | None, low: float, high: float, series: str = "cn.x", **marks: bool) -> Amount:
    return published(
        Line("", "series", value, low, high, "CNY", series=series, period="2016", vintage="2017-01", **marks)
    )


def point(value: float, series: str = "cn.x") -> Amount:
    return figure(value, value, value, series)


def test_a_difference_of_ranges_spans_its_corners():
    remainder = minus(figure(None, 10, 12), figure(None, 3, 4), label="remainder")
    assert (remainder.low, remainder.high) == (6, 9)


def test_a_middle_that_nobody_published_is_no_value():
    assert minus(point(10), figure(None, 3, 4), label="remainder").value is None
    assert minus(point(10), figure(3.5, 3, 4), label="remainder").value == 6.5


def test_growth_of_a_fifth_over_two_years_by_hand():
    grown = annual_growth(point(100), point(144), 2)
    assert grown.value == pytest.approx(0.2)
    assert [line.value for line in grown.lines[-4:]] == pytest.approx([1.44, 0.5, 1.0, 0.2])


def test_growth_between_ranges_runs_from_the_slowest_to_the_fastest():
    grown = annual_growth(figure(None, 100, 125), figure(None, 121, 144), 2)
    assert grown.value is None
    assert (grown.low, grown.high) == pytest.approx(((121 / 125) ** 0.5 - 1, 0.2))


def test_a_sum_within_a_sum_stands_one_level_deeper_and_ends_with_the_operator():
    ratios = [over(point(2), point(10), label="ratio"), over(point(1), point(10), label="ratio")]
    lines = minus(*ratios, label="difference").lines
    assert [(line.level, line.operator) for line in lines] == [
        (0, ""), (0, "over"), (0, "equals"), (1, ""), (1, "over"), (0, "minus"), (0, "equals")
    ]  # fmt: skip
    assert lines[5].value == pytest.approx(0.1)


def test_reading_the_lines_of_level_nought_downwards_gives_the_result():
    reckon = {"minus": lambda x, y: x - y, "over": lambda x, y: x / y}
    lines = minus(
        over(point(6), point(8), label="ratio"), over(point(1), point(4), label="ratio"), label="difference"
    ).lines
    result = 0.0
    for line in (line for line in lines if line.level == 0):
        if line.operator == "equals":
            assert line.value == pytest.approx(result)
        else:
            result = reckon[line.operator](result, line.value) if line.operator else line.value
    assert result == pytest.approx(0.5)


def test_dividing_by_nought_names_the_series_below_the_line():
    with pytest.raises(DataError, match=r"cn\.gdp: the ratio divides by nought"):
        over(point(1), point(0, "cn.gdp"), label="ratio")


def test_an_amount_remembers_whether_an_ingredient_was_derived_or_known_only_later():
    plain, derived = point(5), figure(1, 1, 1, derived=True)
    assert not minus(plain, plain, label="remainder").derived
    assert minus(plain, derived, label="remainder").derived
    assert minus(plain, figure(1, 1, 1, later_vintage=True), label="remainder").later_vintage


def test_an_amount_names_its_series_once_and_every_vintage_of_them():
    older = published(Line("", "series", 1, 1, 1, "CNY", series="cn.x", period="2015", vintage="2016-01"))
    remainder = minus(minus(point(5), older, label="remainder"), stated(1, "CNY"), label="remainder")
    assert remainder.series == ("cn.x",)
    assert remainder.vintages == {"cn.x": ("2016-01", "2017-01")}

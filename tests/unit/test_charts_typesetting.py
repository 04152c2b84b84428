"""Words on a figure: measured, broken into lines, kept apart."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.charts.canvas import new_figure, plain_number
from consumer_credit.charts.style import house_style
from consumer_credit.charts.typesetting import spread, text_size, wrapped

intervals = st.lists(st.tuples(st.floats(0, 300), st.floats(1, 20)), min_size=1, max_size=12)


def test_what_does_not_touch_stays_where_it_is():
    assert spread([10, 50, 90], [10, 10, 10], 0, 100) == pytest.approx([10, 50, 90])


def test_two_at_one_place_part_evenly():
    # both want 50; each is 10 long: 45 and 55
    assert spread([50, 50], [10, 10], 0, 100) == pytest.approx([45, 55])


def test_the_edge_pushes_back():
    assert spread([99, 99], [10, 10], 0, 100) == pytest.approx([85, 95])
    assert spread([0, 0], [10, 10], 0, 100) == pytest.approx([5, 15])


@given(intervals)
def test_nothing_overlaps_and_order_is_kept(places: list[tuple[float, float]]):
    wanted, sizes = [place for place, _ in places], [size for _, size in places]
    centres = spread(wanted, sizes, 0, 300)
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    for before, after in itertools.pairwise(order):
        assert centres[after] - centres[before] >= (sizes[after] + sizes[before]) / 2 - 1e-6
    assert centres[order[0]] - sizes[order[0]] / 2 >= -1e-6
    assert centres[order[-1]] + sizes[order[-1]] / 2 <= 300 + 1e-6  # twelve of at most 20 always fit


@given(intervals)
def test_what_is_apart_already_does_not_move(places: list[tuple[float, float]]):
    wanted, sizes = [place for place, _ in places], [size for _, size in places]
    once = spread(wanted, sizes, 0, 300)
    assert spread(once, sizes, 0, 300) == pytest.approx(once, abs=1e-6)


def test_lines_are_as_even_as_they_can_be():
    with house_style("en"):
        figure, _ = new_figure()
        text = "China, without property-purchase loans"
        whole = text_size(figure, text)[0]
        assert wrapped(figure, text, whole + 1) == text
        assert wrapped(figure, text, whole * 0.9) == "China, without\nproperty-purchase loans"
        for line in wrapped(figure, text, whole / 3).split("\n"):
            assert " " not in line or text_size(figure, line)[0] <= whole / 3


def test_numbers_have_a_real_minus_and_no_negative_zero():
    assert plain_number(-1234.5, 1) == "−1,234.5"
    assert plain_number(-0.04, 1) == "0.0"

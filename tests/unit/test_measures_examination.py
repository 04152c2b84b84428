"""The error of a projection: how much the count moved, and how much the method missed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.examination import error_parts

ratios = st.floats(0.01, 1.0)


def test_a_small_error_may_be_two_larger_ones():
    # from 8 to 16 foreseen, from 9.5 (the same year on the new count) to 15 happened
    parts = error_parts(start_then=0.08, start_now=0.095, projected=0.16, realised=0.15)
    assert parts["projected_change_pp"] == pytest.approx(8.0)
    assert parts["realised_change_pp"] == pytest.approx(5.5)
    assert parts["change_error_pp"] == pytest.approx(2.5)
    assert parts["step_pp"] == pytest.approx(1.5)
    assert parts["error_pp"] == pytest.approx(1.0)
    assert parts["errors"] == "offset"


def test_a_step_the_other_way_adds_to_the_error():
    parts = error_parts(start_then=0.08, start_now=0.07, projected=0.16, realised=0.12)
    # 8 foreseen, 5 happened; the count fell by 1 on top: 3 + 1 = 4
    assert parts["error_pp"] == pytest.approx(4.0)
    assert parts["errors"] == "add"


def test_without_a_step_all_of_the_error_is_the_methods():
    parts = error_parts(start_then=0.08, start_now=0.08, projected=0.16, realised=0.12)
    assert parts["change_error_pp"] == pytest.approx(parts["error_pp"])
    assert parts["errors"] == "none"


@given(ratios, ratios, ratios, ratios)
def test_the_parts_sum_to_the_error(then: float, now: float, projected: float, realised: float):
    parts = error_parts(start_then=then, start_now=now, projected=projected, realised=realised)
    change, step = parts["change_error_pp"], parts["step_pp"]
    assert isinstance(change, float) and isinstance(step, float)
    assert parts["error_pp"] == pytest.approx(change - step, abs=1e-9)


def test_a_ratio_of_nothing_is_refused():
    with pytest.raises(DataError, match="not positive"):
        error_parts(start_then=0.0, start_now=0.1, projected=0.1, realised=0.1)

"""Of what is made again it is said why, in a line that can be read."""

from __future__ import annotations

import pytest

from consumer_credit.report.cache.explaining import MOST_REASONS, Decision, reasons


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        (None, {"a": "1"}, ["it has not been made before, or the cache was cleared"]),
        ({"a": "1"}, {"a": "1"}, ["what was kept is gone or damaged"]),
        ({"a": "1"}, {"a": "2"}, ["a changed"]),
        ({}, {"file x": "1"}, ["file x is new"]),
        ({"file x": "1"}, {}, ["file x is gone"]),
        ({"parameter y": "1"}, {"parameter y": "2"}, ["parameter y: 1 → 2"]),
        ({"Python": "3.11"}, {"Python": "3.12"}, ["Python: 3.11 → 3.12"]),
    ],
)
def test_what_differs_is_named(before, now, said):
    assert reasons(before, now) == said


def test_of_many_reasons_a_few_are_told_and_the_others_counted():
    few, many = ([f"cell {n} changed" for n in range(MOST_REASONS + more)] for more in (0, 3))
    assert str(Decision("alpha", False, few)) == f"alpha: made again, because {'; '.join(few)}"
    assert str(Decision("alpha", False, many)).endswith(f"{few[-1]}; and 3 more")
    assert str(Decision("alpha", True)) == "alpha: reused, nothing it rests on has changed"

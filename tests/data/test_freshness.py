"""How fresh a series is depends on the day asked, on its calendar, and on nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from consumer_credit.data.freshness import Freshness, freshness
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError

MakeStore = Callable[..., Store]
ROWS = (
    "cn.loans,2016-11,90,2016-12,page",
    "cn.loans,2016-12,100,2017-01-20,page",
    "cn.loans,2016-11,91,2018-01,page",
)


def _one(store: Store, today: str) -> Freshness:
    (found,) = freshness(store, dt.date.fromisoformat(today))
    return found


def test_last_period_last_vintage_days_since_and_next_release(make_store: MakeStore) -> None:
    found = _one(make_store(*ROWS), "2017-02-20")
    assert (found.last_period, found.last_vintage, found.days_since) == ("2016-12", "2017-01-20", 31)
    # January ends on the 31st and is out 31 days later
    assert (found.next_period, found.expected, found.days_overdue) == ("2017-01", "2017-03-03", -11)
    assert (found.periods, found.vintages, found.state) == (2, 2, "current")


@pytest.mark.parametrize(("today", "state"), [("2017-03-03", "current"), ("2017-03-04", "overdue")])
def test_a_series_is_overdue_once_its_day_has_passed(make_store: MakeStore, today: str, state: str) -> None:
    assert _one(make_store(*ROWS), today).state == state


def test_vintages_after_the_day_asked_are_not_seen(make_store: MakeStore) -> None:
    found = _one(make_store(*ROWS), "2017-01-01")
    assert (found.last_period, found.last_vintage) == ("2016-11", "2016-12")


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"ended": "2016-12"}, "ended"),
        ({"irregular": True}, "irregular"),
        (
            {"derived": {"formula": {"en": "a", "zh": "a"}, "ingredients": ["cn.loans"]}},
            "derived",
        ),
    ],
)
def test_what_has_no_next_release_is_never_overdue(
    make_store: MakeStore, series_entry: Callable[..., dict[str, Any]], changes: dict[str, Any], state: str
) -> None:
    found = _one(make_store(*ROWS, series={"cn.loans": series_entry(**changes)}), "2030-01-01")
    assert (found.state, found.expected, found.days_overdue) == (state, "", None)


def test_a_series_without_figures_says_so(make_store: MakeStore) -> None:
    found = _one(make_store(), "2017-01-01")
    assert (found.state, found.last_period, found.last_vintage, found.days_since) == ("empty", "", "", None)


def test_an_unknown_series_is_answered_with_the_nearest(make_store: MakeStore) -> None:
    with pytest.raises(DataError, match=r"did you mean 'cn\.loans'"):
        freshness(make_store(*ROWS), dt.date(2017, 1, 1), ["cn.loan"])


def test_every_series_of_the_project_has_a_state(published: Store) -> None:
    found = freshness(published, dt.date(2026, 11, 23))
    assert len(found) == len(published.catalogue.series)
    assert "empty" not in {one.state for one in found}

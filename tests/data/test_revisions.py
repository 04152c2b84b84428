"""What changed between two days is told from what was known on each, and from nothing that came later."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_credit.data.revisions import revisions, vintages_held
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError, UsageError

MakeStore = Callable[..., Store]
ROWS = (
    "cn.loans,2016-10,0,2016-12,page",
    "cn.loans,2016-10,5,2017-06,page",
    "cn.loans,2016-11,90,2016-12,page",
    "cn.loans,2016-12,100,2017-01-20,page",
    "cn.loans,2016-12,99,2018-01,page",
    "cn.loans,2017-01,110,2018-01,page",
)


def test_added_revised_and_the_same_are_told_apart(make_store: MakeStore) -> None:
    (found,) = revisions(make_store(*ROWS), ["cn.loans"], "2017-01-31", "2018-01")
    assert found.added == ("2017-01",)
    assert found.removed == ()
    assert found.same == 1
    assert list(found.revised["period"]) == ["2016-10", "2016-12"]  # the largest change first
    row = found.revised.iloc[1]
    assert (row.before, row.after, row.change, row.relative) == (100, 99, -1, -0.01)
    assert (row.vintage_before, row.vintage_after) == ("2017-01-20", "2018-01")
    assert math.isnan(found.revised.iloc[0].relative)  # nothing can be said in proportion to 0


def test_what_was_published_but_is_held_only_from_later_is_no_revision(make_store: MakeStore) -> None:
    store = make_store("cn.loans,2016-11,90,2020-01,page", "cn.loans,2016-11,95,2021-01,page")
    (found,) = revisions(store, ["cn.loans"], "2017-04-25", "latest")
    assert found.not_held_then == ("2016-11",)
    assert found.added == () and len(found.revised) == 0


def test_without_names_only_what_may_have_changed_is_looked_at(
    make_store: MakeStore, series_entry: Callable[..., dict[str, Any]]
) -> None:
    series = {name: series_entry() for name in ("cn.loans", "cn.other")}
    store = make_store(*ROWS, "cn.other,2016-11,1,2016-12,page", series=series)
    assert [found.series for found in revisions(store, [], "2017-01-31", "2018-01")] == ["cn.loans"]


def test_vintages_in_between_are_named_oldest_first(make_store: MakeStore) -> None:
    store = make_store(*ROWS)
    assert vintages_held(store, ["cn.loans"], "2016-12", "2018-01") == {
        "cn.loans": ["2017-01-20", "2017-06", "2018-01"]
    }


@pytest.mark.parametrize(
    ("before", "after"), [("2018-01", "2017-01"), ("2018-01", "2018-01"), ("latest", "2018-01")]
)
def test_the_first_day_lies_before_the_second(make_store: MakeStore, before: str, after: str) -> None:
    with pytest.raises(UsageError, match="does not lie before"):
        revisions(make_store(*ROWS), [], before, after)


def test_an_unknown_series_is_answered_with_the_nearest(make_store: MakeStore) -> None:
    with pytest.raises(DataError, match=r"did you mean 'cn\.loans'"):
        revisions(make_store(*ROWS), ["cn.loan"], "2017-01", "2018-01")


def test_the_known_revisions_of_the_g19_are_found(published: Store) -> None:
    """The end of 2015 was 3,535.7 billion dollars in November 2016 and is 3,400.2 since (Federal Reserve, G.19)."""
    for after in ("2023-08", "2026-04"):
        (found,) = revisions(published, ["us.consumer_credit"], "2016-11", after)
        largest = found.revised.iloc[0]
        assert largest.period == "2015-12"
        assert (round(largest.before / 1e3, 1), round(largest.after / 1e3, 1)) == (3535.7, 3400.2)
    (later,) = revisions(published, ["us.consumer_credit"], "2023-08", "2026-04")
    assert "2024-12" in later.added


MONTHS = st.builds("{:04d}-{:02d}".format, st.integers(2017, 2019), st.integers(1, 12))
FIGURES = st.dictionaries(
    st.tuples(st.sampled_from(["2016-10", "2016-11", "2016-12"]), MONTHS), st.integers(1, 3), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(figures=FIGURES, days=st.lists(MONTHS, min_size=3, max_size=3, unique=True).map(sorted))
def test_nothing_is_ever_forgotten_and_two_steps_tell_what_one_tells(
    write_data: Any,
    series_entry: Any,
    tmp_path_factory: Any,
    figures: dict[tuple[str, str], int],
    days: list[str],
) -> None:
    rows = [
        f"cn.loans,{period},{value},{vintage},page" for (period, vintage), value in sorted(figures.items())
    ]
    store = Store.open(write_data(tmp_path_factory.mktemp("d"), rows, {"cn.loans": series_entry()}))
    first, second, third = days
    (one,) = revisions(store, ["cn.loans"], first, second)
    (two,) = revisions(store, ["cn.loans"], second, third)
    (whole,) = revisions(store, ["cn.loans"], first, third)
    assert one.removed == two.removed == whole.removed == ()
    total: dict[str, float] = {}
    for step in (one, two):
        for row in step.revised.itertuples():
            total[str(row.period)] = total.get(str(row.period), 0) + row.change
    known_at_first = set(whole.revised["period"])
    changed = {period: change for period, change in total.items() if change and period in known_at_first}
    assert changed == dict(zip(whole.revised["period"], whole.revised["change"], strict=True))

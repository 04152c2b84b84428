"""What was known when: the store picks vintages as a reader of that day would have seen them."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_credit.data.missing import Missing
from consumer_credit.data.store import Observation, Store
from consumer_credit.errors import DataError

MakeStore = Callable[..., Store]
Entry = Callable[..., dict[str, Any]]

THREE_VINTAGES = (
    "cn.loans,2016-11,90,2016-12,page",
    "cn.loans,2016-12,100,2017-01-20,page",
    "cn.loans,2016-12,99,2018-01,page",
    "cn.loans,2016-12,105,2024-12,page",
)


def test_as_of_picks_the_newest_vintage_not_later_than_the_date(make_store: MakeStore) -> None:
    store = make_store(*THREE_VINTAGES)
    known = {
        date: store.as_of("cn.loans", date, in_units=False).set_index("period").value["2016-12"]
        for date in ("2017-01-20", "2018-01-30", "2018-01-31", "2030-01-01", "latest")
    }
    assert known == {
        "2017-01-20": 100,
        "2018-01-30": 100,
        "2018-01-31": 99,
        "2030-01-01": 105,
        "latest": 105,
    }


def test_a_month_is_known_from_its_last_day(make_store: MakeStore) -> None:
    store = make_store("cn.loans,2016-12,100,2017-02,page")
    assert store.as_of("cn.loans", "2017-02-27", strict=True).empty
    assert store.as_of("cn.loans", "2017-02-28", strict=True).period.tolist() == ["2016-12"]


def test_a_period_published_then_but_held_only_later_is_shown_from_the_oldest_vintage_and_marked(
    make_store: MakeStore,
) -> None:
    store = make_store("cn.loans,2016-12,99,2018-01,page", "cn.loans,2016-12,105,2024-12,page")
    frame = store.as_of("cn.loans", dt.date(2017, 4, 25), in_units=False)
    assert frame[["period", "value", "vintage", "later_vintage"]].values.tolist() == [
        ["2016-12", 99.0, "2018-01", True]
    ]


def test_strict_leaves_out_what_only_a_later_vintage_knows(make_store: MakeStore) -> None:
    store = make_store("cn.loans,2016-11,90,2016-12,page", "cn.loans,2016-12,99,2018-01,page")
    frame = store.as_of("cn.loans", "2017-04-25", strict=True)
    assert frame.period.tolist() == ["2016-11"]
    assert not frame.later_vintage.any()


def test_a_period_not_yet_published_then_is_missing_even_without_strict(make_store: MakeStore) -> None:
    store = make_store("cn.loans,2016-11,90,2016-12,page", "cn.loans,2016-12,100,2017-01-31,page")
    assert store.as_of("cn.loans", "2017-01-30").period.tolist() == ["2016-11"]
    missing = store.value("cn.loans", "2016-12", "2017-01-30")
    assert missing == Missing(
        "not_yet_published",
        "cn.loans",
        "2016-12",
        {"as_of": "2017-01-30", "first": "2016-11", "last": "2016-11", "expected": "2017-01-31"},
    )


def test_a_series_is_not_published_before_its_own_beginning(
    make_store: MakeStore, series_entry: Entry
) -> None:
    store = make_store(
        "cn.loans,2016-12,100,2018-01,page", series={"cn.loans": series_entry(first_published="2018-01")}
    )
    missing = store.value("cn.loans", "2016-12", "2017-04-25")
    assert isinstance(missing, Missing)
    assert missing.code == "not_yet_published"
    assert store.as_of("cn.loans", "2017-04-25").empty


def test_strict_says_that_only_a_later_vintage_is_held(make_store: MakeStore) -> None:
    missing = make_store(*THREE_VINTAGES[2:]).value("cn.loans", "2016-12", "2017-04-25", strict=True)
    assert isinstance(missing, Missing)
    assert (missing.code, missing.details["vintage"]) == ("later_vintage_only", "2018-01")


def test_missing_tells_gaps_from_periods_never_published(make_store: MakeStore, series_entry: Entry) -> None:
    store = make_store(
        "cn.loans,2016-10,88,2016-11,page",
        "cn.loans,2016-12,100,2017-01,page",
        series={"cn.loans": series_entry(ended="2016-12")},
    )
    codes = {}
    for period in ("2016-09", "2016-11", "2020-12"):
        missing = store.value("cn.loans", period)
        assert isinstance(missing, Missing)
        assert (missing.details["first"], missing.details["last"]) == ("2016-10", "2016-12")
        codes[period] = missing.code
    assert codes == {"2016-09": "no_observation", "2016-11": "gap", "2020-12": "no_observation"}


@pytest.mark.parametrize(
    ("day", "code"), [("2017-03-02", "not_yet_published"), ("2017-03-03", "no_observation")]
)
def test_on_the_day_of_its_release_a_figure_is_due(make_store: MakeStore, day: str, code: str) -> None:
    missing = make_store("cn.loans,2016-12,100,2017-01-31,page").value("cn.loans", "2017-01", day)
    assert isinstance(missing, Missing)
    assert missing.code == code


def test_latest_asks_no_clock_what_is_not_yet_published(make_store: MakeStore) -> None:
    store = make_store("cn.loans,2016-12,100,2017-01-31,page")
    missing = store.value("cn.loans", "2017-01")
    assert isinstance(missing, Missing)
    assert (missing.code, missing.details["expected"]) == ("not_yet_published", "2017-03-03")


def test_values_come_in_whole_units_and_per_cent_as_exact_fractions(
    make_store: MakeStore, series_entry: Entry
) -> None:
    store = make_store(
        "cn.loans,2016-12,250472.29,2017-01,page",
        "cn.rate,2016-12,33.66,2017-01,page",
        series={
            "cn.loans": series_entry(),
            "cn.rate": series_entry(unit="percent", scale=0.01, kind="rate"),
        },
    )
    loans, rate = store.value("cn.loans", "2016-12"), store.value("cn.rate", "2016-12")
    assert isinstance(loans, Observation)
    assert isinstance(rate, Observation)
    assert loans.value == 25_047_229_000_000
    assert rate.value == 0.3366
    assert store.observations("cn.loans").value.tolist() == [250472.29]


def test_a_derived_series_says_so_in_every_row(make_store: MakeStore, series_entry: Entry) -> None:
    derived = {"formula": {"en": "a / b", "zh": "a / b"}, "ingredients": ["a", "b"]}
    store = make_store("cn.loans,2016-12,1,2017-01,page", series={"cn.loans": series_entry(derived=derived)})
    assert store.as_of("cn.loans").derived.tolist() == [True]


def test_a_derived_figure_is_not_known_before_its_ingredients(
    make_store: MakeStore, series_entry: Entry
) -> None:
    derived = {"formula": {"en": "a / b", "zh": "a / b"}, "ingredients": ["a", "b"]}
    store = make_store("cn.loans,2016-12,1,2018-01,page", series={"cn.loans": series_entry(derived=derived)})
    assert store.as_of("cn.loans", "2017-04-25").empty
    missing = store.value("cn.loans", "2016-12", "2017-04-25")
    assert isinstance(missing, Missing)
    assert (missing.code, missing.details["expected"]) == ("not_yet_published", "2018-01-31")


def test_every_vintage_stays_readable_oldest_first(make_store: MakeStore) -> None:
    frame = make_store(*reversed(THREE_VINTAGES)).observations("cn.loans")
    assert frame.vintage.tolist() == ["2016-12", "2017-01-20", "2018-01", "2024-12"]
    assert frame.attrs["series"] == "cn.loans"


def test_the_store_remembers_which_series_were_read(make_store: MakeStore, series_entry: Entry) -> None:
    store = make_store(*THREE_VINTAGES, series={"cn.loans": series_entry(), "cn.other": series_entry()})
    assert store.read_series == set()
    store.as_of("cn.loans")
    assert store.read_series == {"cn.loans"}


def test_a_file_is_read_only_when_one_of_its_series_is_asked_for(make_store: MakeStore) -> None:
    store = make_store("cn.loans,2016-12,broken,2017-01,page")
    assert store.catalogue.series
    with pytest.raises(DataError, match=r"data/observations/maker.csv, row 2, column value"):
        store.as_of("cn.loans")


def test_an_unknown_series_is_named_with_the_nearest_known_one(make_store: MakeStore) -> None:
    with pytest.raises(DataError, match=r"unknown series 'cn\.loan' — did you mean 'cn\.loans'\?"):
        make_store(*THREE_VINTAGES).as_of("cn.loan")


def test_a_period_of_another_frequency_is_refused(make_store: MakeStore) -> None:
    with pytest.raises(DataError, match="'2016' is not a period of the monthly series"):
        make_store(*THREE_VINTAGES).value("cn.loans", "2016")


@pytest.mark.parametrize("text", ["yesterday", "2017-13", "2017-02-30", "2017"])
def test_an_as_of_that_is_no_date_is_refused(make_store: MakeStore, text: str) -> None:
    with pytest.raises(DataError):
        make_store(*THREE_VINTAGES).as_of("cn.loans", text)


def test_corrections_mend_what_is_read_and_leave_the_file_as_it_is(
    make_store: MakeStore, tmp_path: Path
) -> None:
    make_store("cn.loans,2016-11,9981.35,2016-12,page", "cn.loans,2016-12,7,2017-01,page")
    (tmp_path / "data" / "corrections.yaml").write_text(
        """
- {series: cn.loans, period: 2016-11, action: replace, value: 981.35, expect: 9981.35,
   reason: {en: misprint, zh: 误印}, reported_to: nobody}
- {series: cn.loans, period: 2016-12, action: drop, expect: 7,
   reason: {en: misprint, zh: 误印}, reported_to: nobody}
""",
        encoding="utf-8",
    )
    store = Store.open(tmp_path / "data")
    assert store.observations("cn.loans").value.tolist() == [981.35]
    assert [row.value for row in store.rows("cn.loans")] == [9981.35, 7]


MONTHS = [f"{year}-{month:02d}" for year in (2015, 2016) for month in range(1, 13)]
DAYS = st.dates(dt.date(2015, 1, 1), dt.date(2018, 12, 31))


@settings(max_examples=60, deadline=None)
@given(
    cells=st.sets(st.tuples(st.sampled_from(MONTHS), DAYS), min_size=1, max_size=30),
    dates=st.lists(DAYS, min_size=2, max_size=5),
)
def test_a_later_date_never_knows_less(
    cells: set[tuple[str, dt.date]],
    dates: list[dt.date],
    series_entry: Entry,
    write_data: Callable[..., Path],
) -> None:
    rows = [f"cn.loans,{period},{n},{day},page" for n, (period, day) in enumerate(sorted(cells))]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(write_data(Path(folder) / "data", rows, {"cn.loans": series_entry()}))
        for strict in (False, True):
            known = [set(store.as_of("cn.loans", date, strict).period) for date in sorted(dates)]
            assert all(earlier <= later for earlier, later in itertools.pairwise(known))
            assert known[-1] <= set(store.as_of("cn.loans").period)


@settings(max_examples=60, deadline=None)
@given(cells=st.sets(st.tuples(st.sampled_from(MONTHS), DAYS), min_size=1, max_size=30), date=DAYS)
def test_what_is_shown_was_known_then_unless_it_is_marked(
    cells: set[tuple[str, dt.date]], date: dt.date, series_entry: Entry, write_data: Callable[..., Path]
) -> None:
    rows = [f"cn.loans,{period},{n},{day},page" for n, (period, day) in enumerate(sorted(cells))]
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(write_data(Path(folder) / "data", rows, {"cn.loans": series_entry()}))
        shown = store.as_of("cn.loans", date, in_units=False)
        columns = ["period", "value", "vintage", "source", "later_vintage"]
        assert [(*row[:4], later) for row, later in store.known_rows("cn.loans", date)] == list(
            shown[columns].itertuples(index=False, name=None)
        )
        for row in shown.itertuples():
            held = sorted(day for period, day in cells if period == row.period)
            known = [day for day in held if day <= date]
            assert row.later_vintage == (not known)
            assert row.vintage == str(known[-1] if known else held[0])

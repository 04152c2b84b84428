"""The observations files: what damage is refused, where, and what the published figures are."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data.missing import Missing
from consumer_credit.data.store import Observation, Store
from consumer_credit.errors import DataError

MakeStore = Callable[..., Store]
GOOD = ("cn.loans,2016-11,90,2016-12,page", "cn.loans,2016-12,100,2017-01,page")

NOT_A_NUMBER = {
    "a thousands separator": "250 472.29",
    "a word for a number": "n/a",
    "an exponent": "2.5e5",
    "infinity": "inf",
    "an underscore": "1_000",
    "an empty value": "",
    "full-width digits": "１００",
}
DAMAGE = {
    **{
        name: (f"cn.loans,2016-10,{value},2016-11,page", f"column value: value '{value}' is not a number")
        for name, value in NOT_A_NUMBER.items()
    },
    "a field too few": ("cn.loans,2016-10,100,2016-11", "4 fields instead of 5"),
    "a decimal comma": ("cn.loans,2016-10,100,5,2016-11,page", "6 fields instead of 5"),
    "an empty row": ("", "0 fields instead of 5"),
    "a month thirteen": ("cn.loans,2016-13,1,2017-01,page", "column period: '2016-13' is not a period"),
    "full-width months": ("cn.loans,2016-１0,1,2017-01,page", "column period: '2016-１0' is not a period"),
    "a quarter": ("cn.loans,2016-Q3,1,2017-01,page", "is not a period of this monthly series"),
    "a vintage in words": ("cn.loans,2016-10,1,January 2017,page", "column vintage: 'January 2017'"),
    "a day the calendar lacks": ("cn.loans,2016-10,1,2017-02-30,page", "column vintage: '2017-02-30'"),
    "a quarter for a vintage": ("cn.loans,2016-10,1,2017-Q1,page", "column vintage: '2017-Q1'"),
    "an unknown series": ("cn.lones,2016-10,1,2017-01,page", "column series: unknown series 'cn.lones'"),
    "an unknown source": ("cn.loans,2016-10,1,2017-01,no", "column source: unknown source 'no'"),
    "the same key twice": ("cn.loans,2016-11,91,2016-12,page", "stand already in row 2"),
}


@pytest.mark.parametrize(("row", "message"), DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_row_is_refused_in_one_line_with_file_row_and_column(
    make_store: MakeStore, row: str, message: str
) -> None:
    store = make_store(*GOOD, row, "cn.loans,2017-01,110,2017-02,page")
    with pytest.raises(DataError) as refused:
        store.load_all()
    text = str(refused.value)
    assert text.startswith("data/observations/maker.csv, row 4")
    assert message in text
    assert " — " in text, "no remedy given"
    assert "\n" not in text
    assert refused.value.exit_code == 3


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("series,period,value,vintage", "column 'source' is missing"),
        ("series;period;value;vintage;source", "column 'series' is missing"),
        ("series,value,period,vintage,source", "the columns are series,value,period,vintage,source"),
        ("", "column 'series' is missing"),
    ],
)
def test_a_wrong_header_is_refused(make_store: MakeStore, tmp_path: Path, header: str, message: str) -> None:
    store = make_store(*GOOD)
    path = tmp_path / "data" / "observations" / "maker.csv"
    path.write_text("\n".join([header, *GOOD, ""]), encoding="utf-8")
    with pytest.raises(DataError, match=rf"data/observations/maker\.csv, row 1: {message}"):
        store.load_all()


def test_a_file_that_is_not_utf8_is_refused(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store(*GOOD)
    path = tmp_path / "data" / "observations" / "maker.csv"
    path.write_bytes("series,period,value,vintage,source\n住户,2016-12,1,2017-01,page\n".encode("gb18030"))
    with pytest.raises(DataError, match=r"maker\.csv: is not UTF-8 text"):
        store.load_all()


def test_a_missing_file_is_refused(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store(*GOOD)
    (tmp_path / "data" / "observations" / "maker.csv").unlink()
    with pytest.raises(DataError, match=r"data/observations/maker\.csv: the file is missing"):
        store.load_all()


def test_what_spreadsheets_add_to_a_sound_file_is_read(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store(*GOOD)
    path = tmp_path / "data" / "observations" / "maker.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert store.observations("cn.loans").value.tolist() == [90, 100]


def test_rows_carry_the_line_an_editor_shows(make_store: MakeStore) -> None:
    assert [row.line for row in make_store(*GOOD).rows("cn.loans")] == [2, 3]


def test_a_field_over_two_lines_does_not_shift_the_row_that_is_named(make_store: MakeStore) -> None:
    store = make_store(*GOOD, 'cn.loans,2017-01,110,2017-02,"page', '"', "cn.loans,2017-02,x,2017-03,page")
    with pytest.raises(DataError, match=r"maker\.csv, row 5, column source"):
        store.load_all()
    store = make_store('"cn.loans', '",2017-01,110,2017-02,page')
    with pytest.raises(DataError, match=r"maker\.csv, row 3, column series"):
        store.load_all()


# --- the published figures themselves ---


def level(store: Store, series: str, period: str, as_of: str = "latest") -> float:
    observation = store.value(series, period, as_of, in_units=False)
    assert isinstance(observation, Observation), observation
    return observation.value


def test_household_consumer_loans_at_the_end_of_2016(published: Store) -> None:
    assert level(published, "cn.household_consumer_loans", "2016-12") == 250472.29
    short = level(published, "cn.household_consumer_loans.short", "2016-12")
    medium_long = level(published, "cn.household_consumer_loans.medium_long", "2016-12")
    assert (round(short), round(medium_long)) == (49313, 201159)


def test_consumer_loans_split_sums_to_total_in_every_month(published: Store) -> None:
    names = [f"cn.household_consumer_loans{part}" for part in ("", ".short", ".medium_long")]
    total, short, medium_long = (
        published.as_of(name, in_units=False).set_index("period").value for name in names
    )
    difference = (total - short - medium_long).dropna()
    assert len(difference) == len(total) == 220
    assert difference.abs().max() < 0.05


def test_the_ratios_of_the_end_of_2016_follow_from_the_published_levels(published: Store) -> None:
    loans = level(published, "cn.household_consumer_loans", "2016-12")
    assert loans / level(published, "cn.gdp", "2016", "2017-04-25") == pytest.approx(0.3366, abs=5e-5)
    assert loans / level(published, "cn.gdp", "2016") == pytest.approx(0.329, abs=5e-4)
    purchase = level(published, "cn.housing_loans.purchase", "2016-12", "2017-04-25")
    assert (loans - purchase) / 744127 == pytest.approx(0.0794, abs=5e-5)
    housing = level(published, "cn.housing_loans.housing.derived_2016", "2016-12")
    assert (loans - housing) == pytest.approx(71260, abs=50)


def test_chinese_gdp_of_2016_stands_in_every_vintage(published: Store) -> None:
    frame = published.observations("cn.gdp")
    assert frame[frame.period == "2016"].value.tolist() == [
        744127, 744127.2, 743585, 743585.5, 740060.8, 746395.1, 761193,
    ]  # fmt: skip


def test_the_fourth_quarter_to_date_is_the_year_in_each_vintage(published: Store) -> None:
    annual = published.observations("cn.gdp")
    by_year = annual.groupby("period").value.apply(set)
    quarters = published.observations("cn.gdp.year_to_date")
    fourth = quarters[quarters.period.str.endswith("Q4")]
    assert len(fourth) > 25
    for row in fourth.itertuples():
        assert row.value in by_year[row.period[:4]], row


def test_the_end_of_2025_is_the_rmb_and_foreign_currency_total(published: Store) -> None:
    total = level(published, "cn.household_consumer_loans.rmb_fx", "2025-12")
    housing = level(published, "cn.housing_loans.housing", "2025-12")
    assert (total - housing) / level(published, "cn.gdp", "2025") == pytest.approx(0.151, abs=5e-4)
    rmb = published.value("cn.household_consumer_loans", "2025-12")
    assert isinstance(rmb, Missing)


def test_the_bank_subtracts_housing_loans_from_the_rmb_and_foreign_currency_total(published: Store) -> None:
    total = level(published, "cn.household_consumer_loans.rmb_fx", "2024-12")
    housing = level(published, "cn.housing_loans.housing", "2024-12")
    official = level(published, "cn.consumer_loans_ex_housing.official", "2024-12")
    assert total - housing == pytest.approx(210140.5, abs=0.1)
    assert official == pytest.approx(total - housing, abs=50)


DERIVED = {
    "cn.housing_loans.housing.derived_2016": ("2016-12", 219000 / 1.222, "2018-01"),
    "cn.housing_loans.housing.derived_2020_low": ("2020-12", 383200 / 1.113, "2022-01"),
    "cn.housing_loans.housing.derived_2020_high": ("2020-12", 302000 * 1.146, "2021-01"),
    "cn.housing_loans.housing.derived_2023": ("2023-12", 388000 * 0.984, "2024-01"),
    "cn.housing_loans.purchase.derived_2014": ("2014-12", 141800 - 26600, "2016-01"),
}


@pytest.mark.parametrize("series", DERIVED)
def test_derived_levels_follow_from_their_formula_and_are_no_older_than_their_ingredients(
    published: Store, series: str
) -> None:
    period, value, vintage = DERIVED[series]
    frame = published.observations(series)
    assert frame[["period", "vintage"]].values.tolist() == [[period, vintage]]
    assert frame.value[0] == pytest.approx(value, abs=0.006)
    assert published.as_of(series).derived.all()


def test_housing_loans_of_2020_are_a_range_and_no_level(published: Store) -> None:
    missing = published.value("cn.housing_loans.housing", "2020-12")
    assert isinstance(missing, Missing)
    assert missing.code == "gap"
    low = level(published, "cn.housing_loans.housing.derived_2020_low", "2020-12")
    high = level(published, "cn.housing_loans.housing.derived_2020_high", "2020-12")
    assert (round(low, -2), round(high, -2)) == (344300, 346100)


def test_g19_was_revised_down_after_2016(published: Store) -> None:
    frame = published.observations("us.consumer_credit")
    end_2015 = frame[frame.period == "2015-12"].set_index("vintage").value
    assert round(end_2015["2016-11-19"] / 1e3, 1) == 3535.7
    assert round(end_2015.iloc[-1] / 1e3, 1) == 3400.2


def test_the_us_ratio_as_known_in_april_2017_and_today(published: Store) -> None:
    known = level(published, "us.consumer_credit.as_known_2017_04", "2016-12", "2017-04-25")
    gdp = level(published, "us.gdp.annual", "2016", "2017-04-25")
    assert (round(known / 1e3), gdp) == (3762, 18565.6)
    assert known / 1e3 / gdp == pytest.approx(0.203, abs=5e-4)
    quarters = published.as_of("us.gdp", in_units=False).set_index("period").value
    today = quarters[[f"2016-Q{quarter}" for quarter in range(1, 5)]].mean()
    assert level(published, "us.consumer_credit", "2016-12") / 1e3 / today == pytest.approx(0.193, abs=5e-4)


def test_g19_total_is_revolving_plus_nonrevolving_within_the_same_vintage(published: Store) -> None:
    keys = ["period", "vintage"]
    total, revolving, nonrevolving = (
        published.observations(f"us.consumer_credit{part}").set_index(keys).value
        for part in ("", ".revolving", ".nonrevolving")
    )
    difference = (total - revolving - nonrevolving).dropna()
    assert difference.reset_index().vintage.nunique() >= 3
    assert difference.abs().max() < 0.02


def test_bis_releases_are_never_one_vintage(published: Store) -> None:
    frame = published.observations("in.household_credit.pct_gdp")
    end_2016 = frame[frame.period == "2016-Q4"].set_index("vintage").value
    assert (end_2016["2019-09"], end_2016["2026-06"]) == (10.1, 35.2)


def test_a_month_never_published_stays_missing(published: Store) -> None:
    missing = published.value("us.cpi", "2025-10")
    assert isinstance(missing, Missing)
    assert missing.code == "gap"


def test_cards_misprinted_in_the_press_are_mended(published: Store) -> None:
    assert level(published, "cn.credit_cards.overdue_180d", "2023-12") == 981.35
    assert isinstance(published.value("cn.credit_cards.outstanding", "2012-09"), Missing)


@pytest.mark.parametrize("as_of", ["2017-04-25", "2020-12-31", "2024-06"])
def test_the_project_never_knows_less_on_a_later_date(published: Store, as_of: str) -> None:
    for series in published.catalogue.series:
        if not series.endswith(("_bn", "_unadjusted")):
            earlier = set(published.as_of(series, as_of).period)
            assert earlier <= set(published.as_of(series).period), series


def test_observations_files_are_sorted_and_in_one_number_format(published: Store) -> None:
    for path in sorted((published.folder / "observations").glob("*.csv")):
        content = path.read_bytes()
        assert b"\r" not in content, path.name
        lines = content.decode("utf-8").splitlines()[1:]
        rows = [line.split(",") for line in lines]
        keys = [(series, period, vintage) for series, period, _, vintage, _ in rows]
        assert keys == sorted(keys), path.name
        untidy = [v for _, _, v, _, _ in rows if "." in v and v.endswith(("0", "."))]
        assert untidy == [], path.name


def test_loading_the_whole_store_does_not_keep_a_build_waiting(published: Store) -> None:
    def seconds(step: Callable[[], Any]) -> float:
        start = time.process_time()
        step()
        return time.process_time() - start

    fresh = [Store.open(published.folder) for _ in range(3)]
    opening = min(seconds(lambda: Store.open(published.folder)) for _ in range(3))
    loading = min(seconds(store.load_all) for store in fresh)
    assert opening + loading < 1.0, "the aim is 0.5 s on a quiet machine"

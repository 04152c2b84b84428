"""An import shows what it would change, changes all of it or nothing, and never takes away what was known."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data.comparing import _alike
from consumer_credit.data.importing import apply, plan_import
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError

Write = Callable[..., Path]
Entry = Callable[..., dict[str, Any]]

CREDIT = {
    "unit": "USD",
    "scale": 1e6,
    "publication_lag_days": 40,
    "range": {"min": 1000, "max": 20_000_000},
    "keys": {"fred": "TOTALSL", "ddp": "DTCTL.M"},
}
STUDENT = CREDIT | {"frequency": "quarterly", "keys": {"fred": "SLOAS", "ddp": "DTCTLNS_N.M"}}
RATE = {
    "unit": "percent", "scale": 0.01, "kind": "rate", "frequency": "quarterly", "publication_lag_days": 60,
    "keys": {"fred": "DRCCLACBS"},
}  # fmt: skip
HOUSEHOLD = {"keys": {"pbc": "人民币/住户贷款"}, "range": {"min": 1000, "max": 3_000_000}}
HELD = (
    "us.credit,2016-07,3660000.1,2016-11-19,file",
    "us.credit,2016-08,3680000.2,2016-11-19,file",
    "us.credit,2016-09,3699600.5,2016-11-19,file",
)


@pytest.fixture
def folder(tmp_path: Path, write_data: Write, series_entry: Entry) -> Path:
    """Credit held of one vintage; student loans, a rate and Chinese loans described and empty."""
    series = {
        "us.credit": series_entry(**CREDIT),
        "us.student": series_entry(**STUDENT),
        "us.rate": series_entry(**RATE),
        "cn.household": series_entry(**HOUSEHOLD),
    }
    return write_data(tmp_path / "data", HELD, series)


def text_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def fred(path: Path, **figures: float | str) -> Path:
    """A FRED download, ``m2016_09=3699600.5``; the series is the file's name in capitals."""
    rows = "".join(f"{name[1:].replace('_', '-')}-01,{value}\n" for name, value in figures.items())
    return text_file(path, f"observation_date,{path.stem.upper()}\n{rows}")


def snapshot(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for part in ("catalogue", "observations")
        for path in sorted((folder / part).iterdir())
    }


def rows(folder: Path) -> list[str]:
    return (folder / "observations" / "maker.csv").read_text(encoding="utf-8").splitlines()[1:]


def test_planning_writes_nothing(folder: Path, tmp_path: Path) -> None:
    before = snapshot(folder)
    plan = plan_import([fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)], folder)
    assert plan.counts() == {"added": 1, "revised": 0, "confirmed": 0, "unchanged": 0}
    assert snapshot(folder) == before


def test_an_import_adds_rows_that_cite_the_file_that_brought_them(folder: Path, tmp_path: Path) -> None:
    path = fred(tmp_path / "TOTALSL.csv", m2016_09=3699600.5, m2016_10=3712000.5)
    apply(plan_import([path], folder, vintage="2016-12-07"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert rows(folder)[-2:] == [
        f"us.credit,2016-09,3699600.5,2016-12-07,maker-import-{digest[:12]}",
        f"us.credit,2016-10,3712000.5,2016-12-07,maker-import-{digest[:12]}",
    ]
    source = Store.open(folder).catalogue.sources[f"maker-import-{digest[:12]}"]
    assert source.obtained_from == f"imported file TOTALSL.csv, {path.stat().st_size} bytes, sha256 {digest}"
    assert str(tmp_path) not in (folder / "catalogue" / "imports.yaml").read_text(encoding="utf-8")


def test_importing_the_same_file_again_changes_nothing(folder: Path, tmp_path: Path) -> None:
    path = fred(tmp_path / "TOTALSL.csv", m2016_09=3700000.0, m2016_10=3712000.5)
    apply(plan_import([path], folder))
    before = snapshot(folder)
    again = plan_import([path], folder)
    assert again.is_empty
    assert again.counts() == {"added": 0, "revised": 0, "confirmed": 0, "unchanged": 2}
    apply(again)
    assert snapshot(folder) == before


def test_a_revision_is_a_new_vintage_and_what_was_known_stays_readable(folder: Path, tmp_path: Path) -> None:
    plan = plan_import(
        [fred(tmp_path / "TOTALSL.csv", m2016_08=3681000.0, m2016_09=3699600.5)], folder, vintage="2017-01-09"
    )
    assert [(c.period, c.outcome, c.held_value, c.held_vintage) for c in plan.changes.itertuples()] == [
        ("2016-08", "revised", 3680000.2, "2016-11-19"),
        ("2016-09", "confirmed", 3699600.5, "2016-11-19"),
    ]
    apply(plan)
    store = Store.open(folder)
    then, now = (store.as_of("us.credit", day, in_units=False) for day in ("2016-12-31", "latest"))
    assert list(then["value"]) == [3660000.1, 3680000.2, 3699600.5]
    assert list(now["value"]) == [3660000.1, 3681000.0, 3699600.5]


def test_an_older_vintage_found_later_takes_its_place_before_the_newer(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([fred(tmp_path / "TOTALSL.csv", m2016_07=3650000.0)], folder, vintage="2016-09-09"))
    known = Store.open(folder).as_of("us.credit", "2016-10-01", strict=True, in_units=False)
    assert list(known["value"]) == [3650000.0]


def test_another_value_for_the_same_vintage_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"us.credit 2016-09 is 3699601, but 3699600.5 is held.*2016-11-19.*--vintage"
    ):
        plan_import([fred(tmp_path / "TOTALSL.csv", m2016_09=3699601.0)], folder, vintage="2016-11-19")


def test_files_come_in_together_or_not_at_all(folder: Path, tmp_path: Path) -> None:
    good = fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)
    damaged = text_file(tmp_path / "damaged.csv", "observation_date,SLOAS\n2016-07-01,12,3\n")
    strange = text_file(tmp_path / "strange.csv", "nothing,known\n1,2\n")
    before = snapshot(folder)
    with pytest.raises(DataError, match="2 of 3 files cannot be imported; nothing was changed") as refused:
        plan_import([good, damaged, strange], folder)
    assert "damaged.csv, row 2: 3 cells in this row" in str(refused.value)
    assert "strange.csv: not recognised: expected a file of" in str(refused.value)
    assert snapshot(folder) == before


def test_the_order_of_files_in_one_import_does_not_matter(
    folder: Path, tmp_path: Path, write_data: Write
) -> None:
    paths = [
        fred(tmp_path / "a" / "TOTALSL.csv", m2016_10=3712000.5),
        fred(tmp_path / "b" / "TOTALSL.csv", m2016_10=3712000.5, m2016_11=3720000.5),
        fred(tmp_path / "c" / "DRCCLACBS.csv", m2016_07=2.29),
    ]
    forward, backward = (plan_import(order, folder).outputs for order in (paths, paths[::-1]))
    assert forward == backward


def test_the_same_file_given_twice_counts_once(folder: Path, tmp_path: Path) -> None:
    path = fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)
    assert plan_import([path, path], folder).counts()["added"] == 1


def test_a_file_without_a_date_is_as_old_as_the_month_before_the_next_release(
    folder: Path, tmp_path: Path
) -> None:
    plan = plan_import([fred(tmp_path / "TOTALSL.csv", m2016_09=3700000.0, m2016_10=3712000.5)], folder)
    assert set(plan.changes["vintage"]) == {
        "2016-12"
    }  # October comes out on 10 December, November on 9 January
    quarterly = plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_07=2.29)], folder)
    assert set(quarterly.changes["vintage"]) == {
        "2017-02"
    }  # the third quarter in November, the fourth in March


def test_a_file_without_a_date_takes_the_day_under_which_its_figures_are_held(
    folder: Path, tmp_path: Path
) -> None:
    same = fred(tmp_path / "TOTALSL.csv", m2016_07=3660000.1, m2016_08=3680000.2, m2016_09=3699600.5)
    assert plan_import([same], folder).is_empty
    other = fred(
        tmp_path / "other" / "TOTALSL.csv", m2016_07=3660000.1, m2016_08=3680000.2, m2016_09=3699600.6
    )
    assert set(plan_import([other], folder).changes["vintage"]) == {"2016-11"}


def test_a_file_that_names_no_series_is_known_by_its_figures_or_its_name(
    folder: Path, tmp_path: Path
) -> None:
    known = text_file(tmp_path / "download.csv", "date,value\n2016-08-01,3680000.2\n2016-09-01,3699600.5\n")
    assert set(plan_import([known], folder).changes["series"]) == {"us.credit"}
    called = text_file(tmp_path / "drcclacbs.csv", "date,value\n2016-07-01,2.29\n")
    assert set(plan_import([called], folder).changes["series"]) == {"us.rate"}
    told = text_file(tmp_path / "anything.csv", "date,value\n2016-07-01,2.29\n")
    assert set(plan_import([told], folder, series="us.rate").changes["series"]) == {"us.rate"}
    with pytest.raises(
        DataError, match=r"does not say which series it holds.*name the file after the publisher's id"
    ):
        plan_import([told], folder)


def test_a_name_that_contradicts_the_figures_is_refused(folder: Path, tmp_path: Path) -> None:
    path = text_file(tmp_path / "DRCCLACBS.csv", "date,value\n2016-07-01,3660000.1\n2016-10-01,3712000.5\n")
    held = fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)
    apply(plan_import([held], folder))
    with pytest.raises(DataError, match=r"the name says us.rate, the figures are those of us.credit"):
        plan_import([path], folder)


PBOC = """\
金融机构人民币信贷收支表
单位：{unit}
项目 Item,2016.01,2016.02
一、各项贷款 Total Loans,{a},{b}
1.住户贷款 Loans to Households,{a},{b}
"""


def pboc(path: Path, unit: str, a: object, b: object) -> Path:
    return text_file(path, PBOC.format(unit=unit, a=a, b=b))


def test_a_unit_the_file_states_is_converted_to_the_catalogues_and_said(folder: Path, tmp_path: Path) -> None:
    plan = plan_import([pboc(tmp_path / "t.csv", "万亿元", 27.638308, 27.631795)], folder)
    assert list(plan.changes["value"]) == [276383.08, 276317.95]
    assert any("converted from '单位:万亿元' (× 10000)" in note for note in plan.files[0].notes)


def test_the_same_figure_told_less_exactly_is_not_a_revision(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([pboc(tmp_path / "exact.csv", "亿元", 276383.08, 276317.95)], folder))
    assert plan_import(
        [pboc(tmp_path / "rounded.csv", "万亿元", 27.64, 27.63)], folder, vintage="2017-01"
    ).is_empty


@pytest.mark.parametrize(
    ("value", "outcome", "written"),
    [
        (3680000.2, "confirmed", 3680000.2),
        (3680000.2000004, "confirmed", 3680000.2),  # what is held stays as it was told
        (3680000.3, "revised", 3680000.3),  # the last digit that is published, 3 in 100 million
    ],
)
def test_the_same_figure_told_with_more_digits_is_not_a_revision(
    folder: Path, tmp_path: Path, value: float, outcome: str, written: float
) -> None:
    plan = plan_import([fred(tmp_path / "TOTALSL.csv", m2016_08=value)], folder, vintage="2017-01-09")
    (change,) = plan.changes.itertuples()
    assert (change.outcome, change.value) == (outcome, written)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (
            0.709452,
            0.70945194598888,
            True,
        ),  # a share worked out in a workbook, and rounded to the sixth decimal
        (0.5285, 0.5285004, True),
        (0.5285, 0.52851, False),
        (2.68324234084592e-09, 2.68324234084593e-09, True),  # a rate of exchange
        (
            2.68324234084592e-09,
            2.7e-09,
            False,
        ),  # far less than a millionth apart, and a revision all the same
        (0.0, 0.0, True),
        (0.0, 1e-9, False),
    ],
)
def test_figures_are_one_where_neither_unit_nor_proportion_tells_them_apart(
    one: float, other: float, alike: bool
) -> None:
    assert _alike(one, other) is alike
    assert _alike(other, one) is alike


def test_a_unit_of_another_kind_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"the file states '单位:亿美元' \(USD\), cn.household is kept in CNY"
    ):
        plan_import([pboc(tmp_path / "t.csv", "亿美元", 276383.08, 276317.95)], folder)


def test_billions_without_a_word_are_millions_where_the_range_leaves_one_reading(
    folder: Path, tmp_path: Path
) -> None:
    plan = plan_import([fred(tmp_path / "SLOAS.csv", m2016_04=980.96698, m2016_07=996.1)], folder)
    assert list(plan.changes["value"]) == [980966.98, 996100.0]
    assert any("its range leaves only one reading, × 1000" in note for note in plan.files[0].notes)


def test_a_restated_month_of_the_central_banks_table_bears_the_date_of_the_table(
    folder: Path, tmp_path: Path
) -> None:
    apply(plan_import([pboc(tmp_path / "first.csv", "亿元", 276383.08, "")], folder))
    plan = plan_import([pboc(tmp_path / "second.csv", "亿元", 276400.00, 276417.95)], folder)
    assert [(c.period, c.outcome, c.vintage) for c in plan.changes.itertuples()] == [
        ("2016-01", "revised", "2016-03"),
        ("2016-02", "added", "2016-03"),
    ]
    apply(plan)
    assert plan_import([tmp_path / "second.csv"], folder).is_empty


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"m2016_08": 3680.0, "m2016_09": 3699.6}, "is 0.001 times what is held"),
        ({"m2016_08": 3680000.2, "m2016_09": 36996005.0}, "must lie from 1,000 to 20,000,000"),
        ({"m2016_07": 3660000.1, "m2016_08": 3680000.2, "m2016_09": 369960.05}, r"369,960.05, 0.1 times 3,699,600.5"),
        ({"m2016_09": -3699600.5}, "must lie from 1,000 to"),
        ({"m2016_09": 3699600.5, "m2016_10": 37120.5}, "us.credit 2016-10 is 37,120.5 beside"),
        ({"m2016_09": 3699600.5, "m2016_10": 37120.5, "m2016_11": 3720000.5}, "us.credit 2016-10 is 37,120.5 beside"),
        ({"m2016_10": 37120.5}, "us.credit 2016-10 is 37,120.5 beside"),
    ],
)  # fmt: skip
def test_a_slip_of_magnitude_is_refused(
    folder: Path,
    tmp_path: Path,
    figures: dict[str, float],
    message: str,
    write_data: Write,
    series_entry: Entry,
) -> None:
    if "0.001" in message:  # a range that would let both readings through
        entry = series_entry(**CREDIT | {"range": {"min": 1, "max": 20_000_000}})
        write_data(folder, HELD, {"us.credit": entry})
    with pytest.raises(DataError, match=message):
        plan_import([fred(tmp_path / "TOTALSL.csv", **figures)], folder, vintage="2016-12-31")


def test_a_fraction_for_a_per_cent_is_refused(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_04=2.2, m2016_07=2.29)], folder))
    with pytest.raises(DataError, match=r"is 0.01 times what is held"):
        plan_import(
            [fred(tmp_path / "b" / "DRCCLACBS.csv", m2016_04=0.022, m2016_07=0.0229)],
            folder,
            vintage="2017-05",
        )


def test_a_real_revision_however_large_is_let_in(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_04=10.1, m2016_07=10.4)], folder))
    later = fred(tmp_path / "b" / "DRCCLACBS.csv", m2016_04=35.2, m2016_07=36.0)
    assert plan_import([later], folder, vintage="2017-05").counts()["revised"] == 2


def test_a_figure_of_a_month_that_had_not_ended_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="2016-10 cannot have been known on 2016-10-15"):
        plan_import([fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)], folder, vintage="2016-10-15")


def test_a_wrong_vintage_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="'soon' is not a vintage"):
        plan_import([fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)], folder, vintage="soon")


def test_a_month_given_for_a_quarterly_series_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"2016-08-01 does not begin a period of the quarterly series us.rate"
    ):
        plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_08=2.29)], folder)


def test_a_blank_where_a_figure_is_held_is_told_and_the_figure_stays(folder: Path, tmp_path: Path) -> None:
    path = fred(tmp_path / "TOTALSL.csv", m2016_07="3660000.1", m2016_08=".", m2016_09="3699600.5")
    plan = plan_import([path], folder, vintage="2016-12-31")
    assert plan.withdrawn[["series", "period", "held_value"]].values.tolist() == [
        ["us.credit", "2016-08", 3680000.2]
    ]
    apply(plan)
    assert "us.credit,2016-08,3680000.2,2016-11-19,file" in rows(folder)


G19 = """\
"Series Description","Total","Student","Rate"
"Unit:","Currency","Currency","Percent"
"Multiplier:","1000000","1000000","1"
"Currency:","USD","USD","USD"
"Unique Identifier:","G19/CCOUT/DTCTL.M","G19/CCOUT/DTCTLNS_N.M","G19/TERMS/RIFL.M"
"Time Period","DTCTL.M","DTCTLNS_N.M","RIFL.M"
2016-08,3680000.2,996000.0,4.3
2016-09,3699600.5,997100.0,4.2
"""


def test_what_is_not_collected_is_listed_and_not_dropped_silently(folder: Path, tmp_path: Path) -> None:
    report = plan_import([text_file(tmp_path / "g19.csv", G19)], folder).files[0]
    assert report.not_collected == {"RIFL.M": 2}
    assert report.notes == ("us.student: 1 figure between its quarterly periods left out",)


def test_one_file_has_one_date_taken_from_the_series_that_is_held(folder: Path, tmp_path: Path) -> None:
    text = G19.replace("2016-08", "2016-07,3660000.1,995000.0,4.3\n2016-08", 1)
    changes = plan_import([text_file(tmp_path / "g19.csv", text)], folder).changes
    assert {(c.series, c.outcome, c.vintage) for c in changes.itertuples()} == {
        ("us.credit", "unchanged", "2016-11-19"),
        ("us.student", "added", "2016-11-19"),
    }


def test_a_plain_table_must_name_known_series(folder: Path, tmp_path: Path) -> None:
    path = text_file(
        tmp_path / "t.csv", "series,period,value,vintage\nus.credits,2016-10,3712000.5,2016-12-07\n"
    )
    with pytest.raises(DataError, match=r"unknown series 'us.credits' — did you mean 'us.credit'"):
        plan_import([path], folder)


def test_a_plain_table_is_not_called_official(folder: Path, tmp_path: Path) -> None:
    path = text_file(
        tmp_path / "t.csv", "series,period,value,vintage\nus.credit,2016-10,3712000.5,2016-12-07\n"
    )
    apply(plan_import([path], folder))
    (source,) = (s for name, s in Store.open(folder).catalogue.sources.items() if "import" in name)
    assert source.confidence == "one_source"


def test_a_plan_is_not_applied_to_data_that_changed_since(folder: Path, tmp_path: Path) -> None:
    plan = plan_import([fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)], folder)
    with (folder / "observations" / "maker.csv").open("a", encoding="utf-8") as file:
        file.write("us.rate,2016-Q3,2.29,2016-11,file\n")
    with pytest.raises(DataError, match="changed since the import was planned"):
        apply(plan)


def test_an_observations_file_that_does_not_exist_yet_is_made(folder: Path, tmp_path: Path) -> None:
    (folder / "observations" / "maker.csv").unlink()
    apply(plan_import([fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)], folder))
    assert len(rows(folder)) == 1


def test_sources_of_earlier_imports_are_kept(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([fred(tmp_path / "TOTALSL.csv", m2016_10=3712000.5)], folder))
    apply(plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_07=2.29)], folder))
    assert sum("import" in name for name in Store.open(folder).catalogue.sources) == 2


def test_where_and_when_a_file_was_fetched_goes_into_its_source(folder: Path) -> None:
    content = b"observation_date,TOTALSL\n2016-10-01,3712000.5\n"
    address = "https://fred.stlouisfed.org/graph/fredgraph.csv?id=TOTALSL"
    apply(
        plan_import(
            [PublisherFile("TOTALSL.csv", content, address=address, fetched="2016-12-08T09:00:00Z")], folder
        )
    )
    (source,) = (s for name, s in Store.open(folder).catalogue.sources.items() if "import" in name)
    assert source.addresses == (address,)
    assert source.obtained_from.endswith("fetched 2016-12-08T09:00:00Z")


def test_a_plan_is_told_in_words_and_as_json(folder: Path, tmp_path: Path) -> None:
    plan = plan_import(
        [fred(tmp_path / "TOTALSL.csv", m2016_08=3681000.0, m2016_10=3712000.5)], folder, vintage="2017-01-09"
    )
    told = "\n".join(plan.lines())
    assert "us.credit: 1 added, 1 revised (2016-08 to 2016-10, vintage 2017-01-09)" in told
    assert "revised: us.credit 2016-08: 3680000.2 (2016-11-19) → 3681000 (2017-01-09), +0.03%" in told
    assert "2 rows in 2 files" in told
    assert plan.to_json()["counts"] == {"added": 1, "revised": 1, "confirmed": 0, "unchanged": 0}
    assert plan.to_json()["changes"][1]["held_value"] is None
    nothing = plan_import(
        [fred(tmp_path / "b" / "TOTALSL.csv", m2016_09=3699600.5)], folder, vintage="2016-11-19"
    )
    assert nothing.lines()[-1] == "nothing to import: all of it is held already"

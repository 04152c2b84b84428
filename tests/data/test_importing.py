"""An import shows what it would change, changes all of it or nothing, and never takes away what was known."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from files_to_import import Entry, Write, credit_held, fred, pboc, text_file

from consumer_credit.data.importing import apply, plan_import
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError


@pytest.fixture
def folder(tmp_path: Path, write_data: Write, series_entry: Entry) -> Path:
    """Credit of one vintage is held."""
    return credit_held(tmp_path, write_data, series_entry)


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

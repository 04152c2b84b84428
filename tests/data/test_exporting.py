"""What is taken away is complete, described, harmless in a spreadsheet, and reads back as it was."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.codebook import codebook
from consumer_credit.data.exporting import observations_table, write_bundle
from consumer_credit.data.importing import apply, plan_import
from consumer_credit.data.package import FIELDS, FORMATS
from consumer_credit.data.spreadsheets import MAX_ROWS, Table, harmless, to_csv, to_parquet, to_xlsx
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError

MakeStore = Callable[..., Store]
Entry = Callable[..., dict[str, Any]]
PROJECT = Path(__file__).parents[2]
ROWS = (
    "cn.loans,2016-11,90,2016-12,page",
    "cn.loans,2016-12,100.5,2017-01-20,page",
    "cn.loans,2016-12,-99,2018-01,file",
)


@pytest.fixture(scope="module")
def project_store() -> Store:
    return Store.open(PROJECT / "data")


@pytest.fixture(scope="module")
def few_figures(write_data: Callable[..., Path], series_entry: Entry, tmp_path_factory: Any) -> Store:
    """Two series, three vintages."""
    series = {"cn.loans": series_entry(), "us.loans": series_entry(unit="USD", scale=1e9)}
    rows = [*ROWS, "us.loans,2016-12,3600.25,2017-02-07,page"]
    return Store.open(write_data(tmp_path_factory.mktemp("few"), rows, series))


@pytest.fixture(scope="module")
def as_known_2017(few_figures: Store, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The few figures as known on the article's day, in each format."""
    folders = {form: tmp_path_factory.mktemp(form) for form in FORMATS}
    for form, folder in folders.items():
        write_bundle(few_figures, folder, "2017-04-25", form=form)
    return folders


@pytest.mark.parametrize("form", FORMATS)
def test_frictionless_accepts_every_format(as_known_2017: dict[str, Path], form: str) -> None:
    from frictionless import validate

    report = validate(str(as_known_2017[form] / "datapackage.json"))
    assert report.valid, report.flatten(["taskName", "type", "message"])[:5]
    assert [task.name for task in report.tasks] == ["observations", "series", "sources"]


@pytest.mark.thorough
def test_frictionless_accepts_the_projects_own_figures(project_store: Store, tmp_path: Path) -> None:
    from frictionless import validate

    write_bundle(project_store, tmp_path)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["taskName", "type", "message"])[:5]
    assert report.tasks[0].stats["rows"] > 80_000


def test_frictionless_would_notice_a_changed_figure_and_a_lost_source(
    as_known_2017: dict[str, Path], tmp_path: Path
) -> None:
    from frictionless import validate

    shutil.copytree(as_known_2017["csv"], tmp_path, dirs_exist_ok=True)
    table = tmp_path / "observations.csv"
    table.write_bytes(table.read_bytes().replace(b",2016-12,", b",2016-11,", 1))
    assert not validate(str(tmp_path / "datapackage.json")).valid
    shutil.copy(as_known_2017["csv"] / "observations.csv", table)
    sources = (tmp_path / "sources.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "sources.csv").write_bytes(b"".join(sources[:2]))
    kinds = {kind for (kind,) in validate(str(tmp_path / "datapackage.json")).flatten(["type"])}
    assert "foreign-key" in kinds


@pytest.mark.parametrize("form", FORMATS)
def test_equal_stores_give_equal_bytes(
    few_figures: Store, as_known_2017: dict[str, Path], tmp_path: Path, form: Any
) -> None:
    again = write_bundle(Store.open(few_figures.folder), tmp_path, dt.date(2017, 4, 25), form=form)
    for path in again:
        assert path.read_bytes() == (as_known_2017[form] / path.name).read_bytes()


def _observations(folder: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((folder / "observations.csv").read_text(encoding="utf-8"))))


def test_without_a_date_every_vintage_goes_along(make_store: MakeStore, tmp_path: Path) -> None:
    paths = write_bundle(make_store(*ROWS), tmp_path / "out")
    assert [path.name for path in paths] == [
        "observations.csv",
        "series.csv",
        "sources.csv",
        "codebook.md",
        "datapackage.json",
    ]
    assert [(row["period"], row["value"], row["vintage"]) for row in _observations(tmp_path / "out")] == [
        ("2016-11", "90", "2016-12"),
        ("2016-12", "100.5", "2017-01-20"),
        ("2016-12", "-99", "2018-01"),
    ]


def test_with_a_date_it_is_what_was_known_then(make_store: MakeStore, tmp_path: Path) -> None:
    store = make_store(*ROWS, "cn.loans,2016-10,80,2019-01,page")
    write_bundle(store, tmp_path, "2017-04-25")
    assert [(row["period"], row["value"], row["later_vintage"]) for row in _observations(tmp_path)] == [
        ("2016-10", "80", "true"),
        ("2016-11", "90", "false"),
        ("2016-12", "100.5", "false"),
    ]
    write_bundle(store, tmp_path, "2017-04-25", strict=True)
    assert len(_observations(tmp_path)) == 2


def test_a_bundle_of_another_format_takes_the_place_of_the_last(
    make_store: MakeStore, tmp_path: Path
) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "my notes.txt").write_text("stay", encoding="utf-8")
    store = make_store(*ROWS)
    for form in FORMATS:
        written = write_bundle(store, folder, form=form)
        assert {path.name for path in folder.iterdir()} == {"my notes.txt", *(path.name for path in written)}


def test_a_folder_that_cannot_be_made_is_said_plainly(make_store: MakeStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(DataError, match="cannot be written"):
        write_bundle(make_store(*ROWS), tmp_path / "file")


def test_corrected_figures_are_exported_corrected(project_store: Store) -> None:
    table = observations_table(project_store, None)
    overdue = [row for row in table.rows if row[:2] == ("cn.credit_cards.overdue_180d", "2023-12")]
    assert [row[2] for row in overdue] == [981.35]


FORMULAS = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1+1", "=cmd|' /C calc'!A0", "\n=1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_begin_a_formula_is_made_harmless(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["cn.loans", "2016-12", "a=b", "", "1-2", "住户贷款", "'=1"])
def test_other_text_is_left_alone(text: str) -> None:
    assert harmless(text) == text


def test_titles_from_the_catalogue_cannot_run_in_a_spreadsheet(
    make_store: MakeStore, series_entry: Entry, tmp_path: Path
) -> None:
    evil = {"en": '=HYPERLINK("http://example.org")', "zh": "@SUM(1)"}
    store = make_store(series={"cn.loans": series_entry(title=evil, definition={"en": "+1", "zh": "-1"})})
    for form in ("csv", "xlsx"):
        write_bundle(store, tmp_path / form, form=form)
    (row,) = csv.DictReader(io.StringIO((tmp_path / "csv" / "series.csv").read_text(encoding="utf-8")))
    assert row["title_en"].startswith("'=") and row["title_zh"].startswith("'@")
    assert row["definition_en"] == "'+1" and row["definition_zh"] == "'-1"
    sheet = load_workbook(tmp_path / "xlsx" / "figures.xlsx")["series"]
    cells = [cell for line in sheet.iter_rows() for cell in line]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n", "b"}
    assert '\'=HYPERLINK("http://example.org")' in [cell.value for cell in cells]


def test_negative_figures_stay_figures(tmp_path: Path) -> None:
    table = Table("t", ("v",), [(-99.0,), (1e-7,), (6.02e23,)])
    assert to_csv(table).decode().split() == ["v", "-99", "0.0000001", "602000000000000000000000"]
    (tmp_path / "t.xlsx").write_bytes(to_xlsx([table]))
    sheet = load_workbook(tmp_path / "t.xlsx")["t"]
    assert [cell.value for (cell,) in sheet.iter_rows(min_row=2)] == [-99, 1e-7, 6.02e23]


def test_a_workbook_keeps_no_clock() -> None:
    packed = to_xlsx([Table("t", ("v",), [(1.0,)])])
    with zipfile.ZipFile(io.BytesIO(packed)) as book:
        assert {entry.date_time for entry in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert str(dt.datetime.now(dt.UTC).year).encode() not in book.read("docProps/core.xml")


def test_a_sheet_has_an_end() -> None:
    class Endless(list[tuple[float]]):
        def __len__(self) -> int:
            return MAX_ROWS

    with pytest.raises(DataError, match="export as csv or parquet"):
        to_xlsx([Table("t", ("v",), Endless())])


def test_parquet_has_the_types_the_package_describes(as_known_2017: dict[str, Path]) -> None:
    import pyarrow.parquet as pq

    schema = pq.read_schema(as_known_2017["parquet"] / "observations.parquet")
    assert {field.name: str(field.type) for field in schema} == {
        "series": "string",
        "period": "string",
        "value": "double",
        "vintage": "string",
        "source": "string",
        "later_vintage": "bool",
        "derived": "bool",
    }


def test_an_empty_table_keeps_its_columns() -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(io.BytesIO(to_parquet(Table("t", ("a", "b"), []), {"a": "string", "b": "number"})))
    assert (table.num_rows, table.column_names) == (0, ["a", "b"])


def test_every_column_is_explained(as_known_2017: dict[str, Path]) -> None:
    package = json.loads((as_known_2017["csv"] / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        described = [field["name"] for field in resource["schema"]["fields"]]
        assert described == list(FIELDS[resource["name"]])
        assert all(field["description"] for field in resource["schema"]["fields"])
    assert package["licenses"] and package["sources"]


# -- there and back

PERIODS = st.builds("{:04d}-{:02d}".format, st.integers(2000, 2016), st.integers(1, 12))
VINTAGES = st.builds("{:04d}-{:02d}".format, st.integers(2017, 2026), st.integers(1, 12))
VALUES = st.floats(min_value=100, max_value=700).map(lambda v: float(f"{v:.12g}"))  # of one magnitude
FIGURES = st.dictionaries(
    st.tuples(st.sampled_from(["cn.loans", "us.loans"]), PERIODS, VINTAGES), VALUES, max_size=25
)
THERE_AND_BACK = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@THERE_AND_BACK
@given(figures=FIGURES)
def test_what_is_exported_can_be_imported_into_an_empty_store(
    write_data: Callable[..., Path],
    series_entry: Entry,
    form: Any,
    figures: dict[tuple[str, str, str], float],
) -> None:
    series = {name: series_entry() for name in ("cn.loans", "us.loans")}
    rows = [
        f"{name},{period},{value:f},{vintage},page"
        for (name, period, vintage), value in sorted(figures.items())
    ]
    with tempfile.TemporaryDirectory() as place:
        full = write_data(Path(place) / "full", rows, series)
        empty = write_data(Path(place) / "empty", [], series)
        bundle = write_bundle(Store.open(full), Path(place) / "out", form=form)
        if figures:
            apply(plan_import([bundle[0]], empty))
        for name in series:
            kept, back = (Store.open(f).observations(name) for f in (full, empty))
            columns = ["period", "value", "vintage"]
            assert back[columns].equals(kept[columns])


@THERE_AND_BACK
@given(figures=FIGURES, days=st.tuples(VINTAGES, VINTAGES).map(sorted))
def test_a_later_date_never_knows_less(
    write_data: Callable[..., Path],
    series_entry: Entry,
    figures: dict[tuple[str, str, str], float],
    days: list[str],
) -> None:
    rows = [f"{n},{p},{value:f},{v},page" for (n, p, v), value in sorted(figures.items())]
    with tempfile.TemporaryDirectory() as place:
        series = {name: series_entry() for name in ("cn.loans", "us.loans")}
        store = Store.open(write_data(Path(place), rows, series))
        known = [
            {(row[0], row[1]) for row in observations_table(store, day, strict=True).rows}
            for day in (*days, "latest")
        ]
    assert known[0] <= known[1] <= known[2]
    assert known[2] == {(name, period) for name, period, _ in figures}


# -- the codebook


def test_the_codebook_in_the_docs_is_that_of_the_catalogue(project_store: Store) -> None:
    written = (PROJECT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert written == codebook(project_store.catalogue), "run: python build_report.py data codebook"


def test_the_codebook_names_every_series_of_the_catalogue(project_store: Store) -> None:
    text = codebook(project_store.catalogue)
    for series in project_store.catalogue.series.values():
        economy, _, rest = series.id.partition(".")
        assert f"`{series.id}`" in text or f"`{{economy}}.{rest}`" in text, series.id
        assert economy in text


def test_the_codebook_carries_definitions_breaks_and_warnings_in_words(project_store: Store) -> None:
    text = codebook(project_store.catalogue)
    assert "Break in 2015-12 (level_break): Benchmark revision of the level, not a flow" in text
    assert "Warning (do_not_mix_vintages)" in text
    assert "- Unit: 100 million CNY (scale 100,000,000). Monthly." in text
    assert "`{economy}.household_credit.pct_gdp`" in text


def test_markdown_in_a_title_prints_as_itself(make_store: MakeStore, series_entry: Entry) -> None:
    title = {"en": "<script>*x*</script> [a](b)", "zh": "名|称"}
    catalogue: Catalogue = make_store(series={"cn.loans": series_entry(title=title)}).catalogue
    assert r"### \<script\>\*x\*\</script\> \[a\](b) · 名\|称" in codebook(catalogue)

"""Whatever is handed in as a publisher's file (text, page, JSON, workbook): read, or refused; nothing held is lost."""

from __future__ import annotations

import csv
import io
import json
import shutil
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pytest
from central_bank_tables import as_page, since_2015, until_2014
from fuzzing import SCALARS, VALUES, contents, damaged_text, damaged_tree, fuzz
from hypothesis import given
from hypothesis import strategies as st
from publishers_tables import TABLES

from consumer_credit.data.importing import apply, plan_import, recognise
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.store import Store

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
ANSWER = [
    {"page": 1, "pages": 1, "per_page": 50, "total": 2, "lastupdated": "2024-06-28"},
    [
        {
            "indicator": {"id": "NY.GDP.MKTP.CN", "value": "GDP (current LCU)"},
            "country": {"id": "CN", "value": "China"},
            "countryiso3code": "CHN",
            "date": str(year),
            "value": 120472400000000.5 + year,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for year in (2022, 2023)
    ],
]
SPANS = st.sampled_from(
    ["", " rowspan=2", " colspan=3", " colspan=999999999", " rowspan='-1'", " colspan='２'"]
)


def read(content: bytes) -> None:
    """Recognise and read a file as an import does."""
    file = PublisherFile("some.file", content)
    recognise(file).read(file)


@fuzz
@given(table=st.sampled_from(sorted(TABLES)), data=st.data())
def test_any_text_is_read_or_refused(door, table, data):
    content = data.draw(damaged_text(TABLES[table]))
    door("publishers' texts").try_(lambda: read(content))


PAGES = [as_page(rows, "utf-8").decode() for rows in (since_2015(months=2), until_2014())]
"""Tables of the only publisher that gives web pages."""


@st.composite
def damaged_page(draw: st.DrawFn) -> bytes:
    """A page with a cell that says it spans others, with its text damaged, or as it should be."""
    page = draw(st.sampled_from(PAGES))
    before, cell, after = page.partition("<td>" if draw(st.booleans()) else "<td>一、各项贷款")
    page = f"{before}{cell.replace('<td', f'<td{draw(SPANS)}', 1)}{after}"
    return draw(st.just(page.encode()) | damaged_text(page))


@fuzz
@given(content=damaged_page())
def test_any_page_is_read_or_refused(door, content):
    door("publishers' pages").try_(lambda: read(content))


@fuzz
@given(
    content=damaged_tree(ANSWER, VALUES).map(
        lambda tree: json.dumps(tree, default=str).encode("utf-8", "replace")
    )
)
def test_any_answer_in_json_is_read_or_refused(door, content):
    door("publishers' JSON").try_(lambda: read(content))


@fuzz
@given(content=damaged_text(json.dumps(ANSWER)))
def test_any_damaged_json_is_read_or_refused(door, content):
    door("publishers' JSON").try_(lambda: read(content))


def workbook(table: str) -> bytes:
    """A table of the tests as a workbook."""
    book = openpyxl.Workbook()
    for row in csv.reader(io.StringIO(TABLES[table])):
        book.active.append([float(cell) if _is_number(cell) else cell for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _is_number(cell: str) -> bool:
    return cell.replace(".", "", 1).isdecimal()


WORKBOOKS = {table: workbook(table) for table in ("g19", "statcan", "tidy", "bis")}
ENTITIES = (
    '<!DOCTYPE lolz [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {b} "{10 * ("&" + a + ";")}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + '<!ENTITY file SYSTEM "file:///etc/passwd"> ]>'
)
TRICKS = {
    "entities": lambda xml: xml.replace("<worksheet", f"{ENTITIES}<worksheet", 1).replace(
        "<v>", "<v>&i;&file;", 1
    ),
    "dimension": lambda xml: xml.replace('ref="A1', 'ref="A1:XFD1048576" x="', 1),
    "far row": lambda xml: xml.replace('r="1"', 'r="1048577"', 1),
    "far cell": lambda xml: xml.replace('r="A1"', 'r="ZZZZ9999999"', 1),
    "no end": lambda xml: xml[: len(xml) // 2],
    "deep": lambda xml: xml.replace("<sheetData>", "<sheetData>" + "<row>" * 20_000, 1),
    "index": lambda xml: xml.replace('t="s"><v>0', 't="s"><v>99999999', 1),
    "number": lambda xml: xml.replace("<v>", "<v>1e999", 1),
    "formula": lambda xml: xml.replace("<v>", "<f>WEBSERVICE(&quot;http://x&quot;)</f><v>", 1),
}


@st.composite
def damaged_workbook(draw: st.DrawFn) -> bytes:
    """A workbook with another text in one of its parts, a part missing or doubled, or bytes changed."""
    content = WORKBOOKS[draw(st.sampled_from(sorted(WORKBOOKS)))]
    kind = draw(st.sampled_from([*TRICKS, "part", "part", "missing", "doubled", "bytes", "bytes", "cut"]))
    if kind == "cut":
        return content[: draw(st.integers(4, len(content)))]
    if kind == "bytes":
        for _ in range(draw(st.integers(1, 8))):
            at = draw(st.integers(4, len(content) - 1))
            content = content[:at] + bytes([draw(st.integers(0, 255))]) + content[at + 1 :]
        return content
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        chosen = draw(st.sampled_from(source.namelist()))
        for name in source.namelist():
            body = source.read(name)
            if kind in TRICKS and name.startswith("xl/worksheets/"):
                body = TRICKS[kind](body.decode()).encode()
            elif name == chosen and kind == "part":
                body = draw(damaged_text(body.decode()))
            if not (name == chosen and kind == "missing"):
                target.writestr(name, body)
            if name == chosen and kind == "doubled":
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of the name that now stands twice
                    target.writestr(f"xl/worksheets/{Path(name).name}", body)
    return out.getvalue()


@fuzz
@given(content=damaged_workbook())
def test_any_workbook_is_read_or_refused(door, content):
    door("publishers' workbooks").try_(lambda: read(content))


SOUND = {
    **{f"text {table}": text.encode() for table, text in TABLES.items()},
    **{f"page {number}": page.encode() for number, page in enumerate(PAGES, 1)},
    **{f"workbook {table}": content for table, content in WORKBOOKS.items()},
    "JSON": json.dumps(ANSWER).encode(),
}


@pytest.mark.parametrize("name", SOUND)
def test_before_it_is_damaged_each_of_them_is_read(name):
    """Else the doors would refuse whatever came, and show nothing of what lies behind."""
    read(SOUND[name])


@pytest.mark.parametrize("table", WORKBOOKS)
def test_a_sheet_that_stands_twice_in_a_workbook_is_read_or_refused(door, table):
    out = io.BytesIO(WORKBOOKS[table])
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a") as archive:
        warnings.simplefilter("ignore")
        archive.writestr("xl/worksheets/sheet1.xml", archive.read("xl/worksheets/sheet1.xml"))
    door("publishers' workbooks").try_(lambda: read(out.getvalue()))


TIDY = (
    "series,period,value,vintage\nca.mortgages,2026-Q4,2300000.5,2027-03-01\n"
    "ca.mortgages,2027-Q1,2310000.25,2027-06-01\nca.consumer_credit,2026-Q4,800000.5,2027-03-01\n"
)


@st.composite
def damaged_cells(draw: st.DrawFn, table: str) -> bytes:
    """A table with one to three cells that hold something else."""
    rows = list(csv.reader(io.StringIO(table)))
    for _ in range(draw(st.integers(1, 3))):
        row = draw(st.sampled_from(rows))
        row[draw(st.integers(0, len(row) - 1))] = str(draw(SCALARS))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8", "replace")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of one publisher, into which files are imported."""
    root = tmp_path_factory.mktemp("imports") / "data"
    for kind, name in (
        ("catalogue", "statcan.yaml"),
        ("observations", "statcan.csv"),
        ("catalogue", "economies.yaml"),
    ):
        (root / kind).mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "data" / kind / name, root / kind)
    return root


def without_lock(files):
    """What is held, without the lock that imports take."""
    return {name: text for name, text in files.items() if not name.startswith(".import/")}


@fuzz
@given(content=damaged_cells(TIDY) | damaged_text(TIDY))
def test_any_import_adds_figures_or_changes_nothing(door, folder, content):
    before = contents(folder)
    held = before["observations/statcan.csv"].decode().splitlines()
    try:
        if not door("data import").try_(
            lambda: apply(plan_import([PublisherFile("some.csv", content)], folder))
        ):
            assert without_lock(contents(folder)) == without_lock(before)
        now = (folder / "observations" / "statcan.csv").read_text(encoding="utf-8").splitlines()
        assert set(held) <= set(now)
        Store.open(folder).load_all()
    finally:
        for name, text in before.items():
            (folder / name).write_bytes(text)

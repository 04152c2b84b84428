"""Any file handed in is opened as what it is, or refused in one line; none can exhaust the machine."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_credit.data.importing import recognise
from consumer_credit.data.publishers.files import MAX_BYTES, PublisherFile, column_letters
from consumer_credit.data.publishers.workbook_bounds import OLE_MAGIC
from consumer_credit.errors import DataError

TABLE = "项目,2016.01\n各项贷款,1066040.06\n"


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


SMALL_WORKBOOK = workbook(["项目 Item", 2016.11, 2016.12], ["一、各项贷款", 1055000.0, 1066040.06])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_same_table_is_read_in_every_encoding_in_use(encoding: str) -> None:
    file = PublisherFile("t.csv", TABLE.encode(encoding))
    assert file.sheet("").rows == [["项目", "2016.01"], ["各项贷款", "1066040.06"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_commas_tabs_and_semicolons_separate(delimiter: str) -> None:
    file = PublisherFile("t.csv", TABLE.replace(",", delimiter).encode())
    assert file.sheet("").rows[1] == ["各项贷款", "1066040.06"]


def test_a_file_is_what_its_content_is_whatever_its_name_says() -> None:
    assert PublisherFile("table.csv", workbook(["a", 1])).kind == "workbook"
    assert PublisherFile("table.xls", b"<html><table><tr><td>1</td></tr></table></html>").kind == "page"
    assert PublisherFile("table.xlsx", b'[{"page": 1}, []]').kind == "json"
    assert PublisherFile("table.htm", b"a,b\n1,2\n").kind == "text"


def test_merged_cells_of_a_page_leave_blanks_behind_their_first() -> None:
    page = (
        "<html><table><tr><th rowspan=2>项目</th><th colspan=2>2016年</th></tr>"
        "<tr><th>1月</th><th>2月</th></tr><tr><td>各项贷款</td><td>1</td><td>2</td></tr></table></html>"
    )
    rows = PublisherFile("t.htm", page.encode()).sheets[0].rows
    assert rows == [["项目", "2016年", ""], ["", "1月", "2月"], ["各项贷款", "1", "2"]]


def test_a_cell_is_named_as_a_person_finds_it() -> None:
    sheet = PublisherFile("t.xlsx", workbook(["a", 1])).sheets[0]
    assert sheet.where(30, 27) == "t.xlsx, sheet 'Sheet', cell AB31"
    assert [column_letters(number) for number in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"  \n\n", "the file is empty"),
        (b"\x00\x01\x02\x03\xff\xfe", "neither a workbook nor a text"),
        (b"PK\x03\x04 not really", "the workbook is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "the workbook is damaged"),
        (b'a,b\n"1,2\n', "not a complete table"),
        (b'[{"page": 1', "not a complete JSON answer"),
        (b"[" * 100_000, "not a complete JSON answer"),
        (b"<html><body>503 Service Unavailable</body></html>", "a web page without a table: 503 Service"),
        (
            b"nothing,to,see\n1,2,3\n",
            "not recognised: expected .* found text beginning with 'nothing, to, see'",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_one_line(content: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message) as refused:
        recognise(PublisherFile("some.file", content))
    assert "some.file" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_path_that_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        PublisherFile.open(tmp_path / "absent.csv")
    with pytest.raises(DataError, match="cannot be read"):
        PublisherFile.open(tmp_path)


def test_a_file_of_a_gigabyte_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(DataError, match="at most 64 MB"):
        PublisherFile.open(path)


def test_a_cell_in_the_far_corner_of_a_sheet_is_refused_and_not_laid_out() -> None:
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = 1, 2
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(DataError, match="spans 1,048,576 rows by 16,384 columns"):
        recognise(PublisherFile("corner.xlsx", out.getvalue()))


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w") as member:
            for _ in range(300):
                member.write(b"\0" * 2**20)
    assert len(out.getvalue()) < 2**20
    with pytest.raises(DataError, match="unpacks to 300 MB"):
        recognise(PublisherFile("bomb.xlsx", out.getvalue()))


def test_an_archive_that_is_no_workbook_is_named_as_such() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("WS_TC.csv", "FREQ\n")
    with pytest.raises(DataError, match=r"found another kind of archive.*unpack it"):
        recognise(PublisherFile("WS_TC.zip", out.getvalue()))


def test_a_million_columns_are_refused() -> None:
    with pytest.raises(DataError, match="1,000,001 columns"):
        recognise(PublisherFile("wide.csv", b"a" + b"," * 1_000_000))


def test_spans_of_a_page_cannot_be_made_to_fill_memory() -> None:
    cell = "<td rowspan=99999999 colspan=99999999>1</td>"
    page = f"<html><table><tr>{cell * 40}</tr></table></html>"
    with pytest.raises(DataError, match="too large"):
        recognise(PublisherFile("page.htm", page.encode()))


def test_an_old_workbook_with_a_cell_in_its_far_corner_is_refused() -> None:
    records = struct.pack("<HHHHHd", 0x0203, 14, 65_535, 255, 0, 1.0) + struct.pack("<HH", 0x000A, 0)
    with pytest.raises(DataError, match="spans 65,536 rows by 256 columns"):
        recognise(PublisherFile("corner.xls", compound_file(records)))


def compound_file(stream: bytes) -> bytes:
    """A minimal OLE compound file with one stream, Workbook; see [MS-CFB]."""
    stream = stream.ljust(8192, b"\0")
    sectors = len(stream) // 512
    none = 0xFFFFFFFE
    header = struct.pack("<8s16xHHHHH6x", OLE_MAGIC, 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, none, 0, none, 0)
    header += struct.pack("<I", 0) + b"\xff\xff\xff\xff" * 108
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + sectors), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    name = "Workbook".encode("utf-16-le")
    entry = name.ljust(64, b"\0") + struct.pack("<H", len(name) + 2) + b"\2" + b"\0" * 49
    entry += struct.pack("<II", 2, len(stream)) + b"\0" * 4
    return header.ljust(512, b"\xff") + fat + entry.ljust(512, b"\0") + stream


@pytest.mark.thorough
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_random_damage_to_a_workbook_never_ends_in_a_traceback(data: st.DataObject) -> None:
    content = bytearray(SMALL_WORKBOOK)
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    for damaged in (bytes(content), bytes(content[:cut])):
        file = PublisherFile("t.xlsx", damaged)
        try:
            recognise(file).read(file)
        except DataError as refused:
            assert "t.xlsx" in str(refused)


def test_json_that_is_not_the_world_banks_is_not_recognised() -> None:
    with pytest.raises(DataError, match="not recognised"):
        recognise(PublisherFile("t.json", json.dumps({"observations": []}).encode()))

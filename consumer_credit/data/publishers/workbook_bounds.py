"""How large a workbook really is, found before the spreadsheet reader is let loose on it.

A spreadsheet reader lays a sheet out as a full grid: two cells, one of them in XFD1048576, ask for half a
terabyte and end the process. So the addresses of the cells are looked at first, in both file formats, and a
workbook beyond any table a statistical office publishes is refused in words. Nothing else of the formats is
known here.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib

from consumer_credit.counts import counted
from consumer_credit.errors import DataError

MAX_UNPACKED = 256 * 2**20
MAX_CELLS = 8_000_000
"""Grid cells of one sheet; the largest table read today (BIS, 2016) has 330 000."""

ZIP_MAGIC = b"PK\x03\x04"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ADDRESS = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_CELL_RECORDS = {0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E}
_END_OF_SHEET = 0x000A
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    LookupError,
    ValueError,
    OSError,
    RuntimeError,
)
_REMEDY = "download the publisher's file again; a table of figures is never this large"


def check_bounds(content: bytes, where: str) -> None:
    """Refuse a workbook (.xls or .xlsx, as bytes) that unpacks to more than figures can need.

    Raises:
        DataError: too large, damaged, or neither format.
    """
    try:
        if content.startswith(ZIP_MAGIC):
            _check_zip(content, where)
        else:
            _check_ole(content, where)
    except _DAMAGE as error:
        raise DataError(
            f"the workbook is damaged ({error})", where=where, remedy="download the publisher's file again"
        ) from None


def _check_zip(content: bytes, where: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if "xl/workbook.xml" not in {member.filename for member in members}:
            raise DataError(
                "expected an Excel workbook, found another kind of archive",
                where=where,
                remedy="unpack it and import the files inside, or save the table as .xlsx",
            )
        unpacked = sum(member.file_size for member in members)
        if unpacked > MAX_UNPACKED:
            raise DataError(
                f"the workbook unpacks to {unpacked / 2**20:,.0f} MB", where=where, remedy=_REMEDY
            )
        for member in members:
            data = archive.read(member)  # reading to the end also proves the size declared for it
            if member.filename.startswith("xl/worksheets/"):
                _check_grid(_corners(data), where)


def _corners(sheet: bytes) -> tuple[int, int]:
    """Last row and last column that any cell of a worksheet's XML stands in."""
    rows, columns = 0, 0
    seen: set[bytes] = set()
    for letters, digits in _ADDRESS.findall(sheet):
        rows = max(rows, int(digits))
        if letters not in seen:
            seen.add(letters)
            number = 0
            for letter in letters:
                number = number * 26 + letter - 64
            columns = max(columns, number)
    return rows, columns


def _check_ole(content: bytes, where: str) -> None:
    stream = _workbook_stream(content)
    at, rows, columns = 0, 0, 0
    while at + 4 <= len(stream):
        record, length = struct.unpack_from("<HH", stream, at)
        if record in _CELL_RECORDS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, at + 4)
            rows, columns = max(rows, row + 1), max(columns, column + 1)
            if record in (0x00BD, 0x00BE):  # a run of cells: its last column stands at the end of the record
                (last,) = struct.unpack_from("<H", stream, at + 2 + length)
                columns = max(columns, last + 1)
        elif record == _END_OF_SHEET:
            _check_grid((rows, columns), where)
            rows, columns = 0, 0
        at += 4 + length
    _check_grid((rows, columns), where)


def _workbook_stream(content: bytes) -> bytes:
    """The stream named Workbook (or Book) of a compound file; see [MS-CFB]."""
    sector_size = 1 << struct.unpack_from("<H", content, 30)[0]
    if sector_size not in (512, 4096):
        raise EOFError("no such sector size")
    fat_count, directory_start = struct.unpack_from("<II", content, 44)
    sectors = len(content) // sector_size

    def sector(number: int) -> bytes:
        if number >= sectors:
            raise EOFError("a part lies beyond the end of the file")
        return content[(number + 1) * sector_size : (number + 2) * sector_size]

    fat_sectors = [s for s in struct.unpack_from("<109I", content, 76) if s < 0xFFFFFFF0][:fat_count]
    fat = [
        entry
        for s in fat_sectors
        for entry in struct.unpack(f"<{sector_size // 4}I", sector(s).ljust(sector_size))
    ]

    def chain(start: int) -> bytes:
        parts: list[bytes] = []
        while start < 0xFFFFFFF0:
            if len(parts) > sectors:
                raise EOFError("its parts form a circle")
            parts.append(sector(start))
            start = fat[start]
        return b"".join(parts)

    directory = chain(directory_start)
    for at in range(0, len(directory) - 127, 128):
        name_length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(name_length, 64) - 2)].decode("utf-16-le", "replace")
        if name in ("Workbook", "Book"):
            start, size = struct.unpack_from("<II", directory, at + 116)
            if size < 4096:
                raise EOFError("the workbook is shorter than any real one")
            return chain(start)[:size]
    raise EOFError("it holds no workbook")


def _check_grid(corner: tuple[int, int], where: str) -> None:
    rows, columns = corner
    if rows * columns > MAX_CELLS or columns > 2**14:
        raise DataError(
            f"a sheet spans {counted(rows, 'row')} by {counted(columns, 'column')}",
            where=where,
            remedy=_REMEDY,
        )

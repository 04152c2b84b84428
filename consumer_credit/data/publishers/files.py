"""One file as a person hands it in: its bytes, its kind and its tables, whatever the encoding or programme.

Readers of publishers see sheets of cells and know nothing of GB18030, byte-order marks, Excel formats or web
pages. What a label or a number means is decided in `cells`; what a table means, in each publisher's module.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, TypeAlias

from consumer_credit.counts import counted
from consumer_credit.data.publishers.workbook_bounds import MAX_CELLS, OLE_MAGIC, ZIP_MAGIC, check_bounds
from consumer_credit.data.publishers.workbook_worker import read_workbook
from consumer_credit.errors import DataError

Cell: TypeAlias = str | float | int | bool | dt.date | dt.datetime | dt.time | dt.timedelta

MAX_BYTES = 64 * 2**20
_MAX_SPAN = 1000
_MAX_PAGE_CELLS = 500_000
_AGAIN = "download the publisher's file again"


@dataclass(frozen=True)
class Sheet:
    """One table of cells. `name` is empty for a text file; `file` is the name of the file it belongs to."""

    file: str
    name: str
    rows: list[list[Cell]]

    def cell(self, row: int, column: int) -> Cell:
        """The cell at 0-based `row` and `column`; an empty text beyond the row's end."""
        cells = self.rows[row]
        return cells[column] if column < len(cells) else ""

    def place(self, row: int, column: int) -> str:
        """Where a cell stands: ``sheet 'Sheet1', cell C31``, or ``row 31, column 3`` of a text."""
        if self.name:
            return f"sheet '{self.name}', cell {column_letters(column)}{row + 1}"
        return f"row {row + 1}, column {column + 1}"

    def require_width(self, row: int, width: int) -> None:
        """Refuse a row of a text longer or shorter than its heading: a comma too many, or a file cut off.

        Raises:
            DataError: it has not `width` cells.
        """
        found = len(self.rows[row])
        if not self.name and found != width:
            where = f"{self.file}, row {row + 1}"
            raise DataError(
                f"{counted(found, 'cell')} in this row, {width} in the heading", where=where, remedy=_AGAIN
            )

    def where(self, row: int, column: int) -> str:
        """`place` with the file's name before it, for an error."""
        return f"{self.file}, {self.place(row, column)}"


class PublisherFile:
    """A file handed in for import.

    Args:
        name: how messages call it; never used to recognise it.
        content: its bytes.
        address: where it was fetched, when it was; kept as the source of its figures.
        fetched: when it was, as ISO text.

    Raises:
        DataError: it is empty, or larger than any publisher's file.
    """

    def __init__(self, name: str, content: bytes, *, address: str = "", fetched: str = "") -> None:
        """Take the bytes; nothing is read yet."""
        if not content.strip():
            raise DataError("the file is empty", where=name, remedy=_AGAIN)
        if len(content) > MAX_BYTES:
            raise DataError(
                f"the file has {len(content) / 2**20:,.0f} MB; at most {MAX_BYTES // 2**20} MB are read",
                where=name,
                remedy="import the single table instead of a bulk archive",
            )
        self.name, self.content, self.address, self.fetched = name, content, address, fetched

    @classmethod
    def open(cls, path: Path) -> PublisherFile:
        """Read the file at `path`.

        Raises:
            DataError: it is not there, not a file, unreadable, empty or too large.
        """
        try:
            if path.is_file() and path.stat().st_size > MAX_BYTES:
                size = path.stat().st_size
                raise DataError(
                    f"the file has {size / 2**20:,.0f} MB; at most {MAX_BYTES // 2**20} MB are read",
                    where=str(path),
                    remedy="import the single table instead of a bulk archive",
                )
            return cls(str(path), path.read_bytes())
        except OSError as error:
            raise DataError(
                f"cannot be read ({error.strerror or error})",
                where=str(path),
                remedy="give the path of a file",
            ) from None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()

    @cached_property
    def kind(self) -> Literal["workbook", "page", "json", "text"]:
        """What the content is, whatever the name says (an .xls from a web site is often a page)."""
        if self.content.startswith((ZIP_MAGIC, OLE_MAGIC)):
            return "workbook"
        start = self.text[:4096].lstrip().lower()
        if start.startswith(("{", "[")):
            return "json"
        if start.startswith("<") and ("<html" in start or "<!doctype html" in start or "<table" in start):
            return "page"
        return "text"

    @cached_property
    def text(self) -> str:
        """The content as text: UTF-8, UTF-16 with its mark, else GB18030, as Chinese programmes write.

        Raises:
            DataError: it is none of these, or holds bytes no text holds.
        """
        marked = self.content.startswith((b"\xff\xfe", b"\xfe\xff"))
        for encoding in ("utf-16",) if marked else ("utf-8-sig", "gb18030"):
            try:
                text = self.content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\0" not in text:
                return text
        raise DataError("neither a workbook nor a text in UTF-8 or GB18030", where=self.name, remedy=_AGAIN)

    @cached_property
    def json(self) -> Any:
        """The content read as JSON.

        Raises:
            DataError: it is cut off or not JSON.
        """
        try:
            return json.loads(self.text)
        except (ValueError, RecursionError) as error:
            raise DataError(f"not a complete JSON answer ({error})", where=self.name, remedy=_AGAIN) from None

    @cached_property
    def sheet_names(self) -> list[str]:
        """Names of the sheets; one empty name for a text, ``table 1`` … for a page."""
        if self.kind == "workbook":
            return list(self._workbook)
        if self.kind == "page":
            return [f"table {number}" for number in range(1, len(self._page_tables) + 1)]
        return [""] if self.kind == "text" else []

    def sheet(self, name: str) -> Sheet:
        """One sheet by name; each is laid out once.

        Raises:
            DataError: it cannot be read.
        """
        if name not in self._sheets:
            self._sheets[name] = Sheet(self.name, name, self._rows(name))
        return self._sheets[name]

    @property
    def sheets(self) -> list[Sheet]:
        """Every sheet, in the file's order."""
        return [self.sheet(name) for name in self.sheet_names]

    def require_last_line_ended(self) -> None:
        """Refuse a text whose last line does not end: a download cut off in the middle of a number looks like this.

        Raises:
            DataError: there is no line break at the end.
        """
        if self.kind == "text" and not self.text.endswith(("\n", "\r")):
            raise DataError(
                "the last line does not end; the file may be cut off",
                where=self.name,
                remedy=f"{_AGAIN}, or add a line break at its end if it is whole",
            )

    def first_words(self) -> str:
        """What a person sees on opening it, short: for saying what was found."""
        if self.kind == "json":
            return "JSON " + " ".join(self.text[:80].split())
        if self.kind == "page" and not self._page_tables:
            return "a web page without a table: " + " ".join(self._page.get_text(" ").split())[:80]
        for sheet in self.sheets:
            for row in sheet.rows[:50]:
                cells = [" ".join(str(cell).split()) for cell in row if str(cell).strip()]
                if cells:
                    shown = ", ".join(cells[:6])
                    return f"{self.kind} beginning with '{shown[:120]}'"
        return f"a {self.kind} without a filled cell"

    @cached_property
    def _sheets(self) -> dict[str, Sheet]:
        return {}

    def _rows(self, name: str) -> list[list[Cell]]:
        if self.kind == "workbook":
            return self._workbook[name]
        if self.kind == "page":
            return self._page_tables[int(name.removeprefix("table ")) - 1]
        return self._text_rows()

    def _text_rows(self) -> list[list[Cell]]:
        head = self.text[:4096].split("\n", 1)[0]
        delimiter = max(",\t;", key=head.count)
        rows: list[list[Cell]] = []
        cells = 0
        try:
            for row in csv.reader(io.StringIO(self.text, newline=""), delimiter=delimiter, strict=True):
                cells += len(row)
                if cells > MAX_CELLS or len(row) > 2**14:
                    raise DataError(
                        f"row {len(rows) + 1} has {len(row):,} columns", where=self.name, remedy=_AGAIN
                    )
                rows.append(list(row))
        except csv.Error as error:
            raise DataError(
                f"not a complete table of comma-separated values ({error})",
                where=f"{self.name}, row {len(rows) + 1}",
                remedy=_AGAIN,
            ) from None
        return rows

    @cached_property
    def _workbook(self) -> dict[str, list[list[Cell]]]:
        check_bounds(self.content, self.name)
        try:
            return read_workbook(self.content)
        except ValueError as error:
            raise DataError(f"the workbook is damaged ({error})", where=self.name, remedy=_AGAIN) from None

    @cached_property
    def _page(self) -> Any:
        from bs4 import BeautifulSoup  # noqa: PLC0415  (only web pages need it)

        try:
            return BeautifulSoup(self.text, "html.parser")
        except (RecursionError, ValueError, AssertionError) as error:
            raise DataError(f"the page is damaged ({error})", where=self.name, remedy=_AGAIN) from None

    @cached_property
    def _page_tables(self) -> list[list[list[Cell]]]:
        """The innermost tables of a page; a span becomes empty cells behind its first, as in workbooks."""
        tables: list[list[list[Cell]]] = []
        for table in self._page.find_all("table"):
            if table.find("table") is not None:
                continue
            taken: dict[tuple[int, int], str] = {}
            for row, line in enumerate(table.find_all("tr")):
                column = 0
                for cell in line.find_all(["td", "th"]):
                    while (row, column) in taken:
                        column += 1
                    down, across = (_span(cell.get(name)) for name in ("rowspan", "colspan"))
                    if len(taken) + down * across > _MAX_PAGE_CELLS:
                        raise DataError("a table of the page is too large", where=self.name, remedy=_AGAIN)
                    taken.update({(row + i, column + j): "" for i in range(down) for j in range(across)})
                    taken[row, column] = cell.get_text()
                    column += across
            height, width = (max((place[axis] + 1 for place in taken), default=0) for axis in (0, 1))
            if height * width > _MAX_PAGE_CELLS:
                raise DataError("a table of the page is too large", where=self.name, remedy=_AGAIN)
            tables.append(
                [[taken.get((row, column), "") for column in range(width)] for row in range(height)]
            )
        return tables


def column_letters(column: int) -> str:
    """0-based column number to the letters a spreadsheet shows: 0 → A, 27 → AB."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _span(value: object) -> int:
    text = str(value or "1").strip()
    return min(max(int(text), 1), _MAX_SPAN) if text.isascii() and text.isdigit() else 1

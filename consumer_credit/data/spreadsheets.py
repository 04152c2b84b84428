"""Writing tables that spreadsheets open: no cell can become a formula, equal tables give equal bytes.

What stands in the tables is `data.exporting`'s.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from consumer_credit.counts import counted
from consumer_credit.data.writing import decimal_text
from consumer_credit.errors import DataError

Cell = str | float | int | bool | None
MAX_ROWS = 1_048_576
"""Rows that a sheet can hold, heading included."""
_BEGINS_FORMULA = re.compile(r"[\s\x00-\x1f\x7f]*[=+\-@＝＋－＠]|[\t\r\n]")
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")


@dataclass(frozen=True)
class Table:
    """A table to be written: column names, and rows of cells."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def harmless(text: str) -> str:
    """`text` so that no spreadsheet takes it for a formula: an apostrophe before what would begin one.

    Source: OWASP, "CSV Injection": cells beginning with = + - @, a tab or a carriage return, also in their
    full-width forms and behind blanks.
    """
    return f"'{text}" if _BEGINS_FORMULA.match(text) else text


def to_csv(table: Table) -> bytes:
    """UTF-8 with LF, numbers as plain decimals, booleans as `true` and `false`, nothing for None."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8")


def to_xlsx(tables: Iterable[Table]) -> bytes:
    """A workbook with a sheet a table, its heading row frozen; numbers as numbers, all text as text.

    Raises:
        DataError: a table has more rows than a sheet can hold.
    """
    from openpyxl import Workbook  # noqa: PLC0415  (only a workbook needs it)
    from openpyxl.cell import WriteOnlyCell  # noqa: PLC0415

    book = Workbook(write_only=True)
    for table in tables:
        if len(table.rows) + 1 > MAX_ROWS:
            raise DataError(
                f"{counted(len(table.rows), 'row')} do not fit into a sheet of {MAX_ROWS:,}",
                where=table.name,
                remedy="export as csv or parquet",
            )
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        for row in (table.columns, *table.rows):
            cells = []
            for value in row:
                if value is None or isinstance(value, str):  # rows must not end before their heading does
                    cell = WriteOnlyCell(sheet, value=_UNPRINTABLE.sub("", harmless(value or "")))
                    cell.data_type = "s"
                    cells.append(cell)
                else:
                    cells.append(value)
            sheet.append(cells)
    packed = io.BytesIO()
    book.save(packed)
    return _without_clock(packed.getvalue())


def to_parquet(table: Table, types: Mapping[str, str]) -> bytes:
    """A Parquet file.

    Args:
        table: the table.
        types: column to `string`, `number`, `integer` or `boolean`.
    """
    import pyarrow as pa  # noqa: PLC0415  (only Parquet needs it)
    import pyarrow.parquet as pq  # noqa: PLC0415

    kinds = {"string": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    arrays = [
        pa.array(column, kinds[types[name]]) for name, column in zip(table.columns, columns, strict=True)
    ]
    packed = io.BytesIO()
    pq.write_table(pa.table(arrays, names=list(table.columns)), packed, compression="zstd")
    return packed.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str):
        return harmless(cell)
    return decimal_text(float(cell))


def _without_clock(content: bytes) -> bytes:
    """The same workbook with the dates taken out that its packing put in."""
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as target,
    ):
        for entry in source.infolist():
            body = source.read(entry)
            if entry.filename == "docProps/core.xml":
                body = _MODIFIED.sub(rb"\g<1>1980-01-01T00:00:00Z", body)
            described = zipfile.ZipInfo(entry.filename, date_time=_LONG_AGO)
            described.compress_type = zipfile.ZIP_DEFLATED
            described.external_attr = 0o644 << 16
            target.writestr(described, body)
    return packed.getvalue()

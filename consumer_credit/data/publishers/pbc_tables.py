"""Finding the central bank's table of credit funds in a file: its headings, months, currency and unit.

What its lines are called is `pbc_lines`; what is taken from them, and how they are checked, `pbc`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from consumer_credit.data.publishers.cells import (
    chinese_unit,
    dotted_months,
    english_unit,
    label,
    month,
    year,
)
from consumer_credit.data.publishers.contract import UNSTATED, ParsedFile, Unit
from consumer_credit.data.publishers.files import Cell, PublisherFile, Sheet
from consumer_credit.errors import DataError

DOWNLOAD = "download 金融机构人民币信贷收支表 again from the central bank's statistics page"
_TITLE = re.compile(r"(.*?)(人民币|本外币|外币)信贷收支表")


@dataclass
class Table:
    """One year's table: sheet, heading row, label column, month to column, first row, row after the last."""

    sheet: Sheet
    header: int
    labels: int
    months: dict[str, int]
    first: int
    last: int


def candidates(file: PublisherFile) -> Iterator[Sheet]:
    """The sheets of a file that hold anything."""
    for name in file.sheet_names[:60]:
        sheet = file.sheet(name)
        if sheet.rows:
            yield sheet


def heading_row(sheet: Sheet, start: int = 0) -> tuple[int, int] | None:
    """Row and label column of the next heading row: 项目 Item, 2016.01 …, or year, type, item, month_01 …"""
    for row in range(start, min(len(sheet.rows), start + 200)):
        for column, cell in enumerate(sheet.rows[row][:6]):
            words = label(cell).lower() if isinstance(cell, str) else ""
            if words == "item" or words.startswith("项目") or words.replace(" ", "") == "项目":
                return row, column
    return None


def tables(sheet: Sheet) -> Iterator[Table]:
    """Every table of a sheet.

    Raises:
        DataError: a heading that is no month, or two for one month.
    """
    found = heading_row(sheet)
    while found:
        header, column = found
        following = heading_row(sheet, header + 1)
        last = following[0] if following else len(sheet.rows)
        if label(sheet.cell(header, column)).lower() == "item" and column > 0:
            yield from _copied_tables(sheet, header, column, last)
        else:
            yield Table(sheet, header, column, _months(sheet, header, column), header + 1, last)
        found = following


def _copied_tables(sheet: Sheet, header: int, column: int, last: int) -> Iterator[Table]:
    """Tables of the form year | type | item | month_01 …: one for each run of rows of a year."""
    names = [label(cell).lower() for cell in sheet.rows[header]]
    numbers: dict[int, int] = {}
    for at, name in enumerate(names):
        if shaped := re.fullmatch(r"month_?(0?[1-9]|1[0-2])", name):
            if int(shaped[1]) in numbers:
                raise _twice(sheet, header, at, name)
            numbers[int(shaped[1])] = at
        elif name not in ("year", "type", "item", ""):
            raise DataError(
                f"expected year, type, item, month_01 …, found '{name}'",
                where=sheet.where(header, at),
                remedy=DOWNLOAD,
            )
    if "year" not in names:
        raise DataError("the column 'year' is missing", where=sheet.where(header, 0), remedy=DOWNLOAD)
    first = header + 1
    while first < last:
        in_year = year(sheet.cell(first, names.index("year")))
        if in_year is None and not any(str(cell).strip() for cell in sheet.rows[first]):
            first += 1
            continue
        if in_year is None:
            raise DataError("expected a year", where=sheet.where(first, names.index("year")), remedy=DOWNLOAD)
        end = first + 1
        while end < last and year(sheet.cell(end, names.index("year"))) == in_year:
            end += 1
        months = {f"{in_year}-{numbered:02d}": at for numbered, at in numbers.items()}
        yield Table(sheet, header, column, months, first, end)
        first = end


def _months(sheet: Sheet, header: int, labels: int) -> dict[str, int]:
    """Month to column of a published table's heading row."""
    cells = sheet.rows[header]
    dotted = dotted_months(cells)
    years = _years_above(sheet, header)
    months: dict[str, int] = {}
    for column, cell in enumerate(cells):
        if column <= labels:
            continue
        found = month(cell) if not isinstance(cell, float) else None
        found = found or dotted[column] or _bare_month(cell, years.get(column))
        filled = any(holds_figure(sheet.cell(row, column)) for row in range(header + 1, len(sheet.rows)))
        if found in months:
            raise _twice(sheet, header, column, str(found))
        if found:
            months[found] = column
        elif label(cell) or filled:
            raise DataError(
                f"expected a month such as 2016.01, found '{label(cell)}'",
                where=sheet.where(header, column),
                remedy="write the month as 2016-01, or download the table again",
            )
    if not months:
        raise DataError(
            "no month stands in the heading row", where=sheet.where(header, labels), remedy=DOWNLOAD
        )
    return months


def holds_figure(cell: Cell) -> bool:
    """Whether a cell holds anything that could be a figure."""
    return isinstance(cell, float | int) or (isinstance(cell, str) and any(sign.isdecimal() for sign in cell))


def _twice(sheet: Sheet, row: int, column: int, found: str) -> DataError:
    return DataError(f"two columns for {found}", where=sheet.where(row, column), remedy="keep the right one")


def _years_above(sheet: Sheet, header: int) -> dict[int, str]:
    """Year for each column, from a merged cell 2016年 over the months, or one year named in the title."""
    across: dict[int, str] = {}
    current = None
    for column in range(len(sheet.rows[header])):
        current = (year(sheet.cell(header - 1, column)) if header else None) or current
        if current:
            across[column] = current
    titles = {
        y for row in sheet.rows[:header] for cell in row for y in re.findall(r"(20\d\d)年", label(cell))
    }
    if not across and len(titles) == 1:
        across = dict.fromkeys(range(len(sheet.rows[header])), titles.pop())
    return across


def _bare_month(cell: Cell, in_year: str | None) -> str | None:
    shaped = re.fullmatch(r"(0?[1-9]|1[0-2])月(份|末)?", label(cell))
    return f"{in_year}-{int(shaped[1]):02d}" if shaped and in_year else None


def currency_and_unit(table: Table, parsed: ParsedFile) -> tuple[str, Unit]:
    """Currency scope and unit, from the lines above the heading row.

    Raises:
        DataError: the table of other institutions, or two units.
    """
    sheet = table.sheet
    above = [
        (row, column, cell) for row in range(table.header) for column, cell in enumerate(sheet.rows[row])
    ]
    currency, unit = "", UNSTATED
    for row, column, cell in above:
        if shaped := _TITLE.search(label(cell).replace(" ", "")):
            institution = re.sub(r"^.*年", "", shaped[1])
            if institution not in ("金融机构", ""):
                raise DataError(
                    f"expected 金融机构人民币信贷收支表, found the table of {institution}",
                    where=sheet.where(row, column),
                    remedy="it covers fewer institutions; import the table of all financial institutions",
                )
            currency = shaped[2]
        stated = chinese_unit(cell) or (
            english_unit(cell) if label(cell).lower().startswith("unit") else None
        )
        if stated and unit.scale not in (None, stated.scale):
            raise DataError(
                f"two units: '{unit.text}' and '{stated.text}'",
                where=sheet.where(row, column),
                remedy=DOWNLOAD,
            )
        unit = stated or unit
    if not currency:
        currency = "人民币"
        add_note(parsed, "the table bears no title; read as 金融机构人民币信贷收支表 (RMB, all institutions)")
    if unit.scale is None:
        add_note(parsed, "the table states no unit; read as 亿元 (100 million yuan), its unit in every year")
    return currency, unit


def add_note(parsed: ParsedFile, text: str) -> None:
    """Note something once."""
    if text not in parsed.notes:
        parsed.notes.append(text)

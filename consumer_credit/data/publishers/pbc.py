"""The People's Bank of China: 金融机构人民币信贷收支表, the monthly table of credit funds.

One table a year, a column a month, bilingual labels; .xls to 2019, spreadsheets and web pages since, and
copies that people made of them (`year, type, item, month_01 …`). Labels and their order change with the
year: see `pbc_lines`. Other tables with the same lines (存款类金融机构, 中资大型银行 …) are refused: their
figures are smaller and nothing in a line would show it.

Figures are dated by the rule that a month is public by the end of the following month; the table itself bears
no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from consumer_credit.data.periods import month_after
from consumer_credit.data.publishers.cells import (
    chinese_unit,
    dotted_months,
    english_unit,
    label,
    month,
    number,
    year,
)
from consumer_credit.data.publishers.contract import (
    UNSTATED,
    Figure,
    ParsedFile,
    Recognition,
    Title,
    Unit,
    frame,
)
from consumer_credit.data.publishers.files import Cell, PublisherFile, Sheet
from consumer_credit.data.publishers.pbc_lines import (
    HOUSEHOLD,
    OF_WHICH,
    SPLIT,
    SUMS,
    TOTAL_LOANS,
    Line,
    is_note,
    name_lines,
    read_label,
)
from consumer_credit.errors import DataError

PUBLISHER = "pbc"
TITLE = Title("Sources and uses of credit funds of financial institutions", "金融机构信贷收支表")
_TITLE = re.compile(r"(.*?)(人民币|本外币|外币)信贷收支表")
_HUNDRED_MILLION = Decimal(10) ** 8
_DOWNLOAD = "download 金融机构人民币信贷收支表 again from the central bank's statistics page"


@dataclass
class _Table:
    sheet: Sheet
    header: int
    labels: int
    months: dict[str, int]
    first: int
    last: int


def recognise(file: PublisherFile) -> Recognition | None:
    """A sheet with a heading row of months and the line 各项贷款 in its label column."""
    if file.kind == "json":
        return None
    for sheet in _candidates(file):
        header = _header(sheet)
        if header and any(
            read_label(row[header[1]])[1] == TOTAL_LOANS for row in sheet.rows if len(row) > header[1]
        ):
            copied = label(sheet.cell(header[0], header[1])) == "item"
            return Recognition(
                PUBLISHER,
                "信贷收支表, copied by item and month" if copied else "信贷收支表, a column a month",
            )
    return None


def read(file: PublisherFile) -> ParsedFile:
    """Read every year's table in the file.

    Keys are ``人民币/住户短期消费贷款`` and the like (``本外币/`` for RMB and foreign currency): the lines
    of `pbc_lines`, and the sums 住户消费贷款, 住户经营贷款, 住户短期贷款, 住户中长期贷款 where the year
    prints only their parts.

    Raises:
        DataError: another institution's table, an unreadable heading or figure, two columns for one month,
            parts that do not add up to their total, a single figure missing from the household lines, two
            units.
    """
    recognition = recognise(file)
    tables = [table for sheet in _candidates(file) for table in _tables(sheet)]
    if recognition is None or not tables:
        raise DataError("no 信贷收支表 found", where=file.name, remedy=_DOWNLOAD)
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    parsed.dating = "each month by the end of the month after it, the central bank's calendar"
    figures: dict[tuple[str, str], Figure] = {}
    for table in tables:
        currency, unit = _heading(table, parsed)
        lines = _lines(table)
        for line in name_lines(lines):
            if line.values:
                parsed.unknown.append(f"'{line.name}' ({table.sheet.place(line.row, table.labels)})")
        _check_complete(table, lines)
        for figure in _figures(table, lines, currency, unit, parsed):
            held = figures.setdefault((figure.key, figure.period), figure)
            if held.value != figure.value:
                raise DataError(
                    f"{figure.key} {figure.period} stands twice, also in {held.place} with {held.value}",
                    where=f"{file.name}, {figure.place}",
                    remedy="keep one table a year",
                )
            parsed.units[figure.key] = unit
    parsed.figures = frame(figures.values())
    parsed.file_vintage = max((figure.vintage for figure in figures.values()), default="")
    return parsed


def _candidates(file: PublisherFile) -> Iterator[Sheet]:
    for name in file.sheet_names[:60]:
        sheet = file.sheet(name)
        if sheet.rows:
            yield sheet


def _header(sheet: Sheet, start: int = 0) -> tuple[int, int] | None:
    """Row and label column of the next heading row: 项目 Item, 2016.01 …, or year, type, item, month_01 …"""
    for row in range(start, min(len(sheet.rows), start + 200)):
        for column, cell in enumerate(sheet.rows[row][:6]):
            words = label(cell).lower() if isinstance(cell, str) else ""
            if words == "item" or words.startswith("项目") or words.replace(" ", "") == "项目":
                return row, column
    return None


def _tables(sheet: Sheet) -> Iterator[_Table]:
    found = _header(sheet)
    while found:
        header, column = found
        following = _header(sheet, header + 1)
        last = following[0] if following else len(sheet.rows)
        if label(sheet.cell(header, column)).lower() == "item" and column > 0:
            yield from _copied_tables(sheet, header, column, last)
        else:
            yield _Table(sheet, header, column, _months(sheet, header, column), header + 1, last)
        found = following


def _copied_tables(sheet: Sheet, header: int, column: int, last: int) -> Iterator[_Table]:
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
                remedy=_DOWNLOAD,
            )
    if "year" not in names:
        raise DataError("the column 'year' is missing", where=sheet.where(header, 0), remedy=_DOWNLOAD)
    first = header + 1
    while first < last:
        in_year = year(sheet.cell(first, names.index("year")))
        if in_year is None and not any(str(cell).strip() for cell in sheet.rows[first]):
            first += 1
            continue
        if in_year is None:
            raise DataError(
                "expected a year", where=sheet.where(first, names.index("year")), remedy=_DOWNLOAD
            )
        end = first + 1
        while end < last and year(sheet.cell(end, names.index("year"))) == in_year:
            end += 1
        months = {f"{in_year}-{numbered:02d}": at for numbered, at in numbers.items()}
        yield _Table(sheet, header, column, months, first, end)
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
        filled = any(_holds_figure(sheet.cell(row, column)) for row in range(header + 1, len(sheet.rows)))
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
            "no month stands in the heading row", where=sheet.where(header, labels), remedy=_DOWNLOAD
        )
    return months


def _holds_figure(cell: Cell) -> bool:
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


def _heading(table: _Table, parsed: ParsedFile) -> tuple[str, Unit]:
    """Currency scope and unit, from the lines above the heading row."""
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
                remedy=_DOWNLOAD,
            )
        unit = stated or unit
    if not currency:
        currency = "人民币"
        _note(parsed, "the table bears no title; read as 金融机构人民币信贷收支表 (RMB, all institutions)")
    if unit.scale is None:
        _note(parsed, "the table states no unit; read as 亿元 (100 million yuan), its unit in every year")
    return currency, unit


def _note(parsed: ParsedFile, text: str) -> None:
    if text not in parsed.notes:
        parsed.notes.append(text)


def _lines(table: _Table) -> list[Line]:
    sheet, lines = table.sheet, []
    for row in range(table.first, table.last):
        cell = sheet.cell(row, table.labels)
        if is_note(cell):
            break
        values: dict[str, float] = {}
        for period, column in table.months.items():
            value = number(sheet.cell(row, column), sheet.where(row, column)) if label(cell) else None
            if value is not None:
                values[period] = value
        if not label(cell) and any(_holds_figure(sheet.cell(row, at)) for at in table.months.values()):
            raise DataError("figures without a label", where=sheet.where(row, table.labels), remedy=_DOWNLOAD)
        if label(cell):
            level, name = read_label(cell)
            lines.append(Line(name, level, row, values, table.months))
    return lines


def _check_complete(table: _Table, lines: list[Line]) -> None:
    """A month of household figures is there as a whole, or not at all; a hole in it is damage."""
    by_key = {line.key: line for line in lines if line.key}
    published = set().union(*(line.values for line in lines)) if lines else set()
    for group in ((TOTAL_LOANS,), (HOUSEHOLD,), SPLIT):
        present = [by_key[key] for key in group if key in by_key]
        for period in sorted(published):
            absent = [line for line in present if period not in line.values]
            if absent and (len(absent) < len(present) or group != SPLIT):
                raise DataError(
                    f"no figure for {absent[0].key} in {period}, where the other lines have one",
                    where=table.sheet.where(absent[0].row, table.months[period]),
                    remedy=_DOWNLOAD,
                )
        if 0 < len(present) < len(group):
            lost = next(key for key in group if key not in by_key)
            raise DataError(
                f"the line {lost} is missing, where its sister lines are printed",
                where=table.sheet.where(present[0].row, table.labels),
                remedy=_DOWNLOAD,
            )


def _check_total(table: _Table, lines: list[Line], tolerance: float) -> None:
    """各项贷款 is the sum of the lines of the next level below it."""
    at = next((at for at, line in enumerate(lines) if line.key == TOTAL_LOANS), None)
    if at is None:
        return
    below: list[Line] = []
    for line in lines[at + 1 :]:
        if line.level <= lines[at].level or line.name.endswith("总计"):
            break
        below.append(line)
    parts = [
        line for line in below if line.level == min(other.level for other in below) and line.level < OF_WHICH
    ]
    for period, printed in lines[at].values.items():
        terms = [line.values[period] for line in parts if period in line.values]
        if (
            len(terms) == len(parts) >= 2
            and abs(printed - sum(terms)) > tolerance + len(parts) * tolerance / 3
        ):
            names = " + ".join(line.name for line in parts)
            raise DataError(
                f"{TOTAL_LOANS} {period} is {printed}, but its parts {names} give {sum(terms):.2f}",
                where=table.sheet.where(lines[at].row, table.months[period]),
                remedy="one of these cells is wrong; " + _DOWNLOAD,
            )


def _figures(
    table: _Table, lines: list[Line], currency: str, unit: Unit, parsed: ParsedFile
) -> Iterator[Figure]:
    sheet = table.sheet
    quantum = Decimal(10) ** 6 / (unit.scale or _HUNDRED_MILLION)
    figures: dict[tuple[str, str], tuple[float, str]] = {}
    for line in lines:
        for period, value in line.values.items():
            rounded = float(Decimal(repr(value)).quantize(quantum, ROUND_HALF_UP))
            if rounded != value:
                _note(parsed, "figures with hidden digits are kept as the table prints them, to 0.01 亿元")
            if line.key and (line.key, period) not in figures:
                figures[line.key, period] = (rounded, sheet.place(line.row, line.columns[period]))
            elif line.key:
                raise DataError(
                    f"the line {line.key} stands twice", where=sheet.where(line.row, table.labels)
                )
    tolerance = 3 * float(quantum)
    _check_total(table, lines, tolerance)
    for total, parts in SUMS:
        for period in table.months:
            terms = [figures.get((part, period)) for part in parts]
            if None in terms:
                continue
            expected = sum(term[0] for term in terms if term)
            place = " + ".join(term[1] for term in terms if term)
            printed = figures.setdefault(
                (total, period), (float(Decimal(repr(expected)).quantize(quantum)), place)
            )
            if abs(printed[0] - expected) > tolerance:
                raise DataError(
                    f"{total} {period} is {printed[0]}, but {' + '.join(parts)} give {expected:.2f}",
                    where=f"{sheet.file}, {printed[1]}",
                    remedy="one of these cells is wrong; " + _DOWNLOAD,
                )
    for (key, period), (value, place) in figures.items():
        yield Figure(f"{currency}/{key}", period, value, place, month_after(period))

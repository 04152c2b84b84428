"""The People's Bank of China: 金融机构人民币信贷收支表, the monthly table of credit funds.

One table a year, a column a month, bilingual labels; .xls to 2019, spreadsheets and web pages since, and
copies that people made of them (`year, type, item, month_01 …`). Labels and their order change with the
year: see `pbc_lines`. Other tables with the same lines (存款类金融机构, 中资大型银行 …) are refused: their
figures are smaller and nothing in a line would show it.

Figures are dated by the rule that a month is public by the end of the following month; the table itself bears
no date.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from consumer_credit.data.periods import month_after
from consumer_credit.data.publishers.cells import label, number_at
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, Unit, frame
from consumer_credit.data.publishers.files import PublisherFile
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
from consumer_credit.data.publishers.pbc_tables import (
    DOWNLOAD,
    Table,
    add_note,
    candidates,
    currency_and_unit,
    heading_row,
    holds_figure,
    tables,
)
from consumer_credit.errors import DataError

PUBLISHER = "pbc"
TITLE = Title("Sources and uses of credit funds of financial institutions", "金融机构信贷收支表")
_HUNDRED_MILLION = Decimal(10) ** 8


def recognise(file: PublisherFile) -> Recognition | None:
    """A sheet with a heading row of months and the line 各项贷款 in its label column."""
    if file.kind == "json":
        return None
    for sheet in candidates(file):
        header = heading_row(sheet)
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
    found = [table for sheet in candidates(file) for table in tables(sheet)]
    if recognition is None or not found:
        raise DataError("no 信贷收支表 found", where=file.name, remedy=DOWNLOAD)
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    parsed.dating = "each month by the end of the month after it, the central bank's calendar"
    figures: dict[tuple[str, str], Figure] = {}
    for table in found:
        currency, unit = currency_and_unit(table, parsed)
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


def _lines(table: Table) -> list[Line]:
    sheet, lines = table.sheet, []
    for row in range(table.first, table.last):
        cell = sheet.cell(row, table.labels)
        if is_note(cell):
            break
        values: dict[str, float] = {}
        for period, column in table.months.items():
            value = number_at(sheet, row, column) if label(cell) else None
            if value is not None:
                values[period] = value
        if not label(cell) and any(holds_figure(sheet.cell(row, at)) for at in table.months.values()):
            raise DataError("figures without a label", where=sheet.where(row, table.labels), remedy=DOWNLOAD)
        if label(cell):
            level, name = read_label(cell)
            lines.append(Line(name, level, row, values, table.months))
    return lines


def _check_complete(table: Table, lines: list[Line]) -> None:
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
                    remedy=DOWNLOAD,
                )
        if 0 < len(present) < len(group):
            lost = next(key for key in group if key not in by_key)
            raise DataError(
                f"the line {lost} is missing, where its sister lines are printed",
                where=table.sheet.where(present[0].row, table.labels),
                remedy=DOWNLOAD,
            )


def _check_total(table: Table, lines: list[Line], tolerance: float) -> None:
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
                remedy="one of these cells is wrong; " + DOWNLOAD,
            )


def _figures(
    table: Table, lines: list[Line], currency: str, unit: Unit, parsed: ParsedFile
) -> Iterator[Figure]:
    """The figures of the lines that have a key, as the table prints them, and the sums it does not print."""
    sheet = table.sheet
    quantum = Decimal(10) ** 6 / (unit.scale or _HUNDRED_MILLION)
    printed: dict[tuple[str, str], tuple[Decimal, str]] = {}
    for line in lines:
        for period, value in line.values.items():
            if not line.key:
                continue
            if (line.key, period) in printed:
                where = sheet.where(line.row, table.labels)
                raise DataError(f"the line {line.key} stands twice", where=where, remedy=DOWNLOAD)
            printed[line.key, period] = Decimal(repr(value)), sheet.place(line.row, line.columns[period])
    digits = min((int(value.as_tuple().exponent) for value, _ in printed.values()), default=0)
    tolerance = 3 * max(quantum, Decimal(10) ** digits)
    _check_total(table, lines, float(tolerance))
    for total, parts in SUMS:
        for period in table.months:
            terms = [printed[part, period] for part in parts if (part, period) in printed]
            if len(terms) < len(parts):
                continue
            expected = sum((value for value, _ in terms), Decimal(0))
            stated, place = printed.setdefault((total, period), (expected, " + ".join(p for _, p in terms)))
            if abs(stated - expected) > tolerance:
                raise DataError(
                    f"{total} {period} is {stated}, but {' + '.join(parts)} give {expected}",
                    where=f"{sheet.file}, {place}",
                    remedy="one of these cells is wrong; " + DOWNLOAD,
                )
    for (key, period), (exact, place) in printed.items():
        rounded = exact.quantize(quantum, ROUND_HALF_UP)
        if rounded != exact:
            add_note(parsed, "figures with hidden digits are kept as the table prints them, to 0.01 亿元")
        yield Figure(f"{currency}/{key}", period, float(rounded), place, month_after(period))

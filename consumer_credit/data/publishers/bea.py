"""The Bureau of Economic Analysis: a NIPA table as its interactive site exports it.

Years stand over quarters (``Line,,2024,2024,…`` over ``Line,,Q1,Q2,…``). Lines are known by their words,
because their numbers move when the table is revised. The export states the day of its last revision, from
which the figures are dated, and no unit.
"""

from __future__ import annotations

import datetime as dt
import re

from consumer_credit.data.publishers.cells import label, number_at, plain, year
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, frame
from consumer_credit.data.publishers.files import PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "bea"
TITLE = Title("National income and product accounts", "国民收入与产品账户")
_DOWNLOAD = "download the table again from the BEA's interactive data (CSV)"
_TITLE = re.compile(r"table (\d+\.\d+[a-z]?)\. .+", re.IGNORECASE)
_REVISED = re.compile(r"last revised on: ([A-Za-z]+ \d{1,2}, \d{4})", re.IGNORECASE)
_PREFIXES = re.compile(r"^(equals|less|plus):\s*", re.IGNORECASE)
_ROUNDING = 0.25
_IDENTITIES = (("Disposable personal income", "Personal income", "Personal current taxes"),)


def recognise(file: PublisherFile) -> Recognition | None:
    """A table's title, and a heading row that begins with Line."""
    if file.kind not in ("text", "workbook"):
        return None
    sheet = file.sheet(file.sheet_names[0])
    number_of = _number(sheet)
    if number_of is None or _header(sheet) is None:
        return None
    return Recognition(PUBLISHER, f"NIPA table {number_of}, a line a row")


def read(file: PublisherFile) -> ParsedFile:
    """Read every numbered line. Keys are table and words, e.g. ``2.1/Disposable personal income``.

    A line that stands below a heading without figures (as Total below Disposable personal income:) is told
    apart by that
    heading: ``2.1/Disposable personal income: Total, billions of chained (2017) dollars``.

    Raises:
        DataError: an unreadable period or figure, a line or period that stands twice, a line shorter than
            the heading, disposable income that is not income less taxes.
    """
    recognition = recognise(file)
    sheet = file.sheet(file.sheet_names[0])
    header, table = _header(sheet), _number(sheet)
    if recognition is None or header is None or table is None:
        raise DataError("no NIPA table found", where=file.name, remedy=_DOWNLOAD)
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    vintage = _revised(sheet, header)
    parsed.stated = bool(vintage)
    parsed.dating = "the last revision stated in the file" if vintage else ""
    periods, first = _periods(sheet, header)
    figures: dict[tuple[str, str], Figure] = {}
    above: list[tuple[int, str]] = []
    for row in range(first, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        words = str(sheet.cell(row, 1))
        indent, name = len(words) - len(words.lstrip()), _words(words)
        if plain(sheet.cell(row, 0)).lower().startswith("legend"):
            break
        if not name:
            raise DataError("a line without words", where=sheet.where(row, 1), remedy=_DOWNLOAD)
        sheet.require_width(row, len(sheet.rows[header]))
        above = [(depth, heading) for depth, heading in above if depth < indent]
        if not plain(sheet.cell(row, 0)):
            above.append((indent, name.rstrip(":")))
            continue
        headings = [heading for _, heading in above if heading.lower() != "addenda"]
        key = f"{table}/" + ": ".join([*headings, name])
        duplicate = any(known == key for known, _ in figures)
        for column, period in periods.items():
            value = number_at(sheet, row, column)
            if duplicate:
                raise DataError(
                    f"the line '{name}' stands twice", where=sheet.where(row, 1), remedy=_DOWNLOAD
                )
            if value is None:
                parsed.blanks.append((key, period))
            else:
                figures[key, period] = Figure(key, period, value, sheet.place(row, column), vintage)
    _check_identities(sheet, table, figures)
    parsed.figures = frame(figures.values())
    return parsed


def _number(sheet: Sheet) -> str | None:
    """The table's number, from its title in the first rows: ``2.1``."""
    titles = (_TITLE.match(label(cell)) for row in sheet.rows[:4] for cell in row[:1])
    return next((found[1] for found in titles if found), None)


def _header(sheet: Sheet) -> int | None:
    """The first heading row: Line, then years; quarters, when there are any, stand in the row below it."""
    for row in range(min(12, len(sheet.rows))):
        if label(sheet.cell(row, 0)).lower() == "line" and any(year(cell) for cell in sheet.rows[row][2:]):
            return row
    return None


def _revised(sheet: Sheet, header: int) -> str:
    for row in sheet.rows[:header]:
        if found := _REVISED.search(label(row[0]) if row else ""):
            try:
                return dt.datetime.strptime(found[1], "%B %d, %Y").date().isoformat()
            except ValueError:
                return ""
    return ""


def _periods(sheet: Sheet, header: int) -> tuple[dict[int, str], int]:
    """Column to period, and the first row below the headings."""
    second = label(sheet.cell(header + 1, 0)).lower() == "line" if header + 1 < len(sheet.rows) else False
    periods: dict[int, str] = {}
    for column in range(2, len(sheet.rows[header])):
        in_year = year(sheet.cell(header, column))
        below = plain(sheet.cell(header + 1, column)).upper() if second else ""
        period = in_year if in_year and not below else f"{in_year}-{below}"
        if in_year is None or not re.fullmatch(r"\d{4}(-Q[1-4])?", str(period)):
            shown = f"{label(sheet.cell(header, column))} {below}"[:40]
            message = f"expected a year or quarter, found '{shown}'"
            raise DataError(message, where=sheet.where(header, column), remedy=_DOWNLOAD)
        if period in periods.values():
            raise DataError(f"two columns for {period}", where=sheet.where(header, column), remedy=_DOWNLOAD)
        periods[column] = str(period)
    if not periods:
        raise DataError("no year stands in the heading", where=sheet.where(header, 0), remedy=_DOWNLOAD)
    return periods, header + (2 if second else 1)


def _words(words: str) -> str:
    """The words of a line without indentation, Equals:/Less:, and the number of its footnote."""
    return _PREFIXES.sub("", re.sub(r"(?<=[a-z)])\d{1,2}$", "", label(words)))


def _check_identities(sheet: Sheet, table: str, figures: dict[tuple[str, str], Figure]) -> None:
    for total, income, taxes in _IDENTITIES:
        for (key, period), figure in figures.items():
            parts = [figures.get((f"{table}/{name}", period)) for name in (income, taxes)]
            if key == f"{table}/{total}" and parts[0] and parts[1]:
                expected = parts[0].value - parts[1].value
                if abs(figure.value - expected) > _ROUNDING:
                    raise DataError(
                        f"{total} {period} is {figure.value}, but income less taxes gives {expected:.1f}",
                        where=f"{sheet.file}, {figure.place}",
                        remedy=_DOWNLOAD,
                    )

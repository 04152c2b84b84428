"""The St. Louis Fed's FRED and ALFRED: a CSV of dates and one column a series.

The first column is called observation_date, DATE, Date or date; the others bear FRED's series id, in ALFRED
downloads with the vintage behind it (``GDP_20170127``). Copies made with other tools say only ``date,value``:
then the file does not name its series, and whoever imports it must. A date is the first day of a period whose
length FRED does not write.
"""

from __future__ import annotations

import re
from decimal import Decimal

from consumer_credit.data.publishers.cells import day, is_percent, number_at, plain
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, Unit, frame
from consumer_credit.data.publishers.files import PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "fred"
TITLE = Title("FRED, Federal Reserve Bank of St. Louis", "圣路易斯联邦储备银行FRED数据库")
UNNAMED = "value"
_DOWNLOAD = "download the series again from FRED (Download, CSV)"
_DATES = ("observation_date", "date", "record_date")
_ID = re.compile(r"[A-Z][A-Z0-9]{1,24}")
_VINTAGE_ID = re.compile(r"([A-Z][A-Z0-9]{1,24})_((?:19|20)\d\d)(\d\d)(\d\d)")


def recognise(file: PublisherFile) -> Recognition | None:
    """A heading of a date column and FRED ids (or ``value``), with ISO dates below it."""
    if file.kind not in ("text", "workbook"):
        return None
    found = _table(file)
    if found is None:
        return None
    sheet, header = found
    names = [plain(cell) for cell in sheet.rows[header]]
    if any(_VINTAGE_ID.fullmatch(name) for name in names):
        return Recognition(PUBLISHER, "ALFRED, a column a vintage")
    if UNNAMED in (name.lower() for name in names):
        return Recognition(PUBLISHER, "FRED, date and value, series not named")
    return Recognition(PUBLISHER, f"FRED, dates headed '{names[0]}'")


def read(file: PublisherFile) -> ParsedFile:
    """Read every column. Keys are FRED's ids, or ``value`` where the file names none.

    Raises:
        DataError: an unreadable date or figure, a date or column that stands twice, rows longer or shorter
            than the heading.
    """
    recognition, found = recognise(file), _table(file)
    if recognition is None or found is None:
        raise DataError("no FRED table found", where=file.name, remedy=_DOWNLOAD)
    file.require_last_line_ended()
    sheet, header = found
    dates, columns = _columns(sheet, header)
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]), first_days=True)
    parsed.names_series = UNNAMED not in (key for key, _ in columns.values())
    figures: dict[tuple[str, str, str], Figure] = {}
    signed: dict[str, bool] = {}
    for row in range(header + 1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(sheet.rows[header]))
        period = day(sheet.cell(row, dates))
        if period is None or not period.endswith("-01"):
            shown = plain(sheet.cell(row, dates))[:40]
            message = f"expected the first day of a period such as 2016-10-01, found '{shown}'"
            raise DataError(message, where=sheet.where(row, dates), remedy=_DOWNLOAD)
        for column, (key, vintage) in columns.items():
            cell = sheet.cell(row, column)
            value = number_at(sheet, row, column, percent=True)
            if value is not None and signed.setdefault(key, is_percent(cell)) != is_percent(cell):
                message = "a per-cent sign on some figures of the column and not on others"
                raise DataError(message, where=sheet.where(row, column), remedy=_DOWNLOAD)
            if value is None:
                parsed.blanks.append((key, period))
            elif (key, period, vintage) in figures:
                raise DataError(f"{period} stands twice", where=sheet.where(row, dates), remedy=_DOWNLOAD)
            else:
                figures[key, period, vintage] = Figure(key, period, value, sheet.place(row, column), vintage)
    if not figures:
        raise DataError("the table holds no figures", where=file.name, remedy=_DOWNLOAD)
    parsed.units = {key: Unit("%", "percent", Decimal("0.01")) for key, sign in signed.items() if sign}
    if any(vintage for _, vintage in columns.values()):
        parsed.stated = True
        parsed.dating = "stated in the column headings"
    parsed.figures = frame(figures.values())
    return parsed


def _table(file: PublisherFile) -> tuple[Sheet, int] | None:
    """The sheet and heading row of a FRED table; FRED's own workbooks put notes before it."""
    for name in file.sheet_names[:8]:
        sheet = file.sheet(name)
        for row in range(min(40, len(sheet.rows))):
            names = [plain(cell) for cell in sheet.rows[row]]
            if len(names) < 2 or not any(name.lower() in _DATES for name in names):
                continue
            others = [name for name in names if name.lower() not in _DATES]
            below = next((r for r in range(row + 1, len(sheet.rows)) if any(map(plain, sheet.rows[r]))), None)
            dated = below is not None and any(_first_day(cell) for cell in sheet.rows[below])
            if dated and others and all(_is_id(name) for name in others):
                return sheet, row
    return None


def _first_day(cell: object) -> bool:
    found = day(cell)  # type: ignore[arg-type]
    return bool(found and found.endswith("-01"))


def _is_id(name: str) -> bool:
    return name.lower() == UNNAMED or bool(_ID.fullmatch(name) or _VINTAGE_ID.fullmatch(name))


def _columns(sheet: Sheet, header: int) -> tuple[int, dict[int, tuple[str, str]]]:
    """Column of the dates, and (key, vintage) of each other column."""
    dates, columns = -1, dict[int, tuple[str, str]]()
    for column, cell in enumerate(sheet.rows[header]):
        name = plain(cell)
        if name.lower() in _DATES:
            if dates >= 0:
                raise DataError("two columns of dates", where=sheet.where(header, column), remedy=_DOWNLOAD)
            dates = column
            continue
        shaped = _VINTAGE_ID.fullmatch(name)
        key = (shaped[1], f"{shaped[2]}-{shaped[3]}-{shaped[4]}") if shaped else (name, "")
        key = (UNNAMED, "") if name.lower() == UNNAMED else key
        if key in columns.values():
            raise DataError(f"two columns named {name}", where=sheet.where(header, column), remedy="keep one")
        columns[column] = key
    return dates, columns

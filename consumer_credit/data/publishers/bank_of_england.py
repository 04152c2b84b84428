"""The Bank of England's interactive database: a CSV of month ends, a column a series (``DATE,LPMBI2O``).

Dates are written 31 Jan 2016. A cleaned copy in circulation says ``record_date,consumer_credit_gbp_m``; it is
read too, under that name. The file states neither unit nor date of publication.
"""

from __future__ import annotations

import re
from decimal import Decimal

from consumer_credit.data.periods import last_day
from consumer_credit.data.publishers.cells import day, number_at, plain
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, Unit, frame
from consumer_credit.data.publishers.files import PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "boe"
TITLE = Title("Bank of England database", "英格兰银行统计数据库")
_DOWNLOAD = "download the series again from the Bank's database (CSV, one column a series)"
_CODE = re.compile(r"[A-Z]{2,4}[A-Z0-9]{3,8}")
_NAMED = re.compile(r"[a-z_]+_gbp_(m|mn|bn)")
_SCALES = {"m": 6, "mn": 6, "bn": 9}


def recognise(file: PublisherFile) -> Recognition | None:
    """``DATE`` and the Bank's codes above days written in words, or ``record_date`` and pounds."""
    if file.kind not in ("text", "workbook"):
        return None
    found = _table(file)
    if found is None:
        return None
    _, _, columns = found
    named = any(_NAMED.fullmatch(code) for code in columns.values())
    return Recognition(PUBLISHER, "database, cleaned copy" if named else "database, a column a series")


def read(file: PublisherFile) -> ParsedFile:
    """Read every column. Keys are the Bank's codes, e.g. ``LPMBI2O``.

    Raises:
        DataError: an unreadable date or figure, a date that is not a month's end, a month or code that stands
            twice.
    """
    recognition, found = recognise(file), _table(file)
    if recognition is None or found is None:
        raise DataError("no Bank of England table found", where=file.name, remedy=_DOWNLOAD)
    file.require_last_line_ended()
    sheet, header, columns = found
    if len(set(columns.values())) < len(columns):
        raise DataError("two columns of one series", where=sheet.where(header, 0), remedy="keep one")
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    figures: dict[tuple[str, str], Figure] = {}
    for row in range(header + 1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(sheet.rows[header]))
        date = day(sheet.cell(row, 0))
        if date is None or date != last_day(date[:7]).isoformat():
            shown = plain(sheet.cell(row, 0))[:40]
            raise DataError(
                f"expected the last day of a month, found '{shown}'",
                where=sheet.where(row, 0),
                remedy=_DOWNLOAD,
            )
        for column, code in columns.items():
            value = number_at(sheet, row, column)
            if value is None:
                parsed.blanks.append((code, date[:7]))
            elif (code, date[:7]) in figures:
                raise DataError(
                    f"{date[:7]} stands twice", where=sheet.where(row, 0), remedy="keep the right one"
                )
            else:
                figures[code, date[:7]] = Figure(code, date[:7], value, sheet.place(row, column))
    parsed.figures = frame(figures.values())
    for code in columns.values():
        if shaped := _NAMED.fullmatch(code):
            parsed.units[code] = Unit(code, "GBP", Decimal(10) ** _SCALES[shaped[1]])
    return parsed


def _table(file: PublisherFile) -> tuple[Sheet, int, dict[int, str]] | None:
    sheet = file.sheet(file.sheet_names[0])
    for row in range(min(5, len(sheet.rows) - 1)):
        names = [plain(cell) for cell in sheet.rows[row]]
        columns = {column: name for column, name in enumerate(names) if column > 0 and name}
        if not columns or names[0].lower() not in ("date", "record_date"):
            continue
        in_words = any(sign.isalpha() for sign in plain(sheet.cell(row + 1, 0)))
        if all(_NAMED.fullmatch(name) for name in columns.values()):
            return sheet, row, columns
        if (
            in_words
            and day(sheet.cell(row + 1, 0))
            and all(_CODE.fullmatch(name) for name in columns.values())
        ):
            return sheet, row, columns
    return None

"""The Federal Reserve Board: G.19 Consumer Credit, as the Data Download Program writes it.

A CSV with a column a series: six heading rows (description, unit, multiplier, currency, identifier, code),
then a row a month. Newer files put other series first and leave out some; order and number of columns do not
matter. The file bears no date: its figures are dated by the calendar of the release, which puts out month M
on the fifth working day of M + 2.
"""

from __future__ import annotations

import re
from decimal import Decimal

from consumer_credit.data.periods import month_after
from consumer_credit.data.publishers.cells import label, month, number_at, plain, quarter, year
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, Unit, frame
from consumer_credit.data.publishers.files import PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "ddp"
TITLE = Title("G.19, Consumer Credit", "消费信贷（G.19）")
RELEASE_MONTHS = 2
_DOWNLOAD = "download the G.19 package again from the Board's Data Download Program (CSV, labels included)"
_ROWS = ("series description", "unit", "multiplier", "currency", "unique identifier", "time period")
_IDENTITIES = tuple((f"DTCTL{a}.M", f"DTCTLR{a}.M", f"DTCTLN{a}.M") for a in ("", "_N"))
_TOLERANCE = 0.03


def recognise(file: PublisherFile) -> Recognition | None:
    """A table whose first column reads Series Description … Time Period, with identifiers G19/…"""
    if file.kind not in ("text", "workbook"):
        return None
    for name in file.sheet_names[:3]:
        rows = _heading(file.sheet(name))
        if rows and any(
            plain(cell).startswith("G19/") for cell in file.sheet(name).rows[rows["unique identifier"]]
        ):
            return Recognition(PUBLISHER, "G.19, Data Download Program, a column a series")
    return None


def read(file: PublisherFile) -> ParsedFile:
    """Read every series of the package. Keys are the Board's codes, e.g. ``DTCTL.M``.

    Raises:
        DataError: a heading row or code is missing, an unreadable month or figure, a month or code that
            stands twice, or a total that is not revolving plus nonrevolving.
    """
    recognition = recognise(file)
    if recognition is None:
        raise DataError("no G.19 table found", where=file.name, remedy=_DOWNLOAD)
    sheet = next(s for s in map(file.sheet, file.sheet_names) if _heading(s))
    heading = _heading(sheet)
    codes = _codes(sheet, heading)
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    parsed.units = {code: _unit(sheet, heading, column) for column, code in codes.items()}
    values: dict[tuple[str, str], tuple[float, str]] = {}
    seen: dict[str, int] = {}
    for row in range(heading["time period"] + 1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(sheet.rows[heading["time period"]]))
        period = month(sheet.cell(row, 0)) or quarter(sheet.cell(row, 0)) or year(sheet.cell(row, 0))
        if period is None:
            found = plain(sheet.cell(row, 0))[:40]
            raise DataError(f"expected a month, found '{found}'", where=sheet.where(row, 0), remedy=_DOWNLOAD)
        if period in seen:
            raise DataError(
                f"{period} stands twice, first in row {seen[period] + 1}",
                where=sheet.where(row, 0),
                remedy=_DOWNLOAD,
            )
        seen[period] = row
        for column, code in codes.items():
            percent = parsed.units[code].measure == "percent"
            value = number_at(sheet, row, column, percent=percent)
            if value is None:
                parsed.blanks.append((code, period))
            else:
                values[code, period] = value, sheet.place(row, column)
    _check_end(file, sheet)
    _check_identities(sheet, values)
    if not values:
        raise DataError("the table holds no figures", where=file.name, remedy=_DOWNLOAD)
    vintage = month_after(max(period for _, period in values), RELEASE_MONTHS)
    parsed.dating = f"by the calendar of the release: its last month comes out in {vintage}"
    parsed.figures = frame(
        Figure(code, period, v, place, vintage) for (code, period), (v, place) in values.items()
    )
    return parsed


def _check_end(file: PublisherFile, sheet: Sheet) -> None:
    """The Board's files end without a line break, but never within a number: the last has all its decimals."""
    last = [plain(row[-1]) for row in sheet.rows[-3:] if row and plain(row[-1])]
    if file.kind == "text" and not file.text.endswith("\n") and len(last) > 1:
        decimals = [len(cell.partition(".")[2]) for cell in last if cell[-1:].isdecimal()]
        if decimals and decimals[-1] < max(decimals):
            where = sheet.where(len(sheet.rows) - 1, len(sheet.rows[-1]) - 1)
            raise DataError(f"'{last[-1]}' seems cut off", where=where, remedy=_DOWNLOAD)


def _heading(sheet: Sheet) -> dict[str, int]:
    """Name to row of the six heading rows; empty when the first column does not read so."""
    found: dict[str, int] = {}
    for row in range(min(12, len(sheet.rows))):
        name = label(sheet.cell(row, 0)).lower().strip(": ")
        if name in _ROWS:
            found[name] = row
    return found if {"time period", "unique identifier"} <= set(found) else {}


def _codes(sheet: Sheet, heading: dict[str, int]) -> dict[int, str]:
    codes: dict[int, str] = {}
    for column in range(1, max(len(sheet.rows[row]) for row in heading.values())):
        code = plain(sheet.cell(heading["time period"], column))
        identifier = plain(sheet.cell(heading["unique identifier"], column))
        if not code and not identifier:
            if any(plain(sheet.cell(row, column)) for row in range(len(sheet.rows))):
                where = sheet.where(heading["time period"], column)
                raise DataError("figures without a code", where=where, remedy=_DOWNLOAD)
            continue
        if not code or identifier.rsplit("/", 1)[-1] != code:
            raise DataError(
                f"the code '{code}' does not end the identifier '{identifier}'",
                where=sheet.where(heading["time period"], column),
                remedy=_DOWNLOAD,
            )
        if code in codes.values():
            where = sheet.where(heading["time period"], column)
            raise DataError(f"two columns for {code}", where=where, remedy=_DOWNLOAD)
        codes[column] = code
    return codes


def _unit(sheet: Sheet, heading: dict[str, int], column: int) -> Unit:
    def word(name: str) -> str:
        return plain(sheet.cell(heading[name], column)) if name in heading else ""

    kind, multiplier, currency = word("unit").lower(), word("multiplier").replace(",", ""), word("currency")
    scale = Decimal(multiplier) if re.fullmatch(r"1(0*)", multiplier) else None
    if kind == "percent":
        scale = Decimal("0.01") if scale == 1 else None
    measure = {"percent": "percent", "currency": currency if re.fullmatch(r"[A-Z]{3}", currency) else ""}.get(
        kind, ""
    )
    return Unit(f"{word('unit')} × {multiplier}".strip(" ×"), measure, scale)


def _check_identities(sheet: Sheet, values: dict[tuple[str, str], tuple[float, str]]) -> None:
    for total, revolving, nonrevolving in _IDENTITIES:
        for (code, period), (value, place) in values.items():
            if code != total or (nonrevolving, period) not in values:
                continue
            parts = [values[part, period] for part in (revolving, nonrevolving) if (part, period) in values]
            if abs(value - sum(part[0] for part in parts)) > _TOLERANCE:
                raise DataError(
                    f"{total} {period} is {value}, but its parts give {sum(part[0] for part in parts):.2f}",
                    where=f"{sheet.file}, {place}",
                    remedy="one of these cells is wrong; " + _DOWNLOAD,
                )

"""The New York Fed's Quarterly Report on Household Debt and Credit: the workbook behind its charts.

A sheet a chart, named after the page of the report, which changes from year to year; so do row positions,
the direction (quarters across in 2012, down today) and some words. The title in a sheet's first cell says
what it holds. The contents sheet states the month of publication.
"""

from __future__ import annotations

import datetime as dt
import re

from consumer_credit.data.publishers.cells import english_unit, label, month, number, quarter
from consumer_credit.data.publishers.contract import UNSTATED, Figure, ParsedFile, Recognition, Title, frame
from consumer_credit.data.publishers.files import Cell, PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "nyfed"
TITLE = Title("Quarterly Report on Household Debt and Credit", "家庭债务与信贷季度报告")
_REPORT = "quarterly report on household debt and credit"
_DOWNLOAD = "download the workbook again from the New York Fed's household debt page"
_TABLES = {
    "total debt balance and its composition": "balance",
    "percent of balance 90+ days delinquent by loan type": "delinquent_90_days",
}
_HOME_EQUITY = "home_equity_revolving"
_LOANS = {
    "mortgage": "mortgage", "mortage": "mortgage", "he revolving": _HOME_EQUITY, "heloc": _HOME_EQUITY,
    "auto loan": "auto", "auto": "auto", "credit card": "credit_card", "cc": "credit_card",
    "student loan": "student", "other": "other", "total": "total", "all": "total",
}  # fmt: skip
_ROUNDING = 0.005


def recognise(file: PublisherFile) -> Recognition | None:
    """A workbook with the report's name on one of its first sheets."""
    if file.kind != "workbook" or _contents(file) is None:
        return None
    return Recognition(PUBLISHER, "household debt and credit, underlying data")


def read(file: PublisherFile) -> ParsedFile:
    """Read the debt balances and the share of balances 90 days late, by loan type.

    Keys are ``balance:auto``, ``delinquent_90_days:total`` and so on; the other tables are counted in a note.

    Raises:
        DataError: a table is missing, an unreadable quarter or figure, a quarter or loan type that stands
            twice, balances that do not add up to the total.
    """
    contents = _contents(file)
    if contents is None:
        raise DataError("no household debt report found", where=file.name, remedy=_DOWNLOAD)
    parsed = ParsedFile(PUBLISHER, "household debt and credit, underlying data", frame([]))
    vintage = next((found for row in contents.rows[:12] for found in map(_published, row) if found), "")
    parsed.stated = bool(vintage)
    parsed.dating = "the month of publication stated on the contents sheet" if vintage else ""
    figures: list[Figure] = []
    found, others = set[str](), 0
    for name in file.sheet_names:
        sheet = file.sheet(name)
        title = _title(sheet)
        if title in _TABLES and _TABLES[title] not in found:
            found.add(_TABLES[title])
            figures += _table(sheet, _TABLES[title], vintage, parsed)
        elif title in _TABLES:
            raise DataError(f"the table '{title}' stands twice", where=sheet.where(0, 0), remedy=_DOWNLOAD)
        elif sheet is not contents and sheet.rows:
            others += 1
    for title, short in _TABLES.items():
        if short not in found:
            raise DataError(
                f"expected a sheet titled '{title}', found none", where=file.name, remedy=_DOWNLOAD
            )
    if others:
        parsed.notes.append(f"{others} other tables of the workbook are not collected")
    parsed.figures = frame(figures)
    return parsed


def _contents(file: PublisherFile) -> Sheet | None:
    for name in file.sheet_names[:3]:
        sheet = file.sheet(name)
        if any(_REPORT in label(cell).lower() for row in sheet.rows[:12] for cell in row):
            return sheet
    return None


def _published(cell: Cell) -> str | None:
    """The month of publication on the contents sheet, ``November 2012``."""
    return month(cell) if isinstance(cell, dt.date) or re.fullmatch(r"[A-Za-z]+ \d{4}", label(cell)) else None


def _title(sheet: Sheet) -> str:
    words = next((label(cell) for row in sheet.rows[:1] for cell in row if label(cell)), "")
    return re.sub(r"[*\d]*$", "", words.lower()).strip()


def _table(sheet: Sheet, short: str, vintage: str, parsed: ParsedFile) -> list[Figure]:
    """Read one table, whichever way its quarters run."""
    unit = next((u for row in sheet.rows[1:4] for u in map(english_unit, row) if u), UNSTATED)
    across, at = _quarters(sheet)
    loans: dict[int, str] = {}
    lines = range(at + 1, len(sheet.rows)) if across else range(1, max(map(len, sheet.rows)))
    for line in lines:
        row, column = (line, 0) if across else (at, line)
        words = label(sheet.cell(row, column)).lower()
        if words in _LOANS:
            if _LOANS[words] in loans.values():
                raise DataError(f"'{words}' stands twice", where=sheet.where(row, column), remedy=_DOWNLOAD)
            loans[line] = _LOANS[words]
        elif words and _has_figures(sheet, line, across, at):
            parsed.unknown.append(f"'{words}' ({sheet.place(row, column)})")
    quarters = _dated(sheet, across, at)
    figures: dict[tuple[str, str], Figure] = {}
    for line, loan in loans.items():
        parsed.units[f"{short}:{loan}"] = unit
        for other, period in quarters.items():
            row, column = (line, other) if across else (other, line)
            cell, where = sheet.cell(row, column), sheet.where(row, column)
            value = number(cell, where, percent=unit.measure == "percent")
            if value is None:
                parsed.blanks.append((f"{short}:{loan}", period))
            else:
                figure = Figure(f"{short}:{loan}", period, value, sheet.place(row, column), vintage)
                figures[loan, period] = figure
    _check_table(sheet, short, figures, set(loans.values()), set(quarters.values()))
    return list(figures.values())


def _quarters(sheet: Sheet) -> tuple[bool, int]:
    """Whether quarters run across, and the 0-based row that holds them, or else the row of the loan types."""
    for row in range(1, min(12, len(sheet.rows))):
        if sum(quarter(cell) is not None for cell in sheet.rows[row]) >= 2:
            return True, row
        if sum(label(cell).lower() in _LOANS for cell in sheet.rows[row]) >= 2:
            return False, row
    raise DataError("no row of quarters or loan types found", where=sheet.where(0, 0), remedy=_DOWNLOAD)


def _dated(sheet: Sheet, across: bool, at: int) -> dict[int, str]:
    """Column (or row) to quarter; every heading over figures must be one."""
    dated: dict[int, str] = {}
    places = (
        [(at, c) for c in range(1, len(sheet.rows[at]))]
        if across
        else [(r, 0) for r in range(at + 1, len(sheet.rows))]
    )
    for row, column in places:
        cell, line = sheet.cell(row, column), column if across else row
        period = quarter(cell)
        if period in dated.values():
            raise DataError(f"{period} stands twice", where=sheet.where(row, column), remedy=_DOWNLOAD)
        if period:
            dated[line] = period
        elif _holds_figures(sheet, line, across, at):
            shown = label(cell)[:40]
            raise DataError(
                f"expected a quarter, found '{shown}'", where=sheet.where(row, column), remedy=_DOWNLOAD
            )
    return dated


def _holds_figures(sheet: Sheet, line: int, across: bool, at: int) -> bool:
    """Whether the column (or row) `line` of the table holds a number."""
    cells = (
        [sheet.cell(row, line) for row in range(at + 1, len(sheet.rows))] if across else sheet.rows[line][1:]
    )
    return any(isinstance(cell, float | int) for cell in cells)


def _has_figures(sheet: Sheet, line: int, across: bool, at: int) -> bool:
    """Whether the loan type in row (or column) `line` holds a number."""
    cells = (
        sheet.rows[line][1:] if across else [sheet.cell(row, line) for row in range(at + 1, len(sheet.rows))]
    )
    return any(isinstance(cell, float | int) for cell in cells)


def _check_table(
    sheet: Sheet, short: str, figures: dict[tuple[str, str], Figure], loans: set[str], quarters: set[str]
) -> None:
    missing = set(_LOANS.values()) - loans
    if missing or not figures:
        raise DataError(f"no line for {min(missing or quarters)}", where=sheet.where(0, 0), remedy=_DOWNLOAD)
    for period in quarters:
        held = {loan: figures[loan, period].value for loan in loans if (loan, period) in figures}
        if held and len(held) < len(loans):
            lost = min(loans - set(held))
            raise DataError(f"no figure for {lost} in {period}", where=sheet.where(0, 0), remedy=_DOWNLOAD)
        if held and short == "balance":
            parts = sum(value for loan, value in held.items() if loan != "total")
            if abs(parts - held["total"]) > _ROUNDING:
                figure = figures["total", period]
                raise DataError(
                    f"the total of {period} is {held['total']:.3f}, but its parts give {parts:.3f}",
                    where=f"{sheet.file}, {figure.place}",
                    remedy=_DOWNLOAD,
                )

"""Statistics Canada: a table's full CSV (REF_DATE, GEO, …, UOM, SCALAR_FACTOR, VECTOR, COORDINATE, VALUE).

One row a series and period. The vector names the series for good, whatever words the table uses. REF_DATE is
the first month of a quarter in quarterly tables; the file writes neither the frequency nor a date of
publication.
"""

from __future__ import annotations

from decimal import Decimal

from consumer_credit.data.publishers.cells import label, month, number_at, plain, year
from consumer_credit.data.publishers.contract import (
    UNSTATED,
    Figure,
    ParsedFile,
    Recognition,
    Title,
    Unit,
    frame,
)
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.errors import DataError

PUBLISHER = "statcan"
TITLE = Title("Statistics Canada, data table", "加拿大统计局数据表")
_NEEDED = ("REF_DATE", "UOM", "SCALAR_FACTOR", "VECTOR", "VALUE")
_SCALES = {"units": 0, "thousands": 3, "millions": 6, "billions": 9}
_DOWNLOAD = "download the whole table again from Statistics Canada (CSV)"


def recognise(file: PublisherFile) -> Recognition | None:
    """A heading row that names REF_DATE, VECTOR and VALUE."""
    if file.kind not in ("text", "workbook"):
        return None
    rows = file.sheet(file.sheet_names[0]).rows
    names = {plain(cell).upper() for cell in rows[0]} if rows else set()
    return (
        Recognition(PUBLISHER, "full table, a row a figure")
        if {"REF_DATE", "VECTOR", "VALUE"} <= names
        else None
    )


def read(file: PublisherFile) -> ParsedFile:
    """Read every row. Keys are vectors, e.g. ``v1038036701``.

    Raises:
        DataError: a column is missing, an unreadable date, vector, unit or figure, a figure that stands
            twice.
    """
    recognition = recognise(file)
    if recognition is None:
        raise DataError("no Statistics Canada table found", where=file.name, remedy=_DOWNLOAD)
    file.require_last_line_ended()
    sheet = file.sheet(file.sheet_names[0])
    names = [plain(cell).upper() for cell in sheet.rows[0]]
    for needed in _NEEDED:
        if names.count(needed) != 1:
            raise DataError(
                f"expected one column {needed}, found {names.count(needed)}",
                where=sheet.where(0, 0),
                remedy=_DOWNLOAD,
            )
    at = {name: names.index(name) for name in _NEEDED}
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]), first_days=True)
    figures: dict[tuple[str, str], Figure] = {}
    for row in range(1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(names))
        vector = plain(sheet.cell(row, at["VECTOR"])).lower()
        if not (vector.startswith("v") and vector[1:].isdecimal()):
            raise DataError(
                f"expected a vector such as v122707, found '{vector[:40]}'",
                where=sheet.where(row, at["VECTOR"]),
                remedy=_DOWNLOAD,
            )
        cell = sheet.cell(row, at["REF_DATE"])
        found = month(cell) or year(cell)
        if found is None:
            shown = plain(cell)[:40]
            raise DataError(
                f"expected a month, found '{shown}'", where=sheet.where(row, at["REF_DATE"]), remedy=_DOWNLOAD
            )
        period = f"{found}-01" if "-" in found else f"{found}-01-01"
        unit = _unit(label(sheet.cell(row, at["UOM"])), label(sheet.cell(row, at["SCALAR_FACTOR"])).lower())
        if parsed.units.setdefault(vector, unit) != unit:
            raise DataError(f"{vector} has two units", where=sheet.where(row, at["UOM"]), remedy=_DOWNLOAD)
        value = number_at(sheet, row, at["VALUE"])
        if value is None:
            parsed.blanks.append((vector, period))
        elif (vector, period) in figures:
            raise DataError(
                f"{vector} {found} stands twice", where=sheet.where(row, 0), remedy="keep the right one"
            )
        else:
            figures[vector, period] = Figure(vector, period, value, sheet.place(row, at["VALUE"]))
    parsed.figures = frame(figures.values())
    return parsed


def _unit(measure: str, factor: str) -> Unit:
    if factor not in _SCALES:
        return UNSTATED
    scale = Decimal(10) ** _SCALES[factor]
    if measure.lower() == "dollars":
        return Unit(f"{measure}, {factor}", "CAD", scale)
    if measure.lower() in ("percent", "ratio"):
        return Unit(f"{measure}, {factor}", "percent", scale / 100)
    return Unit(f"{measure}, {factor}", "", scale)

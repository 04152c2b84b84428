"""The Bank for International Settlements: total credit to the non-financial sector, in every form.

Wide CSV (a row a series, a column a quarter; headings of 2019 and of today differ), the workbook of 2016 (a
column a series), and SDMX-CSV or the flat bulk file (a row a figure). The series key (``Q:CN:H:A:M:770:A``)
is the same in all of them. No file bears a date: the release for a quarter comes out about six months after
it, and carries all earlier quarters.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from consumer_credit.data.periods import month_after
from consumer_credit.data.publishers.cells import label, number_at, plain, quarter
from consumer_credit.data.publishers.contract import (
    UNSTATED,
    Figure,
    ParsedFile,
    Recognition,
    Title,
    Unit,
    frame,
)
from consumer_credit.data.publishers.files import PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "bis"
TITLE = Title("Credit to the non-financial sector", "非金融部门信贷统计")
RELEASE_MONTHS = 6
_DOWNLOAD = "download WS_TC again from the BIS data portal"
_DIMENSIONS = ("FREQ", "BORROWERS_CTY", "TC_BORROWERS", "TC_LENDERS", "VALUATION", "UNIT_TYPE", "TC_ADJUST")
_KEY = re.compile(r"Q:[0-9A-Z]{2}:[A-Z]:[A-Z]:[A-Z]:[0-9A-Z]{3}:[A-Z]")


def recognise(file: PublisherFile) -> Recognition | None:
    """The seven dimensions of WS_TC as headings, or a workbook's row of series keys."""
    if file.kind not in ("text", "workbook"):
        return None
    for name in file.sheet_names[:8]:
        sheet = file.sheet(name)
        if not sheet.rows:
            continue
        names = _names(sheet)
        if set(_DIMENSIONS) <= set(names):
            if "OBS_VALUE" in names:
                return Recognition(PUBLISHER, "total credit, SDMX-CSV, a row a figure")
            return Recognition(PUBLISHER, "total credit, a row a series")
        if _key_row(sheet) is not None:
            return Recognition(PUBLISHER, "total credit, workbook, a column a series")
    return None


def read(file: PublisherFile) -> ParsedFile:
    """Read every series. Keys are the BIS's, with colons.

    Raises:
        DataError: a row whose dimensions do not give its key, an unreadable quarter or figure, a series or
            quarter that stands twice, a row shorter than the heading.
    """
    recognition = recognise(file)
    if recognition is None:
        raise DataError("no BIS total credit found", where=file.name, remedy=_DOWNLOAD)
    file.require_last_line_ended()
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    figures: list[Figure] = []
    for name in file.sheet_names[:8]:
        sheet = file.sheet(name)
        if not sheet.rows:
            continue
        names = _names(sheet)
        if set(_DIMENSIONS) <= set(names):
            figures += (
                _rows_of_figures(sheet, names, parsed)
                if "OBS_VALUE" in names
                else _rows(sheet, names, parsed)
            )
        elif (row := _key_row(sheet)) is not None:
            figures += _columns(sheet, row, parsed)
    if not figures:
        raise DataError("the table holds no figures", where=file.name, remedy=_DOWNLOAD)
    vintage = month_after(max(figure.period for figure in figures), RELEASE_MONTHS)
    parsed.dating = f"by the calendar of the release: its last quarter comes out in {vintage}"
    parsed.figures = frame(figures)
    parsed.figures["vintage"] = vintage
    return parsed


def _names(sheet: Sheet) -> list[str]:
    """The heading's codes; the flat bulk file writes ``FREQ:Frequency``."""
    return [plain(cell).split(":")[0].strip() for cell in sheet.rows[0]]


def _key_row(sheet: Sheet) -> int | None:
    for row in range(min(8, len(sheet.rows))):
        if sum(bool(_KEY.fullmatch(plain(cell))) for cell in sheet.rows[row][:50]) >= 1:
            return row
    return None


def _code(sheet: Sheet, row: int, column: int) -> str:
    """A dimension's code; with labels it reads ``Q: Quarterly``, and a spreadsheet makes a number of ``770``."""
    cell = sheet.cell(row, column)
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return plain(cell).split(":")[0].strip()


def _key(sheet: Sheet, row: int, at: dict[str, int]) -> str:
    key = ":".join(_code(sheet, row, at[name]) for name in _DIMENSIONS)
    if not _KEY.fullmatch(key):
        raise DataError(f"'{key}' is not a series key", where=sheet.where(row, 0), remedy=_DOWNLOAD)
    return key


def _unit(key: str, multiplier: str) -> Unit:
    """Unit from the key and, where the layout has one, the multiplier (a power of ten, or a word)."""
    kind = key.split(":")[5]
    if kind in ("770", "799"):
        return Unit("Percentage of GDP", "percent", Decimal("0.01"))
    words = {"billions": 9, "millions": 6, "thousands": 3, "units": 0}
    power = words.get(
        multiplier.lower(), int(multiplier) if multiplier.isdecimal() and len(multiplier) < 3 else None
    )
    measure = "USD" if kind == "USD" else ""
    return UNSTATED if power is None else Unit(f"10^{power}", measure, Decimal(10) ** power)


def _rows(sheet: Sheet, names: list[str], parsed: ParsedFile) -> Iterable[Figure]:
    """The wide file: the quarters are headings."""
    at = {name: names.index(name) for name in _DIMENSIONS}
    stated = next((names.index(name) for name in ("Time Period", "Series", "SERIES") if name in names), None)
    multiplier = names.index("UNIT_MULT") if "UNIT_MULT" in names else None
    quarters: dict[int, str] = {}
    for column, cell in enumerate(sheet.rows[0]):
        if column > at["TC_ADJUST"] and (period := quarter(cell)):
            if period in quarters.values():
                raise DataError(f"two columns for {period}", where=sheet.where(0, column), remedy=_DOWNLOAD)
            quarters[column] = period
    first = min(quarters, default=len(names))
    for column in range(first, len(names)):
        if column not in quarters:
            shown = plain(sheet.cell(0, column))[:40]
            raise DataError(
                f"expected a quarter, found '{shown}'", where=sheet.where(0, column), remedy=_DOWNLOAD
            )
    seen: set[str] = set()
    for row in range(1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(names))
        key = _key(sheet, row, at)
        if stated is not None and plain(sheet.cell(row, stated)) != key:
            shown = plain(sheet.cell(row, stated))
            raise DataError(
                f"the dimensions give {key}, the row calls itself '{shown}'",
                where=sheet.where(row, stated),
                remedy=_DOWNLOAD,
            )
        if key in seen:
            raise DataError(f"{key} stands twice", where=sheet.where(row, 0), remedy=_DOWNLOAD)
        seen.add(key)
        parsed.units[key] = _unit(key, "" if multiplier is None else _code(sheet, row, multiplier))
        yield from _cells(sheet, key, ((period, row, column) for column, period in quarters.items()), parsed)


def _columns(sheet: Sheet, key_row: int, parsed: ParsedFile) -> Iterable[Figure]:
    """The workbook: keys are headings, quarter ends run down, the unit stands above the key."""
    quarters: dict[int, str] = {}
    for row in range(key_row + 1, len(sheet.rows)):
        period = quarter(sheet.cell(row, 0))
        if period is None:
            if any(plain(cell) for cell in sheet.rows[row]):
                shown = plain(sheet.cell(row, 0))[:40]
                raise DataError(
                    f"expected a quarter, found '{shown}'", where=sheet.where(row, 0), remedy=_DOWNLOAD
                )
            continue
        if period in quarters.values():
            raise DataError(f"{period} stands twice", where=sheet.where(row, 0), remedy=_DOWNLOAD)
        quarters[row] = period
    seen: set[str] = set()
    for column in range(1, len(sheet.rows[key_row])):
        key = plain(sheet.cell(key_row, column))
        if not key and not any(plain(sheet.cell(row, column)) for row in quarters):
            continue
        if not _KEY.fullmatch(key) or key in seen:
            what = f"{key} stands twice" if key in seen else f"'{key}' is not a series key"
            raise DataError(what, where=sheet.where(key_row, column), remedy=_DOWNLOAD)
        seen.add(key)
        words = re.search(r"\((\w+)\)", label(sheet.cell(key_row - 1, column))) if key_row else None
        parsed.units[key] = _unit(key, words[1] if words else "")
        yield from _cells(sheet, key, ((period, row, column) for row, period in quarters.items()), parsed)


def _rows_of_figures(sheet: Sheet, names: list[str], parsed: ParsedFile) -> Iterable[Figure]:
    """SDMX-CSV: one row a figure."""
    at = {name: names.index(name) for name in _DIMENSIONS}
    if "TIME_PERIOD" not in names:
        raise DataError("the column TIME_PERIOD is missing", where=sheet.where(0, 0), remedy=_DOWNLOAD)
    when, value = names.index("TIME_PERIOD"), names.index("OBS_VALUE")
    multiplier = names.index("UNIT_MULT") if "UNIT_MULT" in names else None
    seen: set[tuple[str, str]] = set()
    for row in range(1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(names))
        key, period = _key(sheet, row, at), quarter(sheet.cell(row, when))
        if period is None:
            shown = plain(sheet.cell(row, when))[:40]
            raise DataError(
                f"expected a quarter, found '{shown}'", where=sheet.where(row, when), remedy=_DOWNLOAD
            )
        if (key, period) in seen:
            raise DataError(f"{key} {period} stands twice", where=sheet.where(row, when), remedy=_DOWNLOAD)
        seen.add((key, period))
        parsed.units[key] = _unit(key, "" if multiplier is None else _code(sheet, row, multiplier))
        yield from _cells(sheet, key, [(period, row, value)], parsed)


def _cells(
    sheet: Sheet, key: str, cells: Iterable[tuple[str, int, int]], parsed: ParsedFile
) -> Iterable[Figure]:
    percent = parsed.units[key].measure == "percent"
    for period, row, column in cells:
        value = number_at(sheet, row, column, percent=percent)
        if value is None:
            parsed.blanks.append((key, period))
        else:
            yield Figure(key, period, value, sheet.place(row, column))

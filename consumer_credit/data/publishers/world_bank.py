"""The World Bank's indicators: CSV downloads and the JSON answers of the interface.

The CSV has four lines of preamble. Both forms name indicator and economy by code and state the date of the
last update, from which the figures are dated.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from consumer_credit.data.publishers.cells import day, number, number_at, plain, year
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, Unit, frame
from consumer_credit.data.publishers.files import Cell, PublisherFile, Sheet
from consumer_credit.errors import DataError

PUBLISHER = "wdi"
TITLE = Title("World Development Indicators", "世界发展指标")
_DOWNLOAD = "download the indicator again from data.worldbank.org (CSV), or from its interface (JSON)"
_HEADING = ("Country Name", "Country Code", "Indicator Name", "Indicator Code")
_INDICATOR = re.compile(r"[A-Z]{2}(\.[A-Z0-9]{2,4}){1,5}")
_ECONOMY = re.compile(r"[A-Z0-9]{3}")


def recognise(file: PublisherFile) -> Recognition | None:
    """The heading Country Name … Indicator Code, or a JSON list whose first part counts pages."""
    if file.kind == "json":
        return Recognition(PUBLISHER, "interface, JSON") if _answer(file.json) else None
    if file.kind == "page" or _heading(file) is None:
        return None
    return Recognition(PUBLISHER, "indicator, a column a year")


def read(file: PublisherFile) -> ParsedFile:
    """Read every economy and year. Keys are ``CHN:NY.GDP.MKTP.CN``: ISO 3166 alpha-3 code and indicator.

    Raises:
        DataError: a message of the interface instead of data, an unreadable heading, code, year or figure, a
            figure that stands twice, a row shorter than the heading.
    """
    recognition = recognise(file)
    if recognition is None:
        raise DataError("no World Bank indicator found", where=file.name, remedy=_DOWNLOAD)
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    figures = _from_json(file, parsed) if file.kind == "json" else _from_table(file, parsed)
    if not figures:
        raise DataError("the file holds no figures", where=file.name, remedy=_DOWNLOAD)
    parsed.stated = bool(figures[0].vintage)
    parsed.dating = "the last update stated in the file" if figures[0].vintage else ""
    parsed.units = {key: _unit(key) for key in dict.fromkeys(figure.key for figure in figures)}
    parsed.figures = frame(figures)
    return parsed


def _unit(key: str) -> Unit:
    """The Bank writes amounts and numbers in full; codes that end with ZS or ZG are shares and rates in per cent."""
    if key.endswith((".ZS", ".ZG")):
        return Unit("% of the indicator", "percent", Decimal("0.01"))
    return Unit("amounts in full", "", Decimal(1))


def _heading(file: PublisherFile) -> tuple[Sheet, int] | None:
    for name in file.sheet_names[:3]:
        sheet = file.sheet(name)
        for row in range(min(12, len(sheet.rows))):
            if tuple(plain(cell) for cell in sheet.rows[row][:4]) == _HEADING:
                return sheet, row
    return None


def _from_table(file: PublisherFile, parsed: ParsedFile) -> list[Figure]:
    found = _heading(file)
    if found is None:
        raise DataError("no heading found", where=file.name, remedy=_DOWNLOAD)
    file.require_last_line_ended()
    sheet, header = found
    vintage, years = _updated(sheet, header), _years(sheet, header)
    figures: dict[tuple[str, str], Figure] = {}
    for row in range(header + 1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(sheet.rows[header]))
        key = _key(sheet.cell(row, 3), sheet.cell(row, 1), sheet.where(row, 3))
        for column, period in years.items():
            value = number_at(sheet, row, column)
            if value is None:
                parsed.blanks.append((key, period))
            elif (key, period) in figures:
                raise DataError(
                    f"{key} {period} stands twice", where=sheet.where(row, column), remedy=_DOWNLOAD
                )
            else:
                figures[key, period] = Figure(key, period, value, sheet.place(row, column), vintage)
    return list(figures.values())


def _updated(sheet: Sheet, header: int) -> str:
    for row in range(header):
        if plain(sheet.cell(row, 0)).lower() == "last updated date":
            cell = sheet.cell(row, 1)
            vintage = day(cell)
            if vintage is None:
                shown = plain(cell)[:40]
                raise DataError(
                    f"expected a date, found '{shown}'", where=sheet.where(row, 1), remedy=_DOWNLOAD
                )
            return vintage
    return ""


def _years(sheet: Sheet, header: int) -> dict[int, str]:
    years: dict[int, str] = {}
    for column in range(4, len(sheet.rows[header])):
        found_year = year(sheet.cell(header, column))
        if found_year in years.values():
            raise DataError(
                f"two columns for {found_year}", where=sheet.where(header, column), remedy=_DOWNLOAD
            )
        if found_year:
            years[column] = found_year
        elif any(plain(sheet.cell(row, column)) for row in range(header, len(sheet.rows))):
            shown = plain(sheet.cell(header, column))[:40]
            raise DataError(
                f"expected a year, found '{shown}'", where=sheet.where(header, column), remedy=_DOWNLOAD
            )
    return years


def _key(indicator: Cell, economy: Cell, where: str) -> str:
    codes = plain(indicator), plain(economy)
    if not _INDICATOR.fullmatch(codes[0]) or not _ECONOMY.fullmatch(codes[1]):
        message = f"expected an indicator and an economy, found '{codes[0][:40]}' and '{codes[1][:40]}'"
        raise DataError(message, where=where, remedy=_DOWNLOAD)
    return f"{codes[1]}:{codes[0]}"


def _answer(content: Any) -> bool:
    first = content[0] if isinstance(content, list) and content else None
    return isinstance(first, dict) and ("page" in first or "message" in first)


def _from_json(file: PublisherFile, parsed: ParsedFile) -> list[Figure]:
    head = file.json[0]
    if "message" in head:
        messages = "; ".join(
            str(m.get("value", m)) if isinstance(m, dict) else str(m) for m in head["message"]
        )
        raise DataError(
            f"the interface answered: {messages[:120]}", where=file.name, remedy="correct the request"
        )
    entries = file.json[1] if len(file.json) > 1 and isinstance(file.json[1], list) else []
    vintage = day(str(head.get("lastupdated", ""))) or ""
    pages = head.get("pages")
    if isinstance(pages, int) and pages > 1:
        parsed.notes.append(f"page {head.get('page')} of {pages}: the other pages hold the remaining figures")
    figures: dict[tuple[str, str], Figure] = {}
    for at, entry in enumerate(entries, start=1):
        where = f"{file.name}, entry {at}"
        try:
            codes = entry["indicator"]["id"], entry.get("countryiso3code") or entry["country"]["id"]
            date, found = entry["date"], entry["value"]
        except (KeyError, TypeError, AttributeError):
            raise DataError(
                "expected indicator, country, date and value", where=where, remedy=_DOWNLOAD
            ) from None
        key, period = _key(*codes, where), year(date)
        if period is None:
            raise DataError(f"expected a year, found '{str(date)[:40]}'", where=where, remedy=_DOWNLOAD)
        value = None if found is None else number(found, where)
        if value is None:
            parsed.blanks.append((key, period))
        elif (key, period) in figures:
            raise DataError(f"{key} {period} stands twice", where=where, remedy=_DOWNLOAD)
        else:
            figures[key, period] = Figure(key, period, value, f"entry {at}", vintage)
    return list(figures.values())

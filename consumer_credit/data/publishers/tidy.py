"""A plain table of anyone's: `series,period,value[,vintage]`, one row a figure, series by catalogue id.

For figures no other reader knows, and for what `data export` writes. Further columns (source, unit …) are
ignored and named.
"""

from __future__ import annotations

from collections.abc import Callable

from consumer_credit.data.periods import frequency_of, known_from
from consumer_credit.data.publishers.cells import is_percent, label, number_at, plain
from consumer_credit.data.publishers.contract import Figure, ParsedFile, Recognition, Title, frame
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.errors import DataError

PUBLISHER = "tidy"
TITLE = Title("Table supplied by hand", "自行提供的数据表")
_NEEDED = ("series", "period", "value")
_REMEDY = "write the columns series,period,value and, if known, vintage"


def recognise(file: PublisherFile) -> Recognition | None:
    """A first row that names series, period and value."""
    if file.kind not in ("text", "workbook"):
        return None
    rows = file.sheet(file.sheet_names[0]).rows
    names = [label(cell).lower() for cell in rows[0]] if rows else []
    return Recognition(PUBLISHER, "series, period, value") if set(_NEEDED) <= set(names) else None


def read(file: PublisherFile) -> ParsedFile:
    """Read every row. Keys are series ids of the catalogue; values are in the catalogue's unit and scale.

    Raises:
        DataError: a column twice, a bad period, vintage or figure, a key that stands twice, a row of the
            wrong length.
    """
    recognition = recognise(file)
    if recognition is None:
        raise DataError("no tidy table found", where=file.name, remedy=_REMEDY)
    sheet = file.sheet(file.sheet_names[0])
    names = [label(cell).lower() for cell in sheet.rows[0]]
    for name in (*_NEEDED, "vintage"):
        if names.count(name) > 1:
            raise DataError(f"two columns named {name}", where=sheet.where(0, 0), remedy=_REMEDY)
    at = {name: column for column, name in enumerate(names)}
    parsed = ParsedFile(PUBLISHER, recognition.layout, frame([]))
    others = [name for name in names if name not in (*_NEEDED, "vintage") and name]
    if others:
        parsed.notes.append(f"columns not read: {', '.join(others)}")
    figures: dict[tuple[str, str, str], Figure] = {}
    for row in range(1, len(sheet.rows)):
        if not any(plain(cell) for cell in sheet.rows[row]):
            continue
        sheet.require_width(row, len(names))
        key, period = plain(sheet.cell(row, at["series"])), plain(sheet.cell(row, at["period"]))
        vintage = plain(sheet.cell(row, at["vintage"])) if "vintage" in at else ""
        _check(frequency_of, period, sheet.where(row, at["period"]))
        if vintage:
            _check(known_from, vintage, sheet.where(row, at["vintage"]))
        cell = sheet.cell(row, at["value"])
        value = number_at(sheet, row, at["value"])
        if is_percent(cell):
            shown = plain(cell)
            raise DataError(
                f"'{shown}' carries a per-cent sign; values stand in the unit of the catalogue",
                where=sheet.where(row, at["value"]),
                remedy="write the bare number",
            )
        if not key:
            raise DataError("no series", where=sheet.where(row, at["series"]), remedy=_REMEDY)
        if (key, period, vintage) in figures:
            raise DataError(f"{key} {period} stands twice", where=sheet.where(row, 0), remedy="keep one row")
        if value is None:
            parsed.blanks.append((key, period))
        else:
            figures[key, period, vintage] = Figure(key, period, value, sheet.place(row, at["value"]), vintage)
    parsed.stated = "vintage" in at
    parsed.dating = "the column vintage" if "vintage" in at else ""
    parsed.figures = frame(figures.values())
    return parsed


def _check(meaning: Callable[[str], object], text: str, where: str) -> None:
    """Refuse a period or vintage that is none, at its cell."""
    try:
        meaning(text)
    except DataError as error:
        raise DataError(error.what, where=where, remedy=error.remedy) from None

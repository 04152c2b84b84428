"""How a table fits the page: as it is, with its texts wrapped, smaller, on a turned page, or cut into several.

The first of these that keeps every number on one line and every column of words readable is taken. How a table
looks is decided in `templates/typst/report.typ`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from consumer_credit.report.pdf.strings import literal
from consumer_credit.report.rendering.tables import Cell, Table, text_width

PAGE_WIDTH_PT, TURNED_WIDTH_PT = 447.0, 694.0
"""The width of the text on an upright and on a turned A4 page."""
SIZES_PT = (8.5, 7.4)
LEGIBLE_PT = 5.5
"""Nothing in print may be smaller."""
_PADDING_EM = 1.2
_PAGE_PT = 685.0
"""A table that a page holds is never broken over two; it moves as figures do, so that text fills the page before it and
tables keep their order."""
_CAPTION_PT = 60.0
_SMALL_PRINT = (130, 9.0)
"""Of source and notes: characters a line, and points from line to line."""
_LINE_EM, _BETWEEN_ROWS_PT = 1.285, 3.3
"""What a line adds to the height of a row, and a row to that of its lines."""
_FIRST_ROWS = 3
"""So many rows of a table that goes over the page stand under its caption, or none."""
_TALL_ROW = 4
"""More lines than this in a row: smaller type reads better."""


@dataclass(frozen=True)
class Setting:
    """A table ready to be set: its parts (one unless it had to be cut), the type size in points, the width of each
    column of the only part in em (`None`: as wide as its text), and whether the page is turned."""

    parts: tuple[Table, ...]
    size: float
    widths: tuple[float | None, ...]
    turned: bool = False

    @property
    def height(self) -> float:
        """About how high it is, in points."""
        return sum(_height(part, self.size, self.widths) for part in self.parts)

    @property
    def beginning(self) -> float:
        """About how high its head and first rows are, in points."""
        first = replace(self.parts[0], body=self.parts[0].body[:_FIRST_ROWS])
        return _height(first, self.size, self.widths)

    @property
    def legible(self) -> bool:
        """Whether it can be read in print."""
        return self.size >= LEGIBLE_PT

    def whole(self, small_print: Sequence[str] = ()) -> bool:
        """Whether one page holds it with its caption and these passages under it."""
        return self.turned or self.height + _CAPTION_PT + small_print_height(small_print) <= _PAGE_PT


def small_print_height(passages: Sequence[str]) -> float:
    """About how high passages under a table or figure are, in points."""
    characters, line = _SMALL_PRINT
    return sum(math.ceil(2 * text_width(passage) / characters) for passage in passages) * line


def set_table(table: Table) -> Setting:
    """Find the best setting for a table.

    A table with cells that span columns can be neither wrapped nor cut; when even the turned page is too narrow it
    is shrunk, and `legible` says whether that still can be read.
    """
    natural = table.column_widths()
    for turned, page in ((False, PAGE_WIDTH_PT), (True, TURNED_WIDTH_PT)):
        found = [setting for size in SIZES_PT if (setting := _on_page(table, natural, page, size, turned))]
        if found:
            return next((setting for setting in found if _tallest_row(setting) <= _TALL_ROW), found[-1])
    size = SIZES_PT[-1]
    parts = tuple(table.split(PAGE_WIDTH_PT / size, _PADDING_EM))
    if len(parts) > 1:
        return Setting(parts, size, (None,) * table.width)
    needed = sum(natural) + _PADDING_EM * table.width
    return Setting(parts, min(TURNED_WIDTH_PT / needed, size), (None,) * table.width, turned=True)


def _on_page(
    table: Table, natural: Sequence[float], page: float, size: float, turned: bool
) -> Setting | None:
    limit = page / size
    if sum(natural) + _PADDING_EM * table.width <= limit:
        return Setting((table,), size, (None,) * table.width, turned)
    widths = table.wrapped(limit, _PADDING_EM)
    if widths is None:
        return None
    own = zip(widths, natural, strict=True)
    shown = tuple(width if width < full + _PADDING_EM - 0.05 else None for width, full in own)
    return Setting((table,), size, shown, turned)


def _height(table: Table, size: float, widths: Sequence[float | None]) -> float:
    rows = (*table.head, *table.body)
    return sum(_lines(row, widths) * size * _LINE_EM + _BETWEEN_ROWS_PT for row in rows) + (
        size * _LINE_EM if table.units else 0.0
    )


def _tallest_row(setting: Setting) -> int:
    return max((_lines(row, setting.widths) for row in setting.parts[0].body), default=0)


def _lines(row: tuple[Cell, ...], widths: Sequence[float | None]) -> int:
    """About how many lines a row takes."""
    if len(row) != len(widths):
        return 1
    room = [max(width - _PADDING_EM, 1.0) if width else math.inf for width in widths]
    needed = (math.ceil(text_width(cell.text) / space) for cell, space in zip(row, room, strict=True))
    return max(1, *needed)


def table_markup(setting: Setting, continued: str = "") -> str:
    """The table, or its parts one under the other, as code; `continued`: what its heading says on its next pages."""
    if len(setting.parts) == 1:
        return _one_table(setting.parts[0], setting.size, setting.widths, continued)
    parts = [_one_table(part, setting.size, (None,) * part.width, continued) for part in setting.parts]
    return "{\n" + "\n".join(parts) + "\n}"


def _one_table(table: Table, size: float, widths: Sequence[float | None], continued: str) -> str:
    header = ", ".join(
        "("
        + "".join(
            _head(cell, table, index if len(table.head) == 1 else -1) + ", " for index, cell in enumerate(row)
        )
        + ")"
        for row in table.head
    )
    rows = ",\n    ".join(
        "".join(_body(cell, align) + ", " for cell, align in table.placed(row)).rstrip(", ")
        for row in table.body
    )
    columns = "".join(f"{width:.1f}fr, " if width else "auto, " for width in widths)
    joined = "".join(f"{len(table.head) + index}, " for index in _rows_without_rule(table))
    return (
        f"data-table(columns: ({columns}), align: ({', '.join(table.align)},), size: {size:.1f}pt,\n"
        f"    joined: ({joined}), continued: {literal(continued)},\n"
        f"    header: ({header}{',' if table.head else ''}),\n    {rows})"
    )


def _rows_without_rule(table: Table) -> list[int]:
    """Rows that the next one continues: it leaves the name of the row out."""
    if not table.plain:
        return []
    return [
        index
        for index, (_, following) in enumerate(pairwise(table.body))
        if following and following[0].header and not following[0].text.strip(" †‡§")
    ]


def _head(cell: Cell, table: Table, index: int) -> str:
    unit = table.units[index] if 0 <= index < len(table.units) else ""
    return f"head({literal(cell.text)}, unit: {literal(unit)}{_spans(cell)})"


def _body(cell: Cell, align: str) -> str:
    if cell.columns == 1 and cell.rows == 1:
        return literal(cell.text)
    return f"table.cell(align: {align}{_spans(cell)}, {literal(cell.text)})"


def _spans(cell: Cell) -> str:
    columns = f", colspan: {cell.columns}" if cell.columns > 1 else ""
    return columns + (f", rowspan: {cell.rows}" if cell.rows > 1 else "")

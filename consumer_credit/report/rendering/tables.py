"""Tables as data, so that page and PDF print the same one: from a chapter's record, or from the HTML of any notebook.

How a table looks belongs to the two templates; here is only what stands in which cell.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

Align = Literal["left", "right", "center"]

READABLE_EM = 9.0
"""A column of words narrower than this reads as a ladder; what is shorter is never wrapped."""

_UNBROKEN = re.compile(r"[\u2e80-\U0003ffff]{1,4}|[^\s\u2e80-\U0003ffff]+-?")


@dataclass(frozen=True)
class Cell:
    """One cell: its text, how many columns and rows it spans, and whether it heads its row or column."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


@dataclass(frozen=True)
class Table:
    """A table with header rows, body rows and one alignment per column; the first `row_headers` columns name
    the rows."""

    head: tuple[tuple[Cell, ...], ...]
    body: tuple[tuple[Cell, ...], ...]
    align: tuple[Align, ...]
    row_headers: int = 0
    units: tuple[str, ...] = ()
    caption: str = ""

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len(self.align)

    def texts(self) -> list[str]:
        """Everything it prints."""
        return [cell.text for row in (*self.head, *self.body) for cell in row] + list(self.units)

    def column_widths(self) -> list[float]:
        """The widest text of each column in em (a Chinese character is one, a Latin letter about a half)."""
        widths = [0.0] * self.width
        for row in (*self.head, *self.body):
            if len(row) != self.width:
                continue
            for index, cell in enumerate(row):
                widths[index] = max(
                    widths[index], *(text_width(line) for line in cell.text.split("\n") or [""])
                )
        for index, unit in enumerate(self.units):
            widths[index] = max(widths[index], text_width(unit))
        return widths

    def placed(self, row: tuple[Cell, ...]) -> list[tuple[Cell, Align]]:
        """The cells of a row with the alignment of the columns they stand in; cells spanning several are centred.

        A short row lacks the cells that rows above stretch over; those are the row headers on the left.
        """
        position = max(self.width - sum(cell.columns for cell in row), 0)
        placed: list[tuple[Cell, Align]] = []
        for cell in row:
            placed.append(
                (cell, self.align[position] if cell.columns == 1 and position < self.width else "center")
            )
            position += cell.columns
        return placed

    @property
    def plain(self) -> bool:
        """Whether no cell spans several columns or rows."""
        return all(cell.columns == cell.rows == 1 for row in (*self.head, *self.body) for cell in row)

    def columns_of_words(self) -> dict[int, bool]:
        """The columns of words, from 1, and whether they are short enough to stay on one line; the others may be
        wrapped, but not into a ladder.
        """
        widths = enumerate(self.column_widths())
        return {n + 1: width <= READABLE_EM for n, width in widths if self.align[n] == "left"}

    def least_widths(self) -> list[float]:
        """How narrow each column may become, in em: headers and words wrap between words, numbers never."""
        least = []
        for index, natural in enumerate(self.column_widths()):
            heads = [unbroken_width(row[index].text) for row in self.head if len(row) == self.width]
            texts = [row[index].text for row in self.body if len(row) == self.width]
            if self.align[index] == "left":
                inside = max(map(unbroken_width, texts), default=0.0)
                inside = max(inside, min(natural, READABLE_EM))
            else:
                inside = max(map(text_width, texts), default=0.0)
            unit = unbroken_width(self.units[index]) if self.units else 0.0
            least.append(min(natural, max(inside, unit, *heads, 0.0)))
        return least

    def wrapped(self, limit: float, padding: float) -> list[float] | None:
        """Widths in em under which it fits `limit` when its texts wrap; None when even that does not help.

        What is left beyond the least is given out em by em, to the column that shortens the table most.
        """
        natural, widths = self.column_widths(), self.least_widths()
        spare = limit - sum(widths) - padding * self.width
        if not self.plain or spare < 0:
            return None
        rows = [[text_width(cell.text) for cell in row] for row in self.body if len(row) == self.width]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in widths]
        fills = [_fills(column, width) for column, width in zip(columns, widths, strict=True)]
        while spare > 0:
            together = [math.fsum(fill) for fill in zip(*fills, strict=True)]
            candidates = []
            for index, column in enumerate(columns):
                more = min(1.0, spare, natural[index] - widths[index])
                if more > 1e-6:
                    grown = _fills(column, widths[index] + more)
                    candidates.append((_length(together, fills[index], grown), index, more, grown))
            if not candidates:
                break
            _, index, more, fills[index] = min(candidates)
            widths[index] += more
            spare -= more
        return [width + padding for width in widths]

    def split(self, limit: float, padding: float = 1.2) -> list[Table]:
        """Cut it into tables no wider than `limit` em that all repeat the row headers; itself alone if it fits.

        A table with cells that span columns is never cut.
        """
        widths = [width + padding for width in self.least_widths()]
        fixed = min(max(self.row_headers, 1), self.width)
        if sum(widths) <= limit or not self.plain or self.width <= fixed + 1:
            return [self]
        groups: list[list[int]] = [[]]
        used = sum(widths[:fixed])
        for index in range(fixed, self.width):
            if groups[-1] and used + widths[index] > limit:
                groups.append([])
                used = sum(widths[:fixed])
            groups[-1].append(index)
            used += widths[index]
        return [self._columns([*range(fixed), *group]) for group in groups]

    def _columns(self, chosen: Sequence[int]) -> Table:
        def pick(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
            return tuple(row[index] for index in chosen)

        return replace(
            self,
            head=tuple(map(pick, self.head)),
            body=tuple(map(pick, self.body)),
            align=tuple(self.align[index] for index in chosen),
            units=tuple(self.units[index] for index in chosen) if self.units else (),
        )


def _fills(texts: Sequence[float], width: float) -> list[float]:
    """How full a column of this width is in each row, to the fourth power."""
    width = max(width, 0.5)
    return [(text / width) ** 4 for text in texts]


def _length(together: Sequence[float], before: Sequence[float], after: Sequence[float]) -> float:
    """About how many lines a table has when the fills of one column change: in each row the fullest column counts,
    others softly."""
    changed = zip(together, before, after, strict=True)
    return math.fsum(max(fill - old + new, 0.0) ** 0.25 for fill, old, new in changed)


@lru_cache(maxsize=10_000)
def text_width(text: str) -> float:
    """About how wide a line of text is, in em."""
    return sum(1.0 if ord(character) >= 0x2E80 else 0.55 for character in text)


def unbroken_width(text: str) -> float:
    """The width of the longest piece of a text that no line may break: a word, or four Chinese characters
    (fewer on a line look torn)."""
    return max(map(text_width, _UNBROKEN.findall(text)), default=0.0)


def table_of_record(record: Mapping[str, Any]) -> Table | None:
    """The table of a chapter's figure or table record (`columns`, `rows`, `row_headers`); None when it has no
    columns."""
    columns = [
        column if isinstance(column, Mapping) else {"label": str(column)}
        for column in record.get("columns") or []
    ]
    if not columns:
        return None
    row_headers = int(record.get("row_headers", 1))
    head = tuple(Cell(str(column.get("label", "")), header=True) for column in columns)
    body = tuple(
        tuple(Cell(str(text), header=index < row_headers) for index, text in enumerate(row))
        for row in record.get("rows") or []
    )
    align: tuple[Align, ...] = tuple(_align(column.get("align")) for column in columns)
    units = tuple(str(column.get("unit") or "") for column in columns)
    return Table((head,), body, align, row_headers, units if any(units) else ())


def tables_of_html(html: str) -> list[Table]:
    """Every `<table>` of an HTML output (pandas' for example), styling left behind. Nested tables count as text."""
    from bs4 import BeautifulSoup  # noqa: PLC0415

    soup = BeautifulSoup(html, "html.parser")
    return [_table_of(element) for element in soup.find_all("table") if element.find_parent("table") is None]


def html_beside_tables(html: str) -> str:
    """The text of an HTML output that stands outside its tables, style sheets and scripts."""
    from bs4 import BeautifulSoup, Comment  # noqa: PLC0415

    soup = BeautifulSoup(html, "html.parser")
    for element in soup.find_all(["table", "style", "script"]):
        element.decompose()
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    return soup.get_text(" ", strip=True)


def _table_of(element: Any) -> Table:
    rows = element.find_all("tr")
    head_rows = [row for row in rows if row.find_parent("thead") is not None]
    if not head_rows and rows and not rows[0].find_all("td"):
        head_rows = rows[:1]
    body_rows = [row for row in rows if row not in head_rows]
    head = tuple(_cells(row, head=True) for row in head_rows)
    body = tuple(_cells(row, head=False) for row in body_rows)
    width = max((sum(cell.columns for cell in row) for row in (*head, *body)), default=0)
    row_headers = max((sum(1 for cell in row if cell.header) for row in body), default=0)
    caption = element.find("caption")
    return Table(
        _even(head, width),
        body,
        tuple(_column_align(body, index, row_headers, width) for index in range(width)),
        row_headers,
        caption=caption.get_text(" ", strip=True) if caption else "",
    )


def _cells(row: Any, *, head: bool) -> tuple[Cell, ...]:
    return tuple(
        Cell(
            cell.get_text(" ", strip=True),
            _span(cell.get("colspan")),
            _span(cell.get("rowspan")),
            header=head or cell.name == "th",
        )
        for cell in row.find_all(["td", "th"])
    )


def _span(text: str | None) -> int:
    return max(1, int(text)) if text and text.isdigit() else 1


def _even(rows: tuple[tuple[Cell, ...], ...], width: int) -> tuple[tuple[Cell, ...], ...]:
    """pandas writes the names of the index as a header row that may be short; fill it up."""
    filled = []
    for row in rows:
        lacking = width - sum(cell.columns for cell in row)
        spans = any(cell.rows > 1 for other in rows for cell in other)
        filled.append(
            row if lacking <= 0 or spans else (*row, *(Cell("", header=True) for _ in range(lacking)))
        )
    return tuple(filled)


def _column_align(body: tuple[tuple[Cell, ...], ...], index: int, row_headers: int, width: int) -> Align:
    """Numbers to the right, words to the left. Rows are short where a row header above stretches over them."""
    if index < row_headers:
        return "left"
    texts = []
    for row in body:
        place = index - max(width - sum(cell.columns for cell in row), 0)
        if 0 <= place < len(row) and row[place].text:
            texts.append(row[place].text)
    return "right" if texts and all(_is_number(text) for text in texts) else "left"


def _is_number(text: str) -> bool:
    plain = text.strip().lstrip("+-−(").rstrip(")%‰ ").replace(",", "").replace(" ", "").replace("…", "...")
    if plain.lower() in {"nan", "na", "<na>", "none", "nat", "–", "—", "...", "inf", ""}:
        return True
    try:
        float(plain)
    except ValueError:
        return False
    return True


def _align(name: object) -> Align:
    return "right" if name == "right" else "center" if name == "center" else "left"

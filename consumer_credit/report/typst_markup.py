"""Typst markup for what is not prose: string literals that cannot break out, figures, tables, code.

How these look is decided in `templates/typst/report.typ`.
"""

from __future__ import annotations

from collections.abc import Callable

from consumer_credit.report.document import Code, Exhibit, Text, Unshown
from consumer_credit.report.tables import Cell, Table

TEXT_WIDTH_EM = {8.5: 52.0, 7.2: 61.0}
"""How many em of table text fit the page's width, by type size in points."""

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(text: object) -> str:
    """A Typst string literal; nothing in `text` can end it."""
    return (
        '"'
        + "".join(_ESCAPES.get(c) or (c if ord(c) >= 32 else f"\\u{{{ord(c):x}}}") for c in str(text))
        + '"'
    )


def content(text: object) -> str:
    """`text` as content that prints as itself."""
    return f"#{literal(text)}"


def exhibit_markup(exhibit: Exhibit, *, name: str, picture: str, alt: str) -> str:
    """A figure or table with caption, source and notes.

    Args:
        name: the word before the number ("Figure").
        picture: the name of its drawing among the compiler's files; empty for a table.
        alt: what is drawn, for those who do not see it.
    """
    if picture:
        call = "drawing" if exhibit.svg and exhibit.id else "picture"
        body = f"{call}({literal(picture)}, alt: {literal(alt)})"
    else:
        body = table_markup(exhibit.table) if exhibit.table else "[]"
    arguments = {
        "kind": literal(exhibit.kind),
        "number": str(exhibit.number or "none"),
        "name": literal(name),
        "id": literal(exhibit.id) if exhibit.id else "none",
        "title": literal(exhibit.title),
        "subtitle": literal(exhibit.subtitle),
        "source": literal(exhibit.source_line),
        "notes": "(" + "".join(f"{literal(note)}, " for note in exhibit.notes) + ")",
    }
    given = ",\n  ".join(f"{key}: {value}" for key, value in arguments.items())
    return f"#exhibit({given},\n  {body})"


def table_markup(table: Table) -> str:
    """A table as code: set smaller when wide, cut into several that repeat the row headers when wider still."""
    needed = sum(width + 1.2 for width in table.column_widths())
    size = next((size for size, limit in TEXT_WIDTH_EM.items() if needed <= limit), min(TEXT_WIDTH_EM))
    parts = table.split(TEXT_WIDTH_EM[size])
    markup = [_one_table(part, size) for part in parts]
    return markup[0] if len(markup) == 1 else "{\n" + "\n".join(markup) + "\n}"


def _one_table(table: Table, size: float) -> str:
    header = ", ".join(
        "("
        + "".join(
            _head(cell, table, index if len(table.head) == 1 else -1) + ", " for index, cell in enumerate(row)
        )
        + ")"
        for row in table.head
    )
    rows = ",\n    ".join(
        "".join(_body(cell, align, table) + ", " for cell, align in table.placed(row)).rstrip(", ")
        for row in table.body
    )
    align = ", ".join(table.align)
    return (
        f"data-table(columns: {table.width}, align: ({align},), size: {size}pt,\n"
        f"    header: ({header}{',' if table.head else ''}),\n    {rows})"
    )


def _head(cell: Cell, table: Table, index: int) -> str:
    unit = table.units[index] if 0 <= index < len(table.units) else ""
    return f"head({literal(cell.text)}, unit: {literal(unit)}{_spans(cell)})"


def _body(cell: Cell, align: str, table: Table) -> str:
    if cell.columns == 1 and cell.rows == 1:
        return literal(cell.text)
    return f"table.cell(align: {align}{_spans(cell)}, {literal(cell.text)})"


def _spans(cell: Cell) -> str:
    columns = f", colspan: {cell.columns}" if cell.columns > 1 else ""
    return columns + (f", rowspan: {cell.rows}" if cell.rows > 1 else "")


def code_markup(code: Code) -> str:
    """A code cell's source."""
    language = {"ipython": "python", "ipython3": "python"}.get(code.language, code.language)
    return f"#raw(block: true, lang: {literal(language)}, {literal(code.source)})"


def text_markup(block: Text) -> str:
    """What a cell printed."""
    return f"#printed(kind: {literal(block.kind)}, {literal(block.text.strip(chr(10)))})"


def unshown_markup(block: Unshown, text: Callable[..., str]) -> str:
    """The name of what cannot be shown."""
    message = text("This output cannot be shown here: {types}.", types=text(", ").join(block.types))
    return f"#unshown({literal(message)}, note: {literal(block.note)})"

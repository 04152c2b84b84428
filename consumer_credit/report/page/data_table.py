"""A table as the page prints it.

Columns are aligned by classes of the table (`r2`: its second column to the right; `w1`, `s1`: words in its first,
short ones) where every row has all of them and there are few; else each cell says how it is aligned.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import zip_longest

from markupsafe import Markup, escape

from consumer_credit.report.rendering.tables import READABLE_EM, Align, Cell, Table

ALIGNED_COLUMNS = 12
"""Up to so many columns a table says once how each is aligned; wider ones say it at each cell."""


@lru_cache(maxsize=512)
def data_table(table: Table, label: str, named_by: str) -> Markup:
    """The table in a box that scrolls, called `label` or what the element `named_by` says; what has not changed since
    the last page is not written again.
    """
    by_column = table.plain and table.width <= ALIGNED_COLUMNS
    units = table.units if len(table.head) == 1 else ()
    head = [_row(table, row, by_column=by_column, scope="col", units=units) for row in table.head]
    body = [_row(table, row, by_column=by_column, scope="row") for row in table.body]
    name = f'aria-labelledby="{escape(named_by)}"' if named_by else f'aria-label="{escape(label)}"'
    return Markup(  # every text in it has been escaped
        f'<div class="scroll" role="group" tabindex="0" {name}>\n'
        f"<table{_classes(table) if by_column else ''}>\n"
        + (f"<thead>\n{''.join(head)}</thead>\n" if head else "")
        + f"<tbody>\n{''.join(body)}</tbody>\n</table>\n</div>"
    )


@cache
def alignment_css() -> str:
    """The rules for the classes by which a table aligns its columns, and keeps words from becoming a ladder."""
    columns = range(1, ALIGNED_COLUMNS + 1)
    right = ",".join(f".r{column} tr>:nth-child({column})" for column in columns)
    centred = ",".join(f".c{column} tr>:nth-child({column})" for column in columns)
    cells = ",".join(f".r{column} td:nth-child({column})" for column in columns)
    words = ",".join(f".w{column} tr>:nth-child({column})" for column in columns)
    short = ",".join(f".s{column} tr>:nth-child({column})" for column in columns)
    return (
        f"{right}{{text-align:right}}{cells}{{white-space:nowrap}}{centred}{{text-align:center}}"
        f"{words}{{min-width:{READABLE_EM:g}em}}{short}{{white-space:nowrap}}"
    )


def _classes(table: Table) -> str:
    aligned = [f"{align[0]}{n}" for n, align in enumerate(table.align, start=1) if align != "left"]
    words = [f"{'s' if short else 'w'}{n}" for n, short in table.columns_of_words().items()]
    return f' class="{" ".join([*aligned, *words])}"'


def _row(
    table: Table, row: tuple[Cell, ...], *, by_column: bool, scope: str, units: tuple[str, ...] = ()
) -> str:
    cells = [
        _cell(cell, "" if by_column else align, scope, unit or "")
        for (cell, align), unit in zip_longest(table.placed(row), units[: len(row)])
    ]
    return f"<tr>{''.join(cells)}</tr>\n"


def _cell(cell: Cell, align: Align | str, scope: str, unit: str) -> str:
    """A cell that heads nothing, or has nothing to say, is no header."""
    across = cell.columns if scope == "col" else cell.rows
    heads = cell.text and (cell.header or scope == "col")
    opening = f'th scope="{scope}{"group" if across > 1 else ""}"' if heads else "td"
    if align not in {"", "left"}:
        opening += f' class="{align}"'
    if cell.columns > 1:
        opening += f' colspan="{cell.columns}"'
    if cell.rows > 1:
        opening += f' rowspan="{cell.rows}"'
    in_unit = f' <span class="unit">{escape(unit)}</span>' if unit else ""
    return f"<{opening}>{escape(cell.text)}{in_unit}</{opening[:2]}>"

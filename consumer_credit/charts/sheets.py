"""The sheet of paper that a chart is laid out for: a desk's, or a phone's.

A drawing made for a desk is three times too small on a phone, or must be pushed from side to side. A chart asks
`current_sheet()` how much room there is, and so can be laid out for either; type stays as large.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """Room for a chart, and how it is shared out.

    Attributes:
        width, height: in inches; charts of rows or panels take the height they need.
        small: points of the smallest type.
        row_label: points after which a label at the left of a row is broken into lines.
        end_label: likewise beside the end of a line.
        year: points that a year must have for a tick of its own.
        panels: how many panels may stand side by side.
    """

    width: float
    height: float
    small: float
    row_label: float
    end_label: float
    year: float
    panels: int


DESK = Sheet(width=7.2, height=4.2, small=8.0, row_label=150.0, end_label=118.0, year=8.0, panels=6)
PHONE = Sheet(width=4.2, height=4.2, small=8.5, row_label=92.0, end_label=74.0, year=14.0, panels=2)
_chosen: ContextVar[Sheet] = ContextVar("sheet", default=DESK)


def current_sheet() -> Sheet:
    """The sheet that is drawn on now."""
    return _chosen.get()


@contextmanager
def laid_out_for(chosen: Sheet) -> Iterator[None]:
    """Within this block charts are laid out for `chosen`."""
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)

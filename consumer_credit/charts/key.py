"""The key below a chart: what marks or colours mean, where words beside the lines cannot say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from consumer_credit.charts.palette import colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.typesetting import text_size, wrapped

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SPACE = 0.5  # between lines, as a share of the type size
_BETWEEN = 1.6  # between columns, likewise
_HANDLE = 1.4  # a handle and the space after it, likewise


def key_height(figure: Figure, handles: Sequence[Any]) -> float:
    """Points that the key of `handles` takes at the bottom of `figure`, the space above it included; 0
    without handles.
    """
    if not handles:
        return 0.0
    small, texts = current_sheet().small, _texts(figure, handles)
    columns = np.array_split([text.count("\n") + 1 for text in texts], _columns(figure, texts))
    lines = max(int(column.sum()) for column in columns)
    line = text_size(figure, "0", fontsize=small)[1] + _SPACE * small
    return lines * line + small


def draw_key(figure: Figure, handles: Sequence[Any]) -> None:
    """Write the key into the lower left corner, in as many columns as fit side by side."""
    if not handles:
        return
    texts = _texts(figure, handles)
    figure.legend(
        handles=list(handles),
        labels=texts,
        fontsize=current_sheet().small,
        loc="lower left",
        bbox_to_anchor=(0, 0),
        ncols=_columns(figure, texts),
        borderaxespad=0.2,
        labelspacing=_SPACE,
        handlelength=1.0,
        handletextpad=_HANDLE - 1.0,
        columnspacing=_BETWEEN,
        labelcolor=colour("muted"),
    )


def _texts(figure: Figure, handles: Sequence[Any]) -> list[str]:
    """What the key says, in lines that fit the figure."""
    small = current_sheet().small
    width = 72 * current_sheet().width - (_HANDLE + 0.2) * small
    return [wrapped(figure, handle.get_label(), width, fontsize=small) for handle in handles]


def _columns(figure: Figure, texts: Sequence[str]) -> int:
    width = 72 * current_sheet().width
    size = current_sheet().small
    widths = [text_size(figure, text, fontsize=size)[0] for text in texts]
    for columns in range(len(texts), 1, -1):
        widest = [max(part) for part in np.array_split(widths, columns)]
        if sum(widest) + columns * (_HANDLE + _BETWEEN) * size <= width:
            return columns
    return 1

"""The key below a chart: what marks or colours mean, where words beside the lines cannot say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from consumer_credit.charts.palette import colour
from consumer_credit.charts.style import SIZES
from consumer_credit.charts.typesetting import text_size

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
    lines = -(-len(handles) // _columns(figure, handles))
    line = text_size(figure, "0", fontsize=SIZES["small"])[1] + _SPACE * SIZES["small"]
    return lines * line + SIZES["small"]


def draw_key(figure: Figure, handles: Sequence[Any]) -> None:
    """Write the key into the lower left corner, in as many columns as fit side by side."""
    if not handles:
        return
    figure.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=(0, 0),
        ncols=_columns(figure, handles),
        borderaxespad=0.2,
        labelspacing=_SPACE,
        handlelength=1.0,
        handletextpad=_HANDLE - 1.0,
        columnspacing=_BETWEEN,
        labelcolor=colour("muted"),
    )


def _columns(figure: Figure, handles: Sequence[Any]) -> int:
    width = 72 * figure.get_size_inches()[0]
    size = SIZES["small"]
    texts = [text_size(figure, handle.get_label(), fontsize=size)[0] for handle in handles]
    for columns in range(len(handles), 1, -1):
        widest = [max(part) for part in np.array_split(texts, columns)]
        if sum(widest) + columns * (_HANDLE + _BETWEEN) * size <= width:
            return columns
    return 1

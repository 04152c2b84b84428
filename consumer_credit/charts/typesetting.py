"""Setting words on a figure: how wide they are, where lines break, and how neighbours are kept apart."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from consumer_credit.charts.palette import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.backend_bases import RendererBase
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties
    from matplotlib.text import Text

LINE_SPACING = 1.3
_OPENING, _CLOSING = "（《「『【“‘", "，。、；：！？）》」』】”’％%"
_HAN = rf"(?![{_OPENING}{_CLOSING}])[\u3000-\u9fff\uff00-\uffef]"
_LATIN = r"[^\s\u3000-\u9fff\uff00-\uffef]+"
_PIECES = re.compile(rf"[{_OPENING}]*(?:{_HAN}|{_LATIN})[{_CLOSING}]*\s*|\s+|.")
"""What stays together on a line: a word or a Chinese character, with the marks that open before or close
after it.
"""


def text_size(figure: Figure, text: str, **font: Any) -> tuple[float, float]:
    """Width and height in points of `text` as drawn on `figure` with `fontsize`, `fontweight` and
    `fontfamily`, which are matplotlib's unless given.
    """
    from matplotlib.font_manager import FontProperties  # noqa: PLC0415

    look = {name.removeprefix("font"): value for name, value in font.items()}
    return _measured(text, FontProperties(**look), figure.dpi)


@lru_cache(maxsize=8192)
def _measured(text: str, font: FontProperties, dpi: float) -> tuple[float, float]:
    """The size of a text is asked for again and again: while lines are broken, margins set, places tried."""
    from matplotlib.text import Text  # noqa: PLC0415

    sheet = _ruler(dpi)
    artist = Text(0, 0, text, figure=sheet, linespacing=LINE_SPACING, fontproperties=font)
    box = artist.get_window_extent(renderer_of(sheet))
    return box.width * 72 / dpi, box.height * 72 / dpi


def ruler() -> Figure:
    """A sheet to measure on while the figure that will be drawn has no size yet."""
    import matplotlib as mpl  # noqa: PLC0415

    return _ruler(float(mpl.rcParams["figure.dpi"]))


@lru_cache(maxsize=4)
def _ruler(dpi: float) -> Figure:
    """A small sheet to measure on, kept, since matplotlib remembers the glyphs it has seen by sheet."""
    from matplotlib.figure import Figure  # noqa: PLC0415

    return Figure(figsize=(1, 1), dpi=dpi)


def forget_sizes() -> None:
    """Measure anew from here on: a family's name has come to mean other files."""
    _measured.cache_clear()
    _ruler.cache_clear()


def wrapped(figure: Figure, text: str, width: float, **font: Any) -> str:
    """`text` broken into the fewest lines no wider than `width` points, these as even as they can be.

    Latin script breaks at spaces, Chinese between characters; a closing mark never begins a line. A single
    word wider than `width` stays whole.
    """
    broken = _filled(figure, text, width, **font)
    while broken.count("\n") > text.count("\n"):
        widest = max(text_size(figure, line, **font)[0] for line in broken.split("\n"))
        tighter = _filled(figure, text, widest - 0.5, **font)
        narrower = max(text_size(figure, line, **font)[0] for line in tighter.split("\n")) < widest
        if not narrower or tighter.count("\n") > broken.count("\n"):
            break
        broken = tighter
    return broken


def _filled(figure: Figure, text: str, width: float, **font: Any) -> str:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _PIECES.findall(paragraph):
            longer = line + piece
            if line and text_size(figure, longer.rstrip(), **font)[0] > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line = longer
        lines.append(line.rstrip())
    return "\n".join(lines)


def spread(wanted: Sequence[float], sizes: Sequence[float], low: float, high: float) -> list[float]:
    """Centres as near as possible to `wanted`, in the same order, such that intervals of `sizes` do not
    overlap.

    They are kept between `low` and `high` where they fit; where they do not, they are packed from `low` on.
    Minimises the sum of squared displacements (pool-adjacent-violators).
    """
    order = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    offsets = np.cumsum([0.0, *(sizes[index] for index in order)])
    # where the sizes before each interval are taken away, not overlapping means not decreasing
    blocks: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        mean, count = wanted[index] - sizes[index] / 2 - float(offsets[rank]), 1
        while blocks and blocks[-1][0] > mean:
            before, weight = blocks.pop()
            mean = (before * weight + mean * count) / (weight + count)
            count += weight
        blocks.append((mean, count))
    starts = list(itertools.chain.from_iterable([mean] * count for mean, count in blocks))
    limit = max(low, high - float(offsets[-1]))
    centres = [0.0] * len(wanted)
    for rank, index in enumerate(order):
        start = min(max(starts[rank], low), limit) + float(offsets[rank])
        centres[index] = start + sizes[index] / 2
    return centres


def put(
    figure: Figure, x: float, y: float, text: str, *, hue: str = "ink", gid: str | None = None, **font: Any
) -> Text:
    """Write `text` on the sheet, `x` and `y` points from its lower left corner, in the colour named `hue`."""
    width, height = (72 * inches for inches in figure.get_size_inches())
    return figure.text(
        x / width, y / height, text, color=colour(hue), linespacing=LINE_SPACING, gid=gid, **font
    )


def figure_of(axes: Axes) -> Figure:
    """The figure that `axes` stand on."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    return figure


def renderer_of(figure: Figure) -> RendererBase:
    """What measures text as it will be drawn; the figure needs no window and no file for it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415

    canvas = figure.canvas if isinstance(figure.canvas, FigureCanvasAgg) else FigureCanvasAgg(figure)
    renderer: RendererBase = canvas.get_renderer()  # type: ignore[no-untyped-call]
    return renderer

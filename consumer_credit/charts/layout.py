"""The judge of a drawn figure: texts that touch, texts crossed by what is drawn, and anything that leaves
the canvas.

Tests draw every figure in both languages and ask `overlaps`; labels looking for a place ask `obstacles`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from consumer_credit.charts.typesetting import figure_of, renderer_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.text import Text
    from matplotlib.transforms import BboxBase

_DRAWN = ("series-", "point-", "range-", "reference-", "break-")


@dataclass(frozen=True)
class Problem:
    """Something a reader would trip over.

    Attributes:
        kind: "texts" (two overlap), "line" (something drawn runs through a text) or "canvas" (something
            leaves it).
        first, second: the artists, by their text or id.
    """

    kind: str
    first: str
    second: str


def overlaps(figure: Figure, *, tolerance: float = 0.5) -> list[Problem]:
    """What a reader would trip over on the drawn figure; an empty list when all is well.

    Reports texts that overlap by more than `tolerance` points, texts crossed by something drawn (lines,
    points, ranges, claims and breaks, known by their ids), and artists that leave the canvas.
    """
    renderer = renderer_of(figure)
    figure.draw_without_rendering()
    texts = list(_visible_texts(figure))
    boxes = [text.get_window_extent(renderer) for text in texts]
    slack = tolerance * figure.dpi / 72
    problems = []
    for (one, first), (other, second) in itertools.combinations(zip(texts, boxes, strict=True), 2):
        if _overlap(first, second) > slack:
            problems.append(Problem("texts", one.get_text(), other.get_text()))
    for line in _drawn_lines(figure):
        for text, box in zip(texts, boxes, strict=True):
            hidden = text.get_bbox_patch() is not None and _is_notation(line)
            if not hidden and _crosses(line, box.padded(-slack)):
                problems.append(Problem("line", str(line.get_gid()), text.get_text()))
    canvas = figure.bbox.padded(slack)
    for text, box in zip(texts, boxes, strict=True):
        if not _inside(box, canvas):
            problems.append(Problem("canvas", text.get_text(), "canvas"))
    for artist in (*figure.lines, *figure.patches, *figure.legends, *_unclipped(figure)):
        box = artist.get_window_extent(renderer)
        if np.isfinite(box.extents).all() and box.width + box.height > 0 and not _inside(box, canvas):
            problems.append(Problem("canvas", str(artist.get_gid() or artist), "canvas"))
    return problems


def obstacles(axes: Axes, text: Text) -> float:
    """How much is in the way of `text` on `axes`: each text it overlaps and each line of data that crosses
    it counts 1.

    A break or a claim through it counts 0.4, leaving the axes a half, leaving the canvas 5.
    """
    figure = figure_of(axes)
    renderer = renderer_of(figure)
    box = text.get_window_extent(renderer)
    others = [other.get_window_extent(renderer) for other in _visible_texts(figure) if other is not text]
    count = float(sum(_overlap(box, other) > 0 for other in others))
    for line in _drawn_lines(figure):
        if _crosses(line, box):
            count += 0.4 if _is_notation(line) else 1.0
    if not _inside(box, axes.get_window_extent(renderer)):
        count += 0.5
    if not _inside(box, figure.bbox):
        count += 5
    return count


def _crosses(line: Line2D, box: BboxBase) -> bool:
    """Whether a line, or the marker of a point, runs through `box` (in pixels); gaps in it do not."""
    vertices = np.asarray(line.get_transform().transform(line.get_xydata()), dtype=float)
    if line.get_linestyle() in ("None", "none", " ", ""):
        around = box.padded(line.get_markersize() / 2)
        return any(
            around.contains(float(x), float(y)) for x, y in vertices[np.isfinite(vertices).all(axis=1)]
        )
    starts, steps = vertices[:-1], np.diff(vertices, axis=0)
    known = np.isfinite(starts).all(axis=1) & np.isfinite(steps).all(axis=1)
    return _segments_meet(starts[known], steps[known], box)


def _segments_meet(starts: np.ndarray, steps: np.ndarray, box: BboxBase) -> bool:
    """Liang and Barsky (1984): some share of a segment lies between the sides of the box."""
    enter, leave = np.zeros(len(starts)), np.ones(len(starts))
    for axis, (low, high) in enumerate(((box.x0, box.x1), (box.y0, box.y1))):
        start, step = starts[:, axis], steps[:, axis]
        still = step == 0
        with np.errstate(divide="ignore", invalid="ignore"):
            near, far = np.sort([(low - start) / step, (high - start) / step], axis=0)
        inside = (low < start) & (start < high)
        enter = np.where(still, np.where(inside, enter, np.inf), np.maximum(enter, near))
        leave = np.where(still, leave, np.minimum(leave, far))
    return bool((enter < leave).any())


def _is_notation(line: Line2D) -> bool:
    return str(line.get_gid()).startswith(("break-", "reference-"))


def _visible_texts(figure: Figure) -> Iterator[Text]:
    from matplotlib.text import Text  # noqa: PLC0415

    hidden: set[int] = set()
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            margin = 1e-9 * (high - low)
            shown = {
                id(tick)
                for tick in axis.get_major_ticks() + axis.get_minor_ticks()
                if axis.get_visible() and low - margin <= tick.get_loc() <= high + margin
            }
            for tick in (*axis.majorTicks, *axis.minorTicks):
                if id(tick) not in shown:
                    hidden.update((id(tick.label1), id(tick.label2)))
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and id(text) not in hidden:
            yield text


def _drawn_lines(figure: Figure) -> Iterator[Line2D]:
    from matplotlib.lines import Line2D  # noqa: PLC0415

    for artist in figure.findobj(Line2D):
        if isinstance(artist, Line2D) and str(artist.get_gid() or "").startswith(_DRAWN):
            yield artist


def _unclipped(figure: Figure) -> Iterator[Any]:
    for axes in figure.axes:
        yield from (artist for artist in (*axes.lines, *axes.patches) if not artist.get_clip_on())


def _overlap(first: BboxBase, second: BboxBase) -> float:
    """By how many pixels two boxes overlap in the direction in which they overlap least."""
    across = min(first.x1, second.x1) - max(first.x0, second.x0)
    along = min(first.y1, second.y1) - max(first.y0, second.y0)
    return float(min(across, along))


def _inside(box: BboxBase, canvas: BboxBase) -> bool:
    return bool(box.x0 >= canvas.x0 and box.y0 >= canvas.y0 and box.x1 <= canvas.x1 and box.y1 <= canvas.y1)

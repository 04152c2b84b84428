"""The judge of a drawn figure: texts that touch, texts crossed by what is drawn, and anything that leaves
the canvas.

Tests draw every figure in both languages and ask `overlaps`; labels looking for a place ask
`Obstacles`.
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
        stroke = _Stroke(line)
        for text, box in zip(texts, boxes, strict=True):
            hidden = text.get_bbox_patch() is not None and _is_notation(line)
            if not hidden and stroke.crosses(box.padded(-slack)):
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


class Obstacles:
    """What is in the way on a figure as drawn so far; measured once, asked for every place that a label tries."""

    def __init__(self, axes: Axes) -> None:
        figure = figure_of(axes)
        renderer = renderer_of(figure)
        self._texts = [text.get_window_extent(renderer) for text in _visible_texts(figure)]
        self._lines = [(_Stroke(line), 0.4 if _is_notation(line) else 1.0) for line in _drawn_lines(figure)]
        self._frame = axes.get_window_extent(renderer)
        self._canvas = figure.bbox

    def within(self, box: BboxBase) -> float:
        """How much is in the way of a text that fills `box`, in pixels: each text it overlaps and each line of
        data that crosses it counts 1.

        A break or a claim through it counts 0.4, leaving the axes a half, leaving the canvas 5.
        """
        count = float(sum(_overlap(box, other) > 0 for other in self._texts))
        count += sum(cost for stroke, cost in self._lines if stroke.crosses(box))
        if not _inside(box, self._frame):
            count += 0.5
        if not _inside(box, self._canvas):
            count += 5
        return count


class _Stroke:
    """A line, or the markers of points, in pixels."""

    def __init__(self, line: Line2D) -> None:
        vertices = np.asarray(line.get_transform().transform(line.get_xydata()), dtype=float)
        known = np.isfinite(vertices).all(axis=1)
        self._points: np.ndarray | None = None
        self._reach = line.get_markersize() / 2
        if line.get_linestyle() in ("None", "none", " ", ""):
            self._points = vertices[known]
        else:
            both = known[:-1] & known[1:]
            self._starts, self._steps = vertices[:-1][both], np.diff(vertices, axis=0)[both]

    def crosses(self, box: BboxBase) -> bool:
        """Whether it runs through `box`; gaps in a line do not."""
        if self._points is None:
            return _segments_meet(self._starts, self._steps, box)
        around = box.padded(self._reach)
        return any(around.contains(float(x), float(y)) for x, y in self._points)


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

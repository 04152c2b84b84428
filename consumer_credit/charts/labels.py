"""Words beside what they name: labels at the ends of lines, of claims, of breaks, placed where nothing is
in their way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from consumer_credit.charts.layout import Obstacles
from consumer_credit.charts.palette import colour, text_colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.style import BASE
from consumer_credit.charts.typesetting import LINE_SPACING, figure_of, spread, text_size, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox

GAP = 7.0
_BEFORE = {"left": 0.0, "bottom": 0.0, "center": 0.5, "right": 1.0, "top": 1.0}
"""The share of a text's size that lies before its anchor, by its alignment."""

Candidate = tuple[tuple[float, float], str, str]
"""A place for a label: its offset from the point in points, and its horizontal and vertical alignment."""


@dataclass(frozen=True)
class Label:
    """A text that belongs to the point `x`, `y` (in data), in the colour named `hue`; `key` becomes part of
    its id.
    """

    key: str
    text: str
    x: float
    y: float
    hue: str
    value: str = ""


def room_beside(figure: Figure, labels: Iterable[Label]) -> float:
    """Points to leave free at the right of the axes for `labels`."""
    widths = [text_size(figure, _broken(figure, label), fontsize=BASE)[0] for label in labels]
    return max(widths, default=0.0) + GAP + 3


def beside(axes: Axes, labels: Sequence[Label]) -> None:
    """Write labels in one column right of the axes, each at the height of its point, kept apart.

    A hairline leads from the point to a label that does not stand right beside it.
    """
    figure = figure_of(axes)
    scale = 72 / figure.dpi
    frame = axes.get_window_extent()
    texts = [_broken(figure, label) for label in labels]
    heights = [text_size(figure, text, fontsize=BASE)[1] + 4 for text in texts]
    points = [axes.transData.transform((label.x, label.y)) * scale for label in labels]
    centres = spread([y for _, y in points], heights, frame.y0 * scale - 8, figure.bbox.height * scale - 2)
    for label, text, (x, y), centre in zip(labels, texts, points, centres, strict=True):
        offset = (frame.x1 * scale - x + GAP, centre - y)
        _write(axes, label, text, offset, ha="left", va="center")
        if abs(offset[1]) > 5 or offset[0] > 4 * GAP:
            _leader(axes, label, offset)


def near(axes: Axes, label: Label, *, distance: float = 6.0) -> None:
    """Write one label next to its point, on the side where it touches neither a line nor another text."""
    figure = figure_of(axes)
    text = _broken(figure, label)
    candidates: list[Candidate] = []
    for reach in (distance, 3 * distance, 6 * distance, 10 * distance):
        aside = reach * 0.7
        candidates += [
            ((0.0, reach), "center", "bottom"),
            ((0.0, -reach), "center", "top"),
            ((reach, 0.0), "left", "center"),
            ((-reach, 0.0), "right", "center"),
            ((aside, aside), "left", "bottom"),
            ((-aside, aside), "right", "bottom"),
            ((aside, -aside), "left", "top"),
            ((-aside, -aside), "right", "top"),
        ]
    offset, _, _ = _best(axes, [(label, text, candidate) for candidate in candidates])
    if max(map(abs, offset)) > 2 * distance:
        _leader(axes, label, offset)


def along(axes: Axes, label: Label) -> None:
    """Write one label just above or below a horizontal line, as far left as it fits free of others."""
    low, high = axes.get_xlim()
    places = [low + (high - low) * share for share in np.arange(0.005, 0.95, 0.02)]
    sides = [((0.0, rise), "left", side) for rise, side in ((2.5, "bottom"), (-2.5, "top"))]
    _best(axes, [(replace(label, x=x), label.text, side) for side in sides for x in places])


def letters(axes: Axes, marks: Sequence[tuple[float, str, str]]) -> None:
    """Write bracketed letters above the axes at the given places on the time axis, side by side where these
    are close.

    Args:
        axes: with limits and position set.
        marks: place (in data), letter, name of the colour.
    """
    if not marks:
        return
    figure = figure_of(axes)
    scale = 72 / figure.dpi
    texts = [f"[{letter}]" for _, letter, _ in marks]
    widths = [text_size(figure, text, fontsize=current_sheet().small)[0] + 2 for text in texts]
    wanted = [axes.transData.transform((place, 0))[0] * scale for place, _, _ in marks]
    centres = spread(wanted, widths, 0, figure.bbox.width * scale)
    for (place, letter, hue), text, want, centre in zip(marks, texts, wanted, centres, strict=True):
        axes.annotate(
            text,
            (place, 1),
            xycoords=axes.get_xaxis_transform(),
            xytext=(centre - want, 2),
            textcoords="offset points",
            ha="center",
            va="bottom",
            fontsize=current_sheet().small,
            color=colour(hue),
            gid=f"letter-{letter}",
        )


def _broken(figure: Figure, label: Label) -> str:
    """The label's text and value on one line where they fit, else the value on a line of its own."""
    font = {"fontsize": BASE}
    whole = f"{label.text} {label.value}".strip()
    if text_size(figure, whole, **font)[0] <= current_sheet().end_label:
        return whole
    return "\n".join(
        filter(None, (wrapped(figure, label.text, current_sheet().end_label, **font), label.value))
    )


def _write(axes: Axes, label: Label, text: str, offset: tuple[float, float], *, ha: str, va: str) -> Text:
    artist: Text = axes.annotate(
        text,
        (label.x, label.y),
        xytext=offset,
        textcoords="offset points",
        ha=ha,
        va=va,
        color=text_colour(label.hue),
        fontsize=BASE,
        linespacing=LINE_SPACING,
        annotation_clip=False,
        gid=f"label-{label.key}",
    )
    return artist


def _leader(axes: Axes, label: Label, offset: tuple[float, float]) -> None:
    axes.annotate(
        "",
        (label.x, label.y),
        xytext=offset,
        textcoords="offset points",
        annotation_clip=False,
        arrowprops={
            "arrowstyle": "-",
            "color": colour(label.hue),
            "linewidth": 0.6,
            "shrinkA": 2,
            "shrinkB": 4,
        },
        gid=f"leader-{label.key}",
    )


def _best(axes: Axes, tries: Sequence[tuple[Label, str, Candidate]]) -> Candidate:
    """Write the label at the first place where nothing is in its way, else where least is.

    What then still runs through it, a break's mark or a claim's line, is interrupted behind the text.
    """
    obstacles = Obstacles(axes)
    costs: list[float] = []
    for where, text, candidate in tries:
        costs.append(obstacles.within(_box(axes, where, text, candidate)))
        if costs[-1] == 0:
            break
    where, text, candidate = tries[costs.index(min(costs))]
    offset, ha, va = candidate
    artist = _write(axes, where, text, offset, ha=ha, va=va)
    if min(costs) > 0:
        artist.set_bbox({"facecolor": colour("paper"), "edgecolor": "none", "pad": 1.0})
    return candidate


def _box(axes: Axes, label: Label, text: str, candidate: Candidate) -> Bbox:
    """The pixels that a label at a candidate place would fill; shares of its size stand left of and below its
    anchor.
    """
    from matplotlib.transforms import Bbox  # noqa: PLC0415

    (across, up), ha, va = candidate
    figure = figure_of(axes)
    pixels = figure.dpi / 72
    width, height = (pixels * side for side in text_size(figure, text, fontsize=BASE))
    x, y = axes.transData.transform((label.x, label.y))
    left = float(x) + pixels * across - _BEFORE[ha] * width
    bottom = float(y) + pixels * up - _BEFORE[va] * height
    return Bbox.from_bounds(left, bottom, width, height)

"""Charts read line by line: a label at the left of each row, its value drawn to the right, the scale below.

Bars, waterfalls and tornados share this sheet. Its height follows from the number of rows and the length of
their labels, so that three rows do not float and thirty do not crowd.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consumer_credit.charts.canvas import PAD, Numbers, new_figure
from consumer_credit.charts.key import draw_key, key_height
from consumer_credit.charts.palette import colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.style import BASE
from consumer_credit.charts.time_axis import value_ticks
from consumer_credit.charts.typesetting import LINE_SPACING, figure_of, put, ruler, text_size, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

ROW = 22.0
BAR = 12.0
_CLEAR = {"facecolor": colour("paper"), "edgecolor": "none", "pad": 2.0}
"""What a heading that runs into the chart stands on, so that no line of the scale crosses it."""


@dataclass(frozen=True)
class Rows:
    """The sheet and where its rows lie: `centres` and `tops` in points from the top of the axes, as the
    vertical axis counts.
    """

    figure: Figure
    axes: Axes
    centres: list[float]
    height: float


def row_sheet(
    labels: Sequence[str],
    *,
    unit: str,
    headings: Sequence[str] = (),
    key: Sequence[Any] = (),
    right: float = 0.0,
    above: int = 0,
    row: float = ROW,
    hues: Sequence[str] = (),
) -> Rows:
    """An empty sheet with a row for each label.

    Args:
        labels: in reading order.
        unit: what is counted, above the rows.
        headings: for each row the heading of its group, or "": written above the first row of each group.
        key: handles that explain colours or marks, below the scale.
        right: points to leave free at the right for texts beside bars.
        above: lines of text to leave free between unit and rows.
        row: the least height of a row in points; less than the usual where many rows must fit a page.
        hues: the colour of each label; those not in ink stand out in bold.
    """
    draft = ruler()
    font: dict[str, Any] = {"fontsize": BASE}
    hues = hues or ["ink"] * len(labels)
    bold = {**font, "fontweight": "bold"}
    fonts = [font if hue == "ink" else bold for hue in hues]
    texts = [
        wrapped(draft, label, current_sheet().row_label, **own)
        for label, own in zip(labels, fonts, strict=True)
    ]
    sizes = [text_size(draft, text, **own) for text, own in zip(texts, fonts, strict=True)]
    heights = [max(row, size[1] + 8 + row - ROW) for size in sizes]
    titles = [
        heading if heading != before else ""
        for heading, before in zip(headings, ["", *headings], strict=False)
    ]
    titles += [""] * (len(labels) - len(titles))
    centres, titled, top = [], [], 0.0
    for height, title in zip(heights, titles, strict=True):
        if title:
            text = wrapped(draft, title, 72 * current_sheet().width - 6, **bold)
            room = ROW + text.count("\n") * LINE_SPACING * BASE
            titled.append((top + room / 2 + 2, text))
            top += room
        centres.append(top + height / 2)
        top += height
    left = max([size[0] for size in sizes], default=0.0) + 3 * PAD
    line = text_size(draft, "0", **font)[1]
    unit = wrapped(draft, unit, 72 * current_sheet().width - 2, **font)
    head = (text_size(draft, unit, **font)[1] + line if unit else line / 2) + PAD + above * 1.4 * line
    below = line + 3 * PAD + key_height(draft, key)
    width, height = 72 * current_sheet().width, head + top + below
    figure, axes = new_figure(height / 72)
    axes.set_position((left / width, below / height, 1 - (left + max(right, 2 * PAD)) / width, top / height))
    axes.set_ylim(top, 0)
    axes.set_yticks(centres, texts, color=colour("ink"), linespacing=LINE_SPACING)
    for label, hue, own in zip(axes.get_yticklabels(), hues, fonts, strict=True):
        label.set(color=colour(hue), fontweight=own.get("fontweight", "normal"))
    axes.tick_params(axis="y", pad=2 * PAD)
    axes.grid(visible=False, axis="y")
    axes.grid(visible=True, axis="x")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", length=0)
    for place, title in titled:
        put(figure, 1, height - head - place, title, va="center", fontweight="bold", bbox=_CLEAR)
    if unit:
        put(figure, 1, height - PAD, unit, va="top", hue="muted", gid="unit-x")
    draw_key(figure, key)
    return Rows(figure, axes, centres, top)


def set_row_scale(axes: Axes, low: float, high: float, numbers: Numbers, *, zero: bool = True) -> None:
    """Round ticks along the bottom that cover `low` to `high` (and zero, unless told otherwise), with a
    line at zero.
    """
    bottom, top = (min(0.0, low), max(0.0, high)) if zero else (low, high)
    room = axes.get_window_extent().width * 72 / figure_of(axes).dpi
    ticks, decimals = value_ticks(bottom * numbers.scale, top * numbers.scale, most=max(2, int(room // 55)))
    axes.set_xticks(
        [tick / numbers.scale for tick in ticks], [numbers.tick(tick, decimals) for tick in ticks]
    )
    axes.set_xlim(ticks[0] / numbers.scale, ticks[-1] / numbers.scale)
    if zero:
        axes.axvline(0, color=colour("axis"), linewidth=0.8, zorder=2.5)


def beside_bar(
    axes: Axes, value: float, centre: float, text: str, *, hue: str = "ink", gid: str, left: bool = False
) -> None:
    """A text just beyond the end of a bar: to its right, or to its left for a bar that runs that way."""
    axes.annotate(
        text,
        (value, centre),
        xytext=(-4 if left else 4, 0),
        textcoords="offset points",
        ha="right" if left else "left",
        va="center",
        color=colour(hue),
        annotation_clip=False,
        gid=gid,
    )


def widest(texts: Sequence[str]) -> float:
    """Points that the widest of `texts` takes."""
    draft = ruler()
    return max((text_size(draft, text, fontsize=BASE)[0] for text in texts), default=0.0)

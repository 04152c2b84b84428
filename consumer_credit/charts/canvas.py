"""The sheet a chart is drawn on: a figure with one pair of axes, margins that fit the texts, and a value
axis with its unit.

Margins are measured from the texts that will stand in them, so that a long Chinese label or a wide number
is never cut.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from consumer_credit.charts.key import draw_key, key_height
from consumer_credit.charts.palette import colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.style import BASE
from consumer_credit.charts.time_axis import value_ticks
from consumer_credit.charts.typesetting import put, text_size, wrapped

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MINUS = "\N{MINUS SIGN}"
PAD = 3.0
"""Points between neighbouring things."""


def plain_number(number: float, decimals: int) -> str:
    """1234.5 → '1,234.5' for one decimal, with a real minus sign; a chart's default where no writer is
    given.
    """
    rounded = round(number, decimals) + 0.0
    return f"{MINUS if rounded < 0 else ''}{abs(rounded):,.{decimals}f}"


@dataclass(frozen=True)
class Numbers:
    """How values are written: `scale` times the value.

    Attributes:
        scale: 100 for fractions shown as percent, 1e-12 for money shown in trillions.
        tick: writes a number of the axis, given the number and its decimals.
        value: writes a value beside its label, given the unscaled value; None leaves values out.
    """

    scale: float = 100.0
    tick: Callable[[float, int], str] = plain_number
    value: Callable[[float], str] | None = None


@dataclass(frozen=True)
class Margins:
    """Room around the axes in points, beyond what tick labels take; `unit` stands above the value axis."""

    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0
    unit: str = ""


def new_figure(height: float | None = None) -> tuple[Figure, Axes]:
    """An empty figure as wide as the sheet and as high, or `height` inches, with one pair of axes, outside pyplot's
    list of open figures.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(current_sheet().width, height or current_sheet().height))
    FigureCanvasAgg(figure)
    return figure, figure.add_subplot()


def set_value_axis(axes: Axes, low: float, high: float, numbers: Numbers, *, most: int = 6) -> None:
    """Round ticks on the vertical axis from zero (or below) to above `high`; an emphasised zero line when
    values fall below.
    """
    ticks, decimals = value_ticks(min(0.0, low) * numbers.scale, max(0.0, high) * numbers.scale, most)
    axes.set_yticks(
        [tick / numbers.scale for tick in ticks], [numbers.tick(tick, decimals) for tick in ticks]
    )
    axes.set_ylim(ticks[0] / numbers.scale, ticks[-1] / numbers.scale)
    if ticks[0] < 0:
        axes.axhline(0, color=colour("axis"), linewidth=0.8, zorder=1.5)
        axes.spines["bottom"].set_visible(False)


def set_margins(figure: Figure, axes: Axes, margins: Margins, *, key: Sequence[Any] = ()) -> None:
    """Place the axes so that tick labels, the unit and the key of marks fit beside them; draws unit and key.

    Args:
        figure, axes: with the value axis already set.
        margins: room wanted beyond tick labels.
        key: handles that explain marks, below the axis.
    """
    width, height = (72 * inches for inches in figure.get_size_inches())
    line = text_size(figure, "0", fontsize=BASE)[1]
    ticks = [label.get_text() for label in axes.get_yticklabels()]
    unit = wrapped(figure, margins.unit, width - 2, fontsize=BASE)
    left = max((text_size(figure, text, fontsize=BASE)[0] for text in ticks), default=0.0) + 2 * PAD
    below = line + 3 * PAD + margins.bottom + key_height(figure, key)
    unit_height = text_size(figure, unit, fontsize=BASE)[1] + line if unit else line / 2
    above = unit_height + margins.top + PAD
    axes.set_position(
        (
            left / width,
            below / height,
            1 - (left + max(margins.right, 2 * PAD)) / width,
            1 - (below + above) / height,
        )
    )
    if unit:
        put(figure, 1, height - PAD, unit, va="top", hue="muted", gid="unit-y")
    draw_key(figure, key)

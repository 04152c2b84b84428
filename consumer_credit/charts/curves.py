"""Curves over a number: a formula drawn, such as the cost of an active customer over the dormant share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from consumer_credit.charts import labels
from consumer_credit.charts.canvas import PAD, Margins, Numbers, new_figure, set_margins, set_value_axis
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.labels import Label
from consumer_credit.charts.palette import colour
from consumer_credit.charts.style import BASE
from consumer_credit.charts.time_axis import value_ticks
from consumer_credit.charts.typesetting import text_size
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REQUIRED = ("series", "label", "x", "value", "colour")
NEARLY = 0.08
"""Lines that end within this share of the axis from its end are named beside it, others where they end."""


@dataclass(frozen=True)
class Spot:
    """One point worth a word: the article's own example, say."""

    x: float
    value: float
    label: str
    key: str = "example"
    colour: str = "ink"


@drawing
def curve_chart(
    frame: pd.DataFrame,
    *,
    unit: str,
    x_unit: str,
    numbers: Numbers | None = None,
    x_numbers: Numbers | None = None,
    spots: Sequence[Spot] = (),
) -> Figure:
    """Lines over a number, labelled at their ends.

    Args:
        frame: one row a point, in the order of the path (`x` increasing, or turning back where the thing
            did): `series`, `label`, `x`, `value`, `colour`; optional `dashed`.
        unit, x_unit: what the two axes count; the second is written below the axis, at its end.
        numbers, x_numbers: how values and places are scaled and written; percent by default.
        spots: points to mark and name.

    Returns:
        The figure; ids `series-<key>`, `spot-<key>`, `label-<key>`.

    Raises:
        RenderError: a column is missing or there is nothing to draw.
    """
    numbers, x_numbers = numbers or Numbers(), x_numbers or Numbers()
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise RenderError(
            f"no column {', '.join(missing)}", where="curves", remedy=f"give {', '.join(REQUIRED)}"
        )
    if not len(frame):
        raise RenderError("nothing to draw", where="curves", remedy="give at least one point")
    figure, axes = new_figure()
    ends = []
    for key, points in frame.groupby("series", sort=False):
        first, last = points.iloc[0], points.iloc[-1]
        axes.plot(
            points["x"].to_numpy(dtype=float),
            points["value"].to_numpy(dtype=float),
            color=colour(str(first["colour"])),
            linestyle=(0, (4, 1.6)) if bool(first.get("dashed", False)) else "solid",
            dash_capstyle="butt",
            clip_on=False,
            zorder=3,
            gid=f"series-{key}",
        )
        ends.append(
            Label(str(key), str(last["label"]), float(last["x"]), float(last["value"]), str(last["colour"]))
        )
    values = [*frame["value"].astype(float), *(spot.value for spot in spots)]
    set_value_axis(axes, min(values), max(values), numbers)
    below = text_size(figure, x_unit, fontsize=BASE)[1] + PAD
    low, high = float(frame["x"].min()), float(frame["x"].max())
    outer = [end for end in ends if end.x >= high - NEARLY * (high - low)]
    set_margins(figure, axes, Margins(right=labels.room_beside(figure, outer), unit=unit, bottom=below))
    ticks, decimals = value_ticks(low * x_numbers.scale, high * x_numbers.scale, most=8)
    shown = [tick for tick in ticks if low - 1e-9 <= tick / x_numbers.scale <= high + 1e-9]
    axes.set_xticks(
        [tick / x_numbers.scale for tick in shown], [x_numbers.tick(tick, decimals) for tick in shown]
    )
    axes.set_xlim(low, high)
    axes.set_xlabel(x_unit, loc="right", labelpad=2, gid="unit-x")
    labels.beside(axes, outer)
    for end in ends:
        if end not in outer:
            labels.near(axes, end)
    for spot in spots:
        axes.plot(
            [spot.x],
            [spot.value],
            color=colour(spot.colour),
            linestyle="none",
            marker="o",
            markersize=5.5,
            clip_on=False,
            zorder=4,
            gid=f"point-spot-{spot.key}",
        )
        labels.near(axes, Label(f"spot-{spot.key}", spot.label, spot.x, spot.value, spot.colour))
    return figure

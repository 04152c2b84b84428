"""Small multiples: one small panel each instead of many lines in one, all on the same scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from consumer_credit.charts import labels, time_axis
from consumer_credit.charts.canvas import PAD, Numbers, new_figure, set_value_axis
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.key import draw_key, key_height
from consumer_credit.charts.lines import draw_lines, end_labels, prepared, set_year_axis
from consumer_credit.charts.marks import key_of
from consumer_credit.charts.palette import colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.style import BASE
from consumer_credit.charts.time_axis import value_ticks
from consumer_credit.charts.typesetting import put, ruler, text_size, wrapped
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

STEPS = 3
PANEL_HEIGHT = 92.0
GUTTER = 18.0


@drawing
def small_multiples(
    frame: pd.DataFrame,
    *,
    unit: str,
    numbers: Numbers | None = None,
    context: pd.DataFrame | None = None,
    marks: Mapping[str, str] | None = None,
    columns: int = 3,
) -> Figure:
    """A grid of line charts, read row by row, with common axes.

    Args:
        frame: columns as `line_chart`, and `panel` (stable key), `panel_label`; panels in order of
            appearance. A panel with several lines tells them apart by the key below, which names every
            series of the figure once.
        unit: what the axes count, once for all.
        numbers: how values are scaled and written; percent by default. A writer of values puts the last one
            at each line's end.
        context: columns as `line_chart`: drawn thin and grey in every panel, for comparison; named in the
            key.
        marks: what derived points and later vintages are called, needed when such points are drawn.
        columns: panels in a row, where the sheet has room for so many.

    Returns:
        The figure; ids as in `line_chart`, with the panel's key before the series': `series-<panel>.<key>`.

    Raises:
        RenderError: as `line_chart`, or the panel columns are missing.
    """
    numbers, columns = numbers or Numbers(), min(columns, current_sheet().panels)
    if missing := [column for column in ("panel", "panel_label") if column not in frame.columns]:
        raise RenderError(
            f"no column {', '.join(missing)}", where="small multiples", remedy="name the panels"
        )
    parts = {str(panel): prepared(part) for panel, part in frame.groupby("panel", sort=False)}
    if not parts:
        raise RenderError("nothing to draw", where="small multiples", remedy="give at least one panel")
    around = None if context is None else prepared(context.assign(colour="context"))
    together = pd.concat([*parts.values(), *([] if around is None else [around])], ignore_index=True)
    yearly = time_axis.all_yearly(together["period"])
    handles = [*_names(parts, around), *key_of(together, marks or {})]
    bounds = together[["value", "low", "high"]].to_numpy(dtype=float)
    finite = bounds[np.isfinite(bounds)]
    low, high = float(finite.min()), float(finite.max())
    titles = [str(part["panel_label"].iloc[0]) for part in parts.values()]
    figure, grid = _panels(
        titles, unit=unit, key=handles, columns=columns, left=_tick_width(low, high, numbers)
    )
    for index, ((panel, part), axes) in enumerate(zip(parts.items(), grid, strict=True)):
        if around is not None:
            draw_lines(axes, _renamed(around, panel), yearly=yearly, thin=True)
        draw_lines(axes, _renamed(part, panel), yearly=yearly, thin=True)
        set_value_axis(axes, low, high, numbers, most=STEPS)
        set_year_axis(axes, list(together["period"]), yearly=yearly)
        if index % columns:
            axes.set_yticklabels([])
        if index + columns < len(parts):
            axes.set_xticklabels([])
    if numbers.value is not None:
        for (panel, part), axes in zip(parts.items(), grid, strict=True):
            for end in end_labels(_renamed(part, panel), numbers, yearly=yearly):
                labels.near(axes, replace(end, text=end.value, value=""))
    return figure


def _renamed(rows: pd.DataFrame, panel: str) -> pd.DataFrame:
    return rows.assign(series=f"{panel}." + rows["series"])


def _names(parts: Mapping[str, pd.DataFrame], around: pd.DataFrame | None) -> list[Line2D]:
    """What the lines are that no panel's title names: those around, and those that share a panel."""
    from matplotlib.lines import Line2D  # noqa: PLC0415

    unnamed = [part for part in parts.values() if part["series"].nunique() > 1]
    unnamed += [] if around is None else [around]
    if not unnamed:
        return []
    every = pd.concat(unnamed).drop_duplicates("series")
    return [
        Line2D([], [], color=colour(hue), linewidth=1.6, label=label)
        for label, hue in zip(every["label"], every["colour"], strict=True)
    ]


def _tick_width(low: float, high: float, numbers: Numbers) -> float:
    draft = ruler()
    ticks, decimals = value_ticks(min(0.0, low) * numbers.scale, max(0.0, high) * numbers.scale, STEPS)
    return max(text_size(draft, numbers.tick(tick, decimals), fontsize=BASE)[0] for tick in ticks)


def _panels(
    titles: Sequence[str], *, unit: str, key: Sequence[Line2D], columns: int, left: float
) -> tuple[Figure, list[Axes]]:
    """An empty figure with a grid of axes, each under its title."""
    draft = ruler()
    font = {"fontsize": BASE}
    unit = wrapped(draft, unit, 72 * current_sheet().width - 2, **font)
    line = text_size(draft, "0", **font)[1]
    width = 72 * current_sheet().width
    left += 2 * PAD
    right = max(2 * PAD, text_size(draft, "2000", **font)[0] / 2 + 1)  # a year at the very end of its axis
    panel_width = (width - left - right - GUTTER * (columns - 1)) / columns
    texts = [wrapped(draft, title, panel_width, **font, fontweight="bold") for title in titles]
    title_height = max(text_size(draft, text, **font, fontweight="bold")[1] for text in texts) + 2 * PAD
    lines = -(-len(titles) // columns)
    head = text_size(draft, unit, **font)[1] + 2 * PAD
    foot = line + 3 * PAD + key_height(draft, key)
    step = title_height + PANEL_HEIGHT + GUTTER / 2
    height = head + lines * step + foot
    figure, only = new_figure(height / 72)
    only.remove()
    grid = []
    for index, text in enumerate(texts):
        row, column = divmod(index, columns)
        x = left + column * (panel_width + GUTTER)
        top = height - head - row * step - title_height
        axes = figure.add_axes(
            (x / width, (top - PANEL_HEIGHT) / height, panel_width / width, PANEL_HEIGHT / height)
        )
        put(figure, x, top + 2 * PAD, text, va="baseline", fontweight="bold")
        grid.append(axes)
    put(figure, 1, height - PAD, unit, va="top", hue="muted", gid="unit-y")
    draw_key(figure, key)
    return figure, grid

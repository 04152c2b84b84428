"""A heat map: one number for each pair of rows and columns, coloured in seven steps and always written out.

Colour shows where to look; the numbers carry the information, so that the figure serves those who see no
colour and prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from consumer_credit.charts.canvas import PAD, Numbers, new_figure
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.palette import ON_FILL, SCALE, colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.style import BASE
from consumer_credit.charts.time_axis import value_ticks
from consumer_credit.charts.typesetting import put, ruler, text_size, wrapped
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL = 22.0
KEY_HEIGHT = 30.0
GROUP_GAP = 5.0
REQUIRED = ("row", "row_label", "column", "column_label", "value")


@partial(drawing, phone=False)  # a cell of a column among twelve would hold no number
def heat_map(
    frame: pd.DataFrame, *, unit: str, missing: str = "\N{EN DASH}", numbers: Numbers | None = None
) -> Figure:
    """Rows by columns, in order of appearance.

    Args:
        frame: one row a cell: `row`, `column` (stable keys), `row_label`, `column_label` (in the reader's
            language), `value`. Optional: `row_group`, `column_group` (headings over neighbouring rows and
            columns of one group), `mark` (text right after the number, or after `missing` in a cell without
            a value, where it points to the reason).
        unit: what the numbers count, beside the colour key.
        missing: what stands in a cell without a value.
        numbers: how values are scaled and written; percent by default.

    Returns:
        The figure; numbers carry ids `cell-<row>-<column>`.

    Raises:
        RenderError: a column is missing, a cell is given twice, or no cell has a value.
    """
    numbers = numbers or Numbers()
    absent = [column for column in REQUIRED if column not in frame.columns]
    if absent:
        raise RenderError(
            f"no column {', '.join(absent)}", where="heat map", remedy=f"give {', '.join(REQUIRED)}"
        )
    if frame.duplicated(["row", "column"]).any():
        raise RenderError("a cell is given twice", where="heat map", remedy="give one value a cell")
    cells = frame.assign(
        row_group=frame.get("row_group", ""),
        column_group=frame.get("column_group", ""),
        mark=frame.get("mark", ""),
        value=frame["value"].astype(float),
    )
    if cells["value"].isna().all():
        raise RenderError(
            "nothing to draw", where="heat map", remedy="say in the page that the data are missing"
        )
    steps, decimals = value_ticks(
        cells["value"].min() * numbers.scale, cells["value"].max() * numbers.scale, most=len(SCALE)
    )
    bounds = [step / numbers.scale for step in steps]
    figure, areas = _sheet(cells, unit)
    for axes, part in areas:
        _draw_cells(
            axes, part, list(dict.fromkeys(cells["column"])), bounds, missing=missing, numbers=numbers
        )
    _draw_key(figure, steps, unit, [numbers.tick(step, decimals) for step in steps])
    return figure


def _draw_cells(
    axes: Axes,
    part: pd.DataFrame,
    columns: Sequence[str],
    bounds: Sequence[float],
    *,
    missing: str,
    numbers: Numbers,
) -> None:
    import seaborn as sns  # noqa: PLC0415
    from matplotlib.colors import BoundaryNorm, ListedColormap  # noqa: PLC0415

    names = _steps(len(bounds) - 1)
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    rows = list(dict.fromkeys(part["row"]))
    table = part.pivot(index="row", columns="column", values="value").reindex(
        index=rows, columns=list(columns)
    )
    marks = part.set_index(["row", "column"])["mark"].to_dict()
    sns.heatmap(
        table,
        ax=axes,
        cmap=ListedColormap([colour(name) for name in names]),
        norm=BoundaryNorm(bounds, len(names)),
        cbar=False,
        linewidths=1.0,
        linecolor=colour("paper"),
        xticklabels=False,
        yticklabels=False,
    )
    axes.set(xlabel="", ylabel="")
    for _, start, _ in _runs(part.drop_duplicates("column")["column_group"])[1:]:
        axes.axvline(start, color=colour("paper"), linewidth=GROUP_GAP)
    for down, row in enumerate(rows):
        for across, column in enumerate(columns):
            value = float(table.loc[row, column])
            known = np.isfinite(value)
            step = (
                names[min(int(np.searchsorted(bounds, value, side="right")) - 1, len(names) - 1)]
                if known
                else "paper"
            )
            mark = marks.get((row, column), "")
            axes.text(
                across + 0.5,
                down + 0.5,
                f"{write(value)}{mark}" if known else f"{missing} {mark}".rstrip(),
                ha="center",
                va="center",
                fontsize=BASE,
                color=colour(ON_FILL.get(step, "muted")),
                gid=f"cell-{row}-{column}",
            )


def _sheet(cells: pd.DataFrame, unit: str) -> tuple[Figure, list[tuple[Axes, pd.DataFrame]]]:
    """The figure with labels and headings written, and one pair of axes for each group of rows."""
    draft = ruler()
    font: dict[str, Any] = {"fontsize": BASE}
    row_texts = {
        row: wrapped(draft, label, current_sheet().row_label, **font)
        for row, label in _pairs(cells, "row", "row_label")
    }
    columns = _pairs(cells, "column", "column_label")
    left = max(text_size(draft, text, **font)[0] for text in row_texts.values()) + 3 * PAD
    width = 72 * current_sheet().width
    cell = (width - left - PAD) / len(columns)
    column_texts = [wrapped(draft, label, cell - 4, **font) for _, label in columns]
    top = max(text_size(draft, text, **font)[1] for text in column_texts) + 3 * PAD
    spans = _runs(cells.drop_duplicates("column")["column_group"])
    heading = text_size(draft, "0", **font)[1] + 3 * PAD
    above = top + (heading if any(name for name, _, _ in spans) else 0)
    tall = max(CELL, *(text_size(draft, text, **font)[1] + 6 for text in row_texts.values()))
    groups = [(str(name), part) for name, part in cells.groupby("row_group", sort=False)]
    heights = [(heading if name else 0) + tall * part["row"].nunique() for name, part in groups]
    height = above + sum(heights) + KEY_HEIGHT + PAD
    figure, only = new_figure(height / 72)
    only.remove()
    for index, text in enumerate(column_texts):
        x = left + cell * (index + 0.5)
        put(figure, x, height - above + 2 * PAD, text, ha="center", va="baseline", hue="muted")
    for name, start, count in spans:
        if name:
            x = left + cell * (start + count / 2)
            put(figure, x, height - PAD, name, ha="center", va="top", fontweight="bold")
    areas, down = [], above
    for (name, part), size in zip(groups, heights, strict=True):
        inner = tall * part["row"].nunique()
        if name:
            y = height - down - heading + 2 * PAD
            put(figure, 1, y, name, ha="left", va="baseline", fontweight="bold")
        bottom = height - down - size
        axes = figure.add_axes((left / width, bottom / height, cell * len(columns) / width, inner / height))
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.grid(visible=False)
        for index, row in enumerate(dict.fromkeys(part["row"])):
            y = bottom + inner - tall * (index + 0.5)
            put(figure, left - 2 * PAD, y, row_texts[row], ha="right", va="center", gid=f"row-{row}")
        areas.append((axes, part))
        down += size
    return figure, areas


def _draw_key(figure: Figure, steps: Sequence[float], unit: str, texts: Sequence[str]) -> None:
    """The seven colours with their bounds, below the cells."""
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    width, height = (72 * inches for inches in figure.get_size_inches())
    box, base = 34.0, 14.0
    start = text_size(figure, unit, fontsize=current_sheet().small)[0] + 3 * PAD + 6
    small: dict[str, Any] = {"fontsize": current_sheet().small, "hue": "muted"}
    put(figure, 1, base + 4, unit, va="center", gid="unit", **small)
    for index, name in enumerate(_steps(len(steps) - 1)):
        figure.add_artist(
            Rectangle(
                ((start + box * index) / width, base / height),
                box / width,
                8 / height,
                transform=figure.transFigure,
                facecolor=colour(name),
                edgecolor=colour("paper"),
                linewidth=0.5,
            )
        )
    for index, text in enumerate(texts):
        put(figure, start + box * index, base - 2, text, ha="center", va="top", **small)


def _steps(count: int) -> list[str]:
    """`count` colours spread evenly over the scale."""
    if count == 1:
        return [SCALE[2]]
    return [SCALE[round(index * (len(SCALE) - 1) / (count - 1))] for index in range(count)]


def _pairs(cells: pd.DataFrame, key: str, label: str) -> list[tuple[str, str]]:
    once = cells.drop_duplicates(key)
    return list(zip(once[key].astype(str), once[label].astype(str), strict=True))


def _runs(groups: Iterable[str]) -> list[tuple[str, int, int]]:
    """Neighbours of one group: name, start, count."""
    runs: list[tuple[str, int, int]] = []
    for index, name in enumerate(groups):
        if runs and runs[-1][0] == name:
            runs[-1] = (name, runs[-1][1], runs[-1][2] + 1)
        else:
            runs.append((str(name), index, 1))
    return runs

"""Stacked areas over time: what a whole is made of, from year to year or month to month."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from consumer_credit.charts import labels, time_axis
from consumer_credit.charts.canvas import Margins, Numbers, new_figure, set_margins, set_value_axis
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.labels import Label
from consumer_credit.charts.lines import prepared, set_year_axis
from consumer_credit.charts.marks import KINDS, key_of, mark_of
from consumer_credit.charts.notation import ROOM_FOR_CLAIM, Notation, draw_notation, label_references
from consumer_credit.charts.palette import colour
from consumer_credit.charts.style import BASE
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@drawing
def area_chart(
    frame: pd.DataFrame,
    *,
    unit: str,
    numbers: Numbers | None = None,
    notation: Notation | None = None,
) -> Figure:
    """Parts of a whole piled up, the first series at the bottom, each labelled at the right.

    Args:
        frame: columns as `line_chart`; values never negative, all series of one frequency. Where one part
            is not known the whole pile has a gap: a part left out would lower the others.
        unit: what the axis counts. numbers: how values are scaled and written; percent by default.
        notation: breaks, references, spans and the words for marks. A period in which any part is derived
            or of a later vintage has a mark on the pile's upper edge.

    Returns:
        The figure; ids `area-<key>` (upper edge forth, lower edge back), `series-<key>` (the upper edge: a vertex
        for each period of which all parts are known), `label-<key>`,
        `point-total-<period>` of marks.

    Raises:
        RenderError: as `line_chart`; or a value is negative, frequencies are mixed, or no period has all
            parts.
    """
    numbers, notation = numbers or Numbers(), notation or Notation()
    rows = prepared(frame)
    if (rows["value"] < 0).any():
        raise RenderError("a part below zero", where="area chart", remedy="draw lines instead")
    names = rows.drop_duplicates("series")
    table = rows.pivot(index="period", columns="series", values="value")[list(names["series"])]
    filled = time_axis.with_gaps(table.reset_index().sort_values("period", kind="stable"))
    whole = filled[list(names["series"])].to_numpy(dtype=float)
    known = np.isfinite(whole).all(axis=1)
    if not known.any():
        raise RenderError(
            "no period has all parts", where="area chart", remedy="leave out the part that is missing"
        )
    yearly = time_axis.all_yearly(filled["period"])
    places = np.array([time_axis.position(period, yearly=yearly) for period in filled["period"]])
    edges = np.column_stack([np.zeros(len(whole)), np.cumsum(whole, axis=1)])
    figure, axes = new_figure()
    claims = [ROOM_FOR_CLAIM * claim.value for claim in notation.references]
    set_value_axis(axes, 0.0, max([float(np.nanmax(edges)), *claims]), numbers)
    for index, (key, hue) in enumerate(zip(names["series"], names["colour"], strict=True)):
        area = axes.fill_between(
            places,
            edges[:, index],
            edges[:, index + 1],
            where=known,
            color=colour(hue),
            linewidth=0,
            zorder=2,
        )
        area.set_gid(f"area-{key}")
        axes.plot(
            places,
            np.where(known, edges[:, index + 1], np.nan),
            color=colour("paper"),
            linewidth=0.8,
            zorder=2.1,
            gid=f"series-{key}",
        )
    last = int(np.flatnonzero(known)[-1])
    write = numbers.value or (lambda value: "")
    ends = [
        Label(
            str(key),
            str(label),
            float(places[last]),
            float(edges[last, index] + edges[last, index + 1]) / 2,
            "ink",
            write(float(whole[last, index])),
        )
        for index, (key, label) in enumerate(zip(names["series"], names["label"], strict=True))
    ]
    margins = Margins(
        right=labels.room_beside(figure, ends), top=1.5 * BASE if notation.breaks else 0.0, unit=unit
    )
    set_margins(figure, axes, margins, key=key_of(rows, notation.marks))
    set_year_axis(axes, list(filled["period"]), yearly=yearly)
    _mark_totals(axes, rows, dict(zip(filled["period"], zip(places, edges[:, -1], strict=True), strict=True)))
    draw_notation(axes, notation, yearly=yearly)
    labels.beside(axes, ends)
    label_references(axes, notation.references, yearly=yearly)
    return figure


def _mark_totals(axes: Axes, rows: pd.DataFrame, tops: dict[str, tuple[float, float]]) -> None:
    """A mark on the pile's upper edge for each period of which a part is derived or of a later vintage."""
    flags = rows.groupby("period")[list(KINDS)].any()
    for period, known in flags[flags.any(axis=1)].iterrows():
        place, top = tops[str(period)]
        if np.isfinite(top):
            look = mark_of(
                derived=bool(known["derived"]), later_vintage=bool(known["later_vintage"]), hue="ink"
            )
            axes.plot(
                [place],
                [top],
                color=colour("ink"),
                linestyle="none",
                clip_on=False,
                zorder=3,
                gid=f"point-total-{period}",
                **look,
            )

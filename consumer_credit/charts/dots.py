"""Dots on lines: many economies, or few with the range they have been through, one a row.

Where bars would be a wall, a dot says where each stands now, a tick where it stood before, a thin line how
far it has ranged. The scale starts at zero, as that of bars does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.marks import key_of, mark_of
from consumer_credit.charts.notation import Reference
from consumer_credit.charts.palette import colour
from consumer_credit.charts.rows import ROW, row_sheet, set_row_scale, widest
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

REQUIRED = ("key", "label", "value", "colour")
OPTIONAL: Mapping[str, Any] = {
    "before": np.nan,
    "low": np.nan,
    "high": np.nan,
    "group": "",
    "note": "",
    "derived": False,
    "later_vintage": False,
    "before_derived": False,
}
TICK = 8.0


@drawing
def dot_chart(
    frame: pd.DataFrame,
    *,
    unit: str,
    words: Mapping[str, str],
    numbers: Numbers | None = None,
    references: Sequence[Reference] = (),
    marks: Mapping[str, str] | None = None,
    row: float = ROW,
) -> Figure:
    """One row a thing, in the order given: a dot, and what there was before.

    Args:
        frame: `key` (stable), `label`, `value` (a fraction for ratios; empty when only `before` is known),
            `colour`. Optional: `before` (a tick, hollow where `before_derived`), `low` and `high` (a thin
            line between), `group` (heading above the first row of each group), `note` (text after the
            value), `derived`, `later_vintage` (how the dot was known). Values stand in a column at the
            right; rows not in `context` colour have their label in their own.
        unit: what is counted, above the rows.
        words: what `value`, `before` and the `range` are called, in the reader's language; needed for those
            that occur.
        numbers: how values are scaled and written; percent by default.
        references: yardsticks, without `period`: dashed lines from top to bottom, named above.
        marks: what `derived` and `later_vintage` dots are called; needed when there are any.
        row: height of a row in points.

    Returns:
        The figure; dots carry ids `point-<key>`, ticks `before-<key>`, lines `range-<key>`, values
        `label-<key>`, yardsticks `reference-<key>`.

    Raises:
        RenderError: a column is missing, a key appears twice, there is no row or no value, or something is
            drawn that no word explains.
    """
    numbers = numbers or Numbers()
    rows = _checked(frame)
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    texts = [
        " ".join(filter(None, (write(value) if np.isfinite(value) else "", note)))
        for value, note in zip(rows["value"], rows["note"], strict=True)
    ]
    sheet = row_sheet(
        list(rows["label"]),
        unit=unit,
        headings=list(rows["group"]),
        key=[
            *_key(rows, words),
            *key_of(rows.assign(derived=rows["derived"] | rows["before_derived"]), marks or {}),
        ],
        right=widest(texts) + 2 * TICK,
        above=1 if references else 0,
        row=row,
        hues=["ink" if hue == "context" else str(hue) for hue in rows["colour"]],
    )
    bounds = rows[["value", "before", "low", "high"]].to_numpy(dtype=float)
    drawn = [*bounds[np.isfinite(bounds)], *(reference.value for reference in references)]
    set_row_scale(sheet.axes, min(drawn), max(drawn), numbers)
    for centre, text, item in zip(sheet.centres, texts, rows.to_dict("records"), strict=True):
        _draw(sheet.axes, centre, text, item)
    for reference in references:
        _draw_reference(sheet.axes, reference)
    return sheet.figure


def _draw(axes: Axes, centre: float, text: str, item: Mapping[Any, Any]) -> None:
    """One row: the line of its range, the way from the tick of before to the dot, the value in its column."""
    key, hue = item["key"], str(item["colour"])
    value, before, low, high = (float(item[name]) for name in ("value", "before", "low", "high"))
    if np.isfinite(low) and np.isfinite(high):
        axes.plot(
            [low, high],
            [centre, centre],
            color=colour(hue),
            linewidth=1.1,
            solid_capstyle="butt",
            zorder=2.6,
            gid=f"range-{key}",
        )
    if np.isfinite(before) and np.isfinite(value):
        axes.plot([before, value], [centre, centre], color=colour("axis"), linewidth=0.8, zorder=2.5)
    if np.isfinite(before):
        tick = {"marker": "|", "markersize": TICK, "markeredgewidth": 1.3, "color": colour(hue)}
        hollow = mark_of(derived=True, later_vintage=False, hue=hue)
        look = hollow if item["before_derived"] else tick
        axes.plot([before], [centre], linestyle="none", zorder=2.8, gid=f"before-{key}", **look)
    if np.isfinite(value):
        look = mark_of(derived=bool(item["derived"]), later_vintage=bool(item["later_vintage"]), hue=hue)
        axes.plot([value], [centre], linestyle="none", zorder=3, gid=f"point-{key}", clip_on=False, **look)
    axes.annotate(
        text,
        (1.0, centre),
        xycoords=("axes fraction", "data"),
        xytext=(TICK, 0),
        textcoords="offset points",
        va="center",
        annotation_clip=False,
        gid=f"label-{key}",
    )


def _draw_reference(axes: Axes, reference: Reference) -> None:
    axes.axvline(
        reference.value,
        color=colour(reference.colour),
        linewidth=1.0,
        linestyle=(0, (4, 2)),
        zorder=2.4,
        gid=f"reference-{reference.key}",
    )
    axes.annotate(
        reference.label,
        (reference.value, axes.get_ylim()[1]),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=colour(reference.colour),
        annotation_clip=False,
        gid=f"label-{reference.key}",
    )


def _key(rows: pd.DataFrame, words: Mapping[str, str]) -> list[Line2D]:
    """What dot, tick and line mean, as far as they occur."""
    from matplotlib.lines import Line2D  # noqa: PLC0415

    plain = {"linestyle": "none", "color": colour("muted")}
    looks: Mapping[str, tuple[str, dict[str, Any]]] = {
        "value": ("value", {**plain, "marker": "o", "markersize": 4.2}),
        "before": ("before", {**plain, "marker": "|", "markersize": TICK, "markeredgewidth": 1.3}),
        "range": ("low", {"linestyle": "solid", "color": colour("muted"), "linewidth": 1.1}),
    }
    handles = []
    for name, (column, look) in looks.items():
        if not rows[column].notna().any():
            continue
        if not words.get(name):
            raise RenderError(f"no word for {name}", where="dots", remedy=f"give words['{name}']")
        handles.append(Line2D([], [], label=words[name], **look))
    return handles


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise RenderError(
            f"no column {', '.join(missing)}", where="dots", remedy=f"give {', '.join(REQUIRED)}"
        )
    if frame["key"].duplicated().any():
        twice = frame.loc[frame["key"].duplicated(), "key"].iloc[0]
        raise RenderError(f"'{twice}' appears twice", where="dots", remedy="give one row for each")
    rows = frame.reset_index(drop=True).copy()
    for column, filling in OPTIONAL.items():
        rows[column] = rows[column] if column in rows.columns else filling
    for column in ("value", "before", "low", "high"):
        rows[column] = rows[column].astype(float)
    for column in ("derived", "later_vintage", "before_derived"):
        rows[column] = rows[column].astype(bool)
    if not rows[["value", "before"]].notna().any(axis=None):
        raise RenderError("nothing to draw", where="dots", remedy="say in the page that the data are missing")
    return rows

"""Bars: amounts or ratios side by side, and the composition of a whole.

Bars always start at zero. A derived value is hollow; a range has a whisker from its low to its high end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.palette import ON_FILL, colour
from consumer_credit.charts.rows import BAR, beside_bar, row_sheet, set_row_scale, widest
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.typesetting import text_size
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch


@drawing
def bar_chart(
    frame: pd.DataFrame, *, unit: str, numbers: Numbers | None = None, marks: Mapping[str, str] | None = None
) -> Figure:
    """Horizontal bars, one a row, in the order given.

    Args:
        frame: `key` (stable), `label`, `value` (a fraction for ratios; empty for a row without data, which
            then shows `note`), `colour`. Optional: `group` (heading above the first row of each group),
            `low`, `high` (a range), `derived` (bool), `note` (text after the value).
        unit: what is counted, above the bars.
        numbers: how values are scaled and written; percent by default.
        marks: what a `derived` bar is called; needed when there is one.

    Returns:
        The figure; bars carry ids `bar-<key>`, ranges `range-<key>`, values `label-<key>`.

    Raises:
        RenderError: a column is missing, a key appears twice, there is no row, or a hollow bar is not
            explained.
    """
    numbers, marks = numbers or Numbers(), marks or {}
    rows = _checked(frame, ("key", "label", "value", "colour"), "key")
    for column, filling in (
        ("group", ""),
        ("derived", False),
        ("note", ""),
        ("low", np.nan),
        ("high", np.nan),
    ):
        rows[column] = rows[column] if column in rows.columns else filling
    if rows["derived"].any() and not marks.get("derived"):
        raise RenderError(
            "derived bars without a word for them", where="bar chart", remedy="give marks['derived']"
        )
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    texts = [
        " ".join(filter(None, (write(value) if np.isfinite(value) else "", note)))
        for value, note in zip(rows["value"].astype(float), rows["note"], strict=True)
    ]
    sheet = row_sheet(
        list(rows["label"]),
        unit=unit,
        headings=list(rows["group"]),
        key=[_swatch(marks["derived"], "muted", hollow=True)] if rows["derived"].any() else [],
        right=widest(texts) + 6,
    )
    bounds = rows[["value", "low", "high"]].to_numpy(dtype=float)
    finite = bounds[np.isfinite(bounds)]
    set_row_scale(sheet.axes, min(finite, default=0.0), max(finite, default=1.0), numbers)
    for centre, text, (_, row) in zip(sheet.centres, texts, rows.iterrows(), strict=True):
        value, low, high = (float(row[column]) for column in ("value", "low", "high"))
        end = value if np.isfinite(value) else 0.0
        if np.isfinite(value):
            sheet.axes.barh(
                centre,
                value,
                height=BAR,
                color=colour("paper") if row["derived"] else colour(row["colour"]),
                edgecolor=colour(row["colour"]),
                linewidth=1.2 if row["derived"] else 0,
                zorder=2,
            )[0].set_gid(f"bar-{row['key']}")
        if np.isfinite(low) and np.isfinite(high):
            hue = "ink" if np.isfinite(value) else row["colour"]
            sheet.axes.plot(
                [low, high],
                [centre, centre],
                color=colour(hue),
                linewidth=1.3,
                marker="|",
                zorder=3,
                gid=f"range-{row['key']}",
            )
            end = max(end, high) if end >= 0 else min(end, low)
        beside_bar(sheet.axes, end, centre, text, gid=f"label-{row['key']}", left=end < 0)
    return sheet.figure


@drawing
def stacked_chart(frame: pd.DataFrame, *, unit: str, numbers: Numbers | None = None) -> Figure:
    """Horizontal bars made of parts: the composition of one or more wholes, side by side.

    Args:
        frame: one row a part: `bar` (stable key of the whole), `bar_label`, `key` (stable key of the part),
            `label`, `value` (never negative), `colour`. Parts lie in order of appearance in the whole
            frame; a part of size zero holds its place in the order and is not drawn.
        unit: what is counted, above the bars.
        numbers: how values are scaled and written; percent by default. A value is written inside its part
            where it fits, the whole beyond the end of its bar.

    Returns:
        The figure; parts carry ids `bar-<bar>-<key>`, wholes `label-<bar>`. A key below the scale names the
        parts in order.

    Raises:
        RenderError: a column is missing, a part appears twice in a bar, there is no row, or a value is
            negative.
    """
    numbers = numbers or Numbers()
    rows = _checked(frame, ("bar", "bar_label", "key", "label", "value", "colour"), ["bar", "key"])
    if (rows["value"].astype(float) < 0).any() or rows["value"].isna().any():
        raise RenderError(
            "a part without a size", where="stacked chart", remedy="leave it out, or give it as a bar"
        )
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 0))
    names = rows.drop_duplicates("bar")
    parts = rows.drop_duplicates("key")
    handles = [_swatch(label, hue) for label, hue in zip(parts["label"], parts["colour"], strict=True)]
    totals = rows.groupby("bar")["value"].sum()
    room = widest([write(float(total)) for total in totals]) + 6
    sheet = row_sheet(list(names["bar_label"]), unit=unit, key=handles, right=room)
    set_row_scale(sheet.axes, 0, float(totals.max()), numbers)
    for centre, bar in zip(sheet.centres, names["bar"], strict=True):
        start = 0.0
        here = rows[(rows["bar"] == bar) & (rows["value"].astype(float) > 0)]
        for row in (
            here.set_index("key", drop=False).reindex(parts["key"]).dropna(subset="key").to_dict("records")
        ):
            value = float(row["value"])
            (patch,) = sheet.axes.barh(
                centre,
                value,
                left=start,
                height=BAR + 4,
                color=colour(row["colour"]),
                edgecolor=colour("paper"),
                linewidth=0.8,
                zorder=2.6,
            )
            patch.set_gid(f"bar-{bar}-{row['key']}")
            text = write(value)
            room = value * sheet.axes.get_window_extent().width / np.ptp(sheet.axes.get_xlim())
            if room > text_size(sheet.figure, text, fontsize=current_sheet().small)[0] + 6:
                sheet.axes.text(
                    start + value / 2,
                    centre,
                    text,
                    ha="center",
                    va="center",
                    fontsize=current_sheet().small,
                    color=colour(ON_FILL.get(row["colour"], "paper")),
                    zorder=3,
                )
            start += value
        beside_bar(sheet.axes, start, centre, write(start), gid=f"label-{bar}")
    return sheet.figure


def _checked(frame: pd.DataFrame, columns: Sequence[str], key: str | list[str]) -> pd.DataFrame:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise RenderError(
            f"no column {', '.join(missing)}", where="bars", remedy=f"give {', '.join(columns)}"
        )
    if not len(frame):
        raise RenderError("nothing to draw", where="bars", remedy="say in the page that the data are missing")
    if frame.duplicated(key).any():
        raise RenderError(f"a {key} appears twice", where="bars", remedy="give one row for each")
    return frame.reset_index(drop=True).copy()


def _swatch(label: str, hue: str, *, hollow: bool = False) -> Patch:
    from matplotlib.patches import Patch  # noqa: PLC0415

    face = colour("paper") if hollow else colour(hue)
    return Patch(facecolor=face, edgecolor=colour(hue), linewidth=1.2 if hollow else 0, label=label)

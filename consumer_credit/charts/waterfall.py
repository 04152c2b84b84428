"""A waterfall: how one amount becomes another, step by step, read from top to bottom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.palette import colour
from consumer_credit.charts.rows import BAR, beside_bar, row_sheet, set_row_scale, widest
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KINDS = ("total", "change")
TOLERANCE = 1e-6


@drawing
def waterfall_chart(frame: pd.DataFrame, *, unit: str, numbers: Numbers | None = None) -> Figure:
    """Totals as full bars, changes as steps between them.

    Args:
        frame: one row a step, in order: `key` (stable), `label`, `value` (a total's level, or a change with
            its sign), `kind` ("total" or "change"). Optional: `colour` of a total (default "ink"). The
            first row is a total; every later total equals what the steps have led to.
        unit: what is counted, above the bars.
        numbers: how values are scaled and written; percent by default. Changes carry their sign as the
            writer gives it.

    Returns:
        The figure; bars carry ids `bar-<key>`, values `label-<key>`.

    Raises:
        RenderError: a column is missing, a kind is unknown, the first row is no total, or the steps do not
            lead to a total.
    """
    numbers = numbers or Numbers()
    missing = [column for column in ("key", "label", "value", "kind") if column not in frame.columns]
    if missing:
        raise RenderError(
            f"no column {', '.join(missing)}", where="waterfall", remedy="give key, label, value, kind"
        )
    steps = frame.to_dict("records")
    if not steps or steps[0]["kind"] != "total" or {step["kind"] for step in steps} - set(KINDS):
        raise RenderError(
            "not a waterfall", where="waterfall", remedy="begin with a total; kinds are total, change"
        )
    spans: list[tuple[float, float]] = []
    level = 0.0
    for step in steps:
        value = float(step["value"])
        if step["kind"] == "total":
            if spans and abs(value - level) > TOLERANCE * max(abs(value), abs(level)):
                raise RenderError(
                    f"the steps lead to {level:g}, not to {value:g}",
                    where=f"waterfall, {step['key']}",
                    remedy="check the parts",
                )
            spans.append((0.0, value))
            level = value
        else:
            spans.append((level, level + value))
            level += value
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    texts = [write(float(step["value"])) for step in steps]
    sheet = row_sheet([step["label"] for step in steps], unit=unit, right=widest(texts) + 6)
    ends = [end for span in spans for end in span]
    set_row_scale(sheet.axes, min(ends), max(ends), numbers)
    for index, (step, (start, end), text, centre) in enumerate(
        zip(steps, spans, texts, sheet.centres, strict=True)
    ):
        hue = step.get("colour") or "ink"
        if step["kind"] == "change":
            hue = "increase" if end >= start else "decrease"
        (patch,) = sheet.axes.barh(centre, end - start, left=start, height=BAR, color=colour(hue), zorder=2)
        patch.set_gid(f"bar-{step['key']}")
        if index + 1 < len(steps):
            following = sheet.centres[index + 1]
            sheet.axes.plot(
                [end, end],
                [centre, following],
                color=colour("axis"),
                linewidth=0.7,
                zorder=1.8,
                solid_capstyle="butt",
            )
        beside_bar(sheet.axes, max(start, end), centre, text, gid=f"label-{step['key']}")
    return sheet.figure

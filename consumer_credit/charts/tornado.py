"""A tornado: what matters most, one assumption moved at a time."""

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

REQUIRED = ("assumption", "label", "low_label", "high_label", "result_low", "result_high", "base")


@drawing
def tornado_chart(
    frame: pd.DataFrame, *, unit: str, base_label: str, numbers: Numbers | None = None
) -> Figure:
    """Bars from the central result to the result at either end of each assumption's range.

    Args:
        frame: as `measures.sensitivity.one_at_a_time` gives, widest first: `assumption` (stable),
            `result_low`, `result_high` (the result at the low and the high end), `base`; and in the
            reader's language `label` (the assumption), `low_label`, `high_label` (the two values assumed,
            e.g. "5%" and "9%"), written at the ends of the bars.
        unit: what the result counts, above the bars.
        base_label: what the central result is called; written with its value over the line that marks it.
        numbers: how results are scaled and written; percent by default.

    Returns:
        The figure; the two halves of a bar carry ids `bar-<assumption>-low` and `bar-<assumption>-high`.
        The colour says which end of the assumption led there, as does the value written beside it.

    Raises:
        RenderError: a column is missing, there is no row, or the rows disagree on the central result.
    """
    numbers = numbers or Numbers()
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise RenderError(
            f"no column {', '.join(missing)}", where="tornado", remedy=f"give {', '.join(REQUIRED)}"
        )
    if frame["base"].nunique() != 1:
        raise RenderError(
            "no single central result", where="tornado", remedy="give rows of one sensitivity table"
        )
    base = float(frame["base"].iloc[0])
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    ends = [*frame["result_low"].astype(float), *frame["result_high"].astype(float), base]
    beside = widest([*frame["low_label"], *frame["high_label"]]) + 8
    sheet = row_sheet(list(frame["label"]), unit=unit, right=beside, above=1)
    room = (max(ends) - min(ends)) * beside / (sheet.axes.get_window_extent().width - beside)
    zero = min(ends) >= 0 and min(ends) - room <= 0.25 * max(ends)
    set_row_scale(sheet.axes, min(ends) - room, max(ends), numbers, zero=zero)
    sheet.axes.axvline(base, color=colour("ink"), linewidth=1.0, zorder=3)
    sheet.axes.annotate(
        f"{base_label} {write(base)}",
        (base, 0),
        xytext=(0, 3),
        textcoords="offset points",
        ha="center",
        va="bottom",
        gid="label-base",
    )
    for centre, row in zip(sheet.centres, frame.to_dict("records"), strict=True):
        for end, hue in (("low", "decrease"), ("high", "increase")):
            result = float(row[f"result_{end}"])
            (patch,) = sheet.axes.barh(
                centre, result - base, left=base, height=BAR, color=colour(hue), zorder=2
            )
            patch.set_gid(f"bar-{row['assumption']}-{end}")
            other = float(row["result_high" if end == "low" else "result_low"])
            left = result < other or (result == other and end == "low")
            beside_bar(
                sheet.axes,
                result,
                centre,
                row[f"{end}_label"],
                hue=hue,
                gid=f"label-{row['assumption']}-{end}",
                left=left,
            )
    return sheet.figure

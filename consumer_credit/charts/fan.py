"""A fan: what was, and the range of what may come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from consumer_credit.charts import time_axis
from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.labels import Label
from consumer_credit.charts.lines import Company, compose, prepared
from consumer_credit.charts.notation import Notation
from consumer_credit.charts.palette import colour
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BANDS = (("q10", "q90"), ("q25", "q75"))
SHADES = (0.16, 0.24)


@drawing
def fan_chart(
    history: pd.DataFrame,
    fan: pd.DataFrame,
    *,
    unit: str,
    words: Mapping[str, str],
    hue: str = "china",
    bands: Sequence[tuple[str, str]] = BANDS,
    numbers: Numbers | None = None,
    notation: Notation | None = None,
) -> Figure:
    """Lines of the past and bands of the future, the bands around a dashed median.

    Args:
        history: columns as `line_chart`: what was published, and for a back-test also what came after the
            fan's start.
        fan: `period` (the first one the last of the past), and quantiles: `q50` and the columns of `bands`,
            in the same unit.
        unit: what the axis counts.
        words: what "q50" and the outermost quantiles ("q10", "q90") are called; written at the fan's end.
        hue: the fan's colour. bands: pairs of quantiles, widest first.
        numbers, notation: as in `line_chart`.

    Returns:
        The figure; the fan carries ids `fan-<low>-<high>` and `series-fan` (the median).

    Raises:
        RenderError: as `line_chart`; or a quantile or a word is missing.
    """
    numbers = numbers or Numbers()
    quantiles = [*(name for band in bands for name in band), "q50"]
    missing = [name for name in ("period", *quantiles) if name not in fan.columns]
    missing += [f"words['{name}']" for name in ("q50", *bands[0]) if not words.get(name)]
    if missing or not len(fan):
        raise RenderError(
            f"no {', '.join(missing) or 'rows'}",
            where="fan chart",
            remedy="give quantiles and what they are called",
        )
    rows = prepared(history)
    yearly = time_axis.all_yearly([*rows["period"], *fan["period"]])
    places = [time_axis.position(period, yearly=yearly) for period in fan["period"]]

    def draw(axes: Axes) -> None:
        for (low, high), shade in zip(bands, SHADES, strict=False):
            band = axes.fill_between(
                places,
                fan[low].to_numpy(dtype=float),
                fan[high].to_numpy(dtype=float),
                color=colour(hue),
                alpha=shade,
                linewidth=0,
                zorder=1.6,
            )
            band.set_gid(f"fan-{low}-{high}")
        axes.plot(
            places,
            fan["q50"].to_numpy(dtype=float),
            color=colour(hue),
            linestyle=(0, (4, 1.6)),
            dash_capstyle="butt",
            linewidth=1.6,
            zorder=2.4,
            gid="series-fan",
        )

    last = fan.iloc[-1]
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    ends = [
        Label(f"fan-{name}", words[name], places[-1], float(last[name]), hue, write(float(last[name])))
        for name in (bands[0][1], "q50", bands[0][0])
    ]
    company = Company(
        bounds=[float(value) for value in fan[quantiles].to_numpy().flat],
        periods=list(fan["period"]),
        ends=ends,
        draw=draw,
    )
    return compose(rows, unit=unit, numbers=numbers, notation=notation, company=company)

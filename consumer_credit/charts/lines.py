"""Line charts over time, the report's commonest figure: ratios of one or more economies or scopes.

Lines are labelled at their ends, not in a legend. A missing period breaks the line; a derived point is
hollow, one of a later vintage a diamond; a range without a level is a bar. Breaks in definition are thin
vertical marks with a letter that the notes explain; a published claim is a dashed line or a point with its
label.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from consumer_credit.charts import labels, time_axis
from consumer_credit.charts.canvas import Margins, Numbers, new_figure, set_margins, set_value_axis
from consumer_credit.charts.drawing import drawing
from consumer_credit.charts.labels import Label
from consumer_credit.charts.marks import KINDS, key_of, mark_of
from consumer_credit.charts.notation import ROOM_FOR_CLAIM, Notation, draw_notation, label_references
from consumer_credit.charts.palette import colour
from consumer_credit.charts.sheets import current_sheet
from consumer_credit.charts.style import BASE
from consumer_credit.charts.typesetting import figure_of, text_size
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

REQUIRED = ("series", "label", "period", "value", "colour")
DENSE = 40
"""Series with more rows than this are drawn without a mark at each published point."""


@drawing
def line_chart(
    frame: pd.DataFrame,
    *,
    unit: str,
    numbers: Numbers | None = None,
    notation: Notation | None = None,
) -> Figure:
    """Lines over time, labelled at their ends.

    Args:
        frame: one row a point: `series` (stable key), `label` (in the reader's language), `period` (ISO),
            `value` (a fraction for ratios), `colour` (a name of the palette). Optional: `derived`,
            `later_vintage` (bool), `dashed` (bool, for the whole series), `low` and `high` (a range;
            `value` may then be empty). Drawn in order of appearance, the first on top.
        unit: what the axis counts, written above it, e.g. "% of GDP".
        numbers: how values are scaled and written; percent by default.
        notation: breaks, references, spans, and the words that explain marks, needed when such points are
            drawn.

    Returns:
        The figure. Its artists carry ids: `series-<key>` (the line: a vertex for each row with a value, in
        order), `point-<key>-<period>`, `label-<key>`, `break-<letter>`, `reference-<key>`.

    Raises:
        RenderError: a column is missing, a period is repeated within a series, there is nothing to draw, or
            marks occur that nothing explains.
    """
    return compose(prepared(frame), unit=unit, numbers=numbers, notation=notation)


@dataclass(frozen=True)
class Company:
    """What another kind of chart adds to lines over time: a fan, say.

    Attributes:
        bounds: values that the vertical axis must hold. periods: that the horizontal axis must hold.
        ends: labels to stand beside the axes. draw: called with the axes, once their limits are set.
    """

    bounds: Sequence[float] = ()
    periods: Sequence[str] = ()
    ends: Sequence[Label] = ()
    draw: Callable[[Axes], None] | None = None


def compose(
    rows: pd.DataFrame,
    *,
    unit: str,
    numbers: Numbers | None = None,
    notation: Notation | None = None,
    company: Company | None = None,
) -> Figure:
    """The line chart of prepared rows and what keeps it company; arguments as in `line_chart`."""
    numbers, notation = numbers or Numbers(), notation or Notation()
    company = company or Company()
    figure, axes = new_figure()
    claimed = [reference.period for reference in notation.references if reference.period]
    periods = [*rows["period"], *company.periods, *claimed]
    yearly = time_axis.all_yearly(periods)
    draw_lines(axes, rows, yearly=yearly)
    known = rows[["value", "low", "high"]].to_numpy(dtype=float)
    bounds = [
        *known[np.isfinite(known)],
        *company.bounds,
        *(ROOM_FOR_CLAIM * claim.value for claim in notation.references),
    ]
    set_value_axis(axes, min(bounds), max(bounds), numbers)
    at_edge, inside = split_ends(end_labels(rows, numbers, yearly=yearly), periods, yearly=yearly)
    at_edge += company.ends
    margins = Margins(
        right=labels.room_beside(figure, at_edge),
        top=1.5 * BASE if notation.breaks else 0.0,
        unit=unit,
    )
    set_margins(figure, axes, margins, key=key_of(rows, notation.marks))
    set_year_axis(axes, periods, yearly=yearly)
    if company.draw is not None:
        company.draw(axes)
    draw_notation(axes, notation, yearly=yearly)
    labels.beside(axes, at_edge)
    for label in (*inside, *_callouts(rows, notation.values, numbers, yearly=yearly)):
        labels.near(axes, label)
    label_references(axes, notation.references, yearly=yearly)
    return figure


def prepared(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with every optional column filled in, after the checks that `line_chart` promises.

    Raises:
        RenderError: see `line_chart`.
    """
    missing = [column for column in REQUIRED if column not in frame.columns]
    if missing:
        raise RenderError(
            f"no column {', '.join(missing)}", where="line chart", remedy=f"give {', '.join(REQUIRED)}"
        )
    rows = frame.reset_index(drop=True).copy()
    for column, filling in (
        ("derived", False),
        ("later_vintage", False),
        ("dashed", False),
        ("low", np.nan),
        ("high", np.nan),
    ):
        rows[column] = rows[column] if column in rows.columns else filling
    repeated = rows[rows.duplicated(["series", "period"])]
    if len(repeated):
        first = repeated.iloc[0]
        raise RenderError(
            f"'{first['series']}' has {first['period']} twice",
            where="line chart",
            remedy="give one row a period",
        )
    if rows[["value", "low"]].isna().all(axis=None):
        raise RenderError(
            "nothing to draw", where="line chart", remedy="say in the page that the data are missing"
        )
    return rows


def draw_lines(axes: Axes, rows: pd.DataFrame, *, yearly: bool, thin: bool = False) -> None:
    """Draw prepared rows on axes: a line broken at missing periods, marks, and bars for ranges.

    `thin` lines, for small panels, have marks only where a value is derived, of a later vintage, or alone.
    """
    for depth, (key, series) in enumerate(_series(rows)):
        hue, zorder = series["colour"].iloc[0], 3 - 0.01 * depth
        filled = time_axis.with_gaps(series)
        places = [time_axis.position(period, yearly=yearly) for period in filled["period"]]
        style = (0, (4, 1.6)) if series["dashed"].iloc[0] else "solid"
        axes.plot(
            places,
            filled["value"].to_numpy(dtype=float),
            color=colour(hue),
            linewidth=1.0 if hue == "context" else 1.5 if thin or _dense(series) else 2.0,
            linestyle=style,
            dash_capstyle="butt",
            clip_on=False,
            zorder=zorder,
            gid=f"series-{key}",
        )
        _draw_points(axes, filled, places, key=key, hue=hue, zorder=zorder, sparse=thin or _dense(series))


def set_year_axis(axes: Axes, periods: Sequence[str], *, yearly: bool) -> None:
    """Limits that hold every period, and as many evenly spaced years as there is room for."""
    places = [time_axis.position(period, yearly=yearly) for period in periods]
    low, high = min(places), max(places)
    if yearly:
        axes.set_xlim(low - 0.35, high + 0.35)
    else:
        axes.set_xlim(np.floor(low - 1e-9), max(high, np.floor(low) + 1))
    figure = figure_of(axes)
    room = axes.get_window_extent().width * 72 / figure.dpi
    width = text_size(figure, "2000", fontsize=BASE)[0] + 12
    if yearly and room / (high - low + 1) > current_sheet().year:
        axes.set_xticks(np.arange(low, high + 1), minor=True)
    years = time_axis.year_ticks(*axes.get_xlim(), most=max(2, int(room // width)))
    axes.set_xticks(years, [str(year) for year in years])


def end_labels(rows: pd.DataFrame, numbers: Numbers, *, yearly: bool) -> list[Label]:
    """One label for each series at its last value: its name and, when `numbers` writes values, that value."""
    ends = []
    for key, series in _series(rows):
        known = series.dropna(subset=["value"])
        if not len(known):
            continue
        last = known.iloc[-1]
        value = float(last["value"])
        written = numbers.value(value) if numbers.value is not None else ""
        place = time_axis.position(last["period"], yearly=yearly)
        ends.append(Label(key, str(last["label"]), place, value, last["colour"], written))
    return ends


def split_ends(
    ends: Sequence[Label], periods: Sequence[str], *, yearly: bool
) -> tuple[list[Label], list[Label]]:
    """The labels of lines that reach (nearly) the newest point, to stand beside the axes, and the others."""
    places = [time_axis.position(period, yearly=yearly) for period in periods]
    reach = max(1.0 if yearly else 0.26, (max(places) - min(places)) / 12) + 1e-9
    return (
        [end for end in ends if max(places) - end.x <= reach],
        [end for end in ends if max(places) - end.x > reach],
    )


def _callouts(
    rows: pd.DataFrame, values: Sequence[tuple[str, str]], numbers: Numbers, *, yearly: bool
) -> Iterator[Label]:
    write = numbers.value or (lambda value: numbers.tick(value * numbers.scale, 1))
    for key, period in values:
        here = rows[(rows["series"] == key) & (rows["period"] == period)].dropna(subset=["value"])
        for value, hue in zip(here["value"].astype(float), here["colour"], strict=True):
            place = time_axis.position(period, yearly=yearly)
            yield Label(f"{key}-{period}", write(value), place, value, hue)


def _series(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    for key, series in rows.groupby("series", sort=False):
        ends = [time_axis.position(period, yearly=False) for period in series["period"]]
        yield str(key), series.iloc[np.argsort(ends, kind="stable")]


def _dense(rows: pd.DataFrame) -> bool:
    return int(rows["value"].notna().sum()) > DENSE


def _draw_points(
    axes: Axes,
    rows: pd.DataFrame,
    places: Sequence[float],
    *,
    key: str,
    hue: str,
    zorder: float,
    sparse: bool,
) -> None:
    lonely = rows["value"].shift().isna() & rows["value"].shift(-1).isna()
    for place, alone, (_, row) in zip(places, lonely, rows.iterrows(), strict=True):
        value, low, high = (float(row[column]) for column in ("value", "low", "high"))
        known = {kind: row[kind] is True for kind in KINDS}
        if np.isfinite(low) and np.isfinite(high):
            axes.plot(
                [place, place],
                [low, high],
                color=colour(hue),
                linewidth=1.3,
                marker="_",
                markersize=7,
                clip_on=False,
                zorder=zorder,
                gid=f"range-{key}-{row['period']}",
            )
        if np.isfinite(value) and (alone or not sparse or any(known.values())):
            axes.plot(
                [place],
                [value],
                color=colour(hue),
                linestyle="none",
                clip_on=False,
                zorder=zorder + 0.005,
                gid=f"point-{key}-{row['period']}",
                **mark_of(**known, hue=hue),
            )

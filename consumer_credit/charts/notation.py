"""What a chart over time shows besides its data: breaks in definition, published claims, shaded stretches
of time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from consumer_credit.charts import labels, time_axis
from consumer_credit.charts.labels import Label
from consumer_credit.charts.palette import colour

if TYPE_CHECKING:
    from matplotlib.axes import Axes


ROOM_FOR_CLAIM = 1.05
"""An axis reaches this much beyond a claim, so that the claim's name has room on either side of its line."""


@dataclass(frozen=True)
class Break:
    """A break in definition: a vertical mark where the new definition begins, with the letter of its note."""

    period: str
    letter: str
    colour: str = "muted"


@dataclass(frozen=True)
class Reference:
    """A published claim or yardstick: a dashed line across the chart or, with `period`, one point; `label`
    names it.
    """

    value: float
    label: str
    period: str | None = None
    colour: str = "ink"
    key: str = "claim"


@dataclass(frozen=True)
class Span:
    """A shaded stretch of time, such as a recession, from the end of `start` to the end of `end`."""

    start: str
    end: str


@dataclass(frozen=True)
class Notation:
    """What a line chart shows besides its lines.

    Attributes:
        values: series key and period of points beside which the value is written.
        marks: what `derived` and `later_vintage` points are called, in the reader's language.
    """

    breaks: Sequence[Break] = ()
    references: Sequence[Reference] = ()
    spans: Sequence[Span] = ()
    values: Sequence[tuple[str, str]] = ()
    marks: Mapping[str, str] = field(default_factory=dict)


def draw_notation(axes: Axes, notation: Notation, *, yearly: bool) -> None:
    """Draw spans, breaks with their letters, and claims on axes whose limits are set; what lies outside
    them is left out.
    """
    for span in notation.spans:
        start, end = (time_axis.position(period, yearly=yearly) for period in (span.start, span.end))
        low, high = axes.get_xlim()
        if end > low and start < high:
            axes.axvspan(max(start, low), min(end, high), color=colour("grid"), alpha=0.6, zorder=0.5)
    marks = []
    for break_ in notation.breaks:
        place = _start_of(break_.period, yearly=yearly)
        if not axes.get_xlim()[0] <= place <= axes.get_xlim()[1]:
            continue
        axes.axvline(
            place,
            color=colour(break_.colour),
            linewidth=0.8,
            linestyle=(0, (1, 2)),
            zorder=2,
            gid=f"break-{break_.letter}",
        )
        marks.append((place, break_.letter, break_.colour))
    labels.letters(axes, marks)
    for reference in notation.references:
        hue, name = colour(reference.colour), f"reference-{reference.key}"
        if reference.period is None:
            axes.axhline(
                reference.value, color=hue, linewidth=1.0, linestyle=(0, (5, 3)), zorder=2.2, gid=name
            )
        else:
            axes.plot(
                [time_axis.position(reference.period, yearly=yearly)],
                [reference.value],
                color=hue,
                linestyle="none",
                marker="x",
                markersize=6,
                markeredgewidth=1.6,
                markeredgecolor=hue,
                clip_on=False,
                zorder=4,
                gid=name,
            )


def label_references(axes: Axes, references: Sequence[Reference], *, yearly: bool) -> None:
    """Name the claims, each where nothing is in its way."""
    for reference in references:
        if reference.period is None:
            labels.along(axes, Label(reference.key, reference.label, 0.0, reference.value, reference.colour))
        else:
            place = time_axis.position(reference.period, yearly=yearly)
            labels.near(axes, Label(reference.key, reference.label, place, reference.value, reference.colour))


def _start_of(period: str, *, yearly: bool) -> float:
    """Between the last period of the old definition and the first of the new one."""
    length = time_axis.months_of(period) / 12
    if yearly:
        return time_axis.position(period[:4], yearly=True) - 0.5
    return time_axis.position(period, yearly=False) - length

"""The runs' values side by side: all of them as tidy rows, the headline ones chosen for the eye."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Literal

from consumer_credit.locales import Language, labels
from consumer_credit.sweep.grid import Grid, Run
from consumer_credit.sweep.work import Failure

if TYPE_CHECKING:
    from consumer_credit.report.columns import Column

MOST_HEADLINES = 5
_NUMERIC = ("fraction", "pp", "CNY", "USD", "number", "count", "persons", "years")
_EDITION = "edition"
"""The chapter under which `results.json` lists the parameters themselves."""


@dataclass(frozen=True)
class Outcome:
    """One run as it ended; `results` are the entries of its `results.json`."""

    run: Run
    state: Literal["built", "kept", "failed"]
    results: Sequence[Mapping[str, Any]] = ()
    failure: Failure | None = None
    seconds: float = 0.0

    def value(self, name: str) -> float | None:
        """A numeric result by name; None when it is missing or the run failed."""
        for entry in self.results:
            if entry["name"] == name:
                value = entry["value"]
                return float(value) if isinstance(value, int | float) else None
        return None


@dataclass(frozen=True)
class Headline:
    """A value worth comparing: its name, what to call it (a label of the catalogue, or its name), its unit."""

    name: str
    label: str
    unit: str


@dataclass(frozen=True)
class Comparison:
    """Everything that is compared, in the order of the grid."""

    grid: Grid
    outcomes: Sequence[Outcome]
    headlines: Sequence[Headline] = field(default_factory=tuple)

    @property
    def failed(self) -> list[Outcome]:
        """The runs that failed."""
        return [outcome for outcome in self.outcomes if outcome.failure is not None]


def compare(grid: Grid, outcomes: Mapping[str, Outcome], wanted: Sequence[str] = ()) -> Comparison:
    """Put the outcomes, by name of their run, in the grid's order and choose what to compare.

    Args:
        grid: the sweep.
        outcomes: of every run.
        wanted: names of values to compare; else those of the summary's five numbers that were recorded, else
            those that differ most often between the runs.
    """
    from consumer_credit.report.chapters.glance import FIVE  # noqa: PLC0415  (slow to import)

    ordered = [outcomes[run.name] for run in grid.runs]
    units = {
        str(entry["name"]): str(entry["unit"])
        for outcome in ordered
        for entry in outcome.results
        if entry["chapter"] != _EDITION
    }
    five = dict(FIVE)
    names = list(wanted) or [name for name in five if name in units] or _most_different(ordered, units)
    return Comparison(
        grid, ordered, [Headline(name, five.get(name, name), units.get(name, "number")) for name in names]
    )


def results_csv(comparison: Comparison) -> bytes:
    """One row for each value of each run that did not fail.

    Columns: `run`, each parameter varied, `name`, `value` (full precision), `unit`, `missing_reason` (a
    language-free code). UTF-8, LF; the same bytes for the same results.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["run", *comparison.grid.axes, "name", "value", "unit", "missing_reason"])
    for outcome in comparison.outcomes:
        parameters = [_plain(value) for value in outcome.run.changes.values()]
        for entry in outcome.results:
            if entry["chapter"] == _EDITION:
                continue
            reason = (entry.get("missing_reason") or {}).get("code", "")
            writer.writerow(
                [outcome.run.name, *parameters, entry["name"], _plain(entry["value"]), entry["unit"], reason]
            )
    return text.getvalue().encode("utf-8")


def column_of(headline: Headline, values: Sequence[float | None], language: Language) -> Column:
    """How a headline's values are written: its unit, in a scale that suits the largest of them."""
    from consumer_credit.report.columns import Column  # noqa: PLC0415  (slow to import)

    text = labels(language)
    label = headline.name if headline.label == headline.name else text(headline.label)
    if headline.unit == "fraction":
        return Column(headline.name, label, unit="%", scale=0.01)
    if headline.unit == "pp":
        return Column(headline.name, label, unit=text("percentage points"))
    if headline.unit in ("CNY", "USD"):
        largest = max((abs(value) for value in values if value is not None), default=0.0)
        size, scale = ("trillion", 1e12) if largest >= 1e12 else ("billion", 1e8 if language == "zh" else 1e9)
        return Column(headline.name, label, unit=text(f"{headline.unit} {size}"), scale=scale)
    whole = all(value is None or float(value).is_integer() for value in values)
    return Column(headline.name, label, decimals=0 if whole else 2)


@dataclass(frozen=True)
class Span:
    """What one value of one parameter makes of a headline: the median, lowest and highest of the runs with it."""

    parameter: str
    value: Any
    median: float
    low: float
    high: float
    runs: int


def spans(comparison: Comparison, headline: Headline) -> Iterator[Span]:
    """One span for each value of each parameter varied, as far as any of its runs has the headline value."""
    for parameter, values in comparison.grid.axes.items():
        for value in values:
            found = [
                number
                for outcome in comparison.outcomes
                if outcome.run.changes[parameter] == value
                and (number := outcome.value(headline.name)) is not None
            ]
            if found:
                yield Span(parameter, value, median(found), min(found), max(found), len(found))


def _most_different(outcomes: Sequence[Outcome], units: Mapping[str, str]) -> list[str]:
    numeric = [name for name, unit in units.items() if unit in _NUMERIC]
    different = {name: len({outcome.value(name) for outcome in outcomes} - {None}) for name in numeric}
    ranked = sorted(numeric, key=lambda name: -different[name])
    return [name for name in ranked if different[name]][:MOST_HEADLINES]


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return value if isinstance(value, str) else json.dumps(value)

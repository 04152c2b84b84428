"""What a reader may try in the page: assumptions to move, and results that follow at once by the same formulas.

A page cannot run Python. An outcome therefore names the measure that defines it; `templates/html/measures.js` repeats
that measure under the same name with the same arguments, and a test holds the two together over the whole ranges.
What the edition's own values give is computed here, by the measure itself: that is what stands in the page without
script.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from consumer_credit.errors import NotebookError
from consumer_credit.measures.cards import transfer_pool
from consumer_credit.measures.customers import economics, extra_acquisition, value_of_activation
from consumer_credit.measures.headroom import growth_needed, headroom, years_to_converge
from consumer_credit.measures.horizon import headroom_after, lending_room, ratio_after
from consumer_credit.parameters import Parameters, bounds_of
from consumer_credit.report.formats import Formats

WHAT_IF_MIME = "application/vnd.consumer-credit.what-if+json"

MEASURES: dict[str, Callable[..., Any]] = {
    measure.__name__: measure
    for measure in (
        economics,
        extra_acquisition,
        growth_needed,
        headroom,
        headroom_after,
        lending_room,
        ratio_after,
        transfer_pool,
        value_of_activation,
        years_to_converge,
    )
}
"""The measures that the page repeats, by name."""


@dataclass(frozen=True)
class Dial:
    """A parameter that the reader moves, within the bounds that the edition's editor has too.

    It is shown divided by `scale` in `unit`: a share with ``scale=0.01, unit="%"``. `step` is what the slider moves
    by; without one the slider moves by equal factors, for money and other ranges over several powers of ten.
    """

    parameter: str
    label: str
    unit: str
    scale: float = 1.0
    step: float | None = None


@dataclass(frozen=True)
class Outcome:
    """A result: the measure that gives it, and what each argument of the measure is.

    An argument is the name of a dial's parameter, the name of a recorded value, or a number. Of a measure with several
    results `part` names one. A result that there may not be (never converges) is worded by `none`.
    """

    label: str
    unit: str
    measure: str
    arguments: Mapping[str, str | float]
    part: str = ""
    scale: float = 1.0
    decimals: int = 1
    none: str = ""

    def value(self, known: Mapping[str, float]) -> float | None:
        """What the measure gives for these values of dials and recorded results."""
        given = {name: known[a] if isinstance(a, str) else a for name, a in self.arguments.items()}
        result = MEASURES[self.measure](**given)
        value: float | None = getattr(result, self.part) if self.part else result
        return value

    def shown(self, value: float | None, formats: Formats) -> str:
        """The value as the reader sees it beside its unit."""
        return self.none if value is None else formats.number(value / self.scale, self.decimals)


@dataclass(frozen=True)
class WhatIf:
    """Dials and outcomes that belong together, ready for the page and for JupyterLab."""

    id: str
    title: str
    note: str
    dials: Sequence[Dial]
    outcomes: Sequence[Outcome]
    values: Mapping[str, float]
    given: Mapping[str, float] = field(default_factory=dict)

    def record(self, formats: Formats) -> dict[str, Any]:
        """The output that the exporters read.

        Raises:
            NotebookError: an outcome names no measure that the page knows, or an argument that is not there.
        """
        known = {**self.given, **self.values}
        return {
            "id": self.id,
            "title": self.title,
            "note": self.note,
            "given": dict(self.given),
            "dials": [self._dial(dial, formats) for dial in self.dials],
            "outcomes": [self._outcome(outcome, known, formats) for outcome in self.outcomes],
        }

    def _dial(self, dial: Dial, formats: Formats) -> dict[str, Any]:
        low, high = bounds_of(dial.parameter)
        value = self.values[dial.parameter]
        whole = Parameters.model_fields[dial.parameter].annotation is int
        return {
            "parameter": dial.parameter,
            "label": dial.label,
            "unit": dial.unit,
            "scale": dial.scale,
            "step": dial.step,
            "whole": whole,
            "value": value,
            "shown": formats.number(value / dial.scale, _decimals(value / dial.scale)),
            "low_shown": formats.number(low / dial.scale, _decimals(low / dial.scale)),
            "high_shown": formats.number(high / dial.scale, _decimals(high / dial.scale)),
            "low": _plain(low / dial.scale),
            "high": _plain(high / dial.scale),
            "start": _plain(value / dial.scale),
        }

    def _outcome(self, outcome: Outcome, known: Mapping[str, float], formats: Formats) -> dict[str, Any]:
        where = f"{self.id}, '{outcome.label}'"
        if outcome.measure not in MEASURES:
            raise NotebookError(
                f"no measure '{outcome.measure}' that the page knows",
                where=where,
                remedy=f"there are: {', '.join(MEASURES)}",
            )
        unknown = [a for a in outcome.arguments.values() if isinstance(a, str) and a not in known]
        if unknown:
            raise NotebookError(
                f"'{unknown[0]}' is neither a dial nor given", where=where, remedy="add it to one of them"
            )
        return {
            "label": outcome.label,
            "unit": outcome.unit,
            "measure": outcome.measure,
            "arguments": dict(outcome.arguments),
            "part": outcome.part,
            "scale": outcome.scale,
            "decimals": outcome.decimals,
            "none": outcome.none,
            "shown": outcome.shown(outcome.value(known), formats),
        }


def _plain(number: float) -> float | int:
    """Free of the noise of division by a scale (4.5, not 4.499999999999999), whole where it is."""
    clean = float(f"{number:.12g}")
    return int(clean) if clean.is_integer() else clean


def _decimals(number: float) -> int:
    """As many as it takes to write the number in full."""
    return len(f"{number:.10f}".rstrip("0").partition(".")[2])

"""A value that a chapter recorded: what prose may print and what `results.json` publishes.

Formatting for readers is in `formats`, the wording of missing values in `missing`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RESULTS_VARIABLE = "CONSUMER_CREDIT_RESULTS"
"""The environment variable that names the file of results which the summary reads."""

VALUES_MIME = "application/vnd.consumer-credit.values+json"

UNITS = {
    "fraction": "a ratio; 0.25 prints as 25 %",
    "pp": "percentage points",
    "CNY": "yuan",
    "USD": "US dollars",
    "year": "a calendar year",
    "years": "a duration in years",
    "persons": "people",
    "count": "a number of things",
    "date": "an ISO date",
    "period": "an ISO period (2016, 2016-Q4, 2016-12)",
    "id": "a language-free id that prose turns into words",
    "text": "a name as published",
    "number": "a plain number",
}


@dataclass(frozen=True)
class MissingReason:
    """Why a value is not there, language-free: `code` is worded by `report.missing`, `details` fill its
    fields.
    """

    code: str
    series: str = ""
    period: str = ""
    details: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The reason as `results.json` publishes it."""
        return {
            "code": self.code,
            "series": self.series,
            "period": self.period,
            "details": dict(self.details),
        }


@dataclass(frozen=True)
class RecordedValue:
    """One named result: `value` in `unit` (see `UNITS`), or None with the reason why it is missing.

    `series` are the ids it was computed from, `vintages` their publication dates (newest one used, by
    series), `later_vintage` those for which only a vintage later than the edition's date is held, `derived`
    whether a derived
    level went into it.
    """

    chapter: str
    name: str
    value: float | int | str | None
    unit: str
    formula: str = ""
    series: Sequence[str] = ()
    vintages: Mapping[str, str] = field(default_factory=dict)
    later_vintage: Sequence[str] = ()
    derived: bool = False
    missing: MissingReason | None = None

    def __post_init__(self) -> None:
        """Refuse what could not be published: unknown unit, no finite number, neither value nor reason."""
        if self.unit not in UNITS:
            raise ValueError(f"{self.name}: unknown unit '{self.unit}', known are {', '.join(UNITS)}")
        if isinstance(self.value, float) and not math.isfinite(self.value):
            raise ValueError(
                f"{self.name}: {self.value} is not a finite number; record a missing value with its reason"
            )
        if (self.value is None) == (self.missing is None):
            raise ValueError(f"{self.name}: give either a value or the reason why it is missing")

    def as_json(self) -> dict[str, Any]:
        """The entry of `results.json`: plain JSON, the same in every language."""
        entry: dict[str, Any] = {
            "chapter": self.chapter,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "formula": self.formula,
            "series": list(self.series),
            "vintages": dict(self.vintages),
            "later_vintage": list(self.later_vintage),
            "derived": self.derived,
        }
        if self.missing is not None:
            entry["missing_reason"] = self.missing.as_json()
        return entry

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> RecordedValue:
        """Read an entry that `as_json` wrote."""
        fields = dict(entry)
        reason = fields.pop("missing_reason", None)
        return cls(**fields, missing=MissingReason(**reason) if reason else None)

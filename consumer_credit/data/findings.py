"""What a check found: where it is, what stands there, what was expected, and what to do.

A finding is not an exception: `data.checks` collects them all, so that a file is mended in one go.
What cannot even be read is a `DataError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from consumer_credit.data.entries import Series
from consumer_credit.data.observations import Row

Severity = Literal["error", "warning"]
CheckName = Literal[
    "table",
    "order",
    "coverage",
    "timing",
    "parts",
    "magnitude",
    "level_break",
    "derived",
    "correction",
    "empty",
]


@dataclass(frozen=True)
class Finding:
    """One thing found by one check.

    An `error` stops a build (exit code 3); a `warning` is shown and noted.
    """

    severity: Severity
    check: CheckName
    file: str
    series: str
    period: str
    value: str
    expected: str
    remedy: str
    row: int | None = None

    def __str__(self) -> str:
        """One readable line."""
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        about = " ".join(part for part in (self.series, self.period) if part)
        return f"{self.severity}: {place}: {about}: {self.value}; expected {self.expected} — {self.remedy}"


def finding(
    check: CheckName,
    series: Series,
    at: Row | str,
    value: str,
    *,
    expected: str,
    remedy: str,
    severity: Severity = "error",
) -> Finding:
    """A finding about a row of a series, or about a period without a row (empty text: about the series)."""
    period, row = (at, None) if isinstance(at, str) else (at.period, at.line)
    file = f"data/observations/{series.file}.csv"
    return Finding(severity, check, file, series.id, period, value, expected, remedy, row)


def in_order(findings: list[Finding]) -> list[Finding]:
    """Errors first, then by file, series, period and row."""
    return sorted(
        findings, key=lambda f: (f.severity != "error", f.file, f.series, f.period, f.row or 0, f.check)
    )

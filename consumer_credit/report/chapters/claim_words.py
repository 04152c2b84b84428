"""The ledger in a reader's words: values, outcomes, the lines of a sum; for the report and the command line."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.ledger.arithmetic import Line
from consumer_credit.ledger.audit import ClaimResult, Finding
from consumer_credit.ledger.claims import Claim
from consumer_credit.ledger.knowledge import Reason
from consumer_credit.ledger.trials import Rising
from consumer_credit.ledger.words import LABELS, OPERATOR_SIGNS, REASON_WORDS, VERDICT_WORDS
from consumer_credit.locales import Language, labels
from consumer_credit.report.formats import Formats


@dataclass(frozen=True)
class ClaimWords:
    """Words the ledger's results in one language, titles of series from `catalogue`."""

    language: Language
    catalogue: Catalogue

    @cached_property
    def formats(self) -> Formats:
        """Writers of the language."""
        return Formats(self.language)

    def verdict(self, result: ClaimResult) -> str:
        """The verdict in words."""
        return VERDICT_WORDS[result.verdict].in_language(self.language)

    def claimed(self, claim: Claim) -> str:
        """What was claimed, as precisely as it was printed: '25%', 'more than CNY 12.00 trillion', 'below zero'."""
        text = labels(self.language)
        if claim.relation == "equals":
            return self._of(claim, claim.value, claim.unit, decimals(claim))
        if claim.value == 0:
            return {"above": text("above zero"), "below": text("below zero")}[claim.relation]
        pattern = {"above": "more than {value}", "below": "less than {value}"}[claim.relation]
        return text(pattern, value=self.value(claim.value, claim.unit, decimals(claim)))

    def outcome(self, finding: Finding, claim: Claim) -> str:
        """The data's value, or why there is none."""
        if finding.amount is None:
            assert finding.reason is not None
            return self.reason(finding.reason)
        found = finding.amount
        ends = (found.low, found.high) if found.value is None else (found.value,)
        return self.figure(claim, ends, found.unit)

    def figure(self, claim: Claim, ends: Sequence[float], unit: str) -> str:
        """What the data say to a claim, a digit finer than it was printed: one value, or the two ends of a range."""
        return self._range([self._of(claim, end, unit, finer(claim)) for end in ends])

    def _of(self, claim: Claim, value: float, unit: str, digits: int) -> str:
        """A value of a claim; a share of years in years."""
        if not isinstance(claim.test, Rising):
            return self.value(value, unit, digits)
        years = int(claim.period) - int(claim.test.first)
        return labels(self.language)("{number} of {years} years", number=round(value * years), years=years)

    def reason(self, reason: Reason) -> str:
        """Why a claim could not be tried, in one phrase."""
        text = (reason.text or REASON_WORDS[reason.code]).in_language(self.language)
        colon = ": " if self.language == "en" else "："
        return f"{self.title(reason.series)}{colon}{text}" if reason.series else text

    def line(self, line: Line) -> str:
        """What a line of a sum is: its sign and the figure's name."""
        name = self.title(line.series) if line.series else LABELS[line.label].in_language(self.language)
        return f"{OPERATOR_SIGNS[line.operator]} {name}".strip()

    def span(self, value: float | None, low: float, high: float, unit: str, digits: int) -> str:
        """A value, or the range it lies in."""
        ends = (low, high) if value is None else (value,)
        return self._range([self.value(end, unit, digits) for end in ends])

    def _range(self, ends: Sequence[str]) -> str:
        if len(ends) == 1:
            return ends[0]
        return labels(self.language)("{low} to {high}", low=ends[0], high=ends[1])

    def value(self, value: float, unit: str, digits: int) -> str:
        """A value with its unit; `digits` after the point of a percentage."""
        if unit in ("CNY", "USD"):
            return self.formats.money(value, unit)
        if unit == "fraction":
            return self.formats.percent(value, digits)
        if unit == "pp":
            return self.formats.points(value)
        return self.formats.scaled(value, 2 if value % 1 else 0)

    def title(self, series: str) -> str:
        """The short title of a series."""
        known = self.catalogue.series.get(series)
        return str(getattr(known.short_title, self.language)) if known else series


def finer(claim: Claim) -> int:
    """The digits after the point with which the data's percentage is set beside a claim: one more than it was
    printed with, two at most unless it was itself printed with more.
    """
    return max(decimals(claim), min(decimals(claim) + 1, 2))


def decimals(claim: Claim) -> int:
    """The digits after the point with which a percentage was printed, read off its rounding."""
    if claim.unit != "fraction" or claim.half_unit == 0:
        return 0
    return max(0, math.ceil(-math.log10(200 * claim.half_unit)))

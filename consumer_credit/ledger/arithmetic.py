"""Sums a reader can follow: every amount keeps the lines by which it was worked out, and how far it is
uncertain.

An amount is a point, or an interval where an ingredient is known only as a range (`value` is then None: a
middle nobody published is not a figure). A point whose ingredient was derived within rounding keeps its
interval too. Which series go into an amount is decided in `quantities`; what an amount says about a claim in
`verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from consumer_credit.errors import DataError
from consumer_credit.measures.growth import annual_rate

Operator = Literal["", "plus", "minus", "times", "over", "power", "equals"]


@dataclass(frozen=True)
class Line:
    """One line of a sum, language-free.

    `label` says what the number is (`words.LABELS`): `series` for a published figure, named by `series`;
    `stated` for a number taken from the claim itself; otherwise a result such as `ratio`. Money is in whole
    units, per cent as a fraction. `value` is None where only `low` and `high` are known. `level` is how deep
    the line stands in sums within the sum: lines of level 1 lead to the next line of level 0.
    """

    operator: Operator
    label: str
    value: float | None
    low: float
    high: float
    unit: str
    series: str = ""
    period: str = ""
    vintage: str = ""
    later_vintage: bool = False
    derived: bool = False
    level: int = 0

    def as_json(self) -> dict[str, Any]:
        """The line as plain values, for JSON."""
        return {
            "level": self.level,
            "operator": self.operator,
            "label": self.label,
            "series": self.series,
            "period": self.period,
            "value": self.value,
            "low": self.low,
            "high": self.high,
            "unit": self.unit,
            "vintage": self.vintage,
            "later_vintage": self.later_vintage,
            "derived": self.derived,
        }


@dataclass(frozen=True)
class Amount:
    """A number with the interval it lies in and the lines that lead to it, the last of which states it."""

    value: float | None
    low: float
    high: float
    unit: str
    lines: tuple[Line, ...]

    @property
    def later_vintage(self) -> bool:
        """Whether an ingredient was taken from a vintage later than the date asked for."""
        return any(line.later_vintage for line in self.lines)

    @property
    def derived(self) -> bool:
        """Whether an ingredient is a level that nobody published."""
        return any(line.derived for line in self.lines)

    @property
    def series(self) -> tuple[str, ...]:
        """The series that went in, each once, in order of appearance."""
        return tuple(dict.fromkeys(line.series for line in self.lines if line.series))

    @property
    def vintages(self) -> dict[str, tuple[str, ...]]:
        """For each series the vintages used, oldest first."""
        found: dict[str, set[str]] = {}
        for line in self.lines:
            if line.series:
                found.setdefault(line.series, set()).add(line.vintage)
        return {series: tuple(sorted(vintages)) for series, vintages in found.items()}

    def as_operand(self, operator: Operator) -> tuple[Line, ...]:
        """The lines, to follow others: `operator` before the amount, its own sum one level deeper."""
        *inner, result = self.lines
        return (*(replace(line, level=line.level + 1) for line in inner), replace(result, operator=operator))


def published(line: Line) -> Amount:
    """The amount that one published figure is."""
    return Amount(line.value, line.low, line.high, line.unit, (line,))


def stated(value: float, unit: str) -> Amount:
    """A number taken from the claim itself, exact as printed."""
    return Amount(value, value, value, unit, (Line("", "stated", value, value, value, unit),))


def combined(
    label: str,
    operator: Operator,
    first: Amount,
    second: Amount,
    rule: Callable[[float, float], float],
    *,
    unit: str,
    period: str = "",
) -> Amount:
    """`rule` of two amounts, its interval, and a line stating the result.

    Args:
        label: what the result is, an id of `words.LABELS`.
        operator: stands before the second amount's lines.
        first, second: the operands.
        rule: monotonic in each operand over their intervals, so that the extremes lie at the corners.
        unit, period: of the result.

    Raises:
        DataError: the rule divides by nought.
    """
    try:
        corners = [rule(x, y) for x in (first.low, first.high) for y in (second.low, second.high)]
        known = first.value is not None and second.value is not None
        value = rule(first.value, second.value) if known else None  # type: ignore[arg-type]
    except ZeroDivisionError:
        raise DataError(
            f"the {label.replace('_', ' ')} divides by nought",
            where=", ".join(second.series) or "a stated number",
            remedy="correct the figure below the line",
        ) from None
    lines = (*first.lines, *second.as_operand(operator))
    return concluded(label, value, corners, unit=unit, period=period, lines=lines)


def concluded(
    label: str,
    value: float | None,
    extremes: Iterable[float],
    *,
    unit: str,
    period: str = "",
    lines: tuple[Line, ...],
) -> Amount:
    """An amount ending in a line that states the result; `extremes` span its interval."""
    span = [*extremes, *([] if value is None else [value])]
    low, high = min(span), max(span)
    result = Line("equals", label, value, low, high, unit, period=period)
    return Amount(value, low, high, unit, (*lines, result))


def minus(first: Amount, second: Amount, *, label: str, period: str = "") -> Amount:
    """`first` less `second`, in the unit of the first."""
    return combined(label, "minus", first, second, lambda x, y: x - y, unit=first.unit, period=period)


def over(first: Amount, second: Amount, *, label: str, unit: str = "fraction", period: str = "") -> Amount:
    """`first` divided by `second`."""
    return combined(label, "over", first, second, lambda x, y: x / y, unit=unit, period=period)


def annual_growth(start: Amount, end: Amount, years: int) -> Amount:
    """Compound growth a year between two stocks `years` apart, as a fraction.

    Raises:
        DataError: a stock is not positive.
    """
    multiple = over(end, start, label="multiple", unit="number")
    known = start.value is not None and end.value is not None
    value = annual_rate(start.value, end.value, years) if known else None  # type: ignore[arg-type]
    extremes = (annual_rate(start.high, end.low, years), annual_rate(start.low, end.high, years))
    root, one = 1 / years, 1.0
    lines = (
        *multiple.lines,
        Line("power", "one_over_years", root, root, root, "number"),
        Line("minus", "one", one, one, one, "number"),
    )
    return concluded("annual_growth", value, extremes, unit="fraction", lines=lines)

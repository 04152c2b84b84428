"""How commands print figures: whole words for units, thin groups of digits, changes with their sign.

For people at a terminal; programmes take `--json`, which has every figure in the publisher's unit and scale.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from consumer_credit.data.entries import Series

_CURRENCY = 3
"""Length of a currency code."""


@dataclass(frozen=True)
class Shown:
    """In what a series is shown: `unit` in words, and what a value in the publisher's scale is divided by."""

    unit: str
    divisor: float
    decimals: int

    def number(self, value: float) -> str:
        """`value`, given in the publisher's unit and scale."""
        return grouped(value / self.divisor, self.decimals)

    def change(self, value: float) -> str:
        """A difference of two such values, with its sign; more digits where it would vanish."""
        shown, decimals = value / self.divisor, self.decimals
        while shown and decimals < 6 and abs(shown) < 0.5 * 10**-decimals:
            decimals += 1
        return signed(shown, decimals)


def shown_as(series: Series) -> Shown:
    """Money in billions, people in millions, per cent and indices as they are published."""
    if series.unit == "percent":
        return Shown("per cent", 1, 2)
    if len(series.unit) == _CURRENCY and series.scale >= 1e3:
        return Shown(f"{series.unit} billion", 1e9 / series.scale, 1)
    if len(series.unit) == _CURRENCY:
        return Shown(series.unit, 1 / series.scale, 1)
    if series.kind == "count":
        return Shown(f"million {series.unit}", 1e6 / series.scale, 2)
    return Shown(series.unit.replace("_", " "), 1, 4)


def grouped(value: float, decimals: int) -> str:
    """`3 535.7`: groups of three parted by a blank, a true minus sign."""
    text = f"{abs(value):,.{decimals}f}".replace(",", " ")
    return f"−{text}" if value < 0 and float(text.replace(" ", "")) else text


def signed(value: float, decimals: int) -> str:
    """The same with a plus sign where it is positive."""
    text = grouped(value, decimals)
    return f"+{text}" if value > 0 else text


def percent(fraction: float, decimals: int = 1) -> str:
    """A change in proportion: `−3.8 %`; nothing where there is none."""
    return "" if math.isnan(fraction) else f"{signed(100 * fraction, decimals)} %"


def span(periods: Sequence[str]) -> str:
    """Some periods, short: `2016-10 … 2023-06`, or all of them when they are few."""
    return ", ".join(periods) if len(periods) <= 3 else f"{periods[0]} … {periods[-1]}"


def columns(rows: Sequence[Sequence[str]], right: Sequence[int] = (), indent: str = "") -> list[str]:
    """Lines of a table whose columns stand below each other; those of `right` end there."""
    from unicodedata import east_asian_width  # noqa: PLC0415  (Chinese signs are two columns wide)

    def width(text: str) -> int:
        return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)

    widths = [max((width(row[c]) for row in rows), default=0) for c in range(len(rows[0]) if rows else 0)]
    lines = []
    for row in rows:
        cells = [
            " " * (w - width(cell)) + cell if c in right else cell + " " * (w - width(cell))
            for c, (cell, w) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append(f"{indent}{'  '.join(cells)}".rstrip())
    return lines

"""What figures tell about each other: parts and totals, magnitudes between vintages, level breaks.

These are the checks that catch a slip of unit (亿 for 万亿, million for billion, per cent for a fraction), a
swapped column, and a change of scope that nobody announced. Rows come in corrected and in the publisher's
unit and scale.
"""

from __future__ import annotations

import datetime as dt
import math
import statistics
from collections.abc import Iterator, Mapping
from itertools import pairwise

from consumer_credit.data.entries import Parts, Series
from consumer_credit.data.findings import Finding, finding
from consumer_credit.data.observations import Row
from consumer_credit.data.periods import known_from, next_period

SLIP_TOLERANCE = 0.15
"""How far, in decades, a ratio may lie from a power of ten and still be taken for a slip of unit."""
WINDOW = 18
"""How many steps before and after are the usual ones against which a step is judged."""
UNUSUAL = 8.0
"""From how many robust standard deviations on a step is unusual; the breaks named in the catalogue exceed
10.
"""
SMALLEST_STEP = 0.0115
"""Smaller relative steps are never reported, however quiet the series."""
SIZE_TOLERANCE = 0.05
"""How far the step in the newest vintage may lie from the size stated in the catalogue."""


def parts(series: Series, rows: Mapping[str, list[Row]]) -> Iterator[Finding]:
    """Parts must sum to their total, within the publisher's rounding, in every period and vintage that all
    have.
    """
    for rule in series.parts:
        of_parts = [_by_cell(rows[part]) for part in rule.series]
        for row in rows[series.id]:
            cell = (row.period, known_from(row.vintage))
            if all(cell in values for values in of_parts):
                total = math.fsum(values[cell] for values in of_parts)
                if abs(total - row.value) > rule.tolerance + 1e-9 * abs(row.value):
                    yield _does_not_sum(series, row, rule, total)


def magnitudes(series: Series, rows: list[Row]) -> Iterator[Finding]:
    """A figure about 10, 100, 10⁴ … times the one it should resemble has probably been put in the wrong unit.

    It should resemble the previous vintage of the same period and, in a level, the previous period of its
    vintage; a period named under `breaks` is let pass (hyperinflation, say).
    """
    for earlier, later in pairwise(rows):
        if earlier.period == later.period and (decades := _slip(earlier.value, later.value)):
            yield _slipped(series, later, f"10^{decades} times vintage {earlier.vintage}", earlier.value)
    if series.kind not in ("stock", "flow", "flow_saar", "index", "count"):
        return
    known = {break_.period for break_ in series.breaks}
    by_vintage: dict[str, list[Row]] = {}
    for row in rows:
        by_vintage.setdefault(row.vintage, []).append(row)
    for of_one_vintage in by_vintage.values():
        for earlier, later in pairwise(of_one_vintage):
            consecutive = series.frequency != "daily" and next_period(earlier.period) == later.period
            if consecutive and later.period not in known and (decades := _slip(earlier.value, later.value)):
                yield _slipped(series, later, f"10^{decades} times period {earlier.period}", earlier.value)


def level_breaks(series: Series, rows: list[Row]) -> Iterator[Finding]:
    """Unusual steps of watched series must be known in the catalogue, and known ones must be as large as it
    says.
    """
    if not series.watch_breaks:
        return
    newest = {row.period: row for row in rows}
    steps = {
        period: row
        for (before, _), (period, row) in zip(newest.items(), list(newest.items())[1:], strict=False)
        if next_period(before) == period
    }
    before = dict(zip(list(newest)[1:], newest.values(), strict=False))
    known = {break_.period for break_ in series.breaks}
    ratios = {
        p: row.value / before[p].value for p, row in steps.items() if row.value > 0 and before[p].value > 0
    }
    for period in _unusual({period: math.log(ratio) for period, ratio in ratios.items()}):
        if period not in known:
            yield _new_break(series, steps[period], before[period])
    for break_ in series.breaks:
        if break_.size is None or break_.kind == "scope_change" or break_.period not in steps:
            continue
        row = steps[break_.period]
        step = row.value - before[break_.period].value
        if abs(step - break_.size) > SIZE_TOLERANCE * abs(break_.size):
            yield finding(
                "level_break",
                series,
                row,
                f"a step of {step:.6g}",
                expected=f"about {break_.size:.6g}, as the catalogue says",
                remedy="correct the size of the break in the catalogue",
                severity="warning",
            )


def _unusual(steps: Mapping[str, float]) -> list[str]:
    """Periods whose relative step lies far outside the steps around it (median and median absolute
    deviation).
    """
    periods, sizes = list(steps), list(steps.values())
    unusual = []
    for index, size in enumerate(sizes):
        around = sizes[max(0, index - WINDOW) : index] + sizes[index + 1 : index + 1 + WINDOW]
        if len(around) < WINDOW:
            continue
        middle = statistics.median(around)
        deviation = 1.4826 * statistics.median(abs(other - middle) for other in around)
        if abs(size - middle) > max(UNUSUAL * deviation, SMALLEST_STEP):
            unusual.append(periods[index])
    return unusual


def _slip(reference: float, value: float) -> int:
    """The power of ten by which `value` seems to be wrong, 0 when it does not."""
    if (
        reference == 0
        or value == 0
        or (reference < 0) != (value < 0)
        or min(abs(reference), abs(value)) < 0.01
    ):
        return 0
    decades = math.log10(value / reference)
    return round(decades) if abs(decades - round(decades)) <= SLIP_TOLERANCE else 0


def _by_cell(rows: list[Row]) -> dict[tuple[str, dt.date], float]:
    return {(row.period, known_from(row.vintage)): row.value for row in rows}


def _does_not_sum(series: Series, row: Row, rule: Parts, total: float) -> Finding:
    return finding(
        "parts",
        series,
        row,
        f"{row.value:.12g} (vintage {row.vintage})",
        expected=f"{total:.12g} ± {rule.tolerance:g}, the sum of {' + '.join(rule.series)}",
        remedy="compare the figures with the publisher's file",
    )


def _slipped(series: Series, row: Row, how: str, reference: float) -> Finding:
    return finding(
        "magnitude",
        series,
        row,
        f"{row.value:.12g}, {how}",
        expected=f"about {reference:.12g}",
        remedy="check the unit: 亿 or 万亿, million or billion, per cent or fraction",
    )


def _new_break(series: Series, row: Row, before: Row) -> Finding:
    return finding(
        "level_break",
        series,
        row,
        f"a step of {row.value - before.value:.6g} ({row.value / before.value - 1:+.1%})",
        expected="a step like those around it, or a break named in the catalogue",
        remedy="find out whether it is a break or a flow, and name it under `breaks`",
        severity="warning",
    )

"""Slips of magnitude in figures to be imported: 亿 for 万亿, millions for billions, a lost decimal point.

New figures are held against those held already and against their own neighbours. Revisions, however large,
are revisions; only what no revision does is refused. Checks of what is already in the store are
`data.checks`'.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from consumer_credit.data.entries import Series
from consumer_credit.data.matching import Placed
from consumer_credit.data.observations import Row
from consumer_credit.data.periods import known_from
from consumer_credit.errors import DataError

LEVEL = 5.0
"""A file whose figures are on the whole so many times those held, or fewer, is in another unit."""
SPIKE = 8.0
"""A balance so many times both its neighbours, or as small a part of them, has lost or gained a digit."""
_POWERS = [10.0**n for n in (-8, -6, -4, -3, -2, -1, 1, 2, 3, 4, 6, 8)]
_REMEDY = "check unit and decimal point; if the figure is right, correct the held one or the catalogue first"


def check_magnitudes(series: Series, figures: Sequence[Placed], held: Sequence[Row], file: str) -> None:
    """Refuse figures whose magnitude cannot be right.

    Args:
        series: the series they belong to.
        figures: the new figures, in the catalogue's unit and scale.
        held: every row held of the series.
        file: the file's name, for the message.

    Raises:
        DataError: the whole file is off by a factor of five or more; one figure is a power of ten away from
            the held one; one balance stands eight times above or below both its neighbours, or ends the file
            eight times below the one before.
    """
    newest: dict[str, Row] = {}
    for row in sorted(held, key=lambda row: known_from(row.vintage)):
        newest[row.period] = row
    ratios = [
        (figure.value / newest[figure.period].value, figure)
        for figure in figures
        if figure.period in newest and figure.value > 0 and newest[figure.period].value > 0
    ]
    if ratios:
        typical = median(ratio for ratio, _ in ratios)
        if not 1 / LEVEL < typical < LEVEL:
            figure = max(ratios, key=lambda pair: pair[1].period)[1]
            raise DataError(
                f"{series.id} is {typical:,.4g} times what is held ({figure.period}: {figure.value:,.10g},"
                f" held {newest[figure.period].value:,.10g})",
                where=f"{file}, {figure.place}",
                remedy=_REMEDY,
            )
        for ratio, figure in ratios:
            if _digits(figure.value) >= 3 and any(
                math.isclose(ratio, power, rel_tol=0.002) for power in _POWERS
            ):
                known = newest[figure.period].value
                raise DataError(
                    f"{series.id} {figure.period} is {figure.value:,.10g}, {ratio:.4g} times {known:,.10g}",
                    where=f"{file}, {figure.place}",
                    remedy=_REMEDY,
                )
    _check_neighbours(series, figures, newest, file)


def _check_neighbours(series: Series, figures: Sequence[Placed], newest: dict[str, Row], file: str) -> None:
    """Balances do not jump eightfold and back from one period to the next, nor fall so at a file's end."""
    if series.kind in ("rate", "flow", "flow_ytd") or series.frequency not in ("monthly", "quarterly"):
        return
    by_vintage: dict[str, list[Placed]] = {}
    for figure in figures:
        by_vintage.setdefault(figure.vintage, []).append(figure)
    one_release = max(by_vintage.values(), key=len)
    ordered = sorted(one_release if len(one_release) > 2 else figures, key=lambda figure: figure.period)
    before = [newest[p].value for p in newest if ordered and p < ordered[0].period]
    values = [before[-1] if before else math.nan, *(figure.value for figure in ordered), math.nan]
    for at, figure in enumerate(ordered, start=1):
        left, right = _jump(values[at - 1], figure.value), _jump(values[at + 1], figure.value)
        alone = math.isnan(values[at + 1]) and left != 0
        if (left != 0 and left == right) or (alone and left < 0):
            raise DataError(
                f"{series.id} {figure.period} is {figure.value:,.10g} beside {values[at - 1]:,.10g}",
                where=f"{file}, {figure.place}",
                remedy=_REMEDY,
            )


def _jump(neighbour: float, value: float) -> int:
    """1 when `value` stands far above its neighbour, −1 when far below or nothing; 0 else."""
    if not neighbour > 0 or value < 0:
        return 0
    ratio = value / neighbour
    return 1 if ratio >= SPIKE else -1 if ratio <= 1 / SPIKE else 0


def _digits(value: float) -> int:
    return len(f"{value:.12g}".replace(".", "").strip("0"))

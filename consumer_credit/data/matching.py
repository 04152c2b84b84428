"""From a publisher's keys to the catalogue's series: whose a figure is, its unit, its period and date.

Readers in `publishers` say what stood in a file; here it is held against the catalogue, and refused where
the two do not fit. Whether a figure is new, revised or already held is decided in `importing`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING

from consumer_credit.counts import counted
from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import Series
from consumer_credit.data.observations import Row
from consumer_credit.data.periods import (
    absent_between,
    frequency_of,
    known_from,
    last_day,
    month_after,
    next_period,
    release_day,
)
from consumer_credit.data.publishers.contract import ParsedFile, Unit
from consumer_credit.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

HeldRows = Callable[[str], Sequence[Row]]
_TIDY = "tidy"
_ALIKE = 0.9
"""Share of an unnamed file's figures that must equal those held for the file to be known by them."""

_FREQUENCY = "download the table of the series' own frequency"


@dataclass(frozen=True, slots=True)
class Placed:
    """One figure of a file under its series, in the catalogue's unit and scale.

    `half_unit` is half the last digit of the file, where the figure had to be converted from another scale;
    else 0.
    """

    series: str
    period: str
    value: float
    vintage: str
    place: str
    half_unit: float = 0.0


@dataclass
class Placement:
    """What became of a file's figures.

    Args:
        figures: those that belong to a series.
        not_collected: key to number of figures, for keys that no series of the catalogue takes.
        blanks: (series, period) where the file has a place but no figure.
        notes: conversions, and figures left out because they fall between the periods of their series.
    """

    figures: list[Placed] = field(default_factory=list)
    not_collected: dict[str, int] = field(default_factory=dict)
    blanks: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def place(
    parsed: ParsedFile,
    file: str,
    catalogue: Catalogue,
    held: HeldRows,
    *,
    vintage: str | None,
    series: str | None,
) -> Placement:
    """Find series, unit, period and vintage of every figure.

    Args:
        parsed: what the reader found.
        file: the file's name, for messages, and to know an unnamed series by.
        catalogue: the series to fill.
        held: rows already held of a series.
        vintage: a date that overrides every other, or None.
        series: the series of a file that does not name its own, or None.

    Raises:
        DataError: an unknown or unnamed series, a unit that is not the catalogue's, a period that is not the
            series', a figure out of its range, or known before its period ended.
    """
    takers = _takers(parsed, file, catalogue, held, series)
    placement = Placement()
    counts = parsed.figures["key"].value_counts(sort=False)
    placement.not_collected = {str(key): int(count) for key, count in counts.items() if key not in takers}
    for name, blank in parsed.blanks:
        for taker in takers.get(name, ()):
            if period := _period(taker, blank, parsed, file):
                placement.blanks.append((taker.id, period))
    wanted = parsed.figures[parsed.figures["key"].isin(list(takers))]
    for key, group in wanted.groupby("key", sort=False):
        for taker in takers[str(key)]:
            unit = parsed.units.get(str(key))
            factor = _factor(taker, unit, file)
            if unit is None and (factor := _unstated_factor(taker, group["value"])) != 1:
                placement.notes.append(
                    f"{taker.id}: no unit stated; its range leaves only one reading, × {factor:f}"
                )
            elif factor != 1 and unit is not None:
                placement.notes.append(f"{taker.id}: converted from '{unit.text}' (× {factor:f})")
            placement.figures += _placed(
                taker, group, parsed, placement, factor=factor, vintage=vintage, file=file
            )
    return placement


def _takers(
    parsed: ParsedFile, file: str, catalogue: Catalogue, held: HeldRows, series: str | None
) -> dict[str, list[Series]]:
    """Key to the series that take it."""
    keys = parsed.figures["key"].unique().tolist()
    if parsed.publisher == _TIDY:
        return {str(key): [catalogue.find(str(key))] for key in keys}
    takers: dict[str, list[Series]] = {}
    for entry in catalogue.series.values():
        for key in entry.keys.get(parsed.publisher, "").split("|"):
            if key.strip():
                takers.setdefault(key.strip(), []).append(entry)
    if parsed.names_series:
        return {key: takers[key] for key in keys if key in takers}
    unnamed = keys[0]
    if series is not None:
        return {unnamed: [catalogue.find(series)]}
    return {unnamed: [_known_by_name_or_figures(parsed, file, takers, held)]}


def _known_by_name_or_figures(
    parsed: ParsedFile, file: str, takers: dict[str, list[Series]], held: HeldRows
) -> Series:
    """The series of a file that names none: the one whose figures it holds, or is called after (TOTALSL.csv).

    Raises:
        DataError: neither tells, or the two disagree.
    """
    name = PurePath(file.replace("\\", "/")).stem.upper()
    called = takers[name][0] if name in takers else None
    shares: dict[str, tuple[float, Series]] = {}
    figures = dict(zip(parsed.figures["period"], parsed.figures["value"], strict=True))
    for entry in {taker.id: taker for group in takers.values() for taker in group}.values():
        known = {(row.period, row.value) for row in held(entry.id)}
        periods = [(_start_to_period(entry, period), value) for period, value in figures.items()]
        if known and all(period for period, _ in periods):
            shares[entry.id] = (sum((p, v) in known for p, v in periods) / len(periods), entry)
    best = max(shares.values(), key=lambda share: share[0], default=None)
    if best is not None and best[0] >= _ALIKE:
        if called is not None and called.id != best[1].id and shares.get(called.id, (0.0,))[0] < best[0]:
            raise DataError(
                f"the name says {called.id}, the figures are those of {best[1].id}",
                where=file,
                remedy="download the series again, or say which series it is",
            )
        return called or best[1]
    if called is None:
        raise DataError(
            "the file does not say which series it holds, and its figures are not known",
            where=file,
            remedy="name the file after the publisher's id (TOTALSL.csv), or say which series it is",
        )
    return called


def _factor(series: Series, unit: Unit | None, file: str) -> Decimal:
    """What a figure of the file is multiplied by to stand in the catalogue's scale: a power of ten, or 1."""
    if unit is None:
        return Decimal(1)
    if unit.measure and unit.measure != series.unit:
        raise DataError(
            f"the file states '{unit.text}' ({unit.measure}), {series.id} is kept in {series.unit}",
            where=file,
            remedy="check that it is the right table, or correct the key in the catalogue",
        )
    if unit.scale is None:
        return Decimal(1)
    factor = unit.scale / Decimal(repr(series.scale))
    if factor.normalize().as_tuple().digits != (1,):
        raise DataError(
            f"the file states '{unit.text}', {series.id} is kept in units of {series.scale:g}",
            where=file,
            remedy="correct the scale in the catalogue, or download the publisher's own table",
        )
    return factor


def _unstated_factor(series: Series, values: Iterable[float]) -> Decimal:
    """1000 or 1/1000 where a file without a unit can only be in billions, or thousands, for millions.

    Some publishers moved a series from billions to millions without a word in the file (FRED: student
    loans). Only when not one figure lies in the range of the catalogue as it stands, and every one of them
    does after the step, is it taken.
    """
    if series.range is None or not (figures := [abs(value) for value in values if value]):
        return Decimal(1)
    low, high = series.range.min, series.range.max
    if low > 0 and not any(low <= figure <= high for figure in figures):
        for factor in (Decimal(1000), Decimal("0.001")):
            if all(low <= figure * float(factor) <= high for figure in figures):
                return factor
    return Decimal(1)


def _placed(
    series: Series,
    group: pd.DataFrame,
    parsed: ParsedFile,
    placement: Placement,
    *,
    factor: Decimal,
    vintage: str | None,
    file: str,
) -> list[Placed]:
    kept: list[tuple[str, float, str, str, float]] = []
    blank = set(placement.blanks)
    between = 0
    columns = (group[name].tolist() for name in ("period", "value", "vintage", "place"))
    for start, value, stated, where in zip(*columns, strict=True):
        period = _period(series, start, parsed, f"{file}, {where}")
        if period is None:
            between += 1
            continue
        number, half_unit = value, 0.0
        if factor != 1:
            exact = Decimal(repr(value))
            number = float(exact * factor)
            half_unit = float(factor * Decimal(10) ** int(exact.as_tuple().exponent) / 2)
        _check_range(series, period, number, f"{file}, {where}")
        kept.append((period, number, vintage or stated, where, half_unit))
    absent = [] if series.irregular else absent_between(sorted({period for period, *_ in kept}))
    absent = [period for period in absent if (series.id, period) not in blank]
    if absent:
        shown = ", ".join(absent[:3]) + (f" and {len(absent) - 3} more" if len(absent) > 3 else "")
        placement.notes.append(f"{series.id}: the file passes over {shown}")
    if between:
        placement.notes.append(
            f"{series.id}: {counted(between, 'figure')} between its {series.frequency} periods left out"
        )
    undated = [period for period, _, known, _, _ in kept if not known]
    rule = earliest_sure_vintage(series, max(undated)) if undated else ""
    placed = [Placed(series.id, p, v, known or rule, where, half) for p, v, known, where, half in kept]
    for figure in placed:
        if known_from(figure.vintage) < last_day(figure.period) and series.kind not in ("count", "rate"):
            raise DataError(
                f"{series.id} {figure.period} cannot have been known on {figure.vintage}",
                where=f"{file}, {figure.place}",
                remedy="give the date of publication with --vintage",
            )
    return placed


def earliest_sure_vintage(series: Series, last: str) -> str:
    """The month by whose end a file with figures up to `last` was surely public, when it bears no date.

    A file that ends with `last` was made before the next period's figures came out, so that it is as old as
    the month before that release at the latest; from the end of that month on its figures were public.
    Publication lags are the catalogue's.
    """
    released = release_day(last, series.publication_lag_days)
    if series.irregular or series.frequency == "daily":
        return released.strftime("%Y-%m")
    following = release_day(next_period(last), series.publication_lag_days)
    before = month_after(following.strftime("%Y-%m"), -1)
    return max(before, released.strftime("%Y-%m"))


def _period(series: Series, written: str, parsed: ParsedFile, where: str) -> str | None:
    """The period in the series' frequency; None for a month that does not end a quarter or year of a stock.

    Raises:
        DataError: the written period cannot be one of this series.
    """
    if parsed.first_days:
        period = _start_to_period(series, written)
        if period is None:
            message = f"{written} does not begin a period of the {series.frequency} series {series.id}"
            raise DataError(message, where=where, remedy=_FREQUENCY)
        return period
    frequency = frequency_of(written)
    if frequency == series.frequency:
        return written
    if frequency == "monthly" and series.frequency == "quarterly" and series.kind == "stock":
        month = int(written[5:])
        return f"{written[:4]}-Q{month // 3}" if month % 3 == 0 else None
    raise DataError(
        f"{written} is {frequency}, {series.id} is {series.frequency}", where=where, remedy=_FREQUENCY
    )


def _start_to_period(series: Series, first_day: str) -> str | None:
    year, month = first_day[:4], int(first_day[5:7])
    if series.frequency == "monthly":
        return f"{year}-{month:02d}"
    if series.frequency == "quarterly":
        return f"{year}-Q{month // 3 + 1}" if month % 3 == 1 else None
    return year if month == 1 and series.frequency == "annual" else None


def _check_range(series: Series, period: str, value: float, where: str) -> None:
    low, high = (series.range.min, series.range.max) if series.range else (None, None)
    if low is None and series.kind == "stock":
        low = 0.0
    if (low is not None and value < low) or (high is not None and value > high):
        shown = f"from {low:,.10g} to {high:,.10g}" if high is not None else f"not below {low:,.10g}"
        raise DataError(
            f"{series.id} {period} is {value:,.10g}; it must lie {shown}",
            where=where,
            remedy="check unit and sign of the figure, or the range in the catalogue",
        )

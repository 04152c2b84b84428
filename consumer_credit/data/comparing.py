"""Figures of a file against figures held: new, revised, confirmed or known already.

Only additions come out of it. A value that differs from the one held for the very same vintage is a
contradiction, and refused, unless the file itself is of a later date. Writing is `import_outputs`' and
`transaction`'s.
"""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import Series
from consumer_credit.data.matching import Placed
from consumer_credit.data.observations import ObservationFile, Row, read_observations
from consumer_credit.data.periods import known_from, last_day, release_day
from consumer_credit.errors import DataError

Outcome = Literal["added", "revised", "confirmed", "unchanged"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""`added`: no vintage of the period is held; `revised`: a new vintage, another value; `confirmed`: a new
vintage of the value in force; `unchanged`: held already, nothing to write."""
_ALIKE, _IN_PROPORTION = 5e-7, 1e-6
"""Figures no further apart than both (in the publisher's unit; in proportion) are one, told with more digits or fewer:
nobody publishes a millionth, but shares worked out in a workbook have all the digits of a computer."""


@dataclass(frozen=True, slots=True)
class Change:
    """One figure of a file, what it does, and what was in force before it (None and empty for nothing)."""

    figure: Placed
    outcome: Outcome
    held_value: float | None
    held_vintage: str


class Held:
    """What is held, and what the files of the same import have added so far."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        """Read nothing yet; observations files are read when a series of theirs is asked for."""
        self._folder, self._catalogue = folder, catalogue
        self._files: dict[str, ObservationFile | None] = {}
        self._periods: dict[str, dict[str, list[tuple[dt.date, float, str]]]] = {}

    def rows(self, series_id: str) -> Sequence[Row]:
        """The rows held of a series before the import, every vintage, as they stand in the file.

        Raises:
            DataError: unknown series, or its observations file cannot be read.
        """
        stem = self._catalogue.find(series_id).file
        if stem not in self._files:
            path = self._folder / "observations" / f"{stem}.csv"
            described = {i: s for i, s in self._catalogue.series.items() if s.file == stem}
            where = f"{self._folder.name}/observations/{stem}.csv"
            sources = self._catalogue.sources.keys()
            self._files[stem] = read_observations(path, where, described, sources) if path.exists() else None
        file = self._files[stem]
        return file.rows(series_id) if file else []

    def of_period(self, series_id: str, period: str) -> list[tuple[dt.date, float, str]]:
        """(known from, value, vintage) of one period, oldest first, additions of this import included."""
        if series_id not in self._periods:
            index: dict[str, list[tuple[dt.date, float, str]]] = {}
            for row in self.rows(series_id):
                insort(index.setdefault(row.period, []), (known_from(row.vintage), row.value, row.vintage))
            self._periods[series_id] = index
        return self._periods[series_id].setdefault(period, [])

    def before(self, series_id: str, period: str, day: dt.date) -> list[tuple[dt.date, float, str]]:
        """Those entries of a period that were known before a day."""
        return [entry for entry in self.of_period(series_id, period) if entry[0] < day]

    def add(self, figure: Placed) -> None:
        """Count a figure as held from now on."""
        entry = (known_from(figure.vintage), figure.value, figure.vintage)
        insort(self.of_period(figure.series, figure.period), entry)


def compare(
    figures: Iterable[Placed], held: Held, *, inferred: bool, file_vintage: str, file: str
) -> list[Change]:
    """What each figure of one file does.

    Args:
        figures: the figures of the file.
        held: what is held; the figures that add something are counted as held afterwards.
        inferred: whether the vintages come from a calendar and not from the file or the caller.
        file_vintage: where periods are dated one by one, the date of the file as a whole; a restated figure
            bears it.
        file: the file's name, for messages.

    Raises:
        DataError: another value is held for the same vintage.
    """
    changes = []
    for figure in figures:
        change = _change(figure, held)
        if (
            change is None
            and inferred
            and file_vintage
            and known_from(file_vintage) > known_from(figure.vintage)
        ):
            change = _change(replace(figure, vintage=file_vintage), held)
        if change is None:
            same = next(
                v
                for k, v, _ in held.of_period(figure.series, figure.period)
                if k == known_from(figure.vintage)
            )
            found = f"{figure.series} {figure.period} is {figure.value:.12g}"
            raise DataError(
                f"{found}, but {same:.12g} is held for the same vintage {figure.vintage}",
                where=f"{file}, {figure.place}",
                remedy="if the publisher restated it, give the day of publication with --vintage",
            )
        if change.outcome != "unchanged":
            held.add(change.figure)
        changes.append(change)
    return changes


def _change(figure: Placed, held: Held) -> Change | None:
    """What a figure does; None when another value is held for its vintage."""
    known, entries = known_from(figure.vintage), held.of_period(figure.series, figure.period)
    earlier = held.before(figure.series, figure.period, known)
    before = earlier[-1] if earlier else None
    value, vintage = (before[1], before[2]) if before else (None, "")
    for entry in entries:
        if entry[0] == known:
            return Change(figure, "unchanged", value, vintage) if _same(figure, entry[1]) else None
    if before is not None and figure.half_unit and _same(figure, before[1]):
        return Change(figure, "unchanged", value, vintage)  # the same figure, told less exactly
    if not entries:
        return Change(figure, "added", None, "")
    in_force = before or entries[0]
    if _alike(in_force[1], figure.value):
        return Change(replace(figure, value=in_force[1]), "confirmed", value, vintage)
    return Change(figure, "revised", value, vintage)


def _same(figure: Placed, value: float) -> bool:
    return _alike(figure.value, value) or abs(figure.value - value) <= figure.half_unit * (1 + 1e-9)


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= min(_ALIKE, _IN_PROPORTION * max(abs(one), abs(other)))


def as_dated_already(
    figures: Mapping[str, Sequence[Placed]], held: Held, catalogue: Catalogue
) -> dict[str, Sequence[Placed]]:
    """Give the figures of an undated file the vintage under which exactly these figures are held already.

    A calendar tells the month of a file; someone may have recorded the day. A held vintage is taken over,
    for the whole file, when it lies between the first of the month of release and the date inferred, holds
    every figure of a series, and no other vintage does so for another series.

    Args:
        figures: series id to its figures in the file.
        held: what is held.
        catalogue: the publication lags.
    """
    found = {
        vintage
        for series_id, of_series in figures.items()
        if (vintage := _held_as(catalogue.find(series_id), of_series, held))
    }
    if len(found) != 1:
        return dict(figures)
    (vintage,) = found
    return {
        series_id: [replace(figure, vintage=vintage) for figure in of_series]
        if all(
            last_day(figure.period) <= known_from(vintage) <= known_from(figure.vintage)
            for figure in of_series
        )
        else of_series
        for series_id, of_series in figures.items()
    }


def _held_as(series: Series, figures: Sequence[Placed], held: Held) -> str:
    """The held vintage of a series that holds all these figures and fits the calendar; empty for none."""
    latest = max(known_from(figure.vintage) for figure in figures)
    released = release_day(max(figure.period for figure in figures), series.publication_lag_days)
    first = min(released, latest).replace(day=1)
    common: set[str] | None = None
    for figure in figures:
        alike = {
            vintage
            for known, value, vintage in held.of_period(series.id, figure.period)
            if first <= known <= latest and _same(figure, value)
        }
        common = alike if common is None else common & alike
        if not common:
            return ""
    return min(common or {""}, key=known_from)

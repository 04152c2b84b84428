"""The vintaged store: every published figure held, and what was known of it on a given day.

`as_of` picks, per series and period, the newest vintage not later than the date. A period already published
then, of which only a later vintage is held, is shown from the oldest one held and marked; a period not yet
published then is missing. Files are read when a series of theirs is first asked for. Reading and refusing
files is `data.observations`; checking figures against each other is `data.checks`.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_credit import reads
from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.corrections import Correction, corrected, read_corrections
from consumer_credit.data.entries import Series
from consumer_credit.data.missing import Missing, released, why_missing
from consumer_credit.data.observations import ObservationFile, Row, read_observations
from consumer_credit.data.periods import AsOf, as_of_date, frequency_of, known_from
from consumer_credit.data.transaction import repair
from consumer_credit.errors import DataError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Observation:
    """One value with its provenance: whole units (a fraction for per cent) unless the publisher's were
    asked for.
    """

    series: str
    period: str
    value: float
    vintage: str
    source: str
    later_vintage: bool
    derived: bool


@dataclass(frozen=True)
class _Choice:
    row: Row
    later_vintage: bool


class Store:
    """Catalogue and observations of one data folder; open it with `Store.open`."""

    def __init__(self, folder: Path, catalogue: Catalogue, corrections: tuple[Correction, ...]) -> None:
        """Use `Store.open` instead; this takes the parts ready made."""
        self.folder = folder
        self.catalogue = catalogue
        self.corrections = corrections
        self.read_series: set[str] = set()
        self._files: dict[str, ObservationFile] = {}
        self._rows_of: dict[str, list[Row]] = {}
        self._days: dict[str, list[dt.date]] = {}
        self._choices: dict[tuple[str, int, bool], dict[str, _Choice]] = {}
        self._frames: dict[tuple[str, int, bool, bool], pd.DataFrame] = {}

    @classmethod
    def open(cls, folder: Path | str) -> Store:
        """Open the data folder: read the catalogue and the corrections; observations are read when asked for.

        An import that was killed in the middle is finished first, so that no reader ever sees half of one.

        Raises:
            DataError: the catalogue or the corrections cannot be read, naming file and entry.
        """
        path = Path(folder)
        repair(path)
        catalogue = Catalogue.load(path)
        return cls(path, catalogue, read_corrections(path, catalogue))

    @property
    def rests_on(self) -> tuple[Path, str]:
        """What decides its answers: all that is in its folder."""
        return self.folder, ""

    def observations(self, series_id: str) -> pd.DataFrame:
        """Every vintage of a series, corrected, in the publisher's unit and scale.

        Returns:
            Columns `period, value, vintage, source`, sorted by period, then oldest vintage first.

        Raises:
            DataError: unknown series, or its observations file cannot be read.
        """
        import pandas as pd  # noqa: PLC0415  (a usage error must not wait for pandas)

        rows = self._rows(self.asked(series_id))
        frame = pd.DataFrame(
            {
                "period": [r.period for r in rows],
                "value": [r.value for r in rows],
                "vintage": [r.vintage for r in rows],
                "source": [r.source for r in rows],
            }
        ).astype({"period": "str", "value": "float64", "vintage": "str", "source": "str"})
        frame.attrs["series"] = series_id
        return frame

    def as_of(
        self, series_id: str, as_of: AsOf = "latest", strict: bool = False, in_units: bool = True
    ) -> pd.DataFrame:
        """The series as it was known on a day.

        Args:
            series_id: id in the catalogue.
            as_of: a date, ISO text of a day or a month, or `latest` for the newest vintage held of each
                period.
            strict: leave out periods of which only a later vintage is held.
            in_units: whole units (yuan, dollars, persons; a fraction for per cent) instead of the
                publisher's unit and scale.

        Returns:
            One row a period, sorted: `period` (ISO text as in the file), `value`, `vintage`, `source`,
            `later_vintage` (bool: the period was published by then, but only a later vintage is held),
            `derived` (bool). `attrs["series"]` is the id.

        Raises:
            DataError: unknown series, `as_of` is not a date, or the observations file cannot be read.
        """
        series, date = self.asked(series_id), as_of_date(as_of)
        asked = (series_id, self._stage(series, date), strict, in_units)
        if asked not in self._frames:
            self._frames[asked] = self._frame(series, date, strict, in_units)
        frame = self._frames[asked].copy(deep=False)  # pandas copies what a caller writes to
        frame.attrs = {"series": series_id}
        return frame

    def known_rows(
        self, series_id: str, as_of: AsOf = "latest", strict: bool = False
    ) -> list[tuple[Row, bool]]:
        """What `as_of` gives, without a frame: of each period the row as published, and whether it is of a later
        vintage.

        Raises:
            DataError: as `as_of`.
        """
        chosen = self._chosen(self.asked(series_id), as_of_date(as_of), strict)
        return [(choice.row, choice.later_vintage) for choice in chosen.values()]

    def _frame(self, series: Series, date: dt.date | None, strict: bool, in_units: bool) -> pd.DataFrame:
        import numpy as np  # noqa: PLC0415
        import pandas as pd  # noqa: PLC0415

        choices = list(self._chosen(series, date, strict).values())
        values = [series.in_units(c.row.value) if in_units else c.row.value for c in choices]
        return pd.DataFrame(
            {
                "period": pd.array([c.row.period for c in choices], dtype="str"),
                "value": np.array(values, dtype="float64"),
                "vintage": pd.array([c.row.vintage for c in choices], dtype="str"),
                "source": pd.array([c.row.source for c in choices], dtype="str"),
                "later_vintage": np.array([c.later_vintage for c in choices], dtype="bool"),
                "derived": np.full(len(choices), series.derived is not None),
            }
        )

    def _stage(self, series: Series, date: dt.date | None) -> int:
        """How many of the days that changed what is known of a series have come by `date`; -1 for all of them.

        On two days of the same stage the series was known alike.
        """
        if date is None:
            return -1
        if series.id not in self._days:
            rows = self._rows(series)
            known = {known_from(row.vintage) for row in rows}
            releases = {released(series, row.period, row.vintage) for row in rows}
            self._days[series.id] = sorted(known | releases)
        return bisect_right(self._days[series.id], date)

    def value(
        self, series_id: str, period: str, as_of: AsOf = "latest", strict: bool = False, in_units: bool = True
    ) -> Observation | Missing:
        """One value as it was known on a day, or why there is none.

        Raises:
            DataError: unknown series, a period that is not of the series' frequency, `as_of` is not a date,
                or the observations file cannot be read.
        """
        series, date = self.asked(series_id), as_of_date(as_of)
        if frequency_of(period) != series.frequency:
            raise DataError(
                f"'{period}' is not a period of the {series.frequency} series '{series_id}'",
                remedy="ask for another period",
            )
        chosen = self._chosen(series, date, strict)
        if period in chosen:
            row = chosen[period].row
            value = series.in_units(row.value) if in_units else row.value
            return Observation(
                series_id,
                period,
                value,
                row.vintage,
                row.source,
                chosen[period].later_vintage,
                series.derived is not None,
            )
        return why_missing(series, self._rows(series), period, date, list(chosen))

    def load_all(self) -> None:
        """Read every observations file, for a check or to measure how long that takes.

        Raises:
            DataError: the first file that cannot be read.
        """
        for file in sorted({series.file for series in self.catalogue.series.values()}):
            self._file(file)

    def rows(self, series_id: str) -> list[Row]:
        """Every vintage of a series as it stands in the file, uncorrected, with its line: what checks look
        at.

        Raises:
            DataError: unknown series, or its observations file cannot be read.
        """
        return self._file(self.asked(series_id).file).rows(series_id)

    def asked(self, series_id: str) -> Series:
        """A series by id, which counts as read from here on.

        Raises:
            DataError: unknown series.
        """
        series = self.catalogue.find(series_id)
        self.read_series.add(series.id)
        reads.series(series.file, series.id)
        return series

    def _rows(self, series: Series) -> list[Row]:
        if series.id not in self._rows_of:
            self._rows_of[series.id] = corrected(series.id, self.rows(series.id), self.corrections)
        return self._rows_of[series.id]

    def _file(self, stem: str) -> ObservationFile:
        if stem not in self._files:
            described = {i: s for i, s in self.catalogue.series.items() if s.file == stem}
            name = f"{stem}.csv"
            with reads.accounted():  # series by series, as they are asked for
                self._files[stem] = read_observations(
                    self.folder / "observations" / name,
                    f"{self.folder.name}/observations/{name}",
                    described,
                    self.catalogue.sources.keys(),
                )
        return self._files[stem]

    def _chosen(self, series: Series, date: dt.date | None, strict: bool) -> dict[str, _Choice]:
        asked = (series.id, self._stage(series, date), strict)
        if asked not in self._choices:
            self._choices[asked] = self._choose(series, date, strict)
        return self._choices[asked]

    def _choose(self, series: Series, date: dt.date | None, strict: bool) -> dict[str, _Choice]:
        chosen: dict[str, _Choice] = {}
        for row in self._rows(series):  # oldest vintage of each period first
            if date is None or known_from(row.vintage) <= date:
                chosen[row.period] = _Choice(row, later_vintage=False)
            elif (
                not strict and row.period not in chosen and released(series, row.period, row.vintage) <= date
            ):
                chosen[row.period] = _Choice(row, later_vintage=True)
        return chosen

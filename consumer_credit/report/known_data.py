"""The data as a chapter sees them: as known on the edition's date, in the reader's words, with vintages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

import numpy as np
import pandas as pd

from consumer_credit import reads
from consumer_credit.data.missing import Missing
from consumer_credit.data.periods import as_of_date, known_from
from consumer_credit.data.store import Store
from consumer_credit.locales import Language, Text, labels
from consumer_credit.measures.periods import last_month, quarter_of
from consumer_credit.measures.provenance import newest_vintage
from consumer_credit.parameters import Parameters, parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.formats import Formats
from consumer_credit.report.provenance import BreakMark, break_marks, economy_name
from consumer_credit.report.values import MissingReason

Asked = ParamSpec("Asked")
Data = TypeVar("Data", bound="KnownData")


def remembered(
    read: Callable[Concatenate[Data, Asked], pd.DataFrame],
) -> Callable[Concatenate[Data, Asked], pd.DataFrame]:
    """Let a function of a chapter work a frame out once for each set of parameters and arguments."""

    @wraps(read)
    def once(chapter: Data, /, *args: Asked.args, **kwargs: Asked.kwargs) -> pd.DataFrame:
        key = (read.__module__, read.__qualname__, chapter.parameters, args, tuple(sorted(kwargs.items())))
        if key not in chapter.remembered:
            with reads.noted() as heard:
                chapter.remembered[key] = read(chapter, *args, **kwargs), heard
        frame, heard = chapter.remembered[key]
        reads.again(heard)
        return frame.copy(deep=False)

    return once


@dataclass(frozen=True)
class Held:
    """Observations of one series: the periods they are of, their vintages, whether any is a later vintage."""

    periods: tuple[str, ...]
    vintages: tuple[str, ...]
    any_later: bool


@dataclass
class KnownData:
    """A chapter's parameters and the store, read as of the edition's date."""

    id: str
    project: Project
    parameters: Parameters
    language: Language
    store: Store
    remembered: dict[Any, tuple[pd.DataFrame, set[reads.Read]]] = field(default_factory=dict, repr=False)
    _frames: dict[tuple[str, str], pd.DataFrame] = field(default_factory=dict, repr=False)
    _columns: dict[tuple[str, str], list[tuple[str, str, bool]]] = field(default_factory=dict, repr=False)

    def as_known_on(self, date: str) -> Self:
        """The same with the data as known on another day, for back-tests and comparisons of vintages."""
        parameters = parse_parameters({**self.parameters.model_dump(), "as_of": date}, where="as_known_on")
        known = copy(self)
        known.parameters = parameters
        return known

    @property
    def rests_on(self) -> tuple[Path, str]:
        """What decides what is worked out from it: the data folder, and the parameters."""
        return self.store.folder, self.parameters.model_dump_json()

    def without_words(self) -> Self:
        """The same for what is alike in every language: here there is no `language` to ask for."""
        wordless = copy(self)
        vars(wordless).pop("language", None)
        return wordless

    def series(self, series_id: str) -> pd.DataFrame:
        """A series as known on the edition's date; columns as `Store.as_of` gives them, in whole units."""
        known = (series_id, str(self.parameters.as_of))
        if known in self._frames:
            self.store.asked(series_id)
        else:
            self._frames[known] = self.store.as_of(
                series_id, self.parameters.as_of, strict=self.parameters.strict_vintages
            )
        return self._frames[known].copy(deep=False)  # pandas copies what a caller writes to

    def every_vintage(self, series_id: str) -> pd.DataFrame:
        """All vintages held of the periods that `series` gives, for measures that need several of one vintage;
        columns as `series`, `later_vintage` true for those after the edition's date.
        """
        shown, date = self.series(series_id), as_of_date(self.parameters.as_of)
        entry = self.store.catalogue.series[series_id]
        rows = self.store.observations(series_id)
        rows = rows[rows["period"].isin(set(shown["period"]))].reset_index(drop=True)
        rows["value"] = [entry.in_units(value) for value in rows["value"].tolist()]
        later = [date is not None and known_from(vintage) > date for vintage in rows["vintage"].tolist()]
        rows["later_vintage"] = pd.Series(later, dtype=bool)
        rows["derived"] = entry.derived is not None
        if self.parameters.strict_vintages:
            rows = rows[~rows["later_vintage"]].reset_index(drop=True)
        rows.attrs["series"] = series_id
        return rows

    def within_years(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of `frame` (any with `period`) between the edition's `start_year` and `end_year`."""
        years = frame["period"].str.slice(0, 4).astype(int)
        end = self.parameters.end_year
        last = years.max() if end == "latest" else end
        kept = frame[(years >= self.parameters.start_year) & (years <= last)].reset_index(drop=True)
        kept.attrs = frame.attrs
        return kept

    def title(self, series_id: str, *, short: bool = True) -> str:
        """The (short) title of a series in the reader's language."""
        entry = self.store.catalogue.series[series_id]
        return str(getattr(entry.short_title if short else entry.title, self.language))

    def economy(self, code: str) -> str:
        """The name of an economy (ISO 3166 alpha-3) in the reader's language."""
        return economy_name(self.store.catalogue, code, self.language)

    @property
    def text(self) -> Text:
        """Words a label in the reader's language: ``chapter.text("per cent of GDP")``."""
        return labels(self.language)

    @property
    def formats(self) -> Formats:
        """Writes numbers, money and dates in the reader's language."""
        return Formats(self.language)

    def breaks(
        self, series: Sequence[str], start: str, end: str, *, also: Sequence[tuple[str, str]] = ()
    ) -> list[BreakMark]:
        """The level breaks of `series` between two periods, lettered for a chart and its notes, as far as the
        figures known on the edition's date have them; `also`: periods and notes of further ones.
        """
        return break_marks(
            self.store.catalogue,
            series,
            start,
            end,
            self.language,
            vintage_at=self.vintage_at,
            also=also,
        )

    def vintage_at(self, series_id: str, period: str) -> str | None:
        """The vintage of a series' first figure at or after `period`; None when there is none."""
        rows = self.series(series_id)
        not_before = [last_month(held) >= last_month(period) for held in rows["period"].tolist()]
        after = rows[np.array(not_before, dtype=bool)]
        return None if after.empty else str(after.iloc[0]["vintage"])

    def why_missing(self, needs: Sequence[str], period: str) -> MissingReason:
        """Why there is no value at `period`: the first of the needed series that has no figure for it."""
        for series_id in needs:
            found = self.store.value(
                series_id,
                self._period_of(series_id, period),
                self.parameters.as_of,
                strict=self.parameters.strict_vintages,
            )
            if isinstance(found, Missing):
                return MissingReason(found.code, found.series, found.period, dict(found.details))
        return MissingReason("gap", needs[0], period) if needs else MissingReason("no_series", period=period)

    def used(self, series: Sequence[str], periods: Sequence[str]) -> dict[str, Held]:
        """The observations behind what is shown: of each series those that describe `periods`."""
        asked = frozenset(periods)
        shown = {series_id: self._held(series_id, asked) for series_id in series}
        return {series_id: held for series_id, held in shown.items() if held.periods}

    def vintages(self, series: Sequence[str], period: str) -> tuple[dict[str, str], list[str]]:
        """The newest vintage of each series behind `period`, and the series read from a later vintage."""
        used = self.used(series, [period])
        later = [series_id for series_id, held in used.items() if held.any_later]
        return {series_id: newest_vintage(held.vintages) for series_id, held in used.items()}, later

    def _held(self, series_id: str, periods: frozenset[str]) -> Held:
        """The observations that describe `periods`: of a stock those at their ends, of a flow all within them."""
        known = (series_id, str(self.parameters.as_of))
        if known in self._columns:
            self.store.asked(series_id)
        else:
            frame = self.series(series_id)
            columns = (frame[name].tolist() for name in ("period", "vintage", "later_vintage"))
            self._columns[known] = list(zip(*columns, strict=True))
        if self.store.catalogue.series[series_id].kind == "stock":
            ends = {self._period_of(series_id, period) for period in periods}
            rows = [row for row in self._columns[known] if row[0] in ends]
        else:
            rows = [row for row in self._columns[known] if not periods.isdisjoint(_parts_of(row[0]))]
        return Held(
            tuple(period for period, _, _ in rows),
            tuple(vintage for _, vintage, _ in rows),
            any(later for _, _, later in rows),
        )

    def _period_of(self, series_id: str, period: str) -> str:
        """A year or quarter as the series dates its end: 2016-12 for monthly stocks, 2016-Q4 for quarterly
        figures.
        """
        frequency = self.store.catalogue.series[series_id].frequency
        if len(period) == len("2016"):
            return {"annual": period, "quarterly": f"{period}-Q4"}.get(frequency, f"{period}-12")
        if "Q" in period and frequency == "monthly":
            return f"{period[:4]}-{3 * int(period[-1]):02}"
        return period


@lru_cache(maxsize=20_000)
def _parts_of(held: str) -> frozenset[str]:
    """The periods that a flow of `held` is part of: itself, its year and, of a month, its quarter."""
    monthly = len(held) == len("2016-12") and "Q" not in held
    return frozenset({held, held[:4], *([quarter_of(held)] if monthly else [])})

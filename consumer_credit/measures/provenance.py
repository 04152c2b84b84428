"""Provenance through the measures: check the frame that comes in, say of a combination when it was known.

A combination was publicly known when its last ingredient was, is *later vintage* when any ingredient is,
and *derived* when any ingredient is. Arithmetic on published figures (a sum of quarters, a difference of
two loan balances) does not by itself
make a value derived: derived means that a level was not published and had to be inferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import Frequency, frequency, last_month

PROVENANCE = ("vintage", "source", "later_vintage", "derived")
COLUMNS = ("period", "value", *PROVENANCE)


def checked(
    frame: pd.DataFrame, role: str, *, columns: Sequence[str] = COLUMNS, number: str = "value"
) -> pd.DataFrame:
    """A copy of `frame`, oldest period first, after checking that a measure can work on it.

    Args:
        frame: columns `period, value, vintage, source, later_vintage, derived`, as the store gives them;
            others are kept.
        role: what the frame is to the measure, for the message: "stocks", "quarterly flows" …
        columns: which columns must be there, where the frame is not of the store's making.
        number: the column that must hold finite numbers.

    Raises:
        DataError: a column is missing, a period is repeated or malformed, a number is not finite, or
            frequencies are mixed.
    """
    where = _where(frame, role)
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise DataError(
            f"no column {', '.join(missing)}", where=where, remedy=f"expected are: {', '.join(columns)}"
        )
    periods: list[str] = frame["period"].tolist()
    if len(set(periods)) < len(periods):
        repeated = next(period for index, period in enumerate(periods) if period in periods[:index])
        raise DataError(f"period {repeated} appears twice", where=where, remedy="give one row a period")
    kinds = {frequency(period) for period in periods}
    if len(kinds) > 1:
        raise DataError(
            f"mixes {' and '.join(sorted(kinds))} periods", where=where, remedy="give one frequency"
        )
    usable = np.isfinite(frame[number].to_numpy(dtype=float, na_value=np.nan)).tolist()
    if not all(usable):
        raise DataError(
            f"the {number} of {periods[usable.index(False)]} is not a number",
            where=where,
            remedy="leave the row out",
        )
    result = oldest_first(frame)
    result.attrs = dict(frame.attrs)
    return result


def oldest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """The rows by the month in which their `period` ends, numbered from 0."""
    ends = [last_month(period) for period in frame["period"].tolist()]
    if ends != sorted(ends):
        frame = frame.iloc[np.argsort(ends, kind="stable")]
    return frame.reset_index(drop=True)


def frequency_of(frame: pd.DataFrame) -> Frequency | None:
    """The frequency of a checked frame; None when it has no rows."""
    return frequency(frame["period"].iloc[0]) if len(frame) else None


def newest_vintage(vintages: Iterable[str]) -> str:
    """The vintage from which all of `vintages` were known; a month counts as its last day."""
    return max(vintages, key=lambda vintage: vintage if len(vintage) > len("2017-04") else f"{vintage}-31")


def joined_sources(sources: Iterable[str]) -> str:
    """The distinct source ids in order of appearance, joined by a semicolon."""
    return "; ".join(dict.fromkeys(part for source in sources for part in source.split("; ")))


@dataclass(frozen=True)
class Provenance:
    """The provenance of a frame's rows, for whoever combines them again and again."""

    vintages: Sequence[str]
    sources: Sequence[str]
    later: Sequence[bool]
    derived: Sequence[bool]

    @classmethod
    def of(cls, rows: pd.DataFrame) -> Provenance:
        """Read the columns `PROVENANCE`."""
        return cls(*(rows[column].tolist() for column in PROVENANCE))

    def combined(self, at: Sequence[int]) -> dict[str, object]:
        """The provenance of one value worked out from the rows at these positions."""
        return {
            "vintage": newest_vintage(self.vintages[index] for index in at),
            "source": joined_sources(self.sources[index] for index in at),
            "later_vintage": any(self.later[index] for index in at),
            "derived": any(self.derived[index] for index in at),
        }


def combined(rows: pd.DataFrame) -> dict[str, object]:
    """The provenance of one value worked out from all of `rows` (columns as `PROVENANCE`)."""
    return Provenance.of(rows).combined(range(len(rows)))


def series_of(*frames: pd.DataFrame) -> tuple[str, ...]:
    """The ids of the published series behind `frames`, each once, in order of appearance.

    Read from `attrs["inputs"]`, which measures set on what they return, or else `attrs["series"]`, which the
    store sets on what it gives.
    """
    found: dict[str, None] = {}
    for frame in frames:
        inputs: Sequence[str] = frame.attrs.get("inputs") or ()
        single = frame.attrs.get("series")
        found.update(dict.fromkeys(inputs or ((single,) if isinstance(single, str) else ())))
    return tuple(found)


def _where(frame: pd.DataFrame, role: str) -> str:
    series = ", ".join(series_of(frame))
    return f"{role} ({series})" if series else role

"""The catalogue's level breaks of a series, as far as the figures known on the edition's date have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from consumer_credit.report.chapter import Chapter
from consumer_credit.report.provenance import shows

EXPLAINED = frozenset({"level_break", "scope_change", "definition_change"})
"""Kinds of which the publisher says that no loan caused them; an unexplained step may have been lending."""


@dataclass(frozen=True)
class LevelBreak:
    """A step of the level: `period` is the first of the new level, `step` its size in money (None where no size
    is published), `note` the catalogue's words in the reader's language.
    """

    period: str
    step: float | None
    note: str


def level_breaks(chapter: Chapter, series_id: str, start: str, end: str) -> Sequence[LevelBreak]:
    """The breaks of a series after the end of year `start`, to the end of year `end`, oldest first."""
    series = chapter.store.catalogue.series[series_id]
    return [
        LevelBreak(
            entry.period,
            None if entry.size is None else series.in_units(entry.size),
            str(getattr(entry.note, chapter.language)),
        )
        for entry in sorted(series.breaks, key=lambda entry: entry.period)
        if entry.kind in EXPLAINED
        and start < entry.period[:4] <= end
        and shows(entry, chapter.vintage_at(series_id, entry.period))
    ]

"""Source lines and notes under figures and tables, derived from the series that went into them, never written
by hand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.locales import Language, labels
from consumer_credit.report.columns import DERIVED_MARK, LATER_MARK
from consumer_credit.report.formats import Formats


@dataclass(frozen=True)
class BreakMark:
    """A break of a series as charts and notes show it: `letter` on the chart, `note` under it."""

    period: str
    letter: str
    note: str


def source_line(
    catalogue: Catalogue, series: Sequence[str], vintages: Mapping[str, str], language: Language
) -> str:
    """'Source: People's Bank of China (household consumer loans); …. Newest vintage used: …'."""
    text, formats = labels(language), Formats(language)
    by_publisher: dict[str, list[str]] = {}
    for series_id in series:
        entry = catalogue.series[series_id]
        titles = by_publisher.setdefault(entry.publisher, [])
        title = getattr(entry.short_title, language)
        if title not in titles:
            titles.append(title)
    joiner, opening, closing = ("; ", " (", ")") if language == "en" else ("；", "（", "）")
    between = ", " if language == "en" else "、"
    parts = [
        f"{getattr(catalogue.publishers[publisher].name, language)}{opening}{between.join(titles)}{closing}"
        for publisher, titles in by_publisher.items()
    ]
    line = text("Source: {publishers}.", publishers=joiner.join(parts))
    if vintages:
        newest = formats.date(max(vintages.values(), key=_sortable))
        line += (" " if language == "en" else "") + text("Newest vintage used: {date}.", date=newest)
    return line


def break_marks(
    catalogue: Catalogue, series: Sequence[str], start: str, end: str, language: Language
) -> list[BreakMark]:
    """The catalogue's breaks of `series` between two periods, lettered in order of time."""
    found = {
        (entry.period, getattr(entry.note, language))
        for series_id in series
        for entry in catalogue.series[series_id].breaks
        if start[:4] <= entry.period[:4] <= end[:4]
    }
    return [BreakMark(period, _letter(index), note) for index, (period, note) in enumerate(sorted(found))]


def notes(
    catalogue: Catalogue,
    series: Sequence[str],
    *,
    marks: Sequence[BreakMark],
    any_derived: bool,
    any_later: bool,
    as_of: str,
    language: Language,
) -> list[str]:
    """The notes under a figure or table: breaks, the catalogue's warnings, derived levels, later vintages."""
    text, formats = labels(language), Formats(language)
    lines = [f"[{mark.letter}] {formats.period(mark.period)}: {mark.note}" for mark in marks]
    for series_id in series:
        entry = catalogue.series[series_id]
        lines += [getattr(warning.note, language) for warning in entry.warnings]
    if any_derived:
        entries = [catalogue.series[series_id] for series_id in series]
        formulas = [
            f"{getattr(entry.title, language)}: {getattr(entry.derived.formula, language)}"
            for entry in entries
            if entry.derived
        ]
        joined = ("; " if language == "en" else "；").join(formulas)
        meaning = text("Hollow marker: not a published level but derived. {formulas}", formulas=joined)
        lines.append(f"{DERIVED_MARK} {meaning.strip()}")
    if any_later:
        lines.append(
            f"{LATER_MARK} "
            + text(
                "Later vintage: of these periods, published by {date}, only later figures are held.",
                date=formats.date(as_of),
            )
        )
    return list(dict.fromkeys(lines))


def _letter(index: int) -> str:
    return chr(ord("a") + index % 26) * (1 + index // 26)


def _sortable(vintage: str) -> str:
    return vintage if len(vintage) > len("2017-04") else f"{vintage}-31"

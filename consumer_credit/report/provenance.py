"""Source lines and notes under figures and tables, derived from the series that went into them, never written
by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import Break
from consumer_credit.data.periods import known_from
from consumer_credit.locales import Language, labels
from consumer_credit.measures.periods import quarter_of
from consumer_credit.report.columns import DERIVED_MARK, LATER_MARK
from consumer_credit.report.formats import Formats

READERS_WARNINGS = frozenset(
    {
        "broader_scope",
        "business_credit_included",
        "comparable_scope_growth",
        "currency_scope",
        "lower_bound",
        "not_comparable",
        "not_official",
    }
)
"""Warnings that change how a figure is to be read; the others are for those who work on the data."""

_NAMED_ONE_BY_ONE = 6
"""The same series of more economies than these is named once, with their number."""

_COLON: dict[Language, str] = {"en": ": ", "zh": "："}
_SEMICOLON: dict[Language, str] = {"en": "; ", "zh": "；"}


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
    for ids in _families(series):
        entry = catalogue.series[ids[0]]
        titles = by_publisher.setdefault(entry.publisher, [])
        title = _family_title(catalogue, ids, getattr(entry.short_title, language), language)
        if title not in titles:
            titles.append(title)
    if not by_publisher:
        return ""
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
    catalogue: Catalogue,
    series: Sequence[str],
    start: str,
    end: str,
    language: Language,
    *,
    vintage_at: Callable[[str, str], str | None],
    also: Sequence[tuple[str, str]] = (),
) -> list[BreakMark]:
    """The level breaks in `series` between two periods, lettered in order of time.

    A break that came with a revision is marked only where the figures shown are of that revision: those known
    before it do not have the step. Flows of a break's size are no breaks.

    Args:
        vintage_at: the vintage of the first figure shown of a series (its id) at or after a period; None when
            there is none.
        also: periods and notes of breaks that are in no single series, such as the change from one definition
            to the next.
    """
    found = set(also)
    for series_id in series:
        for entry in catalogue.series[series_id].breaks:
            if start[:4] <= entry.period[:4] <= end[:4] and shows(entry, vintage_at(series_id, entry.period)):
                found.add((entry.period, getattr(entry.note, language)))
    # one break in a monthly and in a quarterly series is one mark
    marks = {(quarter_of(period), note): (period, note) for period, note in sorted(found, reverse=True)}
    lettered = enumerate(sorted(marks.values()))
    return [BreakMark(period, _letter(index), note) for index, (period, note) in lettered]


def shows(entry: Break, vintage: str | None) -> bool:
    """Whether a figure of `vintage` has the step that the catalogue describes in `entry`."""
    if entry.kind == "large_flow" or vintage is None:
        return False
    return entry.since is None or known_from(vintage) >= known_from(entry.since)


def notes(
    catalogue: Catalogue,
    used: Mapping[str, Sequence[str]],
    *,
    marks: Sequence[BreakMark],
    any_later: bool,
    as_of: str,
    language: Language,
) -> list[str]:
    """The notes under a figure or table: breaks, the catalogue's warnings, derived levels, later vintages.

    Args:
        used: the periods shown of each series that went in.
        marks: breaks drawn on the chart.
        any_later: a row is shown from a vintage later than `as_of`.
    """
    text, formats = labels(language), Formats(language)
    lines = [f"[{mark.letter}] {formats.period(mark.period)}{_COLON[language]}{mark.note}" for mark in marks]
    formulas = []
    for series_id, periods in used.items():
        entry = catalogue.series[series_id]
        lines += [
            getattr(warning.note, language)
            for warning in entry.warnings
            if warning.kind in READERS_WARNINGS and _applies(warning.periods, periods)
        ]
        if entry.derived:
            formula = getattr(entry.derived.formula, language)
            formulas.append(f"{getattr(entry.title, language)}{_COLON[language]}{formula}")
    if formulas:
        joined = _SEMICOLON[language].join(formulas) + ("." if language == "en" else "。")
        lines.append(f"{DERIVED_MARK} {text('Derived, not published. {formulas}', formulas=joined)}")
    if any_later:
        later = text(
            "Published by {date}, but only figures of a later vintage are held.", date=formats.date(as_of)
        )
        lines.append(f"{LATER_MARK} {later}")
    return list(dict.fromkeys(lines))


def _applies(warning_periods: str, shown: Sequence[str]) -> bool:
    """Whether a warning about `first..last`, one period, or all (empty) concerns a period that is shown."""
    if not warning_periods:
        return True
    first, _, last = warning_periods.partition("..")
    return any(first <= period <= (last or first) for period in shown)


def _letter(index: int) -> str:
    return chr(ord("a") + index % 26) * (1 + index // 26)


def _sortable(vintage: str) -> str:
    return vintage if len(vintage) > len("2017-04") else f"{vintage}-31"


def economy_name(catalogue: Catalogue, code: str, language: Language) -> str:
    """The name of an economy by its ISO 3166 alpha-3 code; the code when the catalogue lacks it."""
    named = {economy.iso3: economy.name for economy in catalogue.economies.values()}
    return str(getattr(named[code], language)) if code in named else code


def source_entries(
    catalogue: Catalogue, vintages: Mapping[str, str], language: Language
) -> list[dict[str, str]]:
    """What readers may know of each series that went in, for the page's *Sources & method*.

    Args:
        vintages: the newest vintage used of each series, by id.

    Returns:
        One entry a series, or one for the same series of many economies: `id`, `title`, `definition`,
        `formula` (of derived ones), `publisher`, `vintage`, `licence`, `url`.
    """
    text, formats = labels(language), Formats(language)
    entries = []
    for ids in _families(list(vintages)):
        series_id, vintage = ids[0], max((vintages[member] for member in ids), key=_sortable)
        series = catalogue.series[series_id]
        publisher = catalogue.publishers[series.publisher]
        licence = series.licence or publisher.licence
        derived = series.derived
        formula = text("Derived: {formula}", formula=getattr(derived.formula, language)) if derived else ""
        entries.append(
            {
                "id": series_id if len(ids) == 1 else f"*.{_measure(series_id)}",
                "title": _family_title(catalogue, ids, getattr(series.title, language), language),
                "definition": getattr(series.definition, language),
                "formula": formula,
                "publisher": getattr(publisher.name, language),
                "vintage": formats.date(vintage),
                "licence": getattr(licence.name, language),
                "url": series.url,
            }
        )
    return entries


def short_titles(catalogue: Catalogue, series: Sequence[str], language: Language) -> list[str]:
    """The short titles of series, each once; the same series of many economies once with their number."""
    titles = [
        _family_title(catalogue, ids, str(getattr(catalogue.series[ids[0]].short_title, language)), language)
        for ids in _families(series)
    ]
    return list(dict.fromkeys(titles))


def _families(series: Sequence[str]) -> list[list[str]]:
    """Series ids in order, one by one, but the same series of more than a handful of economies together."""
    by_measure: dict[str, list[str]] = {}
    for series_id in dict.fromkeys(series):
        by_measure.setdefault(_measure(series_id), []).append(series_id)
    groups: dict[str, list[str]] = {}
    for series_id in dict.fromkeys(series):
        family = by_measure[_measure(series_id)]
        many = len(family) > _NAMED_ONE_BY_ONE
        groups.setdefault(_measure(series_id) if many else series_id, family if many else [series_id])
    return list(groups.values())


def _measure(series_id: str) -> str:
    """What a series measures, whichever the economy: `household_credit.pct_gdp` of cn.household_credit.pct_gdp."""
    return series_id.partition(".")[2]


def _family_title(catalogue: Catalogue, ids: Sequence[str], title: str, language: Language) -> str:
    """The title of one series; of many, without the economy's name and with their number."""
    if len(ids) == 1:
        return title
    economy = catalogue.economies.get(ids[0].partition(".")[0])
    name = getattr(economy.name, language) if economy else ""
    shared = title.removeprefix(name).lstrip(",: ")
    return labels(language)("{title}, {count} economies", title=shared, count=len(ids))

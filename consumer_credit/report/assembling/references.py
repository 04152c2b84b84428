"""What the report cites: works and press reports as prose names them, and the published data behind its exhibits.

Nothing here is written by hand: works come from `data/references.yaml`, reports from the sources of claims and
forecasts, data from the catalogue's entries of the series shown. Listed is what is cited or shown, and no more.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.periods import known_from
from consumer_credit.ledger.claims import ClaimSource, load_sources, read_model
from consumer_credit.ledger.forecasts import load_forecast_sources
from consumer_credit.ledger.words import Bilingual
from consumer_credit.locales import Language, labels
from consumer_credit.report.formats import Formats
from consumer_credit.report.provenance import short_titles

PREFIX = "ref-"
_CITED = re.compile(rf"\]\(#{PREFIX}([a-z0-9-]+)\)")


class Work(BaseModel):
    """A work as a list of references prints it; `short` is the author as prose names him."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    author: Bilingual
    short: Bilingual
    date: str | None
    title: Bilingual
    part: Bilingual | None = None
    address: str = ""


class WorksFile(BaseModel):
    """`data/references.yaml`."""

    model_config = ConfigDict(extra="forbid")

    references: list[Work]


@dataclass(frozen=True)
class Literature:
    """Every work that prose may cite, by id, and the ids that belong together ('claims', 'forecasts')."""

    works: Mapping[str, Work] = field(default_factory=dict)
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls, data: Path, as_of: str = "latest") -> Literature:
        """Read what the project holds.

        Args:
            data: the project's `data/`; a file that it lacks counts as empty.
            as_of: the edition's date; what was published after it belongs to no group.

        Raises:
            DataError: a file is malformed.
        """
        works: dict[str, Work] = {}
        groups: dict[str, tuple[str, ...]] = {}
        for group, load in (("claims", load_sources), ("forecasts", load_forecast_sources)):
            file = data / f"{group}.yaml"
            sources = load(file) if file.is_file() else {}
            works |= {source.id: _work_of(source) for source in sources.values()}
            groups[group] = tuple(source.id for source in sources.values() if _known(source, as_of))
        file = data / "references.yaml"
        if file.is_file():
            works |= {work.id: work for work in read_model(file, WorksFile, lists=("references",)).references}
        return cls(works, groups)

    def citations(self, language: Language) -> dict[str, str]:
        """The Markdown that cites each work: '[Efron, 1979](#ref-efron-1979)'."""
        return {id_: f"[{words}](#{PREFIX}{id_})" for id_, words in self._words(language).items()}

    def cited(self, prose: Iterable[str], language: Language) -> list[dict[str, str]]:
        """The entries of what `prose` cites, in alphabetical order of the authors (Chinese ones by pinyin)."""
        ids = {id_ for passage in prose for id_ in _CITED.findall(passage)} & set(self.works)
        return [self._entry(self.works[id_], language) for id_ in sorted(ids, key=self._order(language))]

    def _order(self, language: Language) -> Any:
        def key(id_: str) -> tuple[bytes, str]:
            author = self.works[id_].author.in_language(language)
            return author.casefold().encode("gb18030"), self.works[
                id_
            ].date or ""  # its first hanzi go by pinyin

        return key

    def _words(self, language: Language) -> dict[str, str]:
        """Author and year; a letter tells apart what the same author published in one year."""
        comma = labels(language)(", ") if language == "en" else "，"
        plain = {
            id_: work.short.in_language(language) + comma + _year(work.date, language)
            for id_, work in sorted(self.works.items(), key=lambda item: item[1].date or "")
        }
        several, seen = Counter(plain.values()), Counter[str]()
        for id_, words in plain.items():
            if several[words] > 1:
                plain[id_] = words + "abcdefghij"[seen[words]]
                seen[words] += 1
        return plain

    def _entry(self, work: Work, language: Language) -> dict[str, str]:
        author, title = work.author.in_language(language), work.title.in_language(language)
        year = self._words(language)[work.id].removeprefix(work.short.in_language(language)).strip(",， ")
        part = work.part.in_language(language) if work.part else ""
        english = language == "en"
        return {
            "id": f"{PREFIX}{work.id}",
            "before": f"{author} ({year}): " if english else f"{author}（{year}）：",
            "title": title,
            "after": (f". {part}." if english else f"。{part}。") if part else ("." if english else "。"),
            "address": work.address,
        }


def data_references(
    catalogue: Catalogue, vintages: Mapping[str, str], language: Language
) -> list[dict[str, str]]:
    """The publications of figures behind the exhibits: one entry for each address, ordered by publisher.

    Args:
        vintages: series id → newest vintage shown.
    """
    text, formats = labels(language), Formats(language)
    together: dict[tuple[str, str], list[str]] = {}
    for series_id in vintages:
        series = catalogue.series[series_id]
        name = str(getattr(catalogue.publishers[series.publisher].name, language))
        together.setdefault((name, series.url), []).append(series_id)
    entries = []
    for (name, url), ids in sorted(
        together.items(), key=lambda item: item[0][0].casefold().encode("gb18030")
    ):
        newest = formats.date(max((vintages[i] for i in ids), key=known_from))
        titles = short_titles(catalogue, ids, language)
        shown = (", " if language == "en" else "、").join(titles)
        used = text("Newest vintage used: {date}.", date=newest)
        entries.append(
            {
                "id": "",
                "before": name + (": " if language == "en" else "："),
                "title": shown[:1].upper() + shown[1:],
                "after": f". {used}" if language == "en" else f"。{used}",
                "address": url,
            }
        )
    return entries


def reference_list(
    cited: Sequence[Mapping[str, str]], data: Sequence[Mapping[str, str]], language: Language
) -> list[dict[str, Any]]:
    """The groups under References: works cited, data used; without those that are empty."""
    text = labels(language)
    groups = ((text("Works and press reports"), cited), (text("Published data"), data))
    return [{"title": title, "entries": list(entries)} for title, entries in groups if entries]


def _work_of(source: ClaimSource) -> Work:
    return Work(
        id=source.id,
        author=source.publisher,
        short=source.publisher,
        date=source.date,
        title=source.title,
        address=source.address,
    )


def _known(source: ClaimSource, as_of: str) -> bool:
    return as_of == "latest" or source.date is None or known_from(source.date) <= known_from(as_of)


def _year(date: str | None, language: Language) -> str:
    return date[:4] if date else labels(language)("n.d.")

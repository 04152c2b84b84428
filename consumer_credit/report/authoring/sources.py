"""The chapters as editors wrote them: which cell is in which language, which is a caption, and how figures
are numbered.

Numbers come from the notebooks of the whole report, so that a draft of one chapter numbers its figures as the
report does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from consumer_credit.errors import UsageError
from consumer_credit.locales import LANGUAGES, Language, labels
from consumer_credit.report.authoring.captions import Caption, parse_caption
from consumer_credit.report.authoring.notebooks import INJECTED_TAG, tags

CAPTION_TAG = "caption"
EQUATION_LABEL = re.compile(r"\\label\{(eq-[a-z0-9-]+)\}")
_FILLED = re.compile(r"\{%|\{\{(?!\s*(?:ref|cite)\()")


def language_of(cell: Any, *, where: str) -> Language:
    """The language a Markdown cell is tagged with.

    Raises:
        UsageError: none, or both.
    """
    found = [language for language in LANGUAGES if language in tags(cell)]
    if len(found) != 1:
        raise UsageError(
            "a Markdown cell needs exactly one language tag",
            where=where,
            remedy="tag it 'en' or 'zh' (property inspector, gear icon)",
        )
    return found[0]


def placed(file_name: str, cells: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Each cell after where it stands, as an editor counts in the source: 'notebooks/01_china.ipynb, cell 7'."""
    number = 0
    for cell in cells:
        number += INJECTED_TAG not in tags(cell)
        yield f"notebooks/{file_name}, cell {number}", cell


def check_pairs(file_name: str, cells: Sequence[Any]) -> None:
    """Hold a chapter to its form: Markdown cells stand in pairs, English then Chinese, captions of the same
    figure.

    Raises:
        UsageError: naming the first cell that does not.
    """
    waiting: tuple[str, Caption | None] | None = None
    for where, cell in placed(file_name, cells):
        if cell["cell_type"] != "markdown":
            if waiting is not None:
                raise _unpaired(waiting[0])
            continue
        language = language_of(cell, where=where)
        caption = parse_caption(cell["source"], where=where) if CAPTION_TAG in tags(cell) else None
        if language == "en":
            if waiting is not None:
                raise _unpaired(waiting[0])
            waiting = (where, caption)
        elif waiting is None:
            raise UsageError(
                "a Chinese cell without its English one before it",
                where=where,
                remedy="put the pair side by side, English first",
            )
        else:
            partner = waiting[1]
            if (partner.id if partner else None) != (caption.id if caption else None):
                raise UsageError(
                    "the pair of captions names two different figures",
                    where=where,
                    remedy="give both the same id",
                )
            waiting = None
    if waiting is not None:
        raise _unpaired(waiting[0])


def _unpaired(where: str) -> UsageError:
    return UsageError(
        "an English cell without its Chinese one after it",
        where=where,
        remedy="add the cell tagged 'zh' right below",
    )


@dataclass(frozen=True)
class Numbering:
    """The number of every figure, table and equation of the report, by id."""

    numbers: dict[str, int]

    @classmethod
    def of(cls, notebooks: Sequence[tuple[str, Sequence[Any]]]) -> Numbering:
        """Number figures, tables and equations through, in reading order.

        Args:
            notebooks: (file name, cells) of every chapter of the report.

        Raises:
            UsageError: a caption cannot be read, or two figures share an id.
        """
        numbers: dict[str, int] = {}
        counts = {"fig": 0, "tbl": 0, "eq-": 0}
        for file_name, cells in notebooks:
            for where, cell in placed(file_name, cells):
                if cell["cell_type"] != "markdown" or "en" not in tags(cell):
                    continue
                if CAPTION_TAG in tags(cell):
                    found = [parse_caption(cell["source"], where=where).id]
                else:
                    found = equations(cell["source"], where=where)
                for item_id in found:
                    if item_id in numbers:
                        raise UsageError(
                            f"the id '{item_id}' stands twice in the report",
                            where=where,
                            remedy="choose another id",
                        )
                    counts[item_id[:3]] += 1
                    numbers[item_id] = counts[item_id[:3]]
        return cls(numbers)

    @property
    def equations(self) -> dict[str, int]:
        """The numbers of the equations alone."""
        return {item_id: number for item_id, number in self.numbers.items() if item_id.startswith("eq-")}

    def references(self, language: Language, present: Sequence[str]) -> dict[str, str]:
        """The Markdown for a reference to each: a link where it is present, else plain words."""
        links = {}
        for item_id in self.numbers:
            words = self.words(item_id, language)
            links[item_id] = f"[{words}](#{item_id})" if item_id in present else words
        return links

    def words(self, item_id: str, language: Language) -> str:
        """How prose calls it: 'Figure 3', '表2'."""
        label = {"fig": "Figure {number}", "tbl": "Table {number}"}.get(item_id[:3], "Equation {number}")
        return labels(language)(label, number=self.numbers[item_id])


def equations(source: str, *, where: str) -> list[str]:
    """The ids of the equations that a passage numbers: those with a `\\label{eq-…}`.

    Raises:
        UsageError: a value is filled in beside them: were it missing, the passage would give way to a sentence,
            and references to its equations would lead nowhere.
    """
    found = EQUATION_LABEL.findall(source)
    if found and _FILLED.search(source):
        raise UsageError(
            f"equation '{found[0]}' shares its cell with values",
            where=where,
            remedy="give the equation a pair of cells of its own; references to figures may stand with it",
        )
    return found

"""From executed chapters to one notebook a language: what the exporters render.

The other language's cells are dropped, placeholders filled, figures and tables numbered through, and captions
moved into the outputs they describe (docs/architecture.md, *The assembled edition*).
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import nbformat
from nbformat import NotebookNode

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.periods import known_from
from consumer_credit.errors import RenderError
from consumer_credit.locales import Language
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.assembling.captioned import CaptionedChapter, PublishedFigure, outputs_of
from consumer_credit.report.assembling.front_matter import front_matter
from consumer_credit.report.assembling.prose import Prose
from consumer_credit.report.assembling.references import Literature, data_references, reference_list
from consumer_credit.report.authoring.captions import Caption, parse_caption
from consumer_credit.report.authoring.editions import Edition
from consumer_credit.report.authoring.notebooks import INJECTED_TAG, PARAMETERS_TAG, read_notebook, tags
from consumer_credit.report.authoring.sources import (
    CAPTION_TAG,
    EQUATION_LABEL,
    Numbering,
    check_pairs,
    placed,
)
from consumer_credit.report.chapter import FIGURE_MIME, TABLE_MIME
from consumer_credit.report.provenance import economy_name
from consumer_credit.report.values import VALUES_MIME, RecordedValue


@dataclass(frozen=True)
class Assembled:
    """One edition in one language: `notebook` for the exporters, and what is published beside the page."""

    notebook: NotebookNode
    results: list[dict[str, Any]]
    figures: dict[str, PublishedFigure]
    tables: dict[str, str]
    chapters: dict[str, NotebookNode]


def assemble(
    project: Project,
    edition: Edition,
    executed: Sequence[tuple[ChapterFile, NotebookNode]],
    language: Language,
) -> Assembled:
    """Put the executed chapters together for readers of one language.

    Args:
        executed: the chapters in reading order, each executed in that language.

    Raises:
        UsageError: a chapter's cells are not in order (language tags, pairs, captions).
        RenderError: a placeholder, reference, caption or result does not fit; the message names the cell.
    """
    for file, notebook in executed:
        check_pairs(file.path.name, notebook.cells)
    values = parameter_values(edition) | collect_values(executed)
    at_hand = {file.path: notebook for file, notebook in executed}
    notebooks = [(file, at_hand.get(file.path) or read_notebook(file.path)) for file in project.chapters()]
    numbering = Numbering.of([(file.path.name, notebook.cells) for file, notebook in notebooks])
    present = [item for _, notebook in executed for item in _published_ids(notebook)]
    present += [item for _, notebook in executed for item in _equation_ids(notebook)]
    catalogue = Catalogue.load(project.data)
    literature = Literature.load(project.data, str(edition.parameters.as_of))
    prose = Prose(
        language=language,
        values=values,
        references=numbering.references(language, present),
        title_of=lambda series: str(getattr(catalogue.series[series].title, language)),
        economy_name=lambda code: economy_name(catalogue, code, language),
        citations=literature.citations(language),
        cited_together=literature.groups,
    )
    chapters = {file.id: _in_language(file, notebook, prose, language) for file, notebook in executed}
    figures: dict[str, PublishedFigure] = {}
    tables: dict[str, str] = {}
    cells: list[Any] = []
    for file, notebook in executed:
        captions = _captions(file, notebook, prose, language)
        described = CaptionedChapter(file, captions, numbering, prose)
        belonging = [cell for cell in chapters[file.id].cells if _belongs_to_the_report(cell)]
        cells += [shown for cell in belonging for shown in described.cells(cell)]
        described.refuse_unused_captions()
        figures |= described.figures
        tables |= described.tables
    assembled = nbformat.v4.new_notebook(cells=_named_apart(cells))  # type: ignore[no-untyped-call]
    assembled.metadata.consumer_credit = front_matter(
        edition, values, [(f, chapters[f.id]) for f, _ in executed], language
    )
    assembled.metadata.consumer_credit |= {
        "equations": numbering.equations,
        "references": reference_list(
            literature.cited((cell["source"] for cell in cells if cell["cell_type"] == "markdown"), language),
            data_references(catalogue, _vintages_shown(executed), language),
            language,
        ),
    }
    assembled.metadata.title = assembled.metadata.consumer_credit["title"]
    order = {file.id: index for index, (file, _) in enumerate(executed)}
    ordered = sorted(values.values(), key=lambda value: (order.get(value.chapter, len(order)), value.name))
    return Assembled(assembled, [value.as_json() for value in ordered], figures, tables, chapters)


def collect_values(executed: Sequence[tuple[ChapterFile, NotebookNode]]) -> dict[str, RecordedValue]:
    """Every value the chapters recorded, by name.

    Raises:
        RenderError: two chapters recorded different values under one name.
    """
    values: dict[str, RecordedValue] = {}
    for file, notebook in executed:
        for where, cell in placed(file.path.name, notebook.cells):
            for output in outputs_of(cell, VALUES_MIME):
                value = RecordedValue.from_json(output["data"][VALUES_MIME])
                first = values.setdefault(value.name, value)
                if replace(value, chapter=first.chapter) != first:
                    raise RenderError(
                        f"'{value.name}' differs from what chapter '{first.chapter}' recorded",
                        where=where,
                        remedy="choose another name",
                    )
    return values


def parameter_values(edition: Edition) -> dict[str, RecordedValue]:
    """The edition's parameters as values, so that prose can name them: `{{ base_year | end_of }}`."""
    found = {}
    for name, value in edition.parameters.model_dump(mode="json").items():
        written = value if isinstance(value, int | float) and not isinstance(value, bool) else str(value)
        unit = "id" if isinstance(written, str) else "year" if name.endswith("_year") else "number"
        found[name] = RecordedValue("edition", name, written, unit, formula="parameter of the edition")
    return found


def _published_ids(notebook: NotebookNode) -> list[str]:
    return [
        o["data"][m]["id"]
        for cell in notebook.cells
        for m in (FIGURE_MIME, TABLE_MIME)
        for o in outputs_of(cell, m)
    ]


def _vintages_shown(executed: Sequence[tuple[ChapterFile, NotebookNode]]) -> dict[str, str]:
    """The newest vintage of each series behind a figure or table."""
    newest: dict[str, str] = {}
    for _, notebook in executed:
        for cell in notebook.cells:
            for mime in (FIGURE_MIME, TABLE_MIME):
                for output in outputs_of(cell, mime):
                    for series, vintage in (output["data"][mime].get("vintages") or {}).items():
                        newest[series] = max(newest.get(series, vintage), vintage, key=known_from)
    return newest


def _equation_ids(notebook: NotebookNode) -> list[str]:
    prose = (cell["source"] for cell in notebook.cells if cell["cell_type"] == "markdown")
    return [item for source in prose for item in EQUATION_LABEL.findall(source)]


def _in_language(file: ChapterFile, notebook: NotebookNode, prose: Prose, language: Language) -> NotebookNode:
    """The executed chapter as it is published: its own language's prose, filled."""
    cells = []
    for where, cell in placed(file.path.name, notebook.cells):
        if cell["cell_type"] == "markdown" and language not in tags(cell):
            continue
        kept = copy.copy(cell)
        if cell["cell_type"] == "markdown":
            fill = _filled_caption_source if CAPTION_TAG in tags(cell) else Prose.fill
            kept["source"] = fill(prose, cell["source"], where=f"{where} ({language})")
        cells.append(kept)
    result = copy.copy(notebook)
    result["cells"] = cells
    return result


def _filled_caption_source(prose: Prose, source: str, *, where: str) -> str:
    """Each line of a caption by itself, so that one missing value does not take the whole caption with it."""
    lines = []
    for line in source.strip().splitlines():
        key, separator, text = line.partition(":** ")
        lines.append(
            key + separator + prose.fill(text, where=where).strip()
            if separator
            else prose.fill(line, where=where)
        )
    return "\n".join(lines)


def _named_apart(cells: Sequence[Any]) -> list[Any]:
    """The cells, those with an id that one before them has under another: a chapter may be a copy of another."""
    taken: set[str] = set()
    result = []
    for cell in cells:
        named, number = copy.copy(cell), 1
        while named["id"] in taken:
            number += 1
            named["id"] = f"{cell['id'][:56]}-{number}"
        taken.add(named["id"])
        result.append(named)
    return result


def _belongs_to_the_report(cell: Any) -> bool:
    """Parameters are printed as a table of the edition, captions move into what they describe."""
    return not {PARAMETERS_TAG, INJECTED_TAG, CAPTION_TAG} & set(tags(cell))


def _captions(
    file: ChapterFile, notebook: NotebookNode, prose: Prose, language: Language
) -> Mapping[str, Caption]:
    found = {}
    for standing, cell in placed(file.path.name, notebook.cells):
        if CAPTION_TAG not in tags(cell) or language not in tags(cell):
            continue
        where = f"{standing} ({language})"
        raw = parse_caption(cell["source"], where=where)

        def filled(text: str, where: str = where) -> str:
            return prose.fill(text, where=where).strip().strip("*") if text else ""

        found[raw.id] = Caption(
            raw.id, filled(raw.title), filled(raw.subtitle), filled(raw.alt), [filled(n) for n in raw.notes]
        )
    return found

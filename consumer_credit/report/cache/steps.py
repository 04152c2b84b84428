"""The steps of a build with the cache around them: what was made from the same ingredients is taken from it.

Each step may be called from several threads at once. Only what was made without an error, from files that did not
change meanwhile, is kept.
"""

from __future__ import annotations

import copy
import json
import os
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.locales import LANGUAGE_NAMES, Language
from consumer_credit.parameters import Parameters
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.authoring.notebooks import INJECTED_TAG, tags
from consumer_credit.report.cache.drawings import Drawings, keep_new
from consumer_credit.report.cache.entries import Entries, entries_of
from consumer_credit.report.cache.ingredients import (
    Present,
    chapter_ingredients,
    data_ingredients,
    key_of,
    rendering_ingredients,
    results_by_name,
    shared_ingredients,
)
from consumer_credit.report.cache.lookup import Lookup, Made
from consumer_credit.report.cache.results import Results, keep_new_results
from consumer_credit.report.cache.stamps import Moment
from consumer_credit.report.kernels.execution import ExecutedChapter, ExecutionSettings
from consumer_credit.report.steps import FORMATS, Renderer, Rendering, Steps
from consumer_credit.report.temporary import temporary_folder

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.authoring.editions import Edition


class CachedSteps:
    """The cache of one build: `CachedSteps(project, steps).steps()` are the steps with the cache around them."""

    def __init__(
        self, project: Project, steps: Steps, entries: Entries | None = None, present: Present | None = None
    ) -> None:
        """Take note of the project as it is now; `present`: where that has been done."""
        self.own, self.entries = steps, entries or entries_of(project)
        self.present = present or Present(project)
        self.lookup = Lookup(self.entries, self.present)

    def steps(self) -> Steps:
        """The steps to build with."""
        return Steps(
            check_data=self.check_data,
            execute=self.execute,
            assemble=self.own.assemble,
            render={kind: partial(self.render, kind, step) for kind, step in self.own.render.items()},
            export=None if self.own.export is None else self.export,
        )

    def check_data(self, project: Project) -> None:
        """Hold the data to their checks, unless the same data have passed the same checks.

        Raises:
            DataError: one of them fails.
        """
        made = Made("checks of the data", data_ingredients(self.present, step="checks"))
        if self.lookup.found(made) is None:
            self.own.check_data(project)
            self.lookup.keep(made, {})

    def execute(
        self,
        project: Project,
        chapter: ChapterFile,
        notebook: NotebookNode,
        parameters: Parameters,
        language: Language,
        *,
        settings: ExecutionSettings | None = None,
        results: Path | None = None,
        **options: Any,
    ) -> ExecutedChapter:
        """Run a chapter, unless the same code has run with the same parameters, data and library.

        Raises:
            ReportError: as `execution.execute_chapter`.
        """
        name = f"{chapter.number:02d} {chapter.id}, {LANGUAGE_NAMES[language]}"
        ingredients = chapter_ingredients(
            self.present,
            chapter.path.name,
            notebook,
            parameters,
            language=language,
        )
        made = Made(name, ingredients, handed=results_by_name(results))
        entry = self.lookup.found(made)
        if entry is not None:
            kept = _notebook(entry.files["notebook"])
            return ExecutedChapter(chapter, language, with_outputs(notebook, kept), 0.0, reused=True)
        with temporary_folder("reads") as folder:
            record, drawn, worked_out = folder / "reads", folder / "drawings", folder / "results"
            basis = key_of(self.present.source | self.present.common)
            drawings = Drawings(str(self.entries.folder), str(drawn), basis)
            results_kept = Results(
                str(self.entries.folder),
                str(worked_out),
                data=os.path.realpath(project.data),
                basis=key_of(shared_ingredients(self.present, ingredients)),
            )
            settings = replace(
                settings or ExecutionSettings(), reads=record, drawings=drawings, kept=results_kept
            )
            began = Moment.now()
            executed = self.own.execute(
                project,
                chapter,
                notebook,
                parameters,
                language,
                settings=settings,
                results=results,
                **options,
            )
            made.reads = self.lookup.recorded(record)
            if made.reads is None:
                self.lookup.all_kept = False
            else:
                content = json.dumps(executed.notebook, ensure_ascii=False).encode("utf-8")
                if self.lookup.keep(made, {"notebook": content}, began):
                    keep_new(self.entries, drawn)
                    keep_new_results(self.entries, worked_out)
        return executed

    def render(self, kind: str, step: Renderer, notebook: NotebookNode, around: Rendering) -> bytes:
        """Render an edition, unless the same has been rendered with the same templates and library.

        Raises:
            ReportError: as the renderer.
        """
        ingredients = rendering_ingredients(self.present, kind, notebook, around)
        made = Made(f"{around.language}/{FORMATS[kind]}", ingredients)
        entry = self.lookup.found(made)
        if entry is not None:
            return entry.files[kind]
        content = step(notebook, around)
        self.lookup.keep(made, {kind: content})
        return content

    def export(self, project: Project, edition: Edition, folder: Path) -> None:
        """Write the data bundle, unless the same has been written from the same data.

        Raises:
            DataError: as the exporter.
        """
        parameters = edition.parameters
        known = {"as_of": str(parameters.as_of), "strict": str(parameters.strict_vintages)}
        made = Made("data bundle", data_ingredients(self.present, step="bundle", **known))
        entry = self.lookup.found(made)
        if entry is not None:
            for name, content in entry.files.items():
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            return
        assert self.own.export is not None
        self.own.export(project, edition, folder)
        files = {
            p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()
        }
        self.lookup.keep(made, files)


def with_outputs(notebook: NotebookNode, executed: NotebookNode) -> NotebookNode:
    """The notebook as it would be after running: its own prose, and the code of an earlier run of the same code."""
    ran = iter([cell for cell in executed.cells if cell["cell_type"] != "markdown"])
    cells: list[Any] = []
    for cell in notebook.cells:
        if cell["cell_type"] == "markdown":
            cells.append(_as_published(cell))
            continue
        kept = next(ran)
        if INJECTED_TAG in tags(kept):
            cells.append(kept)
            kept = next(ran)
        kept["id"] = cell["id"]
        cells.append(kept)
    executed["cells"] = [*cells, *ran]
    return executed


def _as_published(prose: Any) -> Any:
    """A cell of prose as `report.kernels.execution` leaves it."""
    cell = copy.deepcopy(prose)
    if not tags(cell):
        cell["metadata"].pop("tags", None)
    return cell


def _notebook(content: bytes) -> NotebookNode:
    import nbformat  # noqa: PLC0415  (slow to import)

    found: NotebookNode = nbformat.from_dict(json.loads(content))  # type: ignore[no-untyped-call]
    return found

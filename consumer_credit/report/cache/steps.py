"""The steps of a build with the cache around them: what was made from the same ingredients is taken from it.

Each step may be called from several threads at once. Only what was made without an error, from files that did not
change meanwhile, is kept.
"""

from __future__ import annotations

import copy
import json
import os
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.locales import LANGUAGE_NAMES, Language
from consumer_credit.parameters import Parameters
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.authoring.notebooks import INJECTED_TAG, tags
from consumer_credit.report.cache.drawings import Drawings, keep_new
from consumer_credit.report.cache.entries import Entries, entries_of
from consumer_credit.report.cache.explaining import Decision, reasons
from consumer_credit.report.cache.ingredients import (
    Ingredients,
    Present,
    Read,
    chapter_ingredients,
    data_ingredients,
    key_of,
    rendering_ingredients,
    results_by_name,
    shared_ingredients,
)
from consumer_credit.report.cache.results import Results, keep_new_results
from consumer_credit.report.cache.sealed import Entry
from consumer_credit.report.cache.stamps import ABSENT, Moment, digest_of
from consumer_credit.report.kernels.execution import ExecutedChapter, ExecutionSettings
from consumer_credit.report.steps import FORMATS, Renderer, Rendering, Steps
from consumer_credit.report.temporary import temporary_folder

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.authoring.editions import Edition

VARIANTS = 12
"""How many entries of one key are looked at: runs of the same code on different data."""


class CachedSteps:
    """The cache of one build: `CachedSteps(project, steps).steps()` are the steps with the cache around them."""

    def __init__(
        self, project: Project, steps: Steps, entries: Entries | None = None, present: Present | None = None
    ) -> None:
        """Take note of the project as it is now; `present`: where that has been done."""
        self.own, self.entries = steps, entries or entries_of(project)
        self.present = present or Present(project)
        self.decisions: list[Decision] = []
        self.reads: set[Read] = set()
        self.all_kept = True
        self._lock = threading.Lock()

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
        made = _Made("checks of the data", data_ingredients(self.present, step="checks"))
        if self._found(made) is None:
            self.own.check_data(project)
            self._keep(made, {})

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
        made = _Made(name, ingredients, handed=results_by_name(results))
        entry = self._found(made)
        if entry is not None:
            kept = _notebook(entry.files["notebook"])
            return ExecutedChapter(chapter, language, with_outputs(notebook, kept), 0.0)
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
            made.reads = self._recorded(record)
            if made.reads is None:
                self.all_kept = False
            else:
                content = json.dumps(executed.notebook, ensure_ascii=False).encode("utf-8")
                if self._keep(made, {"notebook": content}, began):
                    keep_new(self.entries, drawn)
                    keep_new_results(self.entries, worked_out)
        return executed

    def render(self, kind: str, step: Renderer, notebook: NotebookNode, around: Rendering) -> bytes:
        """Render an edition, unless the same has been rendered with the same templates and library.

        Raises:
            ReportError: as the renderer.
        """
        ingredients = rendering_ingredients(self.present, kind, notebook, around)
        made = _Made(f"{around.language}/{FORMATS[kind]}", ingredients)
        entry = self._found(made)
        if entry is not None:
            return entry.files[kind]
        content = step(notebook, around)
        self._keep(made, {kind: content})
        return content

    def export(self, project: Project, edition: Edition, folder: Path) -> None:
        """Write the data bundle, unless the same has been written from the same data.

        Raises:
            DataError: as the exporter.
        """
        parameters = edition.parameters
        known = {"as_of": str(parameters.as_of), "strict": str(parameters.strict_vintages)}
        made = _Made("data bundle", data_ingredients(self.present, step="bundle", **known))
        entry = self._found(made)
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
        self._keep(made, files)

    def _found(self, made: _Made) -> Entry | None:
        """What was kept of it, when all that it read is as it was then; the decision is noted."""
        for _, entry in zip(range(VARIANTS), self.entries.find(made.key), strict=False):
            if all(self._of(made, read) == digest for read, digest in reads_of(entry)):
                self.entries.used(made.key, entry)
                self._decide(made, [read for read, _ in reads_of(entry)], [])
                return entry
        before = self._last(made)
        self._decide(made, [], reasons(before, self._now(made, before)))
        return None

    def _decide(self, made: _Made, reads: Sequence[Read], why: Sequence[str]) -> None:
        with self._lock:
            self.decisions.append(Decision(made.what, not why, why))
            self.reads.update(reads)
        if not why:
            self._remember(made, reads)

    def _now(self, made: _Made, before: Mapping[str, str] | None) -> Ingredients:
        """The ingredients of now, with what was read the last time: what is read this time is not known yet."""
        reads = [read for name in before or {} if (read := _as_read(name))]
        return {**made.ingredients, **self._read_ingredients(made, reads)}

    def _of(self, made: _Made, read: Read) -> str:
        """What a read would give now."""
        kind, name = read
        return made.handed.get(name, ABSENT) if kind == "result" else self.present.of(read)

    def _read_ingredients(self, made: _Made, reads: Sequence[Read]) -> Ingredients:
        return {_named(read): self._of(made, read) for read in reads}

    def _keep(self, made: _Made, files: Mapping[str, bytes], began: Moment | None = None) -> bool:
        reads = made.reads or []
        templates = "format" in made.ingredients
        settled = self.present.unchanged_since(began or Moment.now(), reads, templates=templates)
        found = [[*read, self._of(made, read)] for read in reads]
        if not settled or any(kind == "file" and digest == ABSENT for kind, _, digest in found):
            self.all_kept = False  # what it was made from has changed meanwhile
            return False
        variant = digest_of(text for read in sorted(found) for text in read)
        self.entries.keep(made.key, variant, {"reads": found}, files)
        with self._lock:
            self.reads.update(reads)
        self._remember(made, reads)
        return True

    def _remember(self, made: _Made, reads: Sequence[Read]) -> None:
        """Write down the ingredients, to say the next time what has changed."""
        facts = {**made.ingredients, **self._read_ingredients(made, reads)}
        self.entries.note(made.what, facts)

    def _last(self, made: _Made) -> dict[str, str] | None:
        return self.entries.noted(made.what)

    def _recorded(self, record: Path) -> list[Read] | None:
        """What a kernel wrote down; None when it kept no record, so that nothing is known of its reads."""
        try:
            lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError):
            return None
        if ["began", ""] not in lines:
            return None
        said = {(kind, self.present.name(name) if kind in _ON_DISK else name) for kind, name in lines}
        return sorted(read for read in said if read[0] != "began")


_ON_DISK = ("file", "absent", "folder")
_KINDS = (*_ON_DISK, "series", "fonts", "result")


@dataclass
class _Made:
    """One thing that a build makes: what it is called, what decides it, what was read to make it, and what it was
    handed: hashes of other chapters' results by name.
    """

    what: str
    ingredients: Ingredients
    reads: list[Read] | None = None
    handed: Ingredients = field(default_factory=dict)

    @property
    def key(self) -> str:
        return key_of(self.ingredients)


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


def reads_of(entry: Entry) -> list[tuple[Read, str]]:
    """What was read to make an entry, each with the hash of what it gave."""
    return [((kind, name), digest) for kind, name, digest in entry.facts["reads"]]


def _named(read: Read) -> str:
    """How a read is called among the ingredients."""
    kind, name = read
    if kind != "series":
        return f"{kind} {name}"
    stem, _, series_id = name.partition(":")
    return f"series {series_id} of data/observations/{stem}.csv"


def _as_read(name: str) -> Read | None:
    kind, _, rest = name.partition(" ")
    if kind not in _KINDS or not rest:
        return None
    if kind != "series":
        return kind, rest
    series_id, _, file = rest.partition(" of data/observations/")
    return kind, f"{file.removesuffix('.csv')}:{series_id}"

"""Build an edition: check, execute, assemble, render, publish; what is not finished is not seen.

A build is `prepare` (everything that can be refused before a kernel starts), then for each language the
chapters, the assembly and the exporters, then one publication. The steps themselves stand in `report.steps`.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.errors import NotebookError, UsageError
from consumer_credit.locales import LANGUAGES, Language
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.authoring.editions import Edition, load_edition
from consumer_credit.report.kernels.execution import ExecutedChapter, ExecutionSettings
from consumer_credit.report.progress import Progress
from consumer_credit.report.publishing.ownership import DATA_BUNDLE, refuse_foreign, refuse_place
from consumer_credit.report.running import chapters_at_work, results_json, with_kernels
from consumer_credit.report.steps import FORMATS, Rendering, Steps, standard_steps
from consumer_credit.report.vanished import vanished_files_are_named

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.assembling.assembly import Assembled

FULL_EDITION = "latest"
"""The edition whose figures are committed."""
RESULTS = "results.json"


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class BuildOptions:
    """What was asked for; an empty `chapters` means all of them, `workers` how many run beside each other."""

    edition: str = FULL_EDITION
    overrides: Mapping[str, Any] = field(default_factory=dict)
    languages: Sequence[Language] = LANGUAGES
    formats: Sequence[str] = tuple(FORMATS)
    chapters: Sequence[str] = ()
    output: Path | None = None
    workers: int = field(default_factory=cores)
    execution: ExecutionSettings = field(default_factory=ExecutionSettings)

    @property
    def draft(self) -> bool:
        """Whether less, or other, than the whole edition as its file says is built."""
        whole = set(self.languages) == set(LANGUAGES) and set(self.formats) == set(FORMATS)
        return bool(self.overrides) or bool(self.chapters) or not whole

    def target(self, project: Project) -> Path:
        """The folder that is published: a draft never takes the place of the edition."""
        if self.output is not None:
            return self.output
        return project.dist / (f"{self.edition}~draft" if self.draft else self.edition)


@dataclass(frozen=True)
class Plan:
    """A build that nothing known beforehand forbids."""

    project: Project
    options: BuildOptions
    edition: Edition
    chapters: Sequence[tuple[ChapterFile, NotebookNode]]


@dataclass(frozen=True)
class BuildResult:
    """What was built: `documents` are the pages and PDFs, in the order in which they were asked for."""

    edition: str
    folder: Path
    draft: bool
    documents: Sequence[Path]
    seconds: float


def prepare(project: Project, options: BuildOptions) -> Plan:
    """Validate everything that can be validated before a kernel starts, quick checks first.

    Raises:
        UsageError: edition, parameter, chapter, format, or the form of a notebook.
        NotebookError: a notebook cannot be read.
    """
    edition = load_edition(project.editions, options.edition, options.overrides or None)
    for name in options.formats:
        if name not in FORMATS:
            raise UsageError(
                f"unknown format '{name}'", where="--format", remedy=f"choose from: {', '.join(FORMATS)}"
            )
    chosen = project.select_chapters(options.chapters)
    refuse_place(project, options.target(project), whole=None if options.draft else options.edition)

    from consumer_credit.report.authoring.notebooks import read_notebook  # noqa: PLC0415  (slow to import)
    from consumer_credit.report.authoring.sources import Numbering, check_pairs  # noqa: PLC0415

    notebooks = [(chapter, read_notebook(chapter.path)) for chapter in project.chapters()]
    for chapter, notebook in notebooks:
        check_pairs(chapter.path.name, notebook.cells)
    Numbering.of([(chapter.path.name, notebook.cells) for chapter, notebook in notebooks])
    return Plan(project, options, edition, [found for found in notebooks if found[0] in chosen])


def build(
    project: Project,
    options: BuildOptions,
    progress: Progress | None = None,
    steps: Steps | Callable[[], Steps] = standard_steps,
    will_execute: Callable[[Plan], bool] | None = None,
) -> BuildResult:
    """Build an edition, or a draft of it, and publish it.

    `steps`, or what makes them: that is called only when nothing forbids the build, for it may be slow to import.
    `will_execute` foresees whether they will run a chapter; without it, the standard steps will and others may not.

    Raises:
        ReportError: the kind says what failed; the previous publication is then as it was.
    """
    began = time.monotonic()
    progress = progress or Progress()
    plan = prepare(project, options)
    refuse_foreign(options.target(project).resolve())
    at_once = will_execute(plan) if will_execute else steps is standard_steps
    with vanished_files_are_named(project), with_kernels(plan, at_once=at_once) as prepared:
        return _build(prepared, progress, steps() if callable(steps) else steps, began)


def _build(plan: Plan, progress: Progress, steps: Steps, began: float) -> BuildResult:
    """What `build` does once nothing known beforehand forbids it."""
    from consumer_credit.report.publishing.editions_index import write_index  # noqa: PLC0415
    from consumer_credit.report.publishing.publication import staged  # noqa: PLC0415

    project, options = plan.project, plan.options
    target = options.target(project).resolve()
    committed = project.figures if target == (project.dist / FULL_EDITION).resolve() else None
    with progress, staged(target, on_wait=progress.note, figures=committed) as staging:
        progress.note(f"{'draft of ' * options.draft}edition {plan.edition.name}: checking the data")
        steps.check_data(project)
        basis = _Basis.of(plan)
        with chapters_at_work(plan, options.languages, progress, steps) as executed_in:
            results = []
            for language in options.languages:
                if language == options.languages[-1] and steps.export is not None and not options.draft:
                    progress.note("writing the data bundle")  # while its chapters are still running
                    steps.export(project, plan.edition, staging.folder / DATA_BUNDLE)
                executed, folder = executed_in(language), staging.folder / language
                results.append(_write_language(plan, executed, basis, folder, progress=progress, steps=steps))
        _refuse_different_values(options.languages, results)
        staging.publish(committed)
        if target.parent == project.dist.resolve():
            write_index(project)
    documents = [target / lang / FORMATS[name] for lang in options.languages for name in options.formats]
    return BuildResult(plan.edition.name, target, options.draft, documents, time.monotonic() - began)


def execute(plan: Plan, language: Language, progress: Progress, steps: Steps) -> list[ExecutedChapter]:
    """Run the plan's chapters in one language; the summary last, with what the others recorded."""
    with (
        with_kernels(plan) as prepared,
        chapters_at_work(prepared, [language], progress, steps) as executed_in,
    ):
        return executed_in(language)


def assemble(plan: Plan, executed: Sequence[ExecutedChapter], language: Language, steps: Steps) -> Assembled:
    """Put executed chapters together, as `assembly.assemble` does."""
    return steps.assemble(
        plan.project, plan.edition, [(chapter.chapter, chapter.notebook) for chapter in executed], language
    )


@dataclass(frozen=True)
class _Basis:
    """What a build rests on, as found when it began: the hash of each input."""

    started: dt.datetime
    inputs: Mapping[str, str]

    @classmethod
    def of(cls, plan: Plan) -> _Basis:
        from consumer_credit.report.publishing.manifest import input_hashes  # noqa: PLC0415

        notebooks = [chapter.path for chapter, _ in plan.chapters]
        return cls(dt.datetime.now(dt.UTC), input_hashes(plan.project, notebooks, plan.edition.name))


def _write_language(
    plan: Plan,
    executed: Sequence[ExecutedChapter],
    basis: _Basis,
    folder: Path,
    *,
    progress: Progress,
    steps: Steps,
) -> Sequence[Mapping[str, Any]]:
    """Write one language's folder, complete with its manifest; return its results."""
    from consumer_credit.report.publishing.manifest import BuildFacts, write_manifest  # noqa: PLC0415

    language = executed[0].language
    seconds = {"executing": sum(chapter.seconds for chapter in executed)}
    began = time.monotonic()
    assembled = assemble(plan, executed, language, steps)
    seconds["assembling"] = time.monotonic() - began
    _write_beside_the_page(folder, assembled, executed)
    around = Rendering(plan.project, language, plan.options.languages, plan.options.formats)
    for name in plan.options.formats:
        progress.note(f"rendering {language}/{FORMATS[name]}")
        began = time.monotonic()
        (folder / FORMATS[name]).write_bytes(steps.render[name](assembled.notebook, around))
        seconds[name] = time.monotonic() - began
    facts = BuildFacts(
        formats=plan.options.formats,
        draft=plan.options.draft,
        started=basis.started,
        seconds=seconds,
        chapters=[_times(chapter) for chapter in executed],
    )
    write_manifest(folder, plan.edition, language, basis.inputs, facts)
    return assembled.results


def _refuse_different_values(
    languages: Sequence[Language], results: Sequence[Sequence[Mapping[str, Any]]]
) -> None:
    """One report has one set of values: no language may read another."""
    for language, other in zip(languages[1:], results[1:], strict=True):
        for one, its_twin in zip_longest(results[0], other):
            if one != its_twin:
                raise NotebookError(
                    f"'{(one or its_twin or {})['name']}' is not the same in {languages[0]} and {language}",
                    where=f"chapter '{(one or its_twin or {})['chapter']}'",
                    remedy="let nothing that is recorded depend on the language",
                )


def _write_beside_the_page(folder: Path, assembled: Assembled, executed: Sequence[ExecutedChapter]) -> None:
    import nbformat  # noqa: PLC0415

    for name in ("figures", "data", "notebooks"):
        (folder / name).mkdir(parents=True)
    for item_id, figure in assembled.figures.items():
        _write(folder / "figures" / f"{item_id}.svg", figure.svg)
        _write(folder / "data" / f"{item_id}.csv", figure.csv)
    for item_id, csv in assembled.tables.items():
        _write(folder / "data" / f"{item_id}.csv", csv)
    for chapter in executed:
        notebook = assembled.chapters[chapter.chapter.id]
        _write(folder / "notebooks" / chapter.chapter.path.name, nbformat.writes(notebook))  # type: ignore[no-untyped-call]
    _write(folder / RESULTS, results_json(assembled.results))


def _write(path: Path, text: str) -> None:
    path.write_text(text if text.endswith("\n") else f"{text}\n", encoding="utf-8", newline="\n")


def _times(executed: ExecutedChapter) -> dict[str, Any]:
    return {
        "id": executed.chapter.id,
        "seconds": round(executed.seconds, 3),
        "cells": {str(cell): round(seconds, 3) for cell, seconds in executed.cell_seconds.items()},
    }

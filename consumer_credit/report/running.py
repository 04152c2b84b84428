"""The chapters of a build at work: in which kernels, how many at a time, and in which order.

The summary waits for the chapters that it reads. Of several languages the first comes first, so that it can be rendered
while the next is still running.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.locales import Language
from consumer_credit.project import ChapterFile
from consumer_credit.report.kernels.execution import ExecutedChapter, ExecutionSettings
from consumer_credit.report.kernels.halting import Halt
from consumer_credit.report.kernels.kernel_environment import kernel_environment
from consumer_credit.report.kernels.schedule import Schedule
from consumer_credit.report.kernels.warm_kernels import WarmKernels, available, modules_of
from consumer_credit.report.progress import Progress
from consumer_credit.report.steps import Steps
from consumer_credit.report.temporary import temporary_folder

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.build import Plan

FIRST = float("-inf")

Executed = Callable[[Language], list[ExecutedChapter]]


@contextmanager
def with_kernels(plan: Plan, *, at_once: bool = False) -> Iterator[Plan]:
    """The plan with warm kernels to run it in, where it has none and there can be any.

    Their process warms up when the first chapter asks for a kernel, or `at_once`: beside whatever else must be done
    before.
    """
    settings = plan.options.execution
    if settings.kernels is not None or settings.cold or not available():
        yield plan
        return
    modules = modules_of([notebook for _, notebook in plan.chapters])
    with WarmKernels(modules, plan.project.data) as kernels:
        if at_once:
            kernels.prepare(kernel_environment(os.environ, {}))
        yield replace(plan, options=replace(plan.options, execution=replace(settings, kernels=kernels)))


@contextmanager
def chapters_at_work(
    plan: Plan, languages: Sequence[Language], progress: Progress, steps: Steps
) -> Iterator[Executed]:
    """Begin to run the plan's chapters; what is given back waits for those of one language, in reading order.

    The first chapter that fails ends the others, and its error is raised from there.
    """
    settings = replace(plan.options.execution, halt=Halt())
    with Schedule[ExecutedChapter](plan.options.workers, settings.halt) as schedule:
        work = _Work(plan, settings, progress, steps, schedule)
        runs = {language: _LanguageRun(work, language, rank) for rank, language in enumerate(languages)}
        for run in runs.values():
            run.begin()
        yield lambda language: runs[language].wait()


@dataclass(frozen=True)
class _Work:
    """What all chapters of a build have in common."""

    plan: Plan
    settings: ExecutionSettings
    progress: Progress
    steps: Steps
    schedule: Schedule[ExecutedChapter]


class _LanguageRun:
    """The chapters in one language, and then the summary, which reads what they recorded."""

    def __init__(self, work: _Work, language: Language, rank: int) -> None:
        self.work, self.language, self.rank = work, language, rank
        self.summaries = [pair for pair in work.plan.chapters if pair[0].is_summary]
        self.others = [pair for pair in work.plan.chapters if not pair[0].is_summary]
        self.executed: list[ExecutedChapter] = []
        self.lock = threading.Lock()

    def begin(self) -> None:
        """Put the chapters on the schedule."""
        for chapter, notebook in self.others:
            self._add(chapter, partial(self._run_other, chapter, notebook), -_length(notebook))
        if not self.others:
            self._add_summaries()

    def wait(self) -> list[ExecutedChapter]:
        """All chapters in reading order, once they have run."""
        return self.work.schedule.wait((self.rank, chapter.number) for chapter, _ in self.work.plan.chapters)

    def _add(self, chapter: ChapterFile, run: Callable[[], ExecutedChapter], priority: float) -> None:
        self.work.schedule.add((self.rank, chapter.number), run, (self.rank, priority))

    def _add_summaries(self) -> None:
        for chapter, notebook in self.summaries:
            self._add(chapter, partial(self._run_summary, chapter, notebook), FIRST)

    def _run_other(self, chapter: ChapterFile, notebook: NotebookNode) -> ExecutedChapter:
        executed = self._run(chapter, notebook)
        with self.lock:
            self.executed.append(executed)
            last = len(self.executed) == len(self.others)
        if last:
            self._add_summaries()
        return executed

    def _run_summary(self, chapter: ChapterFile, notebook: NotebookNode) -> ExecutedChapter:
        """Run the summary with a file of what the other chapters recorded, named by `RESULTS_VARIABLE`."""
        from consumer_credit.report.assembling.assembly import collect_values  # noqa: PLC0415

        ordered = sorted(self.executed, key=lambda executed: executed.chapter.number)
        values = collect_values([(executed.chapter, executed.notebook) for executed in ordered])
        with temporary_folder("results") as folder:
            file = folder / "results.json"
            content = results_json([value.as_json() for value in values.values()])
            file.write_text(content + "\n", encoding="utf-8", newline="\n")
            return self._run(chapter, notebook, results=file)

    def _run(self, chapter: ChapterFile, notebook: NotebookNode, **given: Path) -> ExecutedChapter:
        work = self.work
        work.progress.chapter_begins(chapter, self.language, len(notebook.cells))
        executed = work.steps.execute(
            work.plan.project,
            chapter,
            notebook,
            work.plan.edition.parameters,
            self.language,
            settings=work.settings,
            on_cell=work.progress.cell_begins,
            **given,
        )
        work.progress.chapter_ends(executed)
        return executed


def results_json(results: Sequence[Any]) -> str:
    """The content of `results.json`: strict JSON, one result after the other, the same in every language."""
    return json.dumps({"results": list(results)}, ensure_ascii=False, indent=1, allow_nan=False)


def _length(notebook: NotebookNode) -> int:
    """How much code there is to run: no measure of time, but the best there is before the first run."""
    return sum(len(cell["source"]) for cell in notebook.cells if cell["cell_type"] == "code")

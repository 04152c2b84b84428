"""Build the page of one language for the preview: the steps of a build, without PDF and without publishing."""

from __future__ import annotations

import dataclasses
import os
import threading
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from consumer_credit.errors import ReportError
from consumer_credit.locales import Language
from consumer_credit.preview.events import Built, Doing, Event, Failed, Finished, Problem
from consumer_credit.preview.memory import Memory
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report import build as report
from consumer_credit.report.build import BuildOptions
from consumer_credit.report.cache.entries import entries_of
from consumer_credit.report.cache.ingredients import Present
from consumer_credit.report.cache.steps import CachedSteps
from consumer_credit.report.kernels.execution import CellEvent, ExecutedChapter, ExecutionSettings
from consumer_credit.report.kernels.halting import Halt, HaltedError
from consumer_credit.report.kernels.kernel_environment import kernel_environment
from consumer_credit.report.kernels.warm_kernels import WarmKernels, available, modules_of
from consumer_credit.report.page.head import asset
from consumer_credit.report.progress import Progress
from consumer_credit.report.running import chapters_at_work
from consumer_credit.report.steps import Rendering, Steps, standard_steps

Tell = Callable[[Event], None]
STAGES = ("preparing", "chapters", "assembling", "rendering")
"""What the time until a page goes into, in order; `Built` gives the seconds."""


class SupersededError(Exception):
    """A newer request makes this one pointless."""


class PreviewBuilder:
    """Builds pages of one edition, remembering the chapters that it has run."""

    def __init__(
        self, project: Project, options: BuildOptions, tell: Tell, steps: Steps | None = None
    ) -> None:
        steps = steps or standard_steps()
        self.project, self.options, self.tell = project, options, tell
        self._really_execute = steps.execute
        self._steps = dataclasses.replace(steps, execute=self._execute)
        self._memory, self._entries = Memory(), entries_of(project)
        self._present: Present | None = None
        self._ran: list[str] = []
        self._given_up = threading.Event()
        self._halt: Halt | None = None
        self._kernels: WarmKernels | None = None

    def build(self, language: Language) -> None:
        """Tell the page, or why there is none, and at last that this is all."""
        self._given_up.clear()
        try:
            self._build(language)
        except (SupersededError, HaltedError):
            self.tell(Finished(language, superseded=True))
        except ReportError as error:
            self.tell(Failed(language, Problem.of(error)))
            self.tell(Finished(language))
        else:
            self.tell(Finished(language))

    def _build(self, language: Language) -> None:
        began = [time.monotonic()]
        self._ran.clear()
        self._present = self._present.renewed() if self._present else Present(self.project)
        steps = CachedSteps(self.project, self._steps, self._entries, self._present).steps()
        steps = dataclasses.replace(steps, execute=self._memory.before(steps.execute))
        asset.cache_clear()  # a template may have been edited
        options = dataclasses.replace(self.options, languages=(language,), formats=("html",))
        plan = report.prepare(self.project, options)
        if self._kernels is None and available():
            modules = modules_of([notebook for _, notebook in plan.chapters])
            self._kernels = WarmKernels(modules, self.project.data)
            self._kernels.prepare(kernel_environment(os.environ, {}))
        execution = dataclasses.replace(options.execution, kernels=self._kernels)
        plan = dataclasses.replace(plan, options=dataclasses.replace(options, execution=execution))
        began.append(time.monotonic())
        with chapters_at_work(plan, (language,), _Telling(self.tell), steps) as executed_in:
            executed = executed_in(language)
        self.tell(Doing("putting the page together"))
        began.append(time.monotonic())
        assembled = report.assemble(plan, executed, language, steps)
        began.append(time.monotonic())
        around = Rendering(self.project, language, self.options.languages, options.formats)
        page = steps.render["html"](assembled.notebook, around).decode("utf-8")
        began.append(time.monotonic())
        stages = {stage: end - start for stage, (start, end) in zip(STAGES, pairwise(began), strict=True)}
        self.tell(Built(language, page, tuple(sorted(self._ran)), stages))
        self.tell(Doing("checking the data"))  # the page need not wait for it
        steps.check_data(self.project)

    def give_up(self) -> None:
        """End what is being built: it has become pointless. What has been executed is kept."""
        self._given_up.set()
        if self._halt is not None:
            self._halt()

    def _execute(
        self, project: Project, chapter: ChapterFile, *given: Any, settings: ExecutionSettings, **how: Any
    ) -> ExecutedChapter:
        """Really run a chapter: neither memory nor cache has what it would give."""
        self._halt = settings.halt
        if self._given_up.is_set():
            raise SupersededError
        self._ran.append(chapter.id)
        return self._really_execute(project, chapter, *given, settings=settings, **how)

    def close(self) -> None:
        """End the warm kernels."""
        if self._kernels is not None:
            self._kernels.close()


class _Telling(Progress):
    """Passes on which cell is running."""

    def __init__(self, tell: Tell) -> None:
        self.tell = tell

    def chapter_begins(self, chapter: ChapterFile, language: Language, cells: int) -> None:
        """A chapter is next."""
        self.tell(Doing(chapter.path.name))

    def cell_begins(self, event: CellEvent) -> None:
        """A cell is about to run."""
        self.tell(Doing(f"{event.chapter.path.name}, cell {event.cell} of {event.total}: {event.label}"))

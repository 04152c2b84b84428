"""One run of a sweep, built anywhere: in this process, in one of the pool's, on a machine of a cluster.

Everything that goes in and comes out can be pickled, and no other run is known here.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.errors import KernelStartError, NotebookError, ReportError
from consumer_credit.locales import Language
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.build import BuildOptions, build
from consumer_credit.report.kernels.execution import ExecutionSettings
from consumer_credit.report.progress import Progress
from consumer_credit.report.steps import Steps, standard_steps
from consumer_credit.report.temporary import temporary_folder

if TYPE_CHECKING:
    from consumer_credit.report.kernels.execution import ExecutedChapter

STARTS = 3
"""How often a run is begun whose kernel does not start; what fails later would fail again."""
PAUSE = 1.0
"""Seconds before a kernel is started again, doubled each time."""

Note = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What all runs of a sweep have in common; `fixed` are the parameters that `--set` gave."""

    edition: str
    fixed: Mapping[str, Any]
    languages: Sequence[Language]
    formats: Sequence[str]
    chapters: Sequence[str]
    cell_timeout: int = 300
    memory_limit: int = 4096
    cold: bool = False
    cached: bool = True

    @property
    def settings(self) -> ExecutionSettings:
        """How chapters are run, before any process has kernels of its own."""
        return ExecutionSettings(
            cell_timeout=self.cell_timeout, memory_limit=self.memory_limit, cold=self.cold
        )

    def options(
        self,
        changes: Mapping[str, Any],
        output: Path | None = None,
        settings: ExecutionSettings | None = None,
    ) -> BuildOptions:
        """The build of the run that makes these changes; runs are built beside each other, chapters are not."""
        return BuildOptions(
            edition=self.edition,
            overrides={**self.fixed, **changes},
            languages=tuple(self.languages),
            formats=tuple(self.formats),
            chapters=tuple(self.chapters),
            output=output,
            workers=1,
            execution=settings or self.settings,
        )


@dataclass(frozen=True)
class Failure:
    """Why a run failed, in the words of the error it met (`errors.ReportError`); `kind` is its class."""

    kind: str
    what: str
    where: str = ""
    remedy: str = ""
    excerpt: str = ""

    def __str__(self) -> str:
        """The message on one line, as the error words it."""
        return str(ReportError(self.what, where=self.where, remedy=self.remedy))

    @classmethod
    def of(cls, error: Exception) -> Failure:
        """An error of ours as it is; any other with its traceback, since it is a bug."""
        if isinstance(error, ReportError):
            excerpt = error.excerpt if isinstance(error, NotebookError) else ""
            return cls(type(error).__name__, error.what, error.where, error.remedy, excerpt)
        trace = "".join(traceback.format_exception(error))
        return cls("Bug", f"this is a bug of ours ({type(error).__name__}: {error})", excerpt=trace)


@dataclass(frozen=True)
class Done:
    """What became of a run: seconds it took, why it failed, and its files where they were asked for."""

    seconds: float
    failure: Failure | None = None
    files: Mapping[str, bytes] = field(default_factory=dict)


def build_run(
    project: Project,
    order: Order,
    changes: Mapping[str, Any],
    *,
    folder: Path | None = None,
    note: Note = lambda text: None,
    settings: ExecutionSettings | None = None,
    steps: Steps | None = None,
) -> Done:
    """Build one run; an error becomes a `Failure`, an interruption passes.

    Args:
        project: the report; its data have been checked.
        order: what all runs share.
        changes: the parameters that this run changes.
        folder: where the run is published; None hands its files back instead.
        note: told in a few words what is being done.
        settings: whose kernels serve (`kernels.kept_warm`); else the run makes its own.
        steps: of the build, for tests; the data are never checked and never exported here.
    """
    began = time.monotonic()
    steps = steps or _steps(project, cached=order.cached)
    steps = replace(steps, check_data=lambda project: None, export=None)
    try:
        if folder is not None:
            _build(project, order.options(changes, folder, settings), steps, note)
            return Done(time.monotonic() - began)
        with temporary_folder("run") as temporary:
            target = temporary / "run"
            _build(project, order.options(changes, target, settings), steps, note)
            return Done(time.monotonic() - began, files=files_below(target))
    except Exception as error:
        return Done(time.monotonic() - began, Failure.of(error))


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path there, in order."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _steps(project: Project, *, cached: bool) -> Steps:
    """The steps of an ordinary build: what another run has made already, or this one before, is not made again."""
    from consumer_credit.report.cache.steps import CachedSteps  # noqa: PLC0415  (slow to import)

    return CachedSteps(project, standard_steps()).steps() if cached else standard_steps()


def _build(project: Project, options: BuildOptions, steps: Steps, note: Note) -> None:
    for start in range(1, STARTS + 1):
        try:
            build(project, options, _Noted(note), steps)
            return
        except KernelStartError:
            if start == STARTS:
                raise
            note(f"its kernel did not start: attempt {start + 1} of {STARTS}")
            time.sleep(PAUSE * 2 ** (start - 1))


class _Noted(Progress):
    """Passes on which chapter runs and what is rendered."""

    def __init__(self, note: Note) -> None:
        self.note_ = note

    def note(self, text: str) -> None:
        self.note_(text)

    def chapter_begins(self, chapter: ChapterFile, language: Language, cells: int) -> None:
        self.note_(f"{chapter.number:02d} {chapter.id}, {language}")

    def chapter_ends(self, executed: ExecutedChapter) -> None:
        """Nothing to add: the next chapter says so."""

"""Run one chapter through papermill with an edition's parameters, and say plainly which cell went wrong.

A call to `execute_chapter` knows nothing of other chapters, so that it can be cached, repeated or run beside
others; the kernel behind it is chosen by name (`ExecutionSettings.engine`). Validation before any kernel
starts is in `report.authoring.notebooks`, the wording of failures in `report.kernels.failures`, what is made of
the outputs in `report.assembling.assembly`.
"""

from __future__ import annotations

import importlib
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from consumer_credit import reads
from consumer_credit.errors import KernelError, KernelStartError
from consumer_credit.locales import Language
from consumer_credit.parameters import Parameters
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.authoring.notebooks import INJECTED_TAG, cell_label, declared_values, tags
from consumer_credit.report.cache import drawings
from consumer_credit.report.cache import results as kept_results
from consumer_credit.report.kernels.halting import Halt, HaltedError
from consumer_credit.report.kernels.kernel_environment import kernel_environment
from consumer_credit.report.values import RESULTS_VARIABLE

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.cache.drawings import Drawings
    from consumer_credit.report.cache.results import Results
    from consumer_credit.report.kernels.warm_kernels import WarmKernels

ENGINES = {
    "consumer-credit": "consumer_credit.report.kernels.engine",
    "consumer-credit-warm": "consumer_credit.report.kernels.warm_engine",
}
"""Engines by name, and the module that makes each known to papermill when imported."""
NEARLY = 0.9
"""A kernel that died with this share of its memory in use died of it."""
FIRST_ZIP_DATE = "315532800"
"""1980-01-01, the earliest date that every file format can hold: no clock enters what a kernel writes."""


@dataclass(frozen=True)
class ExecutionSettings:
    """How chapters are run: the seconds that a cell and the start of a kernel may take, the megabytes of memory that
    a chapter may take (0: all there are; held on Linux), and whose kernels serve.

    A build makes warm kernels of its own where there are none, unless told to stay `cold`; without any, each chapter
    runs in an ordinary kernel. What `halt` is told to end is ended at once. What is read is
    written down in the file `reads` (`consumer_credit.reads`); `drawings` says where drawings are kept
    (`report.cache.drawings`), `kept` where results are (`report.cache.results`).
    """

    cell_timeout: int = 300
    start_timeout: int = 60
    memory_limit: int = 4096
    cold: bool = False
    kernels: WarmKernels | None = field(default=None, compare=False)
    reads: Path | None = None
    drawings: Drawings | None = None
    kept: Results | None = None
    halt: Halt = field(default_factory=Halt, compare=False)

    @property
    def engine(self) -> str:
        """The name of the papermill engine."""
        return "consumer-credit" if self.kernels is None else "consumer-credit-warm"

    @property
    def memory(self) -> int:
        """The memory limit in bytes."""
        return self.memory_limit << 20


@dataclass(frozen=True)
class CellEvent:
    """A cell is about to run: its number and their total, as an editor counts them, and what it is about."""

    chapter: ChapterFile
    language: Language
    cell: int
    total: int
    label: str


@dataclass(frozen=True)
class ExecutedChapter:
    """A chapter that has run: its notebook, in which nothing varies between runs, and the seconds it took.

    `reused`: it ran in an earlier build, and the cache gave what came of it.
    """

    chapter: ChapterFile
    language: Language
    notebook: NotebookNode
    seconds: float
    cell_seconds: Mapping[int, float] = field(default_factory=dict)
    reused: bool = False


def execute_chapter(
    project: Project,
    chapter: ChapterFile,
    notebook: NotebookNode,
    parameters: Parameters,
    language: Language,
    *,
    settings: ExecutionSettings | None = None,
    on_cell: Callable[[CellEvent], None] | None = None,
    results: Path | None = None,
) -> ExecutedChapter:
    """Run `notebook`, as `read_notebook` returned it, with those parameters injected that it declares.

    `results` is a file of what other chapters recorded, for the summary that reads them.

    Raises:
        NotebookError: a cell raised; `excerpt` shows the lines around it.
        KernelError: the kernel did not start, died, or a cell ran out of time or memory.
        HaltedError: `settings.halt` was called.
        ReportError: a cell met one of our own errors, which keeps its exit code.
    """
    settings = settings or ExecutionSettings()
    importlib.import_module(ENGINES[settings.engine])
    started = time.monotonic()
    progress = _Position(chapter, notebook, language, on_cell)
    executed = _execute(
        notebook,
        progress,
        settings,
        parameters=declared_values(notebook, {**parameters.model_dump(mode="json"), "language": language}),
        environment=kernel_environment(
            os.environ,
            {
                "CONSUMER_CREDIT_PROJECT": str(project.root),
                "SOURCE_DATE_EPOCH": FIRST_ZIP_DATE,
                **({RESULTS_VARIABLE: str(results)} if results else {}),
                **({reads.VARIABLE: str(settings.reads)} if settings.reads else {}),
                **({drawings.VARIABLE: settings.drawings.as_text()} if settings.drawings else {}),
                **({kept_results.VARIABLE: settings.kept.as_text()} if settings.kept else {}),
            },
        ),
        working_folder=chapter.path.parent,
    )
    seconds = time.monotonic() - started
    return ExecutedChapter(chapter, language, executed, seconds, _settle(executed))


def _execute(
    notebook: NotebookNode, progress: _Position, settings: ExecutionSettings, **given: Any
) -> NotebookNode:
    import papermill  # noqa: PLC0415  (slow to import)
    from nbclient.exceptions import CellTimeoutError  # noqa: PLC0415
    from papermill.exceptions import PapermillExecutionError  # noqa: PLC0415

    from consumer_credit.report.kernels.engine import KernelDiedError  # noqa: PLC0415
    from consumer_credit.report.kernels.failures import failed_cell, silent_exit  # noqa: PLC0415

    try:
        executed = papermill.execute_notebook(
            notebook,
            None,
            engine_name=settings.engine,
            language=settings.engine,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,
            autosave_cell_every=0,
            settings=settings,
            on_cell_start=progress.advance,
            **given,
        )
    except PapermillExecutionError as error:
        if error.ename.endswith("MemoryError") and settings.memory:
            raise _out_of_memory(settings, progress.where) from error
        raise failed_cell(error, progress.where) from error
    except CellTimeoutError as error:
        raise KernelError(
            f"ran longer than {settings.cell_timeout} s",
            where=progress.where,
            remedy="make it quicker, or allow more with --cell-timeout",
        ) from error
    except KernelDiedError as error:
        if settings.memory and (error.peak > settings.memory * NEARLY or "MemoryError" in error.last_words):
            raise _out_of_memory(settings, progress.where) from error
        raise KernelError(_death(error), where=progress.where, remedy=_after_death(error)) from error
    except (RuntimeError, OSError) as error:
        if settings.halt.called:
            raise HaltedError from error
        if progress.cell:
            raise
        raise KernelStartError(
            f"its kernel did not start: {error}",
            where=progress.where,
            remedy="is the environment complete? 'make report' installs it",
        ) from error
    silent_exit(executed, progress.where_of)
    return cast("NotebookNode", executed)


class _Position:
    """Where in a chapter execution stands, in the cell numbers of its source (papermill adds one cell)."""

    def __init__(
        self,
        chapter: ChapterFile,
        notebook: NotebookNode,
        language: Language,
        on_cell: Callable[[CellEvent], None] | None,
    ) -> None:
        self.chapter, self.cells, self.language, self.on_cell = chapter, notebook.cells, language, on_cell
        self.cell = 0
        self.injected = False

    def advance(self, cell: Mapping[str, Any], cell_index: int) -> None:
        if INJECTED_TAG in tags(cell):
            self.injected = True
            return
        self.cell = cell_index + 1 - self.injected
        if self.on_cell:
            label = cell_label(self.cells, self.cell - 1, self.language)
            self.on_cell(CellEvent(self.chapter, self.language, self.cell, len(self.cells), label))

    @property
    def where(self) -> str:
        return self.where_of(self.cell)

    def where_of(self, cell: int) -> str:
        """How messages name a cell: `01_china.ipynb, cell 7 ('How large?')`."""
        if not cell:
            return self.chapter.path.name
        return f"{self.chapter.path.name}, cell {cell} ('{cell_label(self.cells, cell - 1, self.language)}')"


def _out_of_memory(settings: ExecutionSettings, where: str) -> KernelError:
    return KernelError(
        f"needs more than the {settings.memory_limit} MB of memory that a chapter may take",
        where=where,
        remedy="make it smaller, or allow more with --memory-limit",
    )


def _death(error: Any) -> str:
    code = error.exit_code
    if code is not None and code < 0:
        return f"the kernel died here, killed by {signal.Signals(-code).name}"
    return "the kernel died here" + (f" with exit code {code}" if code is not None else "")


def _after_death(error: Any) -> str:
    if error.last_words:
        return f"its last words: {error.last_words.splitlines()[-1]}"
    if error.exit_code == -getattr(signal, "SIGKILL", 0):
        return "perhaps the machine ran out of memory"
    return "run the chapter in JupyterLab to see more"


def _settle(notebook: NotebookNode) -> dict[int, float]:
    """Take what varies between runs out of `notebook`; return the seconds that each source cell took."""
    seconds: dict[int, float] = {}
    number = 0
    for cell in notebook.cells:
        record = cell.metadata.pop("papermill", {})
        if INJECTED_TAG in tags(cell):
            cell["id"] = INJECTED_TAG
            continue
        number += 1
        if cell["cell_type"] == "code" and record.get("duration") is not None:
            seconds[number] = record["duration"]
        if not tags(cell):
            cell.metadata.pop("tags", None)
    notebook.metadata.pop("papermill", None)
    notebook.metadata.get("language_info", {}).pop("version", None)
    return seconds

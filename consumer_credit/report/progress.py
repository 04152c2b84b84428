"""What a build says while it runs: bars on a terminal, plain lines elsewhere, nothing when asked to be quiet.

Everything here goes to standard error; standard output is for results (`consumer_credit.commands`). A build
calls the methods of `Progress` and knows nothing of how they show.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, TextIO

from consumer_credit.counts import counted
from consumer_credit.locales import LANGUAGE_NAMES, Language
from consumer_credit.project import ChapterFile
from consumer_credit.terminal import can_draw

if TYPE_CHECKING:
    from rich.progress import TaskID

    from consumer_credit.report.kernels.execution import CellEvent, ExecutedChapter


class Progress(AbstractContextManager["Progress"]):
    """Listens to a build; this one says nothing.

    A build enters it when work begins and leaves it when it ends, so that the terminal stays in order.
    """

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Leave the terminal as it was found."""

    def note(self, text: str) -> None:
        """Something worth a line: what begins, what is waited for."""

    def chapter_begins(self, chapter: ChapterFile, language: Language, cells: int) -> None:
        """A chapter's kernel is being started."""

    def cell_begins(self, event: CellEvent) -> None:
        """A cell is about to run."""

    def chapter_ends(self, executed: ExecutedChapter) -> None:
        """A chapter has run to its end."""


class PlainProgress(Progress):
    """One line for each step, for logs and pipes; with `verbose` one for each cell too."""

    def __init__(self, stream: TextIO | None = None, *, verbose: bool = False) -> None:
        """Write to `stream`, by default standard error."""
        self.stream, self.verbose = stream or sys.stderr, verbose

    def note(self, text: str) -> None:
        """Print the line."""
        self.stream.write(f"{text}\n")  # in one piece: chapters run beside each other
        self.stream.flush()

    def chapter_begins(self, chapter: ChapterFile, language: Language, cells: int) -> None:
        """Print which chapter runs."""
        self.note(f"{_named(chapter, language)}: running {counted(cells, 'cell')}")

    def cell_begins(self, event: CellEvent) -> None:
        """Print which cell runs."""
        if self.verbose:
            named = _named(event.chapter, event.language)
            self.note(f"{named}: cell {event.cell} of {event.total}: {event.label}")

    def chapter_ends(self, executed: ExecutedChapter) -> None:
        """Print how long it took."""
        how = "as it was, from the cache" if executed.reused else f"done in {executed.seconds:.1f} s"
        self.note(f"{_named(executed.chapter, executed.language)}: {how}")


class BarProgress(Progress):
    """A bar for each chapter, with the cell that is running and the heading it stands under."""

    def __enter__(self) -> Progress:
        """Begin to draw on standard error."""
        from rich.console import Console  # noqa: PLC0415  (a usage error must answer quickly)
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            TextColumn,
            TimeElapsedColumn,
        )
        from rich.progress import Progress as Bars  # noqa: PLC0415
        from rich.table import Column  # noqa: PLC0415

        self.tasks: dict[tuple[str, Language], tuple[TaskID, int]] = {}
        self.bars = Bars(
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[cell]}", table_column=Column(no_wrap=True, overflow="ellipsis")),
            console=Console(stderr=True),
        )
        self.bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Draw for the last time."""
        self.bars.stop()

    def note(self, text: str) -> None:
        """Print the line above the bars."""
        self.bars.console.print(text, highlight=False, markup=False)

    def chapter_begins(self, chapter: ChapterFile, language: Language, cells: int) -> None:
        """Add the chapter's bar."""
        task = self.bars.add_task(_named(chapter, language), total=cells, cell="starting")
        self.tasks[chapter.id, language] = (task, cells)

    def cell_begins(self, event: CellEvent) -> None:
        """Move the bar to the cell."""
        self._update(event.chapter, event.language, event.cell - 1, f"cell {event.cell}: {event.label}")

    def chapter_ends(self, executed: ExecutedChapter) -> None:
        """Fill the bar."""
        self._update(executed.chapter, executed.language, None, "")

    def _update(self, chapter: ChapterFile, language: Language, done: int | None, text: str) -> None:
        from rich.markup import escape  # noqa: PLC0415

        task, cells = self.tasks[chapter.id, language]
        self.bars.update(task, completed=cells if done is None else done, cell=escape(text))


def choose_progress(*, quiet: bool, verbose: bool = False) -> Progress:
    """The progress that suits where standard error goes, and what was asked for; quiet wins."""
    if quiet:
        return Progress()
    return BarProgress() if can_draw() and not verbose else PlainProgress(verbose=verbose)


def _named(chapter: ChapterFile, language: Language) -> str:
    return f"{chapter.number:02d} {chapter.id}, {LANGUAGE_NAMES[language]}"

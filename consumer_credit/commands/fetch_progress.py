"""What an update says while it runs: a bar on a terminal, plain lines elsewhere, nothing when asked to be quiet."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from consumer_credit.data.updating.contract import Request
from consumer_credit.data.updating.session import Listener
from consumer_credit.errors import DataError
from consumer_credit.terminal import can_draw

if TYPE_CHECKING:
    from rich.progress import TaskID


class PlainLines(Listener):
    """One line an answer, for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default standard error."""
        self.stream = stream or sys.stderr
        self.total = self.number = 0

    def begins(self, total: int) -> None:
        """Remember how many there are."""
        self.total = total

    def asks(self, request: Request) -> None:
        """Count it."""
        self.number += 1

    def answered(self, request: Request, size: int, *, changed: bool) -> None:
        """Print what came."""
        self.note(
            f"[{self.number}/{self.total}] {request.name}: {size:,} bytes{'' if changed else ', unchanged'}"
        )

    def failed(self, request: Request, error: DataError) -> None:
        """Print what did not."""
        self.note(f"[{self.number}/{self.total}] {request.name}: {error.what}")

    def note(self, text: str) -> None:
        """Print the line."""
        print(text, file=self.stream, flush=True)


class Bar(Listener):
    """One bar over all addresses, with the one that is being asked; failures stand above it."""

    def __init__(self) -> None:
        """Draw nothing yet."""
        from rich.console import Console  # noqa: PLC0415  (only on a terminal)
        from rich.progress import (  # noqa: PLC0415
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
        )

        self.bars = Progress(
            TextColumn("fetching"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[name]}"),
            console=Console(stderr=True),
            transient=True,
        )
        self.task: TaskID | None = None
        self.number = 0

    def begins(self, total: int) -> None:
        """Draw the bar."""
        self.bars.start()
        self.task = self.bars.add_task("fetching", total=total, name="")

    def asks(self, request: Request) -> None:
        """Move to the address."""
        from rich.markup import escape  # noqa: PLC0415

        assert self.task is not None
        self.bars.update(self.task, completed=self.number, name=escape(request.name))
        self.number += 1

    def failed(self, request: Request, error: DataError) -> None:
        """Print it above the bar."""
        self.note(f"{request.name}: {error.what}")

    def note(self, text: str) -> None:
        """Print the line above the bar."""
        self.bars.console.print(text, highlight=False, markup=False)

    def ends(self) -> None:
        """Take the bar away."""
        self.bars.stop()


def choose_listener(*, quiet: bool) -> Listener:
    """The listener that suits where standard error goes."""
    if quiet:
        return Listener()
    return Bar() if can_draw() else PlainLines()

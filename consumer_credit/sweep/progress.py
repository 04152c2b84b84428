"""What a sweep says while it runs: a live table on a terminal, plain lines elsewhere, nothing when quiet.

Everything goes to standard error. A pool calls the methods of `SweepProgress` and knows nothing of how they
show.
"""

from __future__ import annotations

import sys
import time
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TextIO

from consumer_credit.sweep.grid import Run
from consumer_credit.terminal import can_draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from consumer_credit.sweep.work import Done

State = Literal["waits", "runs", "built", "kept", "failed"]
SHOWN = 20
"""Rows of the live table: what runs and what failed first; the rest is counted."""


class SweepProgress(AbstractContextManager["SweepProgress"]):
    """Listens to a sweep; this one says nothing."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Leave the terminal as it was found."""

    def plan(self, runs: Sequence[Run]) -> None:
        """All runs of the sweep, before the first begins."""

    def note(self, text: str) -> None:
        """Something worth a line."""

    def kept(self, run: Run) -> None:
        """A run that need not be built again."""

    def begins(self, run: Run) -> None:
        """A worker has taken the run."""

    def says(self, run: Run, text: str) -> None:
        """What is being done in the run."""

    def ends(self, run: Run, done: Done) -> None:
        """The run was built or failed."""


class PlainSweepProgress(SweepProgress):
    """One line when a run begins and one when it ends, for logs and pipes."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default standard error."""
        self.stream = stream or sys.stderr
        self.total = self.finished = 0

    def plan(self, runs: Sequence[Run]) -> None:
        """Say how many there are."""
        self.total = len(runs)
        self.note(f"sweep of {self.total} runs")

    def note(self, text: str) -> None:
        """Print the line."""
        print(text, file=self.stream, flush=True)

    def begins(self, run: Run) -> None:
        """Say which is being built."""
        self.note(f"{run.name}: building")

    def kept(self, run: Run) -> None:
        """Count it and say so."""
        self._finish(run, "kept, nothing has changed")

    def ends(self, run: Run, done: Done) -> None:
        """Say how it ended."""
        self._finish(run, f"FAILED: {done.failure}" if done.failure else f"built in {done.seconds:.1f} s")

    def _finish(self, run: Run, how: str) -> None:
        self.finished += 1
        self.note(f"[{self.finished}/{self.total}] {run.name}: {how}")


class LiveSweepProgress(SweepProgress):
    """A table on the terminal, drawn anew as runs begin and end."""

    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        self.texts: dict[str, str] = {}
        self.began: dict[str, float] = {}
        self.start = time.monotonic()

    def __enter__(self) -> SweepProgress:
        """Begin to draw on standard error."""
        from rich.console import Console  # noqa: PLC0415  (a usage error must answer quickly)
        from rich.live import Live  # noqa: PLC0415

        self.live = Live(
            get_renderable=self.table, console=Console(stderr=True), refresh_per_second=4, transient=False
        )
        self.live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Draw for the last time."""
        self.live.stop()

    def plan(self, runs: Sequence[Run]) -> None:
        """Every run waits."""
        self.states = {run.name: "waits" for run in runs}

    def note(self, text: str) -> None:
        """Print the line above the table."""
        self.live.console.print(text, highlight=False, markup=False)

    def kept(self, run: Run) -> None:
        """Mark it."""
        self.states[run.name] = "kept"

    def begins(self, run: Run) -> None:
        """Show it among those that run."""
        self.states[run.name], self.began[run.name] = "runs", time.monotonic()

    def says(self, run: Run, text: str) -> None:
        """Show it beside the run."""
        self.texts[run.name] = text

    def ends(self, run: Run, done: Done) -> None:
        """Mark it, with the reason when it failed."""
        self.states[run.name] = "failed" if done.failure else "built"
        self.texts[run.name] = str(done.failure or "")

    def table(self) -> Table:
        """The table as it stands now."""
        from rich.table import Column, Table  # noqa: PLC0415
        from rich.text import Text  # noqa: PLC0415

        counts = {state: list(self.states.values()).count(state) for state in ("built", "kept", "failed")}
        finished = sum(counts.values())
        said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
        title = f"{finished} of {len(self.states)} runs" + (f" ({said})" if said else "") + self._left()
        table = Table(
            Column("run", no_wrap=True, overflow="ellipsis", ratio=3),
            Column("", width=7),
            Column("s", justify="right", width=6),
            Column("", no_wrap=True, overflow="ellipsis", ratio=3),
            title=title,
            title_justify="left",
            box=None,
            pad_edge=False,
            expand=True,
        )
        first: Any = {"runs": 0, "failed": 1}
        notable = sorted((name for name, state in self.states.items() if state in first), key=self._order)
        for name in notable[:SHOWN]:
            seconds = f"{time.monotonic() - self.began[name]:.0f}" if self.states[name] == "runs" else ""
            style = "red" if self.states[name] == "failed" else ""
            table.add_row(
                Text(name), Text(self.states[name], style), seconds, Text(self.texts.get(name, ""), "dim")
            )
        return table

    def _order(self, name: str) -> tuple[int, float]:
        return (0 if self.states[name] == "runs" else 1, self.began.get(name, 0.0))

    def _left(self) -> str:
        """About how long it will still take, once a few runs have shown their pace."""
        built = sum(state in ("built", "failed") for state in self.states.values())
        left = sum(state in ("waits", "runs") for state in self.states.values())
        if built < 2 or not left:
            return ""
        minutes, seconds = divmod(round((time.monotonic() - self.start) / built * left), 60)
        return f", about {f'{minutes} min ' if minutes else ''}{seconds} s left"


def choose_sweep_progress(*, quiet: bool) -> SweepProgress:
    """The progress that suits where standard error goes."""
    if quiet:
        return SweepProgress()
    drawable = can_draw()
    return LiveSweepProgress() if drawable else PlainSweepProgress()

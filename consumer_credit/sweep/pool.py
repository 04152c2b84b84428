"""The local pool: a few worker processes, each building one run after the other with everything imported once.

Each worker has a pipe of its own, so that it is always known which run a worker that died was building; that
run is begun once more in another, then given up.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

from consumer_credit.interruption import listen
from consumer_credit.project import Project
from consumer_credit.sweep.grid import Run
from consumer_credit.sweep.kernels import kept_warm
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.work import Done, Failure, Order, build_run

ATTEMPTS = 2
"""How often a run is begun whose worker dies; then it is likely to be the cause."""
_INTERRUPTIONS, _GRACE = 4, 2.5
"""How often a worker is interrupted when the sweep is, and the seconds it then has to end its kernels."""


class Pool(Protocol):
    """Where runs are built."""

    def build(
        self, runs: Sequence[Run], folders: Sequence[Path | None], progress: SweepProgress
    ) -> Iterator[tuple[Run, Done]]:
        """Build the runs, each into its folder or, for None, with its files in the result; yield as they end."""


@dataclass
class _Task:
    number: int
    run: Run
    folder: Path | None
    attempts: int = 0


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: _Task | None = None


@dataclass(frozen=True)
class LocalPool:
    """Worker processes on this machine, at most `workers`; `serve` is what each does, another one in tests."""

    project: Project
    order: Order
    workers: int
    serve: Any = None

    def build(
        self, runs: Sequence[Run], folders: Sequence[Path | None], progress: SweepProgress
    ) -> Iterator[tuple[Run, Done]]:
        """As `Pool.build`; when it is left early, no worker and no kernel outlives it."""
        waiting = deque(
            _Task(n, run, folder) for n, (run, folder) in enumerate(zip(runs, folders, strict=True))
        )
        workers: list[_Worker] = []
        try:
            while waiting or any(worker.task for worker in workers):
                idle = [worker for worker in workers if worker.task is None]
                while waiting and (idle or len(workers) < self.workers):
                    worker = idle.pop() if idle else self._started(workers)
                    self._hand(worker, waiting.popleft(), progress)
                yield from self._heard(workers, waiting, progress)
        finally:
            _end(workers)

    def _started(self, workers: list[_Worker]) -> _Worker:
        context = multiprocessing.get_context("spawn")  # nothing of this process leaks into a report
        ours, theirs = context.Pipe()
        process = context.Process(
            target=self.serve or _serve, args=(self.project, self.order, theirs), daemon=False
        )
        process.start()
        theirs.close()
        workers.append(_Worker(process, ours))
        return workers[-1]

    def _hand(self, worker: _Worker, task: _Task, progress: SweepProgress) -> None:
        worker.task = task
        progress.begins(task.run)
        with suppress(OSError):  # it died while it had nothing to do: heard when its pipe is read
            worker.pipe.send((task.run.changes, task.folder))
            task.attempts += 1

    def _heard(
        self, workers: list[_Worker], waiting: deque[_Task], progress: SweepProgress
    ) -> Iterator[tuple[Run, Done]]:
        """What busy workers say next: notes go to the progress, results to the caller."""
        busy = [worker for worker in workers if worker.task]
        for pipe in wait([worker.pipe for worker in busy]):
            worker = next(worker for worker in busy if worker.pipe is pipe)
            task = worker.task
            assert task is not None
            try:
                said = worker.pipe.recv()
            except (EOFError, OSError):
                worker.process.join()
                workers.remove(worker)
                if task.attempts < ATTEMPTS:
                    progress.note(f"{task.run.name}: the process that built it died; building it again")
                    waiting.appendleft(task)
                else:
                    yield task.run, Done(0.0, _died(worker.process.exitcode))
                continue
            if isinstance(said, Done):
                worker.task = None
                yield task.run, said
            else:
                progress.says(task.run, said)


def _serve(project: Project, order: Order, pipe: Connection) -> None:
    """The life of a worker: build what the pipe asks for until it asks for nothing more."""
    listen()
    try:
        with kept_warm(project, order) as settings:
            while (asked := pipe.recv()) is not None:
                changes, folder = asked
                done = build_run(project, order, changes, folder=folder, note=pipe.send, settings=settings)
                pipe.send(done)
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return  # the sweep has ended or was interrupted


def _end(workers: Sequence[_Worker]) -> None:
    """Let idle workers go and interrupt busy ones, which end their kernels; again where it was not heard."""
    for worker in workers:
        if worker.task is None:
            with suppress(OSError):
                worker.pipe.send(None)
    for _ in range(_INTERRUPTIONS):
        alive = [worker for worker in workers if worker.process.is_alive()]
        for worker in alive:
            if worker.task is not None:
                worker.process.terminate()
        until = time.monotonic() + _GRACE
        for worker in alive:
            worker.process.join(max(0.0, until - time.monotonic()))
    for worker in workers:
        worker.process.kill()
        worker.process.join()
        worker.pipe.close()


def _died(code: int | None) -> Failure:
    how = f"killed by {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit code {code}"
    return Failure(
        "KernelError",
        f"the process that built it died, twice ({how})",
        remedy="perhaps the machine ran out of memory: try fewer --workers",
    )

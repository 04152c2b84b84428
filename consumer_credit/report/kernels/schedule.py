"""Chapters at work beside each other: a few threads that take what is ready, the longest first.

What a chapter's run is, and in whose kernel, is `execution`'s; which chapters there are and what waits for them,
`report.build`'s. The first failure, and an interruption, end everything that is still running.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from types import TracebackType
from typing import Generic, TypeVar

from consumer_credit.report.kernels.halting import Halt, HaltedError

Result = TypeVar("Result")
Key = tuple[int, int]
"""Where a run stands in reading order."""
_PATIENCE = 5.0
_GLANCE = 0.5
"""Seconds after which a wait looks up, so that Ctrl-C is heard on every system."""


@dataclass(order=True)
class _Ready(Generic[Result]):
    priority: tuple[float, ...]
    order: int
    key: Key = field(compare=False)
    run: Callable[[], Result] = field(compare=False)


class Schedule(AbstractContextManager["Schedule[Result]"], Generic[Result]):
    """Runs what it is given in `workers` threads, smaller priorities first; leaving it ends what still runs."""

    def __init__(self, workers: int, halt: Halt) -> None:
        """`halt` ends what is running; each run must be within its reach."""
        self.halt = halt
        self._changed = threading.Condition()
        self._ready: list[_Ready[Result]] = []
        self._results: dict[Key, Result] = {}
        self._failures: dict[Key, BaseException] = {}
        self._given = 0
        self._closed = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Wait for the threads; after an error, end what they run."""
        if kind is not None:
            self.halt()
        self._close()

    def _close(self) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        deadline = time.monotonic() + _PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def add(self, key: Key, run: Callable[[], Result], priority: tuple[float, ...]) -> None:
        """Let `run` be called in its turn."""
        with self._changed:
            self._given += 1
            heapq.heappush(self._ready, _Ready(priority, self._given, key, run))
            self._changed.notify()

    def wait(self, keys: Iterable[Key]) -> list[Result]:
        """The results of `keys`, when all are there.

        Raises:
            The exception of a run that failed; of several, that with the smallest key.
        """
        wanted = list(keys)
        with self._changed:
            while not self._failures and not all(key in self._results for key in wanted):
                self._changed.wait(_GLANCE)
            if not self._failures:
                return [self._results[key] for key in wanted]
        raise self._first_failure()

    def _first_failure(self) -> BaseException:
        """What to report, once everything else has ended."""
        self.halt()
        self._close()
        own = [key for key, error in self._failures.items() if not isinstance(error, HaltedError)]
        return self._failures[min(own or self._failures)]

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                result = task.run()
            except BaseException as error:
                with self._changed:
                    self._failures[task.key] = error
                    self._changed.notify_all()
            else:
                with self._changed:
                    self._results[task.key] = result
                    self._changed.notify_all()

    def _next(self) -> _Ready[Result] | None:
        with self._changed:
            while not self._ready and not self._closed and not self._failures:
                self._changed.wait()
            return None if self._closed or self._failures else heapq.heappop(self._ready)

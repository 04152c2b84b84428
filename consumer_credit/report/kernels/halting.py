"""Ending at once what runs in other threads: a build that is interrupted, or one of whose chapters has failed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class HaltedError(Exception):
    """What was running has been ended by `Halt`, for a reason that lies elsewhere."""


class Halt:
    """Call it to end everything that is within its reach, now and from then on."""

    def __init__(self) -> None:
        self.called = False
        self._lock = threading.Lock()
        self._endings: list[Callable[[], None]] = []

    def __call__(self) -> None:
        """End all; calling it again does no harm."""
        with self._lock:
            self.called = True
            endings = list(self._endings)
        for end in endings:
            end()

    def __reduce__(self) -> tuple[type[Halt], tuple[()]]:
        """In another process it is another one: it reaches nothing there, and nothing from there."""
        return Halt, ()

    @contextmanager
    def reaching(self, end: Callable[[], None]) -> Iterator[None]:
        """While the block runs, a halt calls `end`, from another thread.

        Raises:
            HaltedError: it has been called before.
        """
        with self._lock:
            if self.called:
                raise HaltedError
            self._endings.append(end)
        try:
            yield
        finally:
            with self._lock:
                self._endings.remove(end)

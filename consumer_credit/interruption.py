"""Ctrl-C and a polite kill: the first interrupts; those that follow at once change nothing.

So what has been interrupted ends its kernels and clears up in peace, however impatiently it was asked to. Python loses
an interruption that comes while a destructor or a callback of the collector runs; it is raised again a moment later.
"""

from __future__ import annotations

import _thread
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PEACE = 2.0
"""Seconds after an interruption in which another one changes nothing."""
AGAIN = 0.02
"""Seconds after which an interruption that was lost is raised again."""


@contextmanager
def heard_once() -> Iterator[None]:
    """While the block runs, either signal raises KeyboardInterrupt in it, unless it has been told to ignore them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before, aloud = {kind: signal.getsignal(kind) for kind in SIGNALS}, sys.unraisablehook
    ear = listen()
    try:
        yield
    finally:
        sys.unraisablehook = aloud
        for kind, known in before.items():
            signal.signal(kind, known)
        ear.rest()


def listen() -> Ear:
    """Let either signal, unless it is ignored, raise KeyboardInterrupt in this process from now on, once of several."""
    ear = Ear()
    sys.unraisablehook = ear.lost
    for kind in SIGNALS:
        if signal.getsignal(kind) is not signal.SIG_IGN:
            signal.signal(kind, ear.hear)
    return ear


class Ear:
    """What hears the signals of a process."""

    def __init__(self) -> None:
        """Nothing has been heard."""
        self._raised, self._kind = -math.inf, int(signal.SIGINT)
        self._aloud = sys.unraisablehook
        self._again: threading.Timer | None = None

    def hear(self, kind: int, frame: object) -> None:
        """A handler of signals: raises KeyboardInterrupt, but not twice within `PEACE`."""
        if time.monotonic() - self._raised >= PEACE:
            self._raised, self._kind = time.monotonic(), kind
            raise KeyboardInterrupt

    def lost(self, unraisable: Any) -> None:
        """A hook for what could not be raised: the interruption comes again, anything else is said as before."""
        if unraisable.exc_type is not KeyboardInterrupt:
            self._aloud(unraisable)
            return
        self._raised = -math.inf
        self._again = threading.Timer(AGAIN, _send, [self._kind])
        self._again.daemon = True
        with suppress(RuntimeError):  # no thread begins while the interpreter ends
            self._again.start()

    def rest(self) -> None:
        """Raise nothing again."""
        if self._again is not None:
            self._again.cancel()


def _send(kind: int) -> None:
    """To the thread that handles signals, so that what it waits for is interrupted."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, kind)
    else:
        _thread.interrupt_main(signal.Signals(kind))

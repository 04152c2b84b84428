"""Ctrl-C and a polite kill: the first interrupts; those that follow at once change nothing.

So what has been interrupted ends its kernels and clears up in peace, however impatiently it was asked to.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)
PEACE = 2.0
"""Seconds after an interruption in which another one changes nothing."""


@contextmanager
def heard_once() -> Iterator[None]:
    """While the block runs, either signal raises KeyboardInterrupt in it, unless it has been told to ignore them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    hear = interrupter()
    before = {kind: signal.getsignal(kind) for kind in SIGNALS}
    for kind, known in before.items():
        if known is not signal.SIG_IGN:
            signal.signal(kind, hear)
    try:
        yield
    finally:
        for kind, known in before.items():
            signal.signal(kind, known)


def interrupter() -> Callable[[int, object], None]:
    """What to do at such a signal: raise KeyboardInterrupt, but not twice within `PEACE`."""
    raised = -PEACE

    def interrupt(number: int, frame: object) -> None:
        nonlocal raised
        if time.monotonic() - raised >= PEACE:
            raised = time.monotonic()
            raise KeyboardInterrupt

    return interrupt

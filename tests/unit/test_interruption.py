"""Whoever presses Ctrl-C twice stops what runs, and not the clearing up after it."""

from __future__ import annotations

import os
import signal
import time

import pytest

from consumer_credit import interruption

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")


def press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)
    time.sleep(0)


@pytest.mark.parametrize("kind", interruption.SIGNALS)
def test_the_first_interrupts_and_those_that_follow_at_once_do_not(kind, monkeypatch):
    cleared_up = False
    with interruption.heard_once():
        try:
            press(kind)
            pytest.fail("was not heard")
        except KeyboardInterrupt:
            press()
            press(kind)
            cleared_up = True
        monkeypatch.setattr(interruption, "PEACE", 0.0)  # long afterwards
        with pytest.raises(KeyboardInterrupt):
            press()
    assert cleared_up


def test_afterwards_signals_do_what_they_did_before_and_what_is_ignored_stays_so():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with interruption.heard_once():
            press()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGINT, before)

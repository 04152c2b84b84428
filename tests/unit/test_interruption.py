"""Whoever presses Ctrl-C twice stops what runs, and not the clearing up after it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
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


def test_two_interruptions_at_once_are_one_and_nothing_is_said():
    script = (
        "import os, signal, time\n"
        "from consumer_credit.interruption import listen\n"
        "listen()\n"
        "both = (signal.SIGINT, signal.SIGTERM)\n"
        "signal.pthread_sigmask(signal.SIG_BLOCK, both)\n"
        "[os.kill(os.getpid(), kind) for kind in both]\n"
        "try:\n"
        "    signal.pthread_sigmask(signal.SIG_UNBLOCK, both)\n"
        "except KeyboardInterrupt:\n"
        "    print('once')\n"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert (ended.stdout, ended.stderr) == ("once\n", "")


def test_one_that_a_destructor_swallows_comes_again_and_nothing_is_said(capsys):
    class Deaf:
        def __del__(self) -> None:
            press()

    with interruption.heard_once():
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            Deaf()
            time.sleep(5)
        assert time.monotonic() - began < 2
    assert capsys.readouterr().err == ""


def test_one_that_is_to_come_again_does_not_come_after_the_block():
    class Deaf:
        def __del__(self) -> None:
            press()

    with interruption.heard_once():
        Deaf()
    time.sleep(5 * interruption.AGAIN)


def test_what_else_cannot_be_raised_is_said_as_before(monkeypatch):
    said = []
    monkeypatch.setattr(sys, "unraisablehook", said.append)

    class Broken:
        def __del__(self) -> None:
            raise LookupError

    with interruption.heard_once():
        Broken()
    assert [unraisable.exc_type for unraisable in said] == [LookupError]
    assert sys.unraisablehook == said.append

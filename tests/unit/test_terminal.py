"""Claims about progress: drawn on a terminal only, silent when asked to be, in lines everywhere else."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from consumer_credit.commands.fetch_progress import Bar, PlainLines, choose_listener
from consumer_credit.data.updating.session import Listener
from consumer_credit.project import ChapterFile
from consumer_credit.report.kernels.execution import ExecutedChapter
from consumer_credit.report.progress import BarProgress, PlainProgress, Progress, choose_progress
from consumer_credit.sweep.progress import PlainSweepProgress, SweepProgress, choose_sweep_progress


@pytest.mark.parametrize(
    ("is_terminal", "term", "drawn"), [(True, "xterm", True), (True, "dumb", False), (False, "xterm", False)]
)
def test_every_command_draws_on_a_terminal_that_can_and_nowhere_else(monkeypatch, is_terminal, term, drawn):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)
    monkeypatch.setenv("TERM", term)
    assert type(choose_progress(quiet=False)) is (BarProgress if drawn else PlainProgress)
    assert type(choose_listener(quiet=False)) is (Bar if drawn else PlainLines)
    assert (type(choose_sweep_progress(quiet=False)) is PlainSweepProgress) != drawn
    assert type(choose_progress(quiet=False, verbose=True)) is PlainProgress


def test_quiet_is_quiet_in_every_command(monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert type(choose_progress(quiet=True, verbose=True)) is Progress
    assert type(choose_listener(quiet=True)) is Listener
    assert type(choose_sweep_progress(quiet=True)) is SweepProgress


def test_bars_have_no_colour_where_none_is_wanted(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    with BarProgress() as progress:
        assert progress.bars.console.no_color


def test_a_chapter_from_the_cache_is_not_said_to_have_run():
    chapter = ChapterFile("china", 1, Path("01_china.ipynb"))
    said = io.StringIO()
    PlainProgress(said).chapter_ends(ExecutedChapter(chapter, "en", None, 2.0))
    PlainProgress(said).chapter_ends(ExecutedChapter(chapter, "zh", None, 0.0, reused=True))
    assert said.getvalue().splitlines() == [
        "01 china, English: done in 2.0 s",
        "01 china, 中文: as it was, from the cache",
    ]

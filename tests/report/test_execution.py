"""Chapters run as an editor runs them; a failure is named with chapter and cell, and nothing stays behind."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import psutil
import pytest

from consumer_credit.errors import DataError, KernelError, NotebookError
from consumer_credit.parameters import parse_parameters
from consumer_credit.report.engine import ReadableTranslator
from consumer_credit.report.execution import CellEvent, ExecutionSettings, execute_chapter
from consumer_credit.report.notebooks import read_notebook


@pytest.fixture(autouse=True)
def nothing_stays_behind():
    """No test leaves a kernel or its folder; a browser that another module's tests opened may be there."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not list(Path(tempfile.gettempdir()).glob(f"consumer-credit-kernel-{os.getpid()}-*"))


def run(miniature, *cells, language="en", seconds=60, **parameters):
    """The executed chapter and the events on its way."""
    path = miniature.write("01_alpha.ipynb", *cells)
    events: list[CellEvent] = []
    executed = execute_chapter(
        miniature.project,
        miniature.project.chapters()[0],
        read_notebook(path),
        parse_parameters(parameters),
        language,
        settings=ExecutionSettings(cell_timeout=seconds),
        on_cell=events.append,
    )
    return executed, events


def printed(executed):
    """What a chapter printed."""
    return "".join(
        output.get("text", "") for cell in executed.notebook.cells for output in cell.get("outputs", [])
    )


def test_a_chapter_runs_with_its_parameters_in_a_clean_kernel_of_this_python(
    miniature, monkeypatch, tmp_path
):
    startup = tmp_path / "ipython" / "profile_default" / "startup" / "mine.py"
    startup.parent.mkdir(parents=True)
    startup.write_text("print('a start-up file of the editor')")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("MPLBACKEND", "no-such-backend")
    asks = (
        "import os, sys\n"
        "print(base_year, as_of, language, sys.executable, os.getcwd(), os.environ['MPLBACKEND'])"
    )
    executed, events = run(
        miniature,
        *miniature.prose("## How large?", "## 多大？"),
        miniature.code(asks),
        language="zh",
        as_of="2017-04-25",
    )
    folder = miniature.project.notebooks
    assert printed(executed) == f"2016 2017-04-25 zh {sys.executable} {folder} agg\n"
    assert [(event.cell, event.total) for event in events] == [(n, 6) for n in range(1, 7)]
    assert events[-1].label == "多大？"
    assert "papermill" not in str(executed.notebook)
    assert set(executed.cell_seconds) == {3, 6}


def test_injected_chinese_stays_readable():
    assert ReadableTranslator.codify({"title": "住户消费贷款", "quote": "it's"}) == (
        "# Parameters\ntitle = '住户消费贷款'\nquote = \"it's\"\n"
    )


def test_a_failing_cell_is_shown_with_its_number_and_the_lines_around_it(miniature):
    source = "loans = 25.05\n\ndef ratio(gdp):\n    return loans / gdp\n\nratio(0)\nprint('never')"
    with pytest.raises(NotebookError) as failure:
        run(miniature, miniature.code("1"), miniature.code(source))
    error = failure.value
    assert error.where == "01_alpha.ipynb, cell 5 ('Alpha')"
    assert error.what == "ZeroDivisionError: float division by zero"
    assert error.excerpt.splitlines()[:5] == [
        "    2 │ ",
        "    3 │ def ratio(gdp):",
        "→   4 │     return loans / gdp",
        "    5 │ ",
        "    6 │ ratio(0)",
    ]


def test_an_error_of_ours_keeps_its_meaning_through_the_kernel(miniature):
    source = (
        "from consumer_credit.data.catalogue import Catalogue\n"
        "from pathlib import Path\n"
        "Catalogue.load(Path('no-such-folder'))"
    )
    with pytest.raises(DataError, match=r"01_alpha\.ipynb, cell 4 .*no-such-folder"):
        run(miniature, miniature.code(source))


def test_a_chapter_that_ends_itself_is_refused(miniature):
    with pytest.raises(NotebookError, match=r"cell 4.*SystemExit"):
        run(miniature, miniature.code("import sys\nsys.exit()"), miniature.code("1"))


def test_a_killed_kernel_is_named_with_its_cell_and_signal(miniature):
    with pytest.raises(KernelError, match=r"cell 4 \('Alpha'\): the kernel died here, killed by SIGKILL"):
        run(miniature, miniature.code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))


def test_a_cell_that_does_not_end_is_stopped_with_the_processes_it_started(miniature):
    source = "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nwhile True: pass"
    with pytest.raises(KernelError, match=r"cell 4 .*ran longer than 1 s"):
        run(miniature, miniature.code(source), seconds=1)


def test_a_kernel_that_does_not_start_is_no_bug_of_ours(miniature, monkeypatch):
    spec = {"argv": ["no-such-python", "{connection_file}"], "display_name": "", "language": "python"}
    monkeypatch.setattr("consumer_credit.report.engine.get_kernel_dict", lambda: spec)
    with pytest.raises(KernelError, match=r"01_alpha\.ipynb: its kernel did not start: .*no-such-python"):
        run(miniature)

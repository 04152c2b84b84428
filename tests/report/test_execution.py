"""Chapters run as an editor runs them; a failure is named with chapter and cell, and nothing stays behind."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
import time
from pathlib import Path

import psutil
import pytest

from consumer_credit.errors import DataError, KernelError, NotebookError
from consumer_credit.parameters import parse_parameters
from consumer_credit.report.authoring.notebooks import read_notebook
from consumer_credit.report.kernels.engine import ReadableTranslator
from consumer_credit.report.kernels.execution import CellEvent, ExecutionSettings, execute_chapter
from consumer_credit.report.kernels.halting import HaltedError
from consumer_credit.report.kernels.kernel_environment import kernel_environment
from consumer_credit.report.kernels.warm_kernels import WarmKernels, available


@pytest.fixture(scope="module")
def warm():
    """Warm kernels for all tests of the module, their warm process running."""
    if not available():
        yield None
        return
    with WarmKernels(["consumer_credit.report.chapter"]) as kernels:
        kernels.prepare(kernel_environment(os.environ, {}))
        yield kernels


@pytest.fixture(params=["ordinary", "warm"])
def kernels(request, warm):
    """Where a test's chapters run: each claim is made for both."""
    if request.param == "warm" and warm is None:
        pytest.skip("kernels cannot be forked here")
    return warm if request.param == "warm" else None


@pytest.fixture(autouse=True)
def nothing_stays_behind(warm):
    """No test leaves a kernel or its folder; a browser that another module's tests opened may be there."""
    before = set(psutil.Process().children(recursive=True))
    yield
    assert set(psutil.Process().children(recursive=True)) <= before
    assert not list(Path(tempfile.gettempdir()).glob(f"consumer-credit-kernel-{os.getpid()}-*"))


@pytest.fixture
def run(miniature, kernels):
    """Runs a chapter of given cells: the executed chapter and the events on its way."""

    def chapter(*cells, language="en", **parameters):
        return _run(
            miniature, ExecutionSettings(cell_timeout=60, kernels=kernels), cells, language, parameters
        )

    return chapter


@pytest.fixture
def run_within(miniature, kernels):
    """As `run`, within limits of time and memory."""

    def chapter(*cells, seconds=60, megabytes=4096):
        settings = ExecutionSettings(cell_timeout=seconds, memory_limit=megabytes, kernels=kernels)
        return _run(miniature, settings, cells, "en", {})

    return chapter


def _run(miniature, settings, cells, language, parameters):
    path = miniature.write("01_alpha.ipynb", *cells)
    events: list[CellEvent] = []
    executed = execute_chapter(
        miniature.project,
        miniature.project.chapters()[0],
        read_notebook(path),
        parse_parameters(parameters),
        language,
        settings=settings,
        on_cell=events.append,
    )
    return executed, events


def printed(executed):
    """What a chapter printed."""
    return "".join(
        output.get("text", "") for cell in executed.notebook.cells for output in cell.get("outputs", [])
    )


def test_a_chapter_runs_with_its_parameters_in_a_clean_kernel_of_this_python(
    miniature, run, monkeypatch, tmp_path
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


def test_a_failing_cell_is_shown_with_its_number_and_the_lines_around_it(miniature, run):
    source = "loans = 25.05\n\ndef ratio(gdp):\n    return loans / gdp\n\nratio(0)\nprint('never')"
    with pytest.raises(NotebookError) as failure:
        run(miniature.code("1"), miniature.code(source))
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


def test_an_error_of_ours_keeps_its_meaning_through_the_kernel(miniature, run):
    source = (
        "from consumer_credit.data.catalogue import Catalogue\n"
        "from pathlib import Path\n"
        "Catalogue.load(Path('no-such-folder'))"
    )
    with pytest.raises(DataError, match=r"01_alpha\.ipynb, cell 4 .*no-such-folder"):
        run(miniature.code(source))


def test_a_chapter_that_ends_itself_is_refused(miniature, run):
    with pytest.raises(NotebookError, match=r"cell 4.*SystemExit"):
        run(miniature.code("import sys\nsys.exit()"), miniature.code("1"))


@pytest.mark.thorough
def test_a_killed_kernel_is_named_with_its_cell_and_signal(miniature, run):
    with pytest.raises(KernelError, match=r"cell 4 \('Alpha'\): the kernel died here, killed by SIGKILL"):
        run(miniature.code("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"))


@pytest.mark.thorough
def test_a_cell_that_does_not_end_is_stopped_with_the_processes_it_started(miniature, run_within):
    source = "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\nwhile True: pass"
    with pytest.raises(KernelError, match=r"cell 4 .*ran longer than 1 s"):
        run_within(miniature.code(source), seconds=1)


def test_a_kernel_that_does_not_start_is_no_bug_of_ours(miniature, monkeypatch):
    spec = {"argv": ["no-such-python", "{connection_file}"], "display_name": "", "language": "python"}
    monkeypatch.setattr("consumer_credit.report.kernels.engine.get_kernel_dict", lambda: spec)
    with pytest.raises(KernelError, match=r"01_alpha\.ipynb: its kernel did not start: .*no-such-python"):
        _run(miniature, ExecutionSettings(), [], "en", {})


LINUX = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux alone")


@pytest.mark.thorough
@LINUX
@pytest.mark.parametrize(
    "source", ["b'x' * (3 << 30)", "import numpy\nnumpy.ones(400_000_000)"], ids=["Python", "numpy"]
)
def test_a_cell_that_takes_too_much_memory_is_named_with_its_limit(miniature, run_within, source):
    expected = r"cell 4 \('Alpha'\): needs more than the 1500 MB .* --memory-limit"
    with pytest.raises(KernelError, match=expected) as failure:
        run_within(miniature.code(source), megabytes=1500)
    assert failure.value.exit_code == 5


def test_what_is_printed_is_one_output_until_something_else_is_shown(miniature, run):
    source = (
        "import os, subprocess, sys, time\n"
        "print('one')\ntime.sleep(0.4)\nprint('two')\n"
        "display(3)\n"
        "print('four')\nprint('five', file=sys.stderr)"
    )
    executed, _ = run(miniature.code(source))
    outputs = executed.notebook.cells[-1]["outputs"]
    shown = [(o.get("name"), o.get("text") or o["data"]["text/plain"]) for o in outputs]
    assert shown == [("stdout", "one\ntwo\n"), (None, "3"), ("stdout", "four\n"), ("stderr", "five\n")]


def test_what_other_programs_print_is_shown_too(miniature, warm):
    if warm is None:
        pytest.skip("kernels cannot be forked here, and an ordinary one shows it when it comes to it")
    settings = ExecutionSettings(kernels=warm)
    executed, _ = _run(
        miniature,
        settings,
        [miniature.code("import subprocess\n_ = subprocess.run(['echo', 'hello'])")],
        "en",
        {},
    )
    assert printed(executed) == "hello\n"


def test_a_cell_may_wait_for_what_it_asked_for(miniature, run):
    executed, _ = run(miniature.code("import asyncio\nawait asyncio.sleep(0.01)\nprint('done')"))
    assert printed(executed) == "done\n"


def test_a_chapter_that_is_halted_ends_at_once(miniature, kernels):
    settings = ExecutionSettings(kernels=kernels)

    def halt(event):
        if event.cell == 4:
            threading.Timer(0.5, settings.halt).start()

    path = miniature.write("01_alpha.ipynb", miniature.code("import time\ntime.sleep(600)"))
    began = time.monotonic()
    with pytest.raises(HaltedError):
        execute_chapter(
            miniature.project,
            miniature.project.chapters()[0],
            read_notebook(path),
            parse_parameters({}),
            "en",
            settings=settings,
            on_cell=halt,
        )
    assert time.monotonic() - began < 60

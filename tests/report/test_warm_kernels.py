"""Kernels forked from a warm process know nothing of each other, equal ordinary ones, and outlive nobody."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from consumer_credit.errors import KernelError
from consumer_credit.parameters import Parameters
from consumer_credit.project import Project
from consumer_credit.report.authoring.notebooks import read_notebook
from consumer_credit.report.kernels.execution import ExecutionSettings, execute_chapter
from consumer_credit.report.kernels.kernel_environment import kernel_environment
from consumer_credit.report.kernels.warm_kernels import DRAWING, WarmKernels, available, modules_of

ROOT = Path(__file__).parents[2]
MODULES = ["numpy", "pandas", "matplotlib.pyplot", "consumer_credit.report.chapter"]
pytestmark = pytest.mark.skipif(not available(), reason="kernels cannot be forked here")

DISTURBS = """
import builtins, gc, locale, logging, os, random, sys, warnings
import matplotlib as mpl, numpy as np, pandas as pd
from consumer_credit.data.store import Store
random.seed(1); np.random.seed(1); np.seterr(all="ignore")
mpl.rcParams["figure.dpi"] = 7; mpl.use("svg")
pd.set_option("display.max_rows", 3)
logging.getLogger().setLevel(1); logging.getLogger().addHandler(logging.StreamHandler(sys.stderr))
logging.getLogger("matplotlib").disabled = True
warnings.simplefilter("error"); warnings.filterwarnings("ignore", message="nothing")
os.environ["DISTURBED"] = "yes"; os.environ["TZ"] = "Asia/Shanghai"
os.chdir("/"); os.umask(0o777); sys.path.insert(0, "/disturbed"); sys.argv.append("disturbed")
sys.setrecursionlimit(5000); sys.stdout.write(""); gc.disable()
builtins.disturbed = True; Store.disturbed = True; sys.modules["disturbed"] = sys
keeps_open = open(os.devnull)
"""

TELLS = """
import builtins, gc, json, logging, os, random, sys, time, warnings
import matplotlib as mpl, numpy as np, pandas as pd
from consumer_credit.data.store import Store
umask = os.umask(0o22); os.umask(umask)
print(json.dumps({
    "rcParams": sorted((name, str(value)) for name, value in mpl.rcParams.items()),
    "backend": mpl.get_backend(),
    "pandas": {n: str(pd.get_option(n)) for n in ("display.max_rows", "display.max_columns")},
    "numpy": np.geterr(),
    "loggers": {n: (l.level, l.disabled, len(l.handlers))
        for n, l in [("root", logging.getLogger()), ("matplotlib", logging.getLogger("matplotlib"))]},
    "filters": sorted(map(str, warnings.filters)),
    "environment": {n: v for n, v in os.environ.items() if n not in ("IPYTHONDIR", "JPY_PARENT_PID")},
    "time zone": time.tzname,
    "place": os.getcwd(),
    "umask": umask,
    "path": sys.path,
    "arguments": [a for a in sys.argv if "disturbed" in a],
    "recursion": sys.getrecursionlimit(),
    "collects": gc.isenabled(),
    "builtins": sorted(set(dir(builtins)) - {"__pybind11_internals_v5__"}),
    "names": sorted(n for n in globals() if not n.startswith("_")),
    "attributes": hasattr(Store, "disturbed"),
    "modules": "disturbed" in sys.modules,
    "null devices": sum(os.path.realpath(f"/proc/self/fd/{f}") == "/disturbed" for f in os.listdir("/proc/self/fd")),
    "hash": hash("consumer credit"),
    "interactive": hasattr(sys, "ps1"),
    "main": sys.modules["__main__"].__dict__ is globals(),
    "float": repr(np.float64(0.1)),
}))
"""


@pytest.fixture(scope="module")
def warm():
    with WarmKernels(MODULES) as kernels:
        kernels.prepare(kernel_environment(os.environ, {}))
        yield kernels


@pytest.fixture
def run(miniature, warm):
    """What a chapter of one cell prints, in a warm kernel or an ordinary one."""

    def chapter(source, kernels=warm):
        path = miniature.write("01_alpha.ipynb", miniature.code(source))
        executed = execute_chapter(
            miniature.project,
            miniature.project.chapters()[0],
            read_notebook(path),
            Parameters(),
            "en",
            settings=ExecutionSettings(kernels=kernels),
        )
        return "".join(output["text"] for output in executed.notebook.cells[-1]["outputs"])

    return chapter


def test_a_chapter_finds_what_an_ordinary_kernel_gives_it_whatever_the_one_before_did(run):
    ordinary = json.loads(run(TELLS, None))
    run(DISTURBS)
    warm = json.loads(run(TELLS))
    assert set(warm["environment"].items()) ^ set(ordinary["environment"].items()) == set()
    assert {n: (warm[n], ordinary[n]) for n in ordinary if warm[n] != ordinary[n]} == {}


def test_every_chapter_draws_its_own_random_numbers(run):
    draws = "import random, uuid, numpy\nprint(random.random(), numpy.random.rand(), uuid.uuid4())"
    assert len(set(run(draws).split() + run(draws).split())) == 6


def test_no_file_of_one_kernel_is_open_in_another(run):
    tells = (
        "import os\n"
        "print(sorted(os.path.realpath(f'/proc/self/fd/{f}').split('/')[-1].split(':')[0] "
        "for f in os.listdir('/proc/self/fd')))"
    )
    assert run(tells) == run(tells)


def test_nothing_listens(run):
    assert run("import psutil\nprint(psutil.Process().net_connections('inet'))") == "[]\n"


def test_warming_up_says_and_leaves_nothing_before_a_thread_could_be_forked(run):
    assert run("import threading\nprint(threading.enumerate())").count("Thread(") <= 2


def test_the_modules_to_warm_are_those_that_the_cells_import(miniature):
    path = miniature.write(
        "01_alpha.ipynb",
        miniature.code("import pandas as pd, antigravity\nfrom consumer_credit.charts import lines\n"),
        miniature.code("%magic\n"),
    )
    found = modules_of([read_notebook(path)])
    assert set(found) - set(DRAWING) == {"consumer_credit.charts", "consumer_credit.charts.lines", "pandas"}
    assert set(found) > set(DRAWING)  # whoever imports the library draws sooner or later


def test_a_killed_warm_process_is_no_bug_and_the_next_build_starts_another(miniature):
    with WarmKernels() as kernels:
        settings = ExecutionSettings(kernels=kernels)
        kills = "import os\nos.kill(os.getppid(), 9)\nwhile True: pass"
        path = miniature.write("01_alpha.ipynb", miniature.code(kills))
        chapter = miniature.project.chapters()[0]
        with pytest.raises(KernelError, match=r"cell 4 \('Alpha'\): the kernel died here"):
            execute_chapter(
                miniature.project, chapter, read_notebook(path), Parameters(), "en", settings=settings
            )
        miniature.write("01_alpha.ipynb", miniature.code("1"))
        execute_chapter(
            miniature.project, chapter, read_notebook(path), Parameters(), "en", settings=settings
        )


def test_changed_source_is_not_run_by_a_process_that_imported_it_before(monkeypatch, tmp_path):
    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr("consumer_credit.__file__", str(tmp_path / "__init__.py"))
    environment = kernel_environment(os.environ, {})
    with WarmKernels() as kernels:
        kernels.prepare(environment)
        first = kernels.pid
        kernels.prepare(environment)
        assert kernels.pid == first
        (tmp_path / "module.py").write_text("changed = True")
        kernels.prepare(environment)
        assert kernels.pid != first
        assert not psutil.pid_exists(first)


def test_a_chapter_that_runs_while_the_source_changes_runs_to_its_end(miniature, monkeypatch, tmp_path):
    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr("consumer_credit.__file__", str(tmp_path / "__init__.py"))
    began, go = tmp_path / "began", tmp_path / "go"
    waits = (
        f"import pathlib, time\npathlib.Path({str(began)!r}).touch()\n"
        f"while not pathlib.Path({str(go)!r}).exists():\n    time.sleep(0.01)\nprint('to the end')"
    )
    notebook = read_notebook(miniature.write("01_alpha.ipynb", miniature.code(waits)))
    chapter = miniature.project.chapters()[0]
    with WarmKernels() as kernels, ThreadPoolExecutor(1) as beside:
        settings = ExecutionSettings(kernels=kernels)
        running = beside.submit(
            execute_chapter, miniature.project, chapter, notebook, Parameters(), "en", settings=settings
        )
        _until(began.exists)
        first = kernels.pid
        (tmp_path / "module.py").write_text("changed = True")
        kernels.prepare(kernel_environment(os.environ, {}))
        assert kernels.pid != first
        go.touch()
        assert running.result(60).notebook.cells[-1]["outputs"][0]["text"] == "to the end\n"
    assert not psutil.pid_exists(first)


@pytest.mark.thorough
@pytest.mark.parametrize("victim", ["build", "warm process", "both"])
def test_whoever_is_killed_no_process_outlives_it(miniature, tmp_path, victim):
    told = tmp_path / "pids"
    miniature.write(
        "01_alpha.ipynb",
        miniature.code(
            "import os, pathlib, subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
            f"pathlib.Path({str(told)!r}).write_text(f'{{os.getppid()}} {{os.getpid()}} {{child.pid}}')\n"
            "while True: pass"
        ),
    )
    build = subprocess.Popen(
        [sys.executable, ROOT / "build_report.py", "--quiet"],
        env={**os.environ, "CONSUMER_CREDIT_PROJECT": str(miniature.root)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _until(lambda: told.exists() and len(told.read_text().split()) == 3)
        warm, kernel, child = map(int, told.read_text().split())
        if victim != "build":
            os.kill(warm, signal.SIGKILL)
        if victim != "warm process":
            build.kill()
        left = [kernel, warm] if victim == "both" else [kernel, warm, child]
        _until(lambda: not any(_alive(pid) for pid in left))
        if victim == "both":
            os.kill(child, signal.SIGKILL)  # it had been adopted before anyone could know
    finally:
        build.kill()
        build.wait()


CHAPTERS = [chapter for chapter in Project(ROOT).chapters() if not chapter.is_summary]


@pytest.fixture(scope="module")
def warm_for_the_report():
    notebooks = [read_notebook(chapter.path) for chapter in CHAPTERS]
    with WarmKernels(modules_of(notebooks), Project(ROOT).data) as kernels:
        yield kernels


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("chapter", "language"),
    [(chapter, ("en", "zh")[index % 2]) for index, chapter in enumerate(CHAPTERS)],
    ids=[chapter.id for chapter in CHAPTERS],
)
def test_a_real_chapter_comes_out_of_a_warm_kernel_as_out_of_an_ordinary_one(
    warm_for_the_report, chapter, language
):
    project, notebook = Project(ROOT), read_notebook(chapter.path)
    ordinary, warm = (
        execute_chapter(project, chapter, notebook, Parameters(), language, settings=settings).notebook
        for settings in (ExecutionSettings(), ExecutionSettings(kernels=warm_for_the_report))
    )
    assert warm == ordinary


def _until(holds, seconds=120):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

"""The local pool: separate processes, one report each at a time; a worker that dies takes nothing with it."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.interruption import listen
from consumer_credit.parameters import Parameters
from consumer_credit.sweep.grid import Run
from consumer_credit.sweep.pool import LocalPool
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.work import Done, Order

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
ORDER = Order("latest", {}, ("en",), ("html",), ())


def runs(*years: int) -> list[Run]:
    return [Run(f"base_year={year}", {"base_year": year}, Parameters(base_year=year)) for year in years]


def serve_obediently(project: Any, order: Order, pipe: Any) -> None:
    """A worker that builds nothing: it says which process it is, and dies of the years told in `project`."""
    while (asked := pipe.recv()) is not None:
        year = asked[0]["base_year"]
        pipe.send(f"building {year}")
        mark = Path(str(asked[1])).with_suffix(f".{year}")
        if year in project["always"] or (year in project["once"] and not mark.exists()):
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        pipe.send(Done(float(os.getpid())))


def serve_hard_of_hearing(project: Any, order: Order, pipe: Any) -> None:
    """A worker whom the first interruption reaches in a destructor, which swallows it."""

    class Deaf:
        def __del__(self) -> None:
            pipe.send("begun")
            until = time.monotonic() + 60
            while time.monotonic() < until:
                time.sleep(0.01)

    listen()
    pipe.recv()
    try:
        Deaf()
        time.sleep(60)
    except KeyboardInterrupt:
        Path(project["peace"]).touch()


class Noted(SweepProgress):
    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


def built(
    folder: Path, *years: int, workers: int = 2, progress: Any = None, **project: Any
) -> dict[str, Done]:
    pool = LocalPool({"always": (), "once": ()} | project, ORDER, workers, serve_obediently)  # type: ignore[arg-type]
    folders = [folder / "mark"] * len(years)
    return {run.name: done for run, done in pool.build(runs(*years), folders, progress or SweepProgress())}


def test_a_worker_builds_run_after_run_and_there_are_no_more_than_asked_for(tmp_path):
    done = built(tmp_path, *range(2007, 2017), workers=2)
    assert len(done) == 10
    assert 1 <= len({result.seconds for result in done.values()}) <= 2


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_the_run_of_a_worker_that_died_is_built_again_by_another(tmp_path):
    progress = Noted()
    done = built(tmp_path, 2015, 2016, 2017, once=(2016,), progress=progress)
    assert all(result.failure is None for result in done.values())
    assert progress.notes == ["base_year=2016: the process that built it died; building it again"]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_run_that_kills_every_worker_fails_alone(tmp_path):
    done = built(tmp_path, 2015, 2016, 2017, always=(2016,))
    assert {name for name, result in done.items() if result.failure} == {"base_year=2016"}
    failure = done["base_year=2016"].failure
    assert failure is not None
    assert "died, twice (killed by SIGKILL)" in failure.what


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_worker_that_dies_between_two_runs_is_replaced(tmp_path):
    progress, ended = Noted(), []
    pool = LocalPool({"always": (), "once": ()}, ORDER, 1, serve_obediently)  # type: ignore[arg-type]
    for run, done in pool.build(runs(2014, 2015, 2016), [tmp_path / "mark"] * 3, progress):
        assert done.failure is None
        ended.append(run.name)
        (worker,) = multiprocessing.active_children()
        worker.kill()
        worker.join()
    assert ended == ["base_year=2014", "base_year=2015", "base_year=2016"]
    assert len(progress.notes) == 2


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_worker_that_did_not_hear_is_interrupted_again_and_nothing_is_said(tmp_path, capfd):
    peace = tmp_path / "ended in peace"
    pool = LocalPool({"peace": str(peace)}, ORDER, 1, serve_hard_of_hearing)  # type: ignore[arg-type]

    class Begun(SweepProgress):
        def says(self, run: Run, said: Any) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(pool.build(runs(2016), [None], Begun()))
    assert peace.exists()
    assert capfd.readouterr().err == ""


def test_an_interrupted_sweep_ends_with_130_leaves_no_process_and_resumes(miniature, tmp_path):
    child = tmp_path / "kernel"
    waits = (
        f"import os, pathlib, time\nif base_year == 2016 and not pathlib.Path({str(child)!r}).exists():\n"
        f"    pathlib.Path({str(child)!r}).write_text(str(os.getpid()))\n    time.sleep(600)"
    )
    miniature.write("01_alpha.ipynb", miniature.code(waits), *miniature.text)
    common = ("--over", "base_year=2015,2016", "--language", "en", "--format", "html", "--workers", "1")
    command = started(miniature, *common)
    deadline = time.monotonic() + 200
    while not (child.exists() and child.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    command.send_signal(signal.SIGTERM)
    _, said = command.communicate(timeout=30)
    assert command.returncode == 130, said
    assert "Traceback" not in said
    with pytest.raises(ProcessLookupError):
        os.kill(int(child.read_text()), 0)
    again = started(miniature, *common, "--resume", "--json")
    output, said = again.communicate(timeout=250)
    assert again.returncode == 0, said
    assert [run["state"] for run in json.loads(output)["runs"]] == ["kept", "built"]


def test_a_sweep_with_a_failing_run_ends_with_7_and_names_it(miniature):
    raises = "if base_year == 2016:\n    1 / 0"
    miniature.write("01_alpha.ipynb", miniature.code(raises), *miniature.text)
    command = started(
        miniature, "--over", "base_year=2015,2016", "--language", "en", "--format", "html", "--json"
    )
    output, said = command.communicate(timeout=250)
    assert command.returncode == 7, said
    content = json.loads(output)
    assert [run["state"] for run in content["runs"]] == ["built", "failed"]
    assert "1 of 2 runs failed: base_year=2016 (01_alpha.ipynb, cell 4" in said
    assert "--resume" in said
    assert "Traceback" not in said


def started(miniature: Any, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, ROOT / "build_report.py", "sweep", *arguments],
        env={**os.environ, "CONSUMER_CREDIT_PROJECT": str(miniature.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )

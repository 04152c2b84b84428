"""make bench: a measurement counts once and survives an interruption; small notebooks are a report like any other."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from consumer_credit.project import Project
from consumer_credit.report.build import BuildOptions, prepare

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not (ROOT / "benchmarks").is_dir(), reason="the benchmarks are not installed"),
]


@pytest.fixture(autouse=True)
def _benchmarks_can_be_imported(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT))


def measured(case, contender, repetition, seconds=1.0, **more):
    from benchmarks.measuring import Measurement

    return Measurement(case, contender, repetition, more.pop("fingerprint", "now"), seconds, **more)


def test_measurements_are_kept_as_they_are_taken_and_count_only_for_what_was_measured(tmp_path):
    from benchmarks.measuring import Notebook

    notebook = Notebook(tmp_path / "measurements.jsonl")
    notebook.add(measured("real-cold", "ours", 0))
    notebook.add(measured("real-cold", "ours", 1, fingerprint="before"))
    again = Notebook(tmp_path / "measurements.jsonl")
    assert [m.repetition for m in again.held("real-cold", "ours", "now")] == [0]


def test_a_case_that_was_interrupted_takes_only_what_is_missing(tmp_path, monkeypatch):
    from benchmarks import __main__ as bench
    from benchmarks.cases import Case, Contender
    from benchmarks.measuring import Notebook
    from benchmarks.workloads import Workload

    monkeypatch.setattr(bench, "_once", lambda *_: None)
    workload = Workload("nothing", tmp_path)
    contenders = [
        Contender(name, workload, lambda: [[sys.executable, "-c", "pass"]]) for name in ("ours", "floor")
    ]
    notebook = Notebook(tmp_path / "measurements.jsonl")
    notebook.add(measured("case", "ours", 0))
    limits = {"deadline": float("inf"), "timeout": 60.0}
    bench.measure_case(Case("case", "a case", contenders), notebook, "now", repetitions=2, **limits)
    taken = [(m.contender, m.repetition) for m in notebook.measurements]
    assert taken == [("ours", 0), ("floor", 0), ("floor", 1), ("ours", 1)]
    assert all(m.seconds > 0 and not m.error for m in notebook.measurements)


def test_ratios_are_those_of_one_round(tmp_path):
    from benchmarks.measuring import Notebook
    from benchmarks.page import Results

    notebook = Notebook(tmp_path / "measurements.jsonl")
    for repetition, (ours, loop) in enumerate([(1.0, 4.0), (3.0, 6.0)]):
        notebook.add(measured("real-cold", "ours", repetition, ours))
        notebook.add(measured("real-cold", "papermill-loop", repetition, loop))
    notebook.add(measured("real-cold", "ours", 2, 100.0))
    assert Results(notebook, "now").ratios("real-cold", "ours", "papermill-loop") == [0.25, 0.5]


def test_a_case_not_measured_since_the_library_changed_keeps_its_last_measurement_and_says_so(tmp_path):
    from benchmarks.measuring import Notebook
    from benchmarks.page import Results, write_page

    notebook = Notebook(tmp_path / "measurements.jsonl")
    for fingerprint, loop in (("first", 100.0), ("before", 240.0)):
        notebook.add(measured("real-cold", "papermill-loop", 0, loop, fingerprint=fingerprint))
        notebook.add(measured("sweep-24", "ours", 0, 576.0, fingerprint=fingerprint))
    notebook.add(measured("real-cold", "papermill-loop", 0, 480.0))
    notebook.add(measured("real-cold", "ours", 0, 48.0))
    results = Results(notebook, "now")
    assert results.is_earlier("sweep-24") and not results.is_earlier("real-cold")
    (tmp_path / "docs").mkdir()
    write_page(tmp_path, [], notebook, "now", with_steps=False)
    page = (tmp_path / "docs" / "benchmarks.md").read_text("utf-8")
    assert "| sweep of 24, per report, against (a) † | ≤ 0.125 × | 0.1 × | 1 |" in page  # 576 ÷ 24 ÷ 240
    assert "| ten chapters with PDF, from nothing, against (a) | ≤ 0.25 × | 0.1 × | 1 |" in page
    assert "\n† Measured before" in page


def test_what_fails_or_takes_too_long_is_said_and_leaves_no_number(tmp_path):
    from benchmarks.measuring import take

    broken = take([[sys.executable, "-c", "raise SystemExit('no such thing')"]], **here(tmp_path))
    assert broken.error == "exit code 1: no such thing"
    slow = take([[sys.executable, "-c", "import time; time.sleep(60)"]], **here(tmp_path) | {"timeout": 1})
    assert slow.error == "took too long"


def test_memory_is_that_of_all_processes(tmp_path):
    from benchmarks.measuring import take

    child = "import time; held = bytearray(60_000_000); time.sleep(2)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert take([[sys.executable, "-c", parent]], **here(tmp_path)).peak > 60_000_000


def test_the_small_notebooks_are_a_report_that_can_be_built(tmp_path):
    from benchmarks.workloads import small

    workload = small(tmp_path, chapters=3, rows=10)
    plan = prepare(Project(workload.folder), BuildOptions(languages=("en",), formats=("html",)))
    assert [chapter.id for chapter, _ in plan.chapters] == ["chapter_1", "chapter_2", "chapter_3"]


def test_every_contender_has_a_name_on_the_page(tmp_path, monkeypatch):
    from benchmarks import cases
    from benchmarks.cases import Cases
    from benchmarks.page import NAMES

    for workload in (
        "real",
        "small",
    ):  # what is built does not matter here, and a million rows take seconds to write
        monkeypatch.setattr(cases, workload, lambda *_, **__: cases.Workload("any", tmp_path))
    names = {contender.name for case in Cases(tmp_path).all() for contender in case.contenders}
    assert names <= set(NAMES)


def here(folder):
    import os

    return {"folder": folder, "environment": dict(os.environ), "timeout": 60}


def test_a_watched_page_is_measured_by_its_refreshes_and_its_stages(tmp_path):
    from benchmarks.measuring import Notebook
    from benchmarks.page import Results, refresh_profile, refreshes

    notebook = Notebook(tmp_path / "measurements.jsonl")
    for repetition, chapters in enumerate((1.0, 2.0, 4.0)):
        details = {"refresh 1": chapters + 1, "refresh 2": chapters + 2, "chapters": chapters}
        notebook.add(measured("watch", "ours-watch", repetition, details=details))
    results = Results(notebook, "now")
    assert refreshes(results) == [2, 3, 3, 4, 5, 6]
    assert "| chapters | 2.00 |" in refresh_profile(results)

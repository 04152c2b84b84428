"""The same command with nothing changed is answered without importing anything slow, and only then."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from consumer_credit.report.cache import stamps, unchanged
from consumer_credit.report.cache.stamps import Files
from consumer_credit.terminal import COMPLETION_VARIABLE

ROOT = Path(__file__).parents[3]
SLOW = (
    "pandas",
    "numpy",
    "matplotlib",
    "nbformat",
    "nbconvert",
    "papermill",
    "pydantic",
    "typer",
    "IPython",
    "yaml",
)


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A project that a command built, as far as `unchanged` can see: the folder, and the command."""
    root = tmp_path / "project"
    for name in ("notebooks/01_a.ipynb", "editions/latest.yaml", "data/a.yaml", "library/a.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    for name in ("en/index.html", "en/manifest.json", "zh/report.pdf"):
        (root / "dist" / "latest" / name).parent.mkdir(parents=True, exist_ok=True)
        (root / "dist" / "latest" / name).write_text(name)
    for path in root.rglob("*"):
        os.utime(path, ns=(10**18, 10**18))
    monkeypatch.setattr(stamps, "PACKAGE", str(root / "library"))
    monkeypatch.setenv(unchanged.PROJECT_VARIABLE, str(root))
    record(root)
    return root


def record(root, arguments=("--quiet",)):
    known = Files()
    for path in [*stamps.project_files(str(root)), *stamps.source_files()]:
        known.sha256(path)
    command = unchanged.command_line(str(root), arguments)
    publication = unchanged.Publication(str(root / "dist" / "latest"), None)
    facts = unchanged.record_facts(command, publication, known, {})
    place = unchanged.record_path(str(root), arguments)
    unchanged.write_record(place, {**facts, "said": [], "answer": ["dist/latest/en/index.html"]})


def test_the_same_command_is_answered_with_the_same_paths(built, capsys):
    assert unchanged.answered(["--quiet"])
    assert capsys.readouterr().out == "dist/latest/en/index.html\n"
    assert not unchanged.answered([])
    assert not unchanged.answered(["--quiet", "--explain"])


@pytest.mark.parametrize(
    "name",
    [
        "notebooks/01_a.ipynb",
        "editions/latest.yaml",
        "data/a.yaml",
        "library/a.py",
        "dist/latest/en/index.html",
        "dist/latest/en/manifest.json",
    ],
)
@pytest.mark.parametrize("edit", ["written", "written in secret", "removed"])
def test_any_change_of_what_went_in_or_came_out_is_seen(built, name, edit):
    path = built / name
    before = path.stat()
    if edit == "removed":
        path.unlink()
    else:
        path.write_text(name[::-1])
    if edit == "written in secret":  # the same size, the same time
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert not unchanged.answered(["--quiet"])


@pytest.mark.parametrize(
    "name", ["data/new.csv", "notebooks/02_b.ipynb", "library/b.py", "dist/latest/en/extra.html"]
)
def test_a_file_that_came_is_seen(built, name):
    (built / name).write_text("new")
    assert not unchanged.answered(["--quiet"])


def test_what_was_only_touched_is_read_and_found_the_same(built):
    (built / "data" / "a.yaml").touch()
    assert unchanged.answered(["--quiet"])


def test_a_killed_build_is_left_to_the_ordinary_way(built):
    (built / "dist" / ".old-latest").mkdir()
    assert not unchanged.answered(["--quiet"])


def test_a_record_cut_short_or_open_to_others_is_not_believed(built):
    path = Path(unchanged.record_path(str(built), ["--quiet"]))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert not unchanged.answered(["--quiet"])
    path.write_bytes(whole)
    assert unchanged.answered(["--quiet"])
    if os.name != "nt":
        path.chmod(0o666)
        assert not unchanged.answered(["--quiet"])


def test_a_file_written_in_the_moment_of_its_stamp_is_read_again(tmp_path):
    path = tmp_path / "a"
    path.write_text("one")
    files = Files()
    first = files.sha256(str(path))
    status = path.stat()
    path.write_text("two")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert files.sha256(str(path)) != first


def test_records_do_not_pile_up(built):
    for number in range(unchanged.KEPT + 5):
        record(built, (str(number),))
    assert len(list((built / unchanged.FOLDER).iterdir())) == unchanged.KEPT


def test_nothing_slow_is_imported_to_say_that_nothing_has_changed():
    found = f"[name for name in {SLOW!r} if name in sys.modules]"
    code = f"import sys, consumer_credit.report.cache.unchanged; print({found})"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert said.stdout.strip() == "[]"


def test_a_shell_that_asks_what_may_follow_is_not_told_what_was_built(built, monkeypatch, capsys):
    assert unchanged.answered(["--quiet"])
    capsys.readouterr()
    monkeypatch.setenv(COMPLETION_VARIABLE, "complete_bash")
    assert not unchanged.answered(["--quiet"])
    assert capsys.readouterr().out == ""


@pytest.mark.thorough
def test_a_build_is_followed_by_an_answer_until_its_page_is_touched(miniature):
    def command(*options):
        return subprocess.run(
            [sys.executable, ROOT / "build_report.py", *options],
            env={**os.environ, "CONSUMER_CREDIT_PROJECT": str(miniature.root)},
            cwd=miniature.root,
            capture_output=True,
            text=True,
            check=False,
        )

    options = ("--chapter", "alpha", "--language", "en", "--format", "html")
    first = command(*options)
    assert first.returncode == 0, first.stderr
    again = command(*options)
    assert again.stdout == first.stdout
    assert "nothing it rests on has changed" in again.stderr
    page = miniature.root / "dist" / "latest~draft" / "en" / "index.html"
    whole = page.read_bytes()
    page.write_text("tampered with")
    explained = command(*options, "--explain")
    assert page.read_bytes() == whole
    assert "01 alpha, English: reused" in explained.stderr
    cleared = json.loads(command("cache", "clear", "--json").stdout)
    assert cleared["entries"] > 0
    assert json.loads(command("cache", "show", "--json").stdout)["entries"] == 0


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_in_the_place_of_a_file_is_absent_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert Files().sha256(str(tmp_path / "pipe")) == stamps.ABSENT

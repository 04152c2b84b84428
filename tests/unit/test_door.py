"""build_report.py: whoever starts it with the wrong Python is told the right one, in one sentence."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOOR = Path(__file__).resolve().parents[2] / "build_report.py"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose commands only say how they were called, in a folder with a space in its name."""
    folder = tmp_path / "my report"
    package = folder / "consumer_credit"
    package.mkdir(parents=True)
    shutil.copy(DOOR, folder)
    (package / "__init__.py").touch()
    (package / "cli.py").write_text(
        "import sys\n\n\ndef main():\n    print(sys.argv[1:])\n    return 3\n", encoding="utf-8"
    )
    return folder


def start(project: Path, *arguments: str, claimed_version: str = "") -> subprocess.CompletedProcess[str]:
    """Run the door as a user would, in a Python that claims to be `claimed_version` if one is given."""
    command = [sys.executable, "-E", "-s", "build_report.py", *arguments]
    if claimed_version:
        pretence = (
            f"import runpy, sys; sys.argv = ['build_report.py']; sys.version = '{claimed_version}'\n"
            "sys.version_info = tuple(map(int, sys.version.split('.')))\n"
            "runpy.run_path('build_report.py', run_name='__main__')"
        )
        command = [sys.executable, "-E", "-s", "-c", pretence]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def an_environment(project: Path) -> Path:
    python = project / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    python.parent.mkdir(parents=True)
    python.touch()
    return python.relative_to(project)


def test_the_door_hands_arguments_in_and_the_exit_code_out(project: Path) -> None:
    run = start(project, "--set", "base_year=2019")
    assert run.stdout.strip() == "['--set', 'base_year=2019']"
    assert run.returncode == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_after_all_is_said_changes_nothing(project: Path) -> None:
    (project / "consumer_credit" / "cli.py").write_text(
        "import atexit, os, signal, time\n\n\ndef main():\n"
        "    signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "    atexit.register(time.sleep, 0.1)\n"
        "    atexit.register(os.kill, os.getpid(), signal.SIGINT)\n    return 3\n",
        encoding="utf-8",
    )
    run = start(project)
    assert (run.returncode, run.stderr) == (3, "")


@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one process")
def test_ctrl_c_while_the_library_is_being_loaded_is_answered_in_one_line(project: Path) -> None:
    (project / "consumer_credit" / "cli.py").write_text(
        "import os, signal, time\n\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(60)\n", encoding="utf-8"
    )
    run = start(project)
    assert (run.returncode, run.stderr) == (130, "interrupted before anything had begun\n")


def test_an_old_python_is_told_to_make_the_report(project: Path) -> None:
    run = start(project, claimed_version="3.9.2")
    assert run.returncode == 2
    assert run.stdout == ""
    assert len(run.stderr.splitlines()) == 1
    assert "3.9.2" in run.stderr
    assert "Python 3.11 or newer is needed" in run.stderr
    assert ("bootstrap.py" if os.name == "nt" else "make report") in run.stderr


def test_an_old_python_is_pointed_to_the_environment_that_is_there(project: Path) -> None:
    python = an_environment(project)
    run = start(project, claimed_version="2.7.18")
    assert run.returncode == 2
    assert f"{python} build_report.py" in run.stderr


def test_a_missing_package_is_named(project: Path) -> None:
    (project / "consumer_credit" / "cli.py").write_text("import no_such_package_here\n", encoding="utf-8")
    run = start(project)
    assert run.returncode == 2
    assert "the package 'no_such_package_here' is missing" in run.stderr
    assert "Traceback" not in run.stderr


def test_no_other_python_is_started(project: Path) -> None:
    """The environment here is an empty file: if the door ran it, this would fail in another way."""
    an_environment(project)
    (project / "consumer_credit" / "cli.py").write_text("import no_such_package_here\n", encoding="utf-8")
    assert start(project).returncode == 2


def test_a_mistake_of_ours_is_not_taken_for_a_missing_package(project: Path) -> None:
    (project / "consumer_credit" / "cli.py").write_text("import consumer_credit.nowhere\n", encoding="utf-8")
    run = start(project)
    assert run.returncode == 1
    assert "Traceback" in run.stderr


def test_a_path_with_a_space_is_quoted_in_the_sentence(project: Path) -> None:
    python = project / an_environment(project)
    (project / "consumer_credit" / "cli.py").write_text("import no_such_package_here\n", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-E", "-s", str(project / "build_report.py")],
        cwd=project.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert f'"{python}" "{project / "build_report.py"}"' in run.stderr


def test_even_the_oldest_python_can_parse_the_door() -> None:
    source = DOOR.read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 4))
    # What Python 2 knew neither: annotations and the f-strings that feature_version lets pass.
    newer = (ast.AnnAssign, ast.JoinedStr, ast.NamedExpr)
    nodes = list(ast.walk(ast.parse(source)))
    assert not [node for node in nodes if isinstance(node, newer) or getattr(node, "returns", None)]
    assert source.isascii()

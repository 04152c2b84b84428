"""The Makefile: its commands explain themselves; a fitting Python is found, or its lack explained."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    os.name == "nt" or shutil.which("make") is None, reason="make is not used on this system"
)


def make(*arguments: str) -> str:
    # Not as a part of the `make test` that may be running this.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout


def find_python(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run tools/find_python.sh where only the commands in `folder` exist."""
    shell = shutil.which("dash") or "/bin/sh"
    return subprocess.run(
        [shell, str(ROOT / "tools" / "find_python.sh")],
        env={"PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def a_python(folder: Path, name: str, version: str) -> None:
    """A command that answers questions about its version as Python `version` would."""
    command = folder / name
    pretence = f"import sys; sys.version_info = tuple(map(int, '{version}'.split('.')))"
    command.write_text(
        f"#!/bin/sh\n[ \"$1\" = --version ] && echo 'Python {version}' && exit 0\n"
        f"exec '{sys.executable}' -c \"{pretence}\n$2\"\n",
        encoding="utf-8",
    )
    command.chmod(0o755)


def test_help_explains_every_command() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)[1].split())  # type: ignore[index]
    explained = set(re.findall(r"^  ([a-z-]+) +\S", make("help"), re.MULTILINE))
    assert explained == targets
    assert {"report", "test", "quick", "lab", "data", "bench", "lint", "help"} <= targets


def test_make_alone_only_prints_help() -> None:
    assert make() == make("help")


def test_every_command_but_help_and_clean_brings_the_environment_up_to_date_first() -> None:
    for target in ("report", "test", "quick", "lint", "format", "lab", "data", "bench", "requirements"):
        commands = make("--dry-run", target)
        assert commands.index("bootstrap.py") < commands.index(".venv/bin/python"), target


def test_python3_is_taken_when_it_serves(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", "3.12.1")
    a_python(tmp_path, "python3.13", "3.13.0")
    assert find_python(tmp_path).stdout.strip() == "python3"


def test_a_named_version_is_found_behind_an_old_python3(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", "3.9.2")
    a_python(tmp_path, "python3.11", "3.11.2")
    assert find_python(tmp_path).stdout.strip() == "python3.11"


def test_a_command_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    (tmp_path / "python3").chmod(0o755)
    a_python(tmp_path, "python3.13", "3.13.0")
    assert find_python(tmp_path).stdout.strip() == "python3.13"


def test_a_tested_version_goes_before_one_newer_than_the_pins(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", "3.99.0")
    a_python(tmp_path, "python3.12", "3.12.1")
    assert find_python(tmp_path).stdout.strip() == "python3.12"


def test_a_version_newer_than_the_pins_is_better_than_none(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", "3.99.0")
    assert find_python(tmp_path).stdout.strip() == "python3"


def test_without_a_fitting_python_one_sentence_says_what_is_needed_and_what_was_found(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", "3.9.2")
    search = find_python(tmp_path)
    assert search.returncode == 2
    assert search.stdout == ""
    assert "Python 3.11 or newer is needed" in search.stderr
    assert "Python 3.9.2" in search.stderr


def test_a_python_named_by_the_user_is_used_or_refused_never_replaced(tmp_path: Path) -> None:
    a_python(tmp_path, "python3", "3.12.1")
    a_python(tmp_path, "my python", "3.13.0")
    a_python(tmp_path, "old", "3.8.10")
    assert find_python(tmp_path, PYTHON=str(tmp_path / "my python")).stdout.strip().endswith("my python")
    refused = find_python(tmp_path, PYTHON=str(tmp_path / "old"))
    assert refused.returncode == 2
    assert "is not a Python 3.11 or newer" in refused.stderr

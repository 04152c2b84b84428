"""tools/bootstrap.py: `.venv` is made, updated, left alone when current, made anew when it cannot serve.

Nothing is installed here: the commands are recorded and a small tree stands for the environment.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "tools" / "bootstrap.py"


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


bootstrap = load()

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the environment of these tests is a symbolic link")


class Machine:
    """Answers commands as a machine would on which those containing a word of `broken` fail."""

    def __init__(self, project: Path, broken: Sequence[str] = ()) -> None:
        self.project, self.broken = project, broken
        self.commands: list[str] = []

    def run(self, command: Sequence[str]) -> bool:
        text = " ".join(command)
        self.commands.append(text)
        if any(word in text for word in self.broken):
            return False
        if "-m venv" in text:
            python = self.project / ".venv" / "bin" / "python"
            python.parent.mkdir(parents=True, exist_ok=True)
            python.unlink(missing_ok=True)
            python.symlink_to(sys.executable)
        return True

    def ran(self, words: str) -> bool:
        return any(words in command for command in self.commands)

    def installs(self) -> list[str]:
        """The installations that were tried, by whom."""
        return [
            "uv" if "-m uv" in c else "pip" for c in self.commands if "--require-hashes -r requirements" in c
        ]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "my report"
    (folder / "tools").mkdir(parents=True)
    for name in (*bootstrap.DEVELOPMENT, "pyproject.toml", "tools/requirements-uv.txt"):
        (folder / name).write_text(f"{name}\n", encoding="utf-8")
    return folder


def bring_up_to_date(project: Path, wanted: Sequence[str], broken: Sequence[str] = ()) -> Machine:
    machine = Machine(project, broken)
    bootstrap.Environment(project, machine.run, machine.run).bring_up_to_date(wanted)
    return machine


def test_a_fresh_clone_gets_an_environment_the_hashed_pins_and_then_the_package(project: Path) -> None:
    machine = bring_up_to_date(project, bootstrap.RUN)
    assert machine.ran("-m venv")
    assert machine.installs() == ["uv"]
    assert machine.commands[-1].endswith("--no-deps --no-build-isolation -e .")


def test_the_second_run_starts_no_command_at_all(project: Path) -> None:
    bring_up_to_date(project, bootstrap.DEVELOPMENT)
    assert bring_up_to_date(project, bootstrap.DEVELOPMENT).commands == []
    assert bring_up_to_date(project, bootstrap.RUN).commands == []


def test_tests_are_installed_beside_what_running_needs(project: Path) -> None:
    bring_up_to_date(project, bootstrap.RUN)
    machine = bring_up_to_date(project, bootstrap.DEVELOPMENT)
    assert machine.ran(" ".join(f"-r {name}" for name in bootstrap.DEVELOPMENT))
    assert not machine.ran("-m venv")


@pytest.mark.parametrize("changed", ["requirements.txt", "pyproject.toml", "tools/requirements-uv.txt"])
def test_a_changed_pin_is_installed_again(project: Path, changed: str) -> None:
    bring_up_to_date(project, bootstrap.RUN)
    (project / changed).write_text("other\n", encoding="utf-8")
    assert bring_up_to_date(project, bootstrap.RUN).installs() == ["uv"]


def test_updating_what_running_needs_does_not_forget_the_tests_unless_these_changed_too(
    project: Path,
) -> None:
    bring_up_to_date(project, bootstrap.DEVELOPMENT)
    (project / "requirements.txt").write_text("other\n", encoding="utf-8")
    bring_up_to_date(project, bootstrap.RUN)
    assert bring_up_to_date(project, bootstrap.DEVELOPMENT).commands == []

    (project / "requirements.txt").write_text("another\n", encoding="utf-8")
    (project / "requirements-dev.txt").write_text("another\n", encoding="utf-8")
    bring_up_to_date(project, bootstrap.RUN)
    assert bring_up_to_date(project, bootstrap.DEVELOPMENT).installs() == ["uv"]


@pytest.mark.parametrize("broken", ["requirements-uv.txt", "-m uv"])
def test_pip_does_the_work_where_uv_cannot(project: Path, broken: str) -> None:
    machine = bring_up_to_date(project, bootstrap.RUN, broken=[broken])
    assert machine.installs()[-1] == "pip"
    assert machine.commands[-1].endswith("-m pip install --no-deps --no-build-isolation -e .")


def test_uv_does_without_its_cache_where_the_home_cannot_be_written_to(project: Path) -> None:
    assert not bring_up_to_date(project, bootstrap.RUN).ran("--no-cache")
    (project / ".venv" / "installed.json").unlink()
    machine = bring_up_to_date(project, bootstrap.RUN, broken=["uv --system-certs pip list"])
    assert machine.installs() == ["uv"]
    assert len([c for c in machine.commands if "-m uv" in c and "install" in c and "--no-cache" in c]) == 2


def test_without_a_package_index_the_message_says_what_is_needed_and_the_next_run_tries_again(
    project: Path,
) -> None:
    with pytest.raises(bootstrap.InstallationError, match="needs a connection"):
        bring_up_to_date(project, bootstrap.RUN, broken=["--require-hashes"])
    assert bring_up_to_date(project, bootstrap.RUN).installs() == ["uv"]


def test_a_failed_update_is_not_taken_for_done(project: Path) -> None:
    bring_up_to_date(project, bootstrap.RUN)
    before = (project / "requirements.txt").read_bytes()
    (project / "requirements.txt").write_text("other\n", encoding="utf-8")
    with pytest.raises(bootstrap.InstallationError):
        bring_up_to_date(project, bootstrap.RUN, broken=["--require-hashes"])
    # Even the old list must be installed again now: nobody knows how far the update came.
    (project / "requirements.txt").write_bytes(before)
    assert bring_up_to_date(project, bootstrap.RUN).installs() == ["uv"]


def test_a_moved_project_gets_a_new_environment(project: Path) -> None:
    bring_up_to_date(project, bootstrap.RUN)
    moved = project.rename(project.with_name("elsewhere"))
    assert bring_up_to_date(moved, bootstrap.RUN).ran("-m venv --clear")


def test_an_environment_whose_python_is_gone_is_made_anew(project: Path) -> None:
    bring_up_to_date(project, bootstrap.RUN)
    (project / ".venv" / "bin" / "python").unlink()
    assert bring_up_to_date(project, bootstrap.RUN).ran("-m venv --clear")


@pytest.mark.parametrize("stamp", ["", "{", "[]", '{"files": 1}', '{"files": {}}'])
def test_a_damaged_stamp_is_ignored_never_trusted(project: Path, stamp: str) -> None:
    bring_up_to_date(project, bootstrap.RUN)
    (project / ".venv" / "installed.json").write_text(stamp, encoding="utf-8")
    assert bring_up_to_date(project, bootstrap.RUN).installs() == ["uv"]


def test_a_python_without_pip_borrows_that_of_the_system(project: Path) -> None:
    inside = f"{project}/.venv/bin/python -m pip"
    machine = bring_up_to_date(project, bootstrap.RUN, broken=[inside, "ensurepip"])
    assert machine.ran(f"-m pip --python {project}/.venv/bin/python install --require-hashes")


def test_without_any_pip_the_message_names_debians_package(project: Path) -> None:
    with pytest.raises(bootstrap.InstallationError, match="apt install python3-venv"):
        bring_up_to_date(project, bootstrap.RUN, broken=["-m pip", "ensurepip"])


def test_an_old_python_can_parse_the_script_to_be_told_so() -> None:
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 6))

"""Claims about the commands that README and docs tell people to type: all are understood, and what is quick is run."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer

from consumer_credit.cli import app, main

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
OURS = "build_report.py"
TRIED = {
    ("params",),
    ("new-chapter",),
    ("data", "check"),
    ("data", "codebook"),
    ("data", "diff"),
    ("data", "export"),
    ("data", "show"),
    ("data", "status"),
}
"""Commands that need neither network nor an earlier build, and take seconds; the others have tests of their own."""


def typed() -> list[tuple[str, list[str]]]:
    """Page and words of each command line in a block of shell."""
    lines = []
    for page in PAGES:
        for block in re.findall(
            r"^```sh\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE
        ):
            for line in block.replace("\\\n", " ").splitlines():
                words = shlex.split(line, comments=True)
                if words:
                    lines.append((page.name, words))
    return lines


LINES = typed()
COMMANDS = sorted({tuple(words[words.index(OURS) + 1 :]) for _, words in LINES if OURS in words})


def test_the_pages_tell_commands() -> None:
    assert len(COMMANDS) > 30
    assert {page for page, _ in LINES} > {"README.md", "edit-the-report.md", "update-the-data.md", "sweep.md"}


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_is_understood(arguments: tuple[str, ...]) -> None:
    command: Any = typer.main.get_command(app)
    left = list(arguments)
    while True:
        context = command.make_context(OURS, left)
        left = [*context._protected_args, *context.args]
        if not left:
            break
        _, command, left = command.resolve_command(context, left)
    assert getattr(command, "invoke_without_command", True), "only the name of a group of commands"


def test_every_goal_of_make_exists() -> None:
    goals = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = {word for _, words in LINES if words[0] == "make" for word in words[1:2]}
    assert told > {"report", "test"}
    assert told <= goals


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader") / "report"
    for name in ("data", "docs", "editions", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / OURS, folder)
    return folder


@pytest.mark.thorough
@pytest.mark.parametrize("arguments", [c for c in COMMANDS if c[:1] in TRIED or c[:2] in TRIED], ids=" ".join)
def test_a_command_does_what_it_is_for(
    arguments: tuple[str, ...], copy: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(copy))
    monkeypatch.chdir(copy)
    code = main(list(arguments))
    said = capsys.readouterr()
    assert code == 0, said.err
    assert said.out.strip(), "it says nothing"

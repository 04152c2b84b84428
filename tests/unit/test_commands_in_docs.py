"""Claims about the commands that README and docs tell people to type: all are understood, what is quick is run, and
prints what the page shows; nothing is left where git would see it.
"""

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


def shown() -> list[tuple[str, list[list[str]], list[str]]]:
    """Page, commands and lines of each printout that follows a block of shell."""
    pairs = re.compile(r"^```sh\n((?:(?!```)[^\n]*\n)*)```\n\n```\n((?:(?!```)[^\n]*\n)*)```", re.MULTILINE)
    return [
        (
            page.name,
            [words for line in commands.splitlines() if (words := shlex.split(line, comments=True))],
            [" ".join(line.split()) for line in printout.splitlines()],
        )
        for page in PAGES
        for commands, printout in pairs.findall(page.read_text(encoding="utf-8"))
    ]


LINES = typed()
PRINTOUTS = shown()
COMMANDS = sorted({tuple(words[words.index(OURS) + 1 :]) for _, words in LINES if OURS in words})


def test_the_pages_tell_commands() -> None:
    assert len(COMMANDS) > 30
    assert PRINTOUTS
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


def test_a_page_that_says_python_says_which() -> None:
    for name in {page for page, words in LINES if words[:2] == ["python", OURS]}:
        page = next(page for page in PAGES if page.name == name).read_text(encoding="utf-8")
        assert "`.venv/bin/python`" in page[: page.index(f"python {OURS} ")] + page.partition("```sh")[0], (
            name
        )


def test_what_commands_write_lies_where_git_does_not_look() -> None:
    named = [words[words.index("--output") + 1] for _, words in LINES if "--output" in words]
    assert named
    assert [folder for folder in named if not folder.startswith(("dist/", "../"))] == []


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reader") / "report"
    for name in ("data", "docs", "editions", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / OURS, folder)
    follow_add_a_series(folder)
    return folder


def follow_add_a_series(folder: Path) -> None:
    """Put the entry that the how-to shows where it says."""
    (entry,) = re.findall(
        r"^```yaml\n(.*?)^```", (folder / "docs/add-a-series.md").read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    catalogue = folder / "data/catalogue/federal_reserve.yaml"
    before, heading, after = catalogue.read_text("utf-8").partition("\nseries:\n")
    catalogue.write_text(before + heading + entry + after, encoding="utf-8")


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


@pytest.mark.thorough
def test_the_series_of_the_how_to_takes_the_figures_of_its_publisher(
    copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(copy))
    file = tmp_path / "fredgraph.csv"
    file.write_text("observation_date,CONSUMER\n2026-01-01,1850.5\n2026-02-01,1853.25\n", encoding="utf-8")
    assert main(["data", "import", str(file)]) == 0
    assert main(["data", "check"]) == 0
    assert "0 errors, 0 warnings" in capsys.readouterr().out
    assert main(["data", "show", "us.consumer_loans.banks"]) == 0
    assert "1853.25" in capsys.readouterr().out


@pytest.mark.thorough
@pytest.mark.parametrize(("page", "commands", "printout"), PRINTOUTS, ids=[page for page, _, _ in PRINTOUTS])
def test_a_command_prints_what_the_page_shows(
    page: str,
    commands: list[list[str]],
    printout: list[str],
    copy: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(copy))
    for words in commands:
        assert main(words[words.index(OURS) + 1 :]) == 0
    printed = {" ".join(line.split()) for line in capsys.readouterr().out.splitlines()}
    assert [line for line in printout if line not in printed] == [], page

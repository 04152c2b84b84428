"""The Tab key: real shells are told by `completion` what may follow, and ask behind the Python that was typed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from consumer_credit import cli
from consumer_credit.commands.completion import SCRIPTS
from consumer_credit.terminal import COMPLETION_VARIABLE as VARIABLE

ROOT = Path(__file__).parents[2]
FOLLOWS = {
    "--ed": ["--edition"],
    "--edition ": ["as-published-2017", "latest"],
    "--chapter w": ["winning_customers", "world"],
    "--set base": ["base_year="],
    "sweep --over com": ["comparator="],
    "data s": ["show", "status"],
    "watch --language ": ["all", "en", "zh"],
    "completion ": ["bash", "fish", "zsh"],
}
"""What is typed after `python build_report.py`, and what may stand in the place of its last word."""


def answers(command: list[str], script: str) -> list[list[str]]:
    """The words of each line that a shell prints; `python` in it is the one that runs this test."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    ended = subprocess.run(
        [*command, script],
        cwd=ROOT,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return [sorted(line.split()) for line in ended.stdout.splitlines()]


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="no bash")
def test_bash_completes_our_commands_and_leaves_other_scripts_alone():
    script = [
        'eval "$(python build_report.py completion bash)"',
        "compopt() { :; }",
        'ask() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _build_report; echo "${COMPREPLY[@]}"; }',
    ]
    for typed in FOLLOWS:
        words = [f'"{word}"' for word in typed.split(" ")]
        script.append(f"ask python build_report.py {' '.join(words)}")
    script += ["ask python other.py --ed", "ask python build_rep"]
    assert answers(["bash", "--norc", "-c"], "\n".join(script)) == [*FOLLOWS.values(), [], []]


@pytest.mark.skipif(shutil.which("fish") is None, reason="no fish")
def test_fish_completes_our_commands():
    script = ["python build_report.py completion fish | source"]
    script += [
        f"echo (complete -C 'python build_report.py {typed}' | string replace -r '\\t.*' '')"
        for typed in FOLLOWS
    ]
    assert answers(["fish", "--no-config", "-c"], "\n".join(script)) == list(FOLLOWS.values())


@pytest.mark.skipif(shutil.which("zsh") is None, reason="no zsh")
def test_zsh_reads_its_script_and_gets_an_answer(tmp_path):
    (tmp_path / "script").write_text(SCRIPTS["zsh"] % {"variable": VARIABLE}, encoding="utf-8")
    subprocess.run(["zsh", "-n", str(tmp_path / "script")], check=True)
    asked = f'{VARIABLE}=complete_zsh _TYPER_COMPLETE_ARGS="build_report.py data s" python build_report.py'
    answer = answers(["zsh", "-f", "-c"], asked)
    assert "_arguments" in answer[0]
    assert any(word.startswith('"status"') for line in answer for word in line)


def test_a_shell_that_nobody_has_a_script_for_is_refused(capsys):
    assert cli.main(["completion", "tcsh"]) == 2
    assert "tcsh" in capsys.readouterr().err


def test_outside_a_project_nothing_is_proposed_and_nothing_said(tmp_path):
    asked = {VARIABLE: "complete_bash", "COMP_WORDS": "build_report.py --edition ", "COMP_CWORD": "2"}
    code = "from consumer_credit.cli import main; main()"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        cwd=tmp_path,
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
    )
    assert (ended.stdout.strip(), ended.stderr) == ("", "")

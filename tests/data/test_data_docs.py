"""The commands that the how-tos give are commands there are, and their tables are the code's."""

from __future__ import annotations

import datetime as dt
import re
import shlex
from pathlib import Path

import pytest
import typer

from consumer_credit.cli import app
from consumer_credit.data.store import Store
from consumer_credit.data.updating.contract import Scope
from consumer_credit.data.updating.planning import INTERFACES

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("update-the-data.md", "read-a-vintage.md", "add-a-series.md")
LINES = [
    (page, line)
    for page in PAGES
    for block in re.findall(r"```sh\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    for line in block.splitlines()
    if line.startswith("python build_report.py")
]


@pytest.mark.parametrize(("page", "line"), LINES, ids=[line[:60] for _, line in LINES])
def test_every_command_of_the_how_tos_can_be_typed(page: str, line: str) -> None:
    arguments = shlex.split(line, comments=True)[2:]
    command = typer.main.get_command(app)
    while arguments and arguments[0] in getattr(command, "commands", {}):
        command = command.commands[arguments.pop(0)]  # type: ignore[attr-defined]
    command.make_context(line, arguments)  # raises a usage error when the line cannot be parsed


def test_the_how_tos_give_commands_at_all() -> None:
    assert len(LINES) > 15


def test_links_of_the_how_tos_lead_somewhere() -> None:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", (DOCS / page).read_text(encoding="utf-8")):
            assert (DOCS / target).exists(), f"{page}: {target}"


def test_the_addresses_in_add_a_series_are_those_of_the_interfaces(published: Store) -> None:
    text = (DOCS / "add-a-series.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| `(http[^`]+)` \|$", text, re.MULTILINE))
    assert set(rows) == set(INTERFACES)
    catalogue = published.catalogue
    held = {series.update.address for series in catalogue.series.values()}
    assert set(rows.values()) <= held
    for name, address in rows.items():
        served = [s for s in catalogue.series.values() if s.update.address == address][:1]
        assert INTERFACES[name].requests(served, Scope(dt.date(2026, 11, 23)))

"""Imports point one way, as docs/architecture.md draws them: what stands lower knows nothing of what stands on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import consumer_credit

PACKAGE = Path(consumer_credit.__file__).parent
GROUND = {"errors", "interruption", "counts", "terminal", "reads", "__version__"}
MAY_IMPORT = {
    "measures": {"errors"},
    "charts": {"errors"},
    "parameters": {"errors"},
    "locales": {"errors"},
    "project": {"errors"},
    "kept": {"reads"},
    "data": GROUND | {"kept"},
    "ledger": GROUND | {"kept", "data", "measures"},
    "report": GROUND | {"kept", "data", "ledger", "measures", "charts", "parameters", "locales", "project"},
    "preview": GROUND | {"report", "parameters", "locales", "project"},
    "sweep": GROUND | {"report", "data", "charts", "parameters", "locales", "project"},
}
"""Of each room of the library, the others that it may import; the command line may import all."""


def imported(file: Path) -> Iterator[tuple[int, str]]:
    """The rooms that a module imports, wherever in it, with the line."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        modules = []
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "consumer_credit":
            modules = [f"consumer_credit.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [node.module or ""]
        for module in modules:
            package, _, inside = module.partition(".")
            if package == "consumer_credit" and inside:
                yield node.lineno, inside.partition(".")[0]


@pytest.mark.parametrize("room", sorted(MAY_IMPORT))
def test_imports_point_one_way(room: str) -> None:
    files = [*PACKAGE.glob(f"{room}.py"), *(PACKAGE / room).rglob("*.py")]
    against = [
        f"{file.relative_to(PACKAGE.parent)}:{line} imports {name}"
        for file in files
        for line, name in imported(file)
        if name not in MAY_IMPORT[room] | {room}
    ]
    assert files
    assert not against


def test_every_room_has_its_place() -> None:
    rooms = {
        path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    above = {"__init__", "cli", "cli_data", "cli_exit", "cli_sweep", "commands"}
    assert rooms == set(MAY_IMPORT) | above | (GROUND - {"__version__"})

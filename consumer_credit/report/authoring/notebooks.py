"""Read a chapter's notebook and refuse, before any kernel starts, what could only fail or mislead later.

Papermill finds parameters by regular expression, lets unknown ones pass and values computed in the
parameters cell go stale; here the cell is parsed, and must hold the model's defaults as plain literals.
Running the notebook is `report.kernels.execution`'s matter, its prose `report.assembling.prose`'s.
"""

from __future__ import annotations

import ast
import difflib
import json
import re
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from consumer_credit.counts import counted
from consumer_credit.errors import NotebookError, UsageError
from consumer_credit.locales import LANGUAGES
from consumer_credit.parameters import Parameters

if TYPE_CHECKING:
    from nbformat import NotebookNode

PARAMETERS_TAG = "parameters"
INJECTED_TAG = "injected-parameters"
FORMAT = 4
MINOR_WITH_CELL_IDS = 5
_PARSING = threading.RLock()
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*\s*$", re.MULTILINE)
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}")
_LONGEST_LABEL = 60


def read_notebook(path: Path) -> NotebookNode:
    """Read the notebook at `path` and validate it.

    Raises:
        NotebookError: no such file, not readable, not JSON, not notebook format 4, or not valid in it.
        UsageError: its parameters cell is missing, double, computed, or does not hold the model's defaults.
    """
    from consumer_credit.report.authoring.notebook_format import nbformat  # noqa: PLC0415  (slow to import)

    text = _read_text(path)
    _refuse_other_formats(text, path.name)
    try:
        notebook = nbformat.v4.reads_json(text)  # type: ignore[no-untyped-call]
        _name_cells(notebook)
        nbformat.validate(notebook)
    except nbformat.ValidationError as error:
        at = "/".join(str(part) for part in error.relative_path)
        problem = f"not a valid notebook ({at}): {str(error.message).splitlines()[0]}"
        raise _damaged(problem, path.name) from None
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _damaged("not a valid notebook", path.name) from None
    check_parameters_cell(notebook.cells, path.name)
    return cast("NotebookNode", notebook)


def check_parameters_cell(cells: Sequence[Mapping[str, Any]], where: str) -> None:
    """Refuse a notebook whose parameters cell would not run alike in JupyterLab and in the build.

    Exactly one code cell is tagged `parameters`; it assigns, as plain literals, `language` and those
    parameters of the model that the chapter reads, with their defaults.

    Raises:
        UsageError: it does not.
    """
    tagged = [index for index, cell in enumerate(cells) if PARAMETERS_TAG in tags(cell)]
    if len(tagged) != 1 or cells[tagged[0]]["cell_type"] != "code":
        found = (
            "a cell that is not code is" if len(tagged) == 1 else counted(len(tagged), "cell is", "cells are")
        )
        raise UsageError(
            f"{found} tagged '{PARAMETERS_TAG}', one code cell must be",
            where=where,
            remedy="tag the cell that assigns the parameters (JupyterLab: property inspector, cell tags)",
        )
    where = f"{where}, cell {tagged[0] + 1} (parameters)"
    given = parameter_literals(cells[tagged[0]]["source"], where)
    defaults = Parameters().model_dump(mode="json")
    for name, value in given.items():
        if name == "language":
            if value not in LANGUAGES:
                remedy = f"write one of: {', '.join(LANGUAGES)}"
                raise UsageError(f"language is {value!r}", where=where, remedy=remedy)
        elif name not in defaults:
            near = difflib.get_close_matches(name, [*defaults, "language"], n=1)
            elsewhere = "move it to another cell, or declare it in consumer_credit/parameters.py"
            remedy = f"did you mean '{near[0]}'?" if near else elsewhere
            raise UsageError(f"unknown parameter '{name}'", where=where, remedy=remedy)
        elif value != defaults[name] or type(value) is not type(defaults[name]):
            raise UsageError(
                f"{name} is {value!r}, its default is {defaults[name]!r}",
                where=where,
                remedy=f"put the default back and choose values with --set {name}=… or in editions/*.yaml",
            )
    if "language" not in given:
        raise UsageError("language is not assigned", where=where, remedy='add the line: language = "en"')


def declared_values(notebook: NotebookNode, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of `values` that the notebook's parameters cell assigns."""
    cell = next(cell for cell in notebook.cells if PARAMETERS_TAG in tags(cell))
    declared = parameter_literals(cell["source"], "parameters cell")
    return {name: value for name, value in values.items() if name in declared}


def parameter_literals(source: str, where: str) -> dict[str, Any]:
    """The names and values that a parameters cell assigns.

    Raises:
        UsageError: it holds anything else than assignments of plain literals, or assigns a name twice.
    """
    only = "write 'name = value' lines only"
    try:
        statements = statements_of(source)
    except (SyntaxError, ValueError) as error:
        line = f"line {error.lineno}: {error.msg}" if isinstance(error, SyntaxError) else str(error)
        raise UsageError(line, where=where, remedy=only) from None
    values: dict[str, Any] = {}
    for statement in statements:
        line = f"line {statement.lineno}"
        name, value = _assignment(statement)
        if name is None or value is None:
            shown = ast.unparse(statement).splitlines()[0]
            raise UsageError(f"{line}: '{shown}' assigns no parameter", where=where, remedy=only)
        if name in values:
            raise UsageError(f"{line}: {name} is assigned twice", where=where, remedy="keep one of them")
        try:
            values[name] = ast.literal_eval(value)
        except (ValueError, TypeError):
            raise UsageError(
                f"{line}: {name} is computed ('{ast.unparse(value)}')",
                where=where,
                remedy="write a plain literal here and compute in a later cell",
            ) from None
    return values


def statements_of(source: str) -> list[ast.stmt]:
    """The statements of a cell.

    One thread parses at a time: Python 3.11 counts the depth of syntax trees for all threads together, and takes two
    that are made at once for an error of its own (python/cpython#106905).

    Raises:
        SyntaxError, ValueError: it is no Python.
    """
    with _PARSING:
        return ast.parse(source).body


def tags(cell: Mapping[str, Any]) -> Sequence[str]:
    """The tags of a cell."""
    found = cell.get("metadata", {}).get("tags", [])
    return found if isinstance(found, list) else []


def cell_label(cells: Sequence[Mapping[str, Any]], index: int, language: str = "en") -> str:
    """What a reader would call the cell at `index`: the heading it stands under, or its own first line."""
    for cell in reversed(cells[: index + 1]):
        tagged = set(tags(cell)) & set(LANGUAGES)
        if cell["cell_type"] != "markdown" or (tagged and language not in tagged):
            continue
        if headings := _HEADING.findall(cell["source"]):
            return _shortened(headings[-1] if cell is not cells[index] else headings[0])
    lines = [line.strip() for line in cells[index]["source"].splitlines() if line.strip()]
    return _shortened(lines[0]) if lines else "empty"


def _shortened(text: str) -> str:
    text = _PLACEHOLDER.sub("…", text)
    return text if len(text) <= _LONGEST_LABEL else f"{text[: _LONGEST_LABEL - 1]}…"


def _assignment(statement: ast.stmt) -> tuple[str | None, ast.expr | None]:
    if (
        isinstance(statement, ast.Assign)
        and len(statement.targets) == 1
        and isinstance(statement.targets[0], ast.Name)
    ):
        return statement.targets[0].id, statement.value
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id, statement.value
    return None, None


def _damaged(what: str, where: str) -> NotebookError:
    return NotebookError(what, where=where, remedy="restore it from git")


def _read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        reason = error.strerror or str(error)
        raise NotebookError(
            f"cannot be read: {reason}", where=path.name, remedy="check the file and its permissions"
        ) from None
    except UnicodeDecodeError:
        raise _damaged("is not UTF-8 text", path.name) from None


def _refuse_other_formats(text: str, where: str) -> None:
    try:
        content = json.loads(text)
    except RecursionError:
        raise _damaged("is nested too deeply for a notebook", where) from None
    except json.JSONDecodeError as error:
        raise _damaged(f"is not readable as JSON: {error.msg}", f"{where}, line {error.lineno}") from None
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise _damaged("the file holds no notebook", where)
    if content.get("nbformat") != FORMAT:
        raise NotebookError(
            f"notebook format {content.get('nbformat')!r} instead of {FORMAT}",
            where=where,
            remedy="open and save it in JupyterLab",
        )


def _name_cells(notebook: NotebookNode) -> None:
    """Give every cell an id that is fixed, so that nothing random enters what is published."""
    seen: set[str] = set()
    for index, cell in enumerate(notebook.cells):
        if not cell.get("id") or cell["id"] in seen:
            cell["id"] = f"cell-{index + 1}"
        seen.add(cell["id"])
    notebook["nbformat_minor"] = max(notebook.get("nbformat_minor", 0), MINOR_WITH_CELL_IDS)

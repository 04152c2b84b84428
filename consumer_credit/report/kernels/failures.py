"""Turn an exception that a cell raised into one message: which cell, what, and the lines around it.

The kernel is another process, so all there is to go by is the name, the text and the printed traceback of the
exception; one of our own errors (`consumer_credit.errors`) is known by its name and by where it was raised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from consumer_credit import errors
from consumer_credit.errors import NotebookError, ReportError
from consumer_credit.report.authoring.notebooks import INJECTED_TAG, tags

if TYPE_CHECKING:
    from nbformat import NotebookNode

LINES_AROUND = 2
_COLOURS = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_IN_CELL = re.compile(r"Cell In\s?\[(?P<count>\d+)\], line (?P<line>\d+)")
_IN_FILE = re.compile(r"^File (?P<file>.+?):(?P<line>\d+)(?:, in (?P<function>[^(\s]+))?", re.MULTILINE)
_OF_COMPILED_CELL = re.compile(r" \(\d+\.py, line \d+\)$")
_OWN_ERRORS = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, ReportError) and kind is not ReportError
}


def failed_cell(error: Any, where: str) -> ReportError:
    """The error to show for papermill's `PapermillExecutionError`."""
    traceback = _COLOURS.sub("", "\n".join(error.traceback))
    frames = list(_IN_FILE.finditer(traceback))
    own = _OWN_ERRORS.get(error.ename)
    if own is not None and (not frames or "consumer_credit" in frames[-1]["file"]):
        return own(error.evalue, where=where)
    message = _OF_COMPILED_CELL.sub("", error.evalue or "").strip().splitlines()
    return NotebookError(
        f"{error.ename}: {message[0]}" if message else str(error.ename),
        where=where,
        excerpt=_excerpt(error.source, _failing_line(traceback, error.exec_count)) + _deepest(frames),
    )


def silent_exit(notebook: NotebookNode, where_of: Callable[[int], str]) -> None:
    """Refuse a notebook that left early without an error that papermill counts as one, as `sys.exit()` does.

    Raises:
        NotebookError: a cell ended the notebook before its last cell.
    """
    number = 0
    for cell in notebook.cells:
        number += INJECTED_TAG not in tags(cell)
        if cell.metadata.get("papermill", {}).get("exception"):
            raise NotebookError(
                "SystemExit: the cell ends the notebook",
                where=where_of(number),
                remedy="let it run to its end",
            )


def _failing_line(traceback: str, exec_count: int | None) -> int | None:
    lines = [
        int(match["line"]) for match in _IN_CELL.finditer(traceback) if int(match["count"]) == exec_count
    ]
    return lines[-1] if lines else None


def _excerpt(source: str, failing: int | None) -> str:
    """The failing line, marked, and its neighbours; the first lines when it is not known which one failed."""
    lines = source.splitlines()
    middle = failing or 1
    first = max(1, middle - LINES_AROUND)
    shown: Sequence[tuple[int, str]] = list(enumerate(lines, start=1))[first - 1 : middle + LINES_AROUND]
    return "\n".join(f"{'→' if number == failing else ' '} {number:>3} │ {line}" for number, line in shown)


def _deepest(frames: Sequence[re.Match[str]]) -> str:
    if not frames:
        return ""
    last = frames[-1]
    function = f", in {last['function']}" if last["function"] else ""
    return f"\n  raised at {last['file']}:{last['line']}{function}"

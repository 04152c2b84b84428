"""Reading a workbook in a process of its own, so that a damaged file can end that process and not ours.

The spreadsheet reader believes what a file says of itself: a wrong length in a cut-off .xls asks for a
hundred gigabytes, and the process is gone without an exception. `read_workbook` therefore runs this very
file as a script, which needs the standard library and the reader alone, hands it the bytes and takes the
cells back as JSON.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SECONDS = 60
MEMORY = 2 * 2**30


def read_workbook(content: bytes) -> dict[str, list[list[Any]]]:
    """Every sheet of a workbook by name, as rows of cells.

    Raises:
        ValueError: the reader could not make sense of it, gave up, or took too long; says which.
    """
    try:
        run = subprocess.run(
            [sys.executable, "-I", str(Path(__file__))],
            input=content,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(f"reading it took more than {SECONDS} seconds") from None
    try:
        answer = json.loads(run.stdout, object_hook=_date)
    except ValueError:
        raise ValueError("the spreadsheet reader gave up on it") from None
    if "error" in answer:
        raise ValueError(answer["error"])
    if not answer["sheets"]:
        raise ValueError("it has no sheet")
    return dict(answer["sheets"])


def _date(entry: dict[str, Any]) -> Any:
    """JSON has no dates; they travel as {"date": "2016-12-31"} and {"time": …}."""
    if "date" in entry:
        moment = dt.datetime.fromisoformat(entry["date"])
        return moment if len(entry["date"]) > len("2016-12-31") else moment.date()
    return entry.get("time", entry)


def _json(cell: Any) -> dict[str, str]:
    return {"date": cell.isoformat()} if isinstance(cell, dt.date) else {"time": str(cell)}


def main() -> None:
    """Read the workbook on standard input; write its sheets, or what was wrong, to standard output."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  (not on Windows)

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    from python_calamine import CalamineWorkbook  # noqa: PLC0415  (only this process needs it)

    content = sys.stdin.buffer.read()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        names = list(book.sheet_names)
        sheets = [[name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in names]
        answer = json.dumps({"sheets": sheets}, default=_json)
    except BaseException as error:  # the reader's panics are not exceptions
        answer = json.dumps({"error": " ".join(str(error).split())[:120]})
    sys.stdout.write(answer)


if __name__ == "__main__":
    main()

"""The project's own steps: medians of repeated runs on this machine, each in a process of its own.

A start of Python alone and `import pandas` stand beside the steps as the measure of the machine. The importer is
measured on publishers' own files where CONSUMER_CREDIT_OFFICIAL_FILES names a folder of them; they are never part of
the project.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
RUNS = 5
OFFICIAL = Path(
    os.environ.get("CONSUMER_CREDIT_OFFICIAL_FILES", ROOT.parent / "shared" / "data" / "official")
)

LOAD = """
from pathlib import Path
from consumer_credit.data.store import Store
Store.open(Path({data!r})).load_all()
"""
IMPORT = """
from pathlib import Path
from consumer_credit.data.importing import apply, plan_import
apply(plan_import([Path(name) for name in {files!r}], Path({data!r})))
"""
INSIDE = "import time; began = time.perf_counter()\n{code}\nprint(time.perf_counter() - began)"


def steps_table() -> str:
    """A Markdown table: step, median, spread, and the ratio to importing pandas."""
    rows = [("start of Python", _wall("pass")), ("import pandas", _wall("import pandas"))]
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        shutil.copytree(ROOT / "data", data)
        rows.append(("load the whole store (imports of the library not counted)", _inside(_load(data))))
        files = sorted(map(str, (OFFICIAL / "pbc").glob("*.xls*")))
        if files:
            code = IMPORT.format(files=files, data=str(data))
            warm = "import consumer_credit.data.importing, pandas\n"
            rows.append((f"import {len(files)} files of the People's Bank", _inside(code, before=warm)))
        else:
            print(f"no publishers' files at {OFFICIAL}: the importer is not measured", file=sys.stderr)
    base = statistics.median(rows[1][1])
    lines = [f"| step | median of {RUNS}, s | from–to, s | against import pandas |", "|---|--:|--:|--:|"]
    for name, seconds in rows:
        middle = statistics.median(seconds)
        lines.append(
            f"| {name} | {middle:.2f} | {min(seconds):.2f}–{max(seconds):.2f} | {middle / base:.2f} |"
        )
    return "\n".join(lines)


def _load(data: Path) -> str:
    return LOAD.format(data=str(data))


def _wall(code: str) -> Sequence[float]:
    seconds = []
    for _ in range(RUNS):
        began = time.perf_counter()
        _run(code)
        seconds.append(time.perf_counter() - began)
    return seconds


def _inside(code: str, before: str = "import consumer_credit.data.store, pandas\n") -> Sequence[float]:
    return [float(_run(before + INSIDE.format(code=code))) for _ in range(RUNS)]


def _run(code: str) -> str:
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout

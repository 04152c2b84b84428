"""What is built: the report's own ten chapters, or small notebooks made here, each in a copy that a case may change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
_COPIED = ("notebooks", "data", "editions")
_FILES = ("requirements.txt", "CITATION.cff")

_PARAMETERS = 'language = "en"\nbase_year = 2016'
_READS = """\
import io

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
from IPython.display import display

frame = pd.read_csv({csv!r})
yearly = frame.groupby("year", as_index=False)["value"].mean()
"""
_DRAWS = """\
def publish(item, figure):
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={{"Date": None}})
    plt.close(figure)
    display({{
        "image/svg+xml": buffer.getvalue(),
        "application/vnd.consumer-credit.figure+json": {{
            "id": item, "columns": [{{"label": "year", "unit": "", "align": "left"}}],
            "rows": [[str(year)] for year in yearly["year"]], "csv_name": item + ".csv",
            "csv": yearly.to_csv(index=False), "series": [], "vintages": {{}}, "source_line": "Source: none.",
            "notes": []}}}}, raw=True)

figure, axes = plt.subplots()
sns.lineplot(data=yearly, x="year", y="value", ax=axes)
publish("fig-line-{number}", figure)
figure, axes = plt.subplots()
sns.histplot(data=frame.head(1000), x="value", ax=axes)
publish("fig-bars-{number}", figure)
"""
_EDITION = "title: {en: Small, zh: 小}\ndescription: {en: Small., zh: 小。}\nparameters: {base_year: 2016}\n"


@dataclass(frozen=True)
class Workload:
    """A project to build: its folder and its notebooks in reading order."""

    name: str
    folder: Path

    @property
    def notebooks(self) -> list[Path]:
        """The chapters, the summary first."""
        return sorted((self.folder / "notebooks").glob("*.ipynb"))

    @property
    def results(self) -> Path:
        """What the chapters recorded in a build before, for whoever runs the summary by itself."""
        return self.folder / "results.json"

    def forget(self) -> None:
        """Remove what builds left, but not the fonts, which are cut once for good."""
        shutil.rmtree(self.folder / "dist", ignore_errors=True)
        for path in (self.folder / ".cache").iterdir():
            if path.name != "fonts":
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def real(work: Path) -> Workload:
    """A copy of the report."""
    return _made(work / "real", _copy)


def small(work: Path, chapters: int = 8, rows: int = 100) -> Workload:
    """Notebooks of two charts each, drawn from a CSV file of so many rows."""
    return _made(work / f"small-{chapters}-{rows}", lambda folder: _write_small(folder, chapters, rows))


def _made(folder: Path, write: Callable[[Path], None]) -> Workload:
    fonts = folder.parent / "fonts" / folder.name.partition("-")[0]
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    write(folder)
    fonts.mkdir(parents=True, exist_ok=True)
    (folder / ".cache").mkdir(exist_ok=True)
    (folder / ".cache" / "fonts").symlink_to(fonts, target_is_directory=True)
    return Workload(folder.name, folder)


def _copy(folder: Path) -> None:
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name)
    for name in _FILES:
        shutil.copy(ROOT / name, folder / name)


def _write_small(folder: Path, chapters: int, rows: int) -> None:
    for name in ("notebooks", "editions", "data/catalogue", "data/observations"):
        (folder / name).mkdir(parents=True)
    (folder / "editions" / "latest.yaml").write_text(_EDITION, encoding="utf-8")
    (folder / "data" / "catalogue" / "none.yaml").write_text("publishers: {}\n", encoding="utf-8")
    csv = folder / "data" / "rows.csv"
    lines = (f"{1990 + row % 30},{(row * 7919) % 1000 / 10}\n" for row in range(rows))
    csv.write_text("year,value\n" + "".join(lines), encoding="utf-8")
    for number in range(1, chapters + 1):
        cells = [
            *_prose(f"# Chapter {number}", f"# 第{number}章"),
            _code(_PARAMETERS, "parameters"),
            _code(_READS.format(csv=str(csv))),
            _code(_DRAWS.format(number=number)),
        ]
        for kind in ("line", "bars"):
            keys = {"Figure": f"`fig-{kind}-{number}`", "Title": "One", "Subtitle": "Small", "Alt": "One"}
            words = "\n".join(f"- **{key}:** {text}" for key, text in keys.items())
            cells += _prose(words, words, "caption")
        for index, cell in enumerate(cells):
            cell["id"] = f"c{number}-{index}"
        content = {
            "cells": cells,
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = folder / "notebooks" / f"{number:02d}_chapter_{number}.ipynb"
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def _prose(english: str, chinese: str, *more: str) -> list[dict[str, Any]]:
    return [
        {"cell_type": "markdown", "metadata": {"tags": [language, *more]}, "source": text}
        for language, text in (("en", english), ("zh", chinese))
    ]


def _code(source: str, *tags: str) -> dict[str, Any]:
    empty: dict[str, Any] = {"outputs": [], "execution_count": None}
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, **empty}


def edit_chapter(workload: Workload, mark: int) -> None:
    """Change a line of code in the second chapter: a comment that was not there."""
    path = workload.notebooks[min(1, len(workload.notebooks) - 1)]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    last = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"][-1]
    source = "".join(last["source"]).partition("\n# edited")[0]
    last["source"] = f"{source}\n# edited {mark}"
    path.write_text(json.dumps(notebook, ensure_ascii=False, indent=1), encoding="utf-8")


def edit_point(workload: Workload, mark: int) -> None:
    """Change the newest figure of one series by a little."""
    path = workload.folder / "data" / "observations" / "bea.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    series, period, value, *rest = lines[-1].split(",")
    lines[-1] = ",".join([series, period, f"{float(value) + mark:.3f}", *rest])
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")

"""A miniature report: a project of a few cells, made afresh by each test, that knows no published figure.

Its chapters publish through the documented MIME types alone (docs/architecture.md), so that they need neither
data nor the libraries that chapters draw with: a kernel is all that takes time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.parameters import Parameters
from consumer_credit.project import Project
from consumer_credit.report.kernels.warm_kernels import WarmKernels, available
from consumer_credit.report.steps import Steps

EDITION = """\
title: {en: Latest data, zh: 最新数据}
description: {en: Newest., zh: 最新。}
parameters: {base_year: 2016}
"""

PUBLISHES = """\
from IPython.display import display
display({"application/vnd.consumer-credit.values+json": {
    "chapter": "alpha", "name": "loans_to_gdp", "value": base_year / 10000, "unit": "fraction"}}, raw=True)
display({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'></svg>",
    "application/vnd.consumer-credit.figure+json": {
        "id": "fig-alpha", "columns": [{"label": "year", "unit": "", "align": "left"}], "rows": [["2016"]],
        "csv_name": "fig-alpha.csv", "csv": "year\\n%d\\n" % base_year, "series": [], "vintages": {},
        "source_line": "Source: none.", "notes": []}}, raw=True)
"""

Cell = dict[str, Any]


@dataclass
class Miniature:
    """A project in a folder of the test, and the steps of a build without the slow and foreign ones."""

    root: Path

    @staticmethod
    def prose(english: str, chinese: str) -> list[Cell]:
        """A pair of Markdown cells."""
        return [
            {"cell_type": "markdown", "metadata": {"tags": [language]}, "source": text}
            for language, text in (("en", english), ("zh", chinese))
        ]

    @staticmethod
    def code(source: str, *tags: str) -> Cell:
        """A code cell without outputs."""
        empty: Cell = {"outputs": [], "execution_count": None}
        return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source, **empty}

    @staticmethod
    def parameters_cell(**changed: object) -> Cell:
        """The cell tagged `parameters`, with the model's defaults."""
        literals = Parameters().model_dump(mode="json") | {"language": "en"} | changed
        return Miniature.code(
            "\n".join(f"{name} = {value!r}" for name, value in literals.items()), "parameters"
        )

    @staticmethod
    def caption(figure_id: str) -> list[Cell]:
        """The caption cells of a figure."""
        words = "- **Figure:** `{id}`\n- **Title:** {title}\n- **Subtitle:** {{{{ base_year }}}}\n"
        words += "- **Alt:** {title}"
        pair = Miniature.prose(
            words.format(id=figure_id, title="A line"), words.format(id=figure_id, title="一条线")
        )
        for cell in pair:
            cell["metadata"]["tags"].append("caption")
        return pair

    @property
    def project(self) -> Project:
        """The project as the library sees it."""
        return Project(self.root)

    @property
    def text(self) -> list[Cell]:
        """The cells of a whole chapter after its parameters: a value, a figure, prose."""
        sentence = "The ratio was {{ loans_to_gdp | pct }}.", "比率为 {{ loans_to_gdp | pct }}。"
        return [self.code(PUBLISHES), *self.caption("fig-alpha"), *self.prose(*sentence)]

    def write(self, name: str, *cells: Cell, parameters: Cell | None = None) -> Path:
        """Write a chapter's notebook: a heading, the parameters, and the cells given."""
        whole = [*self.prose("# Alpha", "# 甲章"), parameters or self.parameters_cell(), *cells]
        for index, cell in enumerate(whole):
            cell["id"] = f"c{index}"
        path = self.root / "notebooks" / name
        content = {"cells": whole, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")
        return path

    def steps(self, **replaced: Any) -> Steps:
        """Real execution and assembly, no data checks, exporters that only note what they were given."""
        from consumer_credit.report.assembling.assembly import assemble
        from consumer_credit.report.kernels.execution import execute_chapter

        def render(kind: str) -> Callable[..., bytes]:
            return lambda notebook, around: f"{kind} {around.language} {len(notebook.cells)}\n".encode()

        standard: dict[str, Any] = {
            "check_data": lambda project: None,
            "execute": execute_chapter,
            "assemble": assemble,
            "render": {"html": render("page"), "pdf": render("pdf")},
        }
        return Steps(**standard | replaced)

    def files(self, folder: str) -> dict[str, bytes]:
        """Every file below a folder, manifests apart, with its content."""
        base = self.root / folder
        return {
            path.relative_to(base).as_posix(): path.read_bytes()
            for path in sorted(base.rglob("*"))
            if path.is_file() and path.name != "manifest.json"
        }


@pytest.fixture
def miniature(tmp_path: Path) -> Miniature:
    """A project with one chapter, which records a value and publishes a figure."""
    project = Miniature(tmp_path / "project")
    for folder in ("notebooks", "editions", "data/catalogue", "data/observations", "figures", "dist"):
        (project.root / folder).mkdir(parents=True)
    (project.root / "editions" / "latest.yaml").write_text(EDITION, encoding="utf-8")
    (project.root / "data" / "catalogue" / "none.yaml").write_text("publishers: {}\n", encoding="utf-8")
    project.write("01_alpha.ipynb", *project.text)
    return project


@pytest.fixture(scope="session")
def warm_kernels() -> Iterator[WarmKernels | None]:
    """Kernels for all these tests; None where there can be none."""
    if not available():
        yield None
        return
    with WarmKernels() as kernels:
        yield kernels

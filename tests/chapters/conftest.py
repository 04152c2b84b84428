"""The real chapters, run in this process: the same cells, data and assembly as the build, without kernels.

What papermill and kernels add is tested in tests/report; here it would only cost minutes.
"""

from __future__ import annotations

import ast
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
import pytest

from consumer_credit.charts.drawing import Drawing
from consumer_credit.charts.layout import Problem, overlaps
from consumer_credit.project import Project
from consumer_credit.report import chapter as chapter_module
from consumer_credit.report import recording as recording_module
from consumer_credit.report.assembling.assembly import Assembled, assemble, collect_values
from consumer_credit.report.authoring.editions import load_edition
from consumer_credit.report.authoring.notebooks import declared_values, read_notebook
from consumer_credit.report.build import results_json
from consumer_credit.report.values import RESULTS_VARIABLE

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class BuiltReport:
    """An assembled edition with its values by name."""

    assembled: Assembled
    values: Mapping[str, Any]
    entries: Mapping[str, Mapping[str, Any]]
    layout: Mapping[str, list[Problem]]  # by figure, as measured on the drawing
    on_phones: Mapping[str, list[Problem]]  # likewise, on the drawing for a phone, of figures that have one

    @property
    def prose(self) -> str:
        """All Markdown of the report, as readers see it."""
        return "\n\n".join(c.source for c in self.assembled.notebook.cells if c.cell_type == "markdown")

    @property
    def items(self) -> Mapping[str, Mapping[str, Any]]:
        """Every figure and table as the exporters get it, by id."""
        found = {}
        for cell in self.assembled.notebook.cells:
            for output in cell.get("outputs", []):
                table = output.get("data", {}).get(chapter_module.TABLE_MIME)
                item = table or output.get("metadata", {}).get("consumer_credit")
                if item:
                    found[item["id"]] = item
        return found


def run_cells(
    notebook: Any, parameters: Mapping[str, Any], *, layouts: Sequence[dict[str, list[Problem]]] = ()
) -> Any:
    """Execute the code cells one after the other, with what `display` was given as their outputs.

    With two `layouts`, every figure is measured as it is published, and as published for phones: what a reader would
    trip over, by its id.
    """
    publish, lay_out = chapter_module.Chapter.figure, Drawing.on_a_phone

    def measured(chapter: Any, figure_id: str, figure: Any, **described: Any) -> None:
        drawn: list[Any] = []

        def remembered(drawing: Drawing) -> Drawing | None:
            drawn.append(lay_out(drawing))
            return drawn[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Drawing, "on_a_phone", remembered)
            publish(chapter, figure_id, figure, **described)
        for layout, published in zip(layouts, (figure, *drawn), strict=False):
            if published is not None:
                layout[figure_id] = overlaps(published)

    namespace: dict[str, Any] = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        shown: list[dict[str, Any]] = []

        def collect(data: dict[str, Any], *, raw: bool, into: list[dict[str, Any]] = shown) -> None:
            assert raw
            into.append(data)

        with pytest.MonkeyPatch.context() as patch:
            for module in (chapter_module, recording_module):
                patch.setattr(module, "display", collect)
            patch.setattr(chapter_module.Chapter, "figure", measured)
            exec(compile(ast.parse(cell.source), cell.id, "exec"), namespace)
        if "parameters" in cell.metadata.get("tags", []):
            namespace |= parameters
        cell.outputs = [nbformat.v4.new_output("display_data", data=data) for data in shown]
    if "chapter" in namespace:
        namespace["chapter"]._style.close()
    return notebook


def results_file(folder: str, executed: list[tuple[Any, Any]]) -> str:
    """What the chapters so far recorded, in the file that the summary reads."""
    file = Path(folder, "results.json")
    entries = [value.as_json() for value in collect_values(executed).values()]
    file.write_text(results_json(entries), encoding="utf-8")
    return str(file)


def build_in_process(
    root: Path, edition: str, language: str, overrides: Mapping[str, Any], only: tuple[str, ...] = ()
) -> BuiltReport:
    """Run every chapter of the project at `root`, or `only` some, and assemble the edition."""
    project = Project(root)
    chapters = [file for file in project.chapters() if not only or file.id in only]
    chosen = load_edition(project.editions, edition, dict(overrides))
    given = {**chosen.parameters.model_dump(mode="json"), "language": language}
    executed: list[tuple[Any, Any]] = []
    layouts: list[dict[str, list[Problem]]] = [{}, {}]
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setenv(chapter_module.PROJECT_VARIABLE, str(root))
        for file in sorted(chapters, key=lambda file: file.is_summary):
            notebook = read_notebook(file.path)
            if file.is_summary:
                patch.setenv(RESULTS_VARIABLE, results_file(folder, executed))
            executed.append((file, run_cells(notebook, declared_values(notebook, given), layouts=layouts)))
    executed.sort(key=lambda pair: pair[0].number)
    assembled = assemble(project, chosen, executed, language)
    entries = {entry["name"]: entry for entry in assembled.results}
    return BuiltReport(
        assembled, {name: entry["value"] for name, entry in entries.items()}, entries, *layouts
    )


@cache
def _cached(
    edition: str, language: str, overrides: tuple[tuple[str, Any], ...], only: tuple[str, ...]
) -> BuiltReport:
    return build_in_process(ROOT, edition, language, dict(overrides), only)


@pytest.fixture(scope="session")
def report() -> Callable[..., BuiltReport]:
    """`report("latest", "en", base_year=2019)`: that edition of the real report, built once a session.

    `only=("china",)` runs a chapter alone.
    """

    def build(
        edition: str = "latest", language: str = "en", *, only: tuple[str, ...] = (), **overrides: Any
    ) -> BuiltReport:
        return _cached(edition, language, tuple(sorted(overrides.items())), only)

    return build


@pytest.fixture
def report_with_other_data(tmp_path: Path) -> Callable[..., BuiltReport]:
    """The real report on a copy of the data that a test has changed: `report_with_other_data(change)`."""

    def build(
        change: Callable[[Path], None],
        edition: str = "latest",
        language: str = "en",
        *,
        only: tuple[str, ...] = (),
        **overrides: Any,
    ) -> BuiltReport:
        for name in ("data", "editions", "notebooks"):
            shutil.copytree(ROOT / name, tmp_path / name)
        (tmp_path / ".cache").symlink_to(ROOT / ".cache")
        change(tmp_path / "data")
        return build_in_process(tmp_path, edition, language, overrides, only)

    return build


@cache
def _outputs(path: Path, given: tuple[tuple[str, Any], ...]) -> str:
    notebook = read_notebook(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(chapter_module.PROJECT_VARIABLE, str(ROOT))
        run_cells(notebook, declared_values(notebook, dict(given)))
    return json.dumps([cell.outputs for cell in notebook.cells if cell.cell_type == "code"], sort_keys=True)


@pytest.fixture(scope="session")
def outputs_of_chapters() -> Callable[[str, dict[str, Any]], Iterator[str]]:
    """`outputs_of_chapters("base_year", {"base_year": 2019})`: what each chapter that declares the name gives."""

    def run(name: str, overrides: dict[str, Any]) -> Iterator[str]:
        parameters = load_edition(ROOT / "editions", "latest", overrides).parameters
        given = tuple({**parameters.model_dump(mode="json"), "language": "en"}.items())
        for file in Project(ROOT).chapters():
            if name in declared_values(read_notebook(file.path), dict(given)) and not file.is_summary:
                yield _outputs(file.path, given)

    return run

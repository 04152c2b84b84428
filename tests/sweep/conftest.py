"""A sweep over the miniature report of tests/report: real grids, places and pages, kernels only where marked slow."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.errors import NotebookError
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.running import SweepOptions, SweepResult, prepare_sweep, run_sweep
from consumer_credit.sweep.work import Order, build_run


def _conftest_of_reports() -> Any:
    name = "conftest_of_reports"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "report" / "conftest.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


miniature_project = _conftest_of_reports().miniature


@pytest.fixture(scope="session")
def cut_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the fonts of all miniatures of a session are kept: cutting them takes longer than all else."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture
def miniature(miniature_project: Any, cut_fonts: Path) -> Any:
    """The miniature report, its fonts cut once a session."""
    miniature = miniature_project
    (miniature.root / ".cache").mkdir()
    (miniature.root / ".cache" / "fonts").symlink_to(cut_fonts, target_is_directory=True)
    return miniature


class HerePool:
    """Builds the runs in this process, one after the other, with steps that a test chooses."""

    def __init__(self, project: Any, order: Order, steps: Any) -> None:
        self.project, self.order, self.steps = project, order, steps
        self.built: list[str] = []

    def build(self, runs: Any, folders: Any, progress: SweepProgress) -> Any:
        for run, folder in zip(runs, folders, strict=True):
            progress.begins(run)
            self.built.append(run.name)
            yield run, build_run(self.project, self.order, run.changes, folder=folder, steps=self.steps)


class FakeKernels:
    """Executes nothing: gives the outputs that the miniature's chapter would, or fails as it is told to."""

    def __init__(self) -> None:
        self.failing: dict[int, list[Exception]] = {}

    def __call__(self, project, chapter, notebook, parameters, language, **settings):  # type: ignore[no-untyped-def]
        import copy

        from consumer_credit.report.kernels.execution import ExecutedChapter

        if errors := self.failing.get(parameters.base_year):
            error = errors[0] if isinstance(errors[0], NotebookError) else errors.pop(0)
            raise error
        executed = copy.deepcopy(notebook)
        value = {"chapter": "alpha", "name": "loans_to_gdp", "value": parameters.base_year / 10000}
        figure = {
            **{"id": "fig-alpha", "columns": [{"label": "year", "unit": "", "align": "left"}]},
            **{"rows": [["2016"]], "csv_name": "fig-alpha.csv", "csv": f"year\n{parameters.base_year}\n"},
            **{"series": [], "vintages": {}, "source_line": "Source: none.", "notes": []},
        }
        shown = [
            {"application/vnd.consumer-credit.values+json": {**value, "unit": "fraction"}},
            {
                "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'></svg>",
                "application/vnd.consumer-credit.figure+json": figure,
            },
        ]
        cell = next(cell for cell in executed.cells if "fig-alpha" in cell["source"])
        cell["outputs"] = _nodes([{"output_type": "display_data", "metadata": {}, "data": d} for d in shown])
        return ExecutedChapter(chapter, language, executed, 0.1)

    def raises(self, base_year: int, *errors: Exception) -> None:
        self.failing[base_year] = list(errors)


def _nodes(outputs: Any) -> Any:
    import nbformat

    return nbformat.from_dict(outputs)


@pytest.fixture
def kernels() -> FakeKernels:
    return FakeKernels()


@pytest.fixture
def sweep(miniature: Any, kernels: FakeKernels) -> Callable[..., SweepResult]:
    """Run a sweep of the miniature over base years; its attribute `built` names the runs built last."""

    def run(*years: int, languages: Any = ("en",), progress: Any = None, **options: Any) -> SweepResult:
        order = Order("latest", {}, languages, ("html",), ())
        axes = options.pop("axes", {"base_year": list(years)})
        prepared = prepare_sweep(miniature.project, SweepOptions(axes=axes, order=order, **options))
        pool = HerePool(miniature.project, order, miniature.steps(execute=kernels))
        run.built = pool.built  # type: ignore[attr-defined]
        return run_sweep(prepared, pool, progress)

    run.built = []  # type: ignore[attr-defined]
    return run

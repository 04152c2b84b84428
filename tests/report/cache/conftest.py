"""A report of three chapters that read data, parameters, a library and each other, small enough to be built often."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.report.build import BuildOptions, build
from consumer_credit.report.cache import ingredients, stamps
from consumer_credit.report.cache.entries import Entries
from consumer_credit.report.cache.steps import CachedSteps
from consumer_credit.report.kernels.execution import ExecutionSettings, execute_chapter
from consumer_credit.report.kernels.warm_kernels import WarmKernels
from consumer_credit.report.steps import Steps

READS_A_SERIES = """\
from pathlib import Path
from IPython.display import display
from consumer_credit.data.store import Store
root = Path.cwd().parent
total = sum(row.value for row in Store.open(root / "data").rows("loans.{series}"))
value = total * {factor} + len((root / "{file}").read_text())
display({{"application/vnd.consumer-credit.values+json": {{
    "chapter": "{chapter}", "name": "{chapter}_value", "value": value, "unit": "number"}}}}, raw=True)
"""
READS_THE_OTHERS = """\
import json, os
from pathlib import Path
from IPython.display import display
recorded = json.loads(Path(os.environ["CONSUMER_CREDIT_RESULTS"]).read_text())["results"]
display({"application/vnd.consumer-credit.values+json": {
    "chapter": "glance", "name": "sum_of_all", "value": sum(r["value"] for r in recorded), "unit": "number"}}, raw=True)
"""


def _both(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


CATALOGUE: dict[str, Any] = {
    "publishers": {
        "maker": {
            "name": _both("Maker of figures"),
            "short_name": _both("Maker"),
            "url": "https://example.org",
            "licence": {"name": _both("Free")},
        }
    },
    "sources": {"page": {"title": _both("A page"), "confidence": "one_source"}},
    "series": {
        f"loans.{name}": {
            "title": _both("Loans"),
            "short_title": _both("Loans"),
            "definition": _both("Loans outstanding."),
            "unit": "CNY",
            "scale": 1,
            "frequency": "annual",
            "kind": "stock",
            "url": "https://example.org",
            "publication_lag_days": 31,
        }
        for name in ("a", "b")
    },
}


@dataclass
class World:
    """A small report, ways to edit it, and builds of it with and without the cache."""

    miniature: Any
    kernels: WarmKernels | None
    ran: list[str] = field(default_factory=list)
    rendered: list[str] = field(default_factory=list)
    code: dict[str, str] = field(default_factory=dict)
    prose: dict[str, str] = field(default_factory=dict)
    at: dict[str, Callable[[], None]] = field(default_factory=dict)
    values: dict[str, int] = field(default_factory=lambda: {"a": 1, "b": 2})

    @property
    def root(self) -> Path:
        return self.miniature.root

    @property
    def entries(self) -> Entries:
        return Entries(self.root / ".cache" / "results")

    def lay_out(self) -> None:
        """Write the whole report."""
        (self.root / "notebooks" / "01_alpha.ipynb").unlink(missing_ok=True)
        (self.root / "data" / "catalogue" / "none.yaml").unlink(missing_ok=True)
        (self.root / "library" / "report" / "templates").mkdir(parents=True, exist_ok=True)
        self.write("library/factor.py", "FACTOR = 1\n")
        self.write("library/report/templates/page.css", "body {}\n")
        self.write("notes/alpha.txt", "four")
        self.write("notes/beta.txt", "seven77")
        self.write("requirements.txt", "pandas==3.0\n")
        self.write("data/catalogue/maker.yaml", json.dumps(CATALOGUE))
        self.write("data/corrections.yaml", "[]\n")
        self.code = {
            "alpha": READS_A_SERIES.format(
                series="a", chapter="alpha", file="notes/alpha.txt", factor="base_year"
            ),
            "beta": READS_A_SERIES.format(series="b", chapter="beta", file="notes/beta.txt", factor="1"),
            "glance": READS_THE_OTHERS,
        }
        names = {"alpha": "alpha_value", "beta": "beta_value", "glance": "sum_of_all"}
        self.prose = {chapter: f"It stands at {{{{ {name} | pct }}}}." for chapter, name in names.items()}
        self.write_data()
        for chapter in self.code:
            self.write_chapter(chapter)

    def write(self, name: str, text: str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_data(self) -> None:
        rows = [f"loans.{name},2016,{value},2017-01,page" for name, value in sorted(self.values.items())]
        self.write(
            "data/observations/maker.csv", "\n".join(["series,period,value,vintage,source", *rows, ""])
        )

    def write_chapter(self, chapter: str) -> None:
        number = ["glance", "alpha", "beta"].index(chapter)
        m = self.miniature
        kept = {"base_year": 2016} if chapter == "alpha" else {}
        cell = m.code("\n".join(f"{n} = {v!r}" for n, v in {**kept, "language": "en"}.items()), "parameters")
        cells = [m.code(self.code[chapter]), *m.prose(self.prose[chapter], "如此。")]
        path = m.write(f"{number:02d}_{chapter}.ipynb", *cells, parameters=cell)
        path.write_text(
            path.read_text(encoding="utf-8").replace('"id": "c', f'"id": "{chapter}-'), encoding="utf-8"
        )

    def steps(self) -> Steps:
        """Real execution and assembly; exporters that take in template, library and everything they are given."""

        def execute(project: Any, chapter: Any, *given: Any, settings: Any, **options: Any) -> Any:
            self.ran.append(chapter.id)
            settings = replace(settings, kernels=self.kernels)
            self.happen("before a chapter runs")
            executed = execute_chapter(project, chapter, *given, settings=settings, **options)
            self.happen("after a chapter ran")
            return executed

        def render(kind: str) -> Any:
            def exported(notebook: Any, around: Any) -> bytes:
                self.rendered.append(kind)
                self.happen("before the page")
                read = [self.root / "library" / name for name in ("factor.py", "report/templates/page.css")]
                around_it = [kind, around.language, list(around.formats), *(p.read_text() for p in read)]
                return json.dumps([around_it, notebook], sort_keys=True).encode()

            return exported

        return self.miniature.steps(execute=execute, render={"html": render("html"), "pdf": render("pdf")})

    def happen(self, moment: str) -> None:
        """Let happen what is to happen in the middle of a build."""
        self.at.get(moment, lambda: None)()

    def options(self, **changed: Any) -> BuildOptions:
        settings = ExecutionSettings(kernels=self.kernels, cold=self.kernels is None)
        return BuildOptions(languages=("en",), execution=settings, workers=2, **changed)

    def build(self, **changed: Any) -> CachedSteps:
        """Build with the cache, as a new process would; what ran and was rendered is in `ran` and `rendered`."""
        ingredients._loaded.clear()
        self.ran.clear()
        self.rendered.clear()
        cache = CachedSteps(self.miniature.project, self.steps(), self.entries)
        build(self.miniature.project, self.options(**changed), steps=cache.steps())
        return cache

    def built(self) -> dict[str, bytes]:
        return self.miniature.files("dist/latest~draft")

    def clean(self, **changed: Any) -> dict[str, bytes]:
        """What a build without any cache publishes."""
        target = self.root.parent / "clean"
        shutil.rmtree(target, ignore_errors=True)
        build(self.miniature.project, self.options(output=target, **changed), steps=self.steps())
        found = {
            path.relative_to(target).as_posix(): path.read_bytes()
            for path in sorted(target.rglob("*"))
            if path.is_file() and path.name != "manifest.json"
        }
        shutil.rmtree(target)
        return found

    def age(self) -> None:
        """Let every file be older than the moment in which a stamp proves nothing."""
        for path in self.root.rglob("*"):
            if path.is_file() and ".cache" not in path.parts:
                os.utime(path, ns=(10**18, 10**18))


@pytest.fixture
def world(miniature: Any, warm_kernels: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """The small report, laid out."""
    return make_world(miniature, warm_kernels, monkeypatch)


def make_world(miniature: Any, kernels: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    found = World(miniature, kernels)
    found.lay_out()
    for module in (stamps, ingredients):
        monkeypatch.setattr(module, "PACKAGE", str(found.root / "library"))
    monkeypatch.setattr(ingredients.Present, "fonts", lambda self: "one cut")
    monkeypatch.setattr(ingredients, "_loaded", {})
    return found


@pytest.fixture
def worlds() -> Any:
    """What makes a world of a miniature report."""
    return make_world

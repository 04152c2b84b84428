"""A small data folder made by the test itself: one publisher, the series it asks for, the rows it gives."""

from __future__ import annotations

import csv
import importlib.util
import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer_credit.data.store import Store

_SPEC = importlib.util.spec_from_file_location(
    "files_to_import", Path(__file__).with_name("files_to_import.py")
)
assert _SPEC is not None and _SPEC.loader is not None
sys.modules["files_to_import"] = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(sys.modules["files_to_import"])

PROJECT_DATA = Path(__file__).parents[2] / "data"
HEADER = "series,period,value,vintage,source"
Edit = tuple[str, str, str, float]  # observations file, series, period, new value in every vintage


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def _series_entry(**changes: Any) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "title": both("Loans"),
        "short_title": both("Loans"),
        "definition": both("Loans outstanding at the end of the month."),
        "unit": "CNY",
        "scale": 1e8,
        "frequency": "monthly",
        "kind": "stock",
        "url": "https://example.org/loans",
        "publication_lag_days": 31,
    }
    return entry | changes


def _write_data(folder: Path, rows: Iterable[str], series: dict[str, dict[str, Any]], **more: Any) -> Path:
    """Write catalogue and observations of one publisher, `maker`; `more` goes into the catalogue as it is."""
    catalogue = {
        "publishers": {
            "maker": {
                "name": both("Maker of figures"),
                "short_name": both("Maker"),
                "url": "https://example.org",
                "licence": {"name": both("Free")},
            }
        },
        "sources": {
            "page": {"title": both("A page"), "confidence": "one_source"},
            "file": {"title": both("A file"), "confidence": "official_file"},
        },
        "series": series,
        **more,
    }
    (folder / "catalogue").mkdir(parents=True, exist_ok=True)
    (folder / "observations").mkdir(exist_ok=True)
    (folder / "catalogue" / "maker.yaml").write_text(
        yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8"
    )
    (folder / "observations" / "maker.csv").write_text(
        "\n".join([HEADER, *rows, ""]), encoding="utf-8", newline="\n"
    )
    return folder


@pytest.fixture(scope="session")
def series_entry() -> Callable[..., dict[str, Any]]:
    """A catalogue entry of monthly loans, changed as the test asks."""
    return _series_entry


@pytest.fixture(scope="session")
def write_data() -> Callable[..., Path]:
    """Writes a data folder from rows and series entries."""
    return _write_data


@pytest.fixture
def make_store(tmp_path: Path) -> Callable[..., Store]:
    """A store of the rows given, as `make_store("loans.x,2016-12,1,2017-01,page", …)`."""

    def make(*rows: str, series: dict[str, dict[str, Any]] | None = None, **more: Any) -> Store:
        described = series or {"cn.loans": _series_entry()}
        return Store.open(_write_data(tmp_path / "data", rows, described, **more))

    return make


@pytest.fixture(scope="session")
def published() -> Store:
    """The project's own data."""
    return Store.open(PROJECT_DATA)


@pytest.fixture
def changed_copy(tmp_path: Path) -> Callable[[list[Edit]], Path]:
    """A copy of the project's data with figures changed in all their vintages: (file, series, period, value)."""

    def change(edits: list[Edit]) -> Path:
        copy = tmp_path / "data"
        shutil.copytree(
            PROJECT_DATA, copy, copy_function=lambda original, link: Path(link).symlink_to(original)
        )
        for stem, series, period, value in edits:
            file = copy / "observations" / f"{stem}.csv"
            with file.open(encoding="utf-8", newline="") as lines:
                rows = list(csv.reader(lines))
            concerned = [row for row in rows if row[:2] == [series, period]]
            assert concerned, f"{series} {period} is not in {stem}.csv"
            for row in concerned:
                row[2] = str(value)
            file.unlink()  # it is a link to the project's own
            with file.open("w", encoding="utf-8", newline="") as lines:
                csv.writer(lines, lineterminator="\n").writerows(rows)
        return copy

    return change

"""What the tests of robustness share: helpers by name, and projects of their own to be ill-treated."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest


def _known_as(name: str, path: Path) -> ModuleType:
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


HERE = Path(__file__).parent
fuzzing = _known_as("fuzzing", HERE / "fuzzing.py")
_known_as("sites", HERE / "sites.py")
conftest_of_reports = _known_as("conftest_of_reports", HERE.parent / "report" / "conftest.py")
_known_as("publishers_tables", HERE.parent / "data" / "test_importing_properties.py")
_known_as("central_bank_tables", HERE.parent / "data" / "test_publishers_pbc.py")
miniature = conftest_of_reports.miniature


@pytest.fixture(scope="session")
def cut_fonts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the fonts of all miniatures of a session are kept: cutting them takes longer than all else."""
    return tmp_path_factory.mktemp("fonts")


@pytest.fixture(scope="session")
def door(counts: Counter[tuple[str, str, str]]) -> Callable[[str], Any]:
    """`door("editions")`: where inputs come in, counted under that name."""
    return lambda name: fuzzing.Door(name, counts)

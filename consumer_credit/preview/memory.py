"""Executed chapters kept in memory: only those run again whose cells, parameters, data or readings changed."""

from __future__ import annotations

import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.locales import Language
from consumer_credit.parameters import Parameters
from consumer_credit.project import ChapterFile, Project
from consumer_credit.report.kernels.execution import ExecutedChapter

if TYPE_CHECKING:
    from nbformat import NotebookNode

KEPT = 64
"""Executed chapters that are kept: enough for a few states of ten chapters in two languages."""
_CELL = ("id", "cell_type", "source", "metadata")
Execute = Callable[..., ExecutedChapter]


def data_state(project: Project) -> str:
    """Changes whenever a file below `data/` does."""
    files = sorted(path for path in project.data.rglob("*") if path.suffix in {".yaml", ".csv"})
    facts = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files]
    return hashlib.sha256(repr(facts).encode("utf-8")).hexdigest()


class Memory:
    """Stands before another `execute` step and answers for it when nothing a chapter depends on has changed.

    The cache of builds asks more closely, and longer; this spares it, and holds what the cache does not keep because
    a file was saved a moment ago.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, ExecutedChapter] = OrderedDict()

    def before(self, step: Execute) -> Execute:
        """`step` with this memory before it, for one build; called like `report.kernels.execution.execute_chapter`."""
        data = cache(data_state)  # what is saved while it builds asks for another build

        def execute(project: Project, chapter: ChapterFile, *given: Any, **how: Any) -> ExecutedChapter:
            key = _key_of(data(project), chapter, *given, results=how.get("results"))
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            executed = step(project, chapter, *given, **how)
            with self._lock:
                self._kept[key] = executed
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            return executed

        return execute


def _key_of(
    data: str,
    chapter: ChapterFile,
    notebook: NotebookNode,
    parameters: Parameters,
    language: Language,
    *,
    results: Path | None,
) -> str:
    """One short text for everything that decides what a chapter gives."""
    from consumer_credit.report.authoring.notebooks import declared_values  # noqa: PLC0415

    decides = {
        "chapter": chapter.path.name,
        "cells": [{name: cell.get(name) for name in _CELL} for cell in notebook.cells],
        "parameters": declared_values(notebook, parameters.model_dump(mode="json")),
        "language": language,
        "data": data,
        "results": results.read_text(encoding="utf-8") if results else "",
    }
    return hashlib.sha256(json.dumps(decides, sort_keys=True).encode("utf-8")).hexdigest()

"""Which files a page depends on, and the stream of their changes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import consumer_credit
from consumer_credit.project import Project

if TYPE_CHECKING:
    from watchfiles import Change

Kind = Literal["notebook", "edition", "data", "template", "library"]
"""What a changed file is; only `library` needs a fresh interpreter."""

PACKAGE = Path(consumer_credit.__file__).parent
TEMPLATES = PACKAGE / "report" / "templates"
QUIET = 40
"""Milliseconds without another change after which a save counts as complete: editors write a file in steps."""
_SUFFIXES: dict[Kind, frozenset[str]] = {
    "notebook": frozenset({".ipynb"}),
    "edition": frozenset({".yaml"}),
    "data": frozenset({".yaml", ".csv"}),
    "library": frozenset({".py", ".po"}),
}


def kind_of(path: Path, project: Project) -> Kind | None:
    """What `path` means to the page; None for files that do not matter, such as an editor's own beside it."""
    if path.name.startswith((".", "#")) or ".ipynb_checkpoints" in path.parts:
        return None
    if path.is_relative_to(TEMPLATES):
        return None if path.name.endswith("~") or path.suffix in {".swp", ".tmp"} else "template"
    places: dict[Kind, Path] = {
        "notebook": project.notebooks,
        "edition": project.editions,
        "data": project.data,
        "library": PACKAGE,
    }
    for kind, folder in places.items():
        if path.is_relative_to(folder) and path.suffix in _SUFFIXES[kind]:
            return kind
    return None


async def changes(project: Project, stop: asyncio.Event) -> AsyncIterator[dict[Path, Kind]]:
    """Each burst of saves, as paths with what they are, until `stop` is set."""
    from watchfiles import awatch  # noqa: PLC0415  (only where there is something to watch)

    def matters(change: Change, path: str) -> bool:
        return kind_of(Path(path), project) is not None

    folders = [
        folder for folder in (project.notebooks, project.editions, project.data, PACKAGE) if folder.is_dir()
    ]
    async for burst in awatch(
        *folders, watch_filter=matters, step=QUIET, stop_event=stop, ignore_permission_denied=True
    ):
        found = {Path(path): kind_of(Path(path), project) for _, path in burst}
        yield {path: kind for path, kind in sorted(found.items()) if kind is not None}

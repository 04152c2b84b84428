"""What is a publication of ours and may be replaced, and what belongs to somebody else and would be lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from consumer_credit.errors import UsageError
from consumer_credit.locales import LANGUAGES
from consumer_credit.project import Project
from consumer_credit.report.publishing.manifest import GENERATOR, MANIFEST

DATA_BUNDLE = "data"
"""The folder of a full publication, beside the languages, that holds all figures to take away."""
_PACKAGE = "datapackage.json"
_CODEBOOK = "codebook.md"
_LITTER = {".DS_Store", ".directory", ".ipynb_checkpoints", "Thumbs.db", "desktop.ini"}
"""What file managers and JupyterLab leave in any folder that is looked at."""


def refuse_place(project: Project, place: Path, *, whole: str | None) -> None:
    """Refuse a place that is known not to be for a report.

    Args:
        whole: the edition that is published whole, and may therefore be published in its own place.

    Raises:
        UsageError: the place of another edition, the project's own folders, or a link that leads nowhere.
    """
    try:
        target = place.resolve()
    except (OSError, RuntimeError):
        raise UsageError("is a link to itself", where=str(place), remedy="choose another folder") from None
    own = [folder for folder in _own_folders(project) if target.is_relative_to(folder.resolve())]
    if own:
        raise UsageError(
            f"lies in '{own[0].name}', a folder of the project itself",
            where=str(place),
            remedy="choose another folder, or leave --output out",
        )
    edition = target.name if (project.editions / f"{target.name}.yaml").exists() else None
    if edition and target.parent == project.dist.resolve() and edition != whole:
        raise UsageError(
            f"is the place of edition '{edition}'",
            where=str(place),
            remedy="choose another folder, or leave --output out",
        )


def _own_folders(project: Project) -> tuple[Path, ...]:
    return project.data, project.notebooks, project.editions, project.figures


def refuse_foreign(target: Path) -> None:
    """Refuse to replace a folder that holds anything else than a publication of ours.

    Raises:
        UsageError: it does, or is no folder.
    """
    if not target.exists() or (target.is_dir() and not any(target.iterdir())):
        return
    if not is_publication(target):
        raise UsageError(
            "holds something else than a report, which would be lost",
            where=str(target),
            remedy="choose a new or empty folder with --output",
        )
    added = next(_added_by_others(target), None)
    if added is not None:
        raise UsageError(
            f"holds '{added.relative_to(target).as_posix()}', which no build put there and which would be lost",
            where=str(target),
            remedy="move it elsewhere, or choose another folder with --output",
        )


def is_publication(folder: Path) -> bool:
    """Whether `folder` is a publication: language folders, each with a manifest of ours, and the data bundle."""
    if not folder.is_dir() or folder.is_symlink():
        return False
    entries = [path for path in folder.iterdir() if not path.name.startswith(".")]
    reports = [path for path in entries if not _is_data_bundle(path)]
    return bool(reports) and all(path.name in LANGUAGES and _has_manifest(path) for path in reports)


def _is_data_bundle(path: Path) -> bool:
    return path.name == DATA_BUNDLE and (path / _PACKAGE).is_file()


def _has_manifest(folder: Path) -> bool:
    return _read(folder / MANIFEST).get("generator") == GENERATOR


def _added_by_others(publication: Path) -> Iterator[Path]:
    """What lies in a publication without having been published with it, litter apart."""
    for folder in sorted(publication.iterdir()):
        if folder.name.startswith("."):
            if folder.name not in _LITTER:
                yield folder
            continue
        published = _published(folder)
        for path in sorted(folder.rglob("*")) if published else []:
            name = path.relative_to(folder)
            if (
                not path.is_dir()
                and name.as_posix() not in published
                and not _LITTER.intersection(name.parts)
            ):
                yield path


def _published(folder: Path) -> set[str]:
    """The files that a folder was published with, by their path there; empty where it does not say."""
    if folder.name == DATA_BUNDLE:
        resources = _read(folder / _PACKAGE).get("resources")
        listed = [entry.get("path") for entry in resources or [] if isinstance(entry, dict)]
        return {_PACKAGE, _CODEBOOK, *map(str, listed)} if listed else set()
    outputs = _read(folder / MANIFEST).get("outputs")
    return {MANIFEST, *outputs} if isinstance(outputs, dict) else set()


def _read(file: Path) -> dict[str, Any]:
    """A JSON file; empty where there is none that can be read."""
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}

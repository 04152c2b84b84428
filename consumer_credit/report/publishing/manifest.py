"""Everything about a build that varies, in one file: times, versions, hashes, the machine.

`manifest.json` is the only published file that differs between two builds of the same inputs; it also marks a
folder as a publication of ours.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import consumer_credit
from consumer_credit.locales import Language
from consumer_credit.project import Project
from consumer_credit.report.authoring.editions import Edition

MANIFEST = "manifest.json"
GENERATOR = "consumer-credit-report"
SCHEMA = 1
PACKAGES = (
    *(
        "ipykernel",
        "jinja2",
        "jupyter_client",
        "matplotlib",
        "nbclient",
        "nbconvert",
        "nbformat",
        "numpy",
        "pandas",
    ),
    *("papermill", "pydantic", "pypandoc_binary", "seaborn", "typst"),
)
"""The packages whose versions can change what is published."""
_CODE = ("*.py", "*.po", "templates/**/*")


@dataclass(frozen=True)
class BuildFacts:
    """What a build knows about itself: what it was asked for, when it began, seconds by step and chapter."""

    formats: Sequence[str]
    draft: bool
    started: dt.datetime
    seconds: Mapping[str, float]
    chapters: Sequence[Mapping[str, Any]]


def input_hashes(project: Project, chapters: Iterable[Path], edition: str) -> dict[str, str]:
    """The SHA-256 of each file the report is made from, by its path in the project; the library as one."""
    data = sorted(
        path
        for path in project.data.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(project.data).parts)
    )
    files = [project.editions / f"{edition}.yaml", project.root / "requirements.txt", *chapters, *data]
    hashes = {project.shown(path): sha256(path) for path in files if path.is_file()}
    hashes["consumer_credit/"] = code_hash()
    return hashes


def code_hash() -> str:
    """One SHA-256 over the library's own sources, labels and templates."""
    package = Path(consumer_credit.__file__).parent
    digest = hashlib.sha256()
    for path in sorted({path for pattern in _CODE for path in package.rglob(pattern) if path.is_file()}):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def output_hashes(folder: Path) -> dict[str, str]:
    """The SHA-256 of every file below `folder` but the manifest itself, by its path there."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest(
    folder: Path, edition: Edition, language: Language, inputs: Mapping[str, str], facts: BuildFacts
) -> None:
    """Write `manifest.json` into a language's staged folder, once everything else stands there."""
    content = {
        "generator": GENERATOR,
        "schema": SCHEMA,
        "edition": edition.name,
        "language": language,
        "draft": facts.draft,
        "formats": list(facts.formats),
        "parameters": edition.parameters.model_dump(mode="json"),
        "started": facts.started.isoformat(timespec="seconds"),
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": {name: round(value, 3) for name, value in facts.seconds.items()},
        "chapters": list(facts.chapters),
        "versions": versions(),
        "machine": machine(),
        "inputs": dict(inputs),
        "outputs": output_hashes(folder),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def versions() -> dict[str, str]:
    """The versions of Python, of this package, and of the packages that can change what is published."""
    found = {"python": platform.python_version(), GENERATOR: consumer_credit.__version__}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """What a reader of timings needs to know of the machine; nothing that names it or its user."""
    return {"system": platform.system(), "machine": platform.machine(), "cores": os.cpu_count()}

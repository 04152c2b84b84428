"""The project in a parcel: the files a build reads, as bytes, under one hash of their content.

A worker of a cluster needs no shared disk: it is sent the parcel once, unpacks it, and builds in its own folder.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from consumer_credit.project import Project

_PATTERNS = ("notebooks/*.ipynb", "data/**/*", "editions/*.yaml", "requirements.txt")
_EPOCH = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Parcel:
    """The files, compressed, and the SHA-256 over their paths and contents."""

    content: bytes
    digest: str


def pack(project: Project) -> Parcel:
    """Everything that a build of `project` reads, its cut fonts included, so that no worker cuts them again.

    Raises:
        RenderError: the fonts cannot be cut.
    """
    from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415  (slow to import)

    fonts = project_fonts(project).regular.parent
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted({*_files(project.root), *(path for path in fonts.iterdir() if path.is_file())}):
            name = path.relative_to(project.root).as_posix()
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return Parcel(packed.getvalue(), digest_of(_contents(packed)))


def unpack(parcel: Parcel, folder: Path) -> Project:
    """Lay the project out in an empty folder.

    Raises:
        ValueError: the parcel does not hold what its hash says.
    """
    with zipfile.ZipFile(io.BytesIO(parcel.content)) as archive:
        archive.extractall(folder)
    found = digest_of((p.relative_to(folder).as_posix(), p.read_bytes()) for p in _all_files(folder))
    if found != parcel.digest:
        raise ValueError(f"the project arrived damaged: {found} instead of {parcel.digest}")
    return Project(folder)


def digest_of(files: Iterator[tuple[str, bytes]]) -> str:
    """One SHA-256 over paths and contents, in the order of the paths."""
    digest = hashlib.sha256()
    for name, content in sorted(files):
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _files(root: Path) -> Iterator[Path]:
    for pattern in _PATTERNS:
        for path in root.glob(pattern):
            if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts):
                yield path


def _all_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _contents(packed: io.BytesIO) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(packed) as archive:
        for name in archive.namelist():
            yield name, archive.read(name)

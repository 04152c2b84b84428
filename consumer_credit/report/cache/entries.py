"""Outputs kept on disk: found by what decided them, believed only when whole, the oldest thrown out first.

An entry is one sealed file (`sealed`), written beside its place and renamed into it, so that any number of processes
may read and write at once. The folder is the user's alone.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer_credit.project import Project
from consumer_credit.report.cache.sealed import Entry, is_private, pack, unpack
from consumer_credit.report.cache.stamps import digest_of

FOLDER = "results"
LARGEST = 1_000_000_000
"""Bytes that the entries may take together."""
_KEPT_FREE = 0.9
"""What eviction leaves of that, so that it is not needed for every new entry."""
_ENDING = ".entry"
_ABANDONED = 3600
"""Seconds after which nobody is still writing a file."""


@dataclass(frozen=True)
class Summary:
    """How much is kept."""

    entries: int
    bytes: int


class Entries:
    """The folder of entries. What cannot be read or written is as if it were not there: a cache only saves time."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        """`largest`: bytes that the entries may take together."""
        self.folder, self.largest = folder, largest
        self._room = 0

    def find(self, key: str) -> Iterator[Entry]:
        """Every whole entry kept under a key, the one that was last of use first."""
        for path in sorted(_files(self._place(key), ending=_ENDING), key=_age):
            entry = self._read(path)
            if entry is not None and entry.facts.get("key") == key:
                yield entry

    def used(self, key: str, entry: Entry) -> None:
        """Remember that an entry was of use, so that it is thrown out later than others."""
        with contextlib.suppress(OSError, KeyError):
            os.utime(self._place(key) / f"{entry.facts['variant']}{_ENDING}")

    def keep(self, key: str, variant: str, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        """Keep an output under a key, as `put`, and make room."""
        self.put(key, variant, facts, files)
        if self._room <= 0:
            with contextlib.suppress(OSError):
                self._evict()

    def put(self, key: str, variant: str, facts: Mapping[str, Any], files: Mapping[str, bytes]) -> None:
        """Put one of many outputs under a key; the same variant takes the place of the one before."""
        content = pack({**facts, "key": key, "variant": variant}, files)
        if len(content) <= self.largest:
            self._room -= len(content)
            with contextlib.suppress(OSError):
                self.write(self._place(key) / f"{variant}{_ENDING}", content)

    def write(self, path: Path, content: bytes) -> None:
        """Write a file of the cache in one step.

        Raises:
            OSError: it cannot be written, or the folder is somebody else's.
        """
        self._own()
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise

    def note(self, name: str, ingredients: Mapping[str, str]) -> None:
        """Write down from what a thing was made the last time."""
        with contextlib.suppress(OSError):
            self.write(self._note(name), pack({"name": name, "ingredients": dict(ingredients)}, {}))

    def noted(self, name: str) -> dict[str, str] | None:
        """From what a thing was made the last time, when that is known."""
        found = self._read(self._note(name))
        return found.facts["ingredients"] if found and found.facts.get("name") == name else None

    def _note(self, name: str) -> Path:
        return self.folder / "notes" / digest_of([name])

    def clear(self) -> Summary:
        """Throw everything out; what there was."""
        found = self.summary()
        if self.folder.is_dir():
            aside = Path(tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=self.folder.parent))
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                self.folder.rename(aside / self.folder.name)
            shutil.rmtree(aside, ignore_errors=True)
        return found

    def summary(self) -> Summary:
        """How many entries there are, and their size."""
        sizes = [status.st_size for _, status in self._all()]
        return Summary(len(sizes), sum(sizes))

    def _place(self, key: str) -> Path:
        return self.folder / "entries" / key[:2] / key

    def _all(self) -> list[tuple[Path, os.stat_result]]:
        found = []
        for path in _files(self.folder / "entries", ending=_ENDING):
            with contextlib.suppress(OSError):
                found.append((path, path.stat()))
        return found

    def _read(self, path: Path) -> Entry | None:
        try:
            mine = is_private(str(self.folder)) and is_private(str(path))
            return unpack(path.read_bytes()) if mine else None
        except OSError:
            return None

    def _own(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.folder.is_symlink():
            raise OSError(errno.EPERM, "is a link, not a folder", str(self.folder))
        if not is_private(str(self.folder)):  # nobody knows what others have put there
            self.clear()
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _evict(self) -> None:
        """Make room, oldest use first; what killed writers left behind goes as well.

        Half of what is free then may be written before it is looked at again; other writers may take the rest.
        """
        for half in _files(self.folder / "entries", beginning=".new-"):
            with contextlib.suppress(OSError):
                if half.stat().st_mtime < time.time() - _ABANDONED:
                    half.unlink()
        entries = sorted(self._all(), key=lambda found: found[1].st_mtime_ns)
        total = sum(status.st_size for _, status in entries)
        enough = self.largest if total <= self.largest else self.largest * _KEPT_FREE
        for path, status in entries[:-1]:
            if total <= enough:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                path.parent.rmdir()
            total -= status.st_size
        self._room = (self.largest - total) // 2


def entries_of(project: Project) -> Entries:
    """The cache of a project."""
    return Entries(project.cache / FOLDER)


def _age(path: Path) -> int:
    try:
        return -path.stat().st_mtime_ns
    except OSError:
        return 0


def _files(folder: Path, *, beginning: str = "", ending: str = "") -> Iterator[Path]:
    """The files below a folder with such names; folders that another process removes meanwhile are passed over."""
    for place, _, names in os.walk(folder):
        yield from (
            Path(place, name) for name in names if name.startswith(beginning) and name.endswith(ending)
        )

"""Whether a file still has the content it had: by its stamp when that proves it, by its hash otherwise.

A stamp (size, times, number) proves nothing about a file that was written within the moment in which the stamp was
taken, since another write in the same moment would not change it; such files are hashed. Only `os` and `hashlib`
are imported here: a command that finds nothing to do must be quick.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MOMENT_NS = 2_000_000_000
"""The coarsest clock of a file system in use (FAT's)."""
CLOCK_DRIFT = 0.1
"""Seconds by which a clock that nobody sets may go astray while a chapter runs."""
PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))  # noqa: PTH100, PTH120
ABSENT = "absent"

Stamp = list[int]
Known = dict[str, tuple[Stamp, str]]
"""By path: the stamp (empty when it proves nothing) and the hash of the content."""


class Files:
    """The content of files by hash, each read once as long as its stamp stays the same."""

    def __init__(self, known: Known | None = None) -> None:
        """`known`: what an earlier process found out."""
        self.known: Known = dict(known or {})
        self.hashed: int = 0

    def sha256(self, path: str) -> str:
        """The SHA-256 of a file; `ABSENT` when there is none that can be read."""
        before, found = self.known.get(path, ([], ""))
        now = time.time_ns()
        try:
            stamp = _stamp(path)
            if before and stamp == before:
                return found
            with open(path, "rb") as file:  # noqa: PTH123
                digest = hashlib.sha256(file.read()).hexdigest()
            same = _stamp(path) == stamp
        except OSError:
            self.known[path] = ([], ABSENT)
            return ABSENT
        self.hashed += 1
        settled = same and max(stamp[1], stamp[2]) < now - MOMENT_NS
        self.known[path] = (stamp if settled else [], digest)
        return digest


class Moment(NamedTuple):
    """A moment by the clock, which may be set while a chapter runs, and by the count of seconds, which may not."""

    clock: float
    counted: float

    @classmethod
    def now(cls) -> Moment:
        """This moment."""
        return cls(time.time(), time.monotonic())

    def is_after(self, written: float) -> bool:
        """Whether a file with this time was written before; it cannot be told, and is False, once the clock was set."""
        now = Moment.now()
        was_set = abs((now.clock - self.clock) - (now.counted - self.counted)) > CLOCK_DRIFT
        return written < self.clock and not was_set


def _stamp(path: str) -> Stamp:
    found = os.stat(path)  # noqa: PTH116
    if not stat.S_ISREG(found.st_mode):  # whoever opened a pipe would wait for ever
        raise OSError(errno.EINVAL, "is no file", path)
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def files_below(folder: str, endings: tuple[str, ...] = ()) -> Iterator[str]:
    """Every file below a folder with one of these endings, hidden ones and Python's own caches apart, in order."""
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from files_below(entry.path, endings)
        elif not endings or entry.name.endswith(endings):
            yield entry.path


def source_files() -> Iterator[str]:
    """The library's own sources and labels."""
    return files_below(PACKAGE, (".py", ".po"))


def template_files() -> Iterator[str]:
    """The templates of page and PDF."""
    return files_below(os.path.join(PACKAGE, "report", "templates"))  # noqa: PTH118


def project_files(root: str) -> Iterator[str]:
    """What of a project may enter the report: data, chapters, editions, the pinned requirements."""
    yield from files_below(os.path.join(root, "data"))  # noqa: PTH118
    yield from files_below(os.path.join(root, "notebooks"), (".ipynb",))  # noqa: PTH118
    yield from files_below(os.path.join(root, "editions"), (".yaml",))  # noqa: PTH118
    yield os.path.join(root, "requirements.txt")  # noqa: PTH118


def listed(folder: str) -> str:
    """The names in a folder as one hash; `ABSENT` when it cannot be listed."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208
    except OSError:
        return ABSENT
    return digest_of(name for name in names if not name.startswith(".") and name != "__pycache__")


def interpreter() -> dict[str, str]:
    """What of the interpreter and its packages can change an output: versions, and the kind of machine."""
    names: set[str] = set()
    for folder in sys.path:
        if folder.endswith(("site-packages", "dist-packages")):
            try:
                names.update(name for name in os.listdir(folder) if name.endswith(".dist-info"))  # noqa: PTH208
            except OSError:
                continue
    machine = os.uname().machine if hasattr(os, "uname") else os.environ.get("PROCESSOR_ARCHITECTURE", "")
    python = f"{sys.implementation.name} {sys.version.split()[0]} on {sys.platform} {machine}"
    return {"Python": python, "installed packages": digest_of(sorted(names))}


def digest_of(texts: Iterable[str]) -> str:
    """One SHA-256 over several texts, in their order."""
    digest = hashlib.sha256()
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(content) + content)
    return digest.hexdigest()

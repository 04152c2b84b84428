"""Publish a folder whole or not at all: staged beside its target, then exchanged with it in one step.

Readers of `dist/<edition>` see the previous publication or the new one, never a mixture, whatever kills the
build. Names and locks say everything, so that the next command can tell what a killed one left behind:

* `.staging-<name>-<pid>`: being written or, after the exchange, the previous publication; of no more use.
* `.ready-<name>`, `.old-<name>`: where the system offers no exchange; `repair` finishes or undoes the swap.
* `.figures-<name>`: the committed figures do not follow the publication yet; `repair` lets them.
* `.lock-<name>`: held by the living build of that name; beside a lock that nobody holds lie leftovers.

What is inside a publication is decided in `report.build`, what is one and may be replaced in
`report.publishing.ownership`.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from consumer_credit.errors import RenderError, UsageError
from consumer_credit.locales import LANGUAGES
from consumer_credit.report.publishing.ownership import is_publication, refuse_foreign

WAIT_FOR_OTHER_BUILD = 1800
"""Seconds to wait for another build of the same folder."""
_LEFTOVER = re.compile(r"\.(?:staging-(?P<staged>.+)-\d+|(?P<kind>ready|old|figures|lock)-(?P<name>.+))")
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2
_NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EPERM}
_REASONS = {
    errno.ENOSPC: "free some space on the disk and build again",
    errno.EDQUOT: "free some space and build again",
    errno.EROFS: "choose a folder that can be written with --output",
    errno.EACCES: "choose a folder that you may write with --output",
    errno.EPERM: "choose a folder that you may write with --output",
}


@dataclass(frozen=True)
class Staging:
    """A publication in preparation: write into `folder`, then call `publish` once."""

    target: Path
    folder: Path

    def publish(self, figures: Path | None = None) -> None:
        """Put the staged folder in the place of the target, in one step.

        Args:
            figures: the committed figures, `<figures>/<language>/`, to be made equal to the publication's.
        """
        _flush(self.folder)
        note = _beside(self.target, "figures")
        if figures is not None:
            note.touch()
            _flush_folder(self.target.parent)
        _replace(self.target, self.folder)
        if figures is not None:
            mirror_figures(self.target, figures)
            note.unlink()


@contextmanager
def staged(target: Path, *, on_wait: Callable[[str], None], figures: Path | None = None) -> Iterator[Staging]:
    """Prepare the folder `target` in a staging folder beside it; on any error only the staging is lost.

    Args:
        on_wait: told once, in one line, when another build of the same folder has to be waited for.
        figures: the committed figures, for finishing what a killed build left.

    Raises:
        UsageError: the target holds something else than a publication, or another build does not end.
        RenderError: the folder cannot be written, the disk is full.
    """
    target = target.resolve()
    refuse_foreign(target)
    with _writing(target), _locked(target, on_wait):
        _repair(target, figures)
        staging = _beside(target, "staging", f"-{os.getpid()}")
        staging.mkdir()
        try:
            yield Staging(target, staging)
        finally:
            with suppress(OSError):
                _repair(target, figures)


def repair(folder: Path, figures: Path | None = None) -> None:
    """Clear up in `folder` what killed builds left behind; what living ones hold is left alone."""
    for name in sorted({name for _, name, _ in _leftovers(folder)}):
        with suppress(Timeout, OSError), _lock(folder / name).acquire(timeout=0):
            _repair(folder / name, figures)
            _beside(folder / name, "lock").unlink(missing_ok=True)


def mirror_figures(publication: Path, figures: Path) -> None:
    """Make the committed figures equal to the publication's, touching only files that differ."""
    for language in LANGUAGES:
        goal = figures / language
        wanted = _drawings_and_their_data(publication / language)
        goal.mkdir(parents=True, exist_ok=True)
        for path in goal.iterdir():
            if path.suffix in {".svg", ".csv"} and path.name not in wanted:
                path.unlink()
        for name, content in wanted.items():
            if not (goal / name).is_file() or (goal / name).read_bytes() != content:
                half = goal / f".{name}.new"
                half.write_bytes(content)
                half.replace(goal / name)


def _drawings_and_their_data(folder: Path) -> dict[str, bytes]:
    drawings = {path.name: path.read_bytes() for path in sorted(folder.glob("figures/*.svg"))}
    tables = {path.name: path.read_bytes() for path in sorted(folder.glob("data/*.csv"))}
    return drawings | {name: table for name, table in tables.items() if f"{name[:-4]}.svg" in drawings}


def _beside(target: Path, kind: str, suffix: str = "") -> Path:
    return target.parent / f".{kind}-{target.name}{suffix}"


def _leftovers(folder: Path) -> Iterator[tuple[str, str, Path]]:
    """Kind, name of the publication, and path of each of our auxiliary names in `folder`."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        match = _LEFTOVER.fullmatch(path.name)
        if match:
            yield match["kind"] or "staging", match["name"] or match["staged"], path


def _repair(target: Path, figures: Path | None) -> None:
    """Finish or undo what a killed build of `target` began; the caller holds its lock."""
    for kind in ("ready", "old"):
        if _beside(target, kind).exists() and not target.exists():
            _beside(target, kind).rename(target)
    for kind, name, path in _leftovers(target.parent):
        if name == target.name and kind in {"staging", "ready", "old"}:
            shutil.rmtree(path)
    note = _beside(target, "figures")
    if note.exists():
        if figures is not None and is_publication(target):
            mirror_figures(target, figures)
        note.unlink()


def _replace(target: Path, staging: Path) -> None:
    if not target.exists():
        staging.rename(target)
    elif not _exchange(staging, target):
        ready, old = _beside(target, "ready"), _beside(target, "old")
        staging.rename(ready)
        target.rename(old)
        ready.rename(target)
        shutil.rmtree(old)
    _flush_folder(target.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two names change places in one step; False where the system does not offer it."""
    if sys.platform != "linux":
        return False
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    problem = ctypes.get_errno()
    if problem in _NO_EXCHANGE:
        return False
    raise OSError(problem, os.strerror(problem), str(other))


def _flush(folder: Path) -> None:
    """Have the disk hold everything below `folder` before any name points to it."""
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        else:
            _flush_folder(path)
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    if os.name == "nt":  # a folder cannot be opened there
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _lock(target: Path) -> FileLock:
    return FileLock(_beside(target, "lock"))


@contextmanager
def _locked(target: Path, on_wait: Callable[[str], None]) -> Iterator[None]:
    target.parent.mkdir(parents=True, exist_ok=True)
    lock = _lock(target)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        on_wait(f"waiting for another build of {target.name} to end")
        try:
            lock.acquire(timeout=WAIT_FOR_OTHER_BUILD)
        except Timeout:
            raise UsageError(
                "another build of this folder does not end",
                where=str(target),
                remedy="end it, or use --output",
            ) from None
    try:
        yield
    finally:
        # Removed while held: whoever waits on the removed file notices and begins again with a new one.
        with suppress(OSError):
            _beside(target, "lock").unlink(missing_ok=True)
        lock.release()


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Word the operating system's refusals to write; other errors pass."""
    try:
        yield
    except OSError as error:
        if not _concerns(target, error) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise RenderError(
            f"cannot be written: {error.strerror or error}",
            where=str(target),
            remedy=_REASONS.get(error.errno or 0, "choose another folder with --output"),
        ) from error


def _concerns(target: Path, error: OSError) -> bool:
    """Whether an error is about the target, a folder above it, or one of the auxiliary names beside it."""
    if not isinstance(error.filename, str | bytes | os.PathLike):
        return False
    path = os.fsdecode(error.filename)
    return str(target).startswith(path) or path.startswith((str(target), f"{target.parent}{os.sep}."))

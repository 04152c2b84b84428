"""Replacing several files of the data folder at once: all of them, or none, whatever happens in between.

New contents are written beside the data and brought to disk; then a journal that lists them is put in place,
which is the moment of commitment; then each file is exchanged and the journal taken away. A process killed
before the journal stood leaves the folder as it was; one killed after it leaves work that `repair` finishes
when the folder is next opened. What the files mean is not known here.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from consumer_credit.errors import DataError

_AREA = ".import"
_JOURNAL = "journal.json"
_STAGED = "staged"
_PATIENCE_SECONDS = 30


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other writers of `folder` out; what an interrupted one left behind is repaired first.

    Raises:
        DataError: another import has held the folder for half a minute, or it cannot be written.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  (only writers need it)

    area = folder / _AREA
    try:
        area.mkdir(exist_ok=True)
        ignore = area / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
        with FileLock(str(area / "lock"), timeout=_PATIENCE_SECONDS):
            _finish(folder)
            yield
    except Timeout:
        raise DataError(
            "another import is still writing", where=str(folder), remedy="wait for it to end, then try again"
        ) from None
    except OSError as error:
        raise DataError(
            f"the data folder cannot be written ({error.strerror or error})",
            where=str(error.filename or folder),
            remedy="check permissions and free space; the data stand as they were",
        ) from None


def repair(folder: Path) -> bool:
    """Finish, or clear away, what an interrupted import left; cheap when there is nothing.

    Returns:
        Whether the files changed.

    Raises:
        DataError: an import is running and does not end, or its leftovers cannot be moved.
    """
    area = folder / _AREA
    if not (area / _JOURNAL).exists() and not (area / _STAGED).exists():
        return False
    pending = (area / _JOURNAL).exists()
    with locked(folder):
        return pending


def replace_files(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Give the files of `folder` these contents, all or none. Call it within `locked`.

    Args:
        folder: the data folder.
        contents: path relative to `folder`, with slashes, to the new bytes.

    Raises:
        OSError: nothing could be staged; the folder stands as before.
    """
    staged = folder / _AREA / _STAGED
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir(parents=True)
    entries = []
    for number, (relative, content) in enumerate(sorted(contents.items())):
        _write(staged / str(number), content)
        entries.append({"staged": str(number), "to": relative, "sha256": hashlib.sha256(content).hexdigest()})
    _sync_folder(staged)
    journal = folder / _AREA / _JOURNAL
    _write(journal.with_suffix(".tmp"), json.dumps(entries).encode())
    journal.with_suffix(".tmp").replace(journal)
    _sync_folder(journal.parent)
    _finish(folder)


def _finish(folder: Path) -> None:
    """Exchange what the journal lists and is still staged, then clear the staging area."""
    area = folder / _AREA
    journal = area / _JOURNAL
    if journal.exists():
        for entry in json.loads(journal.read_bytes()):
            source, target = area / _STAGED / entry["staged"], folder / entry["to"]
            if source.exists():
                target.parent.mkdir(parents=True, exist_ok=True)
                source.replace(target)
            elif not target.exists() or hashlib.sha256(target.read_bytes()).hexdigest() != entry["sha256"]:
                raise DataError(
                    "an interrupted import left neither its new file nor its result",
                    where=str(target),
                    remedy=f"restore the file from version control and delete {journal}",
                )
        for parent in {(folder / entry["to"]).parent for entry in json.loads(journal.read_bytes())}:
            _sync_folder(parent)
        journal.unlink()
        _sync_folder(area)
    journal.with_suffix(".tmp").unlink(missing_ok=True)
    shutil.rmtree(area / _STAGED, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk, where the system can (Windows cannot open a folder)."""
    with contextlib.suppress(OSError, AttributeError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

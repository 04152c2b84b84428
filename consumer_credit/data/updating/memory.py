"""What was fetched from each address last time: the bytes, when, and how to ask whether they have changed.

A folder that may be deleted at any time (`.cache/fetched`). An entry that is incomplete, or whose bytes are
not those it speaks of, is as good as none. The day of the first fetch of unchanged bytes is kept, because it
dates the figures of publishers that state no date.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

_KEEP = 2000
"""Addresses remembered; the oldest beyond are forgotten."""


@dataclass(frozen=True)
class Remembered:
    """A payload as it was fetched.

    Args:
        address: the address asked for.
        fetched: UTC, ISO to the second, of the first fetch of exactly these bytes.
        sha256: of `content`, in hexadecimal.
        etag, last_modified: what the publisher's server gave to ask again by; empty when nothing.
        content: the bytes.
    """

    address: str
    fetched: str
    sha256: str
    etag: str
    last_modified: str
    content: bytes


class Memory:
    """Payloads by address in `folder`; without a folder nothing is remembered."""

    def __init__(self, folder: Path | None) -> None:
        """Use `folder`, which is made when something is to be kept."""
        self.folder = folder

    def recall(self, address: str) -> Remembered | None:
        """What was fetched from `address` last time, if it is all there and unharmed."""
        if self.folder is None:
            return None
        note, body = self._paths(address)
        try:
            entry = json.loads(note.read_bytes())
            remembered = Remembered(**entry, content=body.read_bytes())
        except (OSError, ValueError, TypeError):
            return None
        sound = hashlib.sha256(remembered.content).hexdigest() == remembered.sha256
        return remembered if sound and remembered.address == address else None

    def keep(self, fetched: Remembered) -> None:
        """Remember a payload; a folder that cannot be written only costs the next fetch its short cut."""
        if self.folder is None:
            return
        note, body = self._paths(fetched.address)
        entry = {name: value for name, value in asdict(fetched).items() if name != "content"}
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            _write(body, fetched.content)
            _write(note, json.dumps(entry, indent=1).encode())
            self._forget_oldest()

    def _paths(self, address: str) -> tuple[Path, Path]:
        assert self.folder is not None
        name = hashlib.sha256(address.encode()).hexdigest()[:32]
        return self.folder / f"{name}.json", self.folder / f"{name}.body"

    def _forget_oldest(self) -> None:
        assert self.folder is not None
        notes = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime)
        for note in notes[:-_KEEP]:
            note.unlink(missing_ok=True)
            note.with_suffix(".body").unlink(missing_ok=True)


def _write(path: Path, content: bytes) -> None:
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    partial.write_bytes(content)
    partial.replace(path)

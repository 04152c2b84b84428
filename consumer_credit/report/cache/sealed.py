"""Files of the cache as bytes: a line with the SHA-256 of everything after it, then JSON, then the bytes it describes.

What is cut short, damaged or of another kind is told from what is whole; nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MAGIC = b"consumer-credit-report cache 1 "


@dataclass(frozen=True)
class Entry:
    """What was kept: facts, as JSON gives them, and files."""

    facts: dict[str, Any]
    files: dict[str, bytes]


def pack(facts: Mapping[str, Any], files: Mapping[str, bytes]) -> bytes:
    """An entry as bytes, checksum first."""
    sizes = {name: len(content) for name, content in files.items()}
    head = json.dumps({"facts": facts, "files": sizes}).encode("ascii")
    body = b"%d\n" % len(head) + head + b"".join(files.values())
    return MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def unpack(content: bytes) -> Entry | None:
    """The entry; None when the bytes are cut short, damaged, or no entry at all."""
    first, newline, body = content.partition(b"\n")
    if not newline or first != MAGIC + hashlib.sha256(body).hexdigest().encode():
        return None
    try:
        length, _, rest = body.partition(b"\n")
        head = json.loads(rest[: int(length)])
        files, at = {}, int(length)
        for name, size in head["files"].items():
            files[str(name)] = rest[at : at + size]
            at += size
        return Entry(dict(head["facts"]), files) if at == len(rest) else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def is_private(path: str) -> bool:
    """Whether only this user can have written there; where that cannot be asked, the checksum must do.

    Raises:
        OSError: there is nothing.
    """
    if not hasattr(os, "getuid"):
        return True
    status = os.lstat(path)
    return status.st_uid == os.getuid() and not (
        stat.S_ISLNK(status.st_mode) or status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    )

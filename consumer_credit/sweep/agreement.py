"""Whether a worker would build what this machine would: the same package source, Python and pinned packages."""

from __future__ import annotations

import importlib.metadata
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from consumer_credit.report.publishing.manifest import code_hash

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?", re.MULTILINE)


@dataclass(frozen=True)
class Lock:
    """What must be the same everywhere: Python, the hash of the package's source, and the pins of the lock file.

    Pins that hold on some systems only (`conditional`) may be absent.
    """

    python: str
    source: str
    pins: Mapping[str, str]
    conditional: frozenset[str]

    @classmethod
    def of(cls, requirements: Path) -> Lock:
        """This machine's Python and package source, and the pins of a requirements file (none: no pins)."""
        text = requirements.read_text(encoding="utf-8") if requirements.is_file() else ""
        found = list(_PIN.finditer(text))
        return cls(
            _python(),
            code_hash(),
            {match["name"]: match["version"] for match in found},
            frozenset(match["name"] for match in found if match["marker"]),
        )


def disagreements(lock: Lock) -> list[str]:
    """In what this machine, the one the function runs on, departs from `lock`; in words."""
    found = []
    if _python() != lock.python:
        found.append(f"Python {_python()} instead of {lock.python}")
    if code_hash() != lock.source:
        found.append("another source of the package consumer_credit")
    for name, version in lock.pins.items():
        held = _version(name)
        if held != version and not (held is None and name in lock.conditional):
            found.append(f"{name} {held or 'missing'} instead of {version}")
    return found


def in_words(found: Mapping[str, Sequence[str]]) -> str:
    """The departures of several workers in one line, the first few of each."""
    parts = []
    for worker, departures in found.items():
        shown = ", ".join(departures[:3]) + (
            f" and {len(departures) - 3} more" if len(departures) > 3 else ""
        )
        parts.append(f"{worker} has {shown}")
    return "; ".join(parts)


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None

"""Why something was made again, in words: which series, parameter, cell or file is not what it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MOST_REASONS = 4


@dataclass(frozen=True, order=True)
class Decision:
    """What was decided about one thing that a build makes, and why."""

    what: str
    reused: bool
    reasons: Sequence[str] = ()

    def __str__(self) -> str:
        """One line: `03 china_and_us, English: run again, because series cn.gdp changed`."""
        if self.reused:
            return f"{self.what}: reused, nothing it rests on has changed"
        shown = "; ".join(self.reasons[:MOST_REASONS])
        more = len(self.reasons) - MOST_REASONS
        return f"{self.what}: made again, because {shown}" + (f"; and {more} more" if more > 0 else "")


def reasons(before: Mapping[str, str] | None, now: Mapping[str, str]) -> list[str]:
    """What differs between the ingredients of the last time and those of now."""
    if before is None:
        return ["it has not been made before, or the cache was cleared"]
    found = [
        _difference(name, before.get(name), now.get(name))
        for name in [*now, *(name for name in before if name not in now)]
        if before.get(name) != now.get(name)
    ]
    return found or ["what was kept is gone or damaged"]


def _difference(name: str, before: str | None, now: str | None) -> str:
    if before is None:
        return f"{name} is new"
    if now is None:
        return f"{name} is gone"
    if name.startswith("parameter ") or name in ("Python", "languages published", "formats published"):
        return f"{name}: {before} → {now}"
    return f"{name} changed"

"""Two builds side by side: which results differ, and whether data, parameters or code explain it.

Everything comes from what a build publishes, `results.json` and `manifest.json`; nothing is executed. Evidence
is told apart from suspicion: that the vintage of a series behind a result moved is recorded with the result;
that a file of the library changed concerns the whole build.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeGuard

from consumer_credit.errors import UsageError
from consumer_credit.locales import LANGUAGES
from consumer_credit.report.build import RESULTS
from consumer_credit.report.publishing.manifest import MANIFEST

Cause = Literal["data", "parameters", "code"]
CAUSES: tuple[Cause, ...] = ("data", "parameters", "code")
_RELATIVE = 1e-12
"""Values nearer than this to each other, in proportion, are the same."""


@dataclass(frozen=True)
class Build:
    """What a build published: its results by name, and what it was made from (empty without a manifest)."""

    path: Path
    results: Mapping[str, Mapping[str, Any]]
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class Reason:
    """Why a result may differ.

    Args:
        cause: data, parameters or code.
        detail: what differs, in words.
        certain: recorded with this very result; else it differs between the builds as a whole.
    """

    cause: Cause
    detail: str
    certain: bool


@dataclass(frozen=True)
class Change:
    """One result that differs: `before` and `after` are its values, None where it is missing or was not made."""

    name: str
    chapter: str
    unit: str
    kind: Literal["changed", "added", "removed"]
    before: Any
    after: Any
    reasons: tuple[Reason, ...]

    @property
    def difference(self) -> float | None:
        """After less before, for numbers."""
        return self.after - self.before if _number(self.before) and _number(self.after) else None


@dataclass(frozen=True)
class Comparison:
    """Two builds held against each other.

    Args:
        differences: what the builds as a whole were made from and differs, by cause, in words.
        changes: the results that differ, in the order of the second build.
        same: number of results that do not.
    """

    differences: Mapping[Cause, Sequence[str]]
    changes: Sequence[Change]
    same: int
    without_manifest: Sequence[Path] = field(default_factory=tuple)


def open_build(path: Path) -> Build:
    """Read what a build published.

    Args:
        path: an edition's folder, one of its languages, or a `results.json`.

    Raises:
        UsageError: there is no publication, or one that cannot be read.
    """
    candidates = [path, *(path / name for name in ("", *LANGUAGES))]
    files = [c if c.name == RESULTS else c / RESULTS for c in candidates]
    found = next((file for file in files if file.is_file()), None)
    if found is None:
        raise UsageError(
            f"no {RESULTS} found", where=str(path), remedy="give a folder that a build has published"
        )
    content = _read(found)
    entries = content.get("results") if isinstance(content, dict) else None
    if not isinstance(entries, list) or not all(map(_is_result, entries)):
        raise UsageError("is not the results of a build", where=str(found), remedy="build it again")
    beside = found.with_name(MANIFEST)
    manifest = _read(beside) if beside.is_file() else {}
    if not isinstance(manifest, dict):
        raise UsageError("is not the manifest of a build", where=str(beside), remedy="build it again")
    return Build(found.parent, {str(entry["name"]): entry for entry in entries}, manifest)


def _is_result(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("name"), str)
        and isinstance(entry.get("value"), int | float | str | None)
    )


def compare(first: Build, second: Build) -> Comparison:
    """Hold two builds against each other.

    A result differs when its value does, or when it is missing on one side. Results that differ in provenance
    alone (a newer vintage of the same value) count as the same.
    """
    differences = _differences(first.manifest, second.manifest)
    changes: list[Change] = []
    names = [*second.results, *(name for name in first.results if name not in second.results)]
    for name in names:
        old, new = first.results.get(name), second.results.get(name)
        if old is not None and new is not None and _alike(old, new):
            continue
        entry = new or old or {}
        changes.append(
            Change(
                name=name,
                chapter=str(entry.get("chapter", "")),
                unit=str(entry.get("unit", "")),
                kind="added" if old is None else "removed" if new is None else "changed",
                before=old.get("value") if old else None,
                after=new.get("value") if new else None,
                reasons=tuple(_reasons(old or {}, new or {}, differences)),
            )
        )
    without = tuple(build.path for build in (first, second) if not build.manifest)
    return Comparison(differences, changes, len(names) - len(changes), without)


def _differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[Cause, list[str]]:
    """What two manifests say the builds were made from, where they differ."""
    found: dict[Cause, list[str]] = {cause: [] for cause in CAUSES}
    if not old or not new:
        return found
    for name, before, after in _moved(old.get("parameters", {}), new.get("parameters", {})):
        found["parameters"].append(f"{name}: {before} → {after}")
    for path, before, after in _moved(old.get("inputs", {}), new.get("inputs", {})):
        if path.startswith("editions/"):
            continue  # its parameters are compared one by one
        cause: Cause = "data" if path.startswith("data/") else "code"
        kind = "added" if before is None else "removed" if after is None else "changed"
        found[cause].append(f"{path} {kind}")
    for name, before, after in _moved(old.get("versions", {}), new.get("versions", {})):
        found["code"].append(f"{name} {before} → {after}")
    return found


def _reasons(
    old: Mapping[str, Any], new: Mapping[str, Any], differences: Mapping[Cause, Sequence[str]]
) -> list[Reason]:
    reasons = [
        Reason("data", f"{series}: vintage {before or 'none'} → {after or 'none'}", certain=True)
        for series, before, after in _moved(old.get("vintages", {}), new.get("vintages", {}))
    ]
    if old and new and old.get("formula") != new.get("formula"):
        reasons.append(Reason("code", "the formula was written anew", certain=True))
    chapter = str((new or old).get("chapter", ""))
    for cause in CAUSES:
        if cause == "data" and reasons and reasons[0].cause == "data":
            continue  # the vintages say it more exactly
        for detail in differences[cause]:
            notebook = detail.startswith("notebooks/")
            if not notebook or f"_{chapter}.ipynb" in detail:
                reasons.append(Reason(cause, detail, certain=False))
    return reasons


def _moved(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """Keys whose values differ, sorted; None where one side lacks it."""
    before = old if isinstance(old, dict) else {}
    after = new if isinstance(new, dict) else {}
    keys = sorted({*before, *after})
    return [(key, before.get(key), after.get(key)) for key in keys if before.get(key) != after.get(key)]


def _alike(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    before, after = old.get("value"), new.get("value")
    if _number(before) and _number(after):
        return math.isclose(before, after, rel_tol=_RELATIVE, abs_tol=0.0)
    return bool(before == after) and old.get("missing_reason") == new.get("missing_reason")


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise UsageError("cannot be read as JSON", where=str(file), remedy="build it again") from None

"""`python build_report.py compare A B`: which results differ between two builds, and why."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.commands.figures import grouped, signed
from consumer_credit.commands.output import print_json, shown_path
from consumer_credit.counts import counted

if TYPE_CHECKING:
    from consumer_credit.report.comparing import Change, Comparison


def compare_command(*, first: Path, second: Path, as_json: bool) -> int:
    """Print what the builds were made from where it differs, then each result that differs, with reasons.

    Raises:
        UsageError: one of the folders holds no publication.
    """
    from consumer_credit.report.comparing import compare, open_build  # noqa: PLC0415

    builds = open_build(first), open_build(second)
    found = compare(*builds)
    if as_json:
        print_json(_as_json(found, builds[0].path, builds[1].path))
        return 0
    print(f"{shown_path(builds[1].path)} against {shown_path(builds[0].path)}")
    for path in found.without_manifest:
        print(f"no manifest beside the results in {shown_path(path)}: causes cannot be told")
    for cause, details in found.differences.items():
        if details:
            print(f"{cause}:")
            for detail in details:
                print(f"  {detail}")
    for change in found.changes:
        print(f"\n{change.chapter}: {change.name}")
        print(f"  {_told(change)}")
        for line in _reasons(change):
            print(f"  {line}")
    print(
        f"\n{counted(len(found.changes), 'result differs', 'results differ')}, "
        f"{counted(found.same, 'is', 'are')} the same"
    )
    return 0


def _told(change: Change) -> str:
    if change.kind == "added":
        return f"new: {_value(change.after, change.unit)}"
    if change.kind == "removed":
        return f"no longer there: {_value(change.before, change.unit)}"
    text = f"{_value(change.before, change.unit)} → {_value(change.after, change.unit)}"
    if change.difference is None:
        return text
    if change.unit == "fraction":
        return f"{text} ({signed(100 * change.difference, 2)} pp)"
    relative = f", {signed(100 * change.difference / abs(change.before), 1)} %" if change.before else ""
    return f"{text} ({signed(change.difference, 2)}{relative})"


def _reasons(change: Change) -> list[str]:
    """Evidence first; what only may have had a part is named by its kind, the details standing above."""
    certain = [f"because of {reason.cause}: {reason.detail}" for reason in change.reasons if reason.certain]
    possible = list(dict.fromkeys(reason.cause for reason in change.reasons if not reason.certain))
    if possible:
        certain.append(f"{'also possible' if certain else 'because of one of'}: {', '.join(possible)}")
    return certain or ["for no reason recorded: neither data, parameters nor code differ"]


def _value(value: Any, unit: str) -> str:
    if value is None:
        return "missing"
    if isinstance(value, bool | str):
        return str(value)
    if unit == "fraction":
        return f"{grouped(100 * value, 2)} %"
    if unit in ("year", "count", "period"):
        return str(value)
    return f"{grouped(value, 2)} {unit}"


def _as_json(found: Comparison, first: Path, second: Path) -> dict[str, Any]:
    return {
        "first": str(first),
        "second": str(second),
        "differences": {cause: list(details) for cause, details in found.differences.items()},
        "changes": [
            {**dataclasses.asdict(change), "difference": change.difference} for change in found.changes
        ],
        "same": found.same,
        "without_manifest": [str(path) for path in found.without_manifest],
    }

"""This project's commands on a copy of a report, as a reader would type them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence

from benchmarks.workloads import ROOT, Workload

Commands = Sequence[Sequence[str]]
DOOR = str(ROOT / "build_report.py")


def environment(workload: Workload) -> Mapping[str, str]:
    """The project is the copy."""
    return {**os.environ, "CONSUMER_CREDIT_PROJECT": str(workload.folder)}


def build(*options: str) -> Commands:
    """`build_report.py …`."""
    return [[sys.executable, DOOR, "--quiet", *options]]


def sweep(*options: str) -> Commands:
    """`build_report.py sweep …`."""
    return [[sys.executable, DOOR, "sweep", "--quiet", *options]]


def seconds_of_steps(workload: Workload) -> dict[str, float]:
    """What the newest build of the copy says it spent on each step, from its manifest."""
    manifests = sorted(workload.folder.glob("dist/*/en/manifest.json"), key=lambda path: path.stat().st_mtime)
    if not manifests:
        return {}
    content = json.loads(manifests[-1].read_text(encoding="utf-8"))
    return {str(name): float(value) for name, value in content["seconds"].items()}


def cut_fonts(workload: Workload) -> Commands:
    """Cut the report's fonts, which happens once for a set of characters."""
    code = "from pathlib import Path; from consumer_credit.project import Project; "
    code += "from consumer_credit.report.fonts.project import project_fonts; "
    code += f"project_fonts(Project(Path({str(workload.folder)!r})))"
    return [[sys.executable, "-c", code]]

"""Find the project a command works on, and clear up what a killed command left there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from consumer_credit.errors import UsageError
from consumer_credit.project import Project

PROJECT_VARIABLE = "CONSUMER_CREDIT_PROJECT"


def find_project() -> Project:
    """The project: of the environment variable, else around the present folder or `build_report.py`.

    Raises:
        UsageError: none of them is one.
    """
    if os.environ.get(PROJECT_VARIABLE):
        return Project.find(Path(os.environ[PROJECT_VARIABLE]))
    try:
        return Project.find(Path.cwd())
    except UsageError:
        script = Path(sys.argv[0]).resolve().parent
        if not (script / "notebooks").is_dir():
            raise
        return Project.find(script)


def open_project() -> Project:
    """The project, after what a killed command left in it has been cleared up."""
    project = find_project()
    if project.dist.is_dir() and any(project.dist.glob(".*")):
        from consumer_credit.report.publishing.publication import repair  # noqa: PLC0415  (seldom needed, slow to import)

        repair(project.dist, project.figures)
    return project

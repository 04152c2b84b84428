"""`python build_report.py data …`: look after the figures the report is made from."""

from __future__ import annotations

import dataclasses

from consumer_credit.commands.output import print_json
from consumer_credit.commands.workplace import open_project
from consumer_credit.counts import counted
from consumer_credit.errors import DataError


def check_command(*, as_json: bool) -> int:
    """Print everything the checks find; the exit code is that of a `DataError` when one of them is an error.

    Raises:
        DataError: catalogue or observations cannot be read at all.
    """
    from consumer_credit.data.checks import check  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    project = open_project()
    findings = check(Store.open(project.data))
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        print_json(
            {
                "status": "error" if errors else "checked",
                "exit_code": DataError.exit_code if errors else 0,
                "findings": [dataclasses.asdict(finding) for finding in findings],
            }
        )
    else:
        for finding in findings:
            print(finding)
        print(f"{counted(errors, 'error')}, {counted(len(findings) - errors, 'warning')}")
    return DataError.exit_code if errors else 0

"""`python build_report.py data import`: publishers' own files become vintages, all of them or none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from consumer_credit.commands.options import known_date
from consumer_credit.commands.output import print_json
from consumer_credit.commands.workplace import open_project
from consumer_credit.errors import UsageError

NEXT = "next: 'python build_report.py data check', then 'python build_report.py'"


def import_command(
    *, files: Sequence[Path], vintage: str | None, series: str | None, dry_run: bool, as_json: bool
) -> int:
    """Show what the files change and, unless it is a dry run, write it.

    Raises:
        DataError: a file is not recognised or damaged, or contradicts what is held; nothing is changed.
        UsageError: no file is named.
    """
    from consumer_credit.data.importing import apply, plan_import  # noqa: PLC0415

    if not files:
        raise UsageError("no file named", where="data import", remedy="write data import FILE…")
    if vintage is not None:
        known_date(vintage, "--vintage")
    plan = plan_import(files, open_project().data, vintage=vintage, series=series)
    if not dry_run:
        apply(plan)
    if as_json:
        status = "nothing new" if plan.is_empty else "planned" if dry_run else "imported"
        print_json({"status": status, **plan.to_json()})
        return 0
    for line in plan.lines():
        print(line)
    if not plan.is_empty:
        print("dry run: nothing was written" if dry_run else f"imported; {NEXT}")
    return 0

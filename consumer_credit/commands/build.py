"""`python build_report.py`: build an edition and say where the result lies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from consumer_credit.commands.output import print_json, shown_path
from consumer_credit.commands.workplace import open_project
from consumer_credit.errors import UsageError
from consumer_credit.locales import Language
from consumer_credit.parameters import parse_assignment
from consumer_credit.report.build import BuildOptions, build, cores
from consumer_credit.report.execution import ExecutionSettings
from consumer_credit.report.progress import choose_progress


def build_command(
    *,
    edition: str,
    assignments: Sequence[str],
    languages: Sequence[Language],
    formats: str,
    chapters: Sequence[str],
    output: Path | None,
    workers: int | None,
    cell_timeout: int,
    memory_limit: int,
    cold_kernels: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Build and publish; the last lines on standard output are the paths of the pages and PDFs.

    Raises:
        ReportError: see `report.build.build`.
    """
    options = BuildOptions(
        edition=edition,
        overrides=overrides(assignments),
        languages=tuple(languages),
        formats=tuple(dict.fromkeys(name.strip() for name in formats.split(",") if name.strip())),
        chapters=tuple(chapters),
        output=output,
        workers=workers or cores(),
        execution=ExecutionSettings(cell_timeout=cell_timeout, memory_limit=memory_limit, cold=cold_kernels),
    )
    if not options.formats:
        raise UsageError("no format named", where="--format", remedy="write html, pdf or html,pdf")
    project = open_project()
    result = build(project, options, choose_progress(quiet=quiet))
    if as_json:
        print_json(
            {
                "status": "built",
                "edition": result.edition,
                "draft": result.draft,
                "folder": str(result.folder),
                "documents": [str(path) for path in result.documents],
                "seconds": round(result.seconds, 3),
            }
        )
        return 0
    if not quiet:
        kind = "draft of edition" if result.draft else "edition"
        print(f"built {kind} {result.edition} in {result.seconds:.1f} s:", file=sys.stderr, flush=True)
    for path in result.documents:
        print(shown_path(path))
    return 0


def overrides(assignments: Sequence[str]) -> dict[str, object]:
    """The parameters set on the command line.

    Raises:
        UsageError: an assignment cannot be read, or one parameter is set twice.
    """
    found: dict[str, object] = {}
    for text in assignments:
        name, value = parse_assignment(text)
        if name in found:
            raise UsageError(f"'{name}' is set twice", where="--set", remedy="keep one of them")
        found[name] = value
    return found

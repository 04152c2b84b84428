"""`python build_report.py`: build an edition and say where the result lies."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_credit.commands.output import print_json, shown_path
from consumer_credit.commands.workplace import open_project
from consumer_credit.errors import UsageError
from consumer_credit.locales import Language
from consumer_credit.parameters import parse_assignment
from consumer_credit.project import Project
from consumer_credit.report.build import FULL_EDITION, BuildOptions, BuildResult, build, cores
from consumer_credit.report.cache.unchanged import (
    Publication,
    command_line,
    record_facts,
    record_path,
    write_record,
)
from consumer_credit.report.kernels.execution import ExecutionSettings
from consumer_credit.report.progress import choose_progress
from consumer_credit.report.steps import Steps, standard_steps

if TYPE_CHECKING:
    from consumer_credit.report.build import Plan
    from consumer_credit.report.cache.steps import CachedSteps


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
    explain: bool,
    use_cache: bool,
    quiet: bool,
    verbose: bool,
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
    cache: CachedSteps | None = None

    def cached_steps() -> Steps:
        nonlocal cache
        from consumer_credit.report.cache.steps import CachedSteps  # noqa: PLC0415  (slow to import)

        cache = CachedSteps(project, standard_steps())
        return cache.steps()

    result = build(
        project,
        options,
        choose_progress(quiet=quiet, verbose=verbose),
        cached_steps if use_cache else standard_steps,
        _will_execute if use_cache else None,
    )
    if explain and cache:
        print("\n".join(map(str, sorted(cache.lookup.decisions))), file=sys.stderr)
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
    kind = "draft of edition" if result.draft else "edition"
    if not quiet:
        print(f"built {kind} {result.edition} in {result.seconds:.1f} s:", file=sys.stderr, flush=True)
    for path in result.documents:
        print(shown_path(path))
    if cache and not explain:
        said = (
            [] if quiet else [f"{kind} {result.edition} is as it was built; nothing it rests on has changed:"]
        )
        remember(cache, project, result, said)
    return 0


def _will_execute(plan: Plan) -> bool:
    from consumer_credit.report.cache.foreseeing import will_execute  # noqa: PLC0415  (slow to import)

    return will_execute(plan)


def remember(cache: CachedSteps, project: Project, result: BuildResult, said: Sequence[str]) -> None:
    """Note that this command line has been carried out, for `cache.unchanged`."""
    if not cache.lookup.all_kept or not cache.present.as_it_began():
        return
    root, arguments = str(project.root), sys.argv[1:]
    committed = str(project.figures) if result.folder == (project.dist / FULL_EDITION).resolve() else None
    known = {
        read: cache.present.of(read) for read in cache.lookup.reads if read[0] in ("file", "absent", "folder")
    }
    facts = record_facts(
        command_line(root, arguments),
        Publication(str(result.folder), committed),
        cache.present.files,
        {cache.present.path(name): digest for (kind, name), digest in known.items() if kind == "folder"},
    )
    answer = [shown_path(path) for path in result.documents]
    write_record(record_path(root, arguments), {**facts, "said": list(said), "answer": answer})


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

"""`python build_report.py sweep`: build a report for each combination of parameters and compare them."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consumer_credit.commands.build import overrides
from consumer_credit.commands.output import print_error, print_json, shown_path
from consumer_credit.commands.workplace import open_project
from consumer_credit.counts import counted
from consumer_credit.errors import SweepError, UsageError
from consumer_credit.locales import Language
from consumer_credit.project import Project
from consumer_credit.report.build import cores
from consumer_credit.sweep.grid import read_grid_file, read_over
from consumer_credit.sweep.pool import LocalPool, Pool
from consumer_credit.sweep.progress import choose_sweep_progress
from consumer_credit.sweep.running import RESULTS_CSV, SweepOptions, SweepResult, prepare_sweep, run_sweep
from consumer_credit.sweep.work import Order

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")


def sweep_command(
    *,
    edition: str,
    over: Sequence[str],
    grid: Path | None,
    assignments: Sequence[str],
    languages: Sequence[Language],
    formats: str,
    chapters: Sequence[str],
    headlines: Sequence[str],
    name: str,
    output: str | None,
    workers: int | None,
    scheduler: str | None,
    most: int,
    resume: bool,
    cell_timeout: int,
    memory_limit: int,
    cold_kernels: bool,
    use_cache: bool,
    quiet: bool,
    as_json: bool,
) -> int:
    """Sweep; the last lines on standard output are the comparing pages and `results.csv`.

    Returns:
        The exit code: 0, or that of `SweepError` when some runs failed.

    Raises:
        ReportError: nothing ran; see `sweep.running`.
    """
    if bool(over) == (grid is not None):
        raise UsageError(
            "give the parameters to vary either with --over or in a --grid file",
            where="sweep",
            remedy="e.g. --over comparator=USA,GBR --over as_of=2017-04-25,latest",
        )
    if name and not _NAME.fullmatch(name):
        raise UsageError(f"'{name}' is not a name", where="--name", remedy="use a-z, 0-9 and hyphens")
    chosen = tuple(dict.fromkeys(part.strip() for part in formats.split(",") if part.strip()))
    if not chosen:
        raise UsageError("no format named", where="--format", remedy="write html, pdf or html,pdf")
    options = SweepOptions(
        axes=read_over(over) if grid is None else read_grid_file(grid),
        order=Order(
            edition=edition,
            fixed=overrides(assignments),
            languages=tuple(languages),
            formats=chosen,
            chapters=tuple(chapters),
            cell_timeout=cell_timeout,
            memory_limit=memory_limit,
            cold=cold_kernels,
            cached=use_cache,
        ),
        name=name,
        output=output,
        most=most,
        resume=resume,
        headlines=tuple(headlines),
    )
    project = open_project()
    sweep = prepare_sweep(project, options)
    pool = _pool(project, options.order, workers, scheduler)
    result = run_sweep(sweep, pool, choose_sweep_progress(quiet=quiet))
    if as_json:
        print_json(_as_json(result))
    else:
        _say(result, quiet=quiet)
    if not result.comparison.failed:
        return 0
    failure = _failed(result)
    print_error(failure, as_json=False)
    return failure.exit_code


def _pool(project: Project, order: Order, workers: int | None, scheduler: str | None) -> Pool:
    if scheduler is None:
        return LocalPool(project, order, workers or cores())
    from consumer_credit.sweep.cluster import ClusterPool  # noqa: PLC0415  (an optional extra)

    return ClusterPool(project, order, scheduler)


def _say(result: SweepResult, *, quiet: bool) -> None:
    states = [outcome.state for outcome in result.comparison.outcomes]
    counts = ", ".join(
        f"{states.count(state)} {state}" for state in ("built", "kept", "failed") if state in states
    )
    if not quiet:
        print(
            f"sweep of {counted(len(states), 'run')} in {result.seconds:.1f} s: {counts}",
            file=sys.stderr,
            flush=True,
        )
    for page in (*result.pages, result.place.shown(RESULTS_CSV)):
        print(page if "://" in page else shown_path(Path(page)))


def _as_json(result: SweepResult) -> dict[str, Any]:
    return {
        "status": "failed" if result.comparison.failed else "built",
        "folder": result.place.shown(),
        "documents": list(result.pages),
        "results": result.place.shown(RESULTS_CSV),
        "seconds": round(result.seconds, 3),
        "runs": [
            {
                "name": outcome.run.name,
                "parameters": dict(outcome.run.changes),
                "state": outcome.state,
                **({"error": vars(outcome.failure)} if outcome.failure else {}),
            }
            for outcome in result.comparison.outcomes
        ],
    }


def _failed(result: SweepResult) -> SweepError:
    failed = result.comparison.failed
    lines = "; ".join(f"{outcome.run.name} ({outcome.failure})" for outcome in failed)
    return SweepError(
        f"{len(failed)} of {len(result.comparison.outcomes)} runs failed: {lines}",
        where=result.place.shown(),
        remedy="correct the cause; --resume then builds what is missing",
    )

"""A sweep from beginning to end: validate, find what is left to do, build it, compare, publish."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from filelock import FileLock, Timeout

from consumer_credit.errors import UsageError
from consumer_credit.locales import Language
from consumer_credit.project import Project
from consumer_credit.report.authoring.editions import Edition, load_edition
from consumer_credit.report.build import prepare
from consumer_credit.report.publishing.manifest import GENERATOR, MANIFEST, SCHEMA, machine
from consumer_credit.report.steps import check_data
from consumer_credit.sweep.comparison import Comparison, Outcome, compare, results_csv
from consumer_credit.sweep.finished import Inputs, is_finished, read_results
from consumer_credit.sweep.grid import Grid, Run, make_grid
from consumer_credit.sweep.places import KIND, Folder, Place, open_place
from consumer_credit.sweep.pool import Pool
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.work import Done, Order

RESULTS_CSV = "results.csv"


@dataclass(frozen=True)
class SweepOptions:
    """What was asked for: the values of each parameter varied, and where the sweep goes."""

    axes: Mapping[str, Sequence[Any]]
    order: Order
    name: str = ""
    output: str | None = None
    most: int = 1000
    resume: bool = False
    headlines: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Sweep:
    """A sweep that nothing known beforehand forbids."""

    project: Project
    options: SweepOptions
    edition: Edition
    grid: Grid
    place: Place


@dataclass(frozen=True)
class SweepResult:
    """What was published: the comparing pages, and how each run ended."""

    place: Place
    pages: Sequence[str]
    comparison: Comparison
    seconds: float


def prepare_sweep(project: Project, options: SweepOptions) -> Sweep:
    """Validate everything that can be validated before anything runs.

    Raises:
        UsageError: edition, parameters, their number, chapters, formats, or the place.
        NotebookError: a notebook cannot be read.
    """
    order = options.order
    edition = load_edition(project.editions, order.edition, order.fixed or None)
    grid = make_grid(options.axes, edition.parameters, list(order.fixed), options.most)
    default = project.dist / f"sweep-{options.name or order.edition}"
    if (project.editions / f"{default.name}.yaml").exists() and options.output is None:
        raise UsageError(
            f"is the place of edition '{default.name}'", where="--name", remedy="choose another name"
        )
    place = open_place(options.output, default)
    first = grid.runs[0]
    prepare(project, order.options(first.changes, place.folder_of(first.name) or project.cache / "run"))
    return Sweep(project, options, edition, grid, place)


def run_sweep(sweep: Sweep, pool: Pool, progress: SweepProgress | None = None) -> SweepResult:
    """Build what is left to do and publish the comparison; a run that fails does not stop the others.

    Raises:
        DataError: the data do not pass their checks; nothing has run then.
        RenderError: the place cannot be written.
        UsageError: another sweep of this name is at work.
    """
    from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415  (slow to import)

    began, started = time.monotonic(), dt.datetime.now(dt.UTC)
    progress = progress or SweepProgress()
    with progress, _alone(sweep.place):
        progress.plan(sweep.grid.runs)
        check_data(sweep.project)
        project_fonts(sweep.project)  # cut once, before every worker would
        outcomes: dict[str, Outcome] = {}
        _announce(sweep, started)
        if sweep.options.resume:
            outcomes = {outcome.run.name: outcome for outcome in _kept(sweep, progress)}
        left = [run for run in sweep.grid.runs if run.name not in outcomes]
        for run, done in pool.build(left, [sweep.place.folder_of(run.name) for run in left], progress):
            outcomes[run.name] = _outcome(sweep, run, done)
            progress.ends(run, done)
        sweep.place.keep_only([name for name, outcome in outcomes.items() if outcome.failure is None])
        progress.note("comparing the runs")
        comparison = compare(sweep.grid, outcomes, sweep.options.headlines)
        pages = _publish(sweep, comparison, started)
    return SweepResult(sweep.place, pages, comparison, time.monotonic() - began)


def _kept(sweep: Sweep, progress: SweepProgress) -> Iterator[Outcome]:
    inputs = Inputs.of(sweep.project, sweep.options.order)
    for run in sweep.grid.runs:
        if is_finished(sweep.place, run, inputs):
            progress.kept(run)
            yield Outcome(run, "kept", read_results(sweep.place, run, inputs.order.languages))


def _outcome(sweep: Sweep, run: Run, done: Done) -> Outcome:
    if done.failure is not None:
        return Outcome(run, "failed", failure=done.failure, seconds=done.seconds)
    if done.files:
        sweep.place.write_run(run.name, done.files)
    results = read_results(sweep.place, run, sweep.options.order.languages)
    return Outcome(run, "built", results, seconds=done.seconds)


def _announce(sweep: Sweep, started: dt.datetime) -> None:
    """Mark the place as a sweep of ours before the first run is there, so that an interrupted one can resume."""
    sweep.place.write(MANIFEST, _manifest(sweep, started, []))


def _publish(sweep: Sweep, comparison: Comparison, started: dt.datetime) -> list[str]:
    from consumer_credit.sweep.page import Page, render_page  # noqa: PLC0415  (slow to import)

    order, place = sweep.options.order, sweep.place
    names = page_names(order.languages)
    for language, name in names.items():
        page = Page(sweep.project, sweep.edition, comparison, language, order.formats)
        others = [(other, address) for other, address in names.items() if other != language]
        place.write(name, render_page(page, others))
    place.write(RESULTS_CSV, results_csv(comparison))
    place.write(MANIFEST, _manifest(sweep, started, comparison.outcomes))
    return [place.shown(name) for name in names.values()]


def page_names(languages: Sequence[Language]) -> dict[Language, str]:
    """The comparing page of each language: the first is `index.html`."""
    return {
        language: f"index.{language}.html" if position else "index.html"
        for position, language in enumerate(languages)
    }


def _manifest(sweep: Sweep, started: dt.datetime, outcomes: Sequence[Outcome]) -> bytes:
    """Everything about the sweep that varies, as `report.publishing.manifest` does for a build."""
    content = {
        "generator": GENERATOR,
        "schema": SCHEMA,
        KIND: {name: list(values) for name, values in sweep.grid.axes.items()},
        "edition": sweep.edition.name,
        "started": started.isoformat(timespec="seconds"),
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds") if outcomes else None,
        "machine": machine(),
        "runs": [
            {
                "name": outcome.run.name,
                "parameters": dict(outcome.run.changes),
                "state": outcome.state,
                "seconds": round(outcome.seconds, 3),
                **({"failure": vars(outcome.failure)} if outcome.failure else {}),
            }
            for outcome in outcomes
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


@contextmanager
def _alone(place: Place) -> Iterator[None]:
    """Hold the folder's lock: two sweeps at work in one folder would each undo what the other does."""
    if not isinstance(place, Folder):
        yield
        return
    place.root.parent.mkdir(parents=True, exist_ok=True)
    file = place.root.parent / f".lock-{place.root.name}"
    lock = FileLock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise UsageError(
            "another sweep is at work there", where=place.shown(), remedy="wait for it, or choose a --name"
        ) from None
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        lock.release()

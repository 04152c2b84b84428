"""What is measured: cases, each with the contenders that are run in turn, and what is done before each run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import ours, peers
from benchmarks.cluster import two_workers
from benchmarks.workloads import Workload, edit_chapter, edit_point, real, small

Commands = Sequence[Sequence[str]]
OURS, LOOP, EXECUTE, BOOK, PLOOMBER, FLOOR = (
    "ours",
    "papermill-loop",
    "nbconvert",
    "jupyter-book",
    "ploomber",
    "floor",
)
PANDAS, CHROMIUM, LATEX, WATCH = "import-pandas", "chromium", "latex", "ours-watch"
ENGLISH = ("--language", "en")
BOTH = ("--format", "html,pdf")
PAGE = ("--format", "html")
GRID_24 = (
    "--over",
    "comparator=USA,GBR,CAN,FRA",
    "--over",
    "base_year=2013,2014,2015",
    "--over",
    "us_scope=total,ex_student",
)
GRID_6 = ("--over", "comparator=USA,GBR,CAN", "--over", "base_year=2015,2016")


@dataclass(frozen=True)
class Contender:
    """What is run, before it (not measured), and in which environment; `ready` makes what commands need for a while."""

    name: str
    workload: Workload
    commands: Callable[[], Commands]
    before: Callable[[], None] = lambda: None
    ready: Callable[[], AbstractContextManager[object]] = nullcontext
    lacks: str = ""
    """What is not installed here, so that it cannot be measured."""

    @property
    def is_a_peer(self) -> bool:
        """Whether it needs the peers' environment."""
        return self.name in (LOOP, EXECUTE, BOOK, PLOOMBER, LATEX)

    @property
    def environment(self) -> Mapping[str, str]:
        """Of the commands."""
        return (ours if self.name.startswith(OURS) else peers).environment(self.workload)


@dataclass(frozen=True)
class Case:
    """One comparison; `cheap` ones are repeated more often, `long` ones are left out of a short run."""

    name: str
    title: str
    contenders: Sequence[Contender]
    cheap: bool = False
    long: bool = False
    runs: int = 1
    """How many reports one run builds."""
    options: Mapping[str, str] = field(default_factory=dict)


class Cases:
    """All cases, with their copies of the report in a folder of work."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.marks = 0

    def all(self) -> list[Case]:
        """Every case, the ones of the target table first."""
        report, eight = real(self.work), small(self.work)
        return [
            *self._edits(report),
            self._cold(
                "real-cold", "the ten chapters, from nothing", report, (*ENGLISH, *BOTH), (LOOP, FLOOR)
            ),
            self._cold(
                "small-cold", "eight small notebooks, from nothing", eight, (*ENGLISH, *PAGE), (LOOP, FLOOR)
            ),
            self._watch(report),
            self._pdf(report),
            self._second_language(report),
            self._sweep("sweep-24", "a sweep of 24 reports", report, GRID_24, 24),
            self._cluster(report),
            self._cold(
                "small-peers",
                "eight small notebooks, the other tools",
                eight,
                (*ENGLISH, *PAGE),
                (EXECUTE, BOOK, PLOOMBER),
            ),
            *self._growth(),
            self._cold(
                "real-peers",
                "the ten chapters, the other tools",
                report,
                (*ENGLISH, *BOTH),
                (EXECUTE, BOOK, PLOOMBER),
                long=True,
            ),
            self._again_in_a_book(report),
        ]

    def _watch(self, report: Workload) -> Case:
        command = [sys.executable, str(peers.SCRIPTS / "watch_once.py"), str(report.folder), ours.DOOR, "5"]
        title = "a parameter changed while the report is watched, five times"
        return Case("watch", title, [Contender(WATCH, report, lambda: [command])])

    def _pdf(self, report: Workload) -> Case:
        """The page printed by Chromium, and the executed chapters by LaTeX; ours is a step of every build."""
        out = self.work / "out" / "pdf"
        chromium = next(filter(None, map(shutil.which, peers.CHROMIUMS)), "")

        def before() -> None:
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)
            if not any(report.folder.glob("dist/*/en/index.html")):
                subprocess.run(ours.build(*ENGLISH, *BOTH)[0], env=dict(ours.environment(report)), check=True)

        return Case(
            "pdf",
            "the PDF of the ten chapters by other routes",
            [
                Contender(
                    CHROMIUM,
                    report,
                    lambda: peers.chromium_print(chromium, report, out),
                    before,
                    lacks="" if chromium else "no Chromium here",
                ),
                Contender(
                    LATEX,
                    report,
                    lambda: peers.nbconvert_latex(report, out),
                    before,
                    lacks=_missing("xelatex", "pandoc", "inkscape"),
                ),
            ],
        )

    def _cold(
        self,
        name: str,
        title: str,
        workload: Workload,
        options: Sequence[str],
        others: Sequence[str],
        *,
        long: bool = False,
    ) -> Case:
        contenders = [
            self._ours(workload, options, cold=True),
            *(self._peer(other, workload) for other in others),
        ]
        return Case(name, title, contenders, long=long)

    def _edits(self, report: Workload) -> list[Case]:
        pandas = Contender(PANDAS, report, lambda: [[sys.executable, "-c", "import pandas"]])

        def change(edit: Callable[[Workload, int], None]) -> Callable[[], None]:
            def before() -> None:
                self.marks += 1
                edit(report, self.marks)

            return before

        def parameter() -> Commands:
            return ours.build(*ENGLISH, *BOTH, "--set", f"acquisition_cost={100 + self.marks}")

        def next_mark() -> None:
            self.marks += 1

        return [
            Case("unchanged", "nothing changed", [self._ours(report, (*ENGLISH, *BOTH)), pandas], cheap=True),
            Case(
                "parameter",
                "one parameter of one chapter changed",
                [Contender(OURS, report, parameter, next_mark), pandas],
                cheap=True,
            ),
            Case(
                "chapter",
                "one chapter edited",
                [self._ours(report, (*ENGLISH, *BOTH), change(edit_chapter)), pandas],
                cheap=True,
            ),
            Case(
                "point",
                "one figure of the data changed",
                [self._ours(report, (*ENGLISH, *BOTH), change(edit_point)), pandas],
                cheap=True,
            ),
        ]

    def _second_language(self, report: Workload) -> Case:
        both = Contender("ours-two-languages", report, lambda: ours.build(*BOTH), report.forget)
        return Case(
            "languages",
            "both languages against one",
            [self._ours(report, (*ENGLISH, *BOTH), cold=True), both],
        )

    def _sweep(self, name: str, title: str, workload: Workload, grid: Sequence[str], runs: int) -> Case:
        command = Contender(OURS, workload, lambda: ours.sweep(*grid, *ENGLISH, *BOTH), workload.forget)
        return Case(name, title, [command], runs=runs)

    def _cluster(self, report: Workload) -> Case:
        common = (*GRID_6, *ENGLISH, *BOTH)
        local = Contender(OURS, report, lambda: ours.sweep(*common, "--workers", "2"), report.forget)
        address: dict[str, str] = {}
        remote = Contender(
            "ours-cluster",
            report,
            lambda: ours.sweep(*common, "--scheduler", address["scheduler"]),
            report.forget,
            lambda: two_workers(self.work / "cluster", address),
        )
        return Case(
            "cluster", "a sweep of six: two Dask workers against the local pool", [local, remote], runs=6
        )

    def _growth(self) -> list[Case]:
        cases = []
        for chapters in (2, 4, 8, 16):
            workload = small(self.work, chapters=chapters)
            title = f"{chapters} small notebooks"
            cases.append(self._cold(f"chapters-{chapters}", title, workload, (*ENGLISH, *PAGE), (FLOOR,)))
        for rows in (100, 10_000, 1_000_000):
            workload = small(self.work, chapters=2, rows=rows)
            title = f"2 small notebooks of {rows:,} rows"
            cases.append(self._cold(f"rows-{rows}", title, workload, (*ENGLISH, *PAGE), (FLOOR,)))
        eight = small(self.work)
        for runs in (2, 6, 24):
            years = ",".join(map(str, range(1990, 1990 + runs)))
            case = self._sweep(
                f"runs-{runs}",
                f"a sweep of {runs} over eight small notebooks",
                eight,
                ("--over", f"base_year={years}"),
                runs,
            )
            cases.append(case)
        return cases

    def _again_in_a_book(self, report: Workload) -> Case:
        out = self.work / "out" / "again"

        def before() -> None:
            self.marks += 1
            edit_chapter(report, self.marks)
            peers.book(report, out)

        again = Contender(BOOK, report, lambda: peers.jupyter_book(report, out), before)
        return Case(
            "chapter-in-a-book", "one chapter edited, Jupyter Book with its cache", [again], long=True
        )

    def _ours(
        self,
        workload: Workload,
        options: Sequence[str],
        before: Callable[[], None] = lambda: None,
        *,
        cold: bool = False,
    ) -> Contender:
        return Contender(OURS, workload, lambda: ours.build(*options), workload.forget if cold else before)

    def _peer(self, name: str, workload: Workload) -> Contender:
        out = self.work / "out" / f"{workload.name}-{name}"
        tools = {LOOP: peers.papermill_loop, EXECUTE: peers.nbconvert_execute, BOOK: peers.jupyter_book}
        tools |= {PLOOMBER: peers.ploomber, FLOOR: peers.floor}

        def before() -> None:
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir(parents=True)

        return Contender(name, workload, lambda: tools[name](workload, out), before)


def _missing(*commands: str) -> str:
    """Which of the commands that a route needs are not on this machine, in a sentence; empty if all are."""
    lacking = [command for command in commands if not shutil.which(command)]
    return f"not here: {', '.join(lacking)}" if lacking else ""

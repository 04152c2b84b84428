"""Workers of a sweep and of the preview killed at random moments: another does their work, and nothing is left."""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import sys
import threading
from contextlib import closing

import psutil
import pytest
from sites import ATTEMPTS, SLOW_CELL, TIMES, are_gone, is_alive, is_whole, kill, processes_of

from consumer_credit.parameters import Parameters
from consumer_credit.preview.events import Built, Failed, Finished
from consumer_credit.preview.worker_process import WorkerProcess
from consumer_credit.sweep.grid import Run
from consumer_credit.sweep.pool import LocalPool
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.work import Order
from tests.robustness.build_miniature import serve_quickly

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="signals, and the processes of others"),
    pytest.mark.timeout(3600),
]


class Killer(SweepProgress):
    """Kills one worker of a pool after another, each at a random moment, and none over a run that another died of."""

    def __init__(self, times: int, within: float) -> None:
        self.left, self.within = times, within
        self.random = random.Random(20170425)
        self.died_over: list[str] = []
        self.begun_again: set[str] = set()
        self.ended_since = 0
        self.timer: threading.Timer | None = None

    def note(self, text: str) -> None:
        """A run is begun again; it is the one that the worker last killed was at."""
        name = text.partition(":")[0]
        self.died_over.append(name)
        self.begun_again.add(name)

    def built(self, name: str) -> None:
        """A run has ended; when nothing shows the last death any more, the next one may come."""
        self.begun_again.discard(name)
        self.ended_since += 1
        if self.left and self.ended_since >= 3 and not self.begun_again and not self.waits():
            self.timer = threading.Timer(self.random.uniform(0, self.within), self.strike)
            self.timer.start()

    def waits(self) -> bool:
        """Whether the next death is settled already."""
        return self.timer is not None and self.timer.is_alive()

    def strike(self) -> None:
        """Kill a worker."""
        workers = [psutil.Process(worker.pid) for worker in multiprocessing.active_children() if worker.pid]
        self.ended_since = 0
        self.left -= kill([self.random.choice(workers)])


def test_kill_9_of_a_worker_of_a_sweep(miniature, tmp_path, counts):
    fault = "kill -9 of a worker of a sweep"
    order = Order("latest", {}, ("en", "zh"), ("html", "pdf"), ())
    seeds = range(10 * TIMES + 20)  # more than are needed
    runs = [Run(f"simulation_seed={n}", {"simulation_seed": n}, Parameters(simulation_seed=n)) for n in seeds]
    folders = [tmp_path / "runs" / str(n) / "latest" for n in seeds]
    pool = LocalPool(miniature.project, order, 2, serve_quickly)
    killer, ended = Killer(TIMES, within=1.0), []
    with closing(pool.build(runs, folders, killer)) as building:
        for run, done in building:
            assert done.failure is None, (run.name, done.failure)
            ended.append(folders[runs.index(run)])
            killer.built(run.name)
            if not killer.left and not killer.begun_again and killer.ended_since >= 3:
                break
    assert len(ended) == len(set(ended)), "each once"
    for folder in ended:
        is_whole(folder)
    counts["faults injected", fault, "injected"] += TIMES - killer.left
    assert killer.left == 0
    assert killer.died_over, "most of them were at work"
    are_gone(lambda: processes_of(miniature.root))
    assert not [path for folder in ended for path in folder.parent.iterdir() if path.name.startswith(".")]
    counts["faults injected", fault, "survived"] += TIMES


def test_kill_9_of_a_worker_of_the_preview(miniature, counts, cut_fonts):
    fault = "kill -9 of a worker of the preview"
    (miniature.root / ".cache").mkdir()
    (miniature.root / ".cache" / "fonts").symlink_to(cut_fonts, target_is_directory=True)
    chance, hit = random.Random(20170425), 0

    async def page(worker: WorkerProcess) -> list[object]:
        events: list[object] = []
        assert await worker.build("en", events.append) == Finished("en")
        return [event for event in events if isinstance(event, Built | Failed)]

    async def run() -> None:
        nonlocal hit
        worker = WorkerProcess(
            {"root": str(miniature.root), "edition": "latest", "languages": ["en"], "chapters": []}
        )
        await page(worker)  # cuts the fonts
        for turn in range(ATTEMPTS * TIMES):
            if hit == TIMES:
                break
            miniature.write("01_alpha.ipynb", *miniature.text, miniature.code(f"{SLOW_CELL}  # {turn}"))
            building = asyncio.create_task(page(worker))
            await asyncio.sleep(chance.uniform(0, 2.0))
            (victim,) = (
                c for c in psutil.Process().children() if "consumer_credit.preview.worker" in c.cmdline()
            )
            family = victim.children(recursive=True)
            if building.done() or not kill([victim]):
                await building
                continue
            (failed,) = await building
            assert isinstance(failed, Failed)
            assert failed.problem.kind == "KernelError"
            assert "the process that builds the page ended" in failed.problem.what
            hit += 1
            counts["faults injected", fault, "injected"] += 1
            are_gone(lambda family=family: [process for process in family if is_alive(process)])
            (built,) = await page(worker)
            assert isinstance(built, Built), built
            counts["faults injected", fault, "survived"] += 1
        await worker.end()

    asyncio.run(run())
    assert hit == TIMES
    are_gone(lambda: processes_of(miniature.root))

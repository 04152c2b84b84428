"""Claims about a preview's session, with a worker that builds nothing but can be watched."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from consumer_credit.preview.events import Built, Doing, Failed, Finished, Problem
from consumer_credit.preview.session import Reporter, Session
from consumer_credit.preview.showing import Showing
from consumer_credit.project import Project


class Worker:
    """Builds when it is let; `asked` is what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.calls: list[str] = []
        self.let = asyncio.Event()
        self.let.set()
        self.given_up = False
        self.problem: Problem | None = None

    async def build(self, language, on_event):
        self.asked.append(language)
        self.given_up = False
        on_event(Doing("01_china.ipynb"))
        while not self.let.is_set():
            await asyncio.sleep(0.005)
            if self.given_up:
                return Finished(language, superseded=True)
        number = len(self.asked)
        on_event(
            Failed(language, self.problem)
            if self.problem
            else Built(language, f"page {number}", ["china"], {"chapters": 0.1})
        )
        return Finished(language)

    def supersede(self):
        self.calls.append("supersede")
        self.given_up = True

    async def warm_up(self):
        self.calls.append("warm up")

    async def end(self):
        self.calls.append("end")
        self.given_up = True


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("notebooks", "editions", "data"):
        (tmp_path / folder).mkdir()
    return Project(tmp_path)


def running(project: Project, conversation: Callable[[Session, Worker], Awaitable[None]]) -> Worker:
    async def run() -> Worker:
        worker, stop = Worker(), asyncio.Event()
        session = Session(project, Showing(("en", "zh")), worker, Reporter())
        going = asyncio.create_task(session.run(stop))
        await asyncio.sleep(0.05)
        try:
            await conversation(session, worker)
        finally:
            stop.set()
            await asyncio.wait_for(going, 5)
        return worker

    return asyncio.run(run())


def test_it_begins_with_every_language_and_ends_the_worker(project):
    async def conversation(session, worker):
        assert worker.asked == ["en", "zh"]
        assert session.showing.page("en") == "page 1" and session.showing.page("zh") == "page 2"
        assert session.showing.state("en")["doing"] == ""

    assert running(project, conversation).calls == ["end"]


def test_the_page_that_is_being_looked_at_comes_first(project):
    async def conversation(session, worker):
        looking = session.showing.follow("zh", 10)
        await anext(looking)
        worker.asked.clear()
        await session.changed({project.editions / "latest.yaml": "edition"})
        await asyncio.sleep(0.05)
        assert worker.asked == ["zh", "en"]
        await looking.aclose()

    running(project, conversation)


def test_a_save_during_a_build_gives_it_up_and_begins_again(project):
    async def conversation(session, worker):
        worker.asked.clear()
        worker.let.clear()
        await session.changed({project.notebooks / "01_china.ipynb": "notebook"})
        await asyncio.sleep(0.05)
        await session.changed({project.notebooks / "01_china.ipynb": "notebook"})
        worker.let.set()
        await asyncio.sleep(0.1)
        assert worker.calls == ["supersede"] and sorted(worker.asked) == ["en", "en", "zh"]

    running(project, conversation)


def test_a_changed_library_gets_a_fresh_interpreter(project):
    async def conversation(session, worker):
        await session.changed({Path("consumer_credit/measures/ratios.py"): "library"})
        await asyncio.sleep(0.05)
        assert worker.calls == ["end", "warm up"] and len(worker.asked) == 4

    running(project, conversation)


def test_a_problem_stands_over_the_last_good_page_until_it_is_mended(project):
    async def conversation(session, worker):
        before = session.showing.page("en")
        worker.problem = Problem("UsageError", "unknown parameter 'bas_year'", "editions/latest.yaml")
        await session.changed({project.editions / "latest.yaml": "edition"})
        await asyncio.sleep(0.05)
        state = session.showing.state("en")
        assert (
            state["problem"]["what"] == "unknown parameter 'bas_year'"
            and session.showing.page("en") == before
        )
        worker.problem = None
        await session.changed({project.editions / "latest.yaml": "edition"})
        await asyncio.sleep(0.05)
        assert session.showing.state("en")["problem"] is None and session.showing.page("en") != before

    running(project, conversation)


def test_a_mistake_of_ours_ends_the_preview_instead_of_leaving_it_deaf(project):
    async def run() -> None:
        worker = Worker()
        session = Session(project, Showing(("en",)), worker, Reporter())

        async def fails(language, on_event):
            raise ZeroDivisionError

        worker.build = fails
        with pytest.raises(ZeroDivisionError):
            await asyncio.wait_for(session.run(asyncio.Event()), 5)
        assert worker.calls == ["end"]

    asyncio.run(run())

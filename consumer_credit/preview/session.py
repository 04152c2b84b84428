"""One preview from its start to Ctrl-C: saves come in, pages go out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from consumer_credit.preview.changes import Kind, changes
from consumer_credit.preview.events import Built, Doing, Event, Failed, Finished
from consumer_credit.preview.showing import Showing
from consumer_credit.project import Project


class Worker(Protocol):
    """What a session needs of `worker_process.WorkerProcess`."""

    async def build(self, language: str, on_event: Callable[[Event], None]) -> Finished:
        """Have a page built, and hear of it."""
        ...

    def supersede(self) -> None:
        """Give up what is being built."""
        ...

    async def warm_up(self) -> None:
        """Be ready before being asked."""
        ...

    async def end(self) -> None:
        """End every process."""
        ...


class Reporter:
    """Hears what an editor wants to read in the terminal; this one says nothing."""

    def saved(self, shown: Sequence[str]) -> None:
        """Files were saved."""

    def does(self, language: str, text: str) -> None:
        """What the worker is at."""

    def built(self, built: Built, *, new: bool, seconds: float) -> None:
        """There is a page, `seconds` after the save that asked for it."""

    def failed(self, failed: Failed) -> None:
        """There is none."""


@dataclass
class Session:
    """Builds what is out of date, the page that is being looked at first."""

    project: Project
    showing: Showing
    worker: Worker
    reporter: Reporter

    def __post_init__(self) -> None:
        """Nothing is asked for yet."""
        self._due: dict[str, float] = {}
        """Languages whose page is out of date, and since when."""
        self._wake = asyncio.Event()
        self._building = False

    async def run(self, stop: asyncio.Event) -> None:
        """Build, watch and build again until `stop`; then end the worker."""
        self.ask_for_all()
        tasks = [asyncio.create_task(self._watch(stop)), asyncio.create_task(self._build())]
        stopped = asyncio.create_task(stop.wait())
        try:
            done, _ = await asyncio.wait([*tasks, stopped], return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            stop.set()
            for task in [*tasks, stopped]:
                task.cancel()
            await self.worker.end()
            await asyncio.gather(*tasks, stopped, return_exceptions=True)

    def ask_for_all(self) -> None:
        """Every page is out of date."""
        now = time.monotonic()
        for language in self.showing.languages:
            self._due.setdefault(language, now)
        self._wake.set()

    async def changed(self, files: Mapping[Path, Kind]) -> None:
        """Files were saved: what is being built from the old ones is given up, pages are built anew."""
        self.reporter.saved([self.project.shown(path) for path in files])
        self.ask_for_all()
        if "library" in files.values():
            await self.worker.end()
            await self.worker.warm_up()
        elif self._building:
            self.worker.supersede()

    async def _watch(self, stop: asyncio.Event) -> None:
        async for files in changes(self.project, stop):
            await self.changed(files)

    async def _build(self) -> None:
        while True:
            await self._wake.wait()
            language = min(self._due, key=lambda name: not self.showing.viewed(name), default="")
            if not language:
                self._wake.clear()
                continue
            since = self._due.pop(language)
            self.showing.begins(language)
            self._building = True
            try:
                finished = await self.worker.build(language, partial(self._hear, language, since))
            finally:
                self._building = False
                self.showing.ends(language)
            if finished.superseded:
                self._due[language] = since  # since the first save that no page shows yet
                self._wake.set()

    def _hear(self, language: str, since: float, event: Event) -> None:
        if isinstance(event, Doing):
            self.showing.does(language, event.text)
            self.reporter.does(language, event.text)
        elif isinstance(event, Built):
            new = self.showing.built(event.language, event.page)
            self.reporter.built(event, new=new, seconds=time.monotonic() - since)
        elif isinstance(event, Failed):
            self.showing.failed(event.language, event.problem)
            self.reporter.failed(event)

"""What browsers are shown: for each language the last good page, and what stands in the way of a newer one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from consumer_credit.locales import Language
from consumer_credit.preview.events import Problem


@dataclass
class _Shown:
    page: str = ""
    version: str = ""
    doing: str = "starting"
    problem: Problem | None = None
    viewers: int = 0


class Showing:
    """The state that the session changes and browsers follow."""

    def __init__(self, languages: Sequence[Language]) -> None:
        self.languages = tuple(languages)
        self._shown: dict[str, _Shown] = {language: _Shown() for language in languages}
        self._waiters: set[asyncio.Future[None]] = set()

    def page(self, language: str) -> str:
        """The last good page, empty while there was none."""
        return self._shown[language].page

    def viewed(self, language: str) -> bool:
        """Whether a browser has that page open."""
        return self._shown[language].viewers > 0

    def begins(self, language: str) -> None:
        """A newer page is being built."""
        self._shown[language].doing = "starting"
        self._tell()

    def does(self, language: str, text: str) -> None:
        """What is being done for it."""
        self._shown[language].doing = text
        self._tell()

    def built(self, language: str, page: str) -> bool:
        """There is a newer page; False when it is the same as before."""
        shown = self._shown[language]
        version = hashlib.sha256(page.encode("utf-8")).hexdigest()[:16]
        new = version != shown.version
        shown.page, shown.version, shown.problem = page, version, None
        self._tell()
        return new

    def failed(self, language: str, problem: Problem) -> None:
        """There is none, and this is why."""
        self._shown[language].problem = problem
        self._tell()

    def ends(self, language: str) -> None:
        """Nothing is being built."""
        self._shown[language].doing = ""
        self._tell()

    def state(self, language: str) -> dict[str, Any]:
        """What the script in a page needs to know."""
        shown = self._shown[language]
        problem = asdict(shown.problem) if shown.problem else None
        return {"version": shown.version, "doing": shown.doing, "problem": problem}

    async def follow(self, language: str, idle: float) -> AsyncGenerator[dict[str, Any] | None, None]:
        """The state now and after every change of it; None after `idle` seconds without one."""
        shown = self._shown[language]
        shown.viewers += 1
        try:
            before: dict[str, Any] | None = None
            while True:
                state = self.state(language)
                if state != before:
                    before = state
                    yield state
                elif not await self._wait(idle):
                    yield None
        finally:
            shown.viewers -= 1

    async def _wait(self, idle: float) -> bool:
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            await asyncio.wait_for(waiter, idle)
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
        return True

    def _tell(self) -> None:
        waiters, self._waiters = self._waiters, set()
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)

"""The session's hold on its worker: started, asked for a page, replaced by a fresh one, ended with all it started."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import Any

import psutil

from consumer_credit.preview.changes import PACKAGE
from consumer_credit.preview.events import Event, Failed, Finished, Problem, from_line

GRACE = 0.7
"""Seconds that a worker may take to end its kernels before it is ended with them."""
LONGEST_LINE = 256 * 1024 * 1024
_LAST_WORDS = 20
"""Lines of a dead worker's standard error that are shown."""


class WorkerProcess:
    """One worker at a time, started when first asked for a page."""

    def __init__(self, start: Mapping[str, Any]) -> None:
        self._start = dict(start)
        self._process: asyncio.subprocess.Process | None = None
        self._said: list[str] = []
        self._listening: asyncio.Task[None] | None = None
        self._starting = asyncio.Lock()

    async def build(self, language: str, on_event: Callable[[Event], None]) -> Finished:
        """Have a page built; whatever the worker tells goes to `on_event`.

        A worker that dies over it is a failure like any other; one that is ended by `end` leaves the page
        superseded.
        """
        process = await self._running()
        self._send(process, {"build": language})
        assert process.stdout is not None
        while line := await process.stdout.readline():
            event = from_line(line)
            if isinstance(event, Finished):
                return event
            on_event(event)
        if process is not self._process:  # ended on purpose
            return Finished(language, superseded=True)
        code = await process.wait()
        await self.end()
        on_event(Failed(language, self._death(code)))
        return Finished(language)

    def supersede(self) -> None:
        """Tell the worker that what it is building is out of date; what it has executed is kept."""
        if self._process is not None:
            self._send(self._process, {"supersede": True})

    async def warm_up(self) -> None:
        """Start the worker, so that it loads what it needs before it is asked."""
        await self._running()

    async def end(self) -> None:
        """End the worker and every process that it started; a new one begins with the next page."""
        process, listening = self._process, self._listening
        self._process = self._listening = None  # whoever asks for a page from here on gets a new worker
        if process is None:
            return
        started = _descendants(process.pid)
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE)
        for one in started:  # known by pid and time of birth: no stranger with the same number is meant
            with contextlib.suppress(psutil.Error):
                one.kill()
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        if listening is not None:
            await asyncio.wait({listening})  # a save and Ctrl-C may both be waiting for it

    async def _running(self) -> asyncio.subprocess.Process:
        async with self._starting:  # two may ask at once, and get the same
            if self._process is None or self._process.returncode is not None:
                self._process = await self._started()
            return self._process

    async def _started(self) -> asyncio.subprocess.Process:
        path = os.pathsep.join(filter(None, [str(PACKAGE.parent), os.environ.get("PYTHONPATH")]))
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "consumer_credit.preview.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is the session's to hear, which then ends the worker in order
        )
        self._said = []
        self._listening = asyncio.create_task(self._listen(process))
        self._send(process, self._start)
        return process

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        """Keep the end of what the worker writes to standard error, for when it dies."""
        assert process.stderr is not None
        said = self._said
        async for line in process.stderr:
            said.append(line.decode("utf-8", errors="replace").rstrip())
            del said[:-_LAST_WORDS]

    def _send(self, process: asyncio.subprocess.Process, request: Mapping[str, Any]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(
            ConnectionError, RuntimeError
        ):  # its death is noticed when its answer is read
            process.stdin.write(json.dumps(request).encode("ascii") + b"\n")

    def _death(self, code: int) -> Problem:
        last = self._said[-1] if self._said else f"exit code {code}"
        return Problem(
            "KernelError",
            f"the process that builds the page ended: {last}",
            remedy="mend what it says; the next save starts a new one",
            excerpt="\n".join(self._said[:-1]),
        )


def _descendants(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.Error:
        return []

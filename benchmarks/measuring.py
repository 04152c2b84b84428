"""One measurement: wall-clock and processor seconds of some commands, and the peak memory of all their processes.

Measurements are kept in a file, one a line, as they are taken: what was interrupted goes on where it stopped, and
a measurement counts as long as what was measured (its fingerprint) has not changed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

SAMPLE = 0.2
"""Seconds between two looks at memory."""
_LAST_WORDS = 600


@dataclass(frozen=True)
class Measurement:
    """One contender in one case, once; `error` says why there is no number."""

    case: str
    contender: str
    repetition: int
    fingerprint: str
    seconds: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    error: str = ""
    details: Mapping[str, float] = field(default_factory=dict)


class Notebook:
    """The file of measurements."""

    def __init__(self, path: Path) -> None:
        self.path = path
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.measurements = [Measurement(**json.loads(line)) for line in lines]

    def add(self, measurement: Measurement) -> None:
        """Keep a measurement at once."""
        self.measurements.append(measurement)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(measurement)) + "\n")

    def held(self, case: str, contender: str, fingerprint: str) -> list[Measurement]:
        """What is held of a contender as it is now, in order of repetition."""
        found = {
            m.repetition: m
            for m in self.measurements
            if (m.case, m.contender, m.fingerprint) == (case, contender, fingerprint)
        }
        return [found[repetition] for repetition in sorted(found)]


@dataclass(frozen=True)
class Taken:
    """What `take` found."""

    seconds: float
    cpu: float
    peak: int
    error: str = ""
    said: str = ""
    """The last line that the last command printed."""


def take(
    commands: Sequence[Sequence[str]], *, folder: Path, environment: Mapping[str, str], timeout: float
) -> Taken:
    """Run commands one after the other and measure them together; the first that fails is the last."""
    deadline = time.monotonic() + timeout
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    watch = _Memory()
    began = time.monotonic()
    error = said = ""
    for command in commands:
        error, said = _run(command, folder, environment, deadline, watch)
        if error:
            break
    seconds = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(seconds, cpu, watch.peak, error, said)


def _run(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], deadline: float, watch: _Memory
) -> tuple[str, str]:
    """What went wrong, empty when nothing did, and the last line printed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            with watch.over(process.pid):
                code = process.wait(max(deadline - time.monotonic(), 1))
        except subprocess.TimeoutExpired:
            _end(process)
            return "took too long", ""
        except BaseException:
            _end(process)
            raise
        output.seek(0)
        printed = output.read().decode("utf-8", "replace").strip()[-_LAST_WORDS:]
        said = printed.splitlines()[-1] if printed else ""
        return (f"exit code {code}: {said}" if code else ""), said


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                child.kill()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


class _Memory:
    """The largest sum, over a process and all its descendants, of the memory that they do not share twice."""

    def __init__(self) -> None:
        self.peak = 0
        self._done = threading.Event()

    def over(self, pid: int) -> _Memory:
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(pid, self._done), daemon=True)
        return self

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_error: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self, pid: int, done: threading.Event) -> None:
        while not done.wait(SAMPLE):
            with suppress(psutil.Error):
                whole = psutil.Process(pid)
                self.peak = max(self.peak, sum(map(_size, [whole, *whole.children(recursive=True)])))


def _size(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        try:
            return int(process.memory_full_info().pss)
        except AttributeError:  # not Linux: shared pages count in every process
            return int(process.memory_info().rss)
    return 0

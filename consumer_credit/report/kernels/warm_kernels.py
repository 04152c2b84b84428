"""Kernels forked from a warm process: what a build, or many builds of one program, hold on to.

`WarmKernels` starts the warm process (`warm_server`) and asks it for kernels; `WarmProcess` is one of them.
Where forking is not safe there are none (`available`), and chapters run in ordinary kernels (`engine`).
"""

from __future__ import annotations

import ast
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

import consumer_credit
from consumer_credit.report.authoring.notebooks import statements_of
from consumer_credit.report.kernels.halting import Halt, HaltedError
from consumer_credit.report.kernels.warm_server import RETIRE

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.kernels.execution import ExecutionSettings

WARM_PACKAGES = ("consumer_credit", "numpy", "pandas", "matplotlib", "seaborn", "scipy")
"""Packages whose import says and changes nothing, so that it may happen before the chapter asks for it."""
DRAWING = (
    "consumer_credit.charts.style",
    "consumer_credit.charts.svg",
    "consumer_credit.report.cache.drawings",
    "consumer_credit.report.fonts.project",
    "dateutil.rrule",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_mixed",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "pandas.core.methods.to_dict",
    "pandas.io.formats.csvs",
    "pandas.io.formats.html",
    "pandas.io.formats.string",
    "pyarrow.pandas_compat",
    "pyarrow.vendored.version",
)
"""What a chapter imports when it draws a figure or shows a table for the first time."""
_SERVER = "consumer_credit.report.kernels.warm_server"
_PATIENCE = 5.0
_GLANCE = 0.1
_LARGEST_NEWS = 1 << 10


def available() -> bool:
    """Whether kernels can be forked safely here: on Linux alone."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and hasattr(os, "memfd_create")


class WarmKernels(AbstractContextManager["WarmKernels"]):
    """Kernels of a warm process that starts with the first of them, or earlier with `prepare`.

    One object serves many builds, one after the other or at the same time: `start` may be called from any thread. The
    warm process is started anew when the library's source, or what settles Python itself, has changed since;
    chapters that run in the old one finish there.
    """

    def __init__(self, modules: Sequence[str] = (), data: Path | None = None) -> None:
        """Kernels that find `modules` imported, and the files of the folder `data` read."""
        self.modules, self.data = tuple(modules), data
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._retired: list[tuple[subprocess.Popen[bytes], socket.socket]] = []
        self._born: object = None
        self._ready = self._closed = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """End the warm process and every kernel of it."""
        self.close()

    @property
    def pid(self) -> int | None:
        """The warm process, while there is one."""
        return self._server.pid if self._server is not None else None

    def prepare(self, environment: Mapping[str, str]) -> None:
        """Begin to warm up, without waiting."""
        with self._lock:
            self._ensure_server(environment)

    def start(
        self,
        environment: Mapping[str, str],
        folder: Path,
        arguments: Sequence[str],
        settings: ExecutionSettings,
    ) -> WarmProcess:
        """A new kernel that works in `folder` within the memory limit of `settings`.

        Raises:
            OSError: the warm process cannot be started, or has ended.
            HaltedError: the halt of `settings` was called meanwhile.
        """
        with self._lock:
            control = self._ensure_server(environment)
            self._wait_until_ready(control, time.monotonic() + settings.start_timeout, settings.halt)
            talk, talk_there = socket.socketpair()
            life, life_there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stderr = os.memfd_create("stderr")
            request = {
                "environment": dict(environment),
                "folder": str(folder),
                "arguments": list(arguments),
                "memory": settings.memory,
            }
            with talk_there, life_there:
                files = [talk_there.fileno(), stderr, life_there.fileno()]
                socket.send_fds(control, [json.dumps(request).encode()], files)
        return WarmProcess(talk, life, stderr)

    def close(self) -> None:
        """End the warm process and every kernel of it."""
        self._closed = True
        if (control := self._control) is not None:
            with suppress(OSError):
                control.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for it
        with self._lock:
            self._close()
            for server, control in self._retired:
                control.close()
                server.wait()
            self._retired.clear()

    def _retire(self) -> None:
        """Ask the warm process for no more kernels; those that it has run to their end."""
        if self._server is None or self._control is None or not self._ready:
            self._close()
            return
        with suppress(OSError):
            self._control.send(RETIRE)
        self._retired.append((self._server, self._control))
        self._server = self._control = None
        self._ready = False

    def _close(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._server is not None:
            if not self._ready:  # it is still importing, and has no kernels
                self._server.kill()
            self._server.wait()
        self._server = self._control = None
        self._ready = False

    def _ensure_server(self, environment: Mapping[str, str]) -> socket.socket:
        if self._closed:
            raise ConnectionError("the warm process has been closed")
        state = _state(environment)
        running = self._server is not None and self._server.poll() is None
        if running and self._control is not None and self._born == state:
            return self._control
        self._retire()
        here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with there:
            self._server = subprocess.Popen(
                [sys.executable, "-m", _SERVER, str(there.fileno()), str(self.data or ""), *self.modules],
                env=dict(environment),
                pass_fds=[there.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._control, self._born, self._ready = here, state, False
        return here

    def _wait_until_ready(self, control: socket.socket, deadline: float, halt: Halt) -> None:
        if self._ready:
            return
        while not select.select([control], [], [], _GLANCE)[0]:
            if halt.called:
                raise HaltedError
            if time.monotonic() > deadline:
                raise TimeoutError("the warm process does not answer")
        if not control.recv(_LARGEST_NEWS):
            raise ConnectionError("the warm process has ended")
        self._ready = True


class WarmProcess:
    """A kernel's process, seen from the build: `talk` carries its messages, `exit_code` tells how it ended."""

    def __init__(self, talk: socket.socket, life: socket.socket, stderr: int) -> None:
        self.talk, self._life, self._stderr = talk, life, stderr
        self.pid: int | None = None
        self.exit_code: int | None = None
        self.peak = 0
        self._over = False

    def poll(self) -> bool:
        """Whether it is still running."""
        self._hear(0)
        return not self._over

    def end(self) -> None:
        """End it and the processes its cells started, without waiting."""
        with suppress(OSError):
            self._life.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """As `end`; return when nothing is left of them."""
        self.end()
        deadline = time.monotonic() + _PATIENCE
        while not self._over and time.monotonic() < deadline:
            self._hear(deadline - time.monotonic())

    def close(self) -> None:
        """Let go of its files."""
        self.talk.close()
        self._life.close()
        if self._stderr >= 0:
            os.close(self._stderr)
            self._stderr = -1

    def last_words(self, length: int) -> str:
        """The end of what it wrote to its standard error."""
        size = os.fstat(self._stderr).st_size
        start = max(0, size - length)
        return os.pread(self._stderr, size - start, start).decode(errors="replace").strip()

    def _hear(self, timeout: float) -> None:
        """Take in what the server says of it."""
        while not self._over and select.select([self._life], [], [], timeout)[0]:
            try:
                news = self._life.recv(_LARGEST_NEWS)
            except OSError:
                news = b""
            if not news:
                self._over = True
                self._end_orphans()
                return
            told: dict[str, Any] = json.loads(news)
            self.pid = told.get("pid", self.pid)
            if "exit_code" in told:
                self.exit_code, self.peak, self._over = told["exit_code"], told["peak"], True

    def _end_orphans(self) -> None:
        """The warm process has been killed; its kernels died with it, but not what their cells started."""
        if self.pid is not None:
            with suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)


def modules_of(notebooks: Sequence[NotebookNode]) -> list[str]:
    """The modules of `WARM_PACKAGES` that the cells of `notebooks` import."""
    found: set[str] = set()
    for notebook in notebooks:
        for cell in notebook.cells:
            if cell["cell_type"] == "code":
                found |= _imported(cell["source"])
    warm = {name for name in found if name.partition(".")[0] in WARM_PACKAGES}
    return sorted(warm.union(DRAWING) if any(name.startswith("consumer_credit") for name in warm) else warm)


def _imported(source: str) -> set[str]:
    try:
        statements = statements_of(source)
    except SyntaxError:  # magics, or a mistake that the chapter will report
        return set()
    found: set[str] = set()
    for statement in statements:
        if isinstance(statement, ast.Import):
            found |= {alias.name for alias in statement.names}
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            found |= {statement.module, *(f"{statement.module}.{alias.name}" for alias in statement.names)}
    return found


def _state(environment: Mapping[str, str]) -> object:
    """What a warm process must not outlive: the library's source and the settings of Python itself."""
    package = Path(consumer_credit.__file__).parent
    files = [(str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in package.rglob("*.py")]
    return sorted(files), sorted(item for item in environment.items() if item[0].startswith("PYTHON"))

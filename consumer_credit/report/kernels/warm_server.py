"""The warm process: it has imported what chapters import, and forks itself for each kernel that is asked for.

It is a program of its own (`python -m consumer_credit.report.kernels.warm_server`), so that hash seed and the like are
settled before Python starts, and it has one thread, so that forking is safe. It listens to nothing but the socket
that it was born with. Each kernel it is asked for comes with three files: the socket it talks through, the file of
its standard error, and its lifeline, on which the server says the kernel's process number and how it ended, and
whose other end, once closed, ends the kernel. So whatever happens to the build, no kernel outlives it.
"""

from __future__ import annotations

import builtins
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

PRELOADED = (
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.extensions.storemagic",
    "consumer_credit.report.kernels.warm_kernel",
    "ipykernel.debugger",
    "sqlite3",
    "tornado.platform.asyncio",
)
"""What every kernel needs, beside the modules named when the server starts."""
LARGEST_REQUEST = 1 << 20
RETIRE = b"retire"
"""The request to fork no more, and to end with the last kernel."""
_PR_SET_PDEATHSIG = 1


@dataclass
class Running:
    """A kernel that the server forked: its process, a descriptor that turns readable when it ends, its lifeline."""

    pid: int
    ended: int
    life: socket.socket


def main(control_file: int, data: str, modules: Sequence[str]) -> None:
    """Import, then fork kernels until the other end of the control socket closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the build's to answer
    born_with = dict(os.environ)
    with _as_in_a_notebook():
        for name in (*PRELOADED, *modules):
            with suppress(Exception):  # the chapter that imports it will say what is wrong
                importlib.import_module(name)
    if data:
        with suppress(Exception):  # so will whoever opens it
            _read(Path(data))
    with socket.socket(fileno=control_file) as control:
        if len(list(Path("/proc/self/task").iterdir())) > 1:
            return  # not safe to fork; the build sees the end of this process and starts ordinary kernels
        control.send(b"ready")
        gc.collect()
        gc.freeze()
        set_by_imports = {name: value for name, value in os.environ.items() if born_with.get(name) != value}
        Server(control, set_by_imports).run()
    os._exit(0)  # with so much imported, to end in good order takes a second


def _read(data: Path) -> None:
    """Read catalogue, observations and the texts that fonts are cut to; what a kernel finds changed since, by its
    content, it reads itself.
    """
    from consumer_credit.data.store import Store  # noqa: PLC0415
    from consumer_credit.project import Project  # noqa: PLC0415
    from consumer_credit.report.fonts.project import text_files  # noqa: PLC0415
    from consumer_credit.report.fonts.sets import characters_of  # noqa: PLC0415

    Store.open(data).load_all()
    characters_of(text_files(Project(data.parent)))


@contextmanager
def _as_in_a_notebook() -> Iterator[None]:
    """Let libraries that look, when imported, where they are, as pandas does for the width of tables, find what they
    would find in a cell.
    """
    builtins.get_ipython = lambda: SimpleNamespace(kernel=True)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


class Server:
    """Forks kernels, and sees to it that each of them ends."""

    def __init__(self, control: socket.socket, set_by_imports: Mapping[str, str]) -> None:
        self.control, self.set_by_imports = control, set_by_imports
        self.kernels: list[Running] = []
        self.retired = False

    def run(self) -> None:
        """Serve until the build is gone, or wants no more and the last kernel has ended."""
        while self.kernels or not self.retired:
            watched: list[Any] = [
                self.control,
                *(k.ended for k in self.kernels),
                *(k.life for k in self.kernels),
            ]
            readable = select.select(watched, [], [])[0]
            for kernel in list(self.kernels):
                if kernel.ended in readable:
                    self.bury(kernel)
                elif kernel.life in readable:
                    self.kill(kernel)
            if self.control in readable and not self.answer():
                break
        for kernel in list(self.kernels):
            self.kill(kernel)

    def answer(self) -> bool:
        """Fork a kernel as asked; false when nobody can ask any more."""
        try:
            request, files, _, _ = socket.recv_fds(self.control, LARGEST_REQUEST, 3)
        except OSError:
            return False
        if not request:
            return False
        if request == RETIRE:
            self.retired = True
            return True
        talk, stderr, life = files
        server = os.getpid()
        pid = os.fork()
        if not pid:
            self._become_kernel(json.loads(request), server, talk, stderr, life)
        os.close(talk)
        os.close(stderr)
        kernel = Running(pid, os.pidfd_open(pid), socket.socket(fileno=life))
        self.kernels.append(kernel)
        with suppress(OSError):
            kernel.life.send(json.dumps({"pid": pid}).encode())
        return True

    def kill(self, kernel: Running) -> None:
        """End a kernel and the processes that its cells started."""
        with suppress(ProcessLookupError):
            os.kill(kernel.pid, signal.SIGKILL)
        self.bury(kernel)

    def bury(self, kernel: Running) -> None:
        """Say how a kernel ended, once nothing is left of it."""
        self.kernels.remove(kernel)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(kernel.pid, signal.SIGKILL)
        _, status, usage = os.wait4(kernel.pid, 0)
        os.close(kernel.ended)
        ended = {"exit_code": os.waitstatus_to_exitcode(status), "peak": usage.ru_maxrss << 10}
        with kernel.life, suppress(OSError):
            kernel.life.send(json.dumps(ended).encode())

    def _become_kernel(
        self, request: dict[str, Any], server: int, talk: int, stderr: int, life: int
    ) -> NoReturn:
        code = 1
        try:
            os.setsid()
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != server:  # it died before that was settled
                os._exit(code)
            os.close(life)
            self.control.close()
            for kernel in self.kernels:
                os.close(kernel.ended)
                kernel.life.close()
            _settle_into(request, stderr)
            os.environ.update(self.set_by_imports)
            from consumer_credit.report.kernels.warm_kernel import run_kernel  # noqa: PLC0415  (imported long ago)

            run_kernel(socket.socket(fileno=talk), request["arguments"])
            code = 0
        except BaseException:
            import traceback  # noqa: PLC0415

            os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)


def _settle_into(request: dict[str, Any], stderr: int) -> None:
    """Take on the place, environment, files and limits that an ordinary kernel would have been born with."""
    import resource  # noqa: PLC0415  (only where kernels can be forked)

    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.memfd_create("stdout"), 1, inheritable=True)
    os.dup2(stderr, 2, inheritable=True)
    os.close(stderr)
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    if request["memory"]:
        resource.setrlimit(resource.RLIMIT_DATA, (request["memory"], request["memory"]))


if __name__ == "__main__":
    sys.path.pop(0)  # the folder it was started in, which no kernel has on its path
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3:])

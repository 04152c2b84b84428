"""A kernel in a process forked from a warm one: ipykernel's own, talking through a pair of sockets.

Everything that decides what a cell prints, displays or raises is ipykernel's code, run as it runs it; only what
carries its messages is ours: no port, no thread, no connection file. `warm_server` forks the processes,
`warm_engine` holds the other end.
"""

from __future__ import annotations

import asyncio
import contextvars
import os
import random
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from socket import socket
from types import SimpleNamespace
from typing import Any, cast

import zmq
from ipykernel.iostream import OutStream
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from tornado.ioloop import IOLoop
from traitlets import Any as AnyTrait

from consumer_credit.report.kernels.wire import IOPUB, KEY, SHELL, read_frame, to_frame


class Channel:
    """What a kernel takes for one of its sockets."""

    def __init__(self, talk: socket, name: bytes) -> None:
        self.talk, self.name, self.lock = talk, name, threading.Lock()

    def send_multipart(self, parts: Sequence[Any], *_ignored: object, **_options: object) -> None:
        """Send a message as `Session.send` hands it over."""
        frame = to_frame(self.name, [bytes(part) for part in parts])
        with self.lock:
            self.talk.sendall(frame)


class Printed(OutStream):
    """Standard output or error of the chapter: what cells print, and what other code writes to the file below.

    As in JupyterLab, text is kept until something else is shown or the cell ends.
    """

    def __init__(self, session: Session, channel: Channel, name: str) -> None:
        # OutStream's own set-up is for a thread that watches; the parts of it that remain are these.
        self.session, self.name, self.channel = session, name, channel
        self.pub_thread: Any = self
        self.topic = b"stream." + name.encode()
        self.echo = None
        self._parent_header: Any = contextvars.ContextVar("parent_header")
        self._parent_header.set({})
        self._parent_header_global: dict[str, Any] = {}
        self._master_pid = os.getpid()
        self._local = threading.local()
        self._should_watch = False
        self._isatty = False
        self._exc = None
        self._written: list[str] = []
        self._lock = threading.RLock()
        self._file = {"stdout": 1, "stderr": 2}[name]
        self._original_stdstream_copy = os.open(os.devnull, os.O_WRONLY)
        self._read = os.fstat(self._file).st_size

    def write(self, string: str) -> int:
        """Keep `string` until the next flush."""
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if os.getpid() != self._master_pid:  # a process that the cell forked
            os.write(self._file, string.encode(errors="replace"))
            return len(string)
        with self._lock:
            self._take_what_others_wrote()
            self._written.append(string)
        return len(string)

    def flush(self) -> None:
        """Show what has been written since the last flush."""
        if os.getpid() != self._master_pid:
            return
        with self._lock:
            self._take_what_others_wrote()
            text = "".join(self._written)
            self._written.clear()
        if text:
            message = self.session.msg("stream", {"name": self.name, "text": text}, parent=self.parent_header)
            self.session.send(self.channel, message, ident=self.topic)

    def close(self) -> None:
        """Nothing is written from here on."""

    def _take_what_others_wrote(self) -> None:
        if os.fstat(self._file).st_size > self._read:
            new = os.pread(self._file, os.fstat(self._file).st_size - self._read, self._read)
            self._read += len(new)
            self._written.append(new.decode(errors="replace"))


class WarmKernel(IPythonKernel):
    """IPython's kernel without its threads and sockets."""

    shell_stream = AnyTrait()
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing is queued: the other end waits for each reply."""

    async def serve(self, talk: socket) -> None:
        """Answer requests until the other end closes."""
        self.io_loop = IOLoop.current()
        reader, _writer = await asyncio.open_connection(sock=talk)
        while True:
            try:
                _, parts = await read_frame(reader)
            except EOFError:
                return
            await self.dispatch_shell([zmq.Message(part) for part in parts])


class WarmKernelApp(IPKernelApp):
    """IPython's kernel application, of whose parts only those that hold sockets and threads are replaced."""

    talk: socket

    def init_poller(self) -> None:
        """The server watches."""

    def init_connection_file(self) -> None:
        """There is none."""

    def init_sockets(self) -> None:
        """One pair serves all channels."""
        self.session = Session(parent=self, key=KEY)
        self.iopub_socket = Channel(self.talk, IOPUB)

    def init_heartbeat(self) -> None:
        """The server sees when a kernel ends."""

    def write_connection_file(self, **_unused: Any) -> None:
        """There is none."""

    def log_connection_info(self) -> None:
        """There is none."""

    def init_io(self) -> None:
        """Cells print into messages."""
        sys.stdout = cast("Any", Printed(self.session, self.iopub_socket, "stdout"))
        sys.stderr = cast("Any", Printed(self.session, self.iopub_socket, "stderr"))
        self.patch_io()  # type: ignore[no-untyped-call]

    def init_kernel(self) -> None:
        """Make the kernel and its shell."""
        self.kernel = WarmKernel.instance(
            parent=self,
            session=self.session,
            shell_stream=Channel(self.talk, SHELL),
            shell_channel_thread=SimpleNamespace(parent_thread=threading.current_thread()),
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )


def run_kernel(talk: socket, arguments: Sequence[str]) -> None:
    """Be a kernel until the other end of `talk` closes."""
    random.seed()
    if numpy := sys.modules.get("numpy"):
        numpy.random.seed()
    WarmKernelApp.talk = talk
    Path(os.environ["IPYTHONDIR"]).mkdir(parents=True, exist_ok=True)

    async def serve() -> None:
        app = WarmKernelApp.instance()
        app.initialize(list(arguments))  # type: ignore[no-untyped-call]
        await app.kernel.serve(talk)

    asyncio.run(serve())

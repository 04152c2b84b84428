"""Our papermill engine for warm kernels: nbclient's own loop, talking to a process forked from a warm one.

Cells are sent, outputs collected, time-outs and errors found by nbclient, as for an ordinary kernel; what it calls
manager and client of a kernel is here a process of `warm_kernels` and its pair of sockets.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError
from papermill.engines import papermill_engines
from papermill.translators import papermill_translators

from consumer_credit.report.kernels.engine import (
    LAST_WORDS,
    KernelDiedError,
    ReadableTranslator,
    ReportClient,
    ReportEngine,
)
from consumer_credit.report.kernels.execution import ExecutionSettings
from consumer_credit.report.kernels.warm_kernels import WarmProcess
from consumer_credit.report.kernels.wire import IOPUB, KEY, SHELL, read_frame, to_frame

ENGINE = "consumer-credit-warm"


class Inbox:
    """The messages that have come in on one channel."""

    def __init__(self) -> None:
        self._messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue()

    def put(self, message: dict[str, Any] | None) -> None:
        """Add a message; None: there will be no other."""
        self._messages.put_nowait(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message.

        Raises:
            Empty: none came in time.
            DeadKernelError: none will come.
        """
        try:
            message = await asyncio.wait_for(self._messages.get(), timeout)
        except TimeoutError:
            raise Empty from None
        if message is None:
            self._messages.put_nowait(None)
            raise DeadKernelError("Kernel died")
        return message


class WarmKernelClient:
    """What nbclient asks of a kernel's client, over a pair of sockets."""

    allow_stdin = False

    def __init__(self, process: WarmProcess) -> None:
        self.process = process
        self.session = Session(key=KEY)
        self.shell_channel, self.iopub_channel = Inbox(), Inbox()

    async def start_channels(self) -> None:
        """Begin to listen."""
        self._reader, self._writer = await asyncio.open_connection(sock=self.process.talk)
        self._listening = asyncio.create_task(self._listen())

    async def stop_channels(self) -> None:
        """Listen no longer."""
        self._listening.cancel()
        with suppress(asyncio.CancelledError):
            await self._listening
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def wait_for_ready(self, timeout: float) -> None:
        """Return when the kernel answers.

        Raises:
            RuntimeError: it does not.
        """
        asked = self.kernel_info()
        try:
            while (await self.shell_channel.get_msg(timeout))["parent_header"].get("msg_id") != asked:
                pass
        except Empty:
            raise RuntimeError(f"it did not answer within {timeout:g} s") from None

    def is_alive(self) -> bool:
        """Whether the kernel's process runs."""
        return self.process.poll()

    def execute(self, code: str, store_history: bool = True, stop_on_error: bool = True) -> str:
        """Send a cell; the id of the message, which answers name."""
        content = {
            "code": code,
            "silent": False,
            "store_history": store_history,
            "user_expressions": {},
            "allow_stdin": False,
            "stop_on_error": stop_on_error,
        }
        return self._send("execute_request", content)

    def kernel_info(self) -> str:
        """Ask what language is spoken."""
        return self._send("kernel_info_request", {})

    def _send(self, kind: str, content: Mapping[str, Any]) -> str:
        message = self.session.msg(kind, dict(content))
        with suppress(OSError):  # it has died, which whoever waits for the reply will see
            self._writer.write(to_frame(SHELL, self.session.serialize(message)))
        return str(message["header"]["msg_id"])

    async def _listen(self) -> None:
        inboxes = {SHELL: self.shell_channel, IOPUB: self.iopub_channel}
        with suppress(EOFError, OSError):
            while True:
                channel, parts = await read_frame(self._reader)
                _, message = self.session.feed_identities(parts)
                inboxes[channel].put(self.session.deserialize(message))
        self.shell_channel.put(None)


class WarmKernelManager:
    """What nbclient asks of a kernel's manager."""

    ipykernel = True

    def __init__(self, settings: ExecutionSettings) -> None:
        self.settings = settings
        self.process: WarmProcess | None = None

    @property
    def has_kernel(self) -> bool:
        """Whether a kernel has been started and not been shut down."""
        return self.process is not None

    def start_kernel(
        self, *, extra_arguments: Sequence[str], env: Mapping[str, str], cwd: str, **_unused: object
    ) -> None:
        """Fork a kernel."""
        kernels = self.settings.kernels
        assert kernels is not None
        self.process = kernels.start(env, Path(cwd), extra_arguments, self.settings)

    def client(self) -> WarmKernelClient:
        """A client of the kernel."""
        assert self.process is not None
        return WarmKernelClient(self.process)

    def is_alive(self) -> bool:
        """Whether the kernel's process runs."""
        return self.process is not None and self.process.poll()

    def shutdown_kernel(self, now: bool = True) -> None:
        """End the kernel and what its cells started."""
        if self.process is not None:
            self.process.kill()

    def cleanup_resources(self) -> None:
        """Nothing is left when a process has ended."""


class WarmClient(ReportClient):
    """Runs one notebook in a kernel forked from the warm process."""

    def create_kernel_manager(self) -> Any:
        """A manager of warm kernels."""
        self.manager = WarmKernelManager(self.settings)
        self.km = self.manager
        return self.manager

    def run(self, environment: Mapping[str, str], working_folder: Path) -> None:
        """As any client does; the files of the kernel's process are closed in the end."""
        try:
            super().run(environment, working_folder)
        finally:
            if self.manager.process is not None:
                self.manager.process.close()

    def limit_memory(self) -> None:
        """It was born within its limit."""

    def end(self) -> None:
        """End the kernel, from another thread."""
        if self.manager.process is not None:
            self.manager.process.end()

    def death(self) -> KernelDiedError:
        """How the kernel's process ended."""
        process = self.manager.process
        assert process is not None
        process.kill()  # it is dead, and this waits for what the server says of it
        return KernelDiedError(process.exit_code, process.last_words(LAST_WORDS), process.peak)


class WarmEngine(ReportEngine):
    """The report's engine with warm kernels."""

    client = WarmClient


papermill_engines.register(ENGINE, WarmEngine)
papermill_translators.register(ENGINE, ReadableTranslator)

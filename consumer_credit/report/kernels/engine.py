"""Our papermill engine: one ordinary kernel per chapter, of this interpreter, private and quiet.

What papermill's own engine leaves open is settled here: which interpreter runs, that no other user of the
machine can listen in (sockets in a folder of our own instead of TCP), that the editor's own IPython start-up
files do not leak into the report, that a kernel never outlives its chapter, and that Chinese parameters stay
readable. `execution` is the door to it and turns its exceptions into messages.
"""

from __future__ import annotations

import asyncio
import logging
import shutil
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from jupyter_core.utils import ensure_async
from nbclient.exceptions import CellExecutionError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger
from papermill.translators import PythonTranslator, papermill_translators

from consumer_credit import reads
from consumer_credit.report.kernels.execution import ExecutionSettings
from consumer_credit.report.kernels.halting import HaltedError
from consumer_credit.report.temporary import make_folder, remove_those_of_killed_processes

ENGINE = "consumer-credit"
"""Our name in papermill's registries, of the engine and of the writer of parameters."""
KERNEL = "python3"
OUTPUT_TIMEOUT = 60
"""Seconds to wait for the outputs of a cell that has ended; nbclient's 4 are too few on a busy machine."""
LONGEST_SOCKET_PATH = 90
"""Unix socket paths end at 104 bytes or a little more; ours need a few after the folder."""
LAST_WORDS = 2000

# Papermill logs what we report as errors of our own; without a handler Python would print it.
logger.addHandler(logging.NullHandler())


@dataclass
class KernelDiedError(Exception):
    """The kernel's process ended in the middle of a cell.

    `exit_code` as `subprocess` gives it (negative: the signal), `last_words` the end of its standard error,
    `peak` the most bytes of memory that it held, where known.
    """

    exit_code: int | None
    last_words: str
    peak: int = 0


class ThisInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that runs the build, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of this interpreter, under any name."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class ReportClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs one notebook in a kernel whose files live, and die, in a private temporary folder.

    What a kernel is, and how it is started and ended, is left to `create_kernel_manager`, `limit_memory`, `end` and
    `death`; here they are those of an ordinary process.
    """

    settings: ExecutionSettings
    km: Any
    kc: Any

    def run(self, environment: Mapping[str, str], working_folder: Path) -> None:
        """Execute all cells; whatever happens, neither the kernel nor its folder outlives the call.

        Raises:
            KernelDiedError: the kernel's process ended.
            HaltedError: `settings.halt` ended it.
        """
        remove_those_of_killed_processes()
        self.folder = make_folder("kernel")
        private = {**environment, "IPYTHONDIR": str(self.folder / "ipython")}
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._run(private, str(working_folder)))
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _run(self, environment: Mapping[str, str], folder: str) -> None:
        self.reset_execution_trackers()
        self.create_kernel_manager()
        try:
            with self.settings.halt.reaching(self.end), (self.folder / "stderr").open("wb") as stderr:
                await self.async_start_new_kernel(env=environment, cwd=folder, stdout=stderr, stderr=stderr)
                self.limit_memory()
                await self.async_start_new_kernel_client()
                await self._execute_cells()
                info = await self.async_wait_for_reply(await ensure_async(self.kc.kernel_info()))
                self.nb.metadata["language_info"] = info["content"]["language_info"]
                self.set_widgets_metadata()
        except DeadKernelError:
            if self.settings.halt.called:
                raise HaltedError from None
            raise self.death() from None
        finally:
            if self.km is not None and self.km.has_kernel:
                await self._async_cleanup_kernel()

    async def _execute_cells(self) -> None:
        """As papermill does: the cell that raised keeps its error, and those after it do not run."""
        for index, cell in enumerate(self.nb.cells):
            try:
                self.nb_man.cell_start(cell, index)
                await self.async_execute_cell(cell, index)
            except CellExecutionError as error:
                self.nb_man.cell_exception(self.nb.cells[index], cell_index=index, exception=error)
                break
            finally:
                self.nb_man.cell_complete(self.nb.cells[index], cell_index=index)

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        """As nbclient does, but printed text that follows printed text is one output, as in JupyterLab, however
        the kernel's clock has cut it.
        """
        out: NotebookNode | None = super().output(outs, msg, display_id, cell_index)
        if len(outs) > 1 and out is outs[-1] and out["output_type"] == "stream":
            before = outs[-2]
            if before["output_type"] == "stream" and before["name"] == out["name"]:
                before["text"] += outs.pop()["text"]
                return before
        return out

    def create_kernel_manager(self) -> Any:
        """A manager whose kernel talks through files that only this user can open, or else encrypted."""
        self.km = AsyncKernelManager(
            kernel_name=KERNEL,
            kernel_spec_manager=ThisInterpreter(),
            connection_file=str(self.folder / "kernel.json"),
        )
        if hasattr(signal, "SIGKILL") and len(str(self.folder).encode()) < LONGEST_SOCKET_PATH:
            self.km.transport = "ipc"
            self.km.ip = str(self.folder / "kernel")
        else:
            self.km.transport_encryption = "auto"
        return self.km

    def limit_memory(self) -> None:
        """Hold the kernel to its memory, where the system offers it."""
        if self.settings.memory and sys.platform == "linux":
            import resource  # noqa: PLC0415  (not everywhere)

            limit = (self.settings.memory, self.settings.memory)
            resource.prlimit(self.km.provisioner.pid, resource.RLIMIT_DATA, limit)

    def end(self) -> None:
        """End the kernel, from another thread."""
        process = getattr(self.km.provisioner, "process", None)
        if process is not None:
            process.kill()

    def death(self) -> KernelDiedError:
        """How the kernel's process ended."""
        process = getattr(self.km.provisioner, "process", None)
        words = (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")[-LAST_WORDS:].strip()
        return KernelDiedError(process.poll() if process else None, words)


class ReportEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's nbclient engine with our client, told where and in which environment to run."""

    client: type[ReportClient] = ReportClient

    @classmethod
    def execute_managed_notebook(  # type: ignore[no-untyped-def]
        cls,
        nb_man,
        kernel_name: str,
        *,
        environment: Mapping[str, str],
        working_folder: Path,
        settings: ExecutionSettings,
        on_cell_start: Callable[..., None],
        **_unused: object,
    ) -> None:
        """Run the notebook in a kernel of its own, calling `on_cell_start(cell=, cell_index=)` on its way."""
        client = cls.client(
            nb_man,
            kernel_name=kernel_name,
            log=logger,
            timeout=settings.cell_timeout,
            startup_timeout=settings.start_timeout,
            iopub_timeout=OUTPUT_TIMEOUT,
            shutdown_kernel="immediate",
            record_timing=False,
            on_cell_start=on_cell_start,
            extra_arguments=[f"--ext={reads.EXTENSION}"],
        )
        client.settings = settings
        client.run(environment, working_folder)


class ReadableTranslator(PythonTranslator):  # type: ignore[misc]
    """Writes text parameters as a Python programmer would: Chinese stays Chinese instead of escapes."""

    @classmethod
    def translate_str(cls, val: str) -> str:
        """The literal of a text."""
        return repr(val)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """The kind of event loop that ZeroMQ's sockets need."""
    return asyncio.SelectorEventLoop if sys.platform == "win32" else None


def register() -> None:
    """Make engine and translator known to papermill, under our name and beside its own."""
    papermill_engines.register(ENGINE, ReportEngine)
    papermill_translators.register(ENGINE, ReadableTranslator)


register()
assert sys.executable, "kernels are started with the interpreter of the build"

"""Our papermill engine: one ordinary kernel per chapter, of this interpreter, private and quiet.

What papermill's own engine leaves open is settled here: which interpreter runs, that no other user of the
machine can listen in (sockets in a folder of our own instead of TCP), that the editor's own IPython start-up
files do not leak into the report, that a kernel never outlives its chapter, and that Chinese parameters stay
readable. `report.execution` is the door to it and turns its exceptions into messages.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil
from ipykernel.kernelspec import RESOURCES, get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine, papermill_engines
from papermill.log import logger
from papermill.translators import PythonTranslator, papermill_translators

ENGINE = "consumer-credit"
"""Our name in papermill's registries, of the engine and of the writer of parameters."""
KERNEL = "python3"
OUTPUT_TIMEOUT = 60
"""Seconds to wait for the outputs of a cell that has ended; nbclient's 4 are too few on a busy machine."""
LONGEST_SOCKET_PATH = 90
"""Unix socket paths end at 104 bytes or a little more; ours need a few after the folder."""
_LAST_WORDS = 2000
_FOLDER = "consumer-credit-kernel-"

# Papermill logs what we report as errors of our own; without a handler Python would print it.
logger.addHandler(logging.NullHandler())


@dataclass
class KernelDiedError(Exception):
    """The kernel's process ended in the middle of a cell.

    `exit_code` as `subprocess` gives it (negative: the signal), `last_words` the end of its standard error.
    """

    exit_code: int | None
    last_words: str


class ThisInterpreter(KernelSpecManager):
    """Knows one kernel: the interpreter that runs the build, whatever kernels the user has installed."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """The kernel of this interpreter, under any name."""
        return KernelSpec(resource_dir=RESOURCES, **get_kernel_dict())


class ReportClient(PapermillNotebookClient):  # type: ignore[misc]
    """Runs one notebook in a kernel whose files live, and die, in a private temporary folder."""

    def run(self, environment: Mapping[str, str], working_folder: Path) -> None:
        """Execute all cells; whatever happens, neither the kernel nor its folder outlives the call."""
        _remove_folders_of_killed_builds()
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        try:
            with (self.folder / "stderr").open("wb") as stderr:
                self.execute(
                    env={**environment, "IPYTHONDIR": str(self.folder / "ipython")},
                    cwd=str(working_folder),
                    stdout=stderr,
                    stderr=stderr,
                )
        finally:
            if self.km is not None and self.km.has_kernel:  # interrupted while it was starting
                self._cleanup_kernel()
            shutil.rmtree(self.folder, ignore_errors=True)

    def create_kernel_manager(self) -> AsyncKernelManager:
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

    def papermill_execute_cells(self) -> None:
        """As papermill does, but a dead kernel's exit code and last words are kept.

        Raises:
            KernelDiedError: the kernel's process ended.
        """
        try:
            super().papermill_execute_cells()
        except DeadKernelError:
            process = getattr(self.km.provisioner, "process", None)
            raise KernelDiedError(process.poll() if process else None, self.last_words()) from None

    def last_words(self) -> str:
        """The end of what the kernel wrote to its standard error."""
        return (self.folder / "stderr").read_text(encoding="utf-8", errors="replace")[-_LAST_WORDS:].strip()


class ReportEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's nbclient engine with our client, told where and in which environment to run."""

    @classmethod
    def execute_managed_notebook(  # type: ignore[no-untyped-def]
        cls,
        nb_man,
        kernel_name: str,
        *,
        environment: Mapping[str, str],
        working_folder: Path,
        cell_timeout: int,
        start_timeout: int,
        on_cell_start: Callable[..., None],
        **_unused: object,
    ) -> None:
        """Run the notebook in a kernel of its own, calling `on_cell_start(cell=, cell_index=)` on its way."""
        ReportClient(
            nb_man,
            kernel_name=kernel_name,
            log=logger,
            timeout=cell_timeout,
            startup_timeout=start_timeout,
            iopub_timeout=OUTPUT_TIMEOUT,
            shutdown_kernel="immediate",
            record_timing=False,
            on_cell_start=on_cell_start,
        ).run(environment, working_folder)


class ReadableTranslator(PythonTranslator):  # type: ignore[misc]
    """Writes text parameters as a Python programmer would: Chinese stays Chinese instead of escapes."""

    @classmethod
    def translate_str(cls, val: str) -> str:
        """The literal of a text."""
        return repr(val)


def _remove_folders_of_killed_builds() -> None:
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*-*"):
        owner = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if owner.isdecimal() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def kernel_environment(inherited: Mapping[str, str], settings: Mapping[str, str]) -> dict[str, str]:
    """The environment of a kernel: the user's without what would make two builds differ, and `settings`."""
    package_parent = Path(__file__).parents[2]
    path = [inherited["PYTHONPATH"]] if inherited.get("PYTHONPATH") else []
    if package_parent.name not in ("site-packages", "dist-packages"):
        path.insert(0, str(package_parent))  # the kernel works in another folder than the build
    return {
        **{name: value for name, value in inherited.items() if name not in ("PYTHONSTARTUP", "MPLBACKEND")},
        "PYTHONPATH": os.pathsep.join(path),
        "PYTHONHASHSEED": "0",
        "PYTHONUTF8": "1",
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "MPLBACKEND": "agg",  # figures leave a notebook through the chapter alone, so none is drawn twice
        "TZ": "UTC",
        **settings,
    }


def register() -> None:
    """Make engine and translator known to papermill, under our name and beside its own."""
    papermill_engines.register(ENGINE, ReportEngine)
    papermill_translators.register(ENGINE, ReadableTranslator)


register()
assert sys.executable, "kernels are started with the interpreter of the build"

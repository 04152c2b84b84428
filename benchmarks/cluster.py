"""A Dask cluster of two workers on this machine, each a process in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def two_workers(folder: Path, address: dict[str, str]) -> Iterator[None]:
    """Start them; `address["scheduler"]` says where."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    address["scheduler"] = f"tcp://127.0.0.1:{port}"
    commands = [["scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard"]]
    for name in ("one", "two"):
        where = ["--local-directory", str(folder / name), "--nthreads", "1", "--no-dashboard"]
        commands.append(["worker", address["scheduler"], *where])
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "dask", *command],
            cwd=folder,
            env={**os.environ, "DASK_LOGGING__DISTRIBUTED": "error"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for command in commands
    ]
    try:
        _wait_for(address["scheduler"], 2)
        yield
    finally:
        for process in reversed(started):
            process.terminate()
        for process in started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client  # noqa: PLC0415

    with Client(address, timeout=60, set_as_default=False) as client:
        client.wait_for_workers(workers, timeout=120)

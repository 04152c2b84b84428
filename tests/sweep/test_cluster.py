"""A sweep on a Dask cluster: what it publishes is what the local pool publishes, even when a worker is lost."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.parameters import Parameters
from consumer_credit.sweep.agreement import Lock, disagreements, in_words
from consumer_credit.sweep.bundle import Parcel, pack, unpack
from consumer_credit.sweep.grid import Run
from consumer_credit.sweep.pool import LocalPool
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.running import SweepOptions, prepare_sweep, run_sweep
from consumer_credit.sweep.work import Order

pytestmark = pytest.mark.thorough

YEARS = [2014, 2015, 2016]
ORDER = Order("latest", {}, ("en",), ("html",), ())
QUIET = {"DASK_LOGGING__DISTRIBUTED": "error", "DASK_DISTRIBUTED__WORKER__PRELOAD": "[]"}


@contextmanager
def process(folder: Path, *arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A command of Dask in a folder of its own, gone with the block."""
    folder.mkdir()
    with (folder / "log").open("wb") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]],
            cwd=folder,
            env={**os.environ, **QUIET, **environment},
            stdout=log,
            stderr=log,
        )
        try:
            yield started
        finally:
            started.terminate()
            with suppress(subprocess.TimeoutExpired):
                started.wait(20)
            started.kill()
            started.wait()


@contextmanager
def scheduler(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{probe.getsockname()[1]}"
    port = address.rpartition(":")[2]
    with process(folder, "scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard"):
        yield address


def worker(folder: Path, address: str, **environment: str) -> Any:
    """A worker without a nanny: when it is killed, nothing starts it again."""
    options = ("--no-nanny", "--nthreads", "1", "--no-dashboard", "--local-directory", str(folder / "space"))
    return process(folder, "worker", address, *options, "--name", folder.name, **environment)


class Listening(SweepProgress):
    """Notes what is said, and calls back when a run has begun and says something."""

    def __init__(self, on_note: Any = lambda text: None) -> None:
        self.notes: list[str] = []
        self.on_note = on_note

    def note(self, text: str) -> None:
        self.notes.append(text)

    def says(self, run: Run, text: str) -> None:
        self.on_note(text)


def swept(miniature: Any, name: str, pool: Any, progress: SweepProgress | None = None) -> dict[str, bytes]:
    options = SweepOptions(axes={"base_year": YEARS}, order=ORDER, name=name)
    result = run_sweep(prepare_sweep(miniature.project, options), pool, progress)
    assert not result.comparison.failed, result.comparison.failed[0].failure
    return miniature.files(f"dist/sweep-{name}")


@pytest.mark.timeout(900)  # it starts five processes that import everything
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_a_cluster_that_loses_a_worker_publishes_what_the_local_pool_does_byte_for_byte(miniature, tmp_path):
    from consumer_credit.sweep.cluster import ClusterPool

    local = swept(miniature, "local", LocalPool(miniature.project, ORDER, workers=1))
    with (
        scheduler(tmp_path / "scheduler") as address,
        worker(tmp_path / "doomed", address) as doomed,
        worker(tmp_path / "steady", address),
    ):
        _wait_for_workers(address, 2)

        def kill(_text: str) -> None:
            if doomed.poll() is None and any((tmp_path / "doomed" / "space").rglob("notebooks/*.ipynb")):
                doomed.send_signal(signal.SIGKILL)

        progress = Listening(kill)
        cluster = swept(miniature, "cluster", ClusterPool(miniature.project, ORDER, address), progress)
        assert doomed.wait(10) == -signal.SIGKILL
        assert any("its worker was lost; building it again" in note for note in progress.notes)
        assert not list((tmp_path / "steady" / "space").rglob("*.ipynb")), "the project goes with the sweep"
    assert cluster == local


@pytest.mark.timeout(900)  # it starts five processes that import everything
def test_a_worker_with_another_lock_is_named_before_anything_runs(miniature, tmp_path):
    from consumer_credit.sweep.cluster import ClusterPool

    (miniature.root / "requirements.txt").write_text(
        "pandas==0.1 \\\n    --hash=sha256:0\n", encoding="utf-8"
    )
    with scheduler(tmp_path / "scheduler") as address, worker(tmp_path / "other", address):
        _wait_for_workers(address, 1)
        with pytest.raises(
            UsageError, match=r"tcp://127\.0\.0\.1:\d+ has pandas .* instead of 0\.1 — install"
        ):
            swept(miniature, "cluster", ClusterPool(miniature.project, ORDER, address))
    assert not list((miniature.project.dist / "sweep-cluster").glob("runs/*"))


def test_a_scheduler_that_does_not_answer_is_a_usage_error(miniature, monkeypatch):
    from consumer_credit.sweep import cluster

    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    pool = cluster.ClusterPool(miniature.project, ORDER, "tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match=r"no scheduler answers.*docs/sweep\.md"):
        list(pool.build([Run("base_year=2016", {"base_year": 2016}, Parameters())], [None], SweepProgress()))


def test_a_parcel_holds_what_a_build_reads_and_nothing_else(miniature, tmp_path):
    (miniature.root / "data" / ".hidden").write_text("x", encoding="utf-8")
    (miniature.root / "secret.env").write_text("TOKEN=1", encoding="utf-8")
    parcel = pack(miniature.project)
    project = unpack(parcel, tmp_path / "there")
    held = {path.relative_to(project.root).as_posix() for path in project.root.rglob("*") if path.is_file()}
    fonts = {name for name in held if name.startswith(".cache/fonts/")}
    assert held - fonts == {"data/catalogue/none.yaml", "editions/latest.yaml", "notebooks/01_alpha.ipynb"}
    assert fonts


def test_the_same_project_makes_the_same_parcel_and_another_one_another(miniature):
    first = pack(miniature.project)
    assert pack(miniature.project) == first
    (miniature.root / "data" / "catalogue" / "none.yaml").write_text("publishers: {a: b}\n", encoding="utf-8")
    assert pack(miniature.project).digest != first.digest


def test_a_damaged_parcel_is_refused(miniature, tmp_path):
    parcel = pack(miniature.project)
    with pytest.raises(ValueError, match="arrived damaged"):
        unpack(Parcel(parcel.content, "0" * 64), tmp_path / "there")


def test_departures_from_the_lock_are_named_and_pins_of_other_systems_may_be_absent(tmp_path):
    requirements = tmp_path / "requirements.txt"
    lines = [
        "pandas==0.1 \\",
        "    --hash=sha256:0",
        "no-such-package==1",
        "only-elsewhere==1 ; sys_platform == 'x'",
    ]
    requirements.write_text("\n".join(lines), encoding="utf-8")
    found = disagreements(Lock.of(requirements))
    assert [text.split()[0] for text in found] == ["pandas", "no-such-package"]
    assert "missing instead of 1" in found[1]
    assert in_words({"tcp://a": found}).startswith("tcp://a has pandas")


def test_another_python_or_package_source_is_a_departure(tmp_path):
    lock = Lock("2.7", "0" * 64, {}, frozenset())
    assert disagreements(lock)[0].endswith("instead of 2.7")
    assert "another source of the package" in disagreements(lock)[1]
    assert disagreements(Lock.of(tmp_path / "none.txt")) == []


def test_this_environment_agrees_with_the_projects_own_lock():
    assert disagreements(Lock.of(Path(__file__).parents[2] / "requirements.txt")) == []


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with suppress(OSError), Client(address, timeout=10, set_as_default=False) as client:
            client.wait_for_workers(count, timeout=100)
            return
    raise AssertionError("the workers did not come")

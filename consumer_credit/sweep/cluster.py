"""The runs of a sweep on a Dask cluster: the project travels to the workers, the reports travel back.

Dask does what it is good at: it hands out runs, and does those of a lost worker again elsewhere. Ours is that
every worker builds the same: `agreement` is asked before anything runs, and the project is sent as a parcel that
is named by its content (`bundle`). Each worker process builds one run at a time; more threads do not help it.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from distributed import Client, KilledWorker, WorkerPlugin, as_completed, get_worker

from consumer_credit.errors import UsageError
from consumer_credit.project import Project
from consumer_credit.sweep.agreement import Lock, disagreements, in_words
from consumer_credit.sweep.bundle import Parcel, pack, unpack
from consumer_credit.sweep.grid import Run
from consumer_credit.sweep.kernels import kept_warm
from consumer_credit.sweep.progress import SweepProgress
from consumer_credit.sweep.work import Done, Failure, Order, build_run

if TYPE_CHECKING:
    from consumer_credit.report.kernels.execution import ExecutionSettings

PATIENCE = 30
"""Seconds to wait for the scheduler to answer, and for a first worker."""
_one_at_a_time = threading.Lock()


class ProjectPlugin(WorkerPlugin):  # type: ignore[misc]
    """Unpacks the project on each worker that is there or joins later; goes with the sweep."""

    def __init__(self, parcel: Parcel, lock: Lock, order: Order) -> None:
        self.parcel, self.lock, self.order = parcel, lock, order
        self.name = plugin_name(parcel.digest)
        self.project: Project | None = None
        self.departures: list[str] = []
        self.stack: ExitStack | None = None
        self.settings: ExecutionSettings | None = None

    def setup(self, worker: Any) -> None:
        """Lay out the project in the worker's own folder, and begin to warm up its kernels."""
        self.departures = disagreements(self.lock)
        folder = Path(tempfile.mkdtemp(prefix="consumer-credit-", dir=worker.local_directory))
        self.project = unpack(self.parcel, folder)
        self.stack = ExitStack()
        self.settings = self.stack.enter_context(kept_warm(self.project, self.order))

    def teardown(self, worker: Any) -> None:
        """Remove it, and end its kernels."""
        if self.stack is not None:
            self.stack.close()
        if self.project is not None:
            shutil.rmtree(self.project.root, ignore_errors=True)


@dataclass(frozen=True)
class ClusterPool:
    """The workers of the Dask scheduler at an address."""

    project: Project
    order: Order
    scheduler: str

    def build(
        self, runs: Sequence[Run], folders: Sequence[Path | None], progress: SweepProgress
    ) -> Iterator[tuple[Run, Done]]:
        """As `pool.Pool.build`; the files of every run come back in its result.

        Raises:
            UsageError: no scheduler or no worker answers, or a worker would build something else than this machine.
        """
        if not runs:
            return
        parcel, lock = pack(self.project), Lock.of(self.project.root / "requirements.txt")
        with _connected(self.scheduler) as client:
            _agree(client, lock, progress)
            plugin = ProjectPlugin(parcel, lock, self.order)
            client.register_plugin(plugin)
            listener = _Listener(runs, progress)
            client.subscribe_topic(plugin.name, listener)
            try:
                yield from self._submitted(client, plugin.name, runs)
            finally:
                client.unsubscribe_topic(plugin.name)
                client.unregister_worker_plugin(plugin.name)

    def _submitted(self, client: Client, plugin: str, runs: Sequence[Run]) -> Iterator[tuple[Run, Done]]:
        futures = {
            client.submit(
                build_there,
                plugin,
                run.name,
                run.changes,
                key=f"{plugin}/{run.name}",
                priority=-number,
                pure=False,
            ): run
            for number, run in enumerate(runs)
        }
        for future in as_completed(list(futures), loop=client.loop):
            run = futures.pop(future)
            try:
                done = future.result()
            except KilledWorker:
                done = Done(0.0, _lost("the workers that built it died, one after the other"))
            except Exception as error:
                done = Done(0.0, _lost(f"the cluster lost it: {type(error).__name__}: {error}"))
            future.release()  # its files are here now
            yield run, done


class _Listener:
    """Passes on what workers say of their runs; a run that begins a second time has lost its worker."""

    def __init__(self, runs: Sequence[Run], progress: SweepProgress) -> None:
        self.runs, self.progress = {run.name: run for run in runs}, progress
        self.begun: set[str] = set()

    def __call__(self, event: tuple[float, Mapping[str, str]]) -> None:
        _, said = event
        run, text = self.runs[said["run"]], said["text"]
        if text:
            self.progress.says(run, text)
            return
        if run.name in self.begun:
            self.progress.note(f"{run.name}: its worker was lost; building it again")
        self.begun.add(run.name)
        self.progress.begins(run)


def plugin_name(digest: str) -> str:
    """What the plugin, the keys of its runs and the topic of its news are called: by the project's content."""
    return f"consumer-credit-{digest[:16]}"


def build_there(plugin: str, name: str, changes: Mapping[str, Any]) -> Done:
    """Build one run on the worker this is called on, and hand its files back."""
    worker = get_worker()
    held: ProjectPlugin = worker.plugins[plugin]
    if held.departures or held.project is None:
        return Done(0.0, _lost(in_words({worker.address: held.departures or ["no project"]})))
    with _one_at_a_time:
        worker.log_event(plugin, {"run": name, "text": ""})
        return build_run(
            held.project,
            held.order,
            changes,
            settings=held.settings,
            note=lambda text: worker.log_event(plugin, {"run": name, "text": text}),
        )


def _connected(address: str) -> Client:
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError:
        raise UsageError(
            "the cluster has no worker", where=f"--scheduler {address}", remedy="start some: docs/sweep.md"
        ) from None
    except (OSError, ValueError) as error:
        raise UsageError(
            f"no scheduler answers: {error}",
            where=f"--scheduler {address}",
            remedy="start one: docs/sweep.md",
        ) from None
    return client


def _agree(client: Client, lock: Lock, progress: SweepProgress) -> None:
    """Refuse to begin unless every worker would build what this machine would."""
    answers = client.run(disagreements, lock, on_error="return")
    found = {
        worker: [f"no usable package: {answer}"] if isinstance(answer, BaseException) else answer
        for worker, answer in answers.items()
        if answer
    }
    if found:
        raise UsageError(
            f"workers differ from this machine: {in_words(found)}",
            where="--scheduler",
            remedy="install there what requirements.txt and requirements-cluster.txt pin, and this package's source",
        )
    threads = {worker: info["nthreads"] for worker, info in client.scheduler_info()["workers"].items()}
    if wide := [worker for worker, count in threads.items() if count > 1]:
        progress.note(
            f"{len(wide)} of {len(threads)} workers have several threads, of which one is used: "
            "start them with --nthreads 1 --nworkers N"
        )


def _lost(what: str) -> Failure:
    return Failure("KernelError", what, remedy="see the workers' logs; --resume builds it again")

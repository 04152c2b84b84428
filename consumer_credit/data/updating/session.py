"""One update: fetch what the catalogue asks for, then plan its import as if a person had brought the files.

What cannot be fetched or read is named and left out; what came is imported as one transaction. A payload
that only repeats what is held adds nothing, so that an update on a day without a release leaves no trace.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.import_plan import ImportPlan
from consumer_credit.data.importing import plan_import, recognise
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.updating.answers import FetchError, OfflineError
from consumer_credit.data.updating.contract import Request, Scope
from consumer_credit.data.updating.planning import INTERFACES, ByHand, schedule
from consumer_credit.data.updating.polite import Client
from consumer_credit.errors import DataError

_Brought = tuple[Request, tuple[PublisherFile, ...]]
"""A request and the files it brought."""


class Listener:
    """Told what an update does; this one keeps silent."""

    def begins(self, total: int) -> None:
        """So many addresses will be asked."""

    def asks(self, request: Request) -> None:
        """An address is being asked."""

    def answered(self, request: Request, size: int, *, changed: bool) -> None:
        """It gave so many bytes; `changed` is False when they are those of last time."""

    def failed(self, request: Request, error: DataError) -> None:
        """It gave nothing that can be used."""

    def note(self, text: str) -> None:
        """Something worth a line, e.g. that we wait before asking again."""


@dataclass(frozen=True)
class Failure:
    """A request that brought nothing, and why."""

    request: Request
    error: DataError


@dataclass(frozen=True)
class UpdatePlan:
    """What an update fetched and would change.

    Args:
        plan: the import of what is new; None when nothing is.
        asked: number of addresses asked, further pages not counted.
        unchanged: names of the payloads that only repeat what is held.
        failures: what could not be fetched or read.
        without_figures: series that an answer should have held and did not.
        by_hand: pages that a person has to visit.
    """

    plan: ImportPlan | None
    asked: int
    unchanged: tuple[str, ...]
    failures: tuple[Failure, ...]
    without_figures: tuple[str, ...]
    by_hand: tuple[ByHand, ...]


def plan_update(
    folder: Path,
    client: Client,
    *,
    publishers: Sequence[str] = (),
    since: dt.date | None = None,
    vintage: dt.date | None = None,
    listener: Listener | None = None,
) -> UpdatePlan:
    """Fetch, and work out what importing would change; `importing.apply` writes the plan.

    Args:
        folder: the data folder.
        client: gets the addresses; its clock says what day it is.
        publishers: ids of publishers or names of interfaces; empty for all.
        since: only periods from that day on.
        vintage: the figures as they were known on that day (ALFRED).
        listener: told of every step.

    Raises:
        UsageError: an unknown publisher, or a vintage its interface does not keep.
        OfflineError: no publisher can be reached.
        DataError: the data folder cannot be read.
    """
    catalogue, listener = Catalogue.load(folder), listener or Listener()
    todo = schedule(catalogue, publishers, Scope(client.now().date(), since, vintage))
    brought: list[_Brought] = []
    failures: list[Failure] = []
    silent: dict[str, OfflineError] = {}
    listener.begins(len(todo.requests))
    for request in todo.requests:
        listener.asks(request)
        host = urlsplit(request.address).netloc
        try:
            if host in silent:
                raise silent[host]
            brought.append((request, _chain(request, client, listener)))
        except FetchError as error:
            if isinstance(error, OfflineError):
                silent[host] = error
            failures.append(Failure(request, error))
            listener.failed(request, error)
    if failures and not brought and all(isinstance(f.error, OfflineError) for f in failures):
        raise failures[0].error
    plan, repeated, unread, served = _planned(folder, brought)
    for failure in unread:
        listener.failed(failure.request, failure.error)
    came = {request for request, _ in brought} - {failure.request for failure in unread}
    absent = {name for request in came for name in request.series} - served
    return UpdatePlan(
        plan,
        len(todo.requests),
        tuple(repeated),
        (*failures, *unread),
        tuple(sorted(absent)),
        todo.by_hand,
    )


def _chain(request: Request, client: Client, listener: Listener) -> tuple[PublisherFile, ...]:
    """A request and all it leads to: every file of it, or none."""
    interface, waiting, files = INTERFACES[request.interface], [request], list[PublisherFile]()
    while waiting:
        step = waiting.pop(0)
        fetched = client.get(step.address)
        listener.answered(step, fetched.size, changed=fetched.changed)
        content = interface.payload(step, fetched.content)
        waiting += interface.leads_to(step, fetched.content)
        if content is not None:
            moment = f"{fetched.fetched:%Y-%m-%dT%H:%M:%S}Z"
            files.append(PublisherFile(step.name, content, address=step.address, fetched=moment))
    return tuple(files)


def _planned(
    folder: Path, brought: Sequence[_Brought]
) -> tuple[ImportPlan | None, list[str], list[Failure], set[str]]:
    """The import of all that is new, the names of what is not, what cannot be read, and the series served."""
    plan, good, unread = _readable(folder, brought)
    if plan is None:
        return None, [], unread, set()
    served = set(plan.changes["series"])
    new = {report.sha256 for report in plan.files if report.counts["added"] + report.counts["revised"]}
    repeated = [file.name for _, files in good for file in files if file.digest not in new]
    kept = [file for _, files in good for file in files if file.digest in new]
    if not kept:
        return None, repeated, unread, served
    if repeated:
        plan = plan_import(kept, folder)
    return plan, repeated, unread, served


def _readable(
    folder: Path, brought: Sequence[_Brought]
) -> tuple[ImportPlan | None, list[_Brought], list[Failure]]:
    """The import of all that can be read, from which requests it comes, and what is wrong with the others."""
    good, bad = list(brought), list[Failure]()
    while good:
        try:
            return plan_import([file for _, files in good for file in files], folder), good, bad
        except DataError as error:
            culprits = _culprits(good, error) or _unreadable(good)
            if not culprits:
                raise
        bad += [Failure(request, error) for request, error in culprits.items()]
        good = [entry for entry in good if entry[0] not in culprits]
    return None, [], bad


def _culprits(brought: Sequence[_Brought], error: DataError) -> dict[Request, DataError]:
    """The request whose file an error of the import names."""
    named = [(file.name, request) for request, files in brought for file in files]
    found = [request for name, request in named if error.where == name or error.where.startswith(f"{name}, ")]
    return {found[0]: error} if found else {}


def _unreadable(brought: Sequence[_Brought]) -> dict[Request, DataError]:
    """The requests of which a file cannot be recognised or read at all, where an error names several."""
    found = {}
    for request, files in brought:
        try:
            for file in files:
                recognise(file).read(file)
        except DataError as error:
            found[request] = error
    return found

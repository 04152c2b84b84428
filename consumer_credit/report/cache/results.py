"""Results kept from one run of a chapter to the next: what its languages share is worked out by the first of them.

A kernel looks for them among the entries of the cache, and hands those it had to work out to the build, which keeps
them once it knows that nothing that they rest on has changed meanwhile. Which results these are is said by
`consumer_credit.kept`; `basis` is all that they rest on beside their arguments: the chapter's code, every file of the
data, the library's source, the interpreter with its packages.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from consumer_credit.reads import Read
from consumer_credit.report.cache.entries import Entries
from consumer_credit.report.cache.stamps import digest_of

VARIABLE = "CONSUMER_CREDIT_KEPT"
"""Tells a kernel where results are kept."""


@dataclass(frozen=True)
class Results:
    """Where a kernel finds results (the folder of entries), where it writes new ones (a file), the real path of the
    data folder, and their `basis`.
    """

    kept: str
    new: str
    data: str
    basis: str

    def as_text(self) -> str:
        """For an environment variable."""
        return json.dumps(asdict(self))

    def find(self, key: str) -> Iterator[tuple[list[Read], str]]:
        """The results under a key, each with what was read for it."""
        for entry in Entries(Path(self.kept)).find(self._key(key)):
            yield [(kind, name) for kind, name in entry.facts["heard"]], entry.files["result"].decode("utf-8")

    def keep(self, key: str, heard: Iterable[Read], result: str) -> None:
        """Hand a result to the build."""
        line = {"key": self._key(key), "heard": [*heard], "result": result}
        with Path(self.new).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    def _key(self, key: str) -> str:
        return digest_of(["result", self.basis, key])


def results_of(environment: Mapping[str, str]) -> Results | None:
    """The results that a kernel was told of; None where none are kept."""
    told = environment.get(VARIABLE)
    return Results(**json.loads(told)) if told else None


def keep_new_results(entries: Entries, file: Path) -> None:
    """Keep what a kernel has worked out and handed over; room is made with the next thing kept."""
    for key, heard, result in _handed_over(file):
        entries.put(key, digest_of([result]), {"heard": heard}, {"result": result.encode("utf-8")})


def _handed_over(file: Path) -> Iterator[tuple[str, list[Read], str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:  # nothing was worked out
        return
    with suppress(ValueError, KeyError, TypeError):  # a cell has written there
        for line in lines:
            found = json.loads(line)
            yield str(found["key"]), [(kind, name) for kind, name in found["heard"]], str(found["result"])

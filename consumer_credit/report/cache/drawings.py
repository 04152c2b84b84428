"""Drawings kept from one run of a chapter to the next: the same chart of the same figures is not drawn again.

A kernel looks for them among the entries of the cache, and hands those it had to draw to the build, which keeps them
once it knows that nothing of the library has changed meanwhile. What decides a drawing is said in `charts.drawing`;
`basis` is all that it rests on beside: the library's source, the interpreter with its packages, the cut of the fonts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from consumer_credit.report.cache.entries import Entries
from consumer_credit.report.cache.stamps import digest_of

if TYPE_CHECKING:
    from consumer_credit.charts.drawing import Answers

VARIABLE = "CONSUMER_CREDIT_DRAWINGS"
"""Tells a kernel where drawings are kept."""
VARIANTS = 12
"""How many drawings of one key are looked at: the same figures with numbers written in different ways."""


@dataclass(frozen=True)
class Drawings:
    """Where a kernel finds drawings (the folder of entries), where it writes new ones (a file), and their `basis`."""

    kept: str
    new: str
    basis: str

    def as_text(self) -> str:
        """For an environment variable."""
        return json.dumps(asdict(self))

    def find(self, key: str) -> Iterator[tuple[Answers, str]]:
        """The drawings under a key with the answers that each rests on."""
        for entry in islice(Entries(Path(self.kept)).find(self._key(key)), VARIANTS):
            yield entry.facts["answers"], entry.files["svg"].decode("utf-8")

    def keep(self, key: str, answers: Answers, svg: str) -> None:
        """Hand a drawing to the build."""
        with Path(self.new).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": self._key(key), "answers": answers, "svg": svg}) + "\n")

    def _key(self, key: str) -> str:
        return digest_of(["drawing", self.basis, key])


def drawings_of(environment: Mapping[str, str], fonts: str) -> Drawings | None:
    """The drawings that a kernel was told of, drawn with that cut of the fonts; None where none are kept."""
    told = environment.get(VARIABLE)
    if not told:
        return None
    found = json.loads(told)
    return Drawings(found["kept"], found["new"], digest_of([found["basis"], fonts]))


def keep_new(entries: Entries, file: Path) -> None:
    """Keep what a kernel has drawn and handed over; room is made with the next thing kept."""
    for key, answers, svg in _handed_over(file):
        entries.put(key, digest_of([json.dumps(answers)]), {"answers": answers}, {"svg": svg.encode("utf-8")})


def _handed_over(file: Path) -> Iterable[tuple[str, Answers, str]]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:  # nothing was drawn
        return
    with suppress(ValueError, KeyError, TypeError):  # a cell has written there
        for line in lines:
            found = json.loads(line)
            yield str(found["key"]), found["answers"], str(found["svg"])

"""Looking up what a build is about to make, and keeping what it made: only of files that did not change meanwhile."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from consumer_credit.report.cache.entries import Entries
from consumer_credit.report.cache.explaining import Decision, reasons
from consumer_credit.report.cache.ingredients import Ingredients, Present, Read, key_of
from consumer_credit.report.cache.sealed import Entry
from consumer_credit.report.cache.stamps import ABSENT, Moment, digest_of

VARIANTS = 12
"""How many entries of one key are looked at: runs of the same code on different data."""
_ON_DISK = ("file", "absent", "folder")
_KINDS = (*_ON_DISK, "series", "fonts", "result")


@dataclass
class Made:
    """One thing that a build makes: what it is called, what decides it, what was read to make it, and what it was
    handed: hashes of other chapters' results by name.
    """

    what: str
    ingredients: Ingredients
    reads: list[Read] | None = None
    handed: Ingredients = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What its entries are kept under."""
        return key_of(self.ingredients)


class Lookup:
    """What one build found and kept; may be asked from several threads at once.

    `decisions` say of each thing why it was reused or made again, `reads` what all of them rest on; `all_kept` is
    false when something was made of which nothing could be kept.
    """

    def __init__(self, entries: Entries, present: Present) -> None:
        """`present`: the project as the build found it."""
        self.entries, self.present = entries, present
        self.decisions: list[Decision] = []
        self.reads: set[Read] = set()
        self.all_kept = True
        self._lock = threading.Lock()

    def found(self, made: Made) -> Entry | None:
        """What was kept of it, when all that it read is as it was then; the decision is noted."""
        for _, entry in zip(range(VARIANTS), self.entries.find(made.key), strict=False):
            if all(self._of(made, read) == digest for read, digest in reads_of(entry)):
                self.entries.used(made.key, entry)
                self._decide(made, [read for read, _ in reads_of(entry)], [])
                return entry
        before = self.entries.noted(made.what)
        self._decide(made, [], reasons(before, self._now(made, before)))
        return None

    def keep(self, made: Made, files: Mapping[str, bytes], began: Moment | None = None) -> bool:
        """Keep what was made, unless something it was made from has changed since it `began`; whether it was kept."""
        reads = made.reads or []
        templates = "format" in made.ingredients
        settled = self.present.unchanged_since(began or Moment.now(), reads, templates=templates)
        found = [[*read, self._of(made, read)] for read in reads]
        if not settled or any(kind == "file" and digest == ABSENT for kind, _, digest in found):
            self.all_kept = False
            return False
        variant = digest_of(text for read in sorted(found) for text in read)
        self.entries.keep(made.key, variant, {"reads": found}, files)
        with self._lock:
            self.reads.update(reads)
        self._remember(made, reads)
        return True

    def recorded(self, record: Path) -> list[Read] | None:
        """What a kernel wrote down; None when it kept no record, so that nothing is known of its reads."""
        try:
            lines = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
        except (OSError, ValueError):
            return None
        if ["began", ""] not in lines:
            return None
        said = {(kind, self.present.name(name) if kind in _ON_DISK else name) for kind, name in lines}
        return sorted(read for read in said if read[0] != "began")

    def _decide(self, made: Made, reads: Sequence[Read], why: Sequence[str]) -> None:
        with self._lock:
            self.decisions.append(Decision(made.what, not why, why))
            self.reads.update(reads)
        if not why:
            self._remember(made, reads)

    def _now(self, made: Made, before: Mapping[str, str] | None) -> Ingredients:
        """The ingredients of now, with what was read the last time: what is read this time is not known yet."""
        reads = [read for name in before or {} if (read := _as_read(name))]
        return {**made.ingredients, **self._read_ingredients(made, reads)}

    def _of(self, made: Made, read: Read) -> str:
        """What a read would give now."""
        kind, name = read
        return made.handed.get(name, ABSENT) if kind == "result" else self.present.of(read)

    def _read_ingredients(self, made: Made, reads: Sequence[Read]) -> Ingredients:
        return {_named(read): self._of(made, read) for read in reads}

    def _remember(self, made: Made, reads: Sequence[Read]) -> None:
        """Write down the ingredients, to say the next time what has changed."""
        facts = {**made.ingredients, **self._read_ingredients(made, reads)}
        self.entries.note(made.what, facts)


def reads_of(entry: Entry) -> list[tuple[Read, str]]:
    """What was read to make an entry, each with the hash of what it gave."""
    return [((kind, name), digest) for kind, name, digest in entry.facts["reads"]]


def _named(read: Read) -> str:
    """How a read is called among the ingredients."""
    kind, name = read
    if kind != "series":
        return f"{kind} {name}"
    stem, _, series_id = name.partition(":")
    return f"series {series_id} of data/observations/{stem}.csv"


def _as_read(name: str) -> Read | None:
    kind, _, rest = name.partition(" ")
    if kind not in _KINDS or not rest:
        return None
    if kind != "series":
        return kind, rest
    series_id, _, file = rest.partition(" of data/observations/")
    return kind, f"{file.removesuffix('.csv')}:{series_id}"

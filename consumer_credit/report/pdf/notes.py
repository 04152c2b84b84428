"""What stands under an exhibit in print: a note that its chapter has already given is not given again.

On the page every exhibit is met alone and carries all its notes; on paper its neighbours are in sight, so that, as in
the bulletins of central banks, a sentence leads to the exhibit that has them. What explains a mark stays where the
mark is: a lettered note whole, that of a dagger with its first sentence.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass

from consumer_credit.report.pdf.strings import literal
from consumer_credit.report.rendering.document import Document, Exhibit, Prose, parts_of_note

_WORTH_A_SENTENCE = 100
"""Fewer characters than these are sooner read than looked up."""
_LETTERED = re.compile(r"\[\w+\] ")
_MARKED = re.compile(r"([†‡§].*?(?:\.(?= )|。))")


@dataclass(frozen=True)
class PrintedNotes:
    """The notes under one exhibit, and the exhibits of its chapter that have the others."""

    notes: tuple[str, ...]
    elsewhere: tuple[Exhibit, ...] = ()


def printed_notes(document: Document) -> Iterator[PrintedNotes]:
    """For each exhibit in order, what stands under it; a chapter begins with a heading of the first level."""
    given: dict[str, Exhibit] = {}
    for block in document.blocks:
        if isinstance(block, Prose) and block.source.lstrip().startswith("# "):
            given = {}
        elif isinstance(block, Exhibit):
            yield _shortened(block, given) if document.edition else PrintedNotes(block.notes)


def _shortened(exhibit: Exhibit, given: dict[str, Exhibit]) -> PrintedNotes:
    """Its notes without those `given` by exhibits before it; those it gives itself are added."""
    kept = [_kept(note) if note in given else note for note in exhibit.notes]
    if sum(map(len, exhibit.notes)) - sum(map(len, kept)) < _WORTH_A_SENTENCE:
        kept = list(exhibit.notes)
    elsewhere = {
        id(given[note]): given[note] for note, left in zip(exhibit.notes, kept, strict=True) if note != left
    }
    if exhibit.id and exhibit.number:
        for note, left in zip(exhibit.notes, kept, strict=True):
            if note == left:
                given.setdefault(note, exhibit)
    in_order = sorted(elsewhere.values(), key=lambda other: (other.kind, other.number or 0))
    return PrintedNotes(tuple(filter(None, kept)), tuple(in_order))


def _kept(note: str) -> str:
    """What of a note that is given elsewhere must be read here."""
    if _LETTERED.match(note):
        return note
    marked = _MARKED.match(note)
    return marked[1] if marked else ""


def note_markup(note: str, ids: Container[str]) -> str:
    """A note as Typst content; its references to `ids` are links, as those of the prose."""
    parts = []
    for words, id_ in parts_of_note(note, ids):
        text = literal(words.replace(" ", "\u00a0") if id_ else words)
        parts.append(f"link(label({literal(id_)}), {text})" if id_ else text)
    return "[" + "".join(f"#{part};" for part in parts) + "]"

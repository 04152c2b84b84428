"""What a notebook says, in the order a reader meets it: prose, figures, tables, results, code.

Both exporters render one `Document`, so that page and PDF cannot disagree about what there is. How it is read from a
notebook belongs to `reading`, how things look to `html`, `pdf` and their templates.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from consumer_credit.report.rendering.tables import Table


@dataclass(frozen=True)
class Prose:
    """A Markdown passage."""

    where: str
    source: str
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Code:
    """The source of a code cell."""

    where: str
    source: str
    language: str


@dataclass(frozen=True)
class Exhibit:
    """A figure or a table with everything that stands around it.

    Of `svg`, `image` and `table` a figure has one or two; `svg_narrow` is the same drawing laid out for a phone.
    """

    where: str
    kind: str
    id: str = ""
    number: int | None = None
    title: str = ""
    subtitle: str = ""
    alt: str = ""
    source_line: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[Mapping[str, Any], ...] = ()
    csv: str = ""
    csv_name: str = ""
    svg: str = ""
    svg_narrow: str = ""
    image: bytes = b""
    image_type: str = ""
    table: Table | None = None
    code: Code | None = None

    def texts(self) -> list[str]:
        """Everything printed around and in it."""
        table = self.table.texts() if self.table else []
        named = [str(value) for source in self.sources for value in source.values()]
        return [
            self.title,
            self.subtitle,
            self.alt,
            self.source_line,
            *self.notes,
            *named,
            *table,
            self.svg,
            self.svg_narrow,
            self.csv,
        ]


@dataclass(frozen=True)
class Text:
    """Printed text: `kind` is output, stderr or error."""

    where: str
    text: str
    kind: str = "output"


@dataclass(frozen=True)
class Trial:
    """Assumptions that a reader of the page may move, as `what_if` records them; nothing on paper."""

    where: str
    record: Mapping[str, Any]


@dataclass(frozen=True)
class Unshown:
    """An output that neither page nor PDF can show; it is named in its place."""

    where: str
    types: tuple[str, ...]
    note: str = ""


Block: TypeAlias = Prose | Code | Exhibit | Text | Trial | Unshown


@dataclass(frozen=True)
class Document:
    """A notebook as a reader meets it. `meta` is `nb.metadata.consumer_credit`, empty for any other notebook."""

    language: str
    title: str
    meta: Mapping[str, Any]
    blocks: tuple[Block, ...]
    folder: Path | None = None
    strict: bool = False

    @property
    def edition(self) -> bool:
        """Whether this is an assembled edition of the report."""
        return bool(self.meta)

    @property
    def prose(self) -> tuple[Prose, ...]:
        """Its Markdown passages in order."""
        return tuple(block for block in self.blocks if isinstance(block, Prose))

    @property
    def exhibits(self) -> tuple[Exhibit, ...]:
        """Its figures and tables in order."""
        return tuple(block for block in self.blocks if isinstance(block, Exhibit))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text with the place it stands, for fonts and for naming what they lack."""
        yield "title page", self.title
        yield from (("metadata", text) for text in _strings(self.meta))
        for block in self.blocks:
            if isinstance(block, Exhibit):
                yield from ((block.where, text) for text in block.texts())
                if block.code:
                    yield block.code.where, block.code.source
            elif isinstance(block, Trial):
                yield from ((block.where, text) for text in _strings(block.record))
            elif isinstance(block, Unshown):
                yield block.where, " ".join([*block.types, block.note])
            else:
                yield block.where, block.source if isinstance(block, Prose | Code) else block.text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings(item)


_REFERENCE = re.compile(r"\[([^\[\]]+)\]\(#([^()\s]+)\)")


def parts_of_note(note: str, ids: Container[str]) -> Iterator[tuple[str, str]]:
    """A note under an exhibit in pieces: text, and the one of `ids` to which it leads or an empty string.

    What a note says of an exhibit that is not there stays, as text.
    """
    end = 0
    for found in _REFERENCE.finditer(note):
        yield note[end : found.start()], ""
        yield found[1], found[2] if found[2] in ids else ""
        end = found.end()
    yield note[end:], ""

"""Reading a notebook into a `Document`: our assembled edition (docs/architecture.md) and any other notebook alike.

What an edition must not have (a figure without alternative text, a placeholder left unfilled) is refused when
the reading is strict and warned of otherwise; what cannot be shown is named, never dropped.
"""

from __future__ import annotations

import base64
import binascii
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from consumer_credit.errors import RenderError
from consumer_credit.report.rendering.document import (
    Block,
    Code,
    Document,
    Exhibit,
    Prose,
    Text,
    Trial,
    Unshown,
)
from consumer_credit.report.rendering.tables import html_beside_tables, table_of_record, tables_of_html

OURS = "application/vnd.consumer-credit."
FIGURE_MIME, TABLE_MIME, VALUES_MIME, WHAT_IF_MIME = (
    f"{OURS}{kind}+json" for kind in ("figure", "table", "values", "what-if")
)
RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp")
SILENT = frozenset({VALUES_MIME})
"""Carried by the notebook for machines; nothing for a reader."""

log = logging.getLogger(__name__)

_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-Z\\-_]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_FENCED = re.compile(r"(?ms)^(```+|~~~+).*?^\1|`[^`\n]+`")


def read_document(
    notebook: Any,
    *,
    name: str = "",
    folder: Path | None = None,
    strict: bool = False,
    include: Mapping[str, bool] | None = None,
    warn: Callable[[str], None] = log.warning,
) -> Document:
    """Read a notebook (nbformat 4).

    Args:
        notebook: the executed notebook; it is not changed.
        name: what to call it when it has no title of its own.
        folder: where pictures that its prose names are looked up.
        strict: refuse what a published edition must not have, instead of warning.
        include: nbconvert's global content filter (`include_input`, `include_output`, `include_markdown`, …).
        warn: takes one line about each shortcoming when not strict.

    Raises:
        RenderError: (strict) a figure without alternative text, or a placeholder left unfilled.
    """
    meta = dict(notebook.metadata.get("consumer_credit") or {})
    reader = _Reader(notebook, strict, dict(include or {}), warn)
    blocks = tuple(_gathered_code(reader.blocks()) if meta else reader.blocks())
    title = str(meta.get("title") or notebook.metadata.get("title") or "")
    if not title:
        title, blocks = _title_from(blocks, name or "Notebook")
    return Document(_language_of(notebook, meta, blocks), title, meta, blocks, folder, strict)


class _Reader:
    def __init__(
        self, notebook: Any, strict: bool, include: dict[str, bool], warn: Callable[[str], None]
    ) -> None:
        self.notebook, self.strict, self.include, self.warn = notebook, strict, include, warn
        info = notebook.metadata.get("language_info") or {}
        kernel = notebook.metadata.get("kernelspec") or {}
        self.code_language = str(info.get("name") or kernel.get("language") or "python")

    def wants(self, what: str) -> bool:
        return self.include.get(f"include_{what}", True)

    def blocks(self) -> Iterator[Block]:
        for position, cell in enumerate(self.notebook.cells, 1):
            where = _where(cell, position)
            if cell.cell_type == "markdown":
                if self.wants("markdown") and cell.source.strip():
                    self._check_filled(cell.source, where)
                    yield Prose(where, cell.source, cell.get("attachments") or {})
            elif cell.cell_type == "raw":
                if self.wants("raw") and cell.source.strip():
                    yield Unshown(where, (str(cell.metadata.get("format") or "raw cell"),), cell.source)
            elif cell.cell_type == "code" and self.wants("code"):
                yield from self._code_cell(cell, where)

    def _code_cell(self, cell: Any, where: str) -> Iterator[Block]:
        transient = cell.metadata.get("transient") or {}
        shown = self.wants("input") and not transient.get("remove_source") and cell.source.strip()
        code = Code(where, cell.source.rstrip(), self.code_language) if shown else None
        outputs = list(self._outputs(cell, where)) if self.wants("output") else []
        for index, block in enumerate(outputs):  # the code that made a figure goes with it
            if code and isinstance(block, Exhibit):
                outputs[index] = replace(block, code=code)
                code = None
        if code:
            yield code
        yield from outputs

    def _outputs(self, cell: Any, where: str) -> Iterator[Block]:
        for number, output in enumerate(cell.outputs, 1):
            place = f"{where}, output {number}" if len(cell.outputs) > 1 else where
            if output.output_type == "stream":
                text = plain_text(_joined(output.text))
                if text.strip():
                    yield Text(place, text, "stderr" if output.name == "stderr" else "output")
            elif output.output_type == "error":
                trace = plain_text("\n".join(output.get("traceback") or []))
                yield Text(place, trace.strip() or f"{output.ename}: {output.evalue}", "error")
            else:
                yield from self._display(output, place)

    def _display(self, output: Any, where: str) -> Iterator[Block]:
        data: Mapping[str, Any] = output.get("data") or {}
        record = {
            **_mapping(data.get(FIGURE_MIME) or data.get(TABLE_MIME)),
            **_mapping(output.metadata.get("consumer_credit")),
        }
        where = f"{where}, {record['id']}" if record.get("id") else where
        image = next((mime for mime in RASTER if mime in data), "")
        if SILENT & set(data):
            return
        if WHAT_IF_MIME in data:
            yield Trial(where, data[WHAT_IF_MIME])
        elif TABLE_MIME in data:
            yield _exhibit(where, "table", record, table=table_of_record(record))
        elif "image/svg+xml" in data or image:
            mime = "image/svg+xml" if "image/svg+xml" in data else image
            record["alt"] = record.get("alt") or _alt(output, mime)
            self._check_alt(record["alt"], where)
            picture: dict[str, Any] = (
                {"svg": _joined(data[mime])}
                if mime == "image/svg+xml"
                else {"image": _decoded(data[mime], where), "image_type": mime}
            )
            yield _exhibit(where, "figure", record, table=table_of_record(record), **picture)
        elif "text/html" in data and (tables := tables_of_html(_joined(data["text/html"]))):
            beside = html_beside_tables(_joined(data["text/html"]))
            for table in tables:
                yield _exhibit(
                    where, "table", {**record, "title": record.get("title") or table.caption}, table=table
                )
            if beside:
                yield Text(where, beside)
        elif "text/markdown" in data:
            yield Prose(where, _joined(data["text/markdown"]))
        elif "text/latex" in data and "$" in (latex := _joined(data["text/latex"])):
            yield Prose(where, latex)
        elif "text/plain" in data:
            yield Text(where, plain_text(_joined(data["text/plain"])))
            better = tuple(mime for mime in sorted(data) if mime not in {"text/plain", "text/latex"})
            if better:
                yield Unshown(where, better)
        elif data:
            yield Unshown(where, tuple(sorted(data)))

    def _check_alt(self, alt: str, where: str) -> None:
        if alt:
            return
        if self.strict:
            raise RenderError(
                "the figure has no alternative text",
                where=where,
                remedy="write 'Alt:' in the figure's caption cell, in both languages",
            )
        self.warn(f"{where}: the picture has no alternative text; give the output's metadata an 'alt'")

    def _check_filled(self, source: str, where: str) -> None:
        left = _PLACEHOLDER.search(_FENCED.sub("", source))
        if left and self.strict:
            raise RenderError(
                f"the placeholder {left[0]} was never filled",
                where=where,
                remedy="record its value in a code cell, or correct the name",
            )


def plain_text(text: str) -> str:
    """Terminal output without colours and control characters; carriage returns leave what a terminal would
    show last."""
    lines = [line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n")]
    return _ANSI.sub("", "\n".join(lines))


def _exhibit(where: str, kind: str, record: Mapping[str, Any], **content: Any) -> Exhibit:
    number = record.get("number")
    return Exhibit(
        where=where,
        kind=kind,
        id=str(record.get("id") or ""),
        number=int(number) if number is not None else None,
        title=str(record.get("title") or ""),
        subtitle=str(record.get("subtitle") or ""),
        alt=str(record.get("alt") or ""),
        source_line=str(record.get("source_line") or ""),
        notes=tuple(map(str, record.get("notes") or ())),
        sources=_sources(record),
        svg_narrow=str(record.get("svg_narrow") or ""),
        csv=str(record.get("csv") or ""),
        csv_name=str(record.get("csv_name") or ""),
        **content,
    )


def _gathered_code(blocks: Iterator[Block]) -> list[Block]:
    """In an edition all the code since the last figure or table goes with the next one of its chapter.

    What follows a chapter's last goes with that; a chapter without any keeps its code where it stands.
    """
    gathered: list[Block] = []
    waiting: list[Code] = []
    last: int | None = None

    def place_leftover() -> None:
        if waiting and last is not None:
            exhibit = gathered[last]
            assert isinstance(exhibit, Exhibit)
            gathered[last] = replace(
                exhibit, code=_joined_code([*([exhibit.code] if exhibit.code else []), *waiting])
            )
        elif waiting:
            gathered.append(_joined_code(waiting))
        waiting.clear()

    for block in blocks:
        if isinstance(block, Prose) and re.search(r"(?m)^# ", block.source):
            place_leftover()
            last = None
        if isinstance(block, Code):
            waiting.append(block)
        elif isinstance(block, Exhibit):
            code = [*waiting, *([block.code] if block.code else [])]
            gathered.append(replace(block, code=_joined_code(code) if code else None))
            waiting.clear()
            last = len(gathered) - 1
        else:
            gathered.append(block)
    place_leftover()
    return gathered


def _joined_code(cells: Sequence[Code]) -> Code:
    return Code(cells[0].where, "\n\n".join(code.source for code in cells), cells[0].language)


def _sources(record: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    """What is known of each series that went in: its catalogue entry where the record has it, else id and
    newest vintage."""
    if record.get("sources"):
        return tuple(record["sources"])
    vintages = _mapping(record.get("vintages"))
    return tuple({"id": series, "vintage": vintages.get(series, "")} for series in record.get("series") or ())


def _where(cell: Any, position: int) -> str:
    """How a person finds the cell: by chapter and number where we know them, by its id otherwise."""
    ours = cell.metadata.get("consumer_credit") or {}
    chapter = ours.get("chapter")
    number = ours.get("cell", position)
    return f"chapter '{chapter}', cell {number}" if chapter else f"cell {number}"


def _alt(output: Any, mime: str) -> str:
    metadata = output.get("metadata") or {}
    return str(_mapping(metadata.get(mime)).get("alt") or metadata.get("alt") or "")


def _mapping(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def _joined(text: Any) -> str:
    return "".join(text) if isinstance(text, list) else str(text)


def _decoded(data: Any, where: str) -> bytes:
    try:
        return base64.b64decode(_joined(data))
    except (binascii.Error, ValueError):
        raise RenderError(
            "the picture is not valid base64", where=where, remedy="run the notebook again"
        ) from None


def _title_from(blocks: tuple[Block, ...], name: str) -> tuple[str, tuple[Block, ...]]:
    """A notebook that opens with its only level-1 heading has that for its title."""
    headings = [
        m
        for b in blocks
        if isinstance(b, Prose)
        for m in re.finditer(r"(?m)^# +(.+?)(?: +#+)? *$", _FENCED.sub("", b.source))
    ]
    first = blocks[0] if blocks else None
    if len(headings) == 1 and isinstance(first, Prose):
        opening, _, rest = first.source.lstrip().partition("\n")
        if opening.strip() == headings[0][0].strip():
            kept = (Prose(first.where, rest, first.attachments),) if rest.strip() else ()
            return re.sub(r"[*_`]", "", headings[0][1]), (*kept, *blocks[1:])
    return name, blocks


def _language_of(notebook: Any, meta: Mapping[str, Any], blocks: tuple[Block, ...]) -> str:
    """The edition's own word, the notebook's, or whether its prose is mostly Chinese."""
    given = meta.get("language") or notebook.metadata.get("language") or notebook.metadata.get("lang")
    if given:
        return str(given)
    text = "".join(block.source for block in blocks if isinstance(block, Prose))
    chinese = sum("\u4e00" <= character <= "\u9fff" for character in text)
    return "zh" if chinese * 4 > len(text) > 0 else "en"

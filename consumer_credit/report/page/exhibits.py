"""A figure or table as the page shows it: drawing, downloads inside the file, and the palette for both themes."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Container, Mapping
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup

from consumer_credit.report.page.chart_marks import rows_of_marks
from consumer_credit.report.page.chart_points import rows_of_series
from consumer_credit.report.page.data_table import data_table
from consumer_credit.report.page.inline_svg import colour_rules, colours_of, inline_svg
from consumer_credit.report.page.prose import code_cell
from consumer_credit.report.rendering.document import Document, Exhibit, parts_of_note
from consumer_credit.report.rendering.furniture import furniture


def exhibit_block(exhibit: Exhibit, document: Document) -> dict[str, Any]:
    """What `blocks/exhibit.html.j2` prints.

    Raises:
        RenderError: the drawing is not well-formed SVG.
    """
    text = furniture(document.language)
    numbered = "Figure {number}" if exhibit.kind == "figure" else "Table {number}"
    name = text(numbered, number=exhibit.number) if exhibit.number else ""
    stem = exhibit.id or re.sub(r"\W+", "-", exhibit.where)
    ids = {other.id for other in document.exhibits if other.id}
    block: dict[str, Any] = {
        "kind": "exhibit",
        "exhibit": exhibit,
        "name": name,
        "label": ": ".join(filter(None, [name, exhibit.title])) or text("Table"),
        "named_by": f"{exhibit.id}-title" if exhibit.id and (name or exhibit.title) else "",
        "stem": stem,
        "notes": [_note(note, ids) for note in exhibit.notes],
        "downloads": _downloads(exhibit, stem, document),
    }
    if exhibit.table:
        block["table"] = data_table(exhibit.table, block["label"], block["named_by"])
    if exhibit.code:
        block["code"] = code_cell(exhibit.code)
    if exhibit.svg:
        alt = exhibit.alt or text("Picture without a description")
        csv = exhibit.csv if exhibit.table else ""
        prefix = f"f{exhibit.number}" if exhibit.number else stem
        block["svg"] = _drawn(exhibit.svg, exhibit.svg, csv, f"{prefix}-", label=alt, where=exhibit.where)
        block["svg_narrow"] = _drawn(
            exhibit.svg_narrow, exhibit.svg, csv, f"{prefix}n-", label="", where=exhibit.where
        )
        block["themed"] = colours_of(exhibit.svg) <= _palette_values()
    elif exhibit.image:
        block["image"] = _data_uri(exhibit.image_type, exhibit.image)
    return block


def _note(note: str, ids: Container[str]) -> Markup:
    """A note whose references to other exhibits are links."""
    link = Markup('<a href="#{id}">{words}</a>')
    parts = parts_of_note(note, ids)
    return Markup("").join(link.format(id=id_, words=words) if id_ else words for words, id_ in parts)


@lru_cache(maxsize=512)
def _drawn(svg: str, wide: str, csv: str, prefix: str, *, label: str, where: str) -> Markup:
    """A drawing set into the page; what has not changed since the last page is not set again.

    Which rows its marks show is found on the figure's `wide` drawing: the same marks have the same names on both.
    """
    if not svg:
        return Markup("")
    rows = _rows(wide, csv) if csv else {}
    return Markup(inline_svg(svg, prefix=prefix, label=label, where=where, rows=rows))


@lru_cache(maxsize=512)
def _rows(svg: str, csv: str) -> Mapping[str, list[int]]:
    return rows_of_series(svg, csv) or rows_of_marks(svg, csv)


def _downloads(exhibit: Exhibit, stem: str, document: Document) -> list[dict[str, str]]:
    """The published files, byte for byte: data packed in the link, which the page unpacks and without script is saved
    as it is; the drawing among the packed ones (`packed_drawings`), without script the file beside the page.
    """
    text = furniture(document.language)
    files = []
    if exhibit.csv:
        size = _size(len(exhibit.csv.encode("utf-8")))
        name = exhibit.csv_name or f"{stem}.csv"
        files.append(
            _packed("CSV", exhibit.csv, name, f"{name}.gz", text("the data behind it, {size}", size=size))
        )
    if exhibit.svg and exhibit.id:
        name = f"{stem}.svg"
        drawing = {"kind": "SVG", "name": name, "unpacked": name, "href": f"figures/{name}"}
        files.append({**drawing, "note": text("drawing, for print")})
    return files


@lru_cache(maxsize=1024)
def _packed(kind: str, content: str, name: str, packed_name: str, note: str) -> dict[str, str]:
    packed = gzip.compress(content.encode("utf-8"), 9, mtime=0)
    href = _data_uri("application/gzip", packed)
    return {"kind": kind, "name": packed_name, "unpacked": name, "href": href, "note": note}


@cache
def _palette_values() -> frozenset[str]:
    from consumer_credit.charts.palette import PALETTE  # noqa: PLC0415

    return frozenset(value.lower() for value in PALETTE.values())


@cache
def palette_css() -> str:
    """The charts' palette as variables of the page, light and dark, and the rules that make drawings follow them."""
    from consumer_credit.charts.palette import DARK, PALETTE  # noqa: PLC0415

    def variables(colours: Mapping[str, str]) -> str:
        return ";".join(f"--c-{name.replace('_', '-')}:{value}" for name, value in colours.items())

    dark = variables(DARK)
    return (
        f":root{{{variables(PALETTE)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{{dark}}}}}\n"
        f"@media screen{{:root[data-theme=dark]{{{dark}}}}}\n" + colour_rules(PALETTE, ".drawing")
    )


def register_of_series(document: Document) -> list[Mapping[str, Any]]:
    """Every series that an exhibit was made from and that the catalogue describes, once, by title.

    What differs from one exhibit to the next, the newest vintage used, stands with the exhibit.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for exhibit in document.exhibits:
        for source in exhibit.sources:
            if source.get("id") and source.get("definition"):
                found.setdefault(str(source["id"]), source)
    return sorted(found.values(), key=lambda source: str(source["id"]))


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _size(count: int) -> str:
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count} B"

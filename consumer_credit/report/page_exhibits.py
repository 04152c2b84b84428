"""A figure or table as the page shows it: drawing, downloads inside the file, and the palette for both themes."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from markupsafe import Markup

from consumer_credit.report.chart_points import rows_of_series
from consumer_credit.report.document import Document, Exhibit
from consumer_credit.report.furniture import furniture
from consumer_credit.report.inline_svg import colour_rules, colours_of, inline_svg
from consumer_credit.report.page_prose import highlighted


def exhibit_block(exhibit: Exhibit, document: Document) -> dict[str, Any]:
    """What `blocks/exhibit.html.j2` prints.

    Raises:
        RenderError: the drawing is not well-formed SVG.
    """
    text = furniture(document.language)
    numbered = "Figure {number}" if exhibit.kind == "figure" else "Table {number}"
    name = text(numbered, number=exhibit.number) if exhibit.number else ""
    stem = exhibit.id or re.sub(r"\W+", "-", exhibit.where)
    block: dict[str, Any] = {
        "kind": "exhibit",
        "exhibit": exhibit,
        "name": name,
        "label": ": ".join(filter(None, [name, exhibit.title])) or text("Table"),
        "stem": stem,
        "downloads": _downloads(exhibit, stem, document),
    }
    if exhibit.code:
        block["code"] = Markup(highlighted(exhibit.code.source, exhibit.code.language))
    if exhibit.svg:
        alt = exhibit.alt or text("Picture without a description")
        csv = exhibit.csv if exhibit.table else ""
        for key, svg in (("svg", exhibit.svg), ("svg_narrow", exhibit.svg_narrow)):
            block[key] = _drawn(svg, csv, prefix=f"{stem}-{key[4:]}", label=alt, where=exhibit.where)
        block["themed"] = colours_of(exhibit.svg) <= _palette_values()
    elif exhibit.image:
        block["image"] = _data_uri(exhibit.image_type, exhibit.image)
    return block


@lru_cache(maxsize=512)
def _drawn(svg: str, csv: str, *, prefix: str, label: str, where: str) -> Markup:
    """A drawing set into the page; what has not changed since the last page is not set again."""
    if not svg:
        return Markup("")
    rows = rows_of_series(svg, csv) if csv else {}
    return Markup(inline_svg(svg, prefix=prefix, label=label, where=where, rows=rows))


def _downloads(exhibit: Exhibit, stem: str, document: Document) -> list[dict[str, str]]:
    """The published files, byte for byte. The drawing is packed: the page unpacks it, any drawing program reads it."""
    text = furniture(document.language)
    files = []
    if exhibit.csv:
        data = exhibit.csv.encode("utf-8")
        files.append(
            {
                "kind": "CSV",
                "name": exhibit.csv_name or f"{stem}.csv",
                "href": _data_uri("text/csv;charset=utf-8", data),
                "note": text("the data behind it, {size}", size=_size(len(data))),
            }
        )
    if exhibit.svg and exhibit.id:
        packed = _packed(exhibit.svg)
        files.append(
            {
                "kind": "SVG",
                "name": f"{stem}.svgz",
                "href": _data_uri("application/gzip", packed),
                "unpacked": f"{stem}.svg",
                "note": text("drawing, for print"),
            }
        )
    return files


@lru_cache(maxsize=512)
def _packed(svg: str) -> bytes:
    return gzip.compress(svg.encode("utf-8"), 9, mtime=0)


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


def _data_uri(kind: str, data: bytes) -> str:
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def _size(count: int) -> str:
    return f"{count / 1000:.1f} kB" if count >= 1000 else f"{count} B"

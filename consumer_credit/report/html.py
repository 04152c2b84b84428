"""The page: one file that needs nothing else, reads well, and runs nothing that it did not bring.

An nbconvert exporter (`jupyter nbconvert --to consumer-credit-html any.ipynb`) and the build's own renderer in one. What a
notebook says is read in `document`, its prose in `markdown`; here it becomes a page under a content-security policy
that names every script and style sheet by its hash.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from nbconvert.exporters.exporter import Exporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Bool, Instance, List, Unicode

from consumer_credit.report.chart_points import rows_of_series
from consumer_credit.report.document import (
    Block,
    Code,
    Document,
    Exhibit,
    Prose,
    Text,
    Unshown,
    read_document,
)
from consumer_credit.report.fonts import FontFiles, embedded_css
from consumer_credit.report.furniture import document_fonts, furniture, furniture_characters
from consumer_credit.report.inline_svg import colour_rules, colours_of, inline_svg
from consumer_credit.report.markdown import Heading, render_prose
from consumer_credit.report.page_prose import PageProse, highlighted

LOCALES = {"en": "en_GB", "zh": "zh_CN"}
LANGUAGE_TAGS = {"zh": "zh-Hans"}
APPENDIX_IDS = {"parameters": "parameters", "citation": "cite"}


class ConsumerCreditHTMLExporter(TemplateExporter):  # type: ignore[misc]
    """Write a notebook as one self-contained page."""

    export_from_notebook = "Consumer-credit report page"
    template_name = Unicode("html").tag(config=True, affects_template=True)
    strict = Bool(False, help="Refuse what a published edition must not have, instead of warning.").tag(
        config=True
    )
    font_cache = Unicode("", help="Where cut fonts are kept; default: the user's cache folder.").tag(
        config=True
    )
    fonts = Instance(FontFiles, allow_none=True, help="The report's fonts, when they have been cut already.")
    alternates = List(help="Pages in other languages: {lang, name, href}.").tag(config=True)
    pdf_address = Unicode("", help="Where the PDF lies, seen from the page.").tag(config=True)

    def _template_name_default(self) -> str:
        return "html"

    def _file_extension_default(self) -> str:
        return ".html"

    def _template_extension_default(self) -> str:
        return ".html.j2"

    output_mimetype = "text/html"

    @property
    def extra_template_basedirs(self) -> list[str]:
        """Our templates come with the package."""
        return [str(files("consumer_credit.report") / "templates")]

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.autoescape = True
        return environment

    def from_notebook_node(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[str, dict[str, Any]]:
        """Render `nb`.

        Returns:
            The page and nbconvert's resources.

        Raises:
            RenderError: the notebook cannot be rendered; see `document`, `markdown` and `fonts`.
        """
        nb, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        document = read_document(
            nb,
            name=str((resources.get("metadata") or {}).get("name") or ""),
            folder=_folder_of(resources),
            strict=self.strict,
            include=self._content_filter(),
            warn=self.log.warning,
        )
        page = self._page(document)
        text = furniture(document.language)
        return self.template.render(document=document, page=page, text=text).lstrip("\n"), resources

    def _content_filter(self) -> dict[str, bool]:
        return {
            "include_code": not self.exclude_code_cell,
            "include_markdown": not self.exclude_markdown,
            "include_raw": not self.exclude_raw,
            "include_input": not self.exclude_input,
            "include_output": not self.exclude_output,
        }

    def _page(self, document: Document) -> dict[str, Any]:
        rendered = render_prose(document, "html5", warn=self.log.warning)
        prose = PageProse(document, self.log.warning)
        passages = iter([prose.passage(html, index) for index, html in enumerate(rendered.passages)])
        blocks = [self._block(block, document, passages) for block in document.blocks]
        notes = prose.notes(rendered.notes)
        fonts = self.fonts or document_fonts(document, self.font_cache)
        early_script, script = _asset("early.js"), _asset("page.js")
        words = _script_words(document.language)
        script = script.replace(
            "__WORDS__", json.dumps(words, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
        )
        printed = set("".join(text for _, text in document.texts())) | furniture_characters(document.language)
        style = "\n".join(
            [
                embedded_css(fonts, printed, serif=document.language != "zh"),
                _palette_css(),
                _asset("page.css"),
                prose.style_rules(),
            ]
        )
        meta = document.meta
        return {
            "lang": LANGUAGE_TAGS.get(document.language, document.language),
            "locale": LOCALES.get(document.language, document.language),
            "full_title": " · ".join(filter(None, [document.title, str(meta.get("edition_title") or "")])),
            "policy": _policy([style], [early_script, script]),
            "style": Markup(style),
            "early_script": Markup(early_script),
            "script": Markup(script),
            "json_ld": _json_ld(document),
            "heading": _unbroken(document.title),
            "contents": _contents(rendered.headings, document),
            "blocks": blocks,
            "notes": notes,
            "alternates": self.alternates,
            "pdf": self.pdf_address,
        }

    def _block(self, block: Block, document: Document, passages: Any) -> dict[str, Any]:
        if isinstance(block, Prose):
            return {"kind": "prose", "html": Markup(next(passages))}
        if isinstance(block, Code):
            return {"kind": "code", "html": Markup(highlighted(block.source, block.language))}
        if isinstance(block, Text):
            return {"kind": "text", "text": block.text.strip("\n"), "kind_of_text": block.kind}
        if isinstance(block, Unshown):
            return {"kind": "unshown", "types": block.types, "note": block.note}
        return _exhibit(block, document)


def _exhibit(exhibit: Exhibit, document: Document) -> dict[str, Any]:
    text = furniture(document.language)
    name = (
        text("Figure {number}" if exhibit.kind == "figure" else "Table {number}", number=exhibit.number)
        if exhibit.number
        else ""
    )
    stem = exhibit.id or re.sub(r"\W+", "-", exhibit.where)
    label = ": ".join(filter(None, [name, exhibit.title])) or text("Table")
    block: dict[str, Any] = {
        "kind": "exhibit",
        "exhibit": exhibit,
        "name": name,
        "label": label,
        "stem": stem,
    }
    if exhibit.code:
        block["code"] = Markup(highlighted(exhibit.code.source, exhibit.code.language))
    downloads = []
    if exhibit.csv:
        downloads.append(
            {
                "kind": "CSV",
                "name": exhibit.csv_name or f"{stem}.csv",
                "href": _data_uri("text/csv;charset=utf-8", exhibit.csv.encode("utf-8")),
                "note": text("the data behind it, {size}", size=_size(len(exhibit.csv.encode("utf-8")))),
            }
        )
    if exhibit.svg:
        alt = exhibit.alt or text("Picture without a description")
        for key, svg in (("svg", exhibit.svg), ("svg_narrow", exhibit.svg_narrow)):
            rows = rows_of_series(svg, exhibit.csv) if exhibit.csv and exhibit.table else {}
            drawn = (
                inline_svg(svg, prefix=f"{stem}-{key[4:]}", label=alt, where=exhibit.where, rows=rows)
                if svg
                else ""
            )
            block[key] = Markup(drawn)
        block["themed"] = colours_of(exhibit.svg) <= _palette_values()
        if exhibit.id:
            packed = gzip.compress(exhibit.svg.encode("utf-8"), 9, mtime=0)
            downloads.append(
                {
                    "kind": "SVG",
                    "name": f"{stem}.svgz",
                    "href": _data_uri("application/gzip", packed),
                    "unpacked": f"{stem}.svg",
                    "note": text("drawing, for print"),
                }
            )
    elif exhibit.image:
        block["image"] = _data_uri(exhibit.image_type, exhibit.image)
    block["downloads"] = downloads
    return block


def _unbroken(title: str) -> Markup:
    """The title with its hyphenated words kept whole where the line allows."""
    return Markup(" ").join(
        Markup('<span class="whole">{}</span>').format(word)
        if "-" in word and len(word) <= 24
        else escape(word)
        for word in title.split(" ")
    )


def _contents(headings: tuple[Heading, ...], document: Document) -> list[dict[str, Any]]:
    """Chapters with their sections, then what follows them; deeper headings are left to the text."""
    contents: list[dict[str, Any]] = []
    for heading in headings:
        entry: dict[str, Any] = {"id": heading.id, "number": heading.number, "text": heading.text}
        if heading.level == 1:
            contents.append({**entry, "sections": []})
        elif heading.level == 2 and contents:
            contents[-1]["sections"].append(entry)
    text = furniture(document.language)
    after = (("parameters", "Parameters of this edition"), ("citation", "How to cite"))
    for key, label in after:
        if document.meta.get(key):
            contents.append({"id": APPENDIX_IDS[key], "number": "", "text": text(label), "sections": []})
    return contents


def _policy(styles: list[str], scripts: list[str]) -> str:
    def hashes(texts: list[str]) -> str:
        digests = (base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode() for text in texts)
        return " ".join(f"'sha256-{digest}'" for digest in digests)

    return (
        f"default-src 'none'; img-src data: blob:; font-src data:; style-src {hashes(styles)}; "
        f"script-src {hashes(scripts)}; base-uri 'none'; form-action 'none'"
    )


def _json_ld(document: Document) -> Markup:
    meta = document.meta
    if not meta:
        return Markup("")
    record: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": document.title,
        "alternativeHeadline": meta.get("subtitle"),
        "description": meta.get("description"),
        "inLanguage": LANGUAGE_TAGS.get(document.language, document.language),
        "author": [{"@type": "Organization", "name": name} for name in meta.get("authors") or []],
        "version": meta.get("version"),
        "datePublished": meta.get("data_date"),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "hasPart": [
            {"@type": "Dataset", "name": x.title, "description": x.subtitle or x.title, "identifier": x.id}
            for x in document.exhibits
            if x.csv and x.title
        ],
    }
    kept = {key: value for key, value in record.items() if value}
    return Markup(json.dumps(kept, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c"))


def _script_words(language: str) -> dict[str, str]:
    text = furniture(language)
    return {
        "points": text("Points of the chart: read them with the arrow keys"),
        "views": text("Views of this figure"),
    }


@cache
def _asset(name: str) -> str:
    return (files("consumer_credit.report") / "templates" / "html" / name).read_text(encoding="utf-8").strip()


@cache
def _palette_values() -> frozenset[str]:
    from consumer_credit.charts.palette import PALETTE  # noqa: PLC0415

    return frozenset(value.lower() for value in PALETTE.values())


@cache
def _palette_css() -> str:
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


def _folder_of(resources: Mapping[str, Any]) -> Path | None:
    path = (resources.get("metadata") or {}).get("path")
    return Path(path) if path else None

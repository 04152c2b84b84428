"""The page: one file that needs nothing else, reads well, and runs nothing that it did not bring.

An nbconvert exporter (`jupyter nbconvert --to consumer-credit-html any.ipynb`) and the build's own renderer
in one. What a notebook says is read in `reading`, its prose in `markdown`; here it becomes a page under a
content-security policy that names every script and style sheet by its hash.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from markupsafe import Markup, escape
from traitlets import List, Unicode, default

from consumer_credit.report.fonts.sets import embedded_css
from consumer_credit.report.page.bold import CHINESE, bold_characters
from consumer_credit.report.page.data_table import alignment_css
from consumer_credit.report.page.exhibits import exhibit_block, palette_css, register_of_series
from consumer_credit.report.page.head import (
    LANGUAGE_TAGS,
    LOCALES,
    asset,
    json_in_page,
    json_ld,
    policy,
    script_text,
    style_sheet,
)
from consumer_credit.report.page.packed_drawings import packed_drawings
from consumer_credit.report.page.prose import PageProse, code_cell
from consumer_credit.report.rendering.document import Block, Code, Document, Prose, Text, Trial, Unshown
from consumer_credit.report.rendering.exporter import ReportExporter
from consumer_credit.report.rendering.furniture import furniture, furniture_characters
from consumer_credit.report.rendering.markdown import Heading, render_prose

SCRIPTS = (
    "measures.js",
    "what_if.js",
    "code.js",
    "page.js",
    "unpacking.js",
    "beside.js",
    "readings.js",
    "drawings.js",
)
APPENDICES = (
    ("references", "References"),
    ("series", "Series and their definitions"),
    ("parameters", "Parameters of this edition"),
    ("cite", "How to cite"),
)


class ConsumerCreditHTMLExporter(ReportExporter):
    """Write a notebook as one self-contained page."""

    export_from_notebook = "Consumer-credit report page"
    output_mimetype = "text/html"
    alternates: Any = List(help="Pages in other languages: {lang, name, href}.")
    pdf_address = Unicode("", help="Where the PDF lies, seen from the page.").tag(config=True)

    @default("template_name")
    def _template_name_default(self) -> str:
        return "html"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".html"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".html.j2"

    def _create_environment(self) -> Any:
        environment = super()._create_environment()
        environment.autoescape = True
        return environment

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[str, dict[str, Any]]:
        """Render `nb`.

        Returns:
            The page and nbconvert's resources.

        Raises:
            RenderError: the notebook cannot be rendered; see `reading`, `markdown` and `fonts`.
        """
        document, resources = self.read(nb, resources, **kw)
        page = self.template.render(
            document=document, page=self._page(document), text=furniture(document.language)
        )
        return page.lstrip("\n"), resources

    def _page(self, document: Document) -> dict[str, Any]:
        with ThreadPoolExecutor(1) as beside:  # pandoc is a process of its own
            rendering = beside.submit(render_prose, document, "html5", warn=self.log.warning)
            without_prose = [_block(block, document) for block in document.blocks]
            fonts = self.fonts_for(document)
            printed = {
                *"".join(text for _, text in document.texts()),
                *furniture_characters(document.language),
            }
            series = register_of_series(document)
            meta, described = document.meta, json_ld(document)
            drawings = packed_drawings(without_prose)
            rendered = rendering.result()
        prose = PageProse(document, self.log.warning)
        passages = iter([prose.passage(html, index) for index, html in enumerate(rendered.passages)])
        blocks = [block or {"kind": "prose", "html": Markup(next(passages))} for block in without_prose]
        notes = prose.notes(rendered.notes)
        early_script = asset("early.js")
        words = json_in_page(_script_words(document.language))
        script = f"const words = {words};\n{script_text(*SCRIPTS)}"
        scripts = [str(described), early_script, script]

        def dress(body: str) -> dict[str, Any]:
            """Style sheet and policy: known once it is known what stands in bold."""
            packed = [str(block.get("svg_narrow", "")) for block in blocks]
            bold = bold_characters("".join([body, *packed]))
            unemphasised = {character for character in printed if ord(character) >= CHINESE} - bold
            faces = embedded_css(fonts, printed, printed - unemphasised, serif=document.language != "zh")
            css = (palette_css(), asset("page.css"), alignment_css(), prose.style_rules())
            style = style_sheet(faces, *css)
            return {"style": Markup(style), "policy": policy([style], scripts)}

        return {
            "lang": LANGUAGE_TAGS.get(document.language, document.language),
            "locale": LOCALES.get(document.language, document.language),
            "full_title": " · ".join(filter(None, [document.title, str(meta.get("edition_title") or "")])),
            "dress": dress,
            "early_script": Markup(early_script),
            "script": Markup(script),
            "json_ld": described,
            "heading": _unbroken(document.title),
            "contents": [*_contents(rendered.headings), *_appendices(document, series)],
            "blocks": blocks,
            "drawings": drawings,
            "series": series,
            "notes": notes,
            "alternates": self.alternates,
            "pdf": self.pdf_address,
        }


def _block(block: Block, document: Document) -> dict[str, Any] | None:
    """A block as the template reads it; None for prose, which is rendered all at once."""
    if isinstance(block, Prose):
        return None
    if isinstance(block, Code):
        return {"kind": "code", "html": code_cell(block)}
    if isinstance(block, Text):
        return {"kind": "text", "text": block.text.strip("\n"), "kind_of_text": block.kind}
    if isinstance(block, Trial):
        return {"kind": "what_if", "trial": block.record, "record": _in_attribute(json_in_page(block.record))}
    if isinstance(block, Unshown):
        return {"kind": "unshown", "types": block.types, "note": block.note}
    return exhibit_block(block, document)


def _in_attribute(json: str) -> Markup:
    """JSON for an attribute in single quotes, where its own double quotes stand as they are."""
    return Markup(json.replace("&", "&amp;").replace("'", "&#39;"))


def _unbroken(title: str) -> Markup:
    """The title with its hyphenated words kept whole where the line allows."""
    return Markup(" ").join(
        Markup('<span class="whole">{}</span>').format(word)
        if "-" in word and len(word) <= 24
        else escape(word)
        for word in title.split(" ")
    )


def _contents(headings: tuple[Heading, ...]) -> list[dict[str, Any]]:
    """Chapters with their sections; deeper headings are left to the text."""
    contents: list[dict[str, Any]] = []
    for heading in headings:
        entry: dict[str, Any] = {"id": heading.id, "number": heading.number, "text": heading.text}
        if heading.level == 1:
            contents.append({**entry, "sections": []})
        elif heading.level == 2 and contents:
            contents[-1]["sections"].append(entry)
    return contents


def _appendices(document: Document, series: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What follows the chapters."""
    text, meta = furniture(document.language), document.meta
    present = {
        "references": meta.get("references"),
        "series": series,
        "parameters": meta.get("parameters"),
        "cite": meta.get("citation"),
    }
    return [
        {"id": name, "number": "", "text": text(label), "sections": []}
        for name, label in APPENDICES
        if present[name]
    ]


def _script_words(language: str) -> dict[str, object]:
    text = furniture(language)
    return {
        "points": text("Points of the chart: read them with the arrow keys"),
        "views": text("Views of this figure"),
        "copied": text("Copied"),
        "vintage": text("Vintage: {dates}"),
        "newest": text("Newest vintages used here: {dates}"),
        "span": text("from {first} to {last}"),
        "and": text(", "),
        "dated": text("{date} ({of})"),
        "parts": {  # by the columns of a figure's CSV: numerator_vintage, ...
            "numerator": text("numerator"),
            "denominator": text("denominator"),
            "loans": text("numerator"),
            "below": text("denominator"),
            "income": text("income"),
        },
    }

"""The PDF: set by Typst, tagged for screen readers (PDF/UA-1), fit for archives (PDF/A-2a), without LaTeX or browser.

An nbconvert exporter (`jupyter nbconvert --to typst-pdf any.ipynb`) and the build's own renderer in one. The
compiler refuses a character without glyph, a picture without alternative text and a link to nothing; here its
words are turned into ours, and most such faults are found before, with the place where they stand.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import Any

from traitlets import Enum, default

from consumer_credit.errors import RenderError
from consumer_credit.report.fonts.cutting import SERIF
from consumer_credit.report.fonts.sets import FontFiles, coverage, dejavu_files, dejavu_folder
from consumer_credit.report.page.prose import picture_bytes
from consumer_credit.report.pdf.markup import code_markup, flushed
from consumer_credit.report.pdf.outputs import EXTENSIONS, NAMES, Outputs
from consumer_credit.report.pdf.strings import content, literal
from consumer_credit.report.rendering.document import Block, Code, Document, Exhibit, Prose, Trial
from consumer_credit.report.rendering.exporter import ReportExporter, collector_at_rest
from consumer_credit.report.rendering.furniture import furniture
from consumer_credit.report.rendering.markdown import Rendered, render_prose
from consumer_credit.report.temporary import temporary_folder

STANDARDS: list[Any] = ["a-2a", "ua-1"]
REGIONS = {"zh": "cn", "en": "gb"}
UNDATED = dt.date(1980, 1, 1)
"""The date in the file when the data have none: PDF/A asks for one, and the clock would make every build differ."""

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2028\u2029\u2060\ufe0e\ufe0f\ufeff]")
_TO_BE_FOUND = re.compile("[^ -~\\n]")
"""All but what DejaVu has in any case; most of what a document says need not be looked at."""
_NO_GLYPH = re.compile(r"the text `\"(.+?)\"` could not be displayed")


class TypstPDFExporter(ReportExporter):
    """Write a notebook as a PDF."""

    export_from_notebook = "PDF via Typst"
    output_mimetype = "application/pdf"
    code = Enum(
        ["auto", "none", "appendix", "inline"],
        default_value="auto",
        help="Where code cells go; auto: as an edition's pdf_code says, in their place elsewhere.",
    ).tag(config=True)

    @default("template_name")
    def _template_name_default(self) -> str:
        return "typst"

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    @default("template_extension")
    def _template_extension_default(self) -> str:
        return ".typ.j2"

    def default_filters(self) -> Any:
        """nbconvert's filters and those that make text safe in Typst."""
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "lit", literal
        yield "content", content
        yield "one_line", lambda text: " ".join(str(text).split())

    def from_notebook_node(  # type: ignore[override]
        self, nb: Any, resources: Any = None, **kw: Any
    ) -> tuple[bytes, dict[str, Any]]:
        """Render `nb`.

        Returns:
            The PDF and nbconvert's resources.

        Raises:
            RenderError: the notebook cannot be rendered; the message names the cell or figure.
        """
        document, resources = self.read(nb, resources, **kw)
        fonts = self.fonts_for(document)
        with collector_at_rest(), ThreadPoolExecutor(1) as beside:  # pandoc is a process of its own
            rendering = beside.submit(render_prose, document, "typst", warn=self.log.warning)
            missing = self._without_glyph(document, fonts)
            outputs = Outputs(document, self.log.warning)
            markup = list(outputs.markup())
            rendered = rendering.result()
        sources = self._sources(document, rendered, markup, fonts) | outputs.pictures
        drawable = {
            name: data if name.endswith(tuple(_BINARY)) else _shown(data, missing)
            for name, data in sources.items()
        }
        resources["output_extension"] = ".pdf"
        return _compile(drawable, document, fonts), resources

    def _sources(
        self, document: Document, rendered: Rendered, outputs: Sequence[str], fonts: FontFiles
    ) -> dict[str, bytes]:
        """What the compiler reads: the document, its dress and the pictures of its prose, by file name."""
        text = furniture(document.language)
        sources = {"report.typ": _asset("report.typ").encode("utf-8")}
        prose_files = self._prose_pictures(document, rendered, sources)
        asked = str(document.meta.get("pdf_code") or "none") if document.edition else "inline"
        where_code = self.code if self.code != "auto" else asked
        passages, others = (flushed(passage) for passage in rendered.passages), iter(outputs)
        blocks, code_cells = [], []
        for block in document.blocks:
            code = block.code if isinstance(block, Exhibit) else block if isinstance(block, Code) else None
            if code:
                code_cells.append({"of": _code_of(block, text), "markup": code_markup(code)})
                if where_code == "inline":
                    blocks.append({"where": code.where, "markup": code_markup(code)})
            if not isinstance(block, Code | Trial):
                markup = next(passages if isinstance(block, Prose) else others)
                blocks.append({"where": block.where, "markup": markup})
        numbered = [(exhibit.kind, exhibit.number) for exhibit in document.exhibits if exhibit.number]
        language = document.language.partition("-")[0]
        page_words = text("Page {page} of {pages}", page="\0", pages="\0").split("\0")
        main = self.template.render(
            document=document,
            blocks=blocks,
            appendix_code=code_cells if where_code == "appendix" else [],
            prose_files=prose_files,
            page_words=[content(word) if word else "" for word in page_words],
            date=_date_of(document),
            lang=language,
            region=REGIONS.get(language),
            serif=SERIF if fonts.serif else "Libertinus Serif",
            figure_count=sum(kind == "figure" for kind, _ in numbered),
            table_count=sum(kind == "table" for kind, _ in numbered),
            text=text,
        )
        return {"main.typ": main.encode("utf-8"), **sources}

    def _prose_pictures(
        self, document: Document, rendered: Rendered, sources: dict[str, bytes]
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, image in enumerate(rendered.images, 1):
            prose = document.prose[image.passage]
            picture = picture_bytes(image.source, prose, document.folder)
            if not image.alt:
                self._complain(document, f"the picture '{image.source}' has no alternative text", prose.where)
            if picture is None or picture[0] not in EXTENSIONS:
                self._complain(
                    document, f"the picture '{image.source}' cannot be taken into the PDF", prose.where
                )
                continue
            name = f"prose-{number}.{EXTENSIONS[picture[0]]}"
            sources[name] = picture[1]
            found[f"{image.passage + 1}:{image.source}"] = name
        return found

    def _complain(self, document: Document, what: str, where: str) -> None:
        if document.strict:
            raise RenderError(
                what,
                where=where,
                remedy="keep the picture beside the notebook and describe it: ![description](file)",
            )
        self.log.warning("%s: %s", where, what)

    def _without_glyph(self, document: Document, fonts: FontFiles) -> dict[str, str]:
        """The characters that no font can draw, each with a place where it stands: an error when strict, otherwise
        their code will stand in their place.
        """
        missing: dict[str, str] = {}
        for where, text in document.texts():
            for character in set(_TO_BE_FOUND.findall(text)).difference(missing):
                if not (character.isspace() or _INVISIBLE.match(character)):
                    missing[character] = where
        for path in (*fonts.files, *dejavu_files()):
            if missing:  # the first fonts have nearly all of them, and to read another takes time
                missing = {c: where for c, where in missing.items() if c not in coverage(path)}
        for character, where in sorted(missing.items()):
            message = f"no font of the report has the character '{character}' (U+{ord(character):04X})"
            if document.strict:
                raise RenderError(
                    message, where=where, remedy="use another character, or check it for a slip"
                )
            self.log.warning("%s: %s", where, message)
        return missing


def _code_of(block: Block, text: Any) -> dict[str, str]:
    """What the code in the appendix made: the words and the label to lead to; else the cell it stands in."""
    if isinstance(block, Exhibit) and block.number and block.id:
        return {"words": f"{text(NAMES[block.kind], number=block.number)}: {block.title}", "id": block.id}
    return {"words": block.where, "id": ""}


_BINARY = (".png", ".jpg", ".gif", ".webp")


def _shown(data: bytes, missing: Mapping[str, str]) -> bytes:
    text = _INVISIBLE.sub("", data.decode("utf-8"))
    for character in missing:
        text = text.replace(character, f"‹U+{ord(character):04X}›")
    return text.encode("utf-8")


def _compile(sources: Mapping[str, bytes], document: Document, fonts: FontFiles) -> bytes:
    import typst  # noqa: PLC0415

    faces = typst.Fonts(
        include_system_fonts=False, font_paths=[str(fonts.folder), str(dejavu_folder(fonts.folder.parent))]
    )
    moment = dt.datetime.combine(_date_of(document), dt.time(), dt.UTC)
    with temporary_folder("typst") as folder:
        for name, data in sources.items():
            (folder / name).write_bytes(data)
        try:
            compiler = typst.Compiler(str(folder / "main.typ"), root=folder, font_paths=faces)
            seconds = int(moment.timestamp())
            pdf = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=seconds)
        except typst.TypstError as error:
            raise _in_our_words(error, document, sources["main.typ"].decode("utf-8")) from None
    assert isinstance(pdf, bytes)
    return pdf


def _in_our_words(error: Any, document: Document, main: str) -> RenderError:
    message = str(error.message)
    glyph = _NO_GLYPH.search(message)
    if glyph:
        character = glyph[1]
        where = next((where for where, text in document.texts() if character in text), "PDF")
        codes = " ".join(f"U+{ord(c):04X}" for c in character)
        return RenderError(
            f"no font of the report has the character '{character}' ({codes})",
            where=where,
            remedy="use another character",
        )
    return RenderError(
        f"Typst: {message}",
        where=_place(str(error.diagnostic), main),
        remedy="; ".join(error.hints) or "change what stands there",
    )


def _place(diagnostic: str, main: str) -> str:
    """The cell that the compiler's line number falls into; main.typ names each in a comment."""
    found = re.search(r"main\.typ:(\d+):", diagnostic)
    if not found:
        return "PDF"
    before = main.split("\n")[: int(found[1])]
    return next((line[3:] for line in reversed(before) if line.startswith("// ")), "title page")


def _date_of(document: Document) -> dt.date:
    """The newest vintage's date; for other notebooks SOURCE_DATE_EPOCH, or a constant."""
    given = str(document.meta.get("data_date") or "")
    parts = [int(part) for part in given.split("-") if part.isdigit()]
    if 2 <= len(parts) <= 3:
        return dt.date(parts[0], parts[1], parts[2] if len(parts) == 3 else 1)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return dt.datetime.fromtimestamp(int(epoch), dt.UTC).date() if epoch.isdigit() else UNDATED


@cache
def _asset(name: str) -> str:
    return (files("consumer_credit.report") / "templates" / "typst" / name).read_text(encoding="utf-8")

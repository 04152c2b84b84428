"""The steps of a build, each replaceable: a cache, another engine or a test hands in one of its own.

`report.build` puts them in order. What each one does stands in its own module; here they are only joined,
with slow imports put off until a build really begins.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_credit.errors import DataError
from consumer_credit.locales import LANGUAGE_NAMES, Language
from consumer_credit.project import Project

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode

    from consumer_credit.report.assembling.assembly import Assembled
    from consumer_credit.report.authoring.editions import Edition
    from consumer_credit.report.kernels.execution import ExecutedChapter

FORMATS = {"html": "index.html", "pdf": "report.pdf"}
"""What an edition is rendered to, and the file it is published as."""


@dataclass(frozen=True)
class Rendering:
    """What an exporter must know of the publication around its file: the language, and what else is in it."""

    project: Project
    language: Language
    languages: Sequence[Language]
    formats: Sequence[str]


Renderer = Callable[["NotebookNode", Rendering], bytes]


@dataclass(frozen=True)
class Steps:
    """What a build calls, in this order.

    `check_data(project)` raises `DataError`; `execute` is `execution.execute_chapter`, called once for each
    chapter and language; `assemble` is `assembly.assemble`; `render[format]` gives a published file in bytes;
    `export(project, edition, folder)` writes the data bundle that is published with a full build.
    """

    check_data: Callable[[Project], None]
    execute: Callable[..., ExecutedChapter]
    assemble: Callable[..., Assembled]
    render: Mapping[str, Renderer]
    export: Callable[[Project, Edition, Path], None] | None = None


def standard_steps() -> Steps:
    """The steps of every ordinary build."""
    from consumer_credit.report.assembling.assembly import assemble  # noqa: PLC0415
    from consumer_credit.report.kernels.execution import execute_chapter  # noqa: PLC0415

    renderers = {"html": render_html, "pdf": render_pdf}
    return Steps(check_data, execute_chapter, assemble, renderers, export_data)


def export_data(project: Project, edition: Edition, folder: Path) -> None:
    """The figures as known on the edition's date, with codebook and data package.

    Raises:
        DataError: the observations cannot be read, or the folder cannot be written.
    """
    from consumer_credit.data.exporting import write_bundle  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    parameters = edition.parameters
    write_bundle(Store.open(project.data), folder, parameters.as_of, strict=parameters.strict_vintages)


def check_data(project: Project) -> None:
    """Hold the figures to their checks.

    Raises:
        DataError: one of them fails; the message is that of the first, and says how many there are.
    """
    from consumer_credit.data.checks import check  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    errors = [finding for finding in check(Store.open(project.data)) if finding.severity == "error"]
    if errors:
        first, more = errors[0], ""
        if len(errors) > 1:
            more = f" (and {len(errors) - 1} more: 'python build_report.py data check')"
        raise DataError(
            f"{first.series} {first.period}: {first.value}, expected {first.expected}{more}",
            where=first.file if first.row is None else f"{first.file}, row {first.row}",
            remedy=first.remedy,
        )


def render_html(notebook: NotebookNode, around: Rendering) -> bytes:
    """The assembled edition as one self-contained page.

    Raises:
        RenderError: alternative text is missing, a placeholder unfilled, or the page cannot be made.
    """
    from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415
    from consumer_credit.report.page.html import ConsumerCreditHTMLExporter  # noqa: PLC0415

    exporter = ConsumerCreditHTMLExporter(  # type: ignore[no-untyped-call]
        strict=True,
        assembled=True,
        fonts=project_fonts(around.project),
        alternates=[
            {"lang": other, "name": LANGUAGE_NAMES[other], "href": f"../{other}/{FORMATS['html']}"}
            for other in around.languages
            if other != around.language
        ],
        pdf_address=FORMATS["pdf"] if "pdf" in around.formats else "",
    )
    page, _ = exporter.from_notebook_node(notebook)
    return page.encode("utf-8")


def render_pdf(notebook: NotebookNode, around: Rendering) -> bytes:
    """The assembled edition as a PDF.

    Raises:
        RenderError: alternative text or a glyph is missing, or Typst refuses the document.
    """
    from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415
    from consumer_credit.report.pdf.typst import TypstPDFExporter  # noqa: PLC0415

    exporter = TypstPDFExporter(  # type: ignore[no-untyped-call]
        strict=True, assembled=True, fonts=project_fonts(around.project)
    )
    document, _ = exporter.from_notebook_node(notebook)
    return bytes(document)

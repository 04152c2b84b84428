"""Claims about the printed page: figures move so that text fills the pages, and stay in their chapter."""

from __future__ import annotations

import copy
import io
import re
from functools import cache
from typing import Any

import pytest
from pypdf import PdfReader

from consumer_credit.report.pdf.typst import TypstPDFExporter

SENTENCE = "Households owed banks more than they had the year before, and the offices that count it say so. "
LENGTHS = (0, 2, 4, 5, 6, 7)


@pytest.fixture(scope="module")
def printed(sample_edition: Any, report_font_files: Any) -> Any:
    """The pages of an edition whose figure follows so many paragraphs and is followed by four more;
    0: it follows the first words of its chapter."""

    @cache
    def of(paragraphs: int) -> tuple[PdfReader, list[str]]:
        notebook = copy.deepcopy(sample_edition("en"))
        chapter = notebook.cells[0]
        if not paragraphs:
            chapter.source = chapter.source.partition("## What is counted")[0] + "## What is counted"
        chapter.source += "\n\n" + "\n\n".join([SENTENCE * 4] * paragraphs)
        after = copy.deepcopy(chapter)
        after.update(id="after", source="\n\n".join(["FOLLOWS " + SENTENCE * 4] * 4))
        notebook.cells.insert(2, after)
        data, _ = TypstPDFExporter(fonts=report_font_files, strict=True).from_notebook_node(notebook)
        reader = PdfReader(io.BytesIO(data))
        return reader, [" ".join(page.extract_text().split()) for page in reader.pages]

    return of


def page_of(pages: list[str], words: str, *, after: int = 2) -> int:
    """The page where something stands, the contents (two pages with the cover) left out."""
    return next(number for number, text in enumerate(pages, 1) if number > after and words in text)


@pytest.mark.parametrize("paragraphs", LENGTHS)
def test_the_list_of_figures_names_the_page_where_the_figure_stands(printed: Any, paragraphs: int) -> None:
    _, pages = printed(paragraphs)
    title = "China reached 15.1% of GDP; America fell to 16.5%"
    listed = re.search(rf"Figure 1 {re.escape(title)}[ .\u2060]*(\d+)", pages[1])
    assert listed and int(listed[1]) == page_of(pages, title)


@pytest.mark.parametrize("paragraphs", LENGTHS)
def test_a_figure_stays_in_its_chapter_below_the_heading(printed: Any, paragraphs: int) -> None:
    _, pages = printed(paragraphs)
    opens, closes = page_of(pages, "Consumer loans in China"), page_of(pages, "3 China and the United States")
    caption = page_of(pages, "Figure 1 China reached")
    assert opens <= caption < closes
    drawn = pages[caption - 1]
    assert caption > opens or drawn.index("Consumer loans in China") < drawn.index("Figure 1 China reached")
    assert "Newest vintage used" in drawn  # not torn from its source line


def test_text_fills_the_page_that_a_figure_finds_too_short(printed: Any) -> None:
    moved = 0
    for paragraphs in LENGTHS:
        _, pages = printed(paragraphs)
        moved += page_of(pages, "FOLLOWS") < page_of(pages, "Figure 1 China reached")
    assert moved >= 1

"""Claims about where exhibits go in print, and about the notes that stand under them."""

from __future__ import annotations

import copy
import io
from typing import Any

import pytest
from pypdf import PdfReader

from consumer_credit.report.pdf.notes import note_markup, printed_notes
from consumer_credit.report.pdf.placing import Placing
from consumer_credit.report.pdf.typst import TypstPDFExporter
from consumer_credit.report.rendering.document import Block, Document, Exhibit, Prose

LONG = "Not comparable with the loans published to 2016, which include commercial premises and the land under them."
DERIVED = (
    "† Derived, not published. Loans at end-2016: 21.9 trillion yuan at the end of 2017 divided by 1.222."
)
DERIVED_ZH = "† 推算值，非公布数。个人住房贷款（2016 年末）：" + "2017 年末 21.9 万亿元除以 1.222。" * 5
LETTERED = "[a] January 2023: from then on consumer finance companies are within the scope of the table."


def document(*blocks: Block, edition: bool = True) -> Document:
    return Document("en", "A report", {"edition": "latest"} if edition else {}, blocks)


def figure(number: int, *notes: str) -> Exhibit:
    return Exhibit("cell", "figure", f"fig-{number}", number, notes=notes)


def printed(*blocks: Block, edition: bool = True) -> list[tuple[tuple[str, ...], list[str]]]:
    found = printed_notes(document(*blocks, edition=edition))
    return [(notes.notes, [other.id for other in notes.elsewhere]) for notes in found]


CHAPTER = Prose("cell", "# A chapter\n\nIts words.")


def test_a_note_is_given_once_a_chapter_and_found_from_where_it_is_left_out() -> None:
    assert printed(CHAPTER, figure(1, LONG), figure(2, "Its own.", LONG), CHAPTER, figure(3, LONG)) == [
        ((LONG,), []),
        (("Its own.",), ["fig-1"]),
        ((LONG,), []),
    ]


def test_what_explains_a_mark_stays_where_the_mark_is() -> None:
    first, second = printed(CHAPTER, figure(1, LETTERED, DERIVED, LONG), figure(2, LETTERED, DERIVED, LONG))
    assert first == ((LETTERED, DERIVED, LONG), [])
    assert second == ((LETTERED, "† Derived, not published."), ["fig-1"])
    assert printed(CHAPTER, figure(1, DERIVED_ZH), figure(2, DERIVED_ZH))[1] == (
        ("† 推算值，非公布数。",),
        ["fig-1"],
    )


def test_a_reader_is_not_sent_away_for_a_few_words() -> None:
    assert printed(CHAPTER, figure(1, "RMB loans only."), figure(2, "RMB loans only."))[1] == (
        ("RMB loans only.",),
        [],
    )


def test_other_notebooks_keep_all_their_notes() -> None:
    assert printed(CHAPTER, figure(1, LONG), figure(2, LONG), edition=False)[1] == ((LONG,), [])


def test_a_reference_in_a_note_is_a_link_where_there_is_something_to_lead_to() -> None:
    note = "Held against the data in [Table 17](#tbl-claims)."
    linked = '[#"Held against the data in ";#link(label("tbl-claims"), "Table\u00a017");#".";]'
    assert note_markup(note, {"tbl-claims"}) == linked
    assert note_markup(note, set()) == '[#"Held against the data in ";#"Table 17";#".";]'


def test_notes_of_a_printed_edition_lead_to_the_exhibit_that_has_them(
    sample_edition: Any, report_font_files: Any
) -> None:
    notebook = copy.deepcopy(sample_edition("en"))
    cell = next(c for c in notebook.cells if "number" in str(c.get("outputs", "")))
    first = cell.outputs[0]
    first.metadata.consumer_credit.notes = [LONG]
    again = copy.deepcopy(first)
    again.metadata.consumer_credit.update(id="fig-again", number=90)
    cell.outputs.append(again)
    data, _ = TypstPDFExporter(fonts=report_font_files, strict=True).from_notebook_node(notebook)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())
    assert text.count("which include commercial premises") == 1
    record = first.metadata.consumer_credit
    assert f"For further notes see {record.kind.capitalize()} {record.number}." in text


@pytest.mark.parametrize("words", [0, 40, 100])
def test_nothing_goes_to_the_head_of_a_page_that_may_begin_a_chapter(words: int) -> None:
    placing = Placing()
    placing.prose(Prose("cell", "# A chapter\n\n" + "word " * words))
    assert placing.exhibit(200) == "bottom"


def test_after_half_a_page_typst_decides_and_what_the_first_page_cannot_hold_goes_to_the_head() -> None:
    placing = Placing()
    placing.prose(CHAPTER)
    assert [placing.exhibit(150) for _ in range(5)] == ["bottom", "bottom", "bottom", "auto", "top"]
    placing.prose(Prose("cell", "## A section\n\nIts words."))
    assert placing.exhibit(100) == "top"
    placing.prose(CHAPTER)
    assert placing.exhibit(100) == "bottom"


def test_addresses_and_formulas_fill_no_page() -> None:
    bare, laden = Placing(), Placing()
    bare.prose(Prose("cell", "# A\n\nsee [Figure 1] and "))
    laden.prose(Prose("cell", "# A\n\nsee [Figure 1](#fig-" + "x" * 4000 + ") and $" + "x" * 4000 + "$"))
    assert laden.filled == bare.filled

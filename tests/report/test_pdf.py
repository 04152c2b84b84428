"""Claims about the PDF: tagged, embedded, searchable in both languages, the same bytes; and it refuses what
it cannot print."""

from __future__ import annotations

import base64
import gc
import io
import itertools
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest
import typst
from nbconvert.exporters import get_exporter
from pypdf import PdfReader

from consumer_credit.errors import RenderError
from consumer_credit.report.pdf.strings import literal
from consumer_credit.report.pdf.typst import TypstPDFExporter

HOSTILE = '<script>alert(1)</script> #eval(1) $ @a *b* _c_ \\ "q" `r` // = + - ~ [x] {y}'


def pdf_of(notebook: Any, fonts: Any, **traits: Any) -> bytes:
    data, resources = TypstPDFExporter(fonts=fonts, **traits).from_notebook_node(notebook)
    assert resources["output_extension"] == ".pdf"
    return data


@pytest.fixture(scope="module")
def documents(sample_edition: Any, report_font_files: Any) -> dict[str, bytes]:
    return {
        language: pdf_of(sample_edition(language), report_font_files, strict=True)
        for language in ("en", "zh")
    }


@pytest.mark.parametrize("at_work", [True, False])
def test_the_garbage_collector_is_left_as_it_was_found(report_font_files: Any, at_work: bool) -> None:
    broken = v4.new_notebook(cells=[v4.new_markdown_cell("[to](#nothing)")])
    (gc.enable if at_work else gc.disable)()
    try:
        with pytest.raises(RenderError, match="leads nowhere"):
            pdf_of(broken, report_font_files, strict=True)
        assert gc.isenabled() == at_work
    finally:
        gc.enable()


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def structure(data: bytes) -> list[dict[str, Any]]:
    """Every element of the tag tree, in order."""
    found: list[dict[str, Any]] = []

    def walk(node: Any) -> None:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for child in node:
                walk(child)
        elif isinstance(node, dict) and "/S" in node:
            found.append(node)
            if "/K" in node:
                walk(node["/K"])
        elif (
            isinstance(node, dict) and "/K" in node and "/Type" in node and node["/Type"] == "/StructTreeRoot"
        ):
            walk(node["/K"])

    walk(PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"])
    return found


def titles(outline: list[Any]) -> list[str]:
    return [title for item in outline for title in (titles(item) if isinstance(item, list) else [item.title])]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_of_the_edition_can_be_found_and_copied(
    documents: dict[str, bytes], sample_edition: Any, language: str
) -> None:
    text, notebook = squeezed(text_of(documents[language])), sample_edition(language)
    meta = notebook.metadata.consumer_credit
    record = notebook.cells[1].outputs[0].metadata.consumer_credit
    for words in (
        meta.title,
        meta.subtitle,
        meta.as_of_line,
        record.title,
        record.subtitle,
        record.source_line,
        record.notes[0],
    ):
        assert squeezed(words) in text
    assert {"en": "25.05trillionyuan", "zh": "25.05万亿元"}[language] in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("Figure 1", "Table 1", "Page 3 of")), ("zh", ("图 1", "表 1", "第 3 页，共"))],
)
def test_numbers_and_running_feet_follow_the_language(
    documents: dict[str, bytes], language: str, words: tuple[str, ...]
) -> None:
    text = squeezed(text_of(documents[language]))
    assert all(squeezed(word) in text for word in words)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_is_tagged_titled_and_declares_its_standards(
    documents: dict[str, bytes], sample_edition: Any, language: str
) -> None:
    reader = PdfReader(io.BytesIO(documents[language]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and str(root["/Lang"]).startswith(language)
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == sample_edition(language).metadata.consumer_credit.title
    assert reader.metadata.creation_date.date().isoformat() == "2026-04-25"
    described = root["/Metadata"].get_data().decode("utf-8")
    assert re.search(r"pdfuaid:part>1<", described)
    assert re.search(r"pdfaid:part>2<", described) and re.search(r"pdfaid:conformance>A<", described)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_carry_their_alternative_text_and_formulas_their_source(
    documents: dict[str, bytes], sample_edition: Any, language: str
) -> None:
    tags = structure(documents[language])
    alts = [str(tag["/Alt"]) for tag in tags if "/Alt" in tag]
    assert sample_edition(language).cells[1].outputs[0].metadata.consumer_credit.alt in alts
    assert any("\\frac" in alt for alt in alts)
    kinds = {tag["/S"] for tag in tags}
    assert {"/Figure", "/Table", "/TH", "/TD", "/Caption", "/H1", "/H2", "/Note", "/Formula", "/L"} <= kinds


def test_headings_of_the_tag_tree_leave_no_level_out(documents: dict[str, bytes]) -> None:
    levels = [int(tag["/S"][2:]) for tag in structure(documents["en"]) if re.fullmatch(r"/H\d", tag["/S"])]
    assert levels and levels[0] == 1 and all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_bookmarks_lead_to_chapters_and_sections(documents: dict[str, bytes]) -> None:
    names = titles(PdfReader(io.BytesIO(documents["en"])).outline)
    assert [name for name in names if "China" in name or "counted" in name] == [
        "1 Consumer loans in China",
        "1.1 What is counted",
        "3 China and the United States",
    ]


def failures(data: bytes) -> list[str]:
    """What an independent validator finds against PDF/UA-1 and PDF/A-2a.

    It misreads a stream whose last byte happens to be a carriage return, which with the line feed before `endstream`
    looks like one end of line; such a finding counts only when a stream really is not as long as it says.
    """
    page = pytest.importorskip("page", reason="needs page-validation")
    found = []
    for profile in (page.ValidationProfile.PDF_UA_1, page.ValidationProfile.PDF_A_2A):
        report = page.validate_pdf_bytes(data, profile=profile)
        assert report.rules.total > 90
        found += report.failures
    streams = re.finditer(rb"/Length (\d+)[^>]*>>\s*stream\r?\n", data)
    exact = all(data[end : end + 10] == b"\nendstream" for m in streams if (end := m.end() + int(m[1])))
    return [str(f) for f in found if not (exact and f.rule_id == "PDFA2A-STREAM-LENGTH-001")]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_independent_validator_finds_both_standards_kept(
    documents: dict[str, bytes], language: str
) -> None:
    assert failures(documents[language]) == []


def test_references_are_links(documents: dict[str, bytes]) -> None:
    reader = PdfReader(io.BytesIO(documents["en"]))
    links = [
        a.get_object()
        for page in reader.pages
        for a in page.get("/Annots", [])
        if a.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) >= 5 and all("/Contents" in link or "/Dest" in link or "/A" in link for link in links)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_font_is_embedded_and_the_figures_text_is_text(
    documents: dict[str, bytes], language: str
) -> None:
    reader = PdfReader(io.BytesIO(documents[language]))
    names = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():
            for descendant in font.get_object().get("/DescendantFonts", []):
                descriptor = descendant.get_object()["/FontDescriptor"].get_object()
                assert "/FontFile2" in descriptor or "/FontFile3" in descriptor
                names.add(str(descriptor["/FontName"]).partition("+")[2])
    assert {"ReportSansSC-Regular", "ReportSansSC-Bold"} <= names
    assert not any("LastResort" in name for name in names)
    assert ("ReportSerif-Regular" in names) == (language == "en")
    assert {"en": "UnitedStates", "zh": "美国"}[language] in squeezed(text_of(documents[language]))


def test_same_input_same_bytes(
    documents: dict[str, bytes], sample_edition: Any, report_font_files: Any
) -> None:
    assert pdf_of(sample_edition("en"), report_font_files, strict=True) == documents["en"]


def test_a_missing_glyph_stops_an_edition_and_is_named_with_its_place(
    sample_edition: Any, report_font_files: Any
) -> None:
    for change, where in (
        (
            lambda nb: nb.cells[3].update(source=nb.cells[3].source + "\n\n𓀀"),
            "chapter 'china_and_us', cell 4",
        ),
        (
            lambda nb: nb.cells[1].outputs[0].metadata.consumer_credit.update(title="𓀀"),
            "chapter 'china', cell 2, fig-gap",
        ),
        (
            lambda nb: (
                nb.cells[1]
                .outputs[0]
                .data.update(
                    {"image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg"><text>𓀀</text></svg>'}
                )
            ),
            "fig-gap",
        ),
    ):
        notebook = sample_edition("en")
        change(notebook)
        with pytest.raises(RenderError, match=rf"{re.escape(where)}.*the character '𓀀' \(U\+13000\)"):
            pdf_of(notebook, report_font_files, strict=True)


def test_elsewhere_a_missing_glyph_is_shown_by_its_code(
    report_font_files: Any, caplog: pytest.LogCaptureFixture
) -> None:
    exporter = TypstPDFExporter(fonts=report_font_files)
    exporter.log.propagate = True
    data, _ = exporter.from_notebook_node(
        v4.new_notebook(cells=[v4.new_markdown_cell("done 🎉\u200d\ufe0f")])
    )
    assert "‹U+1F389›" in text_of(data) and "U+1F389" in caplog.text


def test_the_compilers_own_refusal_is_told_in_our_words(report_font_files: Any) -> None:
    from consumer_credit.report.pdf.typst import _compile
    from consumer_credit.report.rendering.reading import read_document

    document = read_document(v4.new_notebook(cells=[v4.new_markdown_cell("龘 is here")]))
    source = (
        '#set document(title: "t", date: datetime(year: 2000, month: 1, day: 1))\n'
        '// cell 1\n#text(font: "Report Sans SC", fallback: false)[龘]'
    ).encode()
    with pytest.raises(RenderError, match="cell 1: no font of the report has the character '龘'"):
        _compile({"main.typ": source}, document, report_font_files)
    with pytest.raises(RenderError, match=r"^cell 9: Typst: unknown variable: nothing"):
        _compile({"main.typ": b"// cell 9\n#nothing"}, document, report_font_files)


def test_missing_alternative_text_stops_an_edition(sample_edition: Any, report_font_files: Any) -> None:
    notebook = sample_edition("zh")
    notebook.cells[1].outputs[0].metadata.consumer_credit.alt = ""
    with pytest.raises(RenderError, match="fig-gap: the figure has no alternative text"):
        pdf_of(notebook, report_font_files, strict=True)


def test_hostile_text_prints_as_itself_wherever_it_stands(
    sample_edition: Any, report_font_files: Any
) -> None:
    notebook = sample_edition("en")
    record = notebook.cells[1].outputs[0].metadata.consumer_credit
    for key in ("title", "subtitle", "source_line", "alt"):
        record[key] = HOSTILE
    record.notes = [HOSTILE]
    table = notebook.cells[2].outputs[0].data["application/vnd.consumer-credit.table+json"]
    table["rows"][0][0] = HOSTILE
    table["columns"][0]["label"] = HOSTILE
    meta = notebook.metadata.consumer_credit
    meta.subtitle = meta.citation = meta.parameters[0]["meaning"] = HOSTILE
    text = squeezed(text_of(pdf_of(notebook, report_font_files, strict=True)))
    assert text.count(squeezed(HOSTILE)) >= 8


@pytest.mark.parametrize("text", ['"', "\\", '\\"', "a\nb", "#{1}", "\x00\x1b", "‘’“”", "*/ //", "${x}"])
def test_a_literal_holds_any_text(text: str) -> None:
    compiler = typst.Compiler(f"#let x = {literal(text)}\n#metadata(x) <x>".encode())
    assert json.loads(compiler.query("<x>", field="value", one=True)) == text


def test_ordinary_outputs_of_any_notebook_are_shown(report_font_files: Any) -> None:
    frame = "<table><thead><tr><th></th><th>n</th></tr></thead><tbody><tr><th>row</th><td>1.5</td></tr></tbody></table>"
    pixel = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )

    def shown(data: dict[str, Any]) -> Any:
        return v4.new_code_cell("1 + 1", outputs=[v4.new_output("display_data", data)])

    notebook = v4.new_notebook(
        cells=[
            v4.new_markdown_cell(
                "# Title\n\n### skipped\n\n- [x] done\n\n![no](missing.png)\n\n```python\ndef f(): pass\n```"
            ),
            v4.new_code_cell(
                "go()",
                outputs=[v4.new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\n  indented")],
            ),
            v4.new_code_cell(
                "bad", outputs=[v4.new_output("error", ename="E", evalue="v", traceback=["E: v"])]
            ),
            shown({"text/html": frame, "text/plain": "frame"}),
            shown({"image/png": base64.b64encode(pixel).decode()}),
            shown({"text/latex": "$x^2$"}),
            shown({"application/x-unheard-of": "?"}),
        ]
    )
    text = text_of(pdf_of(notebook, report_font_files))
    for words in (
        "Title",
        "skipped",
        "done",
        "def f()",
        "go()",
        "red",
        "E: v",
        "row",
        "1.5",
        "application/x-unheard-of",
    ):
        assert words in text
    assert "\x1b" not in text


def test_code_goes_where_it_is_asked_to(sample_edition: Any, report_font_files: Any) -> None:
    pages = {
        code: text_of(pdf_of(sample_edition("en"), report_font_files, code=code))
        for code in ("auto", "appendix", "inline")
    }
    assert "chapter.figure" not in pages["auto"]
    assert pages["appendix"].index("chapter.figure") > pages["appendix"].index("How to cite")
    assert pages["inline"].index("chapter.figure") < pages["inline"].index(
        "Parameters of this edition", pages["inline"].index("The arithmetic")
    )


def test_an_edition_prints_its_code_when_its_parameter_says_so(
    sample_edition: Any, report_font_files: Any, documents: dict[str, bytes]
) -> None:
    notebook = sample_edition("en")
    notebook.metadata.consumer_credit["pdf_code"] = "appendix"
    text = " ".join(text_of(pdf_of(notebook, report_font_files, strict=True)).split())
    assert "chapter.table" not in text_of(documents["en"])
    assert (
        text.index("How to cite")
        < text.rindex("Table 1: The arithmetic, line by line")
        < text.rindex("chapter.table")
    )


def test_nbconvert_knows_the_exporter_by_its_name() -> None:
    assert get_exporter("typst-pdf") is TypstPDFExporter


@pytest.mark.thorough
def test_the_command_line_of_nbconvert_writes_a_pdf(tmp_path: Path) -> None:
    nbformat.write(v4.new_notebook(cells=[v4.new_markdown_cell("# Hi\n\n中文")]), tmp_path / "x.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "typst-pdf", "x.ipynb"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"XDG_CACHE_HOME": str(tmp_path), "PATH": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "中文" in text_of((tmp_path / "x.pdf").read_bytes())

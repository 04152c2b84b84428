"""Claims about tables in print: wrapped before turned, turned before cut, never off the page, headers on every page."""

from __future__ import annotations

import io
from typing import Any

import nbformat.v4 as v4
import pytest
from pypdf import PdfReader

from consumer_credit.errors import RenderError
from consumer_credit.report.pdf.tables import set_table, table_markup
from consumer_credit.report.pdf.typst import TypstPDFExporter
from consumer_credit.report.rendering.tables import Cell, Table, table_of_record, tables_of_html


def pdf_of(notebook: Any, fonts: Any, **traits: Any) -> bytes:
    return TypstPDFExporter(fonts=fonts, **traits).from_notebook_node(notebook)[0]


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def text_on(page: Any) -> str:
    return " ".join(page.extract_text().split())


def notebook_with(table: Table) -> Any:
    record = {
        "kind": "table",
        "id": "t",
        "number": 1,
        "title": "A table",
        "columns": [
            {"label": cell.text, "unit": unit, "align": align}
            for cell, unit, align in zip(
                table.head[0], table.units or [""] * table.width, table.align, strict=True
            )
        ],
        "rows": [[cell.text for cell in row] for row in table.body],
        "row_headers": table.row_headers,
    }
    output = v4.new_output("display_data", {"application/vnd.consumer-credit.table+json": record})
    return v4.new_notebook(cells=[v4.new_code_cell("", outputs=[output])])


def frame_of(columns: int, text: str = "{row}.{column:02}") -> Table:
    heads = [{"label": "Year"}] + [{"label": f"C{n}", "unit": "%", "align": "right"} for n in range(columns)]
    rows = [
        [str(row), *(text.format(row=row, column=n) for n in range(columns))] for row in range(2000, 2003)
    ]
    table = table_of_record({"columns": heads, "rows": rows, "row_headers": 1})
    assert table is not None
    return table


def test_a_wide_table_is_cut_into_parts_that_repeat_the_row_headers(report_font_files: Any) -> None:
    columns = [{"label": "Year"}] + [
        {"label": f"Economy {n}", "unit": "%", "align": "right"} for n in range(24)
    ]
    rows = [[str(year), *(f"{year}.{n:02}" for n in range(24))] for year in range(2000, 2003)]
    table = table_of_record({"columns": columns, "rows": rows, "row_headers": 1})
    assert table is not None
    parts = table.split(52)
    assert len(parts) > 1 and all(part.body[0][0].text == "2000" for part in parts)
    assert [cell.text for part in parts for cell in part.body[1][1:]] == rows[1][1:]
    assert table_markup(set_table(table)).count("data-table(") > 1
    text = text_of(pdf_of(notebook_with(table), report_font_files))
    parts = len(set_table(table).parts)
    assert parts > 1 and all(f"2001.{n:02}" in text for n in range(24))
    assert text.count("2002\n") + text.count("2002 ") >= parts


def test_a_table_is_wrapped_before_it_is_turned_and_turned_before_it_is_cut() -> None:
    words = "a statement of some length that says what was claimed and by whom"
    claims = Table(
        (tuple(Cell(name, header=True) for name in ("Statement", "Claimed", "Found", "Verdict")),),
        tuple((Cell(words, header=True), Cell("8.4"), Cell(words), Cell("not reproduced")) for _ in range(4)),
        ("left", "right", "left", "left"),
        row_headers=1,
    )
    wrapped = set_table(claims)
    assert len(wrapped.parts) == 1 and not wrapped.turned and wrapped.size == 8.5 and wrapped.whole()
    statement, number, _, verdict = wrapped.widths
    assert statement is not None and statement > 9 and number is None and verdict is None
    assert set_table(frame_of(8)).widths == (None,) * 9
    assert [(s.turned, len(s.parts) > 1) for s in map(set_table, map(frame_of, (8, 16, 40)))] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_a_turned_table_stands_on_a_turned_page_with_its_caption(report_font_files: Any) -> None:
    reader = PdfReader(io.BytesIO(pdf_of(notebook_with(frame_of(16)), report_font_files)))
    turned = [page for page in reader.pages if page.mediabox.width > page.mediabox.height]
    assert len(turned) == 1 and len(reader.pages) > 1
    text = " ".join(turned[0].extract_text().split())
    assert "Table 1" in text and all(f"2002.{n:02}" in text for n in range(16))


def test_a_table_that_no_page_holds_is_shrunk_with_a_warning_and_refused_in_an_edition(
    sample_edition: Any, report_font_files: Any, caplog: pytest.LogCaptureFixture
) -> None:
    import pandas as pd

    columns = pd.MultiIndex.from_product([["first", "second"], [f"measure {n}" for n in range(11)]])
    html = pd.DataFrame([[1234567.125] * 22], columns=columns).to_html()
    output = v4.new_output("display_data", {"text/html": html})
    exporter = TypstPDFExporter(fonts=report_font_files)
    exporter.log.propagate = True
    data, _ = exporter.from_notebook_node(
        v4.new_notebook(cells=[v4.new_code_cell("frame", outputs=[output])])
    )
    assert "".join(text_of(data).split()).count("measure10") == 2
    assert "cell 1: the table of 23 columns fits no page; it is set at" in caplog.text
    notebook = sample_edition("en")
    notebook.cells[2].outputs.append(output)
    with pytest.raises(
        RenderError, match="chapter 'china', cell 3, output 2: the table of 23 columns fits no page"
    ):
        pdf_of(notebook, report_font_files, strict=True)


def test_a_table_is_printed_in_the_size_that_was_found_for_it(report_font_files: Any) -> None:
    table = frame_of(10)
    assert set_table(table).size == 7.4
    sizes = set()

    def look(text: str, _: Any, matrix: Any, __: Any, size: float) -> None:
        if "2002.0" in text:
            sizes.add(round(size * matrix[0], 1))

    for page in PdfReader(io.BytesIO(pdf_of(notebook_with(table), report_font_files))).pages:
        page.extract_text(visitor_text=look)
    assert sizes == {7.4}


def test_long_tables_repeat_their_header_on_every_page(report_font_files: Any) -> None:
    columns = [{"label": "Number"}, {"label": "Square", "align": "right"}]
    table = table_of_record({"columns": columns, "rows": [[str(n), str(n * n)] for n in range(120)]})
    assert table is not None and not set_table(table).whole()
    reader = PdfReader(io.BytesIO(pdf_of(notebook_with(table), report_font_files)))
    assert len(reader.pages) >= 3 and all("Square" in page.extract_text() for page in reader.pages)
    named = ["Table 1 (continued)" in text_on(page) for page in reader.pages]
    assert named == [False] + [True] * (len(named) - 1)


def test_a_long_table_begins_with_some_rows_or_on_the_next_page(report_font_files: Any) -> None:
    columns = [{"label": "Number"}, {"label": "Square", "align": "right"}]
    table = table_of_record({"columns": columns, "rows": [[f"row {n}", str(n * n)] for n in range(120)]})
    assert table is not None
    begun = set()
    for lines in range(28, 36):
        notebook = notebook_with(table)
        notebook.cells.insert(0, v4.new_markdown_cell("\n\n".join(["One line."] * lines)))
        pages = [
            page.extract_text() for page in PdfReader(io.BytesIO(pdf_of(notebook, report_font_files))).pages
        ]
        begun.add(pages[0].count("row "))
    assert 0 in begun and not begun & {1, 2}


def test_a_table_that_a_page_holds_is_not_torn_and_text_fills_the_page_before_it(
    report_font_files: Any,
) -> None:
    columns = [{"label": "Row"}, {"label": "Square", "align": "right"}]
    table = table_of_record({"columns": columns, "rows": [[f"row {n}", f"{n * n}"] for n in range(38)]})
    assert table is not None
    filled = 0
    for paragraphs in (2, 5, 6):
        notebook = notebook_with(table)
        before = "\n\n".join(["Before the table stands text. " * 20] * paragraphs)
        notebook.cells.insert(0, v4.new_markdown_cell(before))
        notebook.cells.append(v4.new_markdown_cell("Text follows. " * 20))
        reader = PdfReader(io.BytesIO(pdf_of(notebook, report_font_files)))
        pages = [page.extract_text() for page in reader.pages]
        holding = [n for n, page in enumerate(pages) if "row " in page]
        assert len(holding) == 1 and "row 0" in pages[holding[0]] and "row 37" in pages[holding[0]]
        filled += next(n for n, page in enumerate(pages) if "Text follows" in page) < holding[0]
    assert filled


def test_what_stands_under_a_table_counts_when_it_is_asked_whether_a_page_holds_it() -> None:
    table = table_of_record({"columns": [{"label": "n"}], "rows": [[str(n)] for n in range(40)]})
    assert table is not None
    setting = set_table(table)
    assert setting.whole() and not setting.whole(["word " * 300, "note " * 300])


def test_tables_of_pandas_keep_spans_headers_and_alignment() -> None:
    import pandas as pd

    frame = pd.DataFrame(
        {"n": [1.5, None], "t": ["<b>", "y"]},
        index=pd.MultiIndex.from_tuples([("a", "x"), ("a", "y")], names=["one", "two"]),
    )
    table = tables_of_html(frame.to_html())[0]
    assert table.width == 4 and table.row_headers == 2 and table.align == ("left", "left", "right", "left")
    assert [cell.text for cell in table.body[0]] == ["a", "x", "1.5", "<b>"]
    assert table.body[0][0].rows == 2 and [align for _, align in table.placed(table.body[1])] == [
        "left",
        "right",
        "left",
    ]
    assert Table((), ((Cell("x"),),), ("left",)).split(1)[0].width == 1

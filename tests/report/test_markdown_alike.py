"""Claims about Markdown: page and PDF print the same words in the same order, whatever construct they stand in."""

from __future__ import annotations

import base64
import io
import itertools
import re
from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup, NavigableString
from pypdf import PdfReader

from consumer_credit.report.page.html import ConsumerCreditHTMLExporter
from consumer_credit.report.pdf.typst import TypstPDFExporter

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

CASES = {
    "headings": "## Second level\n\n### Third level\n\ntext below",
    "emphasis": "plain *slanted* **heavy** ***both*** and `code`",
    "strikeout": "~~withdrawn~~ kept",
    "bullets": "- one\n- two\n  - two a\n    - deeper\n  - two b\n- three",
    "numbers": "3. third\n4. fourth\n   1. nested",
    "paragraphs in a list": "- first line\n\n  second paragraph\n\n- next",
    "tasks": "- [x] done\n- [ ] open",
    "table": "| Item | Value | Middle |\n|:--|--:|:-:|\n| loans | 25.05 | a |\n| *cards* | 8.61 | `b` |",
    "link": "see [the publisher](https://www.pbc.gov.cn/) or <https://example.org/a_b?c=d&e=f>",
    "bare address": "at https://www.federalreserve.gov/releases/g19/ today",
    "footnote": "counted[^n] twice\n\n[^n]: the *note* below",
    "quote": "> said the bank\n>\n> > and the bank within\n\nafter",
    "fenced code": "```python\ndef f(x):\n    return {x: '$1'}  # <b>\n```",
    "indented code": "    a = b  <c>",
    "rule": "above\n\n---\n\nbelow",
    "line breaks": "first\\\nsecond  \nthird<br>fourth",
    "inline HTML": "H<sub>2</sub>O, x<sup>2</sup>, <b>bold</b>, <i>slanted</i>",
    "Chinese": "住户部门欠银行**25.05万亿元**，其中*大部分*为住房贷款。\n其余部分用于消费。",
    "Chinese beside Latin": "按GDP的8.4%计，G.19为“口径”口径——见《季报》。",
    "hostile HTML": "<script>alert(1)</script> and <iframe src=x></iframe> and a < b & c > d",
    "hostile Typst": '#eval(1) #let x = 2 #image("x") @cite <label> // no comment /* none */ = no heading',
    "hostile signs": r"$5 to $10, \* not a list, back\\slash, under\_score, 50% ~x~ \#tag \[x\] {y} ^z",
    "quotation marks": "\"straight\" 'single' “curly” ‘both’ -- --- ... -5 to -10 2016-12",
    "arrows and signs": "a → b, ≤ ≥ ≠ ≈ × ÷ − – — … † ‡ § °",
    "entities": "&amp; &lt;tag&gt; &copy; &nbsp;here",
    "placeholder": "left {{ as | it }} is",
    "formula inside": "before $x^2$ after",
    "formula of its own": "before\n\n$$\\frac{a}{b}$$\n\nafter",
    "aligned formula": "before\n\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}\n\nafter",
    "heading with words set apart": "## Of *ratios* and `code` in 2016\n\ntext below",
    "deep headings": "## Second\n\n### Third\n\n#### Fourth\n\n##### Fifth\n\ntext below",
    "list in a quote": "> the bank said:\n>\n> - loans\n>   1. cards\n>   2. cars\n>\n> ```\n> a = b\n> ```\n\nafter",
    "code and quote in a list": "1. run\n\n   ```python\n   print('x')\n   ```\n\n2. > read\n\n3. table below",
    "links and formulas in a table": (
        "| [S](https://example.org/) | $x$ |\n|---|--:|\n| 贷款 **余额** | −1.5 |\n| a \\| b | |"
    ),
    "note of two paragraphs": "noted[^long]\n\n[^long]: first\n\n    - second\n    - third",
    "Chinese emphasis beside signs": "其中**口径**、*范围*，以及***两者***；**“消费贷款”** 为准。",
    "Chinese in lists and quotes": (
        "1. 住户贷款\n   - 短期\n   - 中长期\n\n> 市场规模已近**6万亿元**。\n> 其余部分用于消费。"
    ),
    "numbered formula": "before\n\n$$y = x \\label{eq-y}$$\n\nafter",
}
PICTURES = {
    "a file": "![a file beside](pixel.png)",
    "an address of data": f"![data in the text](data:image/png;base64,{PIXEL})",
    "an attachment": "![attached picture](attachment:pixel.png)",
}


def marker(number: int) -> str:
    return f"startofcase{number:02}x"


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: Any, report_font_files: Any) -> tuple[str, bytes]:
    folder = tmp_path_factory.mktemp("pictures")
    (Path(folder) / "pixel.png").write_bytes(base64.b64decode(PIXEL))
    cells = []
    for number, source in enumerate([*CASES.values(), *PICTURES.values(), ""]):
        cells += [v4.new_markdown_cell(marker(number)), v4.new_markdown_cell(source)]
        if "attachment:" in source:
            cells[-1]["attachments"] = {"pixel.png": {"image/png": PIXEL}}
    resources = {"metadata": {"name": "cases", "path": str(folder)}}
    notebook = v4.new_notebook(cells=cells)
    page, _ = ConsumerCreditHTMLExporter(fonts=report_font_files).from_notebook_node(
        notebook, dict(resources)
    )
    pdf, _ = TypstPDFExporter(fonts=report_font_files).from_notebook_node(notebook, dict(resources))
    return page, pdf


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b\u2060]", "", text)


def between(text: str, number: int) -> str:
    return text.partition(marker(number))[2].partition(marker(number + 1))[0]


@pytest.fixture(scope="module")
def words_of_the_page(rendered: tuple[str, bytes]) -> list[list[str]]:
    """The texts of each case as the page has them, formulas, numbers of footnotes and the notes left out."""
    soup = BeautifulSoup(rendered[0], "html.parser").select_one("#text")
    assert soup is not None
    for element in soup.select("math, .equation-number, .footnote-ref, .footnote-back, script, style"):
        element.decompose()
    texts = [
        str(node) for node in soup.descendants if isinstance(node, NavigableString) and squeezed(str(node))
    ]
    starts = [index for index, text in enumerate(texts) if re.fullmatch(r"\s*startofcase\d+x\s*", text)]
    return [texts[start + 1 : end] for start, end in itertools.pairwise(starts)]


@pytest.fixture(scope="module")
def text_of_the_pdf(rendered: tuple[str, bytes]) -> str:
    pages = (page.extract_text() for page in PdfReader(io.BytesIO(rendered[1])).pages)
    whole = re.sub(r"Page \d+ of \d+", "", "\n".join(pages))
    return squeezed(
        re.sub(r"(?<=[a-z])[-\u00ad]\n(?=[a-z])", "", whole)
    )  # words divided at the end of a line


@pytest.mark.parametrize("case", CASES)
def test_the_pdf_prints_what_the_page_says_in_the_same_order(
    words_of_the_page: list[list[str]], text_of_the_pdf: str, case: str
) -> None:
    number = list(CASES).index(case)
    printed, position = between(text_of_the_pdf, number), 0
    words = [squeezed(word) for word in words_of_the_page[number] if squeezed(word)]
    assert words
    for word in words:
        position = printed.find(word, position)
        assert position >= 0, (word, printed)
        position += len(word)


def test_the_page_says_what_was_written(words_of_the_page: list[list[str]]) -> None:
    said = {case: squeezed("".join(words)) for case, words in zip(CASES, words_of_the_page, strict=False)}
    assert said["hostile HTML"] == squeezed(
        "<script>alert(1)</script> and <iframe src=x></iframe> and a < b & c > d"
    )
    assert said["hostile Typst"] == squeezed(CASES["hostile Typst"])
    assert said["hostile signs"] == squeezed(
        r"$5 to $10, * not a list, back\slash, under_score, 50% ~x~ #tag [x] {y} ^z"
    )
    assert said["quotation marks"] == squeezed(CASES["quotation marks"])
    assert said["Chinese"] == "住户部门欠银行25.05万亿元，其中大部分为住房贷款。其余部分用于消费。"
    assert said["strikeout"] == "withdrawnkept" and said["bullets"] == "onetwotwoadeepertwobthree"


def test_footnotes_stand_in_both(rendered: tuple[str, bytes], text_of_the_pdf: str) -> None:
    notes = BeautifulSoup(rendered[0], "html.parser").select_one(".footnotes")
    assert notes is not None and "the note below" in notes.get_text()
    assert "thenotebelow" in text_of_the_pdf


def test_pictures_of_every_kind_stand_in_both(rendered: tuple[str, bytes]) -> None:
    shown = BeautifulSoup(rendered[0], "html.parser").find_all("img")
    assert [image["alt"] for image in shown] == ["a file beside", "data in the text", "attached picture"]
    assert all(image["src"].startswith("data:image/png;base64,") for image in shown)
    for alt in ("a file beside", "data in the text", "attached picture"):
        assert alt.encode() in rendered[1] or alt.encode("utf-16-be") in rendered[1]


def test_formulas_are_numbered_alike(rendered: tuple[str, bytes], text_of_the_pdf: str) -> None:
    soup = BeautifulSoup(rendered[0], "html.parser")
    assert [number.get_text() for number in soup.select(".equation-number")] == ["(1)"]
    assert "(1)" in between(text_of_the_pdf, list(CASES).index("numbered formula"))
    assert len(soup.find_all("math")) == 5

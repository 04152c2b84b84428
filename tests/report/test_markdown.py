"""Claims about prose: what JupyterLab shows, page and PDF show alike, and nothing in it can run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup

from consumer_credit.errors import RenderError
from consumer_credit.report.rendering.markdown import Rendered, render_prose
from consumer_credit.report.rendering.reading import read_document

Render = Callable[..., Rendered]


def render(
    *sources: str, to: str = "html5", strict: bool = False, chapters: list[dict[str, Any]] | None = None
) -> Rendered:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(source) for source in sources])
    notebook.metadata["consumer_credit"] = {"title": "T", "chapters": chapters or []}
    return render_prose(read_document(notebook, strict=strict), to)  # type: ignore[arg-type]


def text_of(html: str) -> str:
    return BeautifulSoup(html, "html.parser").get_text()


TRICKY = [
    "<script>alert(1)</script>",
    "#eval(1)",
    "$5",
    "@name",
    "a \\* b",
    "back\\\\slash",
    "\"quoted\" 'too'",
    "50% & more",
    "~x~",
    "_ _",
    "= x",
]


@pytest.mark.parametrize("text", TRICKY)
def test_what_looks_like_markup_prints_as_itself_in_the_page(text: str) -> None:
    html = render(f"Before {text} after").passages[0]
    shown = re.sub(r"\\([*\\])", r"\1", text)
    assert text_of(html).strip() == f"Before {shown} after"
    assert "<script" not in html


def test_every_passage_comes_back_in_its_place() -> None:
    rendered = render("one", "- list\n- of two", "```python\nx = 1", "> quote", "last")
    assert len(rendered.passages) == 5
    assert [text_of(passage).strip() for passage in (rendered.passages[0], rendered.passages[4])] == [
        "one",
        "last",
    ]
    assert "x = 1" in rendered.passages[2] and "quote" not in rendered.passages[2]


@pytest.mark.parametrize("opening", ["<script>", "<pre>", "<!-- comment", "<?php", "~~~", "<style>"])
def test_a_block_left_open_does_not_swallow_the_next_passage(opening: str) -> None:
    assert text_of(render(f"{opening}\nhere", "next").passages[1]).strip() == "next"


def test_raw_html_is_shown_not_run_and_comments_vanish() -> None:
    html = render(
        '<img src="x" onerror="alert(1)"> <b>bold</b> <!-- hidden --> '
        '<iframe src="//x"></iframe> H<sub>2</sub>O<br>next'
    ).passages[0]
    soup = BeautifulSoup(html, "html.parser")
    assert not soup.find_all(["iframe", "script"]) and "hidden" not in html
    assert all("onerror" not in image.attrs for image in soup.find_all("img"))
    assert soup.find("strong").get_text() == "bold" and soup.find("sub").get_text() == "2" and soup.find("br")
    assert "<iframe" in soup.get_text()


def test_raw_output_formats_cannot_be_smuggled_in() -> None:
    source = "```{=html}\n<script>x</script>\n```\n\n`<b>x</b>`{=html}\n\n`#eval(1)`{=typst}"
    assert not BeautifulSoup(render(source).passages[0], "html.parser").find_all(["script", "b"])
    assert "\n#eval" not in render(source, to="typst").passages[0]


def test_links_run_nothing() -> None:
    html = render(
        "[a](javascript:alert(1)) [b](data:text/html,x) [c](https://example.org) [d](mailto:a@b.c)"
    ).passages[0]
    assert [a["href"] for a in BeautifulSoup(html, "html.parser").find_all("a")] == [
        "https://example.org",
        "mailto:a@b.c",
    ]


def test_headings_keep_their_names_across_languages() -> None:
    chapters = [{"id": "china", "number": 1}, {"id": "gap", "number": 3}]
    english = render("# China\n\n## What counts\n\n### Detail\n\n# Gap\n\n## Now", chapters=chapters)
    chinese = render("# 中国\n\n## 口径\n\n### 细节\n\n# 差距\n\n## 现在", chapters=chapters)
    assert (
        [h.id for h in english.headings]
        == [h.id for h in chinese.headings]
        == ["china", "china-1", "china-1-1", "gap", "gap-1"]
    )
    assert [h.number for h in english.headings] == ["1", "1.1", "1.1.1", "3", "3.1"]


def test_headings_of_other_notebooks_are_named_as_nbconvert_names_them_and_are_unique() -> None:
    rendered = render("# A", "## Some heading", "## Some heading", "[x](#Some-heading)")
    assert [h.id for h in rendered.headings] == ["A", "Some-heading", "Some-heading-2"]
    assert 'href="#Some-heading"' in rendered.passages[3]


def test_heading_levels_leave_no_gap_and_siblings_stay_siblings() -> None:
    assert [h.level for h in render("## a", "## b", "#### c", "#### d", "## e").headings] == [1, 1, 2, 2, 1]
    assert [h.level for h in render("### deep", "##### deeper", "# top", "#### below").headings] == [
        1,
        2,
        1,
        2,
    ]


def test_links_to_a_heading_prefer_the_own_chapter_and_read_chinese() -> None:
    chapters = [{"id": "one", "number": 1}, {"id": "two", "number": 2}]
    rendered = render("# 一\n\n## 口径\n\n[x](#口径)", "# 二\n\n## 口径\n\n[y](#口径)", chapters=chapters)
    assert 'href="#one-1"' in rendered.passages[0] and 'href="#two-1"' in rendered.passages[1]


@pytest.mark.parametrize("to", ["html5", "typst"])
def test_a_link_to_nothing_stops_a_strict_build_and_names_the_cell(to: str) -> None:
    with pytest.raises(RenderError, match="cell 2: the link to '#fig-none' leads nowhere"):
        render("fine", "see [Figure 9](#fig-none)", to=to, strict=True)
    assert "#fig-none" not in render("see [Figure 9](#fig-none)", to=to).passages[0]


def test_footnotes_of_two_chapters_may_share_a_label_and_cross_cells() -> None:
    rendered = render("# A\n\nx[^1]", "[^1]: first", "# B\n\ny[^1]\n\n[^1]: second")
    notes = [item.get_text() for item in BeautifulSoup(rendered.notes, "html.parser").find_all("li")]
    assert [note.rstrip("↩︎") for note in notes] == ["first", "second"]
    typst = render("# A\n\nx[^1]", "[^1]: first", to="typst")
    assert "#footnote[first]" in typst.passages[0]


def test_mathematics_becomes_mathml_and_typst_with_its_source_as_alternative() -> None:
    source = "Inline $x^2$.\n\n$$\\frac{a}{b}$$\n\n\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}"
    html = BeautifulSoup(render(source).passages[0], "html.parser")
    assert len(html.find_all("math")) == 3 and html.find("mfrac") and html.find("mtable")
    typst = render(source, to="typst").passages[0]
    assert typst.count("#math.equation(") == 3 and 'alt: "x^2"' in typst and 'alt: "\\\\frac{a}{b}"' in typst


def test_thick_and_negative_spaces_of_formulas_keep_their_width_in_the_pdf() -> None:
    typst = render("$a,\\; b$, $a \\! b$ and $a \\, b$", to="typst").passages[0]
    assert "#h(0.28em)" in typst and "#h(-0.17em)" in typst and "a thin b" in typst
    assert "#h(0em)" not in typst and "#h(-1em)" not in typst


@pytest.mark.parametrize(
    "place", ["{}", "## Head {}", "[a {}](https://example.org)", "|a|\n|-|\n|{}|", "- > {}"]
)
def test_a_formula_comes_out_the_same_wherever_and_beside_whatever_it_stands(place: str) -> None:
    formulas = [
        "$x_1$",
        "$\\undefined{z}$",
        "$a // b$",
        "$\\frac{$",
        "$\\text{50\\% $y$}$",
        "$\\alpha \\% c$",
    ]
    set_alone = [render(formula, to="typst").passages[0].strip() for formula in formulas]
    assert len(set(set_alone)) == len(formulas)
    together = "\n".join(render(*map(place.format, formulas), to="typst").passages)
    for alone in set_alone:
        assert alone in together


EQUATIONS = (
    "See [Equation 2](#eq-b) and $\\eqref{eq-a}$.\n\n$$\nr = L / Y \\label{eq-a}\n$$\n\n$$x = 1$$\n\n"
    "\\begin{equation}\n\\label{eq-b}\nV = 2\n\\end{equation}"
)


def test_equations_with_a_label_are_numbered_and_referred_to_in_the_page() -> None:
    html = BeautifulSoup(render(EQUATIONS, strict=True).passages[0], "html.parser")
    equations = html.select(".equation")
    assert [equation["id"] for equation in equations] == ["eq-a", "eq-b"]
    assert [equation.select_one(".equation-number").get_text() for equation in equations] == ["(1)", "(2)"]
    assert [(link["href"], link.get_text()) for link in html.find_all("a")] == [
        ("#eq-b", "Equation 2"),
        ("#eq-a", "(1)"),
    ]
    assert len(html.find_all("math")) == 3 and "label" not in html.get_text()


def test_equations_with_a_label_are_numbered_and_referred_to_in_the_pdf() -> None:
    typst = render(EQUATIONS, to="typst", strict=True).passages[0]
    assert typst.count('numbering: "(1)"') == 2 and typst.count("#math.equation(") == 3
    assert "#link(<eq-b>)" in typst and '#label("eq-a")' in typst and "\\label" not in typst


def test_an_edition_counts_its_equations_through_all_chapters() -> None:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("$$x \\label{eq-late}$$")])
    notebook.metadata["consumer_credit"] = {"title": "T", "equations": {"eq-early": 1, "eq-late": 7}}
    assert "(7)" in render_prose(read_document(notebook), "html5").passages[0]


def test_an_equation_that_stands_twice_is_refused() -> None:
    with pytest.raises(RenderError, match="cell 2: the equation 'eq-a' stands twice"):
        render("$$x \\label{eq-a}$$", "$$y \\label{eq-a}$$")


def test_money_is_not_mathematics() -> None:
    assert "<math" not in render("From $5 to $10, or US$3bn and $4bn.").passages[0]


def test_chinese_lines_join_without_a_space() -> None:
    assert "贷款余额" in text_of(render("贷款\n余额").passages[0])


def test_tables_lists_and_task_lists_survive() -> None:
    html = BeautifulSoup(
        render("| a | b |\n|---|--:|\n| 1 | 2 |\n\n- [x] done\n- [ ] open\n\n1. one\n\n~~gone~~").passages[0],
        "html.parser",
    )
    assert [td.get_text() for td in html.find_all("td")] == ["1", "2"]
    assert [box.has_attr("checked") for box in html.find_all("input")] == [True, False]
    assert html.find("ol") and html.find("del")


def test_placeholders_stay_as_they_are_outside_our_build() -> None:
    assert "{{ loans | pct }}" in text_of(render("Loans: {{ loans | pct }}.").passages[0])


def test_empty_prose_renders_to_nothing() -> None:
    assert render().passages == ()

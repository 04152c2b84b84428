"""Claims about the page: complete in itself, safe under its own policy, the same bytes every time."""

from __future__ import annotations

import base64
import gzip
import hashlib
import itertools
import json
import re
from typing import Any

import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup

from consumer_credit.charts.palette import PALETTE
from consumer_credit.errors import RenderError
from consumer_credit.report.page.head import policy, style_sheet
from consumer_credit.report.page.html import ConsumerCreditHTMLExporter

HOSTILE = "<script>alert(1)</script> & \"q\" 'q' {{ x }} \\ #eval(1) $ @a *b*"


@pytest.fixture(scope="module")
def pages(sample_edition: Any, report_font_files: Any) -> dict[str, str]:
    return {
        language: page_of(sample_edition(language), report_font_files, strict=True)
        for language in ("en", "zh")
    }


def page_of(notebook: Any, fonts: Any, **traits: Any) -> str:
    page, _ = ConsumerCreditHTMLExporter(fonts=fonts, **traits).from_notebook_node(notebook)
    return page


def soup_of(page: str) -> BeautifulSoup:
    return BeautifulSoup(page, "html.parser")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_asks_nothing_of_the_network(pages: dict[str, str], language: str) -> None:
    soup = soup_of(pages[language])
    loaded = [
        element.get(name, "")
        for name in ("src", "srcset", "poster")
        for element in soup.find_all(attrs={name: True})
    ]
    loaded += [link["href"] for link in soup.find_all("link")]
    assert [address for address in loaded if not address.startswith("data:")] == []
    assert "@import" not in pages[language] and not re.search(r"url\((?!data:|#)", pages[language])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_policy_names_every_script_and_style_by_its_hash(pages: dict[str, str], language: str) -> None:
    soup = soup_of(pages[language])
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "unsafe" not in policy and "default-src 'none'" in policy
    inline = soup.find_all(["script", "style"])
    assert len(inline) == 4
    for tag in inline:
        digest = base64.b64encode(hashlib.sha256(tag.string.encode("utf-8")).digest()).decode()
        assert f"'sha256-{digest}'" in policy
    assert soup.find_all(style=True) == []
    assert not [name for tag in soup.find_all(True) for name in tag.attrs if name.lower().startswith("on")]


@pytest.mark.parametrize(("language", "tag"), [("en", "en"), ("zh", "zh-Hans")])
def test_the_page_states_language_title_edition_and_vintage(
    pages: dict[str, str], language: str, tag: str
) -> None:
    soup = soup_of(pages[language])
    assert soup.html["lang"] == tag
    assert len(soup.find_all("h1")) == 1
    assert {"en": "Data as known on 25 April 2026.", "zh": "数据截至2026年4月25日。"}[language] in soup.find(
        class_="as-of"
    ).get_text()
    record = json.loads(soup.find("script", type="application/ld+json").string)
    assert record["@type"] == "Report" and record["datePublished"] == "2026-04-25"
    assert record["hasPart"][0]["identifier"] == "fig-gap"


def test_a_page_without_scripts_allows_none_and_its_style_is_one_line(pages: dict[str, str]) -> None:
    """An empty list of sources is no valid policy, and the Nu checker hashes a style line by line."""
    assert "script-src 'none';" in policy([style_sheet("p { color: red }")], [])
    assert style_sheet("a {\n  color: red;\n}\n", "", "b { }") == "a { color: red; } b { }"
    assert all(
        "\n" not in style
        for page in pages.values()
        for style in re.findall(r"<style>(.*?)</style>", page, re.S)
    )


def test_headings_descend_without_gaps_and_sections_have_the_same_names_in_both_languages(
    pages: dict[str, str],
) -> None:
    names = {}
    for language, page in pages.items():
        headings = soup_of(page).find_all(re.compile("^h[1-6]$"))
        levels = [int(heading.name[1]) for heading in headings]
        assert levels[0] == 1 and all(later <= earlier + 1 for earlier, later in itertools.pairwise(levels))
        names[language] = [heading.get("id") for heading in headings]
    assert names["en"] == names["zh"]
    assert {"china", "china-1", "china_and_us", "china_and_us-1"} <= set(names["en"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_link_inside_the_page_arrives_and_no_name_is_given_twice(
    pages: dict[str, str], language: str
) -> None:
    soup = soup_of(pages[language])
    names = [element["id"] for element in soup.find_all(id=True)]
    assert len(names) == len(set(names))
    targets = {a["href"][1:] for a in soup.find_all("a", href=True) if a["href"].startswith("#")}
    assert targets <= set(names) and "fig-gap" in targets
    references = set(re.findall(r"url\(#([^)]+)\)", pages[language])) | {
        u["href"][1:] for u in soup.find_all("use")
    }
    assert references <= set(names)


def test_a_figure_has_number_titles_drawing_table_source_notes_and_code(
    pages: dict[str, str], sample_edition: Any
) -> None:
    figure = soup_of(pages["en"]).find("figure", id="fig-gap")
    record = sample_edition("en").cells[1].outputs[0].metadata.consumer_credit
    assert figure.find(class_="exhibit-name").get_text() == "Figure 1"
    assert figure.find(class_="exhibit-title").get_text() == record.title
    assert figure.find(class_="exhibit-subtitle").get_text() == record.subtitle
    drawing = figure.find("svg")
    assert drawing["role"] == "img" and drawing["aria-label"] == record.alt
    assert [panel["data-label"] for panel in figure.select(".panel")] == [
        "Chart",
        "Table",
        "Sources & method",
        "Download",
    ]
    assert [cell.get_text() for cell in figure.select("tbody tr")[0].find_all(["th", "td"])] == record.rows[0]
    assert figure.select("tbody th")[0]["scope"] == "row" and figure.select("thead th")[1]["scope"] == "col"
    assert figure.select("thead .unit")[0].get_text() == "%"
    assert figure.find(class_="source-line").get_text() == record.source_line
    assert [note.get_text() for note in figure.select(".exhibit-notes li")] == list(record.notes)
    assert "chapter.figure" in figure.find("details", class_="code").get_text()


def test_a_note_leads_to_the_exhibit_that_it_names_and_not_to_one_that_is_not_there(
    sample_edition: Any, report_font_files: Any
) -> None:
    notebook = sample_edition("en")
    notebook.cells[1].outputs[0].metadata.consumer_credit.notes = [
        "As in [Figure 1](#fig-gap).",
        "As in [Table 9](#tbl-x).",
    ]
    named, absent = soup_of(page_of(notebook, report_font_files)).select("#fig-gap .exhibit-notes li")
    assert (named.get_text(), named.a["href"]) == ("As in Figure 1.", "#fig-gap")
    assert (absent.get_text(), absent.a) == ("As in Table 9.", None)


def test_downloads_are_the_published_files_byte_for_byte(pages: dict[str, str], sample_edition: Any) -> None:
    output = sample_edition("en").cells[1].outputs[0]
    csv, svg = soup_of(pages["en"]).select("#fig-gap a.download")
    assert (csv["data-unpacked"], svg["data-unpacked"]) == ("fig-gap.csv", "fig-gap.svg")
    assert (csv["download"], svg["download"]) == ("fig-gap.csv.gz", "fig-gap.svg")
    packed = base64.b64decode(csv["href"].partition("base64,")[2])
    assert gzip.decompress(packed) == output.metadata.consumer_credit.csv.encode("utf-8")
    assert svg["href"] == "figures/fig-gap.svg"  # without script
    assert drawings_of(pages["en"])["fig-gap"]["svg"] == output.data["image/svg+xml"]


def drawings_of(page: str) -> dict[str, dict[str, str]]:
    """What the page has packed for later."""
    packed = base64.b64decode(soup_of(page).find(id="drawings").get_text())
    return dict(json.loads(gzip.decompress(packed)))


def test_a_phones_drawing_shares_no_name_with_the_page_and_points_at_the_same_rows(
    pages: dict[str, str],
) -> None:
    soup = soup_of(pages["en"])
    narrow = soup_of(drawings_of(pages["en"])["fig-gap"]["narrow"])
    named = {element["id"] for element in narrow.select("[id]")}
    assert named and not named & {element["id"] for element in soup.select("[id]")}
    used = {element["href"][1:] for element in narrow.select("use")}
    assert used <= named
    rows = [[element["data-rows"] for element in part.select("[data-rows]")] for part in (narrow, soup)]
    assert rows[0] and rows[0] == rows[1]


def test_one_drawing_serves_both_themes_through_variables(pages: dict[str, str]) -> None:
    soup = soup_of(pages["en"])
    style = soup.style.string
    used = {value.lower() for value in re.findall(r"#[0-9a-fA-F]{6}\b", str(soup.find("svg")))}
    assert used and used <= {value.lower() for value in PALETTE.values()}
    for name, value in PALETTE.items():
        if value.lower() in used:
            assert f'[stroke="{value.lower()}"]{{stroke:var(--c-{name.replace("_", "-")})}}' in style
    assert "drawing-card" not in soup.find(class_="drawing")["class"]


def test_same_input_same_bytes(sample_edition: Any, report_font_files: Any, pages: dict[str, str]) -> None:
    assert page_of(sample_edition("zh"), report_font_files, strict=True) == pages["zh"]


def test_the_page_is_small(pages: dict[str, str]) -> None:
    assert all(len(page.encode("utf-8")) < 400_000 for page in pages.values())


def test_chinese_needs_no_font_of_the_readers(pages: dict[str, str]) -> None:
    assert pages["zh"].count('@font-face{font-family:"Report Sans SC"') == 2
    assert "Report Serif" not in re.findall(r"@font-face\{font-family:\"([^\"]+)\"", pages["zh"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nbconverts_preprocessors_have_nothing_to_do_in_an_assembled_edition(
    sample_edition: Any, report_font_files: Any, pages: dict[str, str], language: str
) -> None:
    notebook = sample_edition(language)
    before = json.dumps(notebook)
    assert page_of(notebook, report_font_files, strict=True, assembled=True) == pages[language]
    assert json.dumps(notebook) == before, "what is assembled is rendered more than once"


def test_the_other_language_keeps_the_place(sample_edition: Any, report_font_files: Any) -> None:
    other = [{"lang": "zh-Hans", "name": "中文", "href": "../zh/index.html"}]
    link = soup_of(page_of(sample_edition("en"), report_font_files, alternates=other)).find(
        "a", hreflang="zh-Hans"
    )
    assert (
        link["href"] == "../zh/index.html" and link["lang"] == "zh-Hans" and link.has_attr("data-keeps-place")
    )


def test_hostile_text_prints_as_itself_wherever_it_stands(
    sample_edition: Any, report_font_files: Any
) -> None:
    notebook = sample_edition("en")
    record = notebook.cells[1].outputs[0].metadata.consumer_credit
    for key in ("title", "subtitle", "alt", "source_line"):
        record[key] = HOSTILE
    record.notes, record.rows[0][1], record.columns[1]["label"] = [HOSTILE], HOSTILE, HOSTILE
    notebook.metadata.consumer_credit.title = HOSTILE
    notebook.metadata.consumer_credit.bibtex = "</script><script>alert(2)</script>"
    soup = soup_of(page_of(notebook, report_font_files))
    assert len(soup.find_all("script")) == 3 and len(soup.find_all("style")) == 1
    figure = soup.find("figure", id="fig-gap")
    for found in (
        soup.h1,
        figure.find(class_="exhibit-title"),
        figure.select(".exhibit-notes li")[0],
        figure.find("td"),
    ):
        assert found.get_text() == HOSTILE
    assert figure.find("svg")["aria-label"] == HOSTILE


def test_alternative_text_is_demanded_of_an_edition_only(
    sample_edition: Any, report_font_files: Any, caplog: pytest.LogCaptureFixture
) -> None:
    notebook = sample_edition("en")
    del notebook.cells[1].outputs[0].metadata.consumer_credit["alt"]
    with pytest.raises(
        RenderError, match="chapter 'china', cell 2, fig-gap: the figure has no alternative text"
    ):
        page_of(notebook, report_font_files, strict=True)
    exporter = ConsumerCreditHTMLExporter(fonts=report_font_files)
    exporter.log.propagate = True
    exporter.from_notebook_node(notebook)
    assert "no alternative text" in caplog.text


def test_a_placeholder_left_over_stops_an_edition(sample_edition: Any, report_font_files: Any) -> None:
    notebook = sample_edition("en")
    notebook.cells[3].source += "\n\nIt was {{ never_filled | pct }}."
    with pytest.raises(RenderError, match=r"the placeholder \{\{ never_filled \| pct \}\} was never filled"):
        page_of(notebook, report_font_files, strict=True)
    assert "{{ never_filled | pct }}" in soup_of(page_of(notebook, report_font_files)).get_text()


def test_a_chapter_declared_without_number_is_not_numbered_nor_are_its_sections(
    report_font_files: Any,
) -> None:
    """A summary stands before the numbered chapters."""
    cells = [v4.new_markdown_cell("# Summary\n\n## Short"), v4.new_markdown_cell("# First\n\n## Long")]
    for cell, chapter in zip(cells, ("summary", "first"), strict=True):
        cell.metadata["consumer_credit"] = {"chapter": chapter}
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["consumer_credit"] = {
        "language": "en",
        "title": "T",
        "chapters": [
            {"id": "summary", "number": None, "title": "Summary"},
            {"id": "first", "number": 1, "title": "First"},
        ],
    }
    main = soup_of(page_of(notebook, report_font_files)).main
    assert main is not None
    headings = [heading.get_text(" ", strip=True) for heading in main.find_all(["h1", "h2", "h3"])]
    assert [h for h in headings if h.endswith(("Summary", "Short"))] == ["Summary", "Short"]
    assert [h for h in headings if h.endswith(("First", "Long"))] == ["1 First", "1.1 Long"]

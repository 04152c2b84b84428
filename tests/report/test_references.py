"""Claims about the list of references: from data alone, only what is cited or shown, in the reader's order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup
from pypdf import PdfReader

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.errors import DataError, RenderError
from consumer_credit.report.assembling.prose import Prose
from consumer_credit.report.assembling.references import Literature, data_references, reference_list
from consumer_credit.report.page.html import ConsumerCreditHTMLExporter
from consumer_credit.report.pdf.typst import TypstPDFExporter

DATA = Path(__file__).parents[2] / "data"


def work(id_: str, author: str, date: str | None, zh: str = "") -> dict[str, Any]:
    name = {"en": author, "zh": zh or author}
    return {
        "id": id_,
        "author": name,
        "short": name,
        "date": date,
        "title": {"en": f"On {id_}", "zh": f"图表 {id_}"},
    }


def literature(folder: Path, *works: dict[str, Any]) -> Literature:
    (folder / "references.yaml").write_text(yaml.safe_dump({"references": list(works)}), encoding="utf-8")
    return Literature.load(folder)


def filler(held: Literature, language: Any = "en") -> Prose:
    return Prose(language, {}, {}, str, citations=held.citations(language), cited_together=held.groups)


def test_prose_cites_by_author_and_year_and_letters_tell_two_works_of_a_year_apart(tmp_path: Path) -> None:
    held = literature(
        tmp_path,
        work("early", "Bank", "2017-02"),
        work("late", "Bank", "2017-09-01"),
        work("old", "Clerk", None),
    )
    filled = filler(held).fill("Known ({{ cite('late', 'old', 'early') }}).", where="here")
    assert filled == "Known ([Bank, 2017b](#ref-late); [Clerk, n.d.](#ref-old); [Bank, 2017a](#ref-early))."
    assert filler(held, "zh").fill("（{{ cite('old') }}）", where="here") == "（[Clerk，无日期](#ref-old)）"


def test_a_work_that_is_not_held_is_refused_with_the_nearest(tmp_path: Path) -> None:
    held = literature(tmp_path, work("efron", "Efron", "1979"))
    with pytest.raises(RenderError, match=r"no work 'effron' to cite.*efron"):
        filler(held).fill("{{ cite('effron') }}", where="here")
    with pytest.raises(RenderError, match=r"no works 'claim' to cite.*claims"):
        filler(held).fill("{{ cite_all('claim') }}", where="here")


def test_only_what_is_cited_is_listed_in_order_of_the_authors(tmp_path: Path) -> None:
    held = literature(
        tmp_path,
        work("c", "Zhang", "2001", zh="张"),
        work("a", "Adams", "2002", zh="Adams"),
        work("b", "Bai", "2003", zh="白"),
        work("never", "Nobody", "2004"),
    )
    cited = ["[x](#ref-c) and [y](#ref-a)", "[z](#ref-b), [elsewhere](#ref-unknown)"]
    assert [entry["before"] for entry in held.cited(cited, "en")] == [
        "Adams (2002): ",
        "Bai (2003): ",
        "Zhang (2001): ",
    ]
    assert [entry["before"] for entry in held.cited(cited, "zh")] == [
        "Adams（2002）：",
        "白（2003）：",
        "张（2001）：",
    ]


def test_what_was_published_after_the_editions_date_is_not_cited_together() -> None:
    newest, then = Literature.load(DATA), Literature.load(DATA, "2017-04-25")
    assert "press-2016-03-31" in then.groups["forecasts"] and "press-2021-06-24" in newest.groups["forecasts"]
    assert "press-2021-06-24" not in then.groups["forecasts"]


def test_every_source_of_a_claim_or_forecast_can_be_cited_in_both_languages() -> None:
    held = Literature.load(DATA)
    assert len(held.groups["claims"]) >= 3 and len(held.groups["forecasts"]) >= 8
    english, chinese = held.citations("en"), held.citations("zh")
    assert set(english) == set(chinese) == set(held.works) and len(set(english.values())) == len(english)


def test_data_are_listed_once_for_each_publication_with_the_newest_vintage() -> None:
    vintages = {
        "us.consumer_credit": "2026-01-19",
        "us.consumer_credit.revolving": "2026-09",
        "us.gdp": "2026-09",
    }
    entries = data_references(Catalogue.load(DATA), vintages, "en")
    assert [entry["before"] for entry in entries] == [
        "Board of Governors of the Federal Reserve System: ",
        "U.S. Bureau of Economic Analysis: ",
    ]
    assert entries[0]["title"] == "US consumer credit, US revolving credit"
    assert entries[0]["after"] == ". Newest vintage used: September 2026."
    assert entries[0]["address"] == "https://www.federalreserve.gov/releases/g19/current/"


def test_a_malformed_entry_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"references\.yaml, references odd"):
        literature(tmp_path, work("odd", "X", "2000") | {"titel": "y"})


@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_and_pdf_print_the_list_and_lead_to_it(
    sample_edition: Any, report_font_files: Any, tmp_path: Path, language: Any
) -> None:
    notebook = sample_edition(language)
    held = literature(tmp_path, work("efron", "Efron", "1979") | {"address": "https://doi.org/10.1214/x"})
    notebook.cells[0].source += f"\n\nAs {held.citations(language)['efron']}."
    prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]
    notebook.metadata.consumer_credit["references"] = reference_list(
        held.cited(prose, language), [], language
    )
    page, _ = ConsumerCreditHTMLExporter(fonts=report_font_files, strict=True).from_notebook_node(notebook)
    soup = BeautifulSoup(page, "html.parser")
    entry = soup.select_one("#ref-efron")
    assert entry is not None and soup.select_one('a[href="#ref-efron"]') is not None
    assert soup.select_one('.contents a[href="#references"]') is not None
    printed, _ = TypstPDFExporter(fonts=report_font_files, strict=True).from_notebook_node(notebook)
    (tmp_path / "x.pdf").write_bytes(printed)
    text = "".join("".join(p.extract_text() for p in PdfReader(tmp_path / "x.pdf").pages).split())
    assert "".join(entry.get_text().split()) in text

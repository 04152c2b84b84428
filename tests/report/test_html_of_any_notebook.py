"""The exporter on a notebook that is no edition: `jupyter nbconvert --to consumer-credit-html any.ipynb`."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import nbformat.v4 as v4
import pytest
from bs4 import BeautifulSoup
from nbconvert.exporters import get_exporter

from consumer_credit.errors import RenderError
from consumer_credit.report.page.html import ConsumerCreditHTMLExporter

Render = Callable[..., BeautifulSoup]


@pytest.fixture
def soup_of(report_font_files: Any) -> Render:
    """Render a notebook, with nbconvert's resources, under traits of the exporter."""

    def render(notebook: Any, resources: Any = None, **traits: Any) -> BeautifulSoup:
        exporter = ConsumerCreditHTMLExporter(fonts=report_font_files, **traits)
        return BeautifulSoup(exporter.from_notebook_node(notebook, resources)[0], "html.parser")

    return render


def notebook_of(*cells: Any) -> Any:
    return v4.new_notebook(cells=list(cells))


def shown(*outputs: Any) -> Any:
    return v4.new_code_cell("x", outputs=list(outputs))


def displayed(data: dict[str, Any], **metadata: Any) -> Any:
    return v4.new_output("display_data", data, metadata=metadata)


@pytest.mark.parametrize("svg", ["<svg", "no drawing", '<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'])
def test_a_broken_drawing_is_named(svg: str, soup_of: Render) -> None:
    with pytest.raises(RenderError, match="cell 1: the SVG"):
        soup_of(notebook_of(shown(displayed({"image/svg+xml": svg}))))


def test_ordinary_outputs_of_any_notebook_are_shown(soup_of: Render) -> None:
    frame = (
        "<div><style scoped>.x{}</style><table><thead><tr><th></th><th>n</th></tr></thead>"
        "<tbody><tr><th>r</th><td>1.5</td></tr></tbody></table><p>1 rows</p></div>"
    )
    png = base64.b64encode(b"\x89PNG").decode()
    notebook = notebook_of(
        v4.new_markdown_cell("# Title\n\ntext"),
        shown(
            v4.new_output("stream", name="stdout", text="\x1b[31mred\x1b[0m\n10%\r99%\n"),
            v4.new_output("stream", name="stderr", text="oh"),
        ),
        shown(v4.new_output("error", ename="E", evalue="v", traceback=["\x1b[0;31mE\x1b[0m: v"])),
        shown(displayed({"text/html": frame, "text/plain": "frame"})),
        shown(displayed({"image/png": png}, **{"image/png": {"alt": "a plot"}})),
        shown(displayed({"text/latex": "$x^2$", "text/plain": "x**2"})),
        shown(displayed({"text/markdown": "**strong**"})),
    )
    soup = soup_of(notebook)
    assert soup.h1.get_text() == "Title" and soup.title.get_text() == "Title"
    assert [pre.get_text() for pre in soup.find_all("pre", class_="printed")] == [
        "red\n99%",
        "oh",
        "E: v",
        "1 rows",
    ]
    assert soup.find("tbody").find("th")["scope"] == "row" and "r2" in soup.find("table")["class"]
    assert ".r2 tr>:nth-child(2)" in soup.style.string
    assert soup.find("img")["alt"] == "a plot" and soup.find("img")["src"].startswith("data:image/png")
    assert soup.find("msup") and soup.find("strong").get_text() == "strong"


def test_words_in_a_table_stay_on_their_line_or_wrap_at_a_readable_width(soup_of: Render) -> None:
    cells = ["不含个人住房贷款的消费性贷款", "2016年", "1.5", "A sentence of several words"]
    frame = f"<table><tr><th>{'</th><th>'.join('abcd')}</th></tr><tr><td>{'</td><td>'.join(cells)}</td></tr></table>"
    soup = soup_of(notebook_of(shown(displayed({"text/html": frame}))))
    assert {"w1", "s2", "r3", "w4"} <= set(soup.find("table")["class"])
    for rule in (".w1 tr>:nth-child(1)", ".s2 tr>:nth-child(2)", "min-width:9em", "white-space:nowrap"):
        assert rule in soup.style.string


def test_outputs_that_cannot_be_shown_are_named_never_dropped(soup_of: Render) -> None:
    notebook = notebook_of(
        shown(displayed({"application/vnd.plotly.v1+json": {}})),
        shown(displayed({"text/html": "<iframe src='x'></iframe>", "text/plain": "<Frame>"})),
        v4.new_raw_cell("\\LaTeX"),
    )
    soup = soup_of(notebook)
    assert [p.get_text() for p in soup.find_all(class_="unshown")] == [
        "This output cannot be shown here: application/vnd.plotly.v1+json.",
        "This output cannot be shown here: text/html.",
        "This output cannot be shown here: raw cell.",
    ]
    assert "<Frame>" in soup.get_text() and "\\LaTeX" in soup.get_text()


def test_pictures_of_prose_are_taken_in_from_beside_the_notebook_only(
    tmp_path: Path, soup_of: Render
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.png").write_bytes(b"secret")
    (tmp_path / "in" / "a b.png").write_bytes(b"\x89PNG")
    cell = v4.new_markdown_cell(
        "![a](a%20b.png) ![b](../secret.png) ![c](https://x.org/y.png) ![d](attachment:e.png)"
    )
    cell["attachments"] = {"e.png": {"image/png": base64.b64encode(b"att").decode()}}
    soup = soup_of(notebook_of(cell), {"metadata": {"path": str(tmp_path / "in")}})
    images = soup.find_all("img")
    assert [base64.b64decode(image["src"].partition("base64,")[2]) for image in images] == [
        b"\x89PNG",
        b"att",
    ]
    assert "secret" not in str(soup).replace("../secret.png", "")


def test_nbconverts_own_switches_are_honoured(soup_of: Render) -> None:
    notebook = notebook_of(
        v4.new_markdown_cell("prose"), shown(v4.new_output("stream", name="stdout", text="printed"))
    )
    assert soup_of(notebook, exclude_input=True).find("details", class_="code") is None
    assert "printed" not in soup_of(notebook, exclude_output=True).get_text()


def test_nbconvert_knows_the_exporter_by_its_name() -> None:
    assert get_exporter("consumer-credit-html") is ConsumerCreditHTMLExporter


@pytest.mark.thorough
def test_the_command_line_of_nbconvert_finds_the_exporter(tmp_path: Path) -> None:
    nbformat.write(notebook_of(v4.new_markdown_cell("# Hi\n\n中文")), tmp_path / "x.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "consumer-credit-html", "x.ipynb"]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={"XDG_CACHE_HOME": str(tmp_path), "PATH": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (
        BeautifulSoup((tmp_path / "x.html").read_text(encoding="utf-8"), "html.parser").h1.get_text() == "Hi"
    )

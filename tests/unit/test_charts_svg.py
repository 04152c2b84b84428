"""An SVG for a page: the same bytes every time, text as text, nothing a strict page would refuse."""

from __future__ import annotations

import re
import subprocess
import sys
from xml.etree import ElementTree as ET

import pandas as pd
import pytest

from consumer_credit.charts.lines import line_chart
from consumer_credit.charts.notation import Break, Notation, Reference
from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.style import house_style
from consumer_credit.charts.svg import SVG, to_svg, with_description
from consumer_credit.errors import RenderError

MADE_ELSEWHERE = """
import sys
sys.path.insert(0, "tests/unit")
from test_charts_svg import drawn
sys.stdout.buffer.write(drawn().encode())
"""


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "series": ["cn"] * 3 + ["us"] * 2,
            "label": ["China <all> & more"] * 3 + ["United States"] * 2,
            "period": ["2014", "2015", "2017", "2014", "2017"],
            "value": [0.24, 0.28, 0.37, 0.2, 0.19],
            "colour": ["china"] * 3 + ["united_states"] * 2,
            "derived": [False, True, False, False, False],
        }
    )


def drawn() -> str:
    notation = Notation(
        breaks=[Break("2016", "a")], references=[Reference(0.2, "claim")], marks={"derived": "derived level"}
    )
    with house_style("en"):
        figure = line_chart(frame(), unit="% of GDP", notation=notation)
    return to_svg(figure, title="Loans & GDP", description="A line chart.")


@pytest.fixture(scope="module")
def svg() -> str:
    return drawn()


def test_the_same_figure_gives_the_same_bytes(svg: str):
    assert drawn() == svg


def test_a_text_says_how_long_it_is_so_that_it_fits_without_the_reports_font(svg: str):
    lengths = {
        text.text: float(text.get("textLength"))
        for text in ET.fromstring(svg).iter(f"{{{SVG}}}text")
        if text.get("textLength")
    }
    assert {"United States", "% of GDP", "derived level"} <= set(lengths)
    assert 2 < lengths["United States"] / lengths["2014"] < 4
    assert "10" not in lengths


@pytest.mark.slow
def test_bytes_depend_on_neither_process_nor_hash_seed(svg: str):
    environment = {"PYTHONHASHSEED": "7", "TZ": "Asia/Shanghai", "SOURCE_DATE_EPOCH": "0", "PATH": ""}
    made = subprocess.run(
        [sys.executable, "-c", MADE_ELSEWHERE], capture_output=True, check=True, env=environment
    )
    assert made.stdout.decode() == svg


def test_nothing_in_it_that_a_strict_page_refuses_or_that_changes_by_itself(svg: str):
    for unwanted in (
        "<!DOCTYPE",
        "<style",
        "style=",
        "metadata",
        "http://www.w3.org/1999/xlink",
        "matplotlib",
    ):
        assert unwanted not in svg
    assert not re.search(r"20\d\d-\d\d-\d\d", svg)
    assert re.findall(r"https?://[^\"]+", svg) == [SVG]


def test_text_stays_text_and_is_escaped(svg: str):
    words = ["".join(text.itertext()) for text in ET.fromstring(svg).iter(f"{{{SVG}}}text")]
    assert "China <all> & more" in words
    assert {"% of GDP", "claim", "[a]", "2017", "derived level"} <= set(words)


def test_every_colour_has_a_name_so_that_it_can_follow_the_theme(svg: str):
    assert set(re.findall(r"#[0-9a-fA-F]{6}", svg)) <= set(PALETTE.values())
    for element in ET.fromstring(svg).iter(f"{{{SVG}}}text"):
        assert element.get("fill") in PALETTE.values()  # without a fill it would be black in the dark


def test_a_page_can_point_at_every_observation(svg: str):
    root = ET.fromstring(svg)
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    points = [name for name in ids if name.startswith("point-")]
    assert sorted(points) == [
        "point-cn-2014",
        "point-cn-2015",
        "point-cn-2017",
        "point-us-2014",
        "point-us-2017",
    ]
    assert {"series-cn", "series-us", "label-cn", "break-a", "reference-claim", "unit-y"} <= set(ids)


def test_references_inside_lead_somewhere(svg: str):
    root = ET.fromstring(svg)
    ids = {element.get("id") for element in root.iter()}
    targets = [element.attrib["href"] for element in root.iter() if "href" in element.attrib]
    assert targets and all(target[0] == "#" and target[1:] in ids for target in targets)


def test_coordinates_are_rounded_to_a_hundredth(svg: str):
    numbers = re.findall(r"-?\d+\.\d+", " ".join(re.findall(r'(?: d| x| y|transform)="([^"]*)"', svg)))
    assert numbers and all(len(number.partition(".")[2]) <= 2 for number in numbers)


def test_title_and_description_come_first_and_can_be_replaced(svg: str):
    root = ET.fromstring(svg)
    assert [(child.tag.removeprefix(f"{{{SVG}}}"), child.text) for child in root[:2]] == [
        ("title", "Loans & GDP"),
        ("desc", "A line chart."),
    ]
    renamed = with_description(svg, title="贷款", description="折线图")
    assert renamed.count("<title") == renamed.count("<desc") == 1
    assert ">贷款<" in renamed and "Loans &" not in renamed
    assert with_description(renamed, title="Loans & GDP", description="A line chart.") == svg


@pytest.mark.parametrize(("title", "description"), [("", "something"), ("something", "  ")])
def test_a_figure_without_words_is_refused(svg: str, title: str, description: str):
    with pytest.raises(RenderError, match="without title or description"):
        with_description(svg, title=title, description=description)

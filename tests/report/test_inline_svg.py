"""A drawing set into the page: nothing that acts or reaches outside, and colours that both themes can set."""

from __future__ import annotations

import re

from bs4 import BeautifulSoup

from consumer_credit.report.page.inline_svg import inline_svg


def test_a_drawing_loses_scripts_handlers_and_outside_references() -> None:
    svg = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
      width="10pt" height="10pt" onload="x()"><script>alert(1)</script>
      <style>*{stroke-linecap: butt}</style><style>text{fill:url(http://x)}</style>
      <foreignObject><p>no</p></foreignObject><image xlink:href="http://x/y.png"/>
      <a xlink:href="javascript:x()"><text onclick="x()" style="font: italic bold 12px 'A B', sans-serif; fill: #FF0000;
      background: url(http://x)">t &lt;b&gt;</text></a><g id="clip"/>
      <rect id="r" clip-path="url(#c)" mask="url(#gone)" style="fill: url('#p')"/>
      <clipPath id="c"/><pattern id="p"/></svg>"""
    drawn = inline_svg(svg, prefix="f-", label="a", where="here")
    assert not re.search(r"script|foreignObject|http|onload|onclick| style=|<style", drawn)
    assert (
        'font-size="12px"' in drawn
        and 'font-weight="bold"' in drawn
        and "font-family=\"'A B', sans-serif\"" in drawn
    )
    assert 'id="f-c"' in drawn and 'clip-path="url(#f-c)"' in drawn and 'fill="url(#f-p)"' in drawn
    assert "gone" not in drawn
    assert 'stroke-linecap="butt"' in drawn and 'viewBox="0 0 10 10"' in drawn and "t &lt;b&gt;" in drawn


def test_markers_are_coloured_where_they_are_used_so_that_the_dark_page_reaches_them() -> None:
    svg = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><defs>
      <path id="m" d="M 0 0" fill="none" stroke="#b8272f"/></defs>
      <use href="#m" x="1" fill="#ffffff"/><use href="#m" x="2" stroke="#000000"/></svg>"""
    drawn = BeautifulSoup(inline_svg(svg, prefix="", label="a", where="here"), "html.parser")
    marks = drawn.find_all("use")
    around = marks[0].find_parent("g")  # says once what both marks have alike
    assert (around["fill"], around["stroke"]) == ("none", "#b8272f") and marks[1].find_parent("g") is around
    assert [(use["x"], "fill" in use.attrs) for use in marks] == [("1", False), ("2", False)]
    assert not {"fill", "stroke"} & set(drawn.find("path").attrs)

"""Claims about the page in a real browser: it needs no network, no script and no mouse, and fits a phone."""

from __future__ import annotations

import base64
import gzip
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fontTools.ttLib import TTFont

from consumer_credit.report.page.bold import CHINESE

pytestmark = pytest.mark.browser

Visits = Callable[..., Any]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_complete_without_a_network_and_says_nothing_on_the_console(
    visit: Visits, language: str, scheme: str
) -> None:
    opened = visit(language, color_scheme=scheme)
    page = opened.page
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in opened.requests if url.startswith("file:")]) == 1
    assert opened.complaints == []
    assert page.locator("figure.exhibit").count() == 2 and page.locator("#fig-gap svg").is_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_scrolls_sideways(visit: Visits, language: str) -> None:
    page = visit(language, width=320).page
    for width in (320, 390, 768, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 900})
        for view in ("Chart", "Table", "Download") if language == "en" else ("图形", "数据表", "下载"):
            page.locator("#fig-gap").get_by_role("tab", name=view, exact=True).click()
            widest = page.evaluate("document.documentElement.scrollWidth")
            assert widest <= width, (view, width)


@pytest.mark.parametrize(("language", "family"), [("en", "Report Serif"), ("zh", "Report Sans SC")])
def test_its_own_fonts_are_loaded(visit: Visits, language: str, family: str) -> None:
    page = visit(language).page
    loaded = page.evaluate(
        "[...document.fonts].filter(face => face.status === 'loaded').map(face => face.family.replaceAll('\"', ''))"
    )
    assert {family, "Report Sans SC"} <= set(loaded)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_views_of_a_figure_are_tabs_that_the_keyboard_reaches(visit: Visits, language: str) -> None:
    page = visit(language).page
    tabs = page.locator("#fig-gap [role=tab]")
    assert tabs.count() == 4
    tabs.first.focus()
    selected = []
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"):
        page.keyboard.press(key)
        selected.append(
            int(
                page.evaluate(
                    "[...document.activeElement.parentElement.children].indexOf(document.activeElement)"
                )
            )
        )
        shown = page.locator("#fig-gap [role=tabpanel]:visible")
        assert shown.count() == 1
        assert shown.get_attribute("aria-labelledby") == page.evaluate("document.activeElement.id")
    assert selected == [1, 2, 3, 0, 3, 0, 3]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_without_script_every_view_can_still_be_opened(visit: Visits, language: str) -> None:
    page = visit(language, java_script_enabled=False).page
    assert page.locator("#fig-gap svg").is_visible() and page.locator("[role=tab]").count() == 0
    for view in page.locator("#fig-gap > .panels > details").all():
        view.locator("summary").click()
        assert view.locator(".panel-body").is_visible()
    assert page.locator("#fig-gap tbody tr").count() == 11


def test_the_table_and_the_csv_hold_what_the_chart_was_drawn_from(visit: Visits, site: Path) -> None:
    page = visit("en").page
    page.locator("#fig-gap").get_by_role("tab", name="Download").click()
    with page.expect_download() as started:
        page.locator("#fig-gap a[data-unpacked='fig-gap.csv']").click()
    text = Path(started.value.path()).read_bytes()
    assert text.startswith(b"period,china,us\n2015,7.4,18.9\n") and text.count(b"\n") == 12
    assert started.value.suggested_filename == "fig-gap.csv"


def test_drawing_and_picture_can_be_taken_away(visit: Visits) -> None:
    from PIL import Image

    opened = visit("zh", color_scheme="dark")
    page = opened.page
    page.locator("#fig-gap").get_by_role("tab", name="下载").click()
    with page.expect_download() as started:
        page.locator("#fig-gap a[data-unpacked='fig-gap.svg']").click()
    assert started.value.suggested_filename == "fig-gap.svg"
    assert Path(started.value.path()).read_text(encoding="utf-8").startswith("<svg")
    with page.expect_download() as started:
        page.locator("#fig-gap [data-png] button").click()
    with Image.open(io.BytesIO(Path(started.value.path()).read_bytes())) as picture:
        assert picture.width > 1400
        colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24) or []}
    assert {
        (0x14, 0x18, 0x1F),
        (0xFF, 0x7D, 0x74),
    } <= colours  # paper and China's line as the dark page shows them
    assert opened.complaints == []


def test_one_drawing_follows_the_readers_colours(visit: Visits) -> None:
    colour = "getComputedStyle(document.querySelector('#fig-gap svg [stroke=\"#b8272f\"]')).stroke"
    light, dark = (visit("en", color_scheme=scheme).page.evaluate(colour) for scheme in ("light", "dark"))
    assert light == "rgb(184, 39, 47)" and dark == "rgb(255, 125, 116)"


def test_the_reader_may_choose_the_colours_and_is_remembered(visit: Visits) -> None:
    page = visit("en", color_scheme="light").page
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.locator("[data-theme-switch]").click()
    assert page.evaluate(background) == "rgb(20, 24, 31)"
    page.reload()
    assert (
        page.evaluate(background) == "rgb(20, 24, 31)"
        and page.locator("[data-theme-switch]").inner_text() == "Light"
    )


def test_on_paper_it_is_light_and_shows_the_chart_alone(visit: Visits) -> None:
    page = visit("en", color_scheme="dark").page
    page.locator("#fig-gap").get_by_role("tab", name="Download").click()
    page.emulate_media(media="print")
    assert (
        page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--paper').trim()")
        == "#fff"
    )
    assert page.locator("#fig-gap .panel-open").is_visible()
    assert not page.locator(".bar").is_visible() and not page.locator(".contents").is_visible()


def test_contents_follow_the_reader_and_the_other_language_opens_at_the_same_section(visit: Visits) -> None:
    from playwright.sync_api import expect

    page = visit("en", reduced_motion="reduce").page
    page.locator(".contents").get_by_text("Then and now").click()
    expect(page.locator(".contents [aria-current]")).to_have_attribute(
        "href", "#china_and_us-1", timeout=30_000
    )
    switch = page.locator("[data-keeps-place]")
    expect(switch).to_have_attribute("href", "../zh/index.html#china_and_us-1")
    switch.click(no_wait_after=True)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans", timeout=30_000)
    assert page.url.endswith("/zh/index.html#china_and_us-1")
    assert page.locator("#china_and_us-1").inner_text().endswith("过去与现在")


def test_where_a_link_led_stays_the_readers_place_though_it_cannot_rise_to_the_top(visit: Visits) -> None:
    page = visit("en", height=2400, reduced_motion="reduce").page
    here, switch = page.locator(".contents [aria-current]"), page.locator("[data-keeps-place]")
    for link in page.locator(".contents a").all()[-3:]:
        link.click()
        page.wait_for_timeout(50)
        assert here.get_attribute("href") == link.get_attribute("href")
        assert switch.get_attribute("href") == f"../zh/index.html{link.get_attribute('href')}"


def test_a_layout_that_moves_does_not_move_the_readers_place_but_scrolling_does(visit: Visits) -> None:
    page = visit("en", reduced_motion="reduce").page
    here = page.locator(".contents [aria-current]")
    page.locator(".contents").get_by_text("Then and now").click()
    page.evaluate("scrollBy(0, -400)")
    page.wait_for_timeout(100)
    assert here.get_attribute("href") == "#china_and_us-1"
    page.mouse.move(700, 500)
    page.mouse.wheel(0, -10)
    page.wait_for_timeout(300)
    assert here.get_attribute("href") != "#china_and_us-1"


def test_the_first_key_leads_past_the_contents_to_the_text(visit: Visits) -> None:
    page = visit("en").page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#text"


def test_wide_content_can_be_scrolled_by_keyboard(visit: Visits) -> None:
    page = visit("en", width=390).page
    unreachable = page.evaluate(
        """[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1
        && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX) && e.tabIndex < 0)
        .map(e => e.outerHTML.slice(0, 80))"""
    )
    assert unreachable == []


def place_of_point(page: Any, drawing: str = ".drawing") -> tuple[float, float]:
    """Where the second point of China's line is on the screen."""
    x, y = page.evaluate(
        """(drawing) => { const svg = document.querySelector(`#fig-gap ${drawing} svg`), path =
        svg.querySelector('[id$=series-china] path'); const [, x, y] =
        [...path.getAttribute('d').matchAll(/[ML]\\s*([\\d.]+) ([\\d.]+)/g)][1]; const point = new
        DOMPoint(+x, +y).matrixTransform(svg.getScreenCTM()); return [point.x, point.y]; }""",
        drawing,
    )
    return x, y


def test_a_point_is_read_out_under_the_pointer(visit: Visits) -> None:
    page = visit("en").page
    drawing = page.locator("#fig-gap .drawing")
    drawing.scroll_into_view_if_needed()
    at = place_of_point(page)
    page.mouse.move(at[0] + 2, at[1] + 2)
    reading = page.locator("#fig-gap .reading")
    reading.locator(".vintage").wait_for()
    said = reading.inner_text().split("\n")
    assert said == ["2016", "China 7.9%", "United States 19.3%", "Newest vintages used here: 2026-09"]
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    assert not reading.is_visible()


def test_what_is_read_out_hides_neither_its_point_nor_its_line(visit: Visits) -> None:
    page = visit("en", reduced_motion="reduce").page
    page.locator("#fig-gap .drawing").focus()
    for key in ("ArrowLeft", "ArrowUp"):
        for _ in range(11):
            page.keyboard.press(key if _ == 0 else "ArrowLeft")
            hidden = page.evaluate(
                """() => { const note = document.querySelector('#fig-gap .reading').getBoundingClientRect(),
                ring = document.querySelector('#fig-gap .ring'), at = ring.getBoundingClientRect(),
                svg = ring.ownerSVGElement, within = ({ x, y }) =>
                  x > note.left && x < note.right && y > note.top && y < note.bottom,
                path = [...svg.querySelectorAll('[data-rows] path')].find((line) => line.isPointInStroke(
                  new DOMPoint(ring.cx.baseVal.value, ring.cy.baseVal.value)));
                const along = Array.from({ length: 200 }, (_, part) => path.getPointAtLength(
                  path.getTotalLength() * part / 199).matrixTransform(svg.getScreenCTM()));
                return [at.left < note.right && at.right > note.left && at.top < note.bottom
                  && at.bottom > note.top, along.filter(within).length]; }"""
            )
            assert hidden == [False, 0]


def test_a_tap_reads_a_point_out_at_the_foot_of_a_phone(visit: Visits) -> None:
    page = visit("en", width=390, height=844, has_touch=True, is_mobile=True, reduced_motion="reduce").page
    page.locator("#fig-gap .drawing-narrow").evaluate(
        "drawing => drawing.scrollIntoView({ behavior: 'instant', block: 'center' })"
    )
    reading, point = page.locator("#fig-gap .reading"), place_of_point(page, ".drawing-narrow")
    page.touchscreen.tap(*point)
    reading.wait_for()
    assert reading.inner_text().startswith("2016\nChina 7.9%")
    box = reading.bounding_box()
    assert (box["x"], box["width"], round(box["y"] + box["height"])) == (0, 390, 844)
    page.touchscreen.tap(5, 400)
    reading.wait_for(state="hidden")
    page.touchscreen.tap(*point)
    reading.wait_for()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    reading.wait_for(state="hidden")


def test_what_a_row_has_no_figure_for_is_not_read_out(visit: Visits) -> None:
    page = visit("en").page
    page.eval_on_selector_all(
        "#fig-gap tbody td:last-child", "cells => cells.forEach((c) => c.textContent = '–')"
    )
    page.locator("#fig-gap .drawing").focus()
    page.keyboard.press("ArrowLeft")
    said = page.locator("#fig-gap .reading").inner_text()
    assert "China" in said and "United States" not in said and "–" not in said


def test_a_point_read_before_its_chart_has_come_into_view_stays(visit: Visits) -> None:
    page = visit("en", height=200, reduced_motion="reduce").page
    page.locator("#fig-gap .drawing").evaluate(
        """async (drawing) => { drawing.focus({ preventScroll: true });
        drawing.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft' }));
        await new Promise((done) => setTimeout(done, 300)); }"""
    )
    assert page.locator("#fig-gap .reading").get_attribute("hidden") is None


def test_an_assumption_beside_the_first_column_is_read_out_with_its_name(visit: Visits) -> None:
    page = visit("en").page
    page.eval_on_selector_all(
        "#fig-gap tbody td",
        "cells => cells.forEach((c) => { c.textContent += '%'; c.style.textAlign = 'left'; })",
    )
    page.locator("#fig-gap .drawing").focus()
    page.keyboard.press("ArrowLeft")
    said = page.locator("#fig-gap .reading").inner_text().split("\n")
    assert said[1].startswith("China ") and said[1].endswith("%")


def test_a_point_says_its_own_vintages_where_the_data_hold_them(visit: Visits) -> None:
    page = visit("zh").page
    head = "label,numerator_vintage,later_vintage,denominator_vintage\n"
    rows = "".join(f'"a, ""b""\ncd",{year},True,{year}-05-01\n' for year in range(2015, 2026))
    packed = base64.b64encode(gzip.compress((head + rows).encode())).decode()
    page.locator("#fig-gap [data-unpacked$='.csv']").evaluate(
        "(link, packed) => { link.href = `data:application/gzip;base64,${packed}`; }", packed
    )
    page.locator("#fig-gap .drawing").focus()
    page.keyboard.press("ArrowLeft")
    vintage = page.locator("#fig-gap .vintage")
    vintage.wait_for()
    assert vintage.inner_text() == "数据版本：2025（分子）、2025-05-01（分母）"


def test_points_are_read_by_the_arrow_keys(visit: Visits) -> None:
    page = visit("zh").page
    page.locator("#fig-gap .drawing").focus()
    reading = page.locator("#fig-gap .reading")
    years = []
    for key in ("ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowUp", "ArrowRight"):
        page.keyboard.press(key)
        years.append(reading.inner_text().split("\n")[0])
    assert years == ["2025", "2024", "2023", "2023", "2024"]
    assert reading.get_attribute("aria-live") == "polite"
    page.keyboard.press("Escape")
    assert not reading.is_visible()


def test_on_a_phone_the_drawing_made_for_it_is_shown_read_out_and_alone(visit: Visits) -> None:
    opened = visit("en", width=390)
    page = opened.page
    narrow = page.locator("#fig-gap .drawing-narrow")
    narrow.wait_for()
    assert not page.locator("#fig-gap .drawing-wide").is_visible()
    assert page.evaluate("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == (
        page.locator("[id]").count()
    )
    images = page.locator("#fig-gap").get_by_role("img")
    assert images.count() == 1
    assert images.get_attribute("aria-label") == page.locator("#fig-gap .drawing-wide svg").get_attribute(
        "aria-label"
    )
    assert narrow.evaluate("box => box.scrollWidth <= box.clientWidth")
    narrow.focus()
    page.keyboard.press("ArrowLeft")
    assert narrow.locator(".reading").is_visible()
    assert narrow.locator(".reading").inner_text() and narrow.locator(".ring").count() == 1
    page.emulate_media(media="print")
    assert page.locator("#fig-gap .drawing-wide").is_visible() and not narrow.is_visible()
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator("#fig-gap .drawing-wide").is_visible() and not narrow.is_visible()
    assert opened.complaints == []


SET_IN_BOLD = """() => {
  const shown = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (parent.closest('script, style') || getComputedStyle(parent).fontWeight < 600) continue;
    shown.push(walker.currentNode.data);
  }
  for (const figure of document.querySelectorAll('figure:has([data-rows], [data-row])')) {  // what may be read out
    for (const cell of figure.querySelectorAll('tbody tr > :is(:first-child, td)')) {
      if (cell.matches(':first-child') || getComputedStyle(cell).textAlign === 'right') shown.push(cell.textContent);
    }
  }
  return shown.join('');
}"""


def test_the_bold_face_holds_every_character_set_in_bold(visit: Visits) -> None:
    page = visit("zh").page
    shown = {character for character in page.evaluate(SET_IN_BOLD) if ord(character) >= CHINESE}
    face = re.search(r'font-weight:700;[^}]*base64,([^)"]+)', page.content())
    assert face is not None
    held = set(map(chr, TTFont(io.BytesIO(base64.b64decode(face[1]))).getBestCmap()))
    assert len(shown) > 50 and shown - held == set()
    printed = {character for character in page.inner_text("body") if ord(character) >= CHINESE}
    assert len({character for character in held if ord(character) >= CHINESE}) < len(printed)

"""Bars, dots and cells of heat maps are read out under the pointer and by the arrow keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

MARKS = {
    "bar": """<g id="{id}" data-row="{row}"><path d="M 60 {y} L 300 {y} L 300 {below} L 60 {below} z"/></g>""",
    "dot": """<g id="{id}" data-row="{row}"><path d="M 200 {y} m -3 0 a 3 3 0 1 0 6 0 a 3 3 0 1 0 -6 0"/></g>""",
    "cell": """<g id="{id}" data-row="{row}"><text x="120" y="{below}" font-size="9">44.8</text></g>""",
}


def put_marks(page: Any, kind: str) -> None:
    """Marks of a kind in place of the sample's lines, before the page's own script sees the drawing."""
    marks = "".join(
        MARKS[kind].format(id=f"{kind}-{row}", row=row, y=40 + 60 * row, below=70 + 60 * row)
        for row in (2, 0, 1)
    )
    page.add_init_script(
        f"""new MutationObserver((_, observer) => {{
          const svg = document.querySelector('#fig-gap svg');
          if (!svg || !document.querySelector('.foot')) return;
          observer.disconnect();
          svg.innerHTML = `{marks}`;
        }}).observe(document, {{ childList: true, subtree: true }});"""
    )
    page.reload()


@pytest.mark.parametrize("kind", MARKS)
def test_a_mark_is_read_out_by_mouse_and_keyboard(visit: Callable[..., Any], kind: str) -> None:
    page = visit("en", reduced_motion="reduce").page
    put_marks(page, kind)
    drawing, reading = page.locator("#fig-gap .drawing"), page.locator("#fig-gap .reading")
    drawing.scroll_into_view_if_needed()
    box = page.locator("#fig-gap [data-row='1']").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert reading.inner_text().split("\n")[0] == "2016"
    assert page.locator("#fig-gap rect.ring").count() == 1
    page.mouse.move(5, 5)
    assert not reading.is_visible()
    drawing.focus()
    years = []
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
        years.append(reading.inner_text().split("\n")[0])
    assert years == ["2015", "2016", "2017", "2017", "2016", "2015"]

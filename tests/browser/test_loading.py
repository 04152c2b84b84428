"""Loading asks little of the machine: nothing is measured meanwhile, nothing made ready before it is wanted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

MEASURES = {
    "Element": ["scrollWidth", "scrollHeight", "clientWidth", "clientHeight", "scrollTop"],
    "HTMLElement": ["offsetWidth", "offsetHeight", "offsetTop"],
}
COUNTED = f"""(() => {{
  window.measured = [];
  let laidOut = false; // what an observer is told comes after the layout: measuring then asks for none
  const count = (name) => {{ if (document.readyState === 'loading' && !laidOut) measured.push(name); }};
  for (const kind of ['ResizeObserver', 'IntersectionObserver']) {{
    window[kind] = class extends window[kind] {{
      constructor(told, options) {{
        super((...given) => {{ laidOut = true; try {{ told(...given); }} finally {{ laidOut = false; }} }}, options);
      }}
    }};
  }}
  const spied = (object, name) => {{
    const asked = object[name];
    object[name] = function (...given) {{ count(name); return asked.apply(this, given); }};
  }};
  spied(Element.prototype, 'getBoundingClientRect');
  spied(SVGGraphicsElement.prototype, 'getBBox');
  for (const [kind, names] of Object.entries({MEASURES})) {{
    for (const name of names) {{
      const found = Object.getOwnPropertyDescriptor(window[kind].prototype, name);
      const get = function () {{ count(name); return found.get.call(this); }};
      Object.defineProperty(window[kind].prototype, name, {{ ...found, get }});
    }}
  }}
}})()"""


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_is_not_laid_out_for_a_script_before_it_is_read(
    visit: Callable[..., Any], width: int
) -> None:
    page = visit("en", width=width).page
    page.add_init_script(COUNTED)
    page.reload()
    assert page.evaluate("measured") == []
    assert page.evaluate("document.body.scrollWidth && measured.length") == 0  # the spy sees loading alone


def test_a_chart_is_made_ready_when_a_reader_turns_to_it(visit: Callable[..., Any]) -> None:
    page = visit("en").page
    drawing, reading = page.locator("#fig-gap .drawing"), page.locator(".reading")
    assert reading.count() == 0 and drawing.get_attribute("tabindex") == "0"
    drawing.focus()
    assert reading.count() == 1


def test_the_drawing_for_a_phone_is_unpacked_when_it_comes_near(visit: Callable[..., Any]) -> None:
    page = visit("en", width=390, height=60).page
    narrow = page.locator("#fig-gap .drawing-narrow")
    page.wait_for_timeout(300)
    assert narrow.count() == 0
    page.locator("#fig-gap").scroll_into_view_if_needed()
    narrow.wait_for()


def test_on_a_desk_no_drawing_for_a_phone_is_unpacked(visit: Callable[..., Any]) -> None:
    page = visit("en").page
    page.locator("#fig-gap").scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    assert page.locator(".drawing-narrow").count() == 0

"""Claims about shorter drawings: the same marks in the same order, each with the look that it had."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping

from consumer_credit.report.page.svg_compact import INHERITED, compact

DRAWING = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">
<g><path d="M 0 0 L  1 1" fill="none" stroke="#111111"/><path d="M 2 2 L 3 3" fill="none" stroke="#111111"/></g>
<path d="M 4 4 L 5 5" fill="none" stroke="#222222"/><path d="M 4 4" fill="none" stroke="#222222" transform="scale(2)"/>
<text x="1" y="1" font-size="9px" fill="#333333">a</text><text x="2" y="2" font-size="9px" fill="#333333">b</text>
<text x="3" y="3" font-size="12px">c<tspan font-size="7px">d</tspan></text>
<g id="series-x"><path d="M 0 0 L 1 1" stroke="#111111"/></g>
<clipPath id="k"><path d="M 0 0" fill="none"/><path d="M 1 1" fill="none"/></clipPath></svg>"""


def drawn(element: ET.Element, inherited: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
    """Every mark with what it inherits or says itself, in the order in which it is painted."""
    own = {name: value for name, value in element.attrib.items() if name in INHERITED}
    look = {**inherited, **own}
    tag = element.tag.rpartition("}")[2]
    if tag in {"path", "text", "tspan", "use"}:
        place = {name: value for name, value in element.attrib.items() if name not in INHERITED}
        place["d"] = place.get("d", "").replace(" ", "").replace("L", " L ")
        yield tag, element.text, place, look
    for child in element:
        yield from drawn(child, look)


def looks(root: ET.Element) -> list[tuple[object, ...]]:
    """As `drawn`; a size of letters is of no account where there are none."""
    return [
        (tag, text, place, {n: v for n, v in look.items() if tag in {"text", "tspan"} or "font" not in n})
        for tag, text, place, look in drawn(root, {})
    ]


def test_every_mark_keeps_its_place_its_look_and_its_turn() -> None:
    before, after = ET.fromstring(DRAWING), ET.fromstring(DRAWING)
    compact(after)
    assert looks(after) == looks(before) and len(looks(after)) == 11


def test_what_is_alike_is_said_once() -> None:
    root = ET.fromstring(DRAWING)
    compact(root)
    written = ET.tostring(root, encoding="unicode")
    assert root.get("font-size") == "9px" and written.count("9px") == 1
    assert written.count('stroke="#111111"') == 2  # once for the pair, once for the series by itself
    assert "M0 0L1 1" in written and "M 0" not in written


def test_a_series_stays_by_itself_and_a_clip_holds_no_groups() -> None:
    root = ET.fromstring(DRAWING)
    compact(root)
    named = {
        element.get("id"): [child.tag.rpartition("}")[2] for child in element] for element in root.iter()
    }
    assert named["series-x"] == ["path"] and named["k"] == ["path", "path"]


def test_ticks_are_said_by_kind_and_every_one_stays_where_it_was():
    axis = "".join(
        f'<path d="M{x}.126 9L{x}.126 0" stroke="#dfe3e8"/><text x="{x}.126" y="12" fill="#59626d">{x}</text>'
        for x in (1, 2, 3)
    )
    root = ET.fromstring(f"<svg>{axis}</svg>")
    compact(root)
    assert ET.tostring(root, encoding="unicode") == (
        '<svg><g stroke="#dfe3e8"><path d="M1.1 9L1.1 0" /><path d="M2.1 9L2.1 0" /><path d="M3.1 9L3.1 0" /></g>'
        '<g fill="#59626d"><text x="1.1" y="12">1</text><text x="2.1" y="12">2</text><text x="3.1" y="12">3</text></g>'
        "</svg>"
    )


def test_marks_that_only_happen_to_alternate_keep_their_order():
    pair = '<path d="M0 0L1 1" stroke="#dfe3e8"/><text x="1" y="1" fill="#59626d">a</text>'
    root = ET.fromstring(f"<svg>{pair * 2}</svg>")
    compact(root)
    assert [child.tag for child in root] == ["path", "text", "path", "text"]

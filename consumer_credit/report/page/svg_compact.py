"""A drawing said in fewer bytes, with nothing lost that is seen: what most texts and marks repeat is said once.

A page carries dozens of drawings; matplotlib writes each property at each element. Places are rounded to a tenth of a
point, a seventh of a pixel on the widest page; the published file, and what is proved from it, keep their hundredths.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter

SAID_ONCE = ("font-family", "font-size")
"""Properties of every text of a drawing, mostly alike."""
INHERITED = frozenset(
    f"{what}{kind}"
    for what, kinds in {
        "fill": ("", "-opacity"),
        "stroke": ("", "-dasharray", "-dashoffset", "-linecap", "-linejoin", "-opacity", "-width"),
        "text": ("-anchor",),
        "font": ("-family", "-size", "-weight"),
    }.items()
    for kind in kinds
)
"""Properties that a group may say for the marks in it."""
MARKS = frozenset({"path", "text", "use"})

TICKS = 3
"""Ticks from which an axis is unravelled."""
_PLACES = ("d", "x", "y")
_FINE = re.compile(r"-?\d+\.\d\d+")
_PLACE = frozenset({"d", "data-row", "href", "x", "y"})
_AROUND_COMMAND = re.compile(r"\s*([A-Za-z])\s*")


def compact(root: ET.Element) -> None:
    """Shorten a drawing whose style is in presentation attributes, in place."""
    for name in SAID_ONCE:
        _say_once(root, name)
    _unwrap(root)
    for element in list(root.iter()):
        if "d" in element.attrib:
            path = " ".join(element.attrib["d"].split())
            element.set("d", _AROUND_COMMAND.sub(r"\1", path))
        if _tag(element) not in {
            "clipPath",
            "defs",
        }:  # the first may hold no groups, the second holds small shapes
            for mark in element:
                _round_place(mark)
            element[:] = _unravelled(element)
            _gather_marks(element)


def _say_once(root: ET.Element, name: str) -> None:
    """Give the root the commonest value of a property that every text states for itself."""
    texts = [element for element in root.iter() if _tag(element) == "text" or name in element.attrib]
    if name in root.attrib or len(texts) < 2 or any(name not in element.attrib for element in texts):
        return
    values = Counter(element.attrib[name] for element in texts)
    common = max(sorted(values), key=lambda value: values[value])
    root.set(name, common)
    for element in texts:
        if element.attrib[name] == common:
            del element.attrib[name]


def _unwrap(parent: ET.Element) -> None:
    """Groups that say nothing give way to what they hold."""
    children: list[ET.Element] = []
    for child in parent:
        _unwrap(child)
        children.extend(child if _tag(child) == "g" and not child.attrib else [child])
    parent[:] = children


def _round_place(mark: ET.Element) -> None:
    for name in _PLACES:
        if name in mark.attrib:
            mark.set(
                name,
                _FINE.sub(lambda number: f"{float(number[0]):.1f}".removesuffix(".0"), mark.attrib[name]),
            )


def _unravelled(parent: ET.Element) -> list[ET.Element]:
    """The ticks of an axis by kind, lines first, where they stand by tick, line and number in turn."""
    marks, looks = list(parent), [_look(child) for child in parent]
    ordered: list[ET.Element] = []
    while len(ordered) < len(marks):
        start = len(ordered)
        for kinds in (2, 3):
            turn = looks[start : start + kinds]
            end = start
            while None not in turn and looks[end : end + kinds] == turn:
                end += kinds
            if end - start >= TICKS * kinds and any(look != turn[0] for look in turn):
                ordered += [mark for kind in range(kinds) for mark in marks[start + kind : end : kinds]]
                break
        else:
            ordered.append(marks[start])
    return ordered


def _gather_marks(parent: ET.Element) -> None:
    """Put neighbouring marks of one look into a group that says the look once."""
    gathered: list[ET.Element] = []
    look: dict[str, str] | None = None
    for child in list(parent):
        own = _look(child)
        if own is None or own != look:
            gathered.append(child)
        else:
            if _tag(gathered[-1]) in MARKS:
                gathered[-1] = _grouped(gathered[-1], own)
            gathered[-1].append(_without(child, own))
        look = own
    parent[:] = gathered


def _look(element: ET.Element) -> dict[str, str] | None:
    """What a mark inherits when it stands in a group; None when it is no mark, or says more than that."""
    look = {name: value for name, value in element.attrib.items() if name not in _PLACE}
    return look if _tag(element) in MARKS and look and set(look) <= INHERITED else None


def _grouped(mark: ET.Element, look: dict[str, str]) -> ET.Element:
    group = ET.Element(str(mark.tag).removesuffix(_tag(mark)) + "g", look)
    group.append(_without(mark, look))
    return group


def _without(mark: ET.Element, look: dict[str, str]) -> ET.Element:
    for name in look:
        del mark.attrib[name]
    return mark


def _tag(element: ET.Element) -> str:
    return str(element.tag).rpartition("}")[2]

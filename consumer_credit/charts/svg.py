"""A drawn figure as SVG text: the same bytes for the same figure, ready to stand in a page.

matplotlib's own SVG carries a date, a style element that would leak into a page, inline styles that a strict
content-security policy refuses, and ids that change with its version. This module keeps the drawing and
drops the rest:

* text stays text, and says how long it is, so that a reader without the report's font sees it fit all the same;
* coordinates are rounded to a hundredth of a point;
* inline styles become presentation attributes;
* the only ids are `title`, `description`, `m1`, `m2` … of markers and clips, and the ids that a chart gave
  its artists: `series-<key>` (a line, whose path has one vertex for each row, in order),
  `point-<key>-<period>`, `label-<key>` … A page that embeds several figures prefixes them.
"""

from __future__ import annotations

import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from consumer_credit.charts.style import missing_glyphs_are_errors
from consumer_credit.charts.typesetting import text_size
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SVG = "http://www.w3.org/2000/svg"
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_OWN_ID = re.compile(r"[A-Za-z0-9.]+_\d+")  # what matplotlib calls its groups; ids of ours hold a hyphen
_NUMBER = re.compile(r"-?\d+\.\d+")
_TEXTS = {f"{{{SVG}}}{name}" for name in ("text", "tspan", "title", "desc")}
_SHORTEST = 4
"""Characters from which a text says its length; a tick of two digits fits in any font."""
_WEIGHTS = {"400": "normal", "700": "bold"}
"""As charts call them: a text that was measured to be placed need not be measured again."""
_NUMERIC = ("d", "x", "y", "transform", "points", "width", "height")
_REFERENCES = re.compile(r"url\(#([^)]+)\)")


def to_svg(figure: Figure, *, title: str, description: str) -> str:
    """The figure as one SVG document.

    Args:
        figure: drawn in `house_style`.
        title, description: for those who do not see it, in the figure's language; both must say something.

    Returns:
        SVG text without date, doctype, metadata or style element; identical for identical figures.

    Raises:
        RenderError: title or description is empty, or a character has no glyph.
    """
    import matplotlib as mpl  # noqa: PLC0415  (light commands never draw)

    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with (
        mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "consumer-credit"}),
        missing_glyphs_are_errors(),
    ):
        figure.savefig(buffer, format="svg", metadata=nothing, transparent=True)
    root = ET.fromstring(buffer.getvalue())
    for style in root.findall(f"{{{SVG}}}defs"):
        root.remove(style)
    _plain_attributes(root)
    _drop_invisible(root)
    _short_ids(root)
    _unwrap(root)
    _say_lengths(root, figure)
    root.set("stroke-linejoin", "round")
    return _described(root, title=title, description=description)


@lru_cache(maxsize=256)
def with_description(svg: str, *, title: str, description: str) -> str:
    """`svg`, as `to_svg` gave it, with another title and description: those of the page, say, once they are
    known.

    Raises:
        RenderError: one of them is empty.
    """
    return _described(ET.fromstring(svg), title=title, description=description)


def _described(root: ET.Element, *, title: str, description: str) -> str:
    if not title.strip() or not description.strip():
        raise RenderError(
            "a figure without title or description", where="charts.svg", remedy="give both texts"
        )
    for element in (*root.findall(f"{{{SVG}}}title"), *root.findall(f"{{{SVG}}}desc")):
        root.remove(element)
    root.set("role", "img")
    root.set("aria-labelledby", "title description")
    for position, (tag, name, text) in enumerate(
        (("title", "title", title), ("desc", "description", description))
    ):
        element = ET.Element(f"{{{SVG}}}{tag}", {"id": name})
        element.text = text
        root.insert(position, element)
    return _serialised(root)


def _plain_attributes(root: ET.Element) -> None:
    """Styles become attributes, numbers are rounded, links lose their old prefix, idle rotations go."""
    for element in root.iter():
        for declaration in element.attrib.pop("style", "").split(";"):
            name, colon, value = declaration.partition(":")
            if colon:
                element.set(name.strip(), value.strip())
        if _XLINK_HREF in element.attrib:
            element.set("href", element.attrib.pop(_XLINK_HREF))
        for name in _NUMERIC:
            if name in element.attrib:
                element.set(name, _NUMBER.sub(_rounded, " ".join(element.attrib[name].split())))
        if re.fullmatch(r"rotate\(-?0(\.0)?( .*)?\)", element.get("transform", "")):
            del element.attrib["transform"]
        if element.get("text-anchor") == "start":
            del element.attrib["text-anchor"]


def _say_lengths(root: ET.Element, figure: Figure) -> None:
    """Each text's length as measured in the report's font."""
    for element in root.iter(f"{{{SVG}}}text"):
        text = element.text or ""
        if len(text) >= _SHORTEST:
            font = {
                "fontfamily": [name.strip(" '\"") for name in element.get("font-family", "").split(",")],
                "fontsize": float(element.get("font-size", "").removesuffix("px")),
                "fontweight": _WEIGHTS[element.get("font-weight", "400")],
            }
            width, _ = text_size(figure, text, **font)
            element.set("textLength", f"{width:.0f}")
            element.set("lengthAdjust", "spacingAndGlyphs")


def _drop_invisible(root: ET.Element) -> None:
    """Background patches with neither fill nor stroke."""
    for parent in list(root.iter()):
        for child in list(parent):
            bare = (
                child.tag == f"{{{SVG}}}path" and child.get("fill") == "none" and "stroke" not in child.attrib
            )
            if bare and child.get("id") is None and parent.tag != f"{{{SVG}}}defs":
                parent.remove(child)


def _unwrap(element: ET.Element) -> None:
    """Groups that say nothing give way to what they hold; empty ones vanish."""
    children: list[ET.Element] = []
    for child in element:
        _unwrap(child)
        if child.tag == f"{{{SVG}}}g" and (not child.attrib or not len(child)):
            children.extend(child)
        else:
            children.append(child)
    element[:] = children


def _short_ids(root: ET.Element) -> None:
    """Keep the ids that charts gave; number those that other elements refer to; drop the rest."""
    referred: dict[str, str] = {}
    for element in root.iter():
        values = [element.get("href", "").removeprefix("#")]
        values += [found for value in element.attrib.values() for found in _REFERENCES.findall(value)]
        for value in values:
            if value and value not in referred:
                referred[value] = f"m{len(referred) + 1}"
    for element in root.iter():
        name = element.get("id")
        if name in referred:
            element.set("id", referred[name])
        elif name is not None and _OWN_ID.fullmatch(name):
            del element.attrib["id"]
        if element.get("href", "#")[1:] in referred:
            element.set("href", "#" + referred[element.attrib["href"][1:]])
        for attribute, value in element.attrib.items():
            if "url(#" in value:
                element.set(attribute, _REFERENCES.sub(lambda m: f"url(#{referred[m.group(1)]})", value))


def _serialised(root: ET.Element) -> str:
    ET.register_namespace("", SVG)
    for element in root.iter():
        if element.tag not in _TEXTS and not (element.text or "").strip():
            element.text = "\n" if len(element) else None
        element.tail = "\n"
    return ET.tostring(root, encoding="unicode").strip() + "\n"


def _rounded(number: re.Match[str]) -> str:
    text = f"{float(number.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text

"""A drawing set into the page: safe, quiet under a strict content-security policy, and at home in light and dark.

matplotlib writes `style` attributes and short ids; a page without `unsafe-inline` blocks the first, and ids
must be unique in it. What is drawn, and how, belongs to `charts`.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence

from consumer_credit.charts.style import FONT
from consumer_credit.errors import RenderError
from consumer_credit.report.page.svg_compact import MARKS, compact

SVG = "http://www.w3.org/2000/svg"

_REMOVED = {
    "script",
    "foreignObject",
    "metadata",
    "iframe",
    "object",
    "embed",
    "audio",
    "video",
    "handler",
    "set",
    "animate",
    "animateTransform",
}
_DECLARATION = re.compile(r"""\s*([\w-]+)\s*:\s*((?:"[^"]*"|'[^']*'|\([^)]*\)|[^;"'(])*)(?:;|$)""")
_FONT_SHORTHAND = re.compile(r"^(?P<before>.*?)(?P<size>\d[\w.%]*)(?:/\S+)?\s+(?P<family>.+)$")
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^)'\"]+)['\"]?\s*\)")
_UNIVERSAL = re.compile(r"^\s*\*\s*\{([^}]*)\}\s*$")
_OF_A_CHART = re.compile(r"(^|-)series-")  # what a chart names so that a page can point at it
_COLOUR = re.compile(r"^#[0-9a-fA-F]{3,8}$")


def inline_svg(
    svg: str, *, prefix: str, label: str, where: str, rows: Mapping[str, Sequence[int]] | None = None
) -> str:
    """The drawing as markup for an HTML page.

    Style attributes become presentation attributes, ids get `prefix`, scripts, event handlers and outside
    references are removed, and the whole becomes one image named `label` for those who cannot see it. `rows`
    goes with the series it names (see `chart_points`), as `data-rows`, and with the marks (see `chart_marks`), as
    `data-row`.

    Raises:
        RenderError: it is not well-formed SVG.
    """
    root = _parsed(svg, where)
    inherited = _universal_style(root)
    for element in list(root.iter()):
        _clean(element)
        _restyle(element)
        if (name := element.get("id", "")) in (rows or {}):
            kind = "data-rows" if name.startswith("series-") else "data-row"
            drawn = [child for child in element if _local(child.tag) in MARKS]
            alone = drawn[0] if kind == "data-row" and len(drawn) == 1 else element  # its group may then go
            alone.set(kind, " ".join(map(str, (rows or {})[name])))
    _colour_where_used(root)
    _prefix_ids(root, prefix)
    for name, value in inherited.items():
        root.attrib.setdefault(name, value)
    if "viewBox" not in root.attrib and "width" in root.attrib and "height" in root.attrib:
        root.set("viewBox", f"0 0 {_pixels(root.get('width'))} {_pixels(root.get('height'))}")
    root.set("role", "img")
    root.set("aria-label", label)
    for name in ("version", "id", "aria-labelledby", "aria-describedby"):
        root.attrib.pop(name, None)
    for element in root.findall(f"{{{SVG}}}title") + root.findall(f"{{{SVG}}}desc"):
        root.remove(element)  # the label says it; a title would pop up over the whole drawing
    _forget_ids(root)
    compact(root)
    return _written(root)


def colours_of(svg: str) -> frozenset[str]:
    """Every colour the drawing uses, as lower-case `#rrggbb`."""
    return frozenset(found.lower() for found in re.findall(r"#[0-9a-fA-F]{6}\b", svg))


def _parsed(svg: str, where: str) -> ET.Element:
    if "<!ENTITY" in svg:
        raise RenderError("the SVG declares entities", where=where, remedy="write the drawing without them")
    try:
        root = ET.fromstring(svg[max(svg.find("<svg"), 0) :])
    except ET.ParseError as error:
        raise RenderError(
            f"the SVG is not well formed: {error}", where=where, remedy="run the notebook again"
        ) from None
    return root


def _local(name: object) -> str:
    return str(name).rpartition("}")[2]


def _universal_style(root: ET.Element) -> dict[str, str]:
    """matplotlib's one rule for every element (`*{stroke-linejoin: round; …}`) as attributes; other style sheets go."""
    inherited: dict[str, str] = {}
    for parent in list(root.iter()):
        for child in list(parent):
            if _local(child.tag) == "style":
                rule = _UNIVERSAL.match(child.text or "")
                if rule:
                    inherited |= dict(_declarations(rule[1]))
                parent.remove(child)
    return inherited


def _clean(element: ET.Element) -> None:
    for child in list(element):
        if _local(child.tag) in _REMOVED:
            element.remove(child)
    for name in list(element.attrib):
        local, value = _local(name), element.attrib[name]
        outside = local == "href" and not value.startswith(("#", "data:image/png", "data:image/jpeg"))
        foreign = (
            local != "style" and "url(" in value and not _REFERENCE.search(value)
        )  # styles are sorted out below
        if local.lower().startswith("on") or outside or foreign:
            del element.attrib[name]
    if FONT in element.get(
        "font-family", ""
    ):  # the page brings the font: no text needs to be told its length
        element.attrib.pop("textLength", None)
        element.attrib.pop("lengthAdjust", None)
    for empty in [child for child in element if _local(child.tag) in {"defs", "g"} and len(child) == 0]:
        element.remove(empty)


def _restyle(element: ET.Element) -> None:
    style = element.attrib.pop("style", "")
    for name, value in _declarations(style):
        element.set(name, value)


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for name, raw in _DECLARATION.findall(style):
        value = raw.strip()
        if name == "font":
            yield from _long_font(value)
        elif value and (_REFERENCE.search(value) or "url(" not in value):
            yield name, value


def _long_font(value: str) -> Iterator[tuple[str, str]]:
    found = _FONT_SHORTHAND.match(value)
    if not found:
        return
    for word in found["before"].split():
        if word in {"italic", "oblique"}:
            yield "font-style", word
        elif word == "bold" or word.isdigit():
            yield "font-weight", word
    yield "font-size", found["size"]
    yield "font-family", found["family"].strip()


def _colour_where_used(root: ET.Element) -> None:
    """Move the colours of markers from their one definition to each place of use.

    A page's rules do not reach what a `use` element shows, only that element itself.
    """
    definitions = {element.get("id"): element for element in root.iter() if _local(element.tag) == "path"}
    uses = [element for element in root.iter() if _local(element.tag) == "use"]
    shown = {id(use): definitions.get(_target(use)) for use in uses}
    for attribute in ("fill", "stroke"):
        for use in uses:
            definition = shown[id(use)]
            if definition is not None and attribute in definition.attrib:
                use.set(attribute, definition.attrib[attribute])
        for definition in shown.values():
            if definition is not None:
                definition.attrib.pop(attribute, None)


def _target(use: ET.Element) -> str:
    return next((value[1:] for name, value in use.attrib.items() if _local(name) == "href"), "")


def _prefix_ids(root: ET.Element, prefix: str) -> None:
    """Names and the references to them get the prefix; a reference to nothing goes, as browsers would ignore
    it anyway."""
    known = {element.get("id") for element in root.iter()}
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            local = _local(name)
            if local == "id":
                element.set(name, prefix + value)
            elif local == "href" and value.startswith("#"):
                element.attrib.pop(name)
                if value[1:] in known:
                    element.set("href", f"#{prefix}{value[1:]}")
            elif found := _REFERENCE.search(value):
                if found[1] in known:
                    element.set(name, _REFERENCE.sub(lambda match: f"url(#{prefix}{match[1]})", value))
                else:
                    del element.attrib[name]


def _forget_ids(root: ET.Element) -> None:
    """Only what is referred to, and what the page points at, keeps its name."""
    used = _referenced_ids(root)
    for element in root.iter():
        name = element.attrib.get("id", "")
        if name and name not in used and not _OF_A_CHART.search(name):
            del element.attrib["id"]


def _pixels(length: str | None) -> str:
    number = re.match(r"[\d.]+", length or "")
    return number[0] if number else "100"


def _written(root: ET.Element) -> str:
    """Serialised without prefixes and with as little white space as the drawing needs."""
    for element in root.iter():
        if _local(element.tag) not in {"text", "tspan"}:
            element.text = (element.text or "").strip() or None
        if not element.tail or not element.tail.strip():
            element.tail = None
        element.tag = _local(element.tag)
        for name in [name for name in element.attrib if "}" in name]:
            element.attrib[_xml_name(name)] = element.attrib.pop(name)
    return ET.tostring(root, encoding="unicode", short_empty_elements=True).replace(" />", "/>")


def _xml_name(name: str) -> str:
    return f"xml:{_local(name)}" if "XML/1998" in name else _local(name)


def _referenced_ids(root: ET.Element) -> set[str]:
    used: set[str] = set()
    for element in root.iter():
        for name, value in element.attrib.items():
            if _local(name) == "href" and value.startswith("#"):
                used.add(value[1:])
            used.update(_REFERENCE.findall(value))
    return used


def colour_rules(names: Mapping[str, str], scope: str) -> str:
    """Style rules that let each colour of a drawing follow the page's variable; rules beat presentation attributes.

    Args:
        names: the palette, name to `#rrggbb`.
        scope: a selector for the element around the drawings.
    """
    return "".join(
        f'{scope} [{attribute}="{value.lower()}"]{{{attribute}:var(--c-{name.replace("_", "-")})}}'
        for name, value in names.items()
        if _COLOUR.match(value)
        for attribute in ("fill", "stroke")
    )

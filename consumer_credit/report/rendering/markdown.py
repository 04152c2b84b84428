"""The prose of a notebook, read once by pandoc for each output format, so that page and PDF say the same.

Every passage goes into one call, in which footnotes, links and heading names can be seen as a whole; of those that
have not changed since the last call, in a preview, no more than the others must know (`abridged`). The filter
`templates/prose.lua` does the work inside pandoc; what comes out is HTML with MathML, or Typst markup.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from itertools import pairwise
from typing import Any, Literal

from consumer_credit.errors import RenderError
from consumer_credit.report.rendering.abridged import Remembered, abridged, frame_of
from consumer_credit.report.rendering.document import Document, Prose

Format = Literal["html5", "typst"]

READER = (
    "commonmark+footnotes+pipe_tables+tex_math_dollars+task_lists+strikeout+bracketed_spans"
    "+autolink_bare_uris+east_asian_line_breaks"
)
"""Near to what JupyterLab shows; no citations (`@name` stays text), no smart quotes (data print as they are)."""

_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})")
_ENVIRONMENT = re.compile(r"(?ms)^\\begin\{(align|equation|gather|aligned|cases)(\*?)\}(.*?)^\\end\{\1\2\}")
_COMMENT = re.compile(r"(?s)<!--.*?-->")
_OPENS_HTML = re.compile(r"(?im)^( {0,3})<(?=script|pre|style|textarea|!|\?)")
_FOOTNOTE = re.compile(r"\[\^([^\]\s]+)\]")
_CURRENCY = re.compile(r"(?<=[A-Za-z0-9–—])\$(?=\d)")  # US$3bn–$4bn: no dollar here opens or closes a formula
_INLINE_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_remembered = Remembered()


@dataclass(frozen=True)
class Heading:
    """A heading of the prose: level 1 is a chapter; `number` is empty where headings are not numbered."""

    level: int
    id: str
    number: str
    text: str
    passage: int


@dataclass(frozen=True)
class Image:
    """A picture that the prose shows; `passage` is the index of the passage."""

    source: str
    alt: str
    passage: int


@dataclass(frozen=True)
class Rendered:
    """The prose in one output format: `passages` in the order given, `notes` the footnotes that follow the
    last (HTML only)."""

    passages: tuple[str, ...]
    notes: str
    headings: tuple[Heading, ...]
    images: tuple[Image, ...]


def render_prose(document: Document, to: Format, *, warn: Callable[[str], None] = lambda _: None) -> Rendered:
    """Render every passage of `document`.

    Headings get names that are the same in each language of an edition (`china`, `china-2`, …); in any other
    notebook they are named as nbconvert does. A link to nothing is an error when the document is strict;
    otherwise it stays text.

    Raises:
        RenderError: pandoc failed, a passage leaves a block open, or (strict) a link leads nowhere.
    """
    prose = document.prose
    sources = [_prepared(passage, key) for passage, key in zip(prose, _footnote_keys(document), strict=True)]
    options = {
        "chapters": [
            {"id": str(c["id"])} | ({} if c.get("number") is None else {"number": c["number"]})
            for c in document.meta.get("chapters", ())
        ],
        "equations": dict(document.meta.get("equations") or {}),
        "targets": [*(exhibit.id for exhibit in document.exhibits if exhibit.id), *_references(document)],
        "shift": 1,
    }
    frame = frame_of(to, options, sources)
    known = _remembered.within(frame, sources)
    boundary = "passage" + hashlib.sha256("\0".join(sources).encode("utf-8")).hexdigest()[:12]
    seen = {
        number: text
        for number, source in enumerate(sources, 1)
        if (text := abridged(source) if number - 1 in known else source)
    }
    text = "".join(f"\n\n{boundary}x{number}\n\n{source}\n" for number, source in seen.items())
    output = _pandoc(text, to, {"boundary": boundary, **options})
    sign = "// " if to == "typst" else "<!--"
    parts = re.split(rf"(?m)^{re.escape(sign)}{boundary}x(\d+)(?:-->)?$", output)
    order, contents = parts[1::2], [part.strip("\n") for part in parts[2::2]]
    if order != [*map(str, seen), "0"]:
        before = [number for number, after in pairwise(seen) if str(after) not in order]
        raise RenderError(
            "the passage leaves a block open that swallows what follows",
            where=prose[before[0] - 1 if before else 0].where,
            remedy="close its code fence or HTML tag",
        )
    line, _, notes = contents.pop().partition("\n")
    report = json.loads(line.partition(" ")[2])
    _complain(document, report["dangling"], warn)
    for again in report["equations"]:
        raise RenderError(
            f"the equation '{again['id']}' stands twice",
            where=prose[again["passage"] - 1].where,
            remedy="give one of the two another label",
        )
    new = dict(zip(seen, contents, strict=True))
    passages = tuple(known.get(place, new.get(place + 1, "")) for place in range(len(sources)))
    _remembered.keep(frame, sources, passages, but=(link["passage"] - 1 for link in report["dangling"]))
    return Rendered(
        passages,
        notes.strip(),
        tuple(
            Heading(h["level"], h["id"], h["number"], h["text"], h["passage"] - 1) for h in report["headings"]
        ),
        tuple(Image(i["src"], i["alt"], i["passage"] - 1) for i in report["images"]),
    )


def _references(document: Document) -> list[str]:
    groups = document.meta.get("references") or ()
    return [entry["id"] for group in groups for entry in group["entries"] if entry["id"]]


def _pandoc(text: str, to: Format, options: Mapping[str, Any]) -> str:
    import pypandoc  # noqa: PLC0415

    arguments = [
        "--mathml",
        "--wrap=none",
        f"--syntax-highlighting={'idiomatic' if to == 'typst' else 'none'}",
        f"--lua-filter={files('consumer_credit.report') / 'templates' / 'prose.lua'}",
        f"--metadata=report-options:{json.dumps(options)}",
    ]
    try:
        output = pypandoc.convert_text(text, to, format=READER, extra_args=arguments, verify_format=False)
        return str(output).replace("\r\n", "\n")
    except (RuntimeError, OSError) as error:
        raise RenderError(
            f"pandoc could not read the prose: {str(error).strip()}",
            where="prose",
            remedy="install the pinned requirements",
        ) from None


def _complain(document: Document, dangling: Sequence[Mapping[str, Any]], warn: Callable[[str], None]) -> None:
    for link in dangling:
        where = document.prose[link["passage"] - 1].where
        if document.strict:
            raise RenderError(
                f"the link to '#{link['target']}' leads nowhere",
                where=where,
                remedy="use the id of a figure, a table or a heading",
            )
        warn(f"{where}: the link to '#{link['target']}' leads nowhere")


def _footnote_keys(document: Document) -> list[str]:
    """One key per chapter: two chapters may both have a footnote [^1]."""
    keys, chapter = [], 0
    for passage in document.prose:
        chapter += bool(re.search(r"(?m)^# ", passage.source))
        keys.append(f"c{chapter}-")
    return keys


def _prepared(passage: Prose, footnote_key: str) -> str:
    """The source as pandoc must see it: what JupyterLab forgives is spelled out, and nothing is left open."""
    result: list[str] = []
    plain: list[str] = []
    fence = ""
    for line in passage.source.replace("\r\n", "\n").split("\n"):
        found = _FENCE.match(line)
        if fence:
            result.append(line)
            if (
                found
                and found[1][0] == fence[0]
                and len(found[1]) >= len(fence)
                and not line.strip().strip(fence[0])
            ):
                fence = ""
        elif found:
            result.append(_spelled_out("\n".join(plain), footnote_key))
            plain, fence = [], found[1]
            result.append(line)
        else:
            plain.append(line)
    if fence:
        result.append(fence)
    result.append(_spelled_out("\n".join(plain), footnote_key))
    return "\n".join(result)


def _spelled_out(text: str, footnote_key: str) -> str:
    def display(match: re.Match[str]) -> str:
        name, inner = match[1], match[3].strip()
        inside = {"align": "aligned", "gather": "gathered", "equation": ""}.get(name, name)
        body = f"\\begin{{{inside}}}\n{inner}\n\\end{{{inside}}}" if inside else inner
        return f"$$\n{body}\n$$"

    text = _ENVIRONMENT.sub(display, text)
    text = _outside_code(text, lambda part: _COMMENT.sub("", part))
    text = _OPENS_HTML.sub(r"\1\\<", text)
    text = _outside_code(text, lambda part: _CURRENCY.sub(r"\\$", part))
    return _outside_code(text, lambda part: _FOOTNOTE.sub(rf"[^{footnote_key}\1]", part))


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Apply `change` to what stands outside inline code."""
    result, start = [], 0
    for code in _INLINE_CODE.finditer(text):
        result += [change(text[start : code.start()]), code[0]]
        start = code.end()
    return "".join([*result, change(text[start:])])

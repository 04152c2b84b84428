"""pandoc's HTML made fit for the page.

Table headers get their scope, styles move to the style sheet, pictures are taken in, code is coloured.
"""

from __future__ import annotations

import base64
import html
import mimetypes
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from markupsafe import Markup

from consumer_credit.errors import RenderError
from consumer_credit.report.rendering.document import Code, Document, Prose

PYTHON = frozenset({"python", "ipython", "ipython3"})
STYLES_KEPT = frozenset({"text-align", "padding-left", "padding-right", "vertical-align"})
"""Properties that pandoc and MathML set inline and that the page repeats in its own style sheet."""
_TO_FINISH = re.compile(r"<(?:table|thead|pre|img|input)\b|\bstyle=|footnote-back")
"""What `PageProse` looks for; a passage without any of it is finished as it is."""


class PageProse:
    """Finishes the passages of one page and remembers the styles they need."""

    def __init__(self, document: Document, warn: Callable[[str], None]) -> None:
        self._document, self._warn = document, warn
        self._classes: dict[str, str] = {}

    def passage(self, markup: str, index: int) -> str:
        """One passage, ready for the page.

        Raises:
            RenderError: (strict) a picture cannot be taken into the page or has no alternative text.
        """
        return self._finished(markup, self._document.prose[index])

    def notes(self, markup: str) -> Any:
        """The footnotes as a list; empty when there are none."""
        from bs4 import BeautifulSoup  # noqa: PLC0415

        items = BeautifulSoup(markup, "html.parser").find("ol")
        if items is None:
            return ""
        return Markup(self._finished(str(items), None))

    def style_rules(self) -> str:
        """The rules for every class that `passage` has handed out."""
        return "".join(f".{name}{{{style}}}" for style, name in self._classes.items())

    def _finished(self, markup: str, prose: Prose | None) -> str:
        if not _TO_FINISH.search(markup):
            return markup.strip()
        from bs4 import BeautifulSoup  # noqa: PLC0415

        soup = BeautifulSoup(markup, "html.parser")
        for element in soup.find_all(style=True):
            self._move_style(element)
        for header in soup.select("thead th"):
            header["scope"] = "col"
        for table in soup.find_all("table"):
            table.wrap(soup.new_tag("div", attrs={"class": "scroll", "tabindex": "0"}))
        for box in soup.select("input[type=checkbox]"):
            box["disabled"] = ""
        for code in soup.select("pre > code"):
            self._colour(code)
        for image in soup.find_all("img"):
            self._take_in(image, prose, soup)
        for back in soup.select("a.footnote-back"):
            back["aria-label"] = "↩ " + str(back.get("href", "")).removeprefix("#fnref")
        return str(soup).strip()

    def _move_style(self, element: Any) -> None:
        declarations = [part.partition(":") for part in element["style"].split(";")]
        kept = [
            (name.strip(), value.strip()) for name, _, value in declarations if name.strip() in STYLES_KEPT
        ]
        del element["style"]
        if kept:
            style = ";".join(f"{name}:{value}" for name, value in kept)
            name = self._classes.setdefault(style, f"s{len(self._classes) + 1}")
            element["class"] = [*element.get("class", []), name]

    def _colour(self, code: Any) -> None:
        from bs4 import BeautifulSoup  # noqa: PLC0415

        language = next(iter(code.parent.get("class") or []), "")
        coloured = BeautifulSoup(highlighted(code.get_text(), language), "html.parser")
        code.clear()
        code.append(coloured)
        code.parent.attrs = {"class": ["sample"], "tabindex": "0"}

    def _take_in(self, image: Any, prose: Prose | None, soup: Any) -> None:
        source, alt = str(image.get("src", "")), str(image.get("alt", ""))
        where = prose.where if prose else "footnotes"
        if not alt:
            self._complain(f"the picture '{source}' has no alternative text", where)
        found = picture_bytes(source, prose, self._document.folder)
        if found is None:
            self._complain(f"the picture '{source}' cannot be taken into the page", where)
            link = soup.new_tag("a", href=source) if source.startswith("https://") else soup.new_tag("span")
            link.string = alt or source
            image.replace_with(link)
            return
        kind, data = found
        image["src"] = f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"

    def _complain(self, what: str, where: str) -> None:
        if self._document.strict:
            raise RenderError(
                what,
                where=where,
                remedy="keep the picture beside the notebook and describe it: ![description](file)",
            )
        self._warn(f"{where}: {what}")


def picture_bytes(source: str, prose: Prose | None, folder: Path | None) -> tuple[str, bytes] | None:
    """Kind and bytes of a picture that prose names: an attachment, a data URI, or a file in the notebook's
    folder or below.

    None when it is none of these; nothing is ever fetched.
    """
    if source.startswith("attachment:"):
        attachment = (prose.attachments if prose else {}).get(unquote(source.removeprefix("attachment:")), {})
        return next(((kind, base64.b64decode(data)) for kind, data in attachment.items()), None)
    if source.startswith("data:image/"):
        kind, _, data = source.removeprefix("data:").partition(";base64,")
        return (kind, base64.b64decode(data)) if data else None
    if "://" in source or folder is None:
        return None
    path = (folder / unquote(source)).resolve()
    kind = mimetypes.guess_type(path.name)[0] or ""
    if not path.is_relative_to(folder.resolve()) or not kind.startswith("image/") or not path.is_file():
        return None
    return kind, path.read_bytes()


def code_cell(code: Code) -> Markup:
    """A code cell as it stands in the page. Python is plain: the page colours it when it is opened (`code.js`).

    Marks around every word would take more of the page than all its text.
    """
    if code.language in PYTHON:
        return Markup(f'<code class="python">{html.escape(code.source, quote=False)}</code>')
    return Markup("<code>{}</code>").format(Markup(highlighted(code.source, code.language)))


@lru_cache(maxsize=1024)
def highlighted(source: str, language: str) -> str:
    """Source code as HTML, coloured by class names of Pygments; unknown languages stay plain."""
    from pygments import highlight  # noqa: PLC0415
    from pygments.formatters import HtmlFormatter  # noqa: PLC0415
    from pygments.lexers import get_lexer_by_name  # noqa: PLC0415
    from pygments.util import ClassNotFound  # noqa: PLC0415

    try:
        lexer = get_lexer_by_name("python" if language in PYTHON else language)
    except ClassNotFound:
        return html.escape(source, quote=False)
    return str(highlight(source, lexer, HtmlFormatter(nowrap=True))).rstrip("\n")

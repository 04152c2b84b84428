"""Typst markup for what is not prose: string literals that cannot break out, figures, tables, code.

How these look is decided in `templates/typst/report.typ`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from consumer_credit.report.pdf.strings import literal
from consumer_credit.report.pdf.tables import Setting, table_markup
from consumer_credit.report.rendering.document import Code, Exhibit, Text, Unshown

_CHAPTER = re.compile(r"(?:#counter\(heading\).*\n)?= ")


@dataclass(frozen=True)
class Setup:
    """How an exhibit is set.

    `name` is the word before the number ("Figure"); `picture` the name of its drawing among the compiler's files, empty
    for a table; `alt` what is drawn, for those who do not see it; `setting` how its table fits the page; `notes` what
    stands under it besides its source, as content; `place` where on a page it goes; `continued` what stands over the
    heading of a table on its next pages.
    """

    name: str
    picture: str
    alt: str
    width: float = 1.0
    setting: Setting | None = None
    notes: Sequence[str] = ()
    place: str = "top"
    continued: str = ""

    def whole(self, source_line: str) -> bool:
        """Whether it stands on one page."""
        return self.setting is None or self.setting.whole((source_line, " ".join(self.notes)))


def exhibit_markup(exhibit: Exhibit, setup: Setup) -> str:
    """A figure or table with caption, source and notes.

    One with a number that a page holds is placed and moves as figures do; others stand where they are.
    """
    setting, whole = setup.setting, setup.whole(exhibit.source_line)
    turned = setting is not None and setting.turned
    if setup.picture:
        drawn = f"drawing(width: {setup.width:.2%}, " if exhibit.svg and exhibit.id else "picture("
        body = f"{drawn}{literal(setup.picture)}, alt: {literal(setup.alt)})"
    else:
        body = table_markup(setting, "" if whole else setup.continued) if setting else "[]"
    moves = whole and not turned and exhibit.number is not None
    arguments = {
        "kind": literal(exhibit.kind),
        "number": "none" if exhibit.number is None else str(exhibit.number),
        "name": literal(setup.name),
        "id": literal(exhibit.id) if exhibit.id else "none",
        "title": literal(exhibit.title),
        "subtitle": literal(exhibit.subtitle),
        "source": literal(exhibit.source_line),
        "notes": "(" + "".join(f"{note}, " for note in setup.notes) + ")",
        "whole": _boolean(whole),
        "beginning": "0pt" if whole or setting is None else f"{setting.beginning:.0f}pt",
        "place-at": setup.place if moves else "none",
        "turned": _boolean(turned),
    }
    given = ",\n  ".join(f"{key}: {value}" for key, value in arguments.items())
    return f"#exhibit({given},\n  {body})"


def _boolean(condition: bool) -> str:
    return "true" if condition else "false"


def flushed(prose: str) -> str:
    """A passage; before one that begins a chapter, the figures of the last chapter that have not found a page.

    Not in the heading's own rule: what stands there before the page break would draw the heading's place, and so its
    number in the contents, to the page before.
    """
    return f"#place.flush()\n{prose}" if _CHAPTER.match(prose) else prose


def code_markup(code: Code) -> str:
    """A code cell's source."""
    language = {"ipython": "python", "ipython3": "python"}.get(code.language, code.language)
    return f"#raw(block: true, lang: {literal(language)}, {literal(code.source)})"


def text_markup(block: Text) -> str:
    """What a cell printed."""
    return f"#printed(kind: {literal(block.kind)}, {literal(block.text.strip(chr(10)))})"


def unshown_markup(block: Unshown, text: Callable[..., str]) -> str:
    """The name of what cannot be shown."""
    message = text("This output cannot be shown here: {types}.", types=text(", ").join(block.types))
    return f"#unshown({literal(message)}, note: {literal(block.note)})"

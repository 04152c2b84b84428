"""Where an exhibit goes on a page, decided from what stands before it in its chapter.

Exhibits move to the head of a page, so that what remains of the page is in one piece and text fills it; but none may
stand above the heading of its chapter. Typst cannot be asked on which page an exhibit is named: what moves to the next
page takes the answer with it. So the room that text and exhibits certainly take is added up here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from consumer_credit.report.pdf.tables import PAGE_WIDTH_PT, small_print_height
from consumer_credit.report.rendering.document import Prose
from consumer_credit.report.rendering.tables import text_width

PAGE_PT = 695.0
_HALF_PT = 350.0
_TYPE_PT, _HEADING_PT, _CAPTION_PT = 10.0, 45.0, 40.0
"""No type of the prose is smaller, and no heading or caption lower."""
_LINE_PT = {"zh": 17.5}
_LATIN_LINE_PT = 14.0
"""From line to line."""
_CERTAIN = 0.75
"""So much of what is reckoned is taken for certain."""
_FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)
_TARGET = re.compile(r"\]\([^()\s]*\)")
_HEADING = re.compile(r"#{1,6} ")


@dataclass
class Placing:
    """How much of its pages a chapter has certainly filled, in points."""

    language: str = "en"
    filled: float = 0.0

    def prose(self, passage: Prose) -> None:
        """Add a passage; a heading of the first level begins a chapter."""
        step = _LINE_PT.get(self.language, _LATIN_LINE_PT)
        for line in _TARGET.sub("]", _FORMULA.sub("", passage.source)).split("\n"):
            if line.startswith("# "):
                self.filled = 0.0
            if _HEADING.match(line):
                self.filled += _HEADING_PT * _CERTAIN
            else:
                self.filled += text_width(line) * _TYPE_PT / PAGE_WIDTH_PT * step * _CERTAIN

    def exhibit(self, height: float, small_print: Sequence[str] = ()) -> str:
        """Where a drawing or table of about this height with these passages under it goes.

        The head when its chapter's first page has certainly no room for it; else the foot while that page may be less
        than half full; else Typst's `auto`, which is the foot in the lower half of a page and the head of the next.
        """
        before = self.filled
        self.filled += (height + _CAPTION_PT + small_print_height(small_print)) * _CERTAIN
        return "top" if self.filled > PAGE_PT else "bottom" if before < _HALF_PT else "auto"

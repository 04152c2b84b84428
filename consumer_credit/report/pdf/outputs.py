"""What cells gave, as markup: figures and tables with their notes and their place on the page, printed text, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from consumer_credit.errors import RenderError
from consumer_credit.report.pdf.markup import Setup, exhibit_markup, text_markup, unshown_markup
from consumer_credit.report.pdf.notes import note_markup, printed_notes
from consumer_credit.report.pdf.placing import Placing
from consumer_credit.report.pdf.tables import LEGIBLE_PT, PAGE_WIDTH_PT, Setting, set_table
from consumer_credit.report.rendering.document import Code, Document, Exhibit, Prose, Trial, Unshown
from consumer_credit.report.rendering.furniture import furniture
from consumer_credit.report.rendering.tables import Table

EXTENSIONS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/svg+xml": "svg",
}
NAMES = {"figure": "Figure {number}", "table": "Table {number}"}

_DRAWN_WIDTH_PT = 0.86 * PAGE_WIDTH_PT
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


class Outputs:
    """Of one document, in order.

    Args:
        document: where they stand.
        warn: takes one line about what a strict document must not have.
    """

    def __init__(self, document: Document, warn: Callable[[str], None]) -> None:
        self.pictures: dict[str, bytes] = {}
        """The pictures in the markup, by file name; complete when all of it was made."""
        self._document, self._warn = document, warn
        self._text = furniture(document.language)
        self._ids = {exhibit.id for exhibit in document.exhibits if exhibit.id}
        self._notes = printed_notes(document)
        self._placing = Placing(document.language.partition("-")[0])

    def markup(self) -> Iterator[str]:
        """The markup of each."""
        for block in self._document.blocks:
            if isinstance(block, Prose):
                self._placing.prose(block)
            elif isinstance(block, Exhibit):
                yield self._exhibit(block)
            elif isinstance(block, Unshown):
                yield unshown_markup(block, self._text)
            elif not isinstance(block, Code | Trial):
                yield text_markup(block)

    def _exhibit(self, block: Exhibit) -> str:
        text, notes = self._text, self._notes_under()
        picture, setting, height = "", None, 0.0
        if block.svg or block.image:
            kind = "svg" if block.svg else EXTENSIONS[block.image_type]
            picture = f"figure-{len(self.pictures) + 1}.{kind}"
            self.pictures[picture] = block.svg.encode("utf-8") if block.svg else block.image
            height = _drawn_height(block.svg)
        elif block.table:
            setting = self._setting(block, block.table)
            height = setting.height
        setup = Setup(
            name=text(NAMES[block.kind], number="").strip(),
            picture=picture,
            alt=block.alt or text("Picture without a description"),
            setting=setting,
            notes=notes,
            place=self._placing.exhibit(height, (block.source_line, *notes)),
            continued=text("Table {number} (continued)", number=block.number) if block.number else "",
        )
        return exhibit_markup(block, setup)

    def _notes_under(self) -> list[str]:
        """The notes under the next exhibit, with a last one that leads to those which others have."""
        text, printed = self._text, next(self._notes)
        others = [f"[{text(NAMES[o.kind], number=o.number)}](#{o.id})" for o in printed.elsewhere]
        also = [text("For further notes see {exhibits}.", exhibits=text(", ").join(others))] if others else []
        return [note_markup(note, self._ids) for note in (*printed.notes, *also)]

    def _setting(self, exhibit: Exhibit, table: Table) -> Setting:
        setting = set_table(table)
        if not setting.legible:
            what = f"the table of {table.width} columns fits no page"
            if self._document.strict:
                raise RenderError(
                    what, where=exhibit.where, remedy="show fewer columns, or turn rows and columns round"
                )
            size = f"{setting.size:.1f} pt, below the {LEGIBLE_PT:g} pt that print needs"
            self._warn(f"{exhibit.where}: {what}; it is set at {size}")
        return setting


def _drawn_height(svg: str) -> float:
    """How high a drawing becomes, in points; none when it does not say."""
    box = _VIEW_BOX.search(svg)
    return _DRAWN_WIDTH_PT * float(box[2]) / float(box[1]) if box and float(box[1]) else 0.0

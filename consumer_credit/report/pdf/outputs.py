"""What cells gave, as markup: figures and tables with their notes and their place on the page, printed text, names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from consumer_credit.errors import RenderError
from consumer_credit.report.pdf.filling import Movable, Passage, exhibit_height, filled, passage, unmoved
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

_DRAWN_WIDTH = 0.86
"""Of the width of the text."""
_VIEW_BOX = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


@dataclass(frozen=True)
class _Ready:
    """An exhibit with the notes under it in print, the height of its drawing or table, and how the latter fits."""

    block: Exhibit
    notes: list[str]
    height: float
    setting: Setting | None = None
    scale: float = 1.0

    def scaled(self, scale: float) -> _Ready:
        """The same with its drawing, if it has one, so many times as large."""
        return replace(self, height=self.height * scale, scale=scale) if self.drawn else self

    @property
    def drawn(self) -> bool:
        """Whether it can be drawn in another size."""
        return bool(self.block.svg)

    @property
    def small_print(self) -> tuple[str, str]:
        return self.block.source_line, " ".join(self.notes)

    @property
    def moves(self) -> bool:
        setting = self.setting
        whole = setting is None or (setting.whole(self.small_print) and not setting.turned)
        return whole and self.block.number is not None


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
        """The markup of each; where one that fills a page better has overtaken another, that of both."""
        printed = self._in_printed_order()
        for number, block in enumerate(self._document.blocks):
            if isinstance(block, Prose):
                self._placing.prose(block)
            elif isinstance(block, Exhibit):
                yield "\n".join(self._exhibit(ready) for ready in printed.get(number, ()))
            elif isinstance(block, Unshown):
                yield unshown_markup(block, self._text)
            elif not isinstance(block, Code | Trial):
                yield text_markup(block)

    def _in_printed_order(self) -> dict[int, list[_Ready]]:
        """The exhibits to be set after each block, by its number."""
        language = self._document.language.partition("-")[0]
        laid_out: list[Passage | Movable] = []
        ready: dict[int, _Ready] = {}
        for number, block in enumerate(self._document.blocks):
            if isinstance(block, Prose):
                laid_out.append(passage(block.source, language))
            elif isinstance(block, Exhibit):
                exhibit = ready[number] = self._ready(block)
                height = exhibit_height(block, exhibit.height, exhibit.small_print, language)
                drawn = exhibit.height if exhibit.drawn else 0.0
                moves = self._document.edition and exhibit.moves
                laid_out.append(Movable(number, block.kind, height, drawn) if moves else unmoved(height))
        printed: dict[int, list[_Ready]] = {}
        reached = 0
        for placed in filled(laid_out):
            reached = max(reached, placed.block)
            printed.setdefault(reached, []).append(ready.pop(placed.block).scaled(placed.scale))
        for number, exhibit in ready.items():
            printed.setdefault(number, []).append(exhibit)
        return printed

    def _ready(self, block: Exhibit) -> _Ready:
        notes = self._notes_under()
        if block.svg or block.image:
            return _Ready(block, notes, _drawn_height(block.svg))
        setting = self._setting(block, block.table) if block.table else None
        return _Ready(block, notes, setting.height if setting else 0.0, setting)

    def _exhibit(self, ready: _Ready) -> str:
        text, block, picture = self._text, ready.block, ""
        if block.svg or block.image:
            kind = "svg" if block.svg else EXTENSIONS[block.image_type]
            picture = f"figure-{len(self.pictures) + 1}.{kind}"
            self.pictures[picture] = block.svg.encode("utf-8") if block.svg else block.image
        setup = Setup(
            name=text(NAMES[block.kind], number="").strip(),
            picture=picture,
            width=ready.scale * _DRAWN_WIDTH,
            alt=block.alt or text("Picture without a description"),
            setting=ready.setting,
            notes=[note_markup(note, self._ids) for note in ready.notes],
            place=self._placing.exhibit(ready.height, (block.source_line, *ready.notes)),
            continued=text("Table {number} (continued)", number=block.number) if block.number else "",
        )
        return exhibit_markup(block, setup)

    def _notes_under(self) -> list[str]:
        """The notes under the next exhibit, with a last one that leads to those which others have."""
        text, printed = self._text, next(self._notes)
        others = [f"[{text(NAMES[o.kind], number=o.number)}](#{o.id})" for o in printed.elsewhere]
        also = [text("For further notes see {exhibits}.", exhibits=text(", ").join(others))] if others else []
        return [*printed.notes, *also]

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
    return _DRAWN_WIDTH * PAGE_WIDTH_PT * float(box[2]) / float(box[1]) if box and float(box[1]) else 0.0

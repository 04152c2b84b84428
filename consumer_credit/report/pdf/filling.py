"""In which order exhibits are handed to Typst, and how large their drawings are, so that pages are full.

Typst places what moves strictly one after the other: a figure that no longer fits a page holds up the small table
behind it, and the page stays empty below. As in LaTeX, figures here wait for figures only and tables for tables; so
the pages of a chapter are laid out roughly beforehand, each with the most that the two queues can fill it with. What
is overtaken is handed over later, never before the text that names it. A chapter that drawings a little smaller would
spare a page has them smaller.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumer_credit.report.pdf.tables import PAGE_WIDTH_PT
from consumer_credit.report.rendering.document import Exhibit
from consumer_credit.report.rendering.tables import text_width

PAGE_PT = 694.0
BETWEEN_PT = 16.8
"""Kept free between what is placed and what stands beside it."""
SCALES = (1.0, 0.97, 0.94, 0.91)
"""Of the usual size; what is written in a drawing stays above six points."""
_NARROW = 0.81
"""Of what `text_width` reckons, so much a line of Latin text takes."""
_HEADINGS_PT = {1: 44.0, 2: 38.0, 3: 24.0}
_OTHER_HEADING_PT = 20.0
_TITLE, _SUBTITLE, _SMALL_PRINT = (10.5, 14.0, 0.95), (8.8, 12.0, 0.87), (7.0, 8.2, 0.84)
"""Size of the type, points from line to line, and how narrow Latin letters run."""
_AROUND_PT, _AROUND_TABLE_PT, _ROW_PT = 19.0, 22.0, 14.0
_TARGET = re.compile(r"\]\([^()\s]*\)")


@dataclass(frozen=True)
class Movable:
    """An exhibit that moves: its number among the blocks, its kind, its height in points and what of that is drawn."""

    block: int
    kind: str
    height: float
    drawn: float = 0.0

    def scaled(self, scale: float) -> float:
        """Its height with the drawing `scale` times as large."""
        return self.height - self.drawn * (1 - scale)


@dataclass(frozen=True)
class Passage:
    """What stands where it is: the heights of its lines, in points; `begins` a chapter and with it a page."""

    lines: tuple[float, ...]
    begins: bool = False


@dataclass(frozen=True)
class Placed:
    """An exhibit by its number among the blocks, and the size of its drawing."""

    block: int
    scale: float


def passage(source: str, language: str) -> Passage:
    """The lines that a passage of prose takes, its headings and the space between paragraphs included."""
    size, step, between = (10.0, 17.5, 17.5) if language == "zh" else (10.5, 14.8, 20.5)
    lines: list[float] = []
    for paragraph in filter(None, map(str.strip, re.split(r"\n\s*\n|\n(?=[#-])", source))):
        if heading := re.match(r"(#{1,6}) ", paragraph):
            lines.append(_HEADINGS_PT.get(len(heading[1]), _OTHER_HEADING_PT))
        else:
            lines += [step] * (_lines(paragraph, size, _NARROW, language) - 1) + [between]
    return Passage(tuple(lines), source.lstrip().startswith("# "))


def exhibit_height(exhibit: Exhibit, body: float, small_print: Sequence[str], language: str) -> float:
    """About how high an exhibit is with what stands over and under its `body`, in points."""
    texts = [
        (exhibit.title, _TITLE),
        (exhibit.subtitle, _SUBTITLE),
        *((text, _SMALL_PRINT) for text in small_print),
    ]
    lines = (_lines(text, size, narrow, language) * step for text, (size, step, narrow) in texts if text)
    return body + (_AROUND_TABLE_PT if exhibit.kind == "table" else _AROUND_PT) + math.fsum(lines)


def unmoved(height: float) -> Passage:
    """What is too high for a page, or stands where it is named."""
    return Passage((_ROW_PT,) * math.ceil(height / _ROW_PT))


def filled(blocks: Sequence[Passage | Movable]) -> list[Placed]:
    """The exhibits in the order in which they fill pages, chapter by chapter; each kind keeps its own."""
    found = []
    for chapter in _chapters(blocks):
        pages = [_Pages(chapter, scale) for scale in SCALES]
        fewest = min(pages, key=lambda laid_out: laid_out.number)
        found += [Placed(exhibit.block, fewest.scale) for exhibit in fewest.placed]
    return found


def _chapters(blocks: Sequence[Passage | Movable]) -> Iterator[list[Passage | Movable]]:
    chapter: list[Passage | Movable] = []
    for block in blocks:
        if isinstance(block, Passage) and block.begins and chapter:
            yield chapter
            chapter = []
        chapter.append(block)
    yield chapter


def _lines(text: str, size: float, narrow: float, language: str) -> int:
    width = text_width(_TARGET.sub("]", text)) * (1.0 if language == "zh" else narrow)
    return max(math.ceil(width * size / PAGE_WIDTH_PT), 1)


class _Pages:
    """A chapter laid out: the `number` of pages, and what was `placed` on them, in order."""

    def __init__(self, chapter: Sequence[Passage | Movable], scale: float) -> None:
        self.scale, self.number = scale, 1
        self.placed: list[Movable] = []
        self._used = 0.0
        self._waiting: list[Movable] = []
        for block in chapter:
            if isinstance(block, Movable):
                self._exhibit(block)
            else:
                self._passage(block)
        while self._waiting:
            self._turn()

    def _passage(self, passage: Passage) -> None:
        for line in passage.lines:
            while self._used and self._used + line > PAGE_PT:
                self._turn()
            self._used += line

    def _exhibit(self, exhibit: Movable) -> None:
        if self._waiting or self._used + exhibit.scaled(self.scale) > PAGE_PT:
            self._waiting.append(exhibit)
        else:
            self._place(exhibit)

    def _place(self, exhibit: Movable) -> None:
        self.placed.append(exhibit)
        self._used += exhibit.scaled(self.scale) + BETWEEN_PT

    def _turn(self) -> None:
        """Begin a page with the fullest choice that has what waits longest."""
        self.number += 1
        self._used = 0.0
        if self._waiting:
            chosen = max(self._choices(), key=self._height)
            for exhibit in chosen:
                self._place(exhibit)
            self._waiting = [exhibit for exhibit in self._waiting if exhibit not in chosen]

    def _height(self, exhibits: Sequence[Movable]) -> float:
        return sum(exhibit.scaled(self.scale) + BETWEEN_PT for exhibit in exhibits) - BETWEEN_PT

    def _choices(self) -> Iterator[list[Movable]]:
        """The first of what waits, alone and with more that a page holds with it; each kind in its order."""
        first = self._waiting[0]
        alike = [exhibit for exhibit in self._waiting if exhibit.kind == first.kind]
        others = [exhibit for exhibit in self._waiting if exhibit.kind != first.kind]
        yield [first]
        for most in range(1, len(alike) + 1):
            if self._height(alike[:most]) > PAGE_PT:
                break
            for more in range(len(others) + 1):
                chosen = sorted(alike[:most] + others[:more], key=lambda exhibit: exhibit.block)
                if self._height(chosen) > PAGE_PT:
                    break
                yield chosen

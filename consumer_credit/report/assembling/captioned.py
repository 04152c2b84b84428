"""Captions into outputs: each figure and table gets its number, title and notes; absent ones a sentence."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import nbformat

from consumer_credit.charts.svg import with_description
from consumer_credit.errors import RenderError
from consumer_credit.locales import labels
from consumer_credit.project import ChapterFile
from consumer_credit.report.assembling.prose import Prose
from consumer_credit.report.authoring.captions import Caption
from consumer_credit.report.authoring.sources import Numbering
from consumer_credit.report.chapter import ABSENT_MIME, FIGURE_MIME, TABLE_MIME
from consumer_credit.report.missing import reason_text
from consumer_credit.report.values import VALUES_MIME, MissingReason


@dataclass(frozen=True)
class PublishedFigure:
    """What is published of a figure beside the page: the drawing and the data behind it."""

    svg: str
    csv: str


def outputs_of(cell: Any, mime: str) -> list[Any]:
    """The outputs of a cell that hold data of one MIME type."""
    return [output for output in cell.get("outputs", []) if mime in output.get("data", {})]


@dataclass
class CaptionedChapter:
    """Moves one chapter's captions into its outputs, and collects what is published beside the page."""

    file: ChapterFile
    captions: Mapping[str, Caption]
    numbering: Numbering
    prose: Prose
    figures: dict[str, PublishedFigure] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    _absent: set[str] = field(default_factory=set)

    def cells(self, cell: Any) -> list[Any]:
        """A cell as the exporters read it: its chapter named, values gone, figures and tables described.

        Where a figure has nothing to show, a cell with one sentence that says why follows.

        Raises:
            RenderError: a figure or table without caption.
        """
        kept = copy.copy(cell)
        kept["metadata"] = cell["metadata"] | {"consumer_credit": {"chapter": self.file.id}}
        if cell["cell_type"] != "code":
            return [kept]
        absent = [output["data"][ABSENT_MIME] for output in outputs_of(cell, ABSENT_MIME)]
        unseen = {VALUES_MIME, ABSENT_MIME}
        shown = [output for output in kept["outputs"] if not unseen & set(output.get("data", {}))]
        kept["outputs"] = [self._output(copy.copy(output)) for output in shown]
        return [kept, *(self._sentence(item, kept["id"]) for item in absent)]

    def refuse_unused_captions(self) -> None:
        """A caption must describe something that the chapter published."""
        for item_id in self.captions:
            if item_id not in {*self.figures, *self.tables, *self._absent}:
                raise RenderError(
                    f"a caption for '{item_id}', but no such figure or table",
                    where=f"notebooks/{self.file.path.name}",
                    remedy="publish it in a code cell, or remove the caption",
                )

    def _output(self, output: Any) -> Any:
        data = output.get("data", {})
        if FIGURE_MIME in data:
            item = self._item(data[FIGURE_MIME], "figure")
            svg = with_description(data["image/svg+xml"], title=item["title"], description=item["alt"])
            self.figures[item["id"]] = PublishedFigure(svg=svg, csv=item["csv"])
            output["data"] = {"image/svg+xml": svg}
            output["metadata"] = {"consumer_credit": item}
        elif TABLE_MIME in data:
            item = self._item(data[TABLE_MIME], "table")
            self.tables[item["id"]] = item["csv"]
            output["data"] = {TABLE_MIME: item}
        return output

    def _sentence(self, absent: Mapping[str, Any], cell_id: str) -> Any:
        """'Figure 3 cannot be given: …' in the figure's place."""
        item_id = absent["id"]
        self._absent.add(item_id)
        text = labels(self.prose.language)
        reason = reason_text(
            MissingReason(**absent["reason"]), language=self.prose.language, title_of=self.prose.title_of
        )
        words = self.numbering.words(item_id, self.prose.language)
        source = f"*{text('{item} cannot be given: {reason}.', item=words, reason=reason)}*"
        cell = nbformat.v4.new_markdown_cell(source, id=f"{cell_id}-{item_id}"[:64])  # type: ignore[no-untyped-call]
        cell.metadata["consumer_credit"] = {"chapter": self.file.id}
        return cell

    def _item(self, published: Mapping[str, Any], kind: str) -> dict[str, Any]:
        caption = self.captions.get(published["id"])
        if caption is None:
            raise RenderError(
                f"'{published['id']}' has no caption",
                where=f"notebooks/{self.file.path.name}",
                remedy="add a pair of cells tagged caption (en and zh) below it",
            )
        return {
            **published,
            "kind": kind,
            "number": self.numbering.numbers[caption.id],
            "title": caption.title,
            "subtitle": caption.subtitle,
            "alt": caption.alt,
            "notes": [*caption.notes, *published["notes"]],
        }

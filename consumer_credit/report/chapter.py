"""What a notebook talks to: its parameters, its data as known on the edition's date, its results, figures and
tables.

Every result leaves the notebook as one display output whose MIME types carry all that rendering needs, so
that an executed notebook is complete in itself, in JupyterLab as in the build. Drawing belongs to `charts`,
arithmetic to
`measures`, the choice of series that make up each economy's market to `markets`, numbering and prose to
`assembly`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from IPython.display import display

from consumer_credit.data.store import Store
from consumer_credit.errors import NotebookError
from consumer_credit.locales import as_language
from consumer_credit.measures.provenance import newest_vintage
from consumer_credit.parameters import Parameters, parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.columns import Column, formatted_rows, to_csv
from consumer_credit.report.provenance import BreakMark, notes, source_entries, source_line
from consumer_credit.report.recording import Recording
from consumer_credit.report.values import MissingReason
from consumer_credit.report.what_if import WHAT_IF_MIME, Dial, Outcome, WhatIf

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from consumer_credit.charts.drawing import Drawing

FIGURE_MIME = "application/vnd.consumer-credit.figure+json"
TABLE_MIME = "application/vnd.consumer-credit.table+json"
ABSENT_MIME = "application/vnd.consumer-credit.absent+json"
PROJECT_VARIABLE = "CONSUMER_CREDIT_PROJECT"


def open_chapter(chapter_id: str, namespace: Mapping[str, Any]) -> Chapter:
    """Open a chapter from the names its parameters cell has set.

    Args:
        chapter_id: the name part of the notebook's file (`china` of `01_china.ipynb`).
        namespace: `globals()` of the notebook; names of parameters and `language` are taken from it, defaults
            serve for those that the chapter does not declare.

    Raises:
        UsageError: a parameter is out of bounds, or the language unknown.
        DataError: catalogue or observations cannot be read.
    """
    root = os.environ.get(PROJECT_VARIABLE)
    project = Project(Path(root)) if root else Project.find(Path.cwd())
    given = {name: namespace[name] for name in Parameters.model_fields if name in namespace}
    chapter = Chapter(
        id=chapter_id,
        project=project,
        parameters=parse_parameters(given, where=f"parameters cell of chapter '{chapter_id}'"),
        language=as_language(namespace.get("language", "en")),
        store=Store.open(project.data),
    )
    chapter._use_house_style()
    chapter._use_results_kept()
    return chapter


@dataclass
class Chapter(Recording):
    """An open chapter; see `open_chapter`."""

    _style: ExitStack = field(default_factory=ExitStack)

    @property
    def mark_labels(self) -> dict[str, str]:
        """The words beside the marks of derived points and later vintages on a chart."""
        return {"derived": self.text("derived, not published"), "later_vintage": self.text("later vintage")}

    def money(
        self, key: str, label: str, currency: str, size: Literal["billion", "trillion"], decimals: int = 1
    ) -> Column:
        """A column of money in the language's own scale: CNY billion and 亿元, CNY trillion and 万亿元."""
        scale = 1e12 if size == "trillion" else 1e8 if self.language == "zh" else 1e9
        return Column(key, label, unit=self.text(f"{currency} {size}"), scale=scale, decimals=decimals)

    def figure(
        self,
        figure_id: str,
        figure: Figure | Drawing,
        *,
        data: pd.DataFrame,
        columns: Sequence[Column],
        series: Sequence[str],
        marks: Sequence[BreakMark] = (),
        periods: Sequence[str] = (),
        remarks: Sequence[str] = (),
    ) -> None:
        """Publish a figure with the table behind it; title, subtitle and alt text stand in the caption cells
        below.

        Args:
            figure_id: `fig-…`, once in the report.
            figure: what a function of `charts` gives, or a figure of matplotlib's.
            data: what is drawn, as it goes into the CSV; `derived` and `later_vintage` mark its rows.
            columns: which of its columns a reader sees in the table, and how.
            series: ids of the series that went in: the source line and the notes come from them.
            marks: the breaks drawn on the chart.
            periods: which periods of the series went in, when they are not those of the column `period`.
            remarks: notes in the reader's language that follow from the data and not from the catalogue, such
                as why a cell is empty; after the others.
        """
        from consumer_credit.charts.drawing import Drawing  # noqa: PLC0415
        from consumer_credit.charts.svg import to_svg  # noqa: PLC0415

        extra = self._furniture(figure_id, data, columns, series=series, marks=marks, periods=periods)
        extra["notes"] += [remark for remark in remarks if remark not in extra["notes"]]
        named = {"title": figure_id, "description": figure_id}
        svg = figure.svg() if isinstance(figure, Drawing) else to_svg(figure, **named)
        if isinstance(figure, Drawing) and (on_a_phone := figure.on_a_phone()):
            extra["svg_narrow"] = on_a_phone.svg()
        display(  # type: ignore[no-untyped-call]
            {"image/svg+xml": svg, FIGURE_MIME: extra, "text/plain": f"<figure {figure_id}>"}, raw=True
        )

    def table(
        self,
        table_id: str,
        data: pd.DataFrame,
        columns: Sequence[Column],
        *,
        series: Sequence[str],
        periods: Sequence[str] = (),
        row_headers: int = 1,
        remarks: Sequence[str] = (),
    ) -> None:
        """Publish a table; title and subtitle stand in the caption cells below.

        Args:
            table_id: `tbl-…`, once in the report.
            data, columns, series: as for `figure`.
            periods: which periods are shown, when `data` has no column `period` of years or periods.
            row_headers: how many columns at the left name the row.
            remarks: as for `figure`.
        """
        extra = self._furniture(table_id, data, columns, series=series, periods=periods)
        extra["notes"] += [remark for remark in remarks if remark not in extra["notes"]]
        extra["row_headers"] = row_headers
        shown = pd.DataFrame(extra["rows"], columns=[_with_unit(column) for column in extra["columns"]])
        html = shown.to_html(index=False, border=0, escape=True)
        display({"text/html": html, TABLE_MIME: extra, "text/plain": shown.to_string(index=False)}, raw=True)  # type: ignore[no-untyped-call]

    def what_if(
        self,
        what_if_id: str,
        title: str,
        *,
        dials: Sequence[Dial],
        outcomes: Sequence[Outcome],
        given: Sequence[str] = (),
        note: str = "",
    ) -> None:
        """Let readers of the page move assumptions and see what follows; on paper there is nothing to move.

        Nothing is published while one of the values given is missing: the prose around says why.

        Args:
            what_if_id: `if-…`, once in the report.
            title, note: in the reader's language.
            dials: parameters of this chapter that may be moved.
            outcomes: results, by the measures that define them.
            given: names recorded above that the outcomes need and that stay as they are.
        """
        known = {name: self.value(name) for name in given}
        if None in known.values():
            return
        values = {dial.parameter: getattr(self.parameters, dial.parameter) for dial in dials}
        record = WhatIf(what_if_id, title, note, dials, outcomes, values, known).record(self.formats)
        shown = pd.DataFrame(
            [(item["label"], item["shown"], item["unit"]) for item in (*record["dials"], *record["outcomes"])]
        )
        html = shown.to_html(index=False, header=False, border=0, escape=True)
        display({WHAT_IF_MIME: record, "text/html": html, "text/plain": f"<{what_if_id}>"}, raw=True)  # type: ignore[no-untyped-call]

    def no_figure(self, item_id: str, reason: MissingReason) -> None:
        """Say in the place of a figure or table why there is nothing to show; its caption cells may stay."""
        absent = {"id": item_id, "reason": reason.as_json()}
        display({ABSENT_MIME: absent, "text/plain": f"<{item_id}: {reason.code}>"}, raw=True)  # type: ignore[no-untyped-call]

    def _furniture(
        self,
        item_id: str,
        data: pd.DataFrame,
        columns: Sequence[Column],
        *,
        series: Sequence[str],
        marks: Sequence[BreakMark] = (),
        periods: Sequence[str] = (),
    ) -> dict[str, Any]:
        if data.empty:
            raise NotebookError(
                f"'{item_id}' has nothing to show",
                where=f"chapter '{self.id}'",
                remedy="check start_year, end_year and as_of",
            )
        shown = list(periods) if periods or not series else list(data["period"].astype(str).unique())
        used = self.used(series, shown)
        vintages = {series_id: newest_vintage(held.vintages) for series_id, held in used.items()}
        return {
            "id": item_id,
            "columns": [column.header for column in columns],
            "rows": formatted_rows(data, columns, self.formats),
            "csv_name": f"{item_id}.csv",
            "csv": to_csv(data),
            "series": list(used),
            "vintages": vintages,
            "sources": source_entries(self.store.catalogue, vintages, self.language),
            "source_line": source_line(self.store.catalogue, list(used), vintages, self.language),
            "notes": notes(
                self.store.catalogue,
                {series_id: list(held.periods) for series_id, held in used.items()},
                marks=marks,
                any_later="later_vintage" in data and bool(data["later_vintage"].astype(bool).any()),
                as_of=str(self.parameters.as_of),
                language=self.language,
            ),
        }

    def _use_house_style(self) -> None:
        """Draw with the report's own fonts and house style from here on, in this kernel."""
        from consumer_credit.charts.drawing import drawings_kept_by  # noqa: PLC0415
        from consumer_credit.charts.style import house_style  # noqa: PLC0415
        from consumer_credit.report.cache.drawings import drawings_of  # noqa: PLC0415
        from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415

        fonts = project_fonts(self.project)
        self._style.enter_context(house_style(self.language, [fonts.regular, fonts.bold]))
        if drawings := drawings_of(os.environ, fonts.folder.name):
            self._style.enter_context(drawings_kept_by(drawings))

    def _use_results_kept(self) -> None:
        """Take from here on what was worked out before, where results are kept for this kernel."""
        from consumer_credit.kept import results_kept_by  # noqa: PLC0415
        from consumer_credit.report.cache.results import results_of  # noqa: PLC0415

        if results := results_of(os.environ):
            self._style.enter_context(results_kept_by(results))


def _with_unit(header: Mapping[str, str]) -> str:
    return f"{header['label']} ({header['unit']})" if header["unit"] else header["label"]

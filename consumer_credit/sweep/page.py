"""The page that compares the runs: an assembled notebook like an edition's, so that one exporter dresses both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

import pandas as pd
from nbformat import NotebookNode, v4

from consumer_credit import __version__
from consumer_credit.locales import LANGUAGE_NAMES, Language, labels
from consumer_credit.parameters import meaning_of
from consumer_credit.project import Project
from consumer_credit.report.assembling.prose import escape_markdown
from consumer_credit.report.authoring.editions import Edition
from consumer_credit.report.chapter import TABLE_MIME
from consumer_credit.report.columns import Column, formatted_rows, to_csv
from consumer_credit.report.formats import Formats
from consumer_credit.report.steps import FORMATS
from consumer_credit.sweep.comparison import Comparison, Headline, column_of, spans
from consumer_credit.sweep.drawing import draw_spans
from consumer_credit.sweep.places import RUNS

CHAPTER = "sweep"


@dataclass(frozen=True)
class Page:
    """One language's page of a comparison; `formats` are those that every run has."""

    project: Project
    edition: Edition
    comparison: Comparison
    language: Language
    formats: Sequence[str]

    @property
    def text(self) -> Callable[..., str]:
        """Labels in the page's language."""
        return labels(self.language)

    def notebook(self) -> NotebookNode:
        """The page as an assembled edition (docs/architecture.md)."""
        cells = [self._opening(), self._table()]
        drawn = [figure for headline in self.comparison.headlines if (figure := self._figure(headline))]
        if drawn:
            cells += [self._prose(f"## {self.text('One value at a time')}"), *_numbered(drawn)]
        cells.append(self._prose(self._links()))
        if self.comparison.failed:
            cells.append(self._prose(self._failures()))
        for number, cell in enumerate(cells):
            cell["id"] = f"cell-{number}"
        notebook = v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
        notebook.metadata["consumer_credit"] = self._front_matter()
        return cast("NotebookNode", notebook)

    def _front_matter(self) -> dict[str, Any]:
        text, grid = self.text, self.comparison.grid
        title = text("One report, {count} sets of parameters", count=len(grid.runs))
        fixed = self.edition.parameters.model_dump(mode="json")
        return {
            "language": self.language,
            "title": title,
            "subtitle": text("Varied: {parameters}", parameters=", ".join(grid.axes)),
            "edition": self.edition.name,
            "edition_title": self.edition.title[self.language],
            "edition_description": self.edition.description[self.language],
            "version": __version__,
            "chapters": [{"id": CHAPTER, "number": None, "title": title}],
            "parameters": [
                {"name": name, "value": str(value), "meaning": meaning_of(name, self.language)}
                for name, value in fixed.items()
                if name not in grid.axes
            ],
        }

    def _opening(self) -> NotebookNode:
        text, axes = self.text, self.comparison.grid.axes
        lines = [
            f"# {text('The runs compared')}",
            "",
            text(
                "Each run is the whole report, built with one combination of the values below; every other "
                "parameter is the edition’s."
            ),
            "",
        ]
        for name, values in axes.items():
            listed = ", ".join(f"`{value}`" for value in values)
            lines.append(f"- `{name}` ({escape_markdown(meaning_of(name, self.language))}) {listed}")
        if self.comparison.failed:
            lines += ["", text("{count} of the runs failed.", count=len(self.comparison.failed))]
        return self._prose("\n".join(lines))

    def _table(self) -> NotebookNode:
        axes, outcomes = self.comparison.grid.axes, self.comparison.outcomes
        records = [
            {**outcome.run.changes, **{h.name: outcome.value(h.name) for h in self.comparison.headlines}}
            for outcome in outcomes
        ]
        columns = [Column(name, name, kind="text") for name in axes]
        columns += [
            column_of(h, [outcome.value(h.name) for outcome in outcomes], self.language)
            for h in self.comparison.headlines
        ]
        frame = pd.DataFrame(records, columns=[*axes, *(h.name for h in self.comparison.headlines)])
        return self._output(
            {
                "kind": "table",
                "id": "tbl-runs",
                "title": self.text("The headline values of every run"),
                "subtitle": "",
                "source_line": self.text("Source: the runs listed below, each with its own sources."),
                "notes": [
                    self.text("–: missing in that run (results.csv has the reason), or the run failed.")
                ],
                "csv_name": "tbl-runs.csv",
                "csv": to_csv(frame),
                "columns": [column.header for column in columns],
                "rows": formatted_rows(frame, columns, Formats(self.language)),
                "row_headers": len(axes),
                "number": 1,
            }
        )

    def _figure(self, headline: Headline) -> NotebookNode | None:
        found = list(spans(self.comparison, headline))
        if not found:
            return None
        text, formats = self.text, Formats(self.language)
        values = [outcome.value(headline.name) for outcome in self.comparison.outcomes]
        column = column_of(headline, values, self.language)
        numbers = [span.low for span in found] + [span.high for span in found]
        title = self._title(column, min(numbers), max(numbers))
        columns = [
            Column("parameter", text("Parameter"), kind="text"),
            Column("value", text("Value"), kind="text"),
            *(
                Column(key, text(label), unit=column.unit, scale=column.scale, decimals=column.decimals)
                for key, label in (("median", "Median"), ("low", "Lowest"), ("high", "Highest"))
            ),
            Column("runs", text("Runs"), decimals=0),
        ]
        frame = pd.DataFrame([vars(span) for span in found])
        summary = "; ".join(
            f"{span.parameter} {span.value}: {column.cell(span.median, formats)}" for span in found
        )
        svg = draw_spans(self.project, found, column, language=self.language, title=title, summary=summary)
        record = {
            "kind": "figure",
            "id": f"fig-{headline.name.replace('_', '-')}",
            "title": title,
            "subtitle": text(
                "By value of each parameter: the median of the runs with it, and their span over the other "
                "parameters"
            ),
            "alt": text("Dot chart. Medians by parameter: {summary}.", summary=summary),
            "source_line": text("Source: the runs listed below, each with its own sources."),
            "notes": [],
            "csv_name": f"fig-{headline.name.replace('_', '-')}.csv",
            "csv": to_csv(frame),
            "columns": [column_.header for column_ in columns],
            "rows": formatted_rows(frame, columns, formats),
            "row_headers": 2,
        }
        return self._output(record, svg)

    def _title(self, column: Column, low: float, high: float) -> str:
        """What became of the value: from where to where, or that it is the same in every run."""
        formats = Formats(self.language)
        unit = column.unit if column.unit == "%" or self.language == "zh" else f" {column.unit}".rstrip()
        ends = [column.cell(bound, formats) for bound in (low, high)]
        if ends[0] == ends[1]:
            return self.text("{what}: {value} in every run", what=column.label, value=ends[0] + unit)
        first = ends[0] + ("%" if unit == "%" else "")
        return self.text("{what}: from {low} to {high}", what=column.label, low=first, high=ends[1] + unit)

    def _links(self) -> str:
        lines = [f"## {self.text('The reports')}", ""]
        for outcome in self.comparison.outcomes:
            if outcome.failure is None:
                addresses = [
                    f"{RUNS}/{quote(outcome.run.name)}/{self.language}/{FORMATS[name]}"
                    for name in self.formats
                ]
                name = escape_markdown(", ".join(f"{k} {v}" for k, v in outcome.run.changes.items()))
                line = f"- [{name}]({addresses[0]})"
                lines.append(line + "".join(f" ([PDF]({address}))" for address in addresses[1:]))
        return "\n".join(lines)

    def _failures(self) -> str:
        lines = [f"## {self.text('Runs that failed')}", ""]
        for outcome in self.comparison.failed:
            said = _printable(str(outcome.failure))
            lines.append(f"- `{outcome.run.name}`: {escape_markdown(said)}")
        return "\n".join(lines)

    def _prose(self, source: str) -> NotebookNode:
        cell: NotebookNode = v4.new_markdown_cell(  # type: ignore[no-untyped-call]
            source, metadata={"consumer_credit": {"chapter": CHAPTER}}
        )
        return cell

    def _output(self, record: Mapping[str, Any], svg: str = "") -> NotebookNode:
        if svg:
            output = v4.new_output(  # type: ignore[no-untyped-call]
                "display_data", {"image/svg+xml": svg}, metadata={"consumer_credit": dict(record)}
            )
        else:
            output = v4.new_output("display_data", {TABLE_MIME: dict(record)})  # type: ignore[no-untyped-call]
        cell: NotebookNode = v4.new_code_cell(  # type: ignore[no-untyped-call]
            "", outputs=[output], metadata={"consumer_credit": {"chapter": CHAPTER}}
        )
        return cell


def render_page(page: Page, others: Sequence[tuple[Language, str]]) -> bytes:
    """The page as one self-contained file.

    Args:
        page: what to render.
        others: languages and addresses of the same page.

    Raises:
        RenderError: it cannot be rendered.
    """
    from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415
    from consumer_credit.report.page.html import ConsumerCreditHTMLExporter  # noqa: PLC0415

    exporter = ConsumerCreditHTMLExporter(  # type: ignore[no-untyped-call]
        strict=True,
        fonts=project_fonts(page.project),
        alternates=[
            {"lang": language, "name": LANGUAGE_NAMES[language], "href": address}
            for language, address in others
        ],
    )
    html, _ = exporter.from_notebook_node(page.notebook())
    return html.encode("utf-8")


def _numbered(figures: Sequence[NotebookNode]) -> list[NotebookNode]:
    for number, cell in enumerate(figures, 1):
        cell["outputs"][0]["metadata"]["consumer_credit"]["number"] = number
    return list(figures)


def _printable(text: str) -> str:
    """What an error says on one line, without what no font of the report may have."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())

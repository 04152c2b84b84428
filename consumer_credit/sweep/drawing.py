"""The picture of one headline value: what each value of each parameter makes of it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.dots import dot_chart
from consumer_credit.charts.style import house_style
from consumer_credit.charts.svg import to_svg
from consumer_credit.locales import Language, labels
from consumer_credit.project import Project
from consumer_credit.report.columns import Column
from consumer_credit.report.fonts.project import project_fonts
from consumer_credit.report.formats import Formats
from consumer_credit.sweep.comparison import Span


def draw_spans(
    project: Project, found: Sequence[Span], column: Column, *, language: Language, title: str, summary: str
) -> str:
    """An SVG with a row for each span, under its parameter: a dot for the median, a line for the span.

    Args:
        project: whose fonts the texts are set in.
        found: at least one span.
        column: how the values are written.
        language: of the page.
        title, summary: for those who do not see the drawing.

    Raises:
        RenderError: it cannot be drawn.
    """
    text, formats, fonts = labels(language), Formats(language), project_fonts(project)
    frame = pd.DataFrame(
        {
            "key": [f"run-{number}" for number, _ in enumerate(found)],
            "group": [span.parameter for span in found],
            "label": [str(span.value) for span in found],
            "value": [span.median for span in found],
            "low": [span.low if span.runs > 1 else None for span in found],
            "high": [span.high if span.runs > 1 else None for span in found],
            "colour": "context",
        }
    ).astype({"low": float, "high": float})
    several = any(span.runs > 1 for span in found)
    words = {"value": text("median of the runs") if several else text("the run")}
    words["range"] = text("from lowest to highest")
    numbers = Numbers(
        scale=1 / column.scale,
        tick=formats.number,
        value=lambda value: column.cell(value, formats),
    )
    with house_style(language, [fonts.regular, fonts.bold]):
        figure = dot_chart(frame, unit=column.unit, words=words, numbers=numbers)
        return to_svg(figure.figure, title=title, description=summary)

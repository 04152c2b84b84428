"""Columns of the tables that readers see: what each holds, its unit (in the header) and how its cells are
written.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from consumer_credit.report.formats import Formats

NOT_AVAILABLE = "\N{EN DASH}"
DERIVED_MARK, LATER_MARK = "\N{DAGGER}", "\N{DOUBLE DAGGER}"


@dataclass(frozen=True)
class Column:
    """One column: `key` in the frame, `label` and `unit` for the reader.

    Numbers are divided by `scale` before they are written with `decimals`: a fraction with ``scale=0.01,
    unit="%"``, yuan with ``scale=1e12, unit="CNY trillion"``.
    """

    key: str
    label: str
    kind: Literal["text", "period", "date", "number"] = "number"
    unit: str = ""
    scale: float = 1.0
    decimals: int = 1
    signed: bool = False

    @property
    def header(self) -> dict[str, str]:
        """The header as the renderers read it."""
        return {"label": self.label, "unit": self.unit, "align": "right" if self.kind == "number" else "left"}

    def cell(self, value: Any, formats: Formats) -> str:
        """One cell as the reader sees it; a missing value is a dash."""
        if value is None or (isinstance(value, float) and math.isnan(value)) or value is pd.NA:
            return NOT_AVAILABLE
        if self.kind == "number":
            return formats.number(float(value) / self.scale, self.decimals, signed=self.signed)
        if self.kind == "period":
            return formats.period(str(value))
        return formats.date(str(value)) if self.kind == "date" else str(value)


def formatted_rows(frame: pd.DataFrame, columns: Sequence[Column], formats: Formats) -> list[list[str]]:
    """The frame's rows as text; rows that are derived or of a later vintage carry † or ‡ after their first
    cell.
    """
    rows = []
    for record in frame.to_dict("records"):
        cells = [column.cell(record.get(column.key), formats) for column in columns]
        marks = (DERIVED_MARK if record.get("derived") is True else "") + (
            LATER_MARK if record.get("later_vintage") is True else ""
        )
        if marks:
            cells[0] = f"{cells[0]} {marks}"
        rows.append(cells)
    return rows


def to_csv(frame: pd.DataFrame) -> str:
    """The frame as CSV text: full precision, LF, the same in every language."""
    return frame.to_csv(index=False, lineterminator="\n")

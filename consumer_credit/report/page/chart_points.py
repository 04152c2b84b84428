"""Which row of a figure's table each drawn point shows, so that the page can read a point out.

The drawing says which path is a series (`charts` names it `series-…`, one vertex for each value), the CSV
holds what was drawn. Heights in a drawing are proportional to the values, so the match is proved, not
guessed: where it does not hold to the precision of the drawing, the figure stays silent.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOLERANCE = 0.02
"""In points: drawings are rounded to a hundredth."""

_SERIES = re.compile(r'id="(series-[^"]+)"[^>]*>\s*<path[^>]*?\bd="([^"]*)"')
_SERIES_PATH = re.compile(r'<path[^>]*?\bid="(series-[^"]+)"[^>]*?\bd="([^"]*)"')
_VERTEX = re.compile(r"[ML]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)")


@dataclass(frozen=True)
class _Values:
    """The values of one column within one group of rows, and the rows they stand in."""

    rows: tuple[int, ...]
    values: tuple[float, ...]


def rows_of_series(svg: str, table: str) -> dict[str, list[int]]:
    """For each series of the drawing, the row of `table` (CSV text, counted from 0 after the header) behind
    each vertex.

    Series that cannot be matched beyond doubt are left out.
    """
    heights = {name: _heights(path) for name, path in [*_SERIES.findall(svg), *_SERIES_PATH.findall(svg)]}
    candidates = list(_candidates(table))
    by_length = sorted(heights, key=lambda name: -len(heights[name]))
    for scale in _scales(heights[by_length[0]], candidates) if by_length else ():
        found = {name: _matching(heights[name], candidates, scale) for name in by_length}
        if all(found.values()):
            return {name: list(rows) for name, rows in found.items() if rows}
    return {}


def _heights(path: str) -> list[float]:
    return [float(y) for _, y in _VERTEX.findall(path)]


def _candidates(table: str) -> Iterator[_Values]:
    """Every numeric column, whole and within each group that a text column makes."""
    records = list(csv.DictReader(io.StringIO(table)))
    columns = list(records[0]) if records else []
    groupings: list[dict[str, list[int]]] = [{"": list(range(len(records)))}]
    for column in columns:
        labels = [record[column] for record in records]
        if len(set(labels)) < len(labels) and any(_number(label) is None for label in labels):
            groups: dict[str, list[int]] = {}
            for row, label in enumerate(labels):
                groups.setdefault(label, []).append(row)
            groupings.append(groups)
    for groups in groupings:
        for rows in groups.values():
            for column in columns:
                numbers = [
                    (row, number) for row in rows if (number := _number(records[row][column])) is not None
                ]
                if numbers:
                    yield _Values(tuple(row for row, _ in numbers), tuple(number for _, number in numbers))


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _scales(heights: Sequence[float], candidates: Sequence[_Values]) -> Iterator[tuple[float, float]]:
    """Slope and offset of every candidate that the longest series fits; it takes three points to prove one."""
    for candidate in candidates:
        if len(candidate.values) != len(heights) or len(heights) < 3:
            continue
        low, high = min(candidate.values), max(candidate.values)
        if high <= low:
            continue
        top, bottom = heights[candidate.values.index(high)], heights[candidate.values.index(low)]
        slope = (top - bottom) / (high - low)
        scale = (slope, bottom - slope * low)
        if slope < 0 and _fits(heights, candidate, scale):
            yield scale


def _matching(
    heights: Sequence[float], candidates: Sequence[_Values], scale: tuple[float, float]
) -> tuple[int, ...] | None:
    fitting = {candidate.rows for candidate in candidates if _fits(heights, candidate, scale)}
    return next(iter(fitting)) if len(fitting) == 1 else None


def _fits(heights: Sequence[float], candidate: _Values, scale: tuple[float, float]) -> bool:
    slope, offset = scale
    return len(heights) == len(candidate.values) and all(
        abs(height - (slope * value + offset)) <= TOLERANCE
        for height, value in zip(heights, candidate.values, strict=True)
    )

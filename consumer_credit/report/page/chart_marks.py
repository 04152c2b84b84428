"""Which row of a figure's table a bar, a dot or a cell of a heat map shows, so that the page can read it out.

Charts name their marks after what they draw (`bar-<key>`, `point-<key>`, `cell-<row>-<column>`). Where the table
has the columns that make up those names, the names tell the row; where it has not, bars that are as long as
the values of one column, in the table's order, do. Otherwise the figure stays silent. Points along a line are
read by `chart_points`.
"""

from __future__ import annotations

import csv
import io
import itertools
import math
import re
from collections.abc import Iterator, Mapping, Sequence

TOLERANCE = 0.05
"""In points: both ends of a bar are rounded to a hundredth."""
FEWEST = 3
"""Bars of one scale and a zero of their own: fewer would fit too easily."""

_MARK = re.compile(r'\bid="((?:bar|point|cell)-([^"]+))"')
_BAR = re.compile(r'id="(bar-[^"]+)"[^>]*>\s*<path[^>]*?\bd="([^"]*)"')
_VERTEX = re.compile(r"[ML]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)")
_HALF = re.compile(r"-(low|high)$")


def rows_of_marks(svg: str, table: str) -> dict[str, list[int]]:
    """For each mark of the drawing, the row of `table` (CSV text, counted from 0 after the header) it shows.

    All marks of a drawing are matched, or none.
    """
    records = list(csv.DictReader(io.StringIO(table)))
    names = dict(_MARK.findall(svg))
    if not records or not names:
        return {}
    return _by_name(names, records) or _by_length(_BAR.findall(svg), len(names), records)


def _by_name(names: Mapping[str, str], records: Sequence[Mapping[str, str]]) -> dict[str, list[int]]:
    """Names put together from one, two or three columns; the two halves of a tornado's bar share a row."""
    for called in (names, {mark: _HALF.sub("", name) for mark, name in names.items()}):
        for columns in _columns(next(iter(called.values())), records):
            rows = {"-".join(record[c] for c in columns): row for row, record in enumerate(records)}
            if len(rows) == len(records) and rows.keys() >= set(called.values()):
                return {mark: [rows[name]] for mark, name in called.items()}
    return {}


def _columns(name: str, records: Sequence[Mapping[str, str]]) -> Iterator[tuple[str, ...]]:
    """The choices of columns of which one row makes up `name`."""
    for record in records:
        parts = [column for column, value in record.items() if value and value in name]
        for count in (1, 2, 3):
            for columns in itertools.permutations(parts, count):
                if "-".join(record[column] for column in columns) == name:
                    yield columns


def _by_length(
    bars: Sequence[tuple[str, str]], marks: int, records: Sequence[Mapping[str, str]]
) -> dict[str, list[int]]:
    if not FEWEST <= len(bars) == marks == len(records):
        return {}
    for across in (0, 1):
        lengths = [_length(path, across) for _, path in bars]
        if any(_proportional(lengths, [_number(r[column]) for r in records]) for column in records[0]):
            return {name: [row] for row, (name, _) in enumerate(bars)}
    return {}


def _length(path: str, across: int) -> float:
    places = [float(vertex[across]) for vertex in _VERTEX.findall(path)]
    return max(places) - min(places) if places else math.nan


def _proportional(lengths: Sequence[float], values: Sequence[float]) -> bool:
    most = max(map(abs, values))
    if not math.isfinite(most) or most == 0 or len(set(map(round, lengths))) < FEWEST:
        return False  # bars all alike fit any column whose values hardly differ, such as years
    scale = max(lengths) / most
    return all(
        abs(length - scale * abs(value)) <= TOLERANCE for length, value in zip(lengths, values, strict=True)
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan

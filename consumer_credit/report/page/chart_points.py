"""Which row of a figure's table each drawn point shows, so that the page can read a point out.

The drawing says which path is a series (`charts` names it `series-…`, one vertex for each value), the CSV
holds what was drawn. Heights in a drawing are proportional to the values, so the match is proved, not
guessed: where it does not hold to the precision of the drawing, the figure stays silent. Lines over stacked areas
are as high as the values piled up to them; a line that goes on from another's end (a fan's median) shares that point.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, product

TOLERANCE = 0.02
"""In points: drawings are rounded to a hundredth."""

_SERIES = re.compile(r'id="(series-[^"]+)"[^>]*>\s*<path[^>]*?\bd="([^"]*)"')
_SERIES_PATH = re.compile(r'<path[^>]*?\bid="(series-[^"]+)"[^>]*?\bd="([^"]*)"')
_VERTEX = re.compile(r"[ML]\s*(-?[\d.]+)[ ,]+(-?[\d.]+)")

_Path = list[tuple[float, float]]
_Record = Mapping[str, str]


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
    paths = {name: _vertices(path) for name, path in [*_SERIES.findall(svg), *_SERIES_PATH.findall(svg)]}
    records = list(csv.DictReader(io.StringIO(table)))
    piles = [pile for pile in _piles(records) if len(pile) == len(paths)]
    for candidates in (list(_candidates(records)), *piles):
        if found := _all_matched(paths, candidates):
            return found
    return {}


def _all_matched(paths: Mapping[str, _Path], candidates: Sequence[_Values]) -> dict[str, list[int]]:
    heights = {name: [y for _, y in vertices] for name, vertices in paths.items()}
    by_length = sorted(heights, key=lambda name: -len(heights[name]))
    for scale in chain.from_iterable(_scales(heights[name], candidates) for name in by_length):
        found = {name: _matching(heights[name], candidates, scale) for name in by_length}
        for name in [name for name, rows in found.items() if not rows]:
            found[name] = _going_on(name, paths, found, _matching(heights[name][1:], candidates, scale))
        if all(found.values()):
            return {name: list(rows) for name, rows in found.items() if rows}
    return {}


def _vertices(path: str) -> _Path:
    return [(float(x), float(y)) for x, y in _VERTEX.findall(path)]


def _going_on(
    name: str,
    paths: Mapping[str, _Path],
    found: Mapping[str, tuple[int, ...] | None],
    rest: tuple[int, ...] | None,
) -> tuple[int, ...] | None:
    """The rows of a line that begins where another, whose rows are known, ends; `rest`: those after its first point."""
    ends = {rows[-1] for other, rows in found.items() if rows and paths[other][-1] == paths[name][0]}
    return (*ends, *rest) if rest and len(ends) == 1 else None


def _candidates(records: Sequence[_Record]) -> Iterator[_Values]:
    """Every numeric column, whole and within each group that one or two text columns make."""
    names = _texts(records)
    for grouping in [(), *combinations(names, 1), *combinations(names, 2)]:
        groups = _groups(records, grouping)
        for column in records[0] if records else ():
            numbers = _numbers(records, column)
            for rows in groups:
                if known := [row for row in rows if row in numbers]:
                    yield _Values(tuple(known), tuple(numbers[row] for row in known))


def _piles(records: Sequence[_Record]) -> Iterator[list[_Values]]:
    """The groups of each text column piled up in their order, for each numeric column: the upper edge of each part,
    over the periods of which every part is known.
    """
    if not records or "period" not in records[0]:
        return
    for name, column in product(_texts(records), records[0]):
        numbers = _numbers(records, column)
        parts = [
            {records[row]["period"]: row for row in rows if row in numbers}
            for rows in _groups(records, (name,))
        ]
        periods = [period for period in parts[0] if all(period in part for part in parts)]
        tops, edges = [0.0] * len(periods), []
        for part in parts:
            rows = tuple(part[period] for period in periods)
            tops = [top + numbers[row] for top, row in zip(tops, rows, strict=True)]
            edges.append(_Values(rows, tuple(tops)))
        yield edges


def _texts(records: Sequence[_Record]) -> list[str]:
    """The columns that put rows into groups."""
    return [
        column
        for column in (records[0] if records else ())
        if len({record[column] for record in records}) < len(records)
        and any(_number(record[column]) is None for record in records)
    ]


def _groups(records: Sequence[_Record], names: Sequence[str]) -> list[list[int]]:
    groups: dict[tuple[str, ...], list[int]] = {}
    for row, record in enumerate(records):
        groups.setdefault(tuple(record[name] for name in names), []).append(row)
    return list(groups.values())


def _numbers(records: Sequence[_Record], column: str) -> dict[int, float]:
    found = ((row, _number(record[column])) for row, record in enumerate(records))
    return {row: number for row, number in found if number is not None}


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

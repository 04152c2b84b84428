"""Reading the observations files: `series,period,value,vintage,source`, facts only.

A file is read whole and checked in a few passes over its columns, because a build must not wait for its
data; only when something is wrong is it walked row by row, to name the row and the column as an editor
shows them. What the figures mean is the catalogue's; which vintage counts is `data.store`'s.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from consumer_credit.counts import counted
from consumer_credit.data.entries import Series
from consumer_credit.data.periods import EXAMPLES, Frequency, frequency_of, known_from
from consumer_credit.data.remembered import Remembered, digest
from consumer_credit.errors import DataError

COLUMNS = ("series", "period", "value", "vintage", "source")
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?", re.ASCII)
_NUMBERS = re.compile(rf"(?:{_NUMBER.pattern}\n)*", re.ASCII)


class Row(NamedTuple):
    """One published value of one series and period, as known from one vintage on.

    The value is in the publisher's unit and scale; `line` is the row of the file as an editor shows it.
    """

    period: str
    value: float
    vintage: str
    source: str
    line: int


@dataclass(frozen=True)
class ObservationFile:
    """One observations file, checked; rows are made only for the series that are asked for."""

    records: Sequence[Sequence[str]]
    lines: Sequence[int]
    positions: Mapping[str, Sequence[int]]
    _rows: dict[str, list[Row]] = field(default_factory=dict, repr=False, compare=False)

    def rows(self, series_id: str) -> list[Row]:
        """The rows of one series by period, within a period by the day from which they were known."""
        if series_id not in self._rows:
            self._rows[series_id] = self._made(series_id)
        return list(self._rows[series_id])

    def _made(self, series_id: str) -> list[Row]:
        rows = []
        for position in self.positions.get(series_id, ()):
            _, period, value, vintage, source = self.records[position]
            rows.append(Row(period, float(value), vintage, source, self.lines[position]))
        return sorted(rows, key=lambda row: (row.period, known_from(row.vintage), row.vintage))


def read_observations(
    path: Path, where: str, series: Mapping[str, Series], sources: Collection[str]
) -> ObservationFile:
    """Read and check one observations file.

    Args:
        path: the file.
        where: how messages name it, e.g. `data/observations/pbc.csv`.
        series: the catalogue's series that belong to this file, by id.
        sources: ids of the catalogue's sources.

    Raises:
        DataError: naming file, row and column: not UTF-8, a missing column, a wrong number of fields, an
            unknown series or source, a bad period or vintage, a value that is not a plain decimal, the same
            key twice.
    """
    content = _read(path, where)
    described = {series_id: entry.frequency for series_id, entry in series.items()}
    decides = [
        content,
        where.encode(),
        repr(sorted(described.items())).encode(),
        repr(sorted(sources)).encode(),
    ]
    return _FILES.get(digest(decides), lambda: _checked(content, where, series, sources))


_FILES: Remembered[ObservationFile] = Remembered(most=64)


def _checked(
    content: bytes, where: str, series: Mapping[str, Series], sources: Collection[str]
) -> ObservationFile:
    records, lines = _records(content, where)
    if not _sound(records, series, sources):
        _refuse_first_wrong(records, lines, where, series, sources)
    positions: dict[str, list[int]] = {}
    for position, record in enumerate(records):
        positions.setdefault(record[0], []).append(position)
    return ObservationFile(records, lines, positions)


def _sound(
    records: Sequence[tuple[str, ...]], series: Mapping[str, Series], sources: Collection[str]
) -> bool:
    if not records:
        return True
    if {len(record) for record in records} != {len(COLUMNS)}:
        return False
    ids, periods, values, vintages, cited = zip(*records, strict=True)
    if not series.keys() >= set(ids):
        return False
    frequency = {series_id: series[series_id].frequency for series_id in set(ids)}
    return (
        set(sources) >= set(cited)
        and _NUMBERS.fullmatch("\n".join((*values, ""))) is not None
        and all(
            _is_period(period, wanted)
            for wanted, period in set(zip(map(frequency.get, ids), periods, strict=True))
        )
        and all(_is_vintage(vintage) for vintage in set(vintages))
        and len(set(zip(ids, periods, vintages, strict=True))) == len(records)
    )


def _read(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise DataError(
            "the file is missing", where=where, remedy="restore it, or take its series out of the catalogue"
        ) from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=where, remedy="check the file") from None


def _records(content: bytes, where: str) -> tuple[list[tuple[str, ...]], Sequence[int]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", where=where, remedy="save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            _refuse_header(header, where)
        records = list(map(tuple, reader))  # tuples of text are nothing to the garbage collector
        if reader.line_num == len(records) + 1:
            return records, range(2, len(records) + 2)
    except csv.Error as error:
        raise DataError(
            f"not a CSV row: {error}", where=f"{where}, row {reader.line_num}", remedy="correct the row"
        ) from None
    return _with_lines_counted(text)


def _with_lines_counted(text: str) -> tuple[list[tuple[str, ...]], list[int]]:
    """Slowly, for the file in which a quoted field runs over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""))
    next(reader)
    records, lines = [], []
    for record in reader:
        records.append(tuple(record))
        lines.append(reader.line_num)
    return records, lines


def _refuse_header(header: list[str], where: str) -> None:
    absent = [column for column in COLUMNS if column not in header]
    remedy = f"the first row must be {','.join(COLUMNS)}"
    if absent:
        raise DataError(f"column '{absent[0]}' is missing", where=f"{where}, row 1", remedy=remedy)
    raise DataError(f"the columns are {','.join(header)}", where=f"{where}, row 1", remedy=remedy)


def _refuse_first_wrong(
    records: Sequence[tuple[str, ...]],
    lines: Sequence[int],
    where: str,
    series: Mapping[str, Series],
    sources: Collection[str],
) -> None:
    first_seen: dict[tuple[str, ...], int] = {}
    for line, record in zip(lines, records, strict=True):
        row = f"{where}, row {line}"
        if len(record) != len(COLUMNS):
            raise DataError(
                f"{counted(len(record), 'field')} instead of {len(COLUMNS)}",
                where=row,
                remedy=f"write {','.join(COLUMNS)}",
            )
        series_id, period, value, vintage, source = record
        if series_id not in series:
            raise DataError(
                f"unknown series '{series_id}'",
                where=f"{row}, column series",
                remedy="correct the id, or describe the series in the catalogue file of the same name",
            )
        wanted = series[series_id].frequency
        if not _is_period(period, wanted):
            raise DataError(
                f"'{period}' is not a period of this {wanted} series",
                where=f"{row}, column period",
                remedy=f"write it like {EXAMPLES[wanted]}",
            )
        if not _NUMBER.fullmatch(value):
            raise DataError(
                f"value '{value}' is not a number",
                where=f"{row}, column value",
                remedy="write a plain decimal number, without thousands separators or exponent",
            )
        if not _is_vintage(vintage):
            raise DataError(
                f"'{vintage}' is not a vintage",
                where=f"{row}, column vintage",
                remedy="write a day 2017-01-20 or a month 2017-01",
            )
        if source not in sources:
            raise DataError(
                f"unknown source '{source}'",
                where=f"{row}, column source",
                remedy="correct the id, or describe the source in the catalogue",
            )
        key = (series_id, period, vintage)
        if key in first_seen:
            raise DataError(
                f"{series_id}, {period}, vintage {vintage} stand already in row {first_seen[key]}",
                where=row,
                remedy="keep one of the two rows",
            )
        first_seen[key] = line


def _is_period(text: str, frequency: Frequency | None) -> bool:
    try:
        return frequency_of(text) == frequency
    except DataError:
        return False


def _is_vintage(text: str) -> bool:
    try:
        known_from(text)
    except DataError:
        return False
    return True

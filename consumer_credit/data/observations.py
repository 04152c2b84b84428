"""Reading the observations files: `series,period,value,vintage,source`, facts only.

A file is read whole and checked in a few passes over its columns, because a build must not wait for its
data; only when something is wrong is it walked row by row, to name the row and the column as an editor
shows them. What the figures mean is the catalogue's; which vintage counts is `data.store`'s.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from consumer_credit.data.entries import Series
from consumer_credit.data.periods import EXAMPLES, frequency_of, known_from
from consumer_credit.errors import DataError

COLUMNS = ("series", "period", "value", "vintage", "source")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NUMBERS = re.compile(r"(?:-?\d+(?:\.\d+)?\n)*")


class Row(NamedTuple):
    """One published value of one series and period, as known from one vintage on. Publisher's unit and
    scale.
    """

    period: str
    value: float
    vintage: str
    source: str
    line: int


def read_observations(
    path: Path, where: str, series: dict[str, Series], sources: Collection[str]
) -> dict[str, list[Row]]:
    """The rows of one observations file by series id, sorted by period, then by the day from which they
    were known.

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
    numbered = _numbered_rows(path, where)
    records = [record for _, record in numbered]
    if any(len(record) != len(COLUMNS) for record in records):
        _refuse_first_wrong(numbered, where, series, sources)
    if not records:
        return {}
    ids, periods, values, vintages, cited = zip(*records, strict=True)
    sound = (
        series.keys() >= set(ids)
        and set(sources) >= set(cited)
        and _NUMBERS.fullmatch("\n".join((*values, ""))) is not None
        and all(_is_period(p, series[i]) for i, p in set(zip(ids, periods, strict=True)))
        and all(_is_vintage(v) for v in set(vintages))
        and len(set(zip(ids, periods, vintages, strict=True))) == len(records)
    )
    if not sound:
        _refuse_first_wrong(numbered, where, series, sources)
    known = {vintage: known_from(vintage) for vintage in set(vintages)}
    numbers, lines = map(float, values), (line for line, _ in numbered)
    rows: dict[str, list[Row]] = {}
    for series_id, *fields in zip(ids, periods, numbers, vintages, cited, lines, strict=True):
        rows.setdefault(series_id, []).append(Row(*fields))
    for of_one_series in rows.values():
        of_one_series.sort(key=lambda row: (row.period, known[row.vintage], row.vintage))
    return rows


def _numbered_rows(path: Path, where: str) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise DataError(
            "the file is missing", where=where, remedy="restore it, or take its series out of the catalogue"
        ) from None
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=where, remedy="check the file") from None
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", where=where, remedy="save the file as UTF-8") from None
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader, [])
        if tuple(header) != COLUMNS:
            _refuse_header(header, where)
        return [(reader.line_num, record) for record in reader]
    except csv.Error as error:
        raise DataError(
            f"not a CSV row: {error}", where=f"{where}, row {reader.line_num}", remedy="correct the row"
        ) from None


def _refuse_header(header: list[str], where: str) -> None:
    absent = [column for column in COLUMNS if column not in header]
    remedy = f"the first row must be {','.join(COLUMNS)}"
    if absent:
        raise DataError(f"column '{absent[0]}' is missing", where=f"{where}, row 1", remedy=remedy)
    raise DataError(f"the columns are {','.join(header)}", where=f"{where}, row 1", remedy=remedy)


def _refuse_first_wrong(
    numbered: list[tuple[int, list[str]]], where: str, series: dict[str, Series], sources: Collection[str]
) -> None:
    first_seen: dict[tuple[str, ...], int] = {}
    for line, record in numbered:
        row = f"{where}, row {line}"
        if len(record) != len(COLUMNS):
            raise DataError(
                f"{len(record)} fields instead of {len(COLUMNS)}",
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
        if not _is_period(period, series[series_id]):
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


def _is_period(text: str, series: Series) -> bool:
    try:
        return frequency_of(text) == series.frequency
    except DataError:
        return False


def _is_vintage(text: str) -> bool:
    try:
        known_from(text)
    except DataError:
        return False
    return True

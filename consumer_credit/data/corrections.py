"""Known errors in what publishers or the press printed: each with a reason, and an `expect` that fails once
the source is fixed.

The observations keep what was printed; the correction is applied when a series is read, so that both stay
visible. A correction whose printed value is no longer what it expects is not applied, and `data.checks`
reports it.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Literal, Self

from pydantic import TypeAdapter, ValidationError, model_validator

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import Entry, Period, Text, Vintage
from consumer_credit.data.observations import Row
from consumer_credit.data.yaml_files import read_yaml
from consumer_credit.errors import DataError


class Correction(Entry):
    """One known error: `expect` is the wrong value as printed, `value` the right one when `action` is
    `replace`.
    """

    series: str
    period: Period
    vintage: Vintage | None = None
    action: Literal["replace", "drop"]
    value: float | None = None
    expect: float
    reason: Text
    reported_to: str

    @model_validator(mode="after")
    def _a_replacement_has_a_value(self) -> Self:
        if (self.value is None) == (self.action == "replace"):
            raise ValueError("give 'value' with action 'replace', and only then")
        return self

    def concerns(self, series_id: str, row: Row) -> bool:
        """Whether `row` of that series is the one the correction speaks of, whatever its value."""
        return (self.series, self.period) == (series_id, row.period) and self.vintage in (None, row.vintage)


def read_corrections(folder: Path, catalogue: Catalogue) -> tuple[Correction, ...]:
    """The corrections of a data folder; none when it has no `corrections.yaml`.

    Raises:
        DataError: naming the file and the entry.
    """
    path, where = folder / "corrections.yaml", f"{folder.name}/corrections.yaml"
    if not path.exists():
        return ()
    try:
        corrections = TypeAdapter(tuple[Correction, ...]).validate_python(tuple(read_yaml(path, where) or ()))
    except TypeError:
        raise DataError(
            "is not a list", where=where, remedy="begin each correction with '- series:'"
        ) from None
    except ValidationError as error:
        first = error.errors()[0]
        entry, *place = first["loc"] or (0,)
        raise DataError(
            f"{'.'.join(map(str, place))}: {first['msg'].removeprefix('Value error, ')}".removeprefix(": "),
            where=f"{where}, entry {int(entry) + 1}",
            remedy="see the entries beside it",
        ) from None
    for number, correction in enumerate(corrections, start=1):
        if correction.series not in catalogue.series:
            raise DataError(
                f"unknown series '{correction.series}'",
                where=f"{where}, entry {number}",
                remedy="correct the id",
            )
    return corrections


def corrected(series_id: str, rows: list[Row], corrections: Iterable[Correction]) -> list[Row]:
    """`rows` of one series with the corrections applied that still meet the value they expect."""
    mine = [correction for correction in corrections if correction.series == series_id]
    if not mine:
        return rows
    result = []
    for row in rows:
        applied = next((c for c in mine if c.concerns(series_id, row) and c.expect == row.value), None)
        if applied is None:
            result.append(row)
        elif applied.value is not None:
            result.append(row._replace(value=applied.value))
    return result

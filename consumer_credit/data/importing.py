"""Importing publishers' own files: what a file would change, shown first, then all of it or nothing.

`plan_import` recognises each file by its content, reads it, finds whose figures they are and compares them
with what is held. `apply` writes the plan as one transaction. An import only ever adds: a figure that
differs from the one held is a new vintage beside it, and a file that says what is held already adds nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.comparing import OUTCOMES, Change, Held, as_dated_already, compare
from consumer_credit.data.import_outputs import outputs, source_entry, source_id
from consumer_credit.data.import_plan import CHANGES, WITHDRAWN, FileReport, ImportPlan
from consumer_credit.data.magnitudes import check_magnitudes
from consumer_credit.data.matching import Placed, place
from consumer_credit.data.periods import known_from
from consumer_credit.data.publishers import (
    bank_of_england,
    bea,
    bis,
    fred,
    g19,
    nyfed,
    pbc,
    statcan,
    tidy,
    world_bank,
)
from consumer_credit.data.publishers.contract import ParsedFile, Reader
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.transaction import locked, repair, replace_files
from consumer_credit.errors import DataError

READERS: tuple[Reader, ...] = (
    pbc,
    g19,
    nyfed,
    bis,
    world_bank,
    statcan,
    bea,
    bank_of_england,
    tidy,
    fred,
)
"""Every publisher's module, in the order asked; each knows its own files only."""

_EXPECTED = (
    "a file of the PBoC (credit funds), Fed (G.19), FRED, New York Fed, BIS, World Bank, Bank of England, "
    "Statistics Canada or BEA, or a table series,period,value"
)


@dataclass
class _Input:
    file: PublisherFile
    reader: Reader
    parsed: ParsedFile


def plan_import(
    files: Sequence[Path | str | PublisherFile],
    store_folder: Path | str,
    *,
    vintage: str | None = None,
    series: str | None = None,
) -> ImportPlan:
    """Read the files and work out what importing them would change. Writes nothing.

    Args:
        files: publishers' files, in any order; what they are is known from their content.
        store_folder: the data folder, with `catalogue/` and `observations/`.
        vintage: a day or month that overrides the dates of all files.
        series: the series of a file that does not name its own.

    Raises:
        DataError: a file that is not recognised or is damaged, naming what was expected and found (all such
            files are named); figures that cannot be those of their series; a value that differs from the one
            held for the same vintage.
    """
    import pandas as pd  # noqa: PLC0415  (a usage error must not wait for pandas)

    folder = Path(store_folder)
    repair(folder)
    if vintage is not None:
        known_from(vintage)
    catalogue = Catalogue.load(folder)
    held = Held(folder, catalogue)
    inputs = _read_all(files)
    reports: dict[int, FileReport] = {}
    changes: list[tuple[Change, str, str]] = []
    withdrawn: list[tuple[Any, ...]] = []
    sources: dict[str, dict[str, Any]] = {}
    for entry in sorted(inputs, key=lambda entry: (_date(entry.parsed), entry.file.digest)):
        file, parsed = entry.file, entry.parsed
        dated = vintage or _day_of_fetch(entry)
        placement = place(parsed, file.name, catalogue, held.rows, vintage=dated, series=series)
        dating = _dating(parsed, dated, asked=vintage is not None)
        figures: Mapping[str, Sequence[Placed]] = _by_series(placement.figures)
        inferred = dated is None and not parsed.stated
        if inferred and not parsed.file_vintage:
            figures = as_dated_already(figures, held, catalogue)
        made: list[Change] = []
        for series_id, of_series in figures.items():
            described = catalogue.find(series_id)
            check_magnitudes(described, of_series, held.rows(series_id), file.name)
            made += compare(
                of_series, held, inferred=inferred, file_vintage=parsed.file_vintage, file=file.name
            )
            name = source_id(described.publisher, file)
            official = entry.reader.PUBLISHER != tidy.PUBLISHER
            sources[name] = source_entry(described.publisher, file, entry.reader.TITLE, dating, official)
        changes += [
            (c, source_id(catalogue.series[c.figure.series].publisher, file), file.name) for c in made
        ]
        newest = {name: max(known_from(f.vintage) for f in of_series) for name, of_series in figures.items()}
        withdrawn += [
            (name, period, before[-1][1], before[-1][2], file.name)
            for name, period in dict.fromkeys(placement.blanks)
            if name in newest and (before := held.before(name, period, newest[name]))
        ]
        reports[id(entry)] = FileReport(
            file.name,
            file.digest,
            parsed.publisher,
            parsed.layout,
            dating,
            {outcome: sum(change.outcome == outcome for change in made) for outcome in OUTCOMES},
            tuple(parsed.unknown),
            placement.not_collected,
            (*parsed.notes, *placement.notes),
        )
    contents = outputs(folder, catalogue, ((change, source) for change, source, _ in changes), sources)
    rows = [
        (
            f.series,
            f.period,
            c.outcome,
            f.value,
            f.vintage,
            c.held_value,
            c.held_vintage,
            source,
            name,
            f.place,
        )
        for c, source, name in changes
        for f in (c.figure,)
    ]
    return ImportPlan(
        folder,
        tuple(reports[id(entry)] for entry in inputs),
        pd.DataFrame.from_records(rows, columns=list(CHANGES)),
        pd.DataFrame.from_records(withdrawn, columns=list(WITHDRAWN)),
        contents,
        {path: _digest(folder / path) for path in contents},
    )


def apply(plan: ImportPlan) -> None:
    """Write a plan: every file of it, or none.

    Raises:
        DataError: the data changed since the plan was made, another import is running, or the folder cannot
            be written.
    """
    if plan.is_empty:
        return
    with locked(plan.folder):
        for path, digest in plan.before.items():
            if _digest(plan.folder / path) != digest:
                raise DataError(
                    "the data changed since the import was planned", where=path, remedy="run the import again"
                )
        replace_files(plan.folder, plan.outputs)


def recognise(file: PublisherFile) -> Reader:
    """The reader that knows this file.

    Raises:
        DataError: none does; says what was expected and what was found.
    """
    for reader in READERS:
        if reader.recognise(file) is not None:
            return reader
    raise DataError(
        f"not recognised: expected {_EXPECTED}; found {file.first_words()}",
        where=file.name,
        remedy="download the publisher's own file, or write the figures as series,period,value,vintage",
    )


def _read_all(files: Sequence[Path | str | PublisherFile]) -> list[_Input]:
    """Recognise and read every file; what is wrong with any of them is said at once, for all of them."""
    inputs: list[_Input] = []
    wrong: list[DataError] = []
    for given in files:
        try:
            file = given if isinstance(given, PublisherFile) else PublisherFile.open(Path(given))
            if file.digest not in {entry.file.digest for entry in inputs}:
                reader = recognise(file)
                inputs.append(_Input(file, reader, reader.read(file)))
        except DataError as error:
            wrong.append(error)
    if len(wrong) == 1:
        raise wrong[0]
    if wrong:
        lines = "\n".join(f"  {error}" for error in wrong)
        message = f"{len(wrong)} of {len(files)} files cannot be imported; nothing was changed"
        raise DataError(f"{message}:\n{lines}\n", where="data import", remedy="mend or leave out those files")
    return inputs


def _day_of_fetch(entry: _Input) -> str | None:
    """The day a file without a date of its own was fetched from its publisher: then it was surely public."""
    return entry.file.fetched[:10] if entry.file.fetched and not entry.parsed.stated else None


def _dating(parsed: ParsedFile, dated: str | None, *, asked: bool) -> str:
    if dated is None:
        return parsed.dating or "by the publication lag of the series"
    return f"{dated}, as asked" if asked else f"{dated}, the day of the fetch"


def _date(parsed: ParsedFile) -> str:
    """The date a file belongs to, by which the files of one import are ordered; empty when it bears none."""
    return parsed.file_vintage or str(max(parsed.figures["vintage"].unique(), default=""))


def _by_series(figures: Sequence[Placed]) -> dict[str, list[Placed]]:
    grouped: dict[str, list[Placed]] = {}
    for figure in figures:
        grouped.setdefault(figure.series, []).append(figure)
    return grouped


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""

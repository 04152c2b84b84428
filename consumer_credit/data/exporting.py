"""Taking the figures away: tidy data, what they mean, where they come from, in a Frictionless data package.

`write_bundle` writes the figures, the series and the sources as tables, a codebook to read, and a
`datapackage.json` that describes them to machines (https://specs.frictionlessdata.io). The same bundle is
published with the report. What it writes, `data import` reads back (`publishers.tidy`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.codebook import codebook
from consumer_credit.data.entries import Series, Text
from consumer_credit.data.package import FIELDS, FORMATS, WORKBOOK, Format, describe, types_of
from consumer_credit.data.periods import AsOf, as_of_date
from consumer_credit.data.spreadsheets import Cell, Table, to_csv, to_parquet, to_xlsx
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError

CODEBOOK = "codebook.md"
PACKAGE = "datapackage.json"
_LANGUAGES = ("en", "zh")


def write_bundle(
    store: Store, folder: Path, as_of: AsOf | None = None, *, form: Format = "csv", strict: bool = False
) -> list[Path]:
    """Write the figures with all that is needed to use them; equal stores give equal bytes.

    Args:
        store: the figures; corrections are applied, as everywhere.
        folder: made when it does not exist; files of an earlier bundle are replaced.
        as_of: one row a series and period, as known on that day (`latest`: the newest held); None for every
            vintage.
        form: csv, xlsx (one workbook) or parquet.
        strict: with `as_of`, leave out periods of which only a later vintage is held.

    Returns:
        The files written, the figures first.

    Raises:
        DataError: not a date, observations that cannot be read, or a folder that cannot be written.
    """
    tables = {
        "observations": observations_table(store, as_of, strict=strict),
        "series": _series_table(store.catalogue),
        "sources": _sources_table(store.catalogue),
    }
    contents = _serialised(tables, form)
    contents[CODEBOOK] = codebook(store.catalogue).encode("utf-8")
    package = describe(store.catalogue, tables, contents, form, as_of)
    contents[PACKAGE] = (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
    return _written(folder, contents)


def observations_table(store: Store, as_of: AsOf | None, *, strict: bool = False) -> Table:
    """The figures, sorted by series, period and vintage, in the publisher's unit and scale.

    Raises:
        DataError: not a date, or observations that cannot be read.
    """
    rows: list[tuple[Cell, ...]] = []
    if as_of is not None:
        as_of_date(as_of)
    for series_id, series in sorted(store.catalogue.series.items()):
        derived = series.derived is not None
        if as_of is None:
            frame = store.observations(series_id)
            columns = [frame[name].tolist() for name in ("period", "value", "vintage", "source")]
            rows += [(series_id, *cells, derived) for cells in zip(*columns, strict=True)]
        else:
            known = store.known_rows(series_id, as_of, strict)
            rows += [
                (series_id, r.period, r.value, r.vintage, r.source, later, derived) for r, later in known
            ]
    absent = {"later_vintage"} if as_of is None else set()
    return Table("observations", [name for name in FIELDS["observations"] if name not in absent], rows)


def _series_table(catalogue: Catalogue) -> Table:
    rows = [_series_row(series, catalogue) for _, series in sorted(catalogue.series.items())]
    return Table("series", list(FIELDS["series"]), rows)


def _series_row(series: Series, catalogue: Catalogue) -> tuple[Cell, ...]:
    licence = series.licence or catalogue.publishers[series.publisher].licence
    formula = [getattr(series.derived.formula, lang) if series.derived else None for lang in _LANGUAGES]
    breaks = _joined((b.period, b.note) for b in series.breaks)
    warnings = _joined((w.periods, w.note) for w in series.warnings)
    return (
        series.id,
        catalogue.publishers[series.publisher].name.en,
        series.title.en,
        series.title.zh,
        series.definition.en,
        series.definition.zh,
        series.unit,
        series.scale,
        series.frequency,
        series.kind,
        series.seasonal_adjustment,
        series.derived is not None,
        *formula,
        series.ended,
        series.publication_lag_days,
        *breaks,
        *warnings,
        licence.name.en,
        licence.url or None,
        series.url,
    )


def _joined(notes: Any) -> tuple[str | None, str | None]:
    """`2023-01: words | …` in both languages; None where there is nothing to say."""
    found: list[tuple[str, Text]] = list(notes)
    joined = [
        " | ".join(
            f"{period}: {getattr(note, lang)}" if period else getattr(note, lang) for period, note in found
        )
        for lang in _LANGUAGES
    ]
    return joined[0] or None, joined[1] or None


def _sources_table(catalogue: Catalogue) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            catalogue.publishers[source.publisher].name.en,
            source.title.en,
            source.title.zh,
            source.label or None,
            " ".join(source.addresses) or None,
            source.obtained_from or None,
            source.confidence,
            source.note.en if source.note else None,
            source.note.zh if source.note else None,
        )
        for name, source in sorted(catalogue.sources.items())
    ]
    return Table("sources", list(FIELDS["sources"]), rows)


def _serialised(tables: Mapping[str, Table], form: Format) -> dict[str, bytes]:
    if form == "xlsx":
        return {WORKBOOK: to_xlsx(tables.values())}
    if form == "parquet":
        return {f"{name}.parquet": to_parquet(table, types_of(name)) for name, table in tables.items()}
    return {f"{name}.csv": to_csv(table) for name, table in tables.items()}


def _written(folder: Path, contents: Mapping[str, bytes]) -> list[Path]:
    """Put the files into the folder, each whole or not at all, and take away those of another format."""
    ours = {WORKBOOK, *(f"{name}.{form}" for name in FIELDS for form in FORMATS)}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            partial = folder / f".{name}.{os.getpid()}.part"
            partial.write_bytes(content)
            partial.replace(folder / name)
        for name in ours - set(contents):
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise DataError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="choose another folder",
        ) from None
    return [folder / name for name in contents]

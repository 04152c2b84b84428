"""Describing an export to machines: a Frictionless data package (https://specs.frictionlessdata.io).

`FIELDS` says what each column of each table is; the same words stand in `datapackage.json`. Writing the tables
is `data.exporting`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Literal, get_args

from consumer_credit import __version__
from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.periods import AsOf
from consumer_credit.data.spreadsheets import Table

Format = Literal["csv", "xlsx", "parquet"]
FORMATS: tuple[Format, ...] = get_args(Format)
NAME = "consumer-credit-figures"
WORKBOOK = "figures.xlsx"
_MEDIA = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}

FIELDS: dict[str, dict[str, str]] = {
    "observations": {
        "series": "string: id of the series",
        "period": "string: ISO year, quarter, month or day; for stocks its end",
        "value": "number: in the unit and scale of the series",
        "vintage": "string: ISO day or month from which the value was publicly known",
        "source": "string: id of the source",
        "later_vintage": "boolean: published by the date of the export, but only a later vintage is held",
        "derived": "boolean: worked out from published figures, not published itself",
    },
    "series": {
        "id": "string: id of the series",
        "publisher": "string: who publishes it",
        "title_en": "string: title, English",
        "title_zh": "string: title, Chinese",
        "definition_en": "string: what is counted, English",
        "definition_zh": "string: what is counted, Chinese",
        "unit": "string: ISO 4217 currency, percent, persons, …",
        "scale": "number: what one unit of a value is worth, e.g. 100000000 for 亿元, 0.01 for percent",
        "frequency": "string: annual, quarterly, monthly, daily",
        "kind": "string: stock, flow, rate, …",
        "seasonal_adjustment": "string: adjusted, unadjusted, not_applicable",
        "derived": "boolean: worked out from published figures",
        "formula_en": "string: how, English",
        "formula_zh": "string: how, Chinese",
        "ended": "string: last period, where the series has ended",
        "publication_lag_days": "integer: days from the end of a period to its first figure",
        "breaks_en": "string: breaks in the level, English",
        "breaks_zh": "string: breaks in the level, Chinese",
        "warnings_en": "string: what to know before using it, English",
        "warnings_zh": "string: what to know before using it, Chinese",
        "licence_en": "string: terms, English",
        "licence_url": "string: address of the terms",
        "url": "string: the publisher's page",
    },
    "sources": {
        "id": "string: id of the source",
        "publisher": "string: who published the figures",
        "title_en": "string: what it is, English",
        "title_zh": "string: what it is, Chinese",
        "label": "string: the vintage as its source names it",
        "addresses": "string: where it was published, separated by blanks",
        "obtained_from": "string: where the copy held was obtained",
        "confidence": "string: official_file, two_sources, one_source",
        "note_en": "string: remark, English",
        "note_zh": "string: remark, Chinese",
    },
}
"""Columns of each table with their types and meanings."""


def describe(
    catalogue: Catalogue,
    tables: Mapping[str, Table],
    contents: Mapping[str, bytes],
    form: Format,
    as_of: AsOf | None,
) -> dict[str, Any]:
    """The content of `datapackage.json`.

    Args:
        catalogue: publishers and their terms.
        tables: the tables of the export by name.
        contents: the files written so far, by path.
        form: csv, xlsx or parquet.
        as_of: the day of knowledge; None for every vintage.
    """
    known = (
        "every vintage held"
        if as_of is None
        else f"as known on {as_of}"
        if as_of != "latest"
        else "newest vintages"
    )
    publishers = [catalogue.publishers[name] for name in sorted(catalogue.publishers)]
    licences = {
        (p.licence.name.en, p.licence.url): f"{p.name.en}: {p.licence.name.en}" for p in reversed(publishers)
    }
    return {
        "profile": "data-package",
        "name": NAME,
        "title": f"Consumer credit and its denominators, {known}",
        "description": (
            "Figures of the report 'How big is the consumer-credit market, really?', with definitions, breaks, "
            "warnings and sources; codebook.md explains them to readers. Terms differ by publisher: see the table "
            "series, column licence_en."
        ),
        "version": __version__,
        "licenses": [
            {"name": "other-at", "title": title, **({"path": url} if url else {})}
            for (_, url), title in sorted(licences.items(), key=lambda item: item[1])
        ],
        "sources": [{"title": p.name.en, "path": p.url} for p in publishers],
        "resources": [_resource(name, table, contents, form) for name, table in tables.items()],
    }


def _resource(name: str, table: Table, contents: Mapping[str, bytes], form: Format) -> dict[str, Any]:
    path = WORKBOOK if form == "xlsx" else f"{name}.{form}"
    keys = {"observations": ["series", "period", "vintage"]}.get(name, ["id"])
    if "later_vintage" in table.columns:
        keys = ["series", "period"]
    schema: dict[str, Any] = {
        "fields": [
            {
                "name": column,
                "type": types_of(name)[column],
                "description": FIELDS[name][column].partition(": ")[2],
                **({"constraints": {"required": True}} if column in (*keys, "value", "source") else {}),
            }
            for column in table.columns
        ],
        "primaryKey": keys,
    }
    if name == "observations":
        schema["foreignKeys"] = [
            {"fields": ["series"], "reference": {"resource": "series", "fields": ["id"]}},
            {"fields": ["source"], "reference": {"resource": "sources", "fields": ["id"]}},
        ]
    resource: dict[str, Any] = {
        "name": name,
        "type": "table",
        "path": path,
        "scheme": "file",
        "format": form,
        "mediatype": _MEDIA[form],
    }
    if form == "csv":
        resource["encoding"] = "utf-8"
    if form == "xlsx":
        resource["dialect"] = {"headerRows": [1], "excel": {"sheet": name}}
    if form != "parquet":  # frictionless cannot verify size and hash of what it reads through Arrow
        resource["bytes"] = len(contents[path])
        resource["hash"] = f"sha256:{hashlib.sha256(contents[path]).hexdigest()}"
    return {**resource, "schema": schema}


def types_of(table: str) -> dict[str, str]:
    """Column to `string`, `number`, `integer` or `boolean`, of one of `FIELDS`."""
    return {name: meaning.partition(":")[0] for name, meaning in FIELDS[table].items()}

"""JSON Schemas of the files that people edit, so that their editors complete names and show what is allowed.

Made from the models that read the files. What a schema cannot say (years in order, ids that exist) is checked
when a file is read.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter

from consumer_credit.data.corrections import Correction
from consumer_credit.data.entries import Economy, Publisher, Series, Source
from consumer_credit.ledger.claims import ClaimsFile
from consumer_credit.ledger.forecasts import ForecastsFile
from consumer_credit.parameters import Parameters
from consumer_credit.report.assembling.references import WorksFile

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HEAD = "# yaml-language-server: $schema="
_BILINGUAL = {
    "type": "object",
    "properties": {"en": {"type": "string", "minLength": 1}, "zh": {"type": "string", "minLength": 1}},
    "required": ["en", "zh"],
    "additionalProperties": False,
}

Schema = dict[str, Any]


def edition_schema() -> Schema:
    """An edition: its words in both languages and its parameters, each explained in both."""
    parameters = Parameters.model_json_schema()
    for field in parameters["properties"].values():
        field["description"] = f"{field['description']}\n{field.pop('zh')}"
        field.pop("title", None)
    parameters["properties"]["as_of"]["anyOf"] = [
        {"const": "latest"},
        {"type": "string", "pattern": r"^\d{4}-\d{2}(-\d{2})?$"},
    ]
    texts = {
        "title": {**_BILINGUAL, "description": "What the edition is called on its cover."},
        "description": {**_BILINGUAL, "description": "One sentence below the title."},
    }
    return _closed(
        {**texts, "parameters": {**parameters, "type": ["object", "null"]}}, ["title", "description"]
    )


def catalogue_schema() -> Schema:
    """A publisher's catalogue file: series by id; what a family fills in may be left out."""
    definitions: Schema = {}
    publisher, source, series = (
        _model(model, definitions, without=without)
        for model, without in ((Publisher, ()), (Source, ()), (Series, ("id", "file")))
    )
    for optional in (source, series):  # the file's only publisher goes without saying
        optional["required"] = [name for name in optional["required"] if name != "publisher"]
    partly = {name: part for name, part in series.items() if name != "required"}
    family = _closed(
        {
            "economies": {"type": "array", "items": {"type": "string"}},
            "series": _by_id(partly),
            "codes": _by_id({"type": "string"}),
            "exceptions": _by_id(partly),
        },
        ["economies", "series"],
    )
    schema = _closed(
        {
            "publishers": _by_id(publisher),
            "sources": _by_id(source),
            "series": _by_id(series),
            "families": {"type": "array", "items": family},
            "dropped": _by_id({"type": "array", "items": {"type": "string"}}),
        },
        ["publishers"],
    )
    return {**schema, "$defs": definitions}


def economies_schema() -> Schema:
    """The catalogue's economies, by two-letter code."""
    definitions: Schema = {}
    economy = _model(Economy, definitions)
    return {**_by_id(economy), "$defs": definitions}


SCHEMAS: Mapping[str, Callable[[], Schema]] = {
    "editions/edition.schema.json": edition_schema,
    "data/schemas/catalogue.schema.json": catalogue_schema,
    "data/schemas/economies.schema.json": economies_schema,
    "data/schemas/claims.schema.json": ClaimsFile.model_json_schema,
    "data/schemas/forecasts.schema.json": ForecastsFile.model_json_schema,
    "data/schemas/references.schema.json": WorksFile.model_json_schema,
    "data/schemas/corrections.schema.json": TypeAdapter(tuple[Correction, ...]).json_schema,
}
"""Where each schema lies, and what makes it."""


def schema_texts() -> dict[str, str]:
    """Every schema as its file holds it."""
    return {
        place: json.dumps({"$schema": DIALECT, **make()}, ensure_ascii=False, indent=1) + "\n"
        for place, make in SCHEMAS.items()
    }


def _model(model: Any, definitions: Schema, *, without: tuple[str, ...] = ()) -> Schema:
    """The schema of a model without some fields; what it refers to goes to `definitions`."""
    schema: Schema = model.model_json_schema()
    definitions |= schema.pop("$defs", {})
    schema["properties"] = {name: part for name, part in schema["properties"].items() if name not in without}
    schema["required"] = [name for name in schema.get("required", []) if name not in without]
    return schema


def _closed(properties: Schema, required: list[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _by_id(schema: Schema) -> Schema:
    return {"type": "object", "additionalProperties": schema}

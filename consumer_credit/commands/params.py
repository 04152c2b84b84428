"""`python build_report.py params`: what an editor may change, its bounds, defaults and meaning."""

from __future__ import annotations

import json
from typing import Any

from consumer_credit.commands.output import print_json
from consumer_credit.locales import Language
from consumer_credit.parameters import Parameters, allowed_values, meaning_of


def params_command(*, language: Language, as_json: bool) -> int:
    """Print every parameter of the model."""
    found = [_described(name, language) for name in Parameters.model_fields]
    if as_json:
        print_json({"parameters": found})
        return 0
    words = {"en": ("allowed", "default"), "zh": ("取值", "默认值")}[language]
    for parameter in found:
        print(f"{parameter['name']}")
        print(f"    {parameter['meaning']}")
        print(f"    {words[0]}: {parameter['allowed']}")
        print(f"    {words[1]}: {json.dumps(parameter['default']).strip(chr(34))}")
    return 0


def _described(name: str, language: Language) -> dict[str, Any]:
    schema = Parameters.model_json_schema()["properties"][name]
    bounds = {key: value for part in schema.get("anyOf", [schema]) for key, value in part.items()}
    return {
        "name": name,
        "type": " | ".join(sorted({part.get("type", "string") for part in schema.get("anyOf", [schema])})),
        "allowed": allowed_values(name),
        "minimum": bounds.get("minimum"),
        "maximum": bounds.get("maximum"),
        "choices": bounds.get("enum") or ([bounds["const"]] if "const" in bounds else None),
        "default": Parameters().model_dump(mode="json")[name],
        "meaning": meaning_of(name, language),
    }

"""Editions: named, complete sets of parameters that an editor edits (`editions/*.yaml`)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from consumer_credit.errors import DataError, UsageError
from consumer_credit.parameters import Parameters, parse_parameters

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_KEYS = ("title", "description", "parameters")


@dataclass(frozen=True)
class Edition:
    """One edition: its name (of file and folder), title and description by language, and parameters.

    `overrides` are the parameters that were set for this build alone.
    """

    name: str
    title: Mapping[str, str]
    description: Mapping[str, str]
    parameters: Parameters
    overrides: Mapping[str, Any] = field(default_factory=dict)


def load_edition(folder: Path, name: str, overrides: Mapping[str, Any] | None = None) -> Edition:
    """Read edition `name` from the folder of editions; `overrides` (from `--set`) replace single parameters.

    Raises:
        UsageError: no such edition, unreadable YAML, an unknown key, or a parameter that is unknown or out of
            bounds.
    """
    file = folder / f"{name}.yaml"
    if not _NAME.fullmatch(name) or not file.is_file():
        known = sorted(path.stem for path in folder.glob("*.yaml") if path.is_file())
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(known)}"
        raise UsageError(f"no edition '{name}'", where="--edition", remedy=hint)
    where = f"editions/{file.name}"
    content = _read(file, where)
    given = content.get("parameters") or {}
    if not isinstance(given, dict):
        raise UsageError(
            "'parameters' is not a list of names and values",
            where=where,
            remedy="write 'name: value' lines under it",
        )
    parse_parameters(given, where=where)
    merged = {**given, **(overrides or {})}
    return Edition(
        name=name,
        title=_bilingual(content, "title", where),
        description=_bilingual(content, "description", where),
        parameters=parse_parameters(merged, where="--set" if overrides else where),
        overrides=dict(overrides or {}),
    )


def _read(file: Path, where: str) -> dict[str, Any]:
    from consumer_credit.data.yaml_files import read_yaml  # noqa: PLC0415  (a usage error must answer quickly)

    try:
        content = read_yaml(file, where)
    except DataError as error:
        raise UsageError(error.what, where=error.where, remedy=error.remedy) from None
    if not isinstance(content, dict):
        raise UsageError("the file holds no edition", where=where, remedy="see editions/latest.yaml")
    for key in content:
        if key not in _KEYS:
            near = difflib.get_close_matches(str(key), _KEYS, n=1)
            hint = (
                f"did you mean '{near[0]}'?"
                if near
                else f"known are: {', '.join(_KEYS)}; parameters stand under 'parameters'"
            )
            raise UsageError(f"unknown entry '{key}'", where=where, remedy=hint)
    return content


def _bilingual(content: Mapping[str, Any], key: str, where: str) -> Mapping[str, str]:
    text = content.get(key)
    if (
        not isinstance(text, dict)
        or set(text) != {"en", "zh"}
        or not all(isinstance(t, str) and t for t in text.values())
    ):
        raise UsageError(
            f"'{key}' needs a text in both languages", where=where, remedy=f"write '{key}: {{en: …, zh: …}}'"
        )
    return text

"""Claims about the JSON Schemas: they are those of the models, every file passes its own, and mistakes do not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from consumer_credit.cli import main
from consumer_credit.data.yaml_files import read_yaml
from consumer_credit.parameters import Parameters
from consumer_credit.project import Project
from consumer_credit.report.schemas import HEAD, SCHEMAS, schema_texts

PROJECT = Project(Path(__file__).parents[2])
FOLDERS = (PROJECT.editions, PROJECT.data, PROJECT.data / "catalogue")
FILES = [path for folder in FOLDERS for path in sorted(folder.glob("*.yaml"))]


def schema_of(path: Path) -> str:
    """Which schema an edited file is held to, as its first line names it: relative to the file."""
    if path.parent == PROJECT.editions:
        return "edition.schema.json"
    if path.parent == PROJECT.data:
        return f"schemas/{path.stem}.schema.json"
    return f"../schemas/{'economies' if path.stem == 'economies' else 'catalogue'}.schema.json"


def validator(path: Path) -> Draft202012Validator:
    schema = json.loads((path.parent / schema_of(path)).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


@pytest.mark.parametrize("place", SCHEMAS)
def test_a_committed_schema_is_that_of_the_model(place: str) -> None:
    assert (PROJECT.root / place).read_text(encoding="utf-8") == schema_texts()[place], "run 'schemas'"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_file_names_its_schema_in_its_first_line_and_passes_it(path: Path) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    assert first == HEAD + schema_of(path)
    errors = [
        f"{error.json_path}: {error.message[:200]}"
        for error in validator(path).iter_errors(read_yaml(path, path.name))
    ]
    assert errors == []


def edition(**parameters: Any) -> Any:
    texts = {"en": "a", "zh": "甲"}
    return {"title": texts, "description": texts, "parameters": parameters}


@pytest.mark.parametrize(
    ("parameters", "word"),
    [
        ({"bas_year": 2016}, "bas_year"),
        ({"base_year": 2016.5}, "2016.5"),
        ({"base_year": 1700}, "1700"),
        ({"comparator": "DEU"}, "DEU"),
        ({"as_of": "25 April 2017"}, "April"),
        ({"strict_vintages": "yes"}, "yes"),
        ({"churn": 1.2}, "1.2"),
    ],
)
def test_an_editor_marks_what_a_build_would_refuse(parameters: dict[str, Any], word: str) -> None:
    check = validator(PROJECT.editions / "latest.yaml")
    assert not list(check.iter_errors(edition(base_year=2016, as_of="2017-04", comparator="USA")))
    errors = list(check.iter_errors(edition(**parameters)))
    assert errors and word in str(errors[0].message)


def test_every_parameter_is_explained_in_both_languages() -> None:
    fields = json.loads(schema_texts()["editions/edition.schema.json"])["properties"]["parameters"][
        "properties"
    ]
    assert list(fields) == list(Parameters.model_fields)
    for field in fields.values():
        english, chinese = field["description"].split("\n")
        assert english.isascii() and not chinese.isascii() and "default" in field


def test_check_says_which_schema_is_behind(tmp_path: Path, monkeypatch: Any, capsys: Any) -> None:
    for folder in ("notebooks", "editions"):
        (tmp_path / folder).mkdir()
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(tmp_path))
    assert main(["schemas"]) == 0 and main(["schemas", "--check"]) == 0
    (tmp_path / "editions" / "edition.schema.json").write_text("{}")
    capsys.readouterr()
    assert main(["schemas", "--check"]) == 2
    assert (
        capsys.readouterr().err
        == "error: editions/edition.schema.json: is not that of the models — run 'schemas'\n"
    )

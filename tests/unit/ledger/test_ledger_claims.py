"""Claims and forecasts as editors write them: what is accepted, and what a slip is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer_credit.errors import DataError
from consumer_credit.ledger.claims import load_claims, load_sources
from consumer_credit.ledger.forecasts import load_forecasts


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


SOURCE = {"id": "page", "title": both("A page"), "publisher": both("A publisher"), "date": "2017-08-22"}
CLAIM = {
    "id": "a_claim",
    "source": "page",
    "page": both("page 1"),
    "statement": both("So it was said."),
    "numerator": both("loans"),
    "period": "2016",
    "value": 0.25,
    "half_unit": 0.005,
    "unit": "fraction",
    "test": {"kind": "ratio", "numerator": "cn_consumer", "denominator": "cn_gdp"},
}
FORECAST = {
    "id": "a_forecast",
    "source": "page",
    "page": both("page 1"),
    "forecaster": both("Somebody"),
    "statement": both("So it will be."),
    "scope": both("loans"),
    "scope_match": "same",
    "period": "2020",
    "value": 1.2e13,
    "half_unit": 5e11,
    "unit": "CNY",
    "actual": "cn_consumer",
}
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(*, claims: Any = None, forecasts: Any = None, sources: Any = None) -> Path:
        folder = tmp_path / "data"
        folder.mkdir(exist_ok=True)
        kind, entries = ("claims", claims) if forecasts is None else ("forecasts", forecasts)
        file = folder / f"{kind}.yaml"
        content = {"sources": sources or [SOURCE], kind: entries}
        file.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
        return file

    return written


def test_a_claim_knows_the_day_of_the_report_that_its_source_quotes(write):
    quoting = SOURCE | {"data_date": "2017-04-25"}
    assert load_claims(write(claims=[CLAIM]))["a_claim"].known_on == "2017-08-22"
    assert load_claims(write(claims=[CLAIM], sources=[quoting]))["a_claim"].known_on == "2017-04-25"


def test_a_statement_about_the_future_is_judged_on_what_came(write):
    claims = load_claims(
        write(claims=[CLAIM | {"judged_on": "2022-01"}, CLAIM | {"id": "b", "judged_on": "latest"}])
    )
    assert [claim.judgement_day for claim in claims.values()] == ["2022-01", "latest"]


def test_sources_are_read_beside_the_claims(write):
    assert load_sources(write(claims=[CLAIM]))["page"].publisher.en == "A publisher"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "nowhere"}, r"data/claims\.yaml, claim a_claim: unknown source 'nowhere'"),
        ({"value": "much"}, r"data/claims\.yaml, claims a_claim, value: .*number"),
        ({"value": float("nan")}, r"claims a_claim, value: .*finite"),
        ({"half_unit": 0}, r"claims a_claim: .*half_unit above nought"),
        ({"period": "2016-12"}, r"claims a_claim, period"),
        ({"period": 2016}, r"claims a_claim, period"),
        ({"unit": "yuan"}, r"claims a_claim, unit"),
        ({"relation": "about"}, r"claims a_claim, relation"),
        ({"judged_on": "soon"}, r"claims a_claim, judged_on.*'soon' is not a vintage"),
        ({"surprise": 1}, r"claims a_claim, surprise: Extra inputs"),
        ({"statement": {"en": "Only English."}}, r"claims a_claim, statement\.zh: Field required"),
        ({"test": {"kind": "guess"}}, r"claims a_claim, test: .*'guess'"),
        (
            {"test": {"kind": "level", "quantity": "cn_everything"}},
            r"claims a_claim, test\.level\.quantity: 'cn_everything' is neither a quantity .* known are: cn_consumer",
        ),
        ({"period": "9016"}, r"claims a_claim, period"),
        (
            {"test": {"kind": "growth", "quantity": "cn_consumer", "first": "2016"}},
            r"claims a_claim: the test begins in 2016, not before the claim's period 2016",
        ),
        ({"test": {"kind": "compounding", "base": 1, "growth": 0.1, "years": 10**6}}, r"years: .*less than"),
        (
            {"test": {"kind": "shortfall", "followers": 10, "dormant_share": 1}},
            r"dormant_share: .*less than 1",
        ),
    ],
)
def test_a_slip_in_a_claim_is_told_with_file_entry_and_field(write, change, message):
    with pytest.raises(DataError, match=message):
        load_claims(write(claims=[CLAIM | change]))


def test_a_claim_may_stand_only_once(write):
    with pytest.raises(DataError, match=r"claim a_claim: this id stands twice"):
        load_claims(write(claims=[CLAIM, CLAIM]))


def test_a_missing_file_and_a_broken_one_are_told_apart(tmp_path):
    with pytest.raises(DataError, match=r"claims\.yaml: the file is missing"):
        load_claims(tmp_path / "claims.yaml")
    for text, message in (
        ("claims: [", "not valid YAML"),
        ("- 1", "Input should be"),
        ("", "Input should be"),
    ):
        (tmp_path / "claims.yaml").write_text(text, encoding="utf-8")
        with pytest.raises(DataError, match=message):
            load_claims(tmp_path / "claims.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"source": "nowhere"}, r"forecast a_forecast: unknown source 'nowhere'"),
        ({"actual": None}, r"forecasts a_forecast: give either 'actual'.* or the 'reason'"),
        ({"reason": both("Why")}, r"forecasts a_forecast: give either 'actual'"),
        ({"scope_match": None}, r"forecasts a_forecast: give 'scope_match' with 'actual'"),
        ({"value": 0}, r"forecasts a_forecast, value"),
        (
            {"base": {"period": "2020", "value": 1, "half_unit": 1, "quantity": "cn_consumer"}},
            r"forecasts a_forecast: the base lies after the period foretold",
        ),
        ({"naive": {"period": "2016", "quantity": "nothing"}}, r"naive\.quantity: 'nothing' is neither"),
    ],
)
def test_a_slip_in_a_forecast_is_told_with_file_entry_and_field(write, change, message):
    entry = {key: value for key, value in (FORECAST | change).items() if value is not None}
    with pytest.raises(DataError, match=message):
        load_forecasts(write(forecasts=[entry]))


def test_a_forecast_whose_page_bears_no_date_is_welcome(write):
    file = write(forecasts=[FORECAST], sources=[SOURCE | {"date": None}])
    assert load_forecasts(file)["a_forecast"].value == 1.2e13

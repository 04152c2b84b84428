"""A value that could not be published is refused where it is recorded; a missing one says why, in both languages."""

from __future__ import annotations

import math
import re
import string

import pytest

from consumer_credit.report.missing import REASONS, missing_sentence, reason_text
from consumer_credit.report.values import MissingReason, RecordedValue

GAP = MissingReason("gap", series="cn.gdp", period="2016")
DETAILS = {"as_of": "2017-04-25", "first": "2007", "last": "2015", "low": "0.1", "high": "0.2"}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"value": 1.0, "unit": "furlong"}, "ratio: unknown unit 'furlong', known are "),
        ({"value": math.nan, "unit": "fraction"}, "nan is not a finite number; record a missing value"),
        ({"value": -math.inf, "unit": "fraction"}, "-inf is not a finite number"),
        ({"value": None, "unit": "fraction"}, "give either a value or the reason why it is missing"),
        ({"value": 1.0, "unit": "fraction", "missing": GAP}, "give either a value or the reason"),
    ],
)
def test_what_could_not_be_published_is_refused_by_name(given, message):
    with pytest.raises(ValueError, match=message):
        RecordedValue("alpha", "ratio", **given)


def test_a_missing_value_is_published_with_its_reason_and_a_value_without_one():
    missing = RecordedValue("alpha", "ratio", None, "fraction", missing=GAP).as_json()
    assert (missing["value"], missing["missing_reason"]["code"]) == (None, "gap")
    assert "missing_reason" not in RecordedValue("alpha", "ratio", 0.2, "fraction").as_json()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("code", REASONS)
def test_every_reason_is_a_sentence_of_its_language_and_leaves_nothing_open(code, language):
    details = {"zh": "国内生产总值", "en": "GDP"}
    reason = MissingReason(code, series="cn.gdp", period="2016", details=DETAILS)
    said = reason_text(reason, language=language, title_of=lambda _: details[language])
    assert not set("{}") & set(said)
    asked = {name for _, name, _, _ in string.Formatter().parse(REASONS[code]) if name}
    for name, shown in {"title": details[language], "period": "2016", "first": "2007", "low": "10"}.items():
        assert (shown in said) == (name in asked), (name, said)
    assert bool(re.search("[\u4e00-\u9fff]", said)) == (language == "zh")


@pytest.mark.parametrize(
    ("code", "details", "said"),
    [
        (
            "not_yet_published",
            {"as_of": "2017-04-25"},
            "GDP for 2016 had not been published by 25 April 2017",
        ),
        ("not_yet_published", {"as_of": "latest"}, "of GDP no figure for 2016 is held"),
        ("no_observation", {}, "GDP has no published figure for 2016"),
        ("made_later", {"as_of": "latest"}, "the forecast was made after that date"),
        ("what is this", {}, "GDP has no published figure for 2016"),
    ],
)
def test_a_reason_says_no_more_than_is_known(code, details, said):
    value = RecordedValue(
        "alpha", "ratio", None, "fraction", missing=MissingReason(code, "cn.gdp", "2016", details)
    )
    sentence = missing_sentence(value, language="en", title_of=lambda _: "GDP")
    assert sentence == f"*This passage cannot be given: {said}.*"

"""The summary says of each of its five numbers whose it is, of what and of which year."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from consumer_credit.locales import labels
from consumer_credit.parameters import parse_parameters
from consumer_credit.report.chapters.glance import FIVE, five_numbers
from consumer_credit.report.values import RecordedValue

UNITS = {"gap_pp_latest": "pp", "scope_spread_pp_cn_base": "pp", "headroom_cny_latest": "CNY"}


def summary_of(language="en", **parameters):
    """The summary's five numbers where the chapters recorded one each; `comparator` is called by its code."""
    chapter = SimpleNamespace(
        language=language,
        text=labels(language),
        parameters=parse_parameters(parameters),
        economy=str,
        project=SimpleNamespace(chapters=list),
    )
    recorded = {name: RecordedValue("china", name, 0.1, UNITS.get(name, "fraction")) for name, _ in FIVE}
    recorded["latest_year"] = RecordedValue("china", "latest_year", "2025", "period")
    return list(five_numbers(chapter, recorded)["what"])


def test_the_five_numbers_are_called_by_what_the_edition_compares():
    assert summary_of() == [
        "China: consumer loans without housing loans in relation to GDP, 2025",
        "USA: consumer credit in relation to GDP, 2025",
        "The gap: USA less China, 2025",
        "How far apart published definitions and days of asking put China's ratio, 2016",
        "China's room to grow to 20.0% of GDP, 2025",
    ]


@pytest.mark.parametrize(
    ("changed", "row", "called"),
    [
        (
            {"china_scope": "total"},
            0,
            "China: consumer loans, housing loans included in relation to GDP, 2025",
        ),
        (
            {"us_scope": "ex_student"},
            1,
            "USA: consumer credit without student loans in relation to GDP, 2025",
        ),
        ({"us_scope": "ex_student", "comparator": "GBR"}, 1, "GBR: consumer credit in relation to GDP, 2025"),
        (
            {"denominator": "disposable_income"},
            1,
            "USA: consumer credit in relation to disposable income, 2025",
        ),
        (
            {"base_year": 2019},
            3,
            "How far apart published definitions and days of asking put China's ratio, 2019",
        ),
        ({"target_ratio": 0.25}, 4, "China's room to grow to 25.0% of GDP, 2025"),
        ({"language": "zh"}, 0, "中国：不含住房贷款的消费贷款与国内生产总值之比，2025年"),
    ],
)
def test_a_parameter_changes_what_a_number_is_called(changed, row, called):
    assert summary_of(**changed)[row] == called

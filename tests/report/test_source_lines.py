"""Source lines name what went in, in a length that a reader can take in."""

from pathlib import Path

import pytest

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.report.provenance import BreakMark, economy_name, notes, source_entries, source_line

CATALOGUE = Catalogue.load(Path(__file__).parents[2] / "data")
CREDIT = "{}.household_credit.pct_gdp"
SEVEN = [CREDIT.format(code) for code in ("ar", "au", "at", "be", "br", "ca", "ch")]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            "Source: Bank for International Settlements (household credit to GDP, 7 economies); "
            "People's Bank of China (",
        ),
        ("zh", "资料来源：国际清算银行（7个经济体的住户部门信贷/GDP）；中国人民银行（"),
    ],
)
def test_the_same_series_of_many_economies_is_named_once_with_their_number(language, expected):
    line = source_line(CATALOGUE, [*SEVEN, "cn.household_consumer_loans"], {}, language)
    assert line.startswith(expected)
    assert "rgentin" not in line and "阿根廷" not in line


def test_a_handful_of_economies_is_named_one_by_one_in_the_order_given():
    line = source_line(CATALOGUE, [*SEVEN[:2], "cn.gdp"], {}, "en")
    assert "Argentina, household credit to GDP, Australia, household credit to GDP" in line
    assert "economies" not in line


def test_the_method_tab_has_one_entry_for_them_with_the_newest_vintage():
    vintages = dict.fromkeys(SEVEN, "2022-03") | {SEVEN[3]: "2026-06", "cn.gdp": "2017-01-20"}
    entries = source_entries(CATALOGUE, vintages, "en")
    assert [entry["id"] for entry in entries] == ["*.household_credit.pct_gdp", "cn.gdp"]
    assert entries[0]["title"] == "credit to households and nonprofits, share of GDP, 7 economies"
    assert entries[0]["vintage"] == "June 2026"


def notes_of(used, *, language="en", any_later=False, marks=()):
    return notes(CATALOGUE, used, marks=marks, any_later=any_later, as_of="2017-04-25", language=language)


@pytest.mark.parametrize(
    ("periods", "warned"), [(["2022-12", "2023-06"], True), (["2022-12"], False), ([], False)]
)
def test_a_warning_about_some_periods_is_given_where_they_are_shown(periods, warned):
    said = notes_of({"cn.consumer_loans_ex_housing.official.growth": periods})
    assert any("comparable scope" in line for line in said) == warned


def test_a_warning_that_two_series_share_is_given_once():
    banks = {"in.personal_loans": [], "in.personal_loans.vehicles": []}
    assert len(notes_of(banks)) == len(notes_of({"in.personal_loans": []})) == 1


@pytest.mark.parametrize(("language", "end"), [("en", "."), ("zh", "。")])
def test_what_is_derived_and_what_came_later_is_told_under_the_chart(language, end):
    derived = "in.personal_loans.ex_housing.derived"
    *_, formula, later = notes_of({derived: []}, language=language, any_later=True)
    assert formula.startswith("† ") and formula.endswith(end)
    assert getattr(CATALOGUE.series[derived].derived.formula, language) in formula
    assert later.startswith("‡ ") and "2017" in later
    assert not [line for line in notes_of({"cn.gdp": []}, language=language) if line[0] in "†‡"]


def test_a_break_has_its_letter_and_its_date():
    mark = BreakMark("2023-01", "b", "The scope widened.")
    assert notes_of({}, marks=[mark]) == ["[b] January 2023: The scope widened."]


def test_an_economy_that_the_catalogue_lacks_goes_by_its_code():
    assert economy_name(CATALOGUE, "CHN", "zh") == "中国"
    assert economy_name(CATALOGUE, "XXX", "zh") == "XXX"

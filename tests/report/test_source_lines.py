"""Source lines name what went in, in a length that a reader can take in."""

from pathlib import Path

import pytest

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.report.provenance import source_entries, source_line

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

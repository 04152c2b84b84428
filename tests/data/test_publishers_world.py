"""The BIS, the World Bank, the Bank of England, Statistics Canada, and a plain table of anyone's."""

from __future__ import annotations

import datetime as dt
import io
import json
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from consumer_credit.data.publishers import bank_of_england, bis, statcan, tidy, world_bank
from consumer_credit.data.publishers.contract import ParsedFile
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.errors import DataError

Figures = dict[tuple[str, str], float]
CHINA = "Q:CN:H:A:M:770:A"
YUAN = "Q:CN:H:A:M:XDC:A"

_WORDS = {"770": "Percentage of GDP", "XDC": "Domestic currency"}
_DIMENSIONS = (
    ("FREQ", "Frequency", "Q", "Quarterly"),
    ("BORROWERS_CTY", "Borrowers' country", "CN", "China"),
    ("TC_BORROWERS", "Borrowing sector", "H", "Households & NPISHs"),
    ("TC_LENDERS", "Lending sector", "A", "All sectors"),
    ("VALUATION", "Valuation", "M", "Market value"),
    ("UNIT_TYPE", "Unit type", "770", ""),
    ("TC_ADJUST", "Type of adjustment", "A", "Adjusted for breaks"),
)


def _table(*rows: list[str], quoted: bool) -> str:
    return "".join(
        ",".join(f'"{cell}"' if quoted or "," in cell else cell for cell in row) + "\n" for row in rows
    )


def _dimensions(unit: str) -> list[str]:
    return [
        text
        for name, _, code, words in _DIMENSIONS
        for text in ((unit, _WORDS[unit]) if name == "UNIT_TYPE" else (code, words))
    ]


_HEADING = [text for name, words, _, _ in _DIMENSIONS for text in (name, words)]
BIS_2019 = _table(
    [*_HEADING, "Time Period", "2018-Q4", "2019-Q1"],
    [*_dimensions("770"), CHINA, "52.5", "53.6"],
    [*_dimensions("XDC"), YUAN, "", "49123.456"],
    quoted=True,
)
_TODAY = ["UNIT_MULT", "Unit Multiplier", "UNIT_MEASURE", "Unit of measure", "TITLE_TS", "Series"]
BIS_2026 = _table(
    [*_HEADING, *_TODAY, "2025-Q3", "2025-Q4"],
    [*_dimensions("770"), "0", "Units", "367", "Per cent", "China - Credit, of GDP", CHINA, "60.1", "59.9"],
    [*_dimensions("XDC"), "9", "Billions", "CNY", "Renminbi", "China", YUAN, "83000.1", "83200.2"],
    quoted=False,
)
BIS_SDMX = _table(
    ["DATAFLOW", *(name for name, *_ in _DIMENSIONS), "TIME_PERIOD", "OBS_VALUE", "UNIT_MULT"],
    ["BIS:WS_TC(2.0)", *(code for _, _, code, _ in _DIMENSIONS), "2025-Q3", "60.1", "0"],
    ["BIS:WS_TC(2.0)", *(code for _, _, code, _ in _DIMENSIONS), "2025-Q4", "59.9", "0"],
    quoted=False,
)
BIS_FLAT = _table(
    [*(f"{name}:{words}" for name, words, *_ in _DIMENSIONS), "TIME_PERIOD:Time period", "OBS_VALUE:Value"],
    [*(f"{code}: {words}" for _, _, code, words in _DIMENSIONS), "2025-Q3", "60.1"],
    [*(f"{code}: {words}" for _, _, code, words in _DIMENSIONS), "2025-Q4", "59.9"],
    quoted=False,
)


def parsed(reader: Any, content: str | bytes) -> ParsedFile:
    file = PublisherFile("some.file", content.encode() if isinstance(content, str) else content)
    assert reader.recognise(file) is not None
    found: ParsedFile = reader.read(file)
    return found


def figures(of: ParsedFile) -> Figures:
    return {(row.key, row.period): row.value for row in of.figures.itertuples()}


def workbook(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Quarterly Series"
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


BIS_2016 = workbook(
    ["Back to menu", "China - Households - Percentage of GDP", "China - Households - Domestic currency"],
    ["", "Per Cent (Units)", "Renminbi (Billions)"],
    ["Period      ", CHINA, YUAN],
    [dt.date(2015, 6, 30), 37.1, ""],
    [dt.date(2015, 9, 30), 37.9, 25900.5],
)


def test_the_bis_names_its_series_alike_in_every_layout() -> None:
    assert figures(parsed(bis, BIS_2016)) == {
        (CHINA, "2015-Q2"): 37.1, (CHINA, "2015-Q3"): 37.9, (YUAN, "2015-Q3"): 25900.5,
    }  # fmt: skip
    assert figures(parsed(bis, BIS_2019))[CHINA, "2019-Q1"] == 53.6
    wide, sdmx, flat = (figures(parsed(bis, text)) for text in (BIS_2026, BIS_SDMX, BIS_FLAT))
    assert {cell: value for cell, value in wide.items() if cell[0] == CHINA} == sdmx == flat


@pytest.mark.parametrize(
    ("content", "vintage"),
    [(BIS_2016, "2016-03"), (BIS_2019, "2019-09"), (BIS_2026, "2026-06"), (BIS_SDMX, "2026-06")],
)
def test_a_bis_release_comes_out_half_a_year_after_its_last_quarter(
    content: str | bytes, vintage: str
) -> None:
    assert set(parsed(bis, content).figures["vintage"]) == {vintage}


def test_the_bis_unit_is_read_from_key_and_multiplier() -> None:
    units = parsed(bis, BIS_2026).units
    assert (units[CHINA].measure, units[CHINA].scale) == ("percent", Decimal("0.01"))
    assert units[YUAN].scale == 10**9
    assert parsed(bis, BIS_2016).units[YUAN].scale == 10**9
    assert parsed(bis, BIS_2019).units[YUAN].scale is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"CN","China"', '"IN","India"', "the dimensions give Q:IN:H:A:M:770:A, the row calls itself"),
        ('"2018-Q4"', '"2019-Q1"', "two columns for 2019-Q1"),
        ('"2019-Q1"', '"2019-13"', "expected a quarter, found"),
        (',"53.6"', "", "16 cells in this row, 17 in the heading"),
        ('"53.6"', '"53,6x"', "expected a number"),
        (f'"XDC","Domestic currency","A","Adjusted for breaks","{YUAN}"', f'"770","","A","","{CHINA}"', "stands twice"),
    ],
)  # fmt: skip
def test_bis_damage_is_refused(old: str, new: str, message: str) -> None:
    text = BIS_2019.replace(old, new, 1)
    with pytest.raises(DataError, match=message):
        parsed(bis, text)


WDI = (
    '\ufeff"Data Source","World Development Indicators",\r\n\r\n"Last Updated Date","2024-06-28",\r\n\r\n'
    '"Country Name","Country Code","Indicator Name","Indicator Code","2022","2023",\r\n'
    '"China","CHN","GDP (current LCU)","NY.GDP.MKTP.CN","120472400000000","126058200000000",\r\n'
    '"Korea, Rep.","KOR","GDP (current LCU)","NY.GDP.MKTP.CN","2.3237821E+15","",\r\n'
)
WDI_JSON = [
    {"page": 1, "pages": 1, "per_page": 50, "total": 3, "sourceid": "2", "lastupdated": "2026-07-01"},
    [
        {"indicator": {"id": "NY.GDP.MKTP.CN", "value": "GDP"}, "country": {"id": "CN", "value": "China"},
         "countryiso3code": "CHN", "date": "2023", "value": 129427170000000, "unit": "", "decimal": 0},
        {"indicator": {"id": "NY.GDP.MKTP.CN", "value": "GDP"}, "country": {"id": "CN", "value": "China"},
         "countryiso3code": "CHN", "date": "2024", "value": None, "unit": "", "decimal": 0},
    ],
]  # fmt: skip


def test_the_world_bank_says_when_it_last_updated() -> None:
    table, answer = parsed(world_bank, WDI), parsed(world_bank, json.dumps(WDI_JSON))
    assert figures(table) == {
        ("CHN:NY.GDP.MKTP.CN", "2022"): 120472400000000.0,
        ("CHN:NY.GDP.MKTP.CN", "2023"): 126058200000000.0,
        ("KOR:NY.GDP.MKTP.CN", "2022"): 2323782100000000.0,
    }
    assert set(table.figures["vintage"]) == {"2024-06-28"}
    assert figures(answer) == {("CHN:NY.GDP.MKTP.CN", "2023"): 129427170000000.0}
    assert set(answer.figures["vintage"]) == {"2026-07-01"}
    assert answer.blanks == [("CHN:NY.GDP.MKTP.CN", "2024")]


def test_one_page_of_several_is_said_to_be_one_page() -> None:
    answer = [{**WDI_JSON[0], "pages": 3}, WDI_JSON[1]]  # type: ignore[dict-item]
    assert parsed(world_bank, json.dumps(answer)).notes == [
        "page 1 of 3: the other pages hold the remaining figures"
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            json.dumps([{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]),
            "answered: not valid",
        ),
        (
            json.dumps([WDI_JSON[0], [{"date": "2023"}]]),
            "entry 1: expected indicator, country, date and value",
        ),
        (json.dumps([WDI_JSON[0], None]), "holds no figures"),
        (WDI.replace('"2022"', '"2023"'), "two columns for 2023"),
        (WDI.replace('"2022"', '"202"'), "expected a year, found '202'"),
        (WDI.replace("2024-06-28", "28/06/2024"), "expected a date"),
        (WDI.replace('"CHN"', '"China"'), "expected an indicator and an economy"),
        (WDI.replace('"KOR"', '"CHN"'), "stands twice"),
        (WDI.replace("126058200000000", "1.26058E+14"), "expected a number"),
        (WDI[:-6], "the last line does not end; the file may be cut off"),
        (WDI[:-6] + "\n", "cells in this row"),
    ],
)
def test_world_bank_damage_is_refused(content: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(world_bank, content)


BOE = "DATE,LPMBI2O,LPMVTXK\n30 Nov 2016,191500,1340000\n31 Dec 2016,193200,1342000\n"


def test_the_bank_of_england_is_read_by_code() -> None:
    assert figures(parsed(bank_of_england, BOE))["LPMBI2O", "2016-12"] == 193200
    cleaned = parsed(bank_of_england, "record_date,consumer_credit_gbp_m\n2016-12-31,193200\n")
    assert figures(cleaned) == {("consumer_credit_gbp_m", "2016-12"): 193200}
    assert cleaned.units["consumer_credit_gbp_m"].scale == 10**6


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("31 Dec 2016", "30 Dec 2016", "expected the last day of a month"),
        ("31 Dec 2016", "31 Dez 2016", "expected the last day of a month"),
        ("31 Dec 2016", "30 Nov 2016", "2016-11 stands twice"),
        ("LPMVTXK", "LPMBI2O", "two columns of one series"),
        ("193200,1342000", "193,200,1342000", "4 cells in this row"),
        ("193200", "193200p", "expected a number"),
    ],
)
def test_bank_of_england_damage_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(bank_of_england, BOE.replace(old, new))


STATCAN = """\
REF_DATE,GEO,DGUID,Categories,UOM,UOM_ID,SCALAR_FACTOR,SCALAR_ID,VECTOR,COORDINATE,VALUE,STATUS,SYMBOL,TERMINATED,DECIMALS
2016-10,Canada,2016A000011124,Consumer credit,Dollars,81,millions,6,v1038036701,1.14,583000,NA,NA,NA,0
2017-01,Canada,2016A000011124,Consumer credit,Dollars,81,millions,6,v1038036701,1.14,,x,NA,NA,0
2016-10,Canada,2016A000011124,Debt to income,Ratio,271,units,0,v1038036698,1.11,172.5,NA,NA,NA,2
"""


def test_statistics_canada_is_read_by_vector_with_its_unit() -> None:
    found = parsed(statcan, STATCAN)
    assert figures(found) == {("v1038036701", "2016-10-01"): 583000, ("v1038036698", "2016-10-01"): 172.5}
    assert found.first_days
    assert (found.units["v1038036701"].measure, found.units["v1038036701"].scale) == ("CAD", 10**6)
    assert found.blanks == [("v1038036701", "2017-01-01")]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("SCALAR_FACTOR", "FACTOR", "expected one column SCALAR_FACTOR, found 0"),
        ("v1038036698", "x1038036698", "expected a vector"),
        ("2017-01,", "2016-10,", "stands twice"),
        ("2016-10,Canada,2016A000011124,Debt", "2016-99,Canada,2016A000011124,Debt", "expected a month"),
        ("172.5,NA,NA,NA,2\n", "172.5,NA\n", "cells in this row"),
        ("583000", "583 00", "expected a number"),
    ],
)
def test_statistics_canada_damage_is_refused(old: str, new: str, message: str) -> None:
    text = STATCAN.replace("1.14,,x", "1.14,1,x").replace(old, new)
    with pytest.raises(DataError, match=message):
        parsed(statcan, text)


TIDY = (
    "series,period,value,vintage\ncn.loans,2016-12,1066040.06,2017-01\ncn.loans,2016-11,1055600,2016-12-14\n"
)


def test_a_plain_table_needs_three_columns_and_may_have_more() -> None:
    found = parsed(tidy, TIDY)
    assert figures(found) == {("cn.loans", "2016-12"): 1066040.06, ("cn.loans", "2016-11"): 1055600}
    assert set(found.figures["vintage"]) == {"2017-01", "2016-12-14"}
    undated = parsed(tidy, "period,value,series,comment\n2016-12,1066040.06,cn.loans,checked\n")
    assert not undated.stated
    assert undated.notes == ["columns not read: comment"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("2016-12,1066040.06", "2016-13,1066040.06", "'2016-13' is not a period"),
        (",2017-01", ",early 2017", "'early 2017' is not a vintage"),
        ("1066040.06", "106.6万亿", "expected a number"),
        ("1066040.06", "106.6%", "expected a number"),
        ("cn.loans,2016-12", ",2016-12", "no series"),
        ("value,", "value,value,", "two columns named value"),
        ("1055600,2016-12-14", "1055600", "cells in this row"),
        ("2016-11,1055600,2016-12-14", "2016-12,1055600,2017-01", "stands twice"),
    ],
)
def test_damage_to_a_plain_table_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(tidy, TIDY.replace(old, new))

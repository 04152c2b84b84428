"""One cell is read in exactly one way, or refused."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.data.publishers import cells
from consumer_credit.errors import DataError


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (250472.29, 250472.29),
        (7, 7.0),
        ("250472.29", 250472.29),
        ("250,472.29", 250472.29),
        ("250 472.29", 250472.29),
        ("250\u00a0472.29", 250472.29),
        ("２５０，４７２．２９", 250472.29),
        ("\u3000 49312.86 \u3000", 49312.86),
        ("−1799.83", -1799.83),
        ("－１７９９．８３", -1799.83),
        ("(1,799.83)", -1799.83),
        ("+5", 5.0),
        (".5", 0.5),
        ("4.7E-13", 4.7e-13),
        ("1.02218146941153E+16", 1.02218146941153e16),
        (7.383899999999999, 7.3839),  # 15 digits, as spreadsheets show
        (0.0000943031666666667, 0.0000943031666666667),
    ],
)
def test_a_number_is_read_however_people_write_it(cell: object, value: float) -> None:
    assert cells.number(cell, "file, cell A1") == value  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell", ["", " ", "\u3000", "…", "……", "...", "-", "—", "——", "－", "NA", "n/a", "ND", "#N/A", ".", "nan"]
)
def test_what_publishers_write_for_no_figure_is_no_figure(cell: str) -> None:
    assert cells.number(cell, "file, cell A1") is None


@pytest.mark.parametrize(
    "cell",
    [
        "12,34",
        "1,234,56",
        "1.2.3",
        "250472²",
        "250472①",
        "½",
        "٣",
        "250472*",
        "r250472",
        "250472亿元",
        "1.34E+06",
        "7.46395E+13",
        "1_000",
        "0x1F",
        "5-",
        "--5",
        "inf",
        "#REF!",
        "5.26%",
        "TRUE",
        "1" * 40,
        True,
        float("nan"),
        float("inf"),
        dt.date(2016, 12, 1),
    ],
)
def test_what_is_not_one_number_is_refused_with_its_place(cell: object) -> None:
    with pytest.raises(DataError, match="file, cell A1: expected a number"):
        cells.number(cell, "file, cell A1")  # type: ignore[arg-type]


def test_a_per_cent_sign_is_read_only_where_the_figures_are_per_cent() -> None:
    assert cells.number("5.26%", "f", percent=True) == 5.26
    assert cells.number("５．２６％", "f", percent=True) == 5.26
    assert cells.number("5.26", "f", percent=True) == 5.26
    with pytest.raises(DataError):
        cells.number("%", "f", percent=True)


@given(st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_every_way_of_dressing_a_number_gives_the_number(value: float) -> None:
    text = f"{Decimal(repr(value)):f}"
    full_width = text.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789.-"})
    grouped = f"{Decimal(repr(value)):,f}"
    for dressed in (text, full_width, grouped, f"  {text}\u3000"):
        assert cells.number(dressed, "f") == value


@given(st.text(max_size=12))
def test_any_text_at_all_is_a_number_or_none_or_refused(text: str) -> None:
    try:
        value = cells.number(text, "f")
    except DataError:
        return
    assert value is None or isinstance(value, float)


@pytest.mark.parametrize(
    ("cell", "month"),
    [
        ("2016-12", "2016-12"),
        ("2016.12", "2016-12"),
        ("２０１６．０１", "2016-01"),
        ("2016年1月", "2016-01"),
        ("2016年12月末", "2016-12"),
        ("201612", "2016-12"),
        (201612, "2016-12"),
        ("2016M03", "2016-03"),
        ("Dec 2016", "2016-12"),
        ("30 Apr 1993", "1993-04"),
        ("2016/1/31", "2016-01"),
        (dt.date(2016, 1, 31), "2016-01"),
        (dt.datetime(2016, 1, 1), "2016-01"),
    ],
)
def test_a_month_is_read_from_any_clear_heading(cell: object, month: str) -> None:
    assert cells.month(cell) == month  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "cell", ["2016.1", 2016.1, "Jan-16", "42370", 42370, "1/2/2016", "2016-13", "项目", "2016.1①", ""]
)
def test_a_heading_that_could_be_two_months_is_none(cell: object) -> None:
    assert cells.month(cell) is None  # type: ignore[arg-type]


def test_october_stripped_of_its_nought_is_told_from_january_by_its_neighbours() -> None:
    october = [2016.08, 2016.09, 2016.1, 2016.11]
    assert cells.dotted_months(list(october)) == ["2016-08", "2016-09", "2016-10", "2016-11"]
    january = ["2015.12", "2016.1", "2016.2"]
    assert cells.dotted_months(list(january)) == ["2015-12", "2016-01", "2016-02"]
    whole_year = [
        2016.1,
        2016.2,
        2016.3,
        2016.4,
        2016.5,
        2016.6,
        2016.7,
        2016.8,
        2016.9,
        2016.1,
        2016.11,
        2016.12,
    ]
    assert cells.dotted_months(list(whole_year)) == [f"2016-{month:02d}" for month in range(1, 13)]


def test_a_lone_2016_1_stays_undecided() -> None:
    assert cells.dotted_months([2016.1]) == [None]
    assert cells.dotted_months(["2016.12", "2016.1", "2016.05"]) == ["2016-12", None, "2016-05"]


@pytest.mark.parametrize(
    ("cell", "quarter"),
    [
        ("03:Q1", "2003-Q1"),
        ("99:Q4", "1999-Q4"),
        ("2016-Q4", "2016-Q4"),
        ("2016Q4", "2016-Q4"),
        (dt.date(2003, 3, 1), "2003-Q1"),
        (dt.date(1940, 6, 30), "1940-Q2"),
        (dt.date(2003, 2, 1), None),
        ("Q4", None),
    ],
)
def test_a_quarter_is_read_as_each_publisher_writes_it(cell: object, quarter: str | None) -> None:
    assert cells.quarter(cell) == quarter  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("line", "measure", "scale"),
    [
        ("单位：亿元\u00a0\u00a0", "CNY", 10**8),
        ("单位：万亿元", "CNY", 10**12),
        ("单位：人民币亿元", "CNY", 10**8),
        ("单位:亿美元", "USD", 10**8),
        ("Unit: RMB100 Million Yuan", "CNY", 10**8),
        ("Unit:100 Million Yuan", "CNY", 10**8),
        ("Trillions of $", "USD", 10**12),
        ("Trillions", "", 10**12),
        ("Percent", "percent", Decimal("0.01")),
    ],
)
def test_units_are_read_from_the_words_of_the_file(line: str, measure: str, scale: int | Decimal) -> None:
    unit = cells.chinese_unit(line) or cells.english_unit(line)
    assert unit is not None
    assert (unit.measure, unit.scale) == (measure, scale)

"""The central bank's table of credit funds, in every year's layout and with the damage people do to it."""

from __future__ import annotations

import datetime as dt
import functools
import io
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_credit.data.publishers import pbc
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.errors import DataError

Rows = list[list[Any]]
Figures = dict[tuple[str, str], float]

SHORT, LONG, OPERATING_SHORT, OPERATING_LONG = 49312.86, 201159.43, 46207.59, 36934.86
TITLE = "金融机构人民币信贷收支表"


def levels(month: int) -> tuple[float, ...]:
    """Four balances of a month, in 亿元, each with two decimals."""
    return tuple(round(level + 100.11 * month, 2) for level in (SHORT, LONG, OPERATING_SHORT, OPERATING_LONG))


def line(label: str, *parts: int, months: int = 12, other: float = 0.0) -> list[Any]:
    return [label, *(round(sum(levels(m)[part] for part in parts) + other, 2) for m in range(1, months + 1))]


def since_2015(year: int = 2016, months: int = 12, unit: str = "单位：亿元", title: str = TITLE) -> Rows:
    """The layout from 2015: by term, then by purpose; two lines bear the words 消费贷款."""
    head = [round(year + month / 100, 2) for month in range(1, months + 1)]
    return [
        [title],
        ["Summary of Sources And Uses of Credit Funds of Financial Institutions（in RMB）"],
        ["", "", "", unit],
        ["\u3000"],
        ["项目 Item", *head],
        ["来源方项目 Funds Sources", *["\u3000"] * months],
        line("一、各项存款 Total Deposits", 0, 1, 2, 3, months=months, other=9e5),
        line("        1.住户存款 Deposits of Households", 0, 1, months=months, other=3e5),
        line("五、其他  Other Items", 0, months=months, other=-9e5),
        ["运用方项目 Funds Uses"],
        line("一、各项贷款 Total Loans", 0, 1, 2, 3, months=months, other=700000.5),
        line("（一）境内贷款 Domestic Loans", 0, 1, 2, 3, months=months, other=700000),
        line("             1.住户贷款 Loans to Households", 0, 1, 2, 3, months=months),
        line("             （1）短期贷款 Short-term  Loans", 0, 2, months=months),
        line("                       消费贷款 Consumption Loans", 0, months=months),
        line("          \u3000\u3000    经营贷款 Operating Loans", 2, months=months),
        line("\u3000\u3000    （2） 中长期贷款 Mid & Long-term  Loans", 1, 3, months=months),
        line("                      消费贷款 Consumption Loans", 1, months=months),
        line("         \u3000\u3000    经营贷款 Operating Loans", 3, months=months),
        ["   2.非金融企业及机关团体贷款 Loans to Non-financial Enterprises", *[700000.0] * months],
        ["              （1）短期贷款 Short-term Loans", *[260000.0] * months],
        ["              （2）中长期贷款 Mid & Long-term Loans", *[440000.0] * months],
        ["   （二）境外贷款 Overseas Loans", *[0.5] * months],
        ["二、债券投资 Portfolio Investments", *[1.0] * months],
        [""],
        ["        注：1.本表机构包括中国人民银行、银行业存款类金融机构。"],
        ["                2.Banking depository financial institutions include banks 2015."],
    ]


def until_2014(year: int = 2009) -> Rows:
    """The layout to 2014: by purpose, then by term, 居民户 and 消费性 in the oldest years."""
    head = [round(year + month / 100, 2) for month in range(1, 13)]
    return [
        [TITLE],
        ["单位：亿元\u00a0\u00a0"],
        ["Unit: RMB100 Million Yuan"],
        ["项目 Item", *head],
        ["来源方项目\u00a0Funds Sources"],
        line("一、各项存款\u00a0\u00a0Total\u00a0\u00a0Deposits", 0, 1, 2, 3, other=5e5),
        ["运用方项目\u00a0Funds Uses"],
        line("一、各项贷款\u00a0Total\u00a0\u00a0Loans", 0, 1, 2, 3, other=700000),
        line("\u00a01.居民户贷款 Loans to Resident Sector", 0, 1, 2, 3),
        line("\u00a0\u00a0(1)消费性贷款 Consumption Loans", 0, 1),
        line("\u3000\u3000 \u3000短期消费性贷款 Short-term Consumption Loans", 0),
        line("\u3000\u3000 \u3000中长期消费性贷款 Medium & Long-term Consumption Loans", 1),
        line("\u00a0\u00a0(2)经营性贷款 Operating Loans", 2, 3),
        line("\u3000\u3000\u3000短期经营性贷款\u00a0Short-term Operating Loans", 2),
        ["\u3000\u3000\u3000\u3000\u00a0其中：农户贷款\u00a0of which: Loans to Farm Households", *[5.0] * 12],
        line("\u3000\u3000\u3000中长期经营性贷款\u00a0Medium & Long-term Operating Loans", 3),
        ["\u00a02.非金融性公司及其他部门贷款 Loans to Non-financial Corporations", *[700000.0] * 12],
        ["\u3000(1)短期贷款及票据融资 Short-term Loans and Bill Financing", *[300000.0] * 12],
        ["\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0短期贷款 Short-term Loans", *[300000.0] * 12],
        ["\u3000(2)中长期贷款 Medium & Long-term Loans", *[400000.0] * 12],
        ["\u00a0注：1、本表机构包括中国人民银行、政策性银行。"],
    ]


def copied(rows: Rows, year: int = 2016) -> Rows:
    """The table as copied into year | type | item | month_01 …"""
    out: Rows = [["year", "type", "item", *(f"month_{month:02d}" for month in range(1, 13))]]
    for row in rows[6:9] + rows[10:24]:
        values = [f"{value:.2f}" for value in row[1:]]
        out.append([str(year), "运用方项目", row[0].replace(" ", "\n\n  ", 1), *values])
    return out


def as_csv(rows: Rows, encoding: str = "utf-8") -> bytes:
    width = max(map(len, rows))
    text = "\r\n".join(",".join(_field(cell) for cell in [*row, *[""] * (width - len(row))]) for row in rows)
    return (text + "\r\n").encode(encoding)


def _field(cell: Any) -> str:
    text = f"{cell:.2f}" if isinstance(cell, float) else str(cell)
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\n') else text


def as_xlsx(rows: Rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_page(rows: Rows, encoding: str = "gb18030") -> bytes:
    body = "".join("<tr>" + "".join(f"<td>{_field(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<html><body><table><tr><td><table>{body}</table></td></tr></table></body></html>".encode(
        encoding
    )


def figures(content: bytes) -> Figures:
    found = pbc.read(PublisherFile("表.file", content)).figures
    return dict(zip(zip(found["key"], found["period"], strict=True), found["value"], strict=True))


def household(of: Figures) -> Figures:
    return {
        cell: value
        for cell, value in of.items()
        if "/住户" in cell[0] and "存款" not in cell[0] and "其中" not in cell[0]
    }


@functools.cache
def truth(year: int = 2016) -> Figures:
    """What each household line must give, worked out from the four balances."""
    parts = {
        "住户短期消费贷款": (0,), "住户中长期消费贷款": (1,), "住户短期经营贷款": (2,), "住户中长期经营贷款": (3,),
        "住户消费贷款": (0, 1), "住户经营贷款": (2, 3), "住户短期贷款": (0, 2), "住户中长期贷款": (1, 3),
        "住户贷款": (0, 1, 2, 3),
    }  # fmt: skip
    return {
        (f"人民币/{key}", f"{year}-{month:02d}"): round(sum(levels(month)[part] for part in of), 2)
        for key, of in parts.items()
        for month in range(1, 13)
    }


def test_both_orders_of_the_household_lines_give_the_same_nine_series() -> None:
    assert household(figures(as_xlsx(since_2015()))) == truth()
    assert household(figures(as_xlsx(until_2014(2009)))) == truth(2009)


@pytest.mark.parametrize(
    "content",
    [
        as_xlsx(since_2015()),
        as_csv(since_2015()),
        as_csv(since_2015(), "utf-8-sig"),
        as_csv(since_2015(), "gb18030"),
        as_page(since_2015()),
        as_page(since_2015(), "utf-8"),
        as_xlsx(copied(since_2015())),
        as_csv(copied(since_2015()), "gb18030"),
    ],
    ids=["xlsx", "csv", "csv BOM", "csv GB18030", "page GB18030", "page UTF-8", "copied xlsx", "copied csv"],
)
def test_the_table_says_the_same_in_every_kind_of_file(content: bytes) -> None:
    assert household(figures(content)) == truth()


def test_each_month_is_public_by_the_end_of_the_month_after_it() -> None:
    parsed = pbc.read(PublisherFile("t", as_xlsx(since_2015())))
    dated = dict(zip(parsed.figures["period"], parsed.figures["vintage"], strict=True))
    assert (dated["2016-01"], dated["2016-12"]) == ("2016-02", "2017-01")
    assert parsed.file_vintage == "2017-01"


def test_every_figure_names_the_cell_it_stood_in() -> None:
    parsed = pbc.read(PublisherFile("t", as_xlsx(since_2015()))).figures
    places = {(f.key, f.period): f.place for f in parsed.itertuples()}
    assert places["人民币/住户短期消费贷款", "2016-01"] == "sheet 'Sheet', cell B15"
    assert places["人民币/住户消费贷款", "2016-01"] == "sheet 'Sheet', cell B15 + sheet 'Sheet', cell B18"


def test_a_year_that_prints_only_household_totals_gives_only_those() -> None:
    rows = [row for row in since_2015() if not any(word in str(row[0]) for word in ("消费贷款", "经营贷款"))]
    assert {key for key, _ in household(figures(as_xlsx(rows)))} == {
        "人民币/住户贷款",
        "人民币/住户短期贷款",
        "人民币/住户中长期贷款",
    }


def test_a_year_without_household_lines_gives_all_loans() -> None:
    rows = since_2015(2006)
    kept = rows[:11] + [row for row in rows if str(row[0]).startswith("        注")]
    found = figures(as_xlsx(kept))
    assert ("人民币/各项贷款", "2006-12") in found
    assert not household(found)


def test_a_year_in_progress_gives_the_months_it_has() -> None:
    rows = [
        row if len(row) < 13 else [*row[:5], *[""] * 8] if at != 4 else row
        for at, row in enumerate(since_2015(2026))
    ]
    assert {period for _, period in figures(as_xlsx(rows))} == {f"2026-{month:02d}" for month in range(1, 5)}


def test_a_month_whose_split_is_not_printed_is_left_without_it() -> None:
    rows = since_2015(2026)
    for row in rows:
        if any(word in str(row[0]) for word in ("消费贷款", "经营贷款")):
            row[12] = "…"
    found = household(figures(as_xlsx(rows)))
    assert ("人民币/住户贷款", "2026-12") in found
    assert ("人民币/住户消费贷款", "2026-12") not in found
    assert ("人民币/住户消费贷款", "2026-11") in found


def test_the_table_of_rmb_and_foreign_currency_has_its_own_keys() -> None:
    rows = since_2015(title="金融机构本外币信贷收支表")
    assert {key.split("/")[0] for key, _ in figures(as_xlsx(rows))} == {"本外币"}


def test_a_label_nobody_knows_is_listed_with_its_place() -> None:
    rows = since_2015()
    rows.insert(23, ["  三、数字人民币占款 Digital", *[3.0] * 12])
    parsed = pbc.read(PublisherFile("t", as_xlsx(rows)))
    assert parsed.unknown == ["'数字人民币占款' (sheet 'Sheet', cell A24)"]


def test_hidden_digits_are_kept_as_printed_and_said() -> None:
    rows = since_2015()
    for row in rows[5:24]:
        row[1:] = [
            value + 0.0004 if isinstance(value, float) and "存款" not in row[0] else value
            for value in row[1:]
        ]
    parsed = pbc.read(PublisherFile("t", as_xlsx(rows)))
    assert any("hidden digits" in note for note in parsed.notes)
    assert (parsed.figures["value"] * 100).round(6).mod(1).eq(0).all()


@pytest.mark.parametrize("institution", ["存款类金融机构", "中资全国性大型银行", "中资全国性中小型银行"])
def test_the_table_of_fewer_institutions_is_refused(institution: str) -> None:
    rows = since_2015(title=f"{institution}人民币信贷收支表")
    with pytest.raises(DataError, match=f"found the table of {institution}"):
        figures(as_xlsx(rows))


Harm = Callable[[Rows], None]


def _set(row: int, column: int, cell: Any) -> Harm:
    def harm(rows: Rows) -> None:
        rows[row][column] = cell

    return harm


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_set(4, 2, 2016.01), "two columns for 2016-01"),
        (_set(4, 2, "2016.O2"), "expected a month such as 2016.01, found '2016.O2'"),
        (_set(4, 2, ""), "expected a month such as 2016.01, found ''"),
        (_set(14, 3, "4931286"), "one of these cells is wrong"),
        (_set(14, 3, 4931.286), "one of these cells is wrong"),
        (_set(14, 3, "49 613.19e"), "cell D15: expected a number"),
        (_set(14, 3, "…"), "no figure for 住户短期消费贷款 in 2016-03"),
        (_set(14, 3, ""), "no figure for 住户短期消费贷款 in 2016-03"),
        (_set(12, 3, "-"), "no figure for 住户贷款 in 2016-03"),
        (_set(14, 0, ""), "figures without a label"),
        (_set(14, 0, "消费借款 Consumption"), "the line 住户短期消费贷款 is missing"),
        (_set(17, 0, "经营贷款 Operating Loans"), "the line 住户中长期消费贷款 is missing"),
        (lambda rows: rows.insert(3, ["", "", "", "Unit: Trillion Yuan"]), "two units"),
        (_set(10, 5, 1066040.0), "各项贷款 2016-05 is 1066040.0, but its parts"),
        (_set(14, 3, dt.date(2016, 3, 1)), "expected a number, found '2016-03-01"),
        (lambda rows: rows.insert(15, rows[14]), "stands twice"),
        (lambda rows: rows.pop(14), "is missing"),
    ],
)
def test_damage_is_refused_in_words_with_its_cell(harm: Harm, message: str) -> None:
    rows = since_2015()
    harm(rows)
    with pytest.raises(DataError, match=message):
        figures(as_xlsx(rows))


@pytest.mark.parametrize(
    "harm",
    [
        lambda rows: rows.insert(7, []),
        lambda rows: rows.insert(13, [""] * 13),
        lambda rows: rows.append(["数据来源：中国人民银行 2017"]),
        lambda rows: [row.insert(1, "") for row in rows],
        lambda rows: [row.__setitem__(slice(2, 4), row[3:1:-1]) for row in rows if len(row) > 5],
        lambda rows: rows.__delitem__(slice(0, 4)),
        _set(4, 10, "2016.10"),
        _set(4, 1, dt.datetime(2016, 1, 31)),
        _set(4, 1, "2016年1月"),
        _set(14, 1, "49,412.97"),
        _set(14, 1, "４９４１２．９７"),
        _set(0, 0, "  金融机构人民币信贷收支表（2016年）"),
    ],
    ids=[
        "blank row", "row of blanks", "trailing source", "blank column", "two columns swapped, headings too",
        "no title and no unit", "October as text", "a date as heading", "month in Chinese", "thousands", "full width",
        "year in the title",
    ],
)  # fmt: skip
def test_what_people_do_to_a_table_without_harm_is_read_all_the_same(harm: Harm) -> None:
    rows = since_2015()
    harm(rows)
    assert household(figures(as_xlsx(rows))) == truth()


def test_months_below_a_merged_year_are_read() -> None:
    rows = since_2015()
    rows[4] = ["项目 Item", *(f"{month}月" for month in range(1, 13))]
    rows.insert(4, ["", "2016年", *[""] * 11])
    assert household(figures(as_xlsx(rows))) == truth()


def test_a_sheet_in_trillions_says_so_and_keeps_its_figures_for_conversion() -> None:
    rows = since_2015(unit="单位：万亿元")
    for row in rows[5:24]:
        row[1:] = [round(value / 10_000, 6) if isinstance(value, float) else value for value in row[1:]]
    parsed = pbc.read(PublisherFile("t", as_xlsx(rows)))
    assert parsed.units["人民币/住户贷款"].scale == 10**12
    found = {f.period: f.value for f in parsed.figures.itertuples() if f.key == "人民币/住户短期消费贷款"}
    assert found["2016-01"] == pytest.approx(levels(1)[0] / 10_000, abs=1e-9)


DRESSES = [
    lambda value: f"{value:,.2f}",
    lambda value: f"{value:.2f}".translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.,-"}),
    lambda value: f"\u3000{value:.2f} ",
    lambda value: f"{value:.3f}",
    lambda value: "",
    lambda value: "…",
    lambda value: "NA",
    lambda value: f"{value:.2f}%",
    lambda value: f"-{value:.2f}",
    lambda value: f"({value:.2f})",
    lambda value: f"{value:.2E}",
    lambda value: f"{value:.2f}²",
    lambda value: str(value).replace(".", ""),
    lambda value: str(value)[1:],
    lambda value: str(value)[:-1] + "x",
    lambda value: f"{value * 10_000:.2f}",
    lambda value: "abc",
    lambda value: True,
    lambda value: dt.date(2016, 1, 1),
]


@settings(max_examples=80, deadline=None)
@given(
    row=st.sampled_from([10, 12, 13, 14, 15, 16, 17, 18]),
    column=st.integers(1, 12),
    dress=st.sampled_from(DRESSES),
    workbook=st.booleans(),
)
def test_a_damaged_household_cell_is_read_identically_or_refused(
    row: int, column: int, dress: Callable[[float], Any], workbook: bool
) -> None:
    rows = since_2015()
    rows[row][column] = dress(rows[row][column])
    try:
        found = figures(as_xlsx(rows) if workbook else as_csv(rows, "gb18030"))
    except DataError:
        return
    assert household(found) == truth()
    assert found["人民币/各项贷款", f"2016-{column:02d}"] == since_2015()[10][column]


@settings(max_examples=60, deadline=None)
@given(
    row=st.integers(0, 26),
    column=st.integers(0, 12),
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
def test_any_text_in_any_cell_changes_nothing_it_does_not_say_or_is_refused(
    row: int, column: int, text: str
) -> None:
    rows = since_2015()
    rows[row] = [*rows[row], *[""] * (13 - len(rows[row]))]
    rows[row][column] = text
    try:
        found = household(figures(as_csv(rows)))
    except DataError:
        return
    assert {cell: value for cell, value in truth().items() if cell in found} == found
    assert len(found) in (0, len(truth()))

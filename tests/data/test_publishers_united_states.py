"""The Federal Reserve, FRED, the New York Fed and the BEA: each form they have given their figures out in."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from consumer_credit.data.publishers import bea, fred, g19, nyfed
from consumer_credit.data.publishers.contract import ParsedFile
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.errors import DataError

Figures = dict[tuple[str, str], float]


def g19_file(*columns: tuple[str, str, str, str], rows: str) -> str:
    """A package of the Data Download Program: description, unit, multiplier and identifier of each column."""
    heading = [
        ("Series Description", [column[0] for column in columns]),
        ("Unit:", [column[1] for column in columns]),
        ("Multiplier:", [column[2] for column in columns]),
        ("Currency:", ["USD"] * len(columns)),
        ("Unique Identifier: ", [column[3] for column in columns]),
        ("Time Period", [column[3].split("/")[-1] for column in columns]),
    ]
    return "".join(",".join(f'"{cell}"' for cell in [name, *cells]) + "\n" for name, cells in heading) + rows


G19_OLD = g19_file(
    ("Finance rate on personal loans, 24 month loan", "Percent", "1", "G19/TERMS/RIFLPBCIPLM24_N.M"),
    ("Total consumer credit", "Currency", "1000000", "G19/CCOUT/DTCTL.M"),
    ("Revolving consumer credit", "Currency", "1000000", "G19/CCOUT/DTCTLR.M"),
    ("Nonrevolving consumer credit", "Currency", "1000000", "G19/CCOUT/DTCTLN.M"),
    ("Student loans", "Currency", "1000000", "G19/CCOUT/DTCTLNS_N.M"),
    rows="1967-12,,100000.00,,100000.00,ND\n"
    "2016-08,9.64,3685400.25,974300.12,2711100.13,\n"
    "2016-09,,3699600.50,978500.25,2721100.25,1396000.10",
)
G19_NEW = g19_file(
    ("Total consumer credit owned and securitized", "Currency", "1000000", "G19/CCOUT/DTCTL.M"),
    ("Percent change of total consumer credit", "Percent", "1", "G19/CCOUT/DTCTL_@%A_BA.M"),
    rows="2026-01,5108000.10,3.20\n2026-02,5115000.00,-0.53\n",
)


def parsed(reader: Any, text: str | bytes, name: str = "some.csv") -> ParsedFile:
    file = PublisherFile(name, text.encode() if isinstance(text, str) else text)
    assert reader.recognise(file) is not None
    found: ParsedFile = reader.read(file)
    return found


def figures(of: ParsedFile) -> Figures:
    return {(row.key, row.period): row.value for row in of.figures.itertuples()}


def test_g19_is_read_by_code_wherever_the_column_stands() -> None:
    old, new = parsed(g19, G19_OLD), parsed(g19, G19_NEW)
    assert figures(old)["DTCTL.M", "2016-09"] == 3699600.50
    assert figures(new)["DTCTL.M", "2026-02"] == 5115000.00
    assert ("DTCTLNS_N.M", "2016-08") in old.blanks
    assert old.units["DTCTL.M"].scale == 10**6
    assert old.units["RIFLPBCIPLM24_N.M"].measure == "percent"


def test_g19_bears_the_month_in_which_its_last_month_comes_out() -> None:
    assert set(parsed(g19, G19_OLD).figures["vintage"]) == {"2016-11"}
    assert set(parsed(g19, G19_NEW).figures["vintage"]) == {"2026-04"}
    assert not parsed(g19, G19_OLD).stated


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("3699600.50", "3699600.05", "DTCTL.M 2016-09 is 3699600.05, but its parts give 3699600.50"),
        ("3699600.50", "369960.50", "but its parts give"),
        ("3699600.50", "3.7E+06", "expected a number"),
        ("2016-08,", "2016-8a,", "expected a month, found '2016-8a'"),
        ("2016-08,", "2016-09,", "2016-09 stands twice"),
        ('"DTCTLR.M"', '"DTCTL.M"', "the code 'DTCTL.M' does not end the identifier"),
        (",1396000.10", "", "5 cells in this row"),
    ],
)
def test_g19_damage_is_refused_with_its_place(old: str, new: str, message: str) -> None:
    text = G19_OLD.replace(old, new, 1)
    with pytest.raises(DataError, match=message):
        parsed(g19, text)


def test_a_g19_file_cut_off_in_its_last_line_is_refused() -> None:
    cut = G19_OLD[: G19_OLD.rindex(",")]
    with pytest.raises(DataError, match="5 cells in this row, 6 in the heading"):
        parsed(g19, cut)


@pytest.mark.parametrize("heading", ["observation_date,TOTALSL", "DATE,TOTALSL", "Date,TOTALSL"])
def test_fred_is_read_in_each_spelling_of_its_heading(heading: str) -> None:
    found = parsed(fred, f"{heading}\n2016-11-01,3619000.1\n2016-12-01,3636400.93\n2017-01-01,.\n")
    assert figures(found) == {("TOTALSL", "2016-11-01"): 3619000.1, ("TOTALSL", "2016-12-01"): 3636400.93}
    assert found.first_days and found.names_series
    assert found.blanks == [("TOTALSL", "2017-01-01")]


def test_a_fred_copy_that_names_no_series_says_that_it_does_not() -> None:
    found = parsed(fred, "date,value\n2016-11-01,3619000.1\n")
    assert not found.names_series
    assert figures(found) == {("value", "2016-11-01"): 3619000.1}


def test_alfred_gives_a_vintage_for_each_column() -> None:
    text = (
        "observation_date,GDP_20170127,GDP_20170330\n2016-07-01,18675.3,18675.3\n2016-10-01,18860.8,18869.4\n"
    )
    rows = {(row.period, row.vintage): row.value for row in parsed(fred, text).figures.itertuples()}
    assert rows["2016-10-01", "2017-01-27"] == 18860.8
    assert rows["2016-10-01", "2017-03-30"] == 18869.4


def test_several_fred_series_stand_side_by_side() -> None:
    text = "DATE,TOTALSL,REVOLSL\n2016-12-01,3636400.9,960100.5\n"
    assert figures(parsed(fred, text)) == {
        ("TOTALSL", "2016-12-01"): 3636400.9,
        ("REVOLSL", "2016-12-01"): 960100.5,
    }


def test_columns_swapped_with_their_headings_are_read_all_the_same() -> None:
    text = "TOTALSL,observation_date\n3636400.9,2016-12-01\n"
    assert figures(parsed(fred, text)) == {("TOTALSL", "2016-12-01"): 3636400.9}


def test_per_cent_signs_make_a_column_per_cent() -> None:
    found = parsed(fred, "DATE,DRCCLACBS\n2016-10-01,2.31%\n2017-01-01,2.42%\n")
    assert found.units["DRCCLACBS"].measure == "percent"
    assert figures(found)["DRCCLACBS", "2016-10-01"] == 2.31


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("DATE,GDP\n2016-10-01,1\n2016-10-01,2\n", "2016-10-01 stands twice"),
        ("DATE,GDP,GDP\n2016-10-01,1,2\n", "two columns named GDP"),
        ("DATE,GDP\n2016-10-01,1\n2016-12-31,2\n", "expected the first day of a period"),
        ("DATE,GDP\n2016-10-01,1\n1869,18\n", "found '1869'"),
        ("DATE,GDP\n2016-10-01,18860.8\n2017-01-01\n", "1 cell in this row, 2 in the heading"),
        ("DATE,GDP\n2016-10-01,18,860.8\n", "3 cells in this row"),
        ("DATE,DRCCLACBS\n2016-10-01,2.31%\n2017-01-01,2.42\n", "on some figures of the column"),
        ("DATE,GDP\n2016-10-01,.\n", "holds no figures"),
    ],
)
def test_fred_damage_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(fred, text)


def test_columns_whose_content_was_swapped_below_the_heading_are_refused() -> None:
    with pytest.raises(DataError, match=r"expected the first day of a period .*, found '18860.8'"):
        parsed(fred, "DATE,GDP\n18860.8,2016-10-01\n")


def nyfed_workbook(across: bool, quarters: list[Any], month: str = "May 2026", **changes: Any) -> bytes:
    """The workbook with its contents sheet and the two tables read, quarters across (2012) or down (today)."""
    loans = ["Mortgage", "HE Revolving", "Auto Loan", "Credit Card", "Student Loan", "Other", "Total"]
    shares = ["MORTAGE" if across else "MORTGAGE", "HELOC", "AUTO", "CC", "STUDENT LOAN", "OTHER", "ALL"]
    balances = [8.0, 0.5, 0.75, 0.6, 0.9, 0.3, 11.05]
    book = openpyxl.Workbook()
    contents = book.active
    contents.title = "TABLE OF CONTENTS"
    for text in (
        "",
        "QUARTERLY REPORT ON HOUSEHOLD DEBT AND CREDIT",
        month,
        "FEDERAL RESERVE BANK OF NEW YORK",
    ):
        contents.append(["", text])
    tables = (
        ("Page 3 Data", "Total Debt Balance and Its Composition", "Trillions of $", loans, balances),
        ("Page 9_Data", "Percent of Balance 90+ Days Delinquent by Loan Type ", "Percent", shares, [2.5] * 7),
        ("Page 4 Data", "Number of Accounts by Loan Type", "Millions", loans[:4], [9.0] * 4),
    )
    for page, title, unit, names, values in tables:
        sheet = book.create_sheet(page)
        sheet.append([title])
        sheet.append([unit])
        if across:
            sheet.append([""])
            sheet.append(["", "", *quarters])
            for name, value in zip(names, values, strict=True):
                sheet.append([name, "", *[value] * len(quarters)])
        else:
            sheet.append(["Return to Table of Contents"])
            sheet.append(["", *names])
            for quarter in quarters:
                sheet.append([quarter, *values])
        sheet.append(["Return to Table of Contents"])
    for place, value in changes.items():
        book["Page 3 Data"][place] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("across", [True, False], ids=["quarters across", "quarters down"])
def test_the_new_york_feds_tables_are_found_by_title_whichever_way_they_run(across: bool) -> None:
    quarters = [dt.date(2003, 3, 1), "03:Q2"] if across else ["03:Q1", "03:Q2"]
    found = parsed(nyfed, nyfed_workbook(across, quarters))
    assert figures(found)["balance:auto", "2003-Q1"] == 0.75
    assert figures(found)["balance:home_equity_revolving", "2003-Q2"] == 0.5
    assert figures(found)["delinquent_90_days:mortgage", "2003-Q2"] == 2.5
    assert len(found.figures) == 28
    assert found.units["balance:total"].scale == 10**12
    assert found.units["delinquent_90_days:total"].scale == Decimal("0.01")
    assert found.notes == ["1 other tables of the workbook are not collected"]


def test_the_new_york_fed_states_its_month_of_publication() -> None:
    found = parsed(nyfed, nyfed_workbook(False, ["12:Q3"], month="November 2012"))
    assert set(found.figures["vintage"]) == {"2012-11"}
    assert found.stated


@pytest.mark.parametrize(
    ("place", "value", "message"),
    [
        ("B5", 9.0, "the total of 2003-Q1 is 11.050, but its parts give 12.050"),
        ("B5", "8.0 tn", "expected a number"),
        ("B5", "", "no figure for mortgage in 2003-Q1"),
        ("A6", "03:Q1", "2003-Q1 stands twice"),
        ("A6", "03:Q5", "expected a quarter, found '03:Q5'"),
        ("D4", "Credit Card", "'credit card' stands twice"),
        ("D4", "Autos", "no line for auto"),
        ("A1", "Total Debt", "expected a sheet titled"),
    ],
)
def test_damage_to_the_new_york_feds_workbook_is_refused(place: str, value: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(nyfed, nyfed_workbook(False, ["03:Q1", "03:Q2"], **{place: value}))


def test_an_unknown_loan_type_is_listed() -> None:
    found = parsed(nyfed, nyfed_workbook(False, ["03:Q1"], I4="BNPL", I5=0.2))
    assert found.unknown == ["'bnpl' (sheet 'Page 3 Data', cell I4)"]


BEA = """\
Table 2.1. Personal Income and Its Disposition
Table 2.1. Personal Income and Its Disposition
"Last Revised on: May 28, 2026 - Next Release Date June 25, 2026"
Line,,2025,2026
Line,,Q4,Q1
1,Personal income,26426.9,26638.7
2,"    Compensation of employees",15949.6,16077.7
18,"            Social security2",1578.4,1629.6
26,Less: Personal current taxes,3311.7,3220.1
27,Equals: Disposable personal income,23115.2,23418.6
,Addenda:,,
,"    Disposable personal income:",,
37,"        Total, billions of chained (2017) dollars5",18030.2,18066.4
40,"    Population (midperiod, thousands)6",342433,342583

Legend/Footnotes
2. Social security benefits include 2017.
"""


def test_the_beas_lines_are_known_by_their_words() -> None:
    found = parsed(bea, BEA)
    assert figures(found)["2.1/Disposable personal income", "2026-Q1"] == 23418.6
    assert figures(found)["2.1/Population (midperiod, thousands)", "2025-Q4"] == 342433
    assert figures(found)["2.1/Social security", "2025-Q4"] == 1578.4
    assert (
        "2.1/Disposable personal income: Total, billions of chained (2017) dollars",
        "2026-Q1",
    ) in figures(found)
    assert set(found.figures["vintage"]) == {"2026-05-28"}
    assert figures(parsed(bea, BEA.replace("27,Equals", "31,Equals"))) == figures(found)


def test_a_bea_table_of_years_is_read_as_years() -> None:
    text = BEA.replace("Line,,2025,2026\nLine,,Q4,Q1", "Line,,2024,2025")
    assert figures(parsed(bea, text))["2.1/Personal income", "2025"] == 26638.7


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("23418.6", "32418.6", "income less taxes gives 23418.6"),
        ("Line,,2025,2026\nLine,,Q4,Q1", "Line,,2025,2025\nLine,,Q4,Q4", "two columns for 2025-Q4"),
        ("Line,,Q4,Q1", "Line,,Q4,Q7", "expected a year or quarter"),
        (
            "26,Less: Personal current taxes,3311.7,3220.1",
            "26,Less: Personal current taxes,3311.7",
            "cells in this row",
        ),
        ("16077.7", "n/a!", "expected a number"),
        ('2,"    Compensation of employees"', "2,Personal income", "stands twice"),
    ],
)
def test_bea_damage_is_refused(old: str, new: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        parsed(bea, BEA.replace(old, new))

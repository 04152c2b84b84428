"""What holds for any figures, in any order, with any damage."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_credit.data.importing import apply, plan_import, recognise
from consumer_credit.data.periods import known_from, last_day
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.store import Store
from consumer_credit.data.writing import decimal_text, with_rows
from consumer_credit.errors import DataError

Write = Callable[..., Path]
Entry = Callable[..., dict[str, Any]]
Row = tuple[str, str, float, str]

SERIES = ("cn.loans", "us.credit")
PERIODS = [f"2016-{month:02d}" for month in range(1, 13)]
VINTAGES = ["2017-01", "2017-01-20", "2017-06", "2018-01", "2020-12-31"]
LEVELS = st.floats(min_value=900_000, max_value=1_100_000, allow_nan=False).map(lambda value: round(value, 4))


def tidy(rows: list[Row]) -> PublisherFile:
    lines = [f"{series},{period},{decimal_text(value)},{vintage}" for series, period, value, vintage in rows]
    return PublisherFile("export.csv", "\n".join(["series,period,value,vintage", *lines, ""]).encode())


@st.composite
def figures(draw: st.DrawFn, size: int = 12) -> list[Row]:
    """Rows as a store may hold them: one value a series, period and day from which it was known."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(SERIES), st.sampled_from(PERIODS), st.sampled_from(VINTAGES)),
            min_size=1,
            max_size=size,
            unique_by=lambda key: (key[0], key[1], known_from(key[2])),
        )
    )
    return [(series, period, draw(LEVELS), vintage) for series, period, vintage in keys]


@pytest.fixture(scope="module")
def empty(write_data: Write, series_entry: Entry) -> Callable[[], Any]:
    @contextmanager
    def made() -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            yield write_data(Path(folder) / "data", [], {name: series_entry() for name in SERIES})

    return made


def held(folder: Path) -> set[Row]:
    with (folder / "observations" / "maker.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["series"], row["period"], float(row["value"]), row["vintage"])
            for row in csv.DictReader(file)
        }


@settings(max_examples=40, deadline=None)
@given(rows=figures())
def test_importing_what_was_exported_gives_what_was_there(rows: list[Row], empty: Callable[[], Any]) -> None:
    with empty() as folder:
        apply(plan_import([tidy(rows)], folder))
        assert held(folder) == set(rows)
        assert plan_import([tidy(rows)], folder).is_empty


@settings(max_examples=25, deadline=None)
@given(rows=figures(), parts=st.integers(1, 4), data=st.data())
def test_the_order_of_imports_does_not_matter(
    rows: list[Row], parts: int, data: st.DataObject, empty: Callable[[], Any]
) -> None:
    files = [tidy(rows[at::parts]) for at in range(parts) if rows[at::parts]]
    stores = []
    for order in (files, data.draw(st.permutations(files))):
        with empty() as folder:
            for file in order:
                apply(plan_import([file], folder))
            stores.append((folder / "observations" / "maker.csv").read_bytes())
    assert stores[0] == stores[1]


@settings(max_examples=25, deadline=None)
@given(rows=figures())
def test_an_import_never_changes_what_was_known_before(rows: list[Row], empty: Callable[[], Any]) -> None:
    first, second = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    day = min((known_from(vintage) for *_, vintage in second)) - dt.timedelta(days=1)
    with empty() as folder:
        if first:
            apply(plan_import([tidy(first)], folder))
        kept = held(folder)
        before = {name: Store.open(folder).as_of(name, day, strict=True) for name in SERIES}
        apply(plan_import([tidy(second)], folder))
        assert kept <= held(folder)
        for name in SERIES:
            assert Store.open(folder).as_of(name, day, strict=True).equals(before[name])


@settings(max_examples=60, deadline=None)
@given(value=st.floats(min_value=-1e15, max_value=1e15, allow_nan=False))
def test_a_number_is_written_so_that_it_reads_back(value: float) -> None:
    text = decimal_text(value)
    assert float(text) == value
    assert "e" not in text.lower()
    assert not text.endswith(".0")


def test_rows_that_stand_already_are_left_as_they_are() -> None:
    content = "series,period,value,vintage,source\nb,2016,1.50,2017-01,file\n"
    assert with_rows(content, [("a", "2016", "2", "2017-01", "x")]) == (
        "series,period,value,vintage,source\na,2016,2,2017-01,x\nb,2016,1.50,2017-01,file\n"
    )


TABLES = {
    "g19": (
        '"Series Description","Total","Revolving","Nonrevolving"\n"Unit:","Currency","Currency","Currency"\n'
        '"Multiplier:","1000000","1000000","1000000"\n"Currency:","USD","USD","USD"\n'
        '"Unique Identifier:","G19/CCOUT/DTCTL.M","G19/CCOUT/DTCTLR.M","G19/CCOUT/DTCTLN.M"\n'
        '"Time Period","DTCTL.M","DTCTLR.M","DTCTLN.M"\n'
        "2016-08,3685400.25,974300.12,2711100.13\n2016-09,3699600.50,978500.25,2721100.25\n"
    ),
    "fred": "observation_date,TOTALSL\n2016-10-01,3619000.11\n2016-11-01,3628100.52\n2016-12-01,3636400.93\n",
    "boe": "DATE,LPMBI2O,LPMVTXK\n30 Nov 2016,191500.1,1340000.2\n31 Dec 2016,193200.3,1342000.4\n",
    "statcan": (
        "REF_DATE,GEO,UOM,SCALAR_FACTOR,VECTOR,VALUE,STATUS\n"
        "2016-07,Canada,Dollars,millions,v10,583000.5,NA\n2016-10,Canada,Dollars,millions,v10,587000.5,NA\n"
    ),
    "bis": (
        "FREQ,BORROWERS_CTY,TC_BORROWERS,TC_LENDERS,VALUATION,UNIT_TYPE,TC_ADJUST,Series,2015-Q1,2015-Q2\n"
        "Q,CN,H,A,M,770,A,Q:CN:H:A:M:770:A,37.15,37.92\nQ,CN,H,A,M,XDC,A,Q:CN:H:A:M:XDC:A,25100.2,25900.5\n"
    ),
    "wdi": (
        '"Data Source","World Development Indicators",\n"Last Updated Date","2024-06-28",\n'
        "Country Name,Country Code,Indicator Name,Indicator Code,2022,2023,\n"
        "China,CHN,GDP,NY.GDP.MKTP.CN,120472400000000.5,126058200000000.5,\n"
    ),
    "bea": (
        'Table 2.1. Personal Income and Its Disposition\n"Last Revised on: May 28, 2026"\n'
        "Line,,2025,2026\nLine,,Q4,Q1\n"
        "1,Personal income,26426.9,26638.7\n26,Less: Personal current taxes,3311.7,3220.1\n"
        "27,Equals: Disposable personal income,23115.2,23418.6\n"
    ),
    "tidy": "series,period,value,vintage\ncn.loans,2016-12,1066040.06,2017-01\nus.credit,2016-12,3636400.93,2017-02\n",
}
HARMLESS = {
    "full width": lambda text: text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789.-"}),
    "blanks": lambda text: f"\u3000 {text}\u00a0",
    "accounting": lambda text: text.replace("-", "−"),
}
HARMFUL = {
    "letters": lambda text: text + "x",
    "footnote": lambda text: text + "²",
    "no figure": lambda text: "…",
    "blank": lambda text: "",
    "per cent": lambda text: text + "%",
    "scientific": lambda text: f"{float(text):.2E}" if text.replace(".", "").isdecimal() else text + "E",
    "two points": lambda text: text.replace(".", "..") + ".",
    "unit": lambda text: text + "万亿",
    "quote": lambda text: '"' + text,
    "comma": lambda text: text + ",1",
    "lone comma": lambda text: text.replace(".", ","),
    "error": lambda text: "#REF!",
}


def read(content: str) -> tuple[dict[tuple[str, str], float], set[tuple[str, str]]]:
    file = PublisherFile("t.csv", content.encode())
    parsed = recognise(file).read(file)
    table = parsed.figures
    return dict(zip(zip(table["key"], table["period"], strict=True), table["value"], strict=True)), set(
        parsed.blanks
    )


@settings(max_examples=250, deadline=None)
@given(table=st.sampled_from(sorted(TABLES)), data=st.data())
def test_a_damaged_figure_is_read_identically_or_refused_or_listed_as_blank(
    table: str, data: st.DataObject
) -> None:
    truth, _ = read(TABLES[table])
    cells = list(csv.reader(io.StringIO(TABLES[table])))
    places = [
        (y, x)
        for y, row in enumerate(cells)
        for x, cell in enumerate(row)
        if "." in cell and cell.replace(".", "").isdecimal()
    ]
    y, x = data.draw(st.sampled_from(places))
    name = data.draw(st.sampled_from([*HARMLESS, *HARMFUL]))
    cells[y][x] = (HARMLESS | HARMFUL)[name](cells[y][x])
    damaged = "\n".join(",".join(row) for row in cells) + "\n"
    if name in HARMLESS:
        assert read(damaged)[0] == truth
        return
    try:
        found, blanks = read(damaged)
    except DataError as refused:
        assert "t.csv" in str(refused)
        return
    assert {cell: value for cell, value in truth.items() if cell in found} == found
    lost = set(truth) - set(found)
    assert lost <= blanks


@pytest.mark.thorough
@settings(max_examples=150, deadline=None)
@given(table=st.sampled_from(sorted(TABLES)), at=st.floats(0, 1), text=st.text(max_size=6))
def test_any_text_anywhere_ends_in_figures_or_a_refusal_and_never_in_a_traceback(
    table: str, at: float, text: str
) -> None:
    content = TABLES[table]
    cut = int(at * len(content))
    for damaged in (content[:cut] + text + content[cut:], content[:cut] + text, text + content[cut:]):
        if damaged.strip():
            try:
                read(damaged.encode("utf-8", "replace").decode())
            except DataError:
                continue


@pytest.mark.parametrize("table", sorted(TABLES))
def test_every_table_above_is_known_by_one_reader_and_says_something(table: str) -> None:
    found, _ = read(TABLES[table])
    assert len(found) >= 2
    assert all(last_day(period) for _, period in found)

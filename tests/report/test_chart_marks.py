"""Claims about which row a bar, a dot or a cell shows: told by its name, or by all lengths together, or not said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from consumer_credit.report.page.chart_marks import rows_of_marks

FIGURES = Path(__file__).parents[2] / "figures"
BY_VALUE = "label,value,period\nA,10,2016\nB,-20,2017\nC,5,2018\n"


def drawing(*ids: str, lengths: Sequence[float] = ()) -> str:
    return "".join(
        f'<g id="{name}">\n<path d="M 10 5 L {10 + length} 5 L {10 + length} 9 L 10 9 z"/></g>'
        for name, length in zip(ids, lengths or [1.0] * len(ids), strict=True)
    )


def test_names_tell_the_row_whatever_the_order() -> None:
    table = "label,key\nChina,CHN\nJapan,JPN\n"
    assert rows_of_marks(drawing("point-JPN", "point-CHN"), table) == {"point-JPN": [1], "point-CHN": [0]}


def test_cells_are_named_by_row_and_column() -> None:
    table = "share,spread,saving\n0.1,0.02,5\n0.1,0.04,6\n0.2,0.02,7\n"
    cells = drawing("cell-0.1-0.02", "cell-0.1-0.04", "cell-0.2-0.02")
    assert list(rows_of_marks(cells, table).values()) == [[0], [1], [2]]


def test_both_halves_of_a_bar_show_its_row() -> None:
    table = "assumption,low,high\ngrowth,1,2\nratio,3,4\n"
    halves = drawing("bar-growth-low", "bar-growth-high", "bar-ratio-low", "bar-ratio-high")
    assert list(rows_of_marks(halves, table).values()) == [[0], [0], [1], [1]]


def test_without_names_lengths_in_the_tables_order_do() -> None:
    assert rows_of_marks(drawing("bar-x", "bar-y", "bar-z", lengths=[30, 60, 15]), BY_VALUE) == {
        "bar-x": [0],
        "bar-y": [1],
        "bar-z": [2],
    }


@pytest.mark.parametrize(
    "svg",
    [
        drawing("bar-x", "bar-y", "bar-z", lengths=[30, 60, 15.2]),  # one is too long
        drawing("bar-x", "bar-y", "bar-z", lengths=[60, 30, 15]),  # another order
        drawing("bar-x", "bar-y", lengths=[30, 60]),  # one is missing
        drawing("point-x", "point-y", "point-z"),  # no lengths to prove it by
    ],
)
def test_what_does_not_fit_is_not_said(svg: str) -> None:
    assert rows_of_marks(svg, BY_VALUE) == {}


def test_a_name_that_two_rows_share_tells_nothing() -> None:
    assert rows_of_marks(drawing("bar-A"), "key,value\nA,1\nA,2\n") == {}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("figure", "marks"),
    [
        ("fig-claims", 9),
        ("fig-how-big-china", 108),
        ("fig-how-big-steps-latest", 7),
        ("fig-room-tornado", 8),
        ("fig-transfer-pool", 30),
        ("fig-world-ranking", 43),
    ],
)
def test_bars_waterfalls_tornadoes_dots_and_heat_maps_of_the_report_can_be_read(
    language: str, figure: str, marks: int
) -> None:
    svg, table = (
        (FIGURES / language / f"{figure}{kind}").read_text(encoding="utf-8") for kind in (".svg", ".csv")
    )
    assert len(rows_of_marks(svg, table)) >= marks

"""Claims about which row a drawn point shows: proved by its height, or not said at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from consumer_credit.report.page.chart_points import rows_of_series

LONG = """\
label,period,ratio,level
A,2019,0.10,7
A,2020,0.20,9
A,2021,0.25,8
B,2019,0.40,1
B,2020,,2
B,2021,0.30,3
B,2022,0.35,4
"""
WIDE = "period,china,us\n2019,1,5\n2020,2,4\n2021,4,4.5\n"


def drawing(series: Mapping[str, Sequence[float]]) -> str:
    """Heights as a chart with 300 points for one unit would have them, rounded as drawings are."""
    groups = []
    for name, values in series.items():
        places = " ".join(
            f"{'M' if i == 0 else 'L'} {10 * i} {round(400 - 300 * v, 2)}" for i, v in enumerate(values)
        )
        groups.append(f'<g id="series-{name}">\n<path d="{places}" fill="none"/></g>')
    return f"<svg>{''.join(groups)}</svg>"


def test_series_of_a_long_table_find_their_rows_whatever_their_order_and_gaps() -> None:
    svg = drawing({"b": [0.40, 0.30, 0.35], "a": [0.10, 0.20, 0.25]})
    assert rows_of_series(svg, LONG) == {"series-a": [0, 1, 2], "series-b": [3, 5, 6]}


def test_series_of_a_wide_table_share_its_rows() -> None:
    svg = drawing({"china": [0.1, 0.2, 0.4], "us": [0.5, 0.4, 0.45]})
    assert rows_of_series(svg, WIDE) == {"series-china": [0, 1, 2], "series-us": [0, 1, 2]}


def test_one_point_out_of_place_silences_the_figure() -> None:
    assert rows_of_series(drawing({"a": [0.10, 0.21, 0.25]}), LONG) == {}
    assert rows_of_series(drawing({"a": [0.10, 0.20, 0.25], "b": [0.40, 0.31, 0.35]}), LONG) == {}


def test_two_points_prove_nothing_and_nothing_proves_nothing() -> None:
    assert rows_of_series(drawing({"a": [0.1, 0.2]}), "period,x\n1,0.1\n2,0.2\n") == {}
    assert rows_of_series("<svg/>", LONG) == {}
    assert rows_of_series(drawing({"a": [0.1, 0.2, 0.3]}), "") == {}


def test_two_groups_with_the_same_values_cannot_be_told_apart() -> None:
    table = "label,period,x\nA,1,0.1\nA,2,0.3\nA,3,0.2\nB,1,0.1\nB,2,0.3\nB,3,0.2\n"
    assert rows_of_series(drawing({"a": [0.1, 0.3, 0.2]}), table) == {}

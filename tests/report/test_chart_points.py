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


def test_the_edges_of_a_pile_are_as_high_as_the_parts_together() -> None:
    table = "label,period,value\nA,1,0.1\nA,2,0.3\nA,3,0.2\nB,1,0.4\nB,2,0.1\nB,3,0.3\n"
    edges = {"a": [0.1, 0.3, 0.2], "b": [0.5, 0.4, 0.5]}
    assert rows_of_series(drawing(edges), table) == {"series-a": [0, 1, 2], "series-b": [3, 4, 5]}
    assert rows_of_series(drawing({**edges, "b": [0.5, 0.41, 0.5]}), table) == {}


def test_a_pile_is_read_over_the_periods_of_which_all_parts_are_known() -> None:
    table = "label,period,value\nA,1,0.1\nA,2,0.3\nA,3,0.2\nA,4,0.4\nB,1,0.4\nB,3,0.3\nB,4,0.1\n"
    edges = {"a": [0.1, 0.2, 0.4], "b": [0.5, 0.5, 0.5]}
    assert rows_of_series(drawing(edges), table) == {"series-a": [0, 2, 3], "series-b": [4, 5, 6]}


def test_two_columns_together_may_make_the_groups() -> None:
    table = (
        "panel,label,period,x\n"
        "p,A,1,0.1\np,A,2,0.3\np,A,3,0.2\np,B,1,0.5\np,B,2,0.4\np,B,3,0.6\n"
        "q,A,1,0.7\nq,A,2,0.2\nq,A,3,0.9\n"
    )
    lines = {"p.a": [0.1, 0.3, 0.2], "p.b": [0.5, 0.4, 0.6], "q.a": [0.7, 0.2, 0.9]}
    assert list(rows_of_series(drawing(lines), table).values()) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_a_median_that_begins_where_a_line_ends_shares_that_row() -> None:
    table = "label,period,ratio,q50\nA,1,0.1,\nA,2,0.3,\nA,3,0.2,\nfan,4,,0.25\nfan,5,,0.3\nfan,6,,0.4\n"
    svg = '<svg><g id="series-a"><path d="M 0 370 L 10 310 L 20 340"/></g>{}</svg>'
    fan = '<g id="series-fan"><path d="M {} 340 L 30 325 L 40 310 L 50 280"/></g>'
    assert rows_of_series(svg.format(fan.format(20)), table)["series-fan"] == [2, 3, 4, 5]
    assert rows_of_series(svg.format(fan.format(15)), table) == {}

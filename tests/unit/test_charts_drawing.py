"""A chart of the same, in the same style, is not drawn twice where drawings are kept; any other is drawn."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from consumer_credit.charts.canvas import Numbers, new_figure
from consumer_credit.charts.drawing import Drawing, drawing, drawings_kept_by, key_of
from consumer_credit.charts.heatmap import heat_map
from consumer_credit.charts.lines import line_chart
from consumer_credit.charts.notation import Break, Notation
from consumer_credit.charts.sheets import DESK, current_sheet

FRAME = pd.DataFrame({"label": ["loans", None], "value": [0.25, np.nan], "derived": [True, False]})


class Kept:
    """Keeps drawings as a file would: as JSON."""

    def __init__(self):
        self.held = {}

    def find(self, key):
        return [(json.loads(answers), svg) for answers, svg in self.held.get(key, [])]

    def keep(self, key, answers, svg):
        self.held.setdefault(key, []).append((json.dumps(answers), svg))


@pytest.fixture
def kept():
    with drawings_kept_by(held := Kept()):
        yield held


@pytest.fixture
def chart():
    @drawing
    def one_chart(frame, *, unit, numbers=None, notation=None, height=2.0):
        one_chart.drawn += 1
        numbers = numbers or Numbers()
        figure, axes = new_figure(height)
        axes.set_yticks([0, 1], [numbers.tick(0, 0), numbers.tick(100, 0)])
        axes.set_title(numbers.value(frame["value"].max()) if numbers.value else unit)
        return figure

    one_chart.drawn = 0
    return one_chart


def given(**changed):
    numbers = Numbers(value=lambda value: f"{value:.2f}")
    notation = Notation([Break("2015", "a")], marks={"derived": "derived"})
    return {"frame": FRAME, "unit": "%", "numbers": numbers, "notation": notation, **changed}


def test_the_same_is_not_drawn_twice(kept, chart):
    first = chart(**given()).svg()
    again = chart(**given(frame=FRAME.copy())).svg()
    assert chart.drawn == 1
    assert again == first
    assert "0.25" in again


@pytest.mark.parametrize(
    "changed",
    [
        {"frame": FRAME.assign(value=[0.25, 0.0])},
        {"frame": FRAME.assign(label=["loans", "None"])},
        {"frame": FRAME.assign(derived=["True", "False"])},
        {"frame": FRAME[["value", "label", "derived"]]},
        {"frame": FRAME.rename(columns={"label": "name"})},
        {"frame": FRAME.iloc[::-1]},
        {"unit": "% of GDP"},
        {"numbers": Numbers(scale=1, value=lambda value: f"{value:.2f}")},
        {"numbers": Numbers()},
        {"notation": Notation([Break("2015", "b")], marks={"derived": "derived"})},
        {"notation": Notation([Break("2015", "a")], marks={"derived": "estimated"})},
        {"height": 2.5},
    ],
)
def test_whatever_is_given_otherwise_is_drawn(kept, chart, changed):
    chart(**given()).svg()
    chart(**given(**changed))
    assert chart.drawn == 2


def test_another_way_of_writing_numbers_is_drawn(kept, chart):
    chart(**given()).svg()
    other = chart(**given(numbers=Numbers(value=lambda value: f"{100 * value:.0f}"))).svg()
    assert chart.drawn == 2
    assert ">25<" in other
    assert ">0.25<" in chart(**given()).svg()
    assert chart.drawn == 2


def test_a_way_of_writing_that_fails_is_asked_while_drawing(kept, chart):
    chart(**given()).svg()
    with pytest.raises(ZeroDivisionError):
        chart(**given(numbers=Numbers(value=lambda value: str(1 / 0))))


def test_another_style_is_drawn(kept, chart):
    chart(**given()).svg()
    with mpl.rc_context({"font.size": 20}):
        chart(**given())
    assert chart.drawn == 2


def test_what_was_added_to_the_figure_is_shown_and_not_kept(kept, chart):
    chart(**given()).svg()
    added = chart(**given())
    added.figure.axes[0].annotate("by hand", (0, 0))
    assert "by hand" in added.svg()
    assert chart.drawn == 2
    assert "by hand" not in chart(**given()).svg()

    new = chart(**given(unit="other"))
    new.suptitle("by hand")
    assert "by hand" in new.svg()
    assert "by hand" not in chart(**given(unit="other")).svg()


def test_what_cannot_be_told_from_another_is_always_drawn(kept, chart):
    for _ in range(2):
        assert "<svg" in chart(**given(notation=object())).svg()
    assert chart.drawn == 2
    assert kept.held == {}


def test_without_a_keeper_every_chart_is_drawn(chart):
    assert isinstance(chart(**given()), Drawing)
    assert isinstance(chart(**given()).figure, Figure)
    assert chart.drawn == 2


def test_a_mistake_shows_where_it_is_made(kept, chart):
    with pytest.raises(KeyError):
        chart(**given(frame=FRAME.drop(columns="value")))


def test_values_of_other_kinds_have_other_keys():
    @dataclass(frozen=True)
    class Thing:
        name: str

    values = [
        1,
        1.0,
        True,
        "1",
        None,
        pd.NA,
        np.float64(1),
        ["1"],
        {"1": 1},
        {"1": "1"},
        Thing("1"),
        [[], []],
    ]
    assert len({key_of("chart", {"it": value}) for value in values}) == len(values)
    words = FRAME.assign(value=["0.25", "nan"])
    assert key_of("chart", {"it": FRAME}) != key_of("chart", {"it": words})
    assert key_of("chart", {"it": ["ab", "c"]}) != key_of("chart", {"it": ["a", "bc"]})


def test_a_phone_has_a_drawing_of_its_own_narrower_and_with_the_same_marks(kept):
    frame = pd.DataFrame(
        {
            "series": "loans",
            "label": "Household loans without those for housing",
            "period": ["2015", "2016", "2017"],
            "value": [0.1, 0.15, 0.2],
            "colour": "china",
        }
    )
    chart = line_chart(frame, unit="% of GDP")
    on_a_phone = chart.on_a_phone()
    wide, narrow = chart.svg(), on_a_phone.svg()
    assert [re.findall(r'viewBox="0 0 ([\d.]+)', svg) for svg in (wide, narrow)] == [["518.4"], ["302.4"]]
    assert [re.findall(r'id="((?:series|point|label)-[^"]+)"', svg) for svg in (wide, narrow)] == [
        ["series-loans", "label-loans", "point-loans-2015", "point-loans-2016", "point-loans-2017"]
    ] * 2
    assert len(kept.held) == 2  # neither is found in the other's place
    assert line_chart(frame, unit="% of GDP").on_a_phone().svg() == narrow
    assert current_sheet() is DESK


def test_what_has_no_layout_for_a_phone_or_was_added_to_has_no_drawing_for_one(chart):
    cells = pd.DataFrame({"row": "a", "row_label": "A", "column": ["b"], "column_label": "B", "value": 0.5})
    assert heat_map(cells, unit="%").on_a_phone() is None
    added_to = chart(**given())
    assert added_to.on_a_phone() is not None
    added_to.figure.text(0, 0, "added")
    assert added_to.on_a_phone() is None

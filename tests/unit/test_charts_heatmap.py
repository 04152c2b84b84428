"""Marks in the cells of a heat map: beside a number what it is, in an empty cell where its reason stands."""

import numpy as np
import pandas as pd
from matplotlib.text import Text

from consumer_credit.charts.heatmap import heat_map

CELLS = pd.DataFrame(
    {
        "row": ["a", "a"],
        "row_label": ["Loans", "Loans"],
        "column": ["then", "now"],
        "column_label": ["Apr\n2017", "newest"],
        "column_group": ["GDP", "Income"],
        "value": [np.nan, 0.0936],
        "mark": ["b", "†"],
    }
)


def said(frame: pd.DataFrame) -> dict[str, str]:
    figure = heat_map(frame, unit="%")
    return {text.get_gid(): text.get_text() for text in figure.findobj(Text) if text.get_gid()}


def test_a_mark_stands_after_the_number_or_after_the_dash():
    cells = said(CELLS)
    assert cells["cell-a-now"] == "9.4†"
    assert cells["cell-a-then"] == "– b"


def test_without_marks_cells_are_as_they_were():
    cells = said(CELLS.drop(columns="mark"))
    assert (cells["cell-a-now"], cells["cell-a-then"]) == ("9.4", "–")

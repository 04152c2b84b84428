"""Dots: where each row stands, where it stood, how far it ranged; nothing drawn that no word explains."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.dots import dot_chart
from consumer_credit.charts.layout import overlaps
from consumer_credit.charts.notation import Reference
from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.style import house_style
from consumer_credit.errors import RenderError

WORDS = {"value": "now", "before": "then", "range": "lowest to highest"}
PERCENT = Numbers(value=lambda value: f"{100 * value:.1f}")


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with house_style("en"):
        yield


def economies(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": ["us", "cn", "ar"],
            "label": ["United States", "China", "Argentina"],
            "value": [0.68, 0.58, 0.057],
            "colour": ["united_states", "china", "context"],
        }
    ).assign(**columns)


def at(figure: Figure, gid: str) -> list[float]:
    (found,) = figure.findobj(lambda artist: artist.get_gid() == gid)
    return [float(x) for x in found.get_xdata()]


def test_each_row_shows_now_then_and_range_where_they_are():
    figure = dot_chart(
        economies(before=[0.78, 0.45, None], low=[0.2, 0.1, 0.03], high=[0.98, 0.62, 0.06]),
        unit="% of GDP",
        words=WORDS,
        numbers=PERCENT,
    )
    assert at(figure, "point-cn") == [0.58]
    assert at(figure, "before-us") == [0.78]
    assert at(figure, "range-us") == [0.2, 0.98]
    assert not figure.findobj(lambda artist: artist.get_gid() == "before-ar")
    assert figure.axes[0].get_xlim()[0] == 0


def test_a_yardstick_is_inside_the_scale_and_named():
    reference = Reference(1.2, "120%", key="yardstick")
    figure = dot_chart(economies(), unit="%", words=WORDS, references=[reference])
    (line,) = figure.findobj(lambda artist: artist.get_gid() == "reference-yardstick")
    assert list(line.get_xdata()) == [1.2, 1.2]
    assert figure.axes[0].get_xlim()[1] >= 1.2
    (label,) = figure.findobj(lambda artist: artist.get_gid() == "label-yardstick")
    assert label.get_text() == "120%"


def test_forty_rows_fit_a_page_and_nothing_touches():
    rows = pd.DataFrame(
        {
            "key": [f"e{index}" for index in range(43)],
            "label": [f"Economy {index}" for index in range(43)],
            "value": [1.2 - index / 40 for index in range(43)],
            "before": [1.1 - index / 43 for index in range(43)],
            "colour": "context",
        }
    )
    figure = dot_chart(rows, unit="% of GDP", words=WORDS, numbers=PERCENT, row=12.5)
    assert figure.get_size_inches()[1] < 9
    assert overlaps(figure) == []


def test_a_hollow_or_later_dot_needs_its_word():
    with pytest.raises(RenderError, match="derived points without a word"):
        dot_chart(economies(derived=[False, True, False]), unit="%", words=WORDS)


@pytest.mark.parametrize(
    ("frame", "words", "message"),
    [
        (economies().drop(columns="colour"), WORDS, "no column colour"),
        (economies(key="us"), WORDS, "'us' appears twice"),
        (economies(value=None), WORDS, "nothing to draw"),
        (economies(before=0.5), {"value": "now"}, "no word for before"),
    ],
)
def test_what_cannot_be_drawn_is_refused(frame, words, message):
    with pytest.raises(RenderError, match=message):
        dot_chart(frame, unit="%", words=words)


def test_a_derived_start_is_hollow_and_explained():
    figure = dot_chart(
        economies(before=[0.5, 0.4, 0.06], before_derived=[True, False, False]),
        unit="%",
        words=WORDS,
        marks={"derived": "derived, not published"},
    )
    (hollow,) = figure.findobj(lambda artist: artist.get_gid() == "before-us")
    assert hollow.get_markerfacecolor() == PALETTE["paper"]
    assert "derived, not published" in {text.get_text() for text in figure.findobj(Text)}

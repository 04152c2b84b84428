"""Bars, waterfalls and tornados: what is drawn is what was given, and starts where it should."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from consumer_credit.charts.bars import bar_chart, stacked_chart
from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.style import house_style
from consumer_credit.charts.tornado import tornado_chart
from consumer_credit.charts.waterfall import waterfall_chart
from consumer_credit.errors import RenderError

PERCENT = Numbers(value=lambda value: f"{100 * value:.1f}%")


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with house_style("en"):
        yield


def bar(figure: Figure, gid: str) -> tuple[float, float]:
    """Where a bar begins and ends on the value axis."""
    (found,) = figure.findobj(lambda artist: artist.get_gid() == gid)
    assert isinstance(found, Rectangle)
    return float(found.get_x()), float(found.get_x() + found.get_width())


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def economies(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "key": ["us", "cn"],
            "label": ["United States", "China"],
            "value": [0.165, 0.151],
            "colour": ["united_states", "china"],
        }
    ).assign(**columns)


def test_bars_start_at_zero_and_carry_their_value():
    figure = bar_chart(economies(), unit="% of GDP", numbers=PERCENT)
    assert bar(figure, "bar-us") == (0, pytest.approx(0.165))
    assert {"United States", "China", "16.5%", "15.1%", "% of GDP"} <= set(words(figure))
    assert figure.axes[0].get_xlim()[0] == 0


def test_a_derived_bar_is_hollow_and_explained():
    figure = bar_chart(economies(derived=[False, True]), unit="%", marks={"derived": "derived level"})
    (hollow,) = figure.findobj(lambda artist: artist.get_gid() == "bar-cn")
    assert isinstance(hollow, Rectangle)
    assert "derived level" in words(figure)
    from matplotlib.colors import to_hex

    assert to_hex(hollow.get_facecolor()) == PALETTE["paper"]
    assert to_hex(hollow.get_edgecolor()) == PALETTE["china"]
    with pytest.raises(RenderError, match="derived bars without a word"):
        bar_chart(economies(derived=[False, True]), unit="%")


def test_a_range_is_a_whisker_and_a_missing_value_a_note():
    frame = economies(low=[np.nan, 0.14], high=[np.nan, 0.16], note=["not published", ""])
    frame.loc[0, "value"] = np.nan
    figure = bar_chart(frame, unit="%", numbers=PERCENT)
    (whisker,) = figure.findobj(lambda artist: artist.get_gid() == "range-cn")
    assert list(whisker.get_xdata()) == [0.14, 0.16]
    assert "not published" in words(figure)
    assert figure.findobj(lambda artist: artist.get_gid() == "bar-us") == []


def test_negative_bars_run_to_the_left_of_zero():
    figure = bar_chart(economies(value=[0.02, -0.03]), unit="points")
    assert bar(figure, "bar-cn") == (0, pytest.approx(-0.03))
    low, high = figure.axes[0].get_xlim()
    assert low < 0 < high


def test_a_group_is_headed_once_and_no_line_of_the_scale_crosses_its_heading():
    figure = bar_chart(economies(group=["High income", "High income"]), unit="%")
    assert words(figure).count("High income") == 1
    (heading,) = [text for text in figure.texts if text.get_text() == "High income"]
    backing = heading.get_bbox_patch()
    assert backing is not None and to_hex(backing.get_facecolor()) == PALETTE["paper"]
    assert heading.get_zorder() > figure.axes[0].get_zorder()


PARTS = pd.DataFrame(
    [
        ("cn", "China", "cards", "Cards", 0.065, "cards"),
        ("cn", "China", "students", "Students", 0.0, "students"),
        ("cn", "China", "other", "Other", 0.09, "other_loans"),
        ("us", "United States", "other", "Other", 0.008, "other_loans"),
        ("us", "United States", "students", "Students", 0.061, "students"),
        ("us", "United States", "cards", "Cards", 0.045, "cards"),
    ],
    columns=["bar", "bar_label", "key", "label", "value", "colour"],
)


def test_parts_pile_up_in_one_order_and_add_up_to_the_whole():
    figure = stacked_chart(PARTS, unit="%", numbers=PERCENT)
    assert bar(figure, "bar-us-cards") == (0, pytest.approx(0.045))
    assert bar(figure, "bar-us-students") == (pytest.approx(0.045), pytest.approx(0.106))
    assert bar(figure, "bar-us-other") == (pytest.approx(0.106), pytest.approx(0.114))
    assert figure.findobj(lambda artist: artist.get_gid() == "bar-cn-students") == []
    assert {"15.5%", "11.4%", "6.5%"} <= set(words(figure))  # 6.5 + 9.0;  4.5 + 6.1 + 0.8
    assert "0.8%" not in words(figure)  # too narrow to be written inside
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == ["Cards", "Students", "Other"]


STEPS = pd.DataFrame(
    [
        ("all", "All household loans", 33.4, "total"),
        ("operating", "Operating loans", -8.4, "change"),
        ("consumer", "Consumer loans", 25.0, "total"),
        ("added", "Lenders outside the table", 2.0, "change"),
    ],
    columns=["key", "label", "value", "kind"],
)


def test_steps_lead_from_one_total_to_the_next():
    figure = waterfall_chart(STEPS, unit="trillion", numbers=Numbers(scale=1))
    assert bar(figure, "bar-all") == (0, 33.4)
    assert bar(figure, "bar-operating") == (33.4, 25.0)
    assert bar(figure, "bar-added") == (25.0, 27.0)


def test_a_total_that_the_steps_do_not_lead_to_is_refused():
    wrong = STEPS.assign(value=[33.4, -8.4, 26.0, 2.0])
    with pytest.raises(RenderError, match="the steps lead to 25, not to 26"):
        waterfall_chart(wrong, unit="trillion")


SWINGS = pd.DataFrame(
    {
        "assumption": ["target", "years"],
        "label": ["Target ratio", "Years"],
        "low_label": ["15%", "12"],
        "high_label": ["25%", "6"],
        "result_low": [7.0, 16.0],
        "result_high": [24.0, 14.0],
        "base": [15.0, 15.0],
    }
)


def test_each_assumption_runs_from_the_centre_to_its_two_results():
    figure = tornado_chart(SWINGS, unit="trillion", base_label="Central case", numbers=Numbers(scale=1))
    assert bar(figure, "bar-target-low") == (15, 7)
    assert bar(figure, "bar-target-high") == (15, 24)
    assert bar(figure, "bar-years-high") == (15, 14)  # more years, less: the high end lies on the left
    assert {"15%", "25%", "Central case 15.0"} <= set(words(figure))


@pytest.mark.parametrize(
    ("draw", "complaint"),
    [
        (lambda: bar_chart(economies().drop(columns="label"), unit=""), "no column label"),
        (lambda: bar_chart(economies(key="same"), unit=""), "key appears twice"),
        (lambda: bar_chart(economies().head(0), unit=""), "nothing to draw"),
        (lambda: stacked_chart(PARTS.assign(value=-1.0), unit=""), "a part without a size"),
        (lambda: stacked_chart(pd.concat([PARTS, PARTS]), unit=""), "appears twice"),
        (lambda: waterfall_chart(STEPS.drop(columns="kind"), unit=""), "no column kind"),
        (lambda: waterfall_chart(STEPS.tail(1), unit=""), "not a waterfall"),
        (lambda: waterfall_chart(STEPS.assign(kind="sum"), unit=""), "not a waterfall"),
        (lambda: tornado_chart(SWINGS.drop(columns="base"), unit="", base_label="x"), "no column base"),
        (
            lambda: tornado_chart(SWINGS.assign(base=[1, 2]), unit="", base_label="x"),
            "no single central result",
        ),
    ],
)
def test_what_cannot_be_drawn_is_refused(draw, complaint: str):
    with pytest.raises(RenderError, match=complaint):
        draw()

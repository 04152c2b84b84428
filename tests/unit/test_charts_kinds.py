"""Fans, areas, curves, heat maps and small multiples: each draws what it was given and nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from consumer_credit.charts.areas import area_chart
from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.curves import Spot, curve_chart
from consumer_credit.charts.fan import fan_chart
from consumer_credit.charts.heatmap import heat_map
from consumer_credit.charts.notation import Break, Notation
from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.small_multiples import small_multiples
from consumer_credit.charts.style import house_style
from consumer_credit.errors import RenderError

PERCENT = Numbers(value=lambda value: f"{100 * value:.1f}%")


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with house_style("en"):
        yield


def found(figure: Figure, gid: str) -> list:
    return figure.findobj(lambda artist: artist.get_gid() == gid)


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text() and text.get_visible()]


def series(
    values: dict[str, float], key: str = "cn", label: str = "China", colour: str = "china", **columns: object
):
    frame = pd.DataFrame({"period": list(values), "value": list(values.values())})
    return frame.assign(series=key, label=label, colour=colour, **columns)


FAN = pd.DataFrame(
    {
        "period": ["2016", "2017", "2018"],
        "q10": [0.096, 0.10, 0.105],
        "q25": [0.096, 0.105, 0.115],
        "q50": [0.096, 0.11, 0.125],
        "q75": [0.096, 0.115, 0.135],
        "q90": [0.096, 0.12, 0.145],
    }
)
CALLED = {"q50": "median", "q10": "1 in 10 lies below", "q90": "9 in 10 lie below"}


def test_a_fan_begins_where_the_past_ends_and_names_its_edges():
    figure = fan_chart(series({"2015": 0.08, "2016": 0.096}), FAN, unit="%", words=CALLED, numbers=PERCENT)
    (band,) = found(figure, "fan-q10-q90")
    edges = band.get_paths()[0].vertices
    assert edges[:, 1].min() == 0.096 and edges[:, 1].max() == 0.145
    (median,) = found(figure, "series-fan")
    assert list(median.get_ydata()) == list(FAN["q50"])
    assert {"median 12.5%", "9 in 10 lie below 14.5%"} <= {" ".join(word.split()) for word in words(figure)}


def test_a_back_test_shows_what_came_beside_what_was_expected():
    history = pd.concat(
        [
            series({"2015": 0.08, "2016": 0.096}),
            series({"2017": 0.114, "2018": 0.13}, "came", "what came", "ink"),
        ]
    )
    figure = fan_chart(history, FAN, unit="%", words=CALLED)
    (came,) = found(figure, "series-came")
    assert list(came.get_ydata()) == [0.114, 0.13]


@pytest.mark.parametrize(
    ("fan", "called", "complaint"),
    [
        (FAN.drop(columns="q50"), CALLED, "no q50"),
        (FAN, {"q50": "median"}, r"no words\['q10'\]"),
        (FAN.head(0), CALLED, "no rows"),
    ],
)
def test_a_fan_without_quantiles_or_words_is_refused(
    fan: pd.DataFrame, called: dict[str, str], complaint: str
):
    with pytest.raises(RenderError, match=complaint):
        fan_chart(series({"2016": 0.1}), fan, unit="%", words=called)


def two_parts(**second: float) -> pd.DataFrame:
    return pd.concat(
        [
            series({"2014": 1.0, "2015": 2.0, "2016": 3.0}, "cards", "Cards", "cards"),
            series(second, "other", "Other", "other_loans"),
        ]
    )


def test_parts_pile_up_to_the_whole():
    figure = area_chart(
        two_parts(**{"2014": 0.5, "2015": 0.5, "2016": 1.0}), unit="tn", numbers=Numbers(scale=1)
    )
    (upper,) = found(figure, "area-other")
    heights = upper.get_paths()[0].vertices[:, 1]
    assert heights.min() == 1.0 and heights.max() == 4.0  # from the cards of 2014 to 3.0 + 1.0 in 2016


def test_a_pile_has_a_gap_where_a_part_is_not_known():
    figure = area_chart(two_parts(**{"2014": 0.5, "2016": 1.0}), unit="tn", numbers=Numbers(scale=1))
    (lower,) = found(figure, "area-cards")
    years = np.concatenate([path.vertices[:, 0] for path in lower.get_paths()])
    assert 2015 not in years


def test_a_pile_with_a_derived_part_is_marked_on_its_edge():
    frame = two_parts(**{"2014": 0.5, "2015": 0.5, "2016": 1.0})
    frame["derived"] = (frame["series"] == "cards") & (frame["period"] == "2015")
    notation = Notation(marks={"derived": "derived"}, breaks=[Break("2016", "a")])
    figure = area_chart(frame, unit="tn", numbers=Numbers(scale=1), notation=notation)
    (mark,) = found(figure, "point-total-2015")
    assert (list(mark.get_ydata()), mark.get_markerfacecolor()) == ([2.5], PALETTE["paper"])
    assert "[a]" in words(figure)


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (two_parts(**{"2014": -0.5}), "a part below zero"),
        (two_parts(**{"2030": 0.5}), "no period has all parts"),
    ],
)
def test_a_pile_that_would_mislead_is_refused(frame: pd.DataFrame, complaint: str):
    with pytest.raises(RenderError, match=complaint):
        area_chart(frame, unit="tn")


def test_a_curve_is_drawn_over_its_number_with_the_example_marked():
    shares = np.linspace(0, 0.8, 9)
    frame = pd.DataFrame({"x": shares, "value": 100 / (1 - shares)}).assign(
        series="c", label="cost", colour="china"
    )
    figure = curve_chart(
        frame,
        unit="yuan",
        x_unit="dormant, %",
        numbers=Numbers(scale=1),
        spots=[Spot(0.3, 100 / 0.7, "the example")],
    )
    (spot,) = found(figure, "point-spot-example")
    assert (list(spot.get_xdata()), list(spot.get_ydata())) == ([0.3], [pytest.approx(142.857, abs=1e-3)])
    assert {"the example", "yuan", "dormant, %", "80"} <= set(words(figure))
    assert figure.axes[0].get_xlim() == (0, 0.8)


def grid(**columns: object) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row": ["total", "total", "ex", "ex"],
            "row_label": ["All loans", "All loans", "Without housing", "Without housing"],
            "column": ["gdp", "income", "gdp", "income"],
            "column_label": ["GDP", "Income", "GDP", "Income"],
            "value": [0.337, 0.75, 0.079, np.nan],
        }
    ).assign(**columns)


def test_a_curve_that_ends_early_is_named_where_it_ends():
    frame = pd.DataFrame(
        {
            "series": ["cn", "cn", "us", "us"],
            "label": ["China", "China", "United States", "United States"],
            "x": [7.0, 22.0, 44.0, 74.0],
            "value": [0.1, 0.6, 0.6, 0.72],
            "colour": ["china", "china", "united_states", "united_states"],
        }
    )
    figure = curve_chart(frame, unit="% of GDP", x_unit="income")
    right = figure.axes[0].get_window_extent().x1
    places = {
        text.get_text(): text.get_window_extent()
        for text in figure.findobj(Text)
        if text.get_text() in ("China", "United States")
    }
    assert places["China"].x1 < right < places["United States"].x0


def test_every_cell_says_its_number_and_a_missing_one_that_it_is_missing():
    figure = heat_map(grid(), unit="%", numbers=PERCENT)
    said = {text.get_gid(): text.get_text() for text in figure.findobj(Text) if text.get_gid()}
    assert said["cell-total-gdp"] == "33.7%"
    assert said["cell-ex-gdp"] == "7.9%"
    assert said["cell-ex-income"] == "–"


def test_groups_of_rows_stand_apart_under_their_heading():
    figure = heat_map(grid(row_group=["China", "China", "US", "US"], column_group="2016"), unit="%")
    assert len(figure.axes) == 2
    assert {"China", "US", "2016"} <= set(words(figure))


def test_one_value_is_a_map_too():
    assert "33.7" in words(heat_map(grid().head(1), unit="%"))


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (grid().drop(columns="row"), "no column row"),
        (pd.concat([grid(), grid()]), "a cell is given twice"),
        (grid(value=np.nan), "nothing to draw"),
    ],
)
def test_what_is_no_map_is_refused(frame: pd.DataFrame, complaint: str):
    with pytest.raises(RenderError, match=complaint):
        heat_map(frame, unit="%")


def panels() -> pd.DataFrame:
    return pd.concat(
        [
            series(
                {"2014": 0.1, "2016": 0.2},
                "us",
                "United States",
                "united_states",
                panel="us",
                panel_label="US",
            ),
            series({"2015": 0.3, "2016": 0.4}, "jp", "Japan", "japan", panel="jp", panel_label="Japan"),
        ]
    )


def test_panels_share_their_scales_and_each_shows_its_own_line():
    figure = small_multiples(panels(), unit="% of GDP", numbers=PERCENT)
    first, second = figure.axes
    assert first.get_xlim() == second.get_xlim() and first.get_ylim() == second.get_ylim()
    assert len(found(figure, "series-us.us")) == len(found(figure, "series-jp.jp")) == 1
    assert {"US", "Japan", "20.0%", "40.0%", "% of GDP"} <= set(words(figure))
    assert figure.legends == []  # the titles name the lines


def test_the_last_year_of_the_last_panel_stays_on_the_sheet():
    figure = small_multiples(panels(), unit="% of GDP", numbers=PERCENT, columns=2)
    figure.draw_without_rendering()
    edges = [tick.get_window_extent().x1 for tick in figure.axes[-1].get_xticklabels()]
    assert max(edges) <= figure.bbox.x1


def test_what_is_repeated_for_comparison_is_grey_and_named_once():
    around = series({"2014": 0.15, "2016": 0.16}, label="China")
    figure = small_multiples(panels(), unit="%", context=around)
    lines = [*found(figure, "series-us.cn"), *found(figure, "series-jp.cn")]
    assert [line.get_color() for line in lines if isinstance(line, Line2D)] == [PALETTE["context"]] * 2
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["China"]


def test_lines_that_share_a_panel_are_named_in_the_key():
    both = panels().assign(panel="both", panel_label="Both")
    figure = small_multiples(both, unit="%")
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["United States", "Japan"]


def test_panels_must_be_named_and_marks_explained():
    with pytest.raises(RenderError, match="no column panel"):
        small_multiples(series({"2014": 0.1}), unit="%")
    with pytest.raises(RenderError, match="nothing to draw"):
        small_multiples(panels().head(0), unit="%")
    with pytest.raises(RenderError, match="derived points without a word"):
        small_multiples(panels().assign(derived=True), unit="%")
    drawn = small_multiples(panels().assign(derived=True), unit="%", marks={"derived": "derived level"})
    assert "derived level" in words(drawn)

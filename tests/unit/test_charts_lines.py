"""Ratios over time: what is missing stays missing, what is derived looks derived."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.lines import DENSE, line_chart
from consumer_credit.charts.notation import Break, Notation, Reference, Span
from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.style import house_style
from consumer_credit.errors import RenderError


@pytest.fixture(autouse=True)
def style() -> Iterator[None]:
    with house_style("en"):
        yield


def series(
    values: dict[str, float], key: str = "cn", label: str = "China", colour: str = "china", **columns: object
) -> pd.DataFrame:
    frame = pd.DataFrame({"period": list(values), "value": list(values.values())})
    return frame.assign(series=key, label=label, colour=colour, **columns)


def line(figure: Figure, gid: str) -> Line2D:
    (found,) = figure.findobj(lambda artist: artist.get_gid() == gid)
    assert isinstance(found, Line2D)
    return found


def has(figure: Figure, gid: str) -> bool:
    return bool(figure.findobj(lambda artist: artist.get_gid() == gid))


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def test_a_missing_year_breaks_the_line():
    figure = line_chart(series({"2014": 0.24, "2015": 0.28, "2017": 0.37, "2018": 0.4}), unit="%")
    drawn = line(figure, "series-cn")
    assert list(drawn.get_xdata()) == [2014, 2015, 2016, 2017, 2018]
    assert np.isnan(drawn.get_ydata()[2])
    assert not has(figure, "point-cn-2016")


def test_rows_may_come_in_any_order():
    figure = line_chart(series({"2015": 0.28, "2014": 0.24}), unit="%")
    assert list(line(figure, "series-cn").get_ydata()) == [0.24, 0.28]


def test_derived_is_hollow_and_a_later_vintage_is_a_diamond():
    frame = series(
        {"2014": 0.1, "2015": 0.2, "2016": 0.3},
        derived=[False, True, False],
        later_vintage=[False, False, True],
    )
    marks = {"derived": "derived level", "later_vintage": "later vintage"}
    figure = line_chart(frame, unit="%", notation=Notation(marks=marks))
    looks = {year: line(figure, f"point-cn-{year}") for year in (2014, 2015, 2016)}
    assert (looks[2014].get_marker(), looks[2014].get_markerfacecolor()) == ("o", PALETTE["china"])
    assert (looks[2015].get_marker(), looks[2015].get_markerfacecolor()) == ("o", PALETTE["paper"])
    assert (looks[2016].get_marker(), looks[2016].get_markerfacecolor()) == ("D", PALETTE["china"])
    assert {"derived level", "later vintage"} <= set(words(figure))


def test_marks_that_nothing_explains_are_refused():
    with pytest.raises(RenderError, match="derived points without a word"):
        line_chart(series({"2014": 0.1}, derived=True), unit="%")


def test_published_points_need_no_key():
    figure = line_chart(
        series({"2014": 0.1}), unit="%", notation=Notation(marks={"derived": "derived level"})
    )
    assert "derived level" not in words(figure)


def test_a_range_without_a_level_is_a_bar_and_a_gap():
    frame = series({"2019": 0.13, "2020": np.nan, "2021": 0.14}, low=np.nan, high=np.nan)
    frame.loc[1, ["low", "high"]] = [0.136, 0.139]
    figure = line_chart(frame, unit="%")
    assert list(line(figure, "range-cn-2020").get_ydata()) == [0.136, 0.139]
    assert np.isnan(line(figure, "series-cn").get_ydata()[1])
    assert not has(figure, "point-cn-2020")


def test_long_series_have_no_mark_at_each_point_but_keep_every_vertex():
    months = [f"{2000 + month // 12}-{month % 12 + 1:02}" for month in range(DENSE + 12)]
    values = dict.fromkeys(months, 0.1)
    del values["2003-05"]
    values["2001-01"] = 0.2
    frame = series(values)
    frame.loc[frame["period"] == "2001-02", "derived"] = True
    frame["derived"] = frame["derived"].eq(True)
    figure = line_chart(frame, unit="%", notation=Notation(marks={"derived": "derived"}))
    assert not has(figure, "point-cn-2001-01")
    assert has(figure, "point-cn-2001-02")
    assert len(line(figure, "series-cn").get_xdata()) == DENSE + 12


def test_a_lonely_observation_in_a_long_series_is_still_seen():
    months = [f"{2000 + month // 12}-{month % 12 + 1:02}" for month in range(DENSE + 12)]
    values = dict.fromkeys(months, 0.1)
    del values["2003-04"], values["2003-06"]
    assert has(line_chart(series(values), unit="%"), "point-cn-2003-05")


def test_the_value_axis_starts_at_zero_and_says_its_unit():
    figure = line_chart(series({"2014": 0.44, "2015": 0.47}), unit="% of GDP")
    (axes,) = figure.axes
    assert axes.get_ylim() == (0, pytest.approx(0.5))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["0", "10", "20", "30", "40", "50"]
    assert "% of GDP" in words(figure)


def test_values_below_zero_keep_a_line_at_zero():
    figure = line_chart(series({"2014": -0.02, "2015": 0.04}), unit="points")
    (axes,) = figure.axes
    assert axes.get_ylim()[0] < 0 < axes.get_ylim()[1]
    assert any(list(drawn.get_ydata()) == [0, 0] for drawn in axes.lines)


def test_money_is_scaled_and_written_as_told():
    numbers = Numbers(
        scale=1e-12, tick=lambda number, _: f"{number:g} tn", value=lambda value: f"{value:.0e}"
    )
    figure = line_chart(series({"2014": 15e12, "2015": 19e12}), unit="yuan", numbers=numbers)
    assert "20 tn" in words(figure)
    assert "China 2e+13" in words(figure)


def test_lines_are_named_at_their_ends_with_their_last_value():
    frame = pd.concat(
        [
            series({"2014": 0.1, "2025": 0.151}),
            series({"2014": 0.2, "2025": 0.165}, "us", "United States", "united_states"),
        ]
    )
    figure = line_chart(frame, unit="%", numbers=Numbers(value=lambda value: f"{100 * value:.1f}%"))
    assert {"China 15.1%", "United States 16.5%"} <= set(words(figure))
    assert figure.legends == []


def test_breaks_stand_before_the_first_period_of_the_new_definition():
    notation = Notation(breaks=[Break("2023-01", "a"), Break("1990", "b")])
    yearly = line_chart(series({"2022": 0.1, "2023": 0.2}), unit="%", notation=notation)
    assert list(line(yearly, "break-a").get_xdata()) == [2022.5, 2022.5]
    assert "[a]" in words(yearly)
    assert "[b]" not in words(yearly)  # outside the years shown
    months = line_chart(series({"2022-11": 0.1, "2023-02": 0.2}), unit="%", notation=notation)
    assert list(line(months, "break-a").get_xdata()) == [2023, 2023]  # the end of 2022-12


def test_claims_are_drawn_and_named_even_beyond_the_data():
    claims = [
        Reference(0.2, "the article: 20%", key="us"),
        Reference(0.25, "the article: 25%", "2018", key="cn"),
    ]
    figure = line_chart(series({"2014": 0.1, "2016": 0.12}), unit="%", notation=Notation(references=claims))
    assert list(line(figure, "reference-cn").get_xdata()) == [2018]
    assert list(line(figure, "reference-us").get_ydata()) == [0.2, 0.2]
    assert {"the article: 20%", "the article: 25%"} <= set(words(figure))
    assert figure.axes[0].get_ylim()[1] >= 0.25


def test_shading_stays_within_the_years_shown():
    notation = Notation(spans=[Span("2008", "2009"), Span("1980", "1982")])
    figure = line_chart(series({"2007": 0.1, "2010": 0.1}), unit="%", notation=notation)
    assert len(figure.axes[0].patches) == 1


def test_values_are_written_where_asked():
    notation = Notation(values=[("cn", "2015"), ("cn", "1999"), ("none", "2015")])
    figure = line_chart(series({"2014": 0.1, "2015": 0.336}), unit="%", notation=notation)
    assert has(figure, "label-cn-2015")
    assert "33.6" in words(figure)


def test_definitions_differ_in_dashes_not_only_in_colour():
    figure = line_chart(series({"2014": 0.1, "2015": 0.2}, dashed=True), unit="%")
    assert line(figure, "series-cn").is_dashed()


@pytest.mark.parametrize(
    ("frame", "complaint"),
    [
        (series({"2014": 0.1}).drop(columns="label"), "no column label"),
        (pd.concat([series({"2014": 0.1})] * 2), "'cn' has 2014 twice"),
        (series({"2014": np.nan}), "nothing to draw"),
        (series({}), "nothing to draw"),
        (series({"2014": 0.1}, colour="chnia"), "did you mean 'china'"),
        (series({"2014": 0.1, "2014-12": 0.2}), "mixed frequencies"),
        (series({"14": 0.1}), "not a period"),
    ],
)
def test_what_cannot_be_drawn_is_refused(frame: pd.DataFrame, complaint: str):
    with pytest.raises(RenderError, match=complaint):
        line_chart(frame, unit="%")

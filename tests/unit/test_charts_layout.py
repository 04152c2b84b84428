"""Nothing on any chart touches anything it should not, in English and in Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from consumer_credit.charts import labels
from consumer_credit.charts.areas import area_chart
from consumer_credit.charts.bars import bar_chart, stacked_chart
from consumer_credit.charts.canvas import Numbers, new_figure
from consumer_credit.charts.curves import Spot, curve_chart
from consumer_credit.charts.fan import fan_chart
from consumer_credit.charts.heatmap import heat_map
from consumer_credit.charts.labels import Label
from consumer_credit.charts.layout import Problem, overlaps
from consumer_credit.charts.lines import line_chart
from consumer_credit.charts.notation import Break, Notation, Reference, Span
from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.small_multiples import small_multiples
from consumer_credit.charts.style import house_style
from consumer_credit.charts.svg import to_svg
from consumer_credit.charts.tornado import tornado_chart
from consumer_credit.charts.typesetting import text_size, wrapped
from consumer_credit.charts.waterfall import waterfall_chart

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "total": "China, all consumer loans",
        "housing": "China, without housing loans",
        "purchase": "China, without property-purchase loans",
        "us": "United States, consumer credit",
        "unit": "% of GDP",
        "claim": "The article: about 20%",
        "claim_cn": "The article: 8.4%",
        "derived": "derived level",
        "later_vintage": "known from a later vintage only",
    },
    "zh": {
        "total": "中国，全部住户消费性贷款",
        "housing": "中国，扣除个人住房贷款",
        "purchase": "中国，扣除个人购房贷款",
        "us": "美国，消费信贷",
        "unit": "占国内生产总值比重（%）",
        "claim": "原文：约20%",
        "claim_cn": "原文：8.4%",
        "derived": "推算值",
        "later_vintage": "仅有较晚版本的数据",
    },
}
LANGUAGES = sorted(WORDS)


@pytest.fixture(scope="session")
def fonts(report_font_files: Any) -> list[Path]:
    return [report_font_files.regular, report_font_files.bold]


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest, fonts: list[Path]) -> Iterator[dict[str, str]]:
    with house_style(request.param, fonts):
        yield WORDS[request.param]


def ratios(
    key: str, label: str, colour: str, start: int, values: list[float], **columns: Any
) -> pd.DataFrame:
    frame = pd.DataFrame({"period": [str(start + year) for year in range(len(values))], "value": values})
    return frame.assign(series=key, label=label, colour=colour, **columns)


def china(words: dict[str, str]) -> Figure:
    total = [0.12, 0.116, 0.157, 0.18, 0.18, 0.19, 0.215, 0.235, 0.27, 0.329, 0.372, 0.404, 0.438, 0.478]
    frame = pd.concat(
        [
            ratios("total", words["total"], "china_total", 2007, total),
            ratios("housing", words["housing"], "china", 2016, [0.096, 0.114, 0.129, 0.137, 0.14]),
            ratios("purchase", words["purchase"], "china_purchase", 2012, [0.044, 0.053, 0.06, 0.068, 0.079]),
        ],
        ignore_index=True,
    )
    frame["derived"] = (frame["series"] == "housing") & (frame["period"] == "2016")
    notation = Notation(
        breaks=[Break("2017", "a"), Break("2018", "b"), Break("2018", "c")],
        references=[Reference(0.084, words["claim_cn"], "2016")],
        values=[("total", "2016")],
        marks=words,
    )
    return line_chart(frame, unit=words["unit"], numbers=PERCENT, notation=notation)


def close_together(words: dict[str, str]) -> Figure:
    """Four lines that end within a percentage point of each other."""
    frame = pd.concat(
        [
            ratios(name, words[name], colour, 2015, [0.1 + 0.01 * rank, 0.15 + 0.003 * rank])
            for rank, (name, colour) in enumerate(
                [
                    ("total", "china_total"),
                    ("housing", "china"),
                    ("purchase", "china_purchase"),
                    ("us", "united_states"),
                ]
            )
        ]
    )
    frame = frame.assign(later_vintage=frame["period"] == "2015", derived=frame["period"] == "2016")
    return line_chart(frame, unit=words["unit"], numbers=PERCENT, notation=Notation(marks=words))


def monthly(words: dict[str, str]) -> Figure:
    months = [f"{1990 + month // 12}-{month % 12 + 1:02}" for month in range(35 * 12)]
    values = [0.12 + 0.05 * month / len(months) for month in range(len(months))]
    frame = pd.DataFrame({"period": months, "value": values})
    frame = frame.assign(series="us", label=words["us"], colour="united_states")
    notation = Notation(
        references=[Reference(0.2, words["claim"])],
        spans=[Span("2001-03", "2001-11"), Span("2007-12", "2009-06")],
        breaks=[Break("2006-01", "a"), Break("2010-12", "b"), Break("2024-12", "c")],
    )
    return line_chart(frame, unit=words["unit"], numbers=PERCENT, notation=notation)


def many_breaks(words: dict[str, str]) -> Figure:
    """Breaks closer together than the claim's name is long, and a claim on the highest gridline."""
    frame = ratios("us", words["us"], "united_states", 2007, [0.19 - 0.001 * year for year in range(19)])
    breaks = [Break(str(2008 + 2 * number), letter) for number, letter in enumerate("abcdefgh")]
    notation = Notation(breaks=breaks, references=[Reference(0.2, words["claim"])])
    return line_chart(frame, unit=words["unit"], notation=notation)


PERCENT = Numbers(value=lambda value: f"{100 * value:.1f}%")


def bars(words: dict[str, str]) -> Figure:
    names = ["total", "housing", "purchase", "us"]
    frame = pd.DataFrame(
        {
            "key": names,
            "label": [words[name] for name in names],
            "value": [0.337, 0.096, 0.079, 0.203],
            "colour": ["china_total", "china", "china_purchase", "united_states"],
            "derived": [False, True, False, False],
            "low": [None, 0.09, None, None],
            "high": [None, 0.1, None, None],
            "group": [words["unit"], words["unit"], words["claim"], words["claim"]],
        }
    )
    return bar_chart(frame, unit=words["unit"], numbers=PERCENT, marks=words)


def stacked(words: dict[str, str]) -> Figure:
    parts = [("total", "cards", 0.065), ("housing", "vehicles", 0.012), ("purchase", "students", 0.06)]
    frame = pd.DataFrame(
        [
            (bar, words[bar], key, words[key][:12], value, colour)
            for bar in ("us", "total")
            for key, colour, value in parts
        ],
        columns=["bar", "bar_label", "key", "label", "value", "colour"],
    )
    return stacked_chart(frame, unit=words["unit"], numbers=PERCENT)


def many_parts(words: dict[str, str]) -> Figure:
    """A key too long for one line."""
    fills = ["housing", "cards", "vehicles", "students", "consumer_finance", "other_loans"]
    names = ["total", "housing", "purchase", "us", "claim", "later_vintage"]
    rows = [
        ("us", words["us"], name, words[name], 0.05, fill) for name, fill in zip(names, fills, strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["bar", "bar_label", "key", "label", "value", "colour"])
    return stacked_chart(frame, unit=words["unit"], numbers=PERCENT)


def waterfall(words: dict[str, str]) -> Figure:
    frame = pd.DataFrame(
        [
            ("all", words["total"], 0.337, "total"),
            ("less", words["purchase"], -0.258, "change"),
            ("rest", words["housing"], 0.079, "total"),
        ],
        columns=["key", "label", "value", "kind"],
    )
    return waterfall_chart(frame, unit=words["unit"], numbers=PERCENT)


def tornado(words: dict[str, str]) -> Figure:
    frame = pd.DataFrame(
        {
            "assumption": ["a", "b", "c"],
            "label": [words["total"], words["claim"], words["unit"]],
            "low_label": ["15%", "4%", words["derived"]],
            "high_label": ["25%", "8%", words["derived"]],
            "result_low": [0.07, 0.12, 0.15],
            "result_high": [0.24, 0.18, 0.15],
            "base": 0.15,
        }
    )
    return tornado_chart(frame, unit=words["unit"], base_label=words["us"], numbers=PERCENT)


def heat(words: dict[str, str]) -> Figure:
    names = ["total", "housing", "purchase"]
    frame = pd.DataFrame(
        [
            (
                f"{economy}.{row}",
                words[row],
                words[economy],
                column,
                words[column],
                0.07 * (down + across + 1),
            )
            for economy in ("us", "total")
            for down, row in enumerate(names)
            for across, column in enumerate(["derived", "later_vintage", "claim_cn", "unit"])
        ],
        columns=["row", "row_label", "row_group", "column", "column_label", "value"],
    )
    frame.loc[3, "value"] = None
    return heat_map(frame, unit=words["unit"], numbers=PERCENT)


def fan(words: dict[str, str]) -> Figure:
    history = ratios("housing", words["housing"], "china", 2010, [0.05, 0.06, 0.07, 0.08, 0.09, 0.1])
    years = range(11)
    quantiles = pd.DataFrame(
        {"period": [str(2015 + year) for year in years], "q50": [0.1 + 0.003 * year for year in years]}
    )
    for name, width in (("q10", -0.004), ("q25", -0.002), ("q75", 0.002), ("q90", 0.004)):
        quantiles[name] = quantiles["q50"] + width * np.arange(11)
    called = {"q50": words["us"], "q10": words["derived"], "q90": words["later_vintage"]}
    notation = Notation(references=[Reference(0.2, words["claim"])])
    return fan_chart(history, quantiles, unit=words["unit"], words=called, numbers=PERCENT, notation=notation)


def area(words: dict[str, str]) -> Figure:
    frame = pd.concat(
        [
            ratios("total", words["total"], "cards", 2003, [0.02, 0.03, 0.04]),
            ratios("housing", words["housing"], "vehicles", 2003, [0.001, 0.001, 0.001]),
            ratios("purchase", words["purchase"], "students", 2003, [0.001, 0.001, 0.001]),
            ratios("us", words["us"], "other_loans", 2003, [0.01, 0.01, 0.01]),
        ]
    )
    return area_chart(
        frame, unit=words["unit"], numbers=PERCENT, notation=Notation(breaks=[Break("2004", "a")])
    )


def curve(words: dict[str, str]) -> Figure:
    shares = np.linspace(0, 0.8, 41)
    frame = pd.DataFrame({"x": shares, "value": 1 / (1 - shares)}).assign(
        series="cost", label=words["total"], colour="china"
    )
    spots = [Spot(0.3, 1 / 0.7, words["claim"]), Spot(0.7, 1 / 0.3, words["us"], key="other")]
    return curve_chart(
        frame, unit=words["unit"], x_unit=words["later_vintage"], numbers=Numbers(scale=1), spots=spots
    )


def multiples(words: dict[str, str]) -> Figure:
    colours = {
        "total": "china_total",
        "housing": "china",
        "purchase": "china_purchase",
        "us": "united_states",
    }
    frame = pd.concat(
        [
            ratios(
                name, words[name], hue, 2000, [0.05 + 0.01 * rank + 0.002 * year for year in range(26)]
            ).assign(panel=name, panel_label=words[name])
            for rank, (name, hue) in enumerate(colours.items())
        ]
    )
    around = ratios("context", words["claim"], "context", 2000, [0.12 - 0.002 * year for year in range(26)])
    return small_multiples(frame, unit=words["unit"], numbers=PERCENT, context=around)


CHARTS: list[Callable[[dict[str, str]], Figure]] = [
    china,
    many_breaks,
    close_together,
    monthly,
    bars,
    stacked,
    many_parts,
    waterfall,
    tornado,
    heat,
    fan,
    area,
    curve,
    multiples,
]


@pytest.mark.slow
@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_touches_what_it_should_not(chart: Callable[[dict[str, str]], Figure], words: dict[str, str]):
    assert overlaps(chart(words)) == []


@pytest.mark.thorough
@pytest.mark.parametrize("chart", CHARTS)
def test_every_chart_uses_named_colours_only_and_becomes_the_same_svg_twice(
    chart: Callable[[dict[str, str]], Figure], words: dict[str, str]
):
    first, second = (to_svg(chart(words), title="t", description="d") for _ in range(2))
    assert first == second
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", first)) <= set(PALETTE.values())
    ids = re.findall(r' id="([^"]+)"', first)
    assert len(ids) == len(set(ids))


def test_two_texts_on_each_other_are_found():
    with house_style("en"):
        figure, axes = new_figure()
        axes.set_axis_off()
        figure.text(0.5, 0.5, "one")
        figure.text(0.51, 0.5, "two")
        figure.text(0.5, 0.8, "three")
        assert overlaps(figure) == [Problem("texts", "one", "two")]


def test_a_line_or_a_point_through_a_text_is_found():
    with house_style("en"):
        figure, axes = new_figure()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "here")
        axes.plot([0.0, 1.0], [0.2, 0.82], gid="series-x")
        axes.plot([0.5], [0.5], marker="o", linestyle="none", gid="point-x-2016")
        axes.plot([0.0, 1.0], [0.0, 0.0], gid="series-y")
        assert sorted(problem.first for problem in overlaps(figure)) == ["point-x-2016", "series-x"]


def test_a_gap_in_a_line_does_not_cross_a_text():
    with house_style("en"):
        figure, axes = new_figure()
        axes.set_axis_off()
        axes.text(0.5, 0.5, "here", ha="center", va="center")
        axes.plot([0.0, 0.3, 0.5, 0.7, 1.0], [0.5, 0.5, float("nan"), 0.5, 0.5], gid="series-x")
        assert overlaps(figure) == []


def test_a_text_may_interrupt_a_mark_of_a_break_but_never_a_line_of_data():
    with house_style("en"):
        figure, axes = new_figure()
        axes.set_axis_off()
        text = axes.text(0.5, 0.5, "here", ha="center", va="center")
        axes.axvline(0.5, gid="break-a")
        axes.plot([0, 1], [0.5, 0.5], gid="series-x")
        assert {problem.first for problem in overlaps(figure)} == {"break-a", "series-x"}
        text.set_bbox({"facecolor": PALETTE["paper"]})
        assert {problem.first for problem in overlaps(figure)} == {"series-x"}


def test_what_leaves_the_canvas_is_found():
    with house_style("en"):
        figure, axes = new_figure()
        axes.set_axis_off()
        figure.text(0.99, 0.6, "too far to the right")
        axes.plot([0, 3], [0, 0.1], clip_on=False, gid="series-x")
        axes.set_xlim(0, 1)
        assert {(problem.kind, problem.first) for problem in overlaps(figure)} == {
            ("canvas", "too far to the right"),
            ("canvas", "series-x"),
        }


@pytest.mark.slow  # it cuts fonts
@pytest.mark.parametrize("text", [WORDS["zh"]["total"], WORDS["zh"]["unit"]])
def test_chinese_breaks_between_characters_but_keeps_marks_with_what_they_mark(fonts: list[Path], text: str):
    with house_style("zh", fonts):
        figure, _ = new_figure()
        one = text_size(figure, "中")[0]
        for characters in range(4, 14):
            lines = wrapped(figure, text, one * characters + 0.5).split("\n")
            assert "".join(lines) == text
            assert not any(line[0] in "，。）%" or line[-1] == "（" for line in lines)
            assert max(text_size(figure, line)[0] for line in lines) <= one * characters + 0.5


@pytest.mark.slow  # it cuts fonts
@pytest.mark.parametrize("ha", ["left", "center", "right"])
@pytest.mark.parametrize("va", ["bottom", "center", "top"])
def test_the_place_that_a_label_tries_is_the_one_it_takes(words: dict[str, str], ha: str, va: str):
    _, axes = new_figure()
    text = f"{words['us']}\n16.5%"
    label = Label("us", text, 0.4, 0.6, "ink")
    tried = labels._box(axes, label, text, ((7.0, -3.0), ha, va))
    taken = labels._write(axes, label, text, (7.0, -3.0), ha=ha, va=va).get_window_extent()
    assert tried.extents == pytest.approx(taken.extents, abs=1e-6)

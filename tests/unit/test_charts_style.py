"""The house style lasts as long as its block, and refuses to draw boxes for characters."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl
import pytest

from consumer_credit.charts.canvas import new_figure
from consumer_credit.charts.style import house_style
from consumer_credit.errors import RenderError


def test_nothing_of_the_style_remains_after_the_block():
    before = dict(mpl.rcParams)
    with house_style("en"):
        assert mpl.rcParams["svg.fonttype"] == "none"
        assert dict(mpl.rcParams) != before
    assert dict(mpl.rcParams) == before


def test_drawing_leaves_no_figure_open_in_pyplot():
    from matplotlib import pyplot

    with house_style("en"):
        new_figure()
    assert pyplot.get_fignums() == []


def test_a_character_without_a_glyph_stops_the_drawing():
    with (
        pytest.raises(RenderError, match=r"CJK UNIFIED IDEOGRAPH-4E2D.* add the character"),
        house_style("en"),
    ):
        figure, _ = new_figure()
        figure.text(0.5, 0.5, "中")
        figure.draw_without_rendering()


def test_other_warnings_pass_through_unchanged():
    import warnings

    with pytest.raises(UserWarning, match="something else"), house_style("en"):
        warnings.warn("something else", UserWarning, stacklevel=1)


def test_chinese_needs_a_font():
    with pytest.raises(RenderError, match="no font for Chinese"), house_style("zh"):
        pass


def test_a_file_that_is_no_font_is_refused(tmp_path: Path):
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"not a font")
    with pytest.raises(RenderError, match=r"broken\.ttf.* cannot be read"), house_style("en", [broken]):
        pass


def test_a_font_of_another_family_is_refused():
    other = Path(mpl.get_data_path()) / "fonts" / "ttf" / "cmr10.ttf"
    with pytest.raises(RenderError, match="holds the family 'cmr10'"), house_style("en", [other]):
        pass


def test_dollars_are_dollars_not_mathematics():
    with house_style("en"):
        figure, _ = new_figure()
        text = figure.text(0, 0, "US$ 1 and US$ 2")
        wide = text.get_window_extent().width
        plain = figure.text(0, 0, "USx 1 and USx 2").get_window_extent().width
    assert wide == pytest.approx(plain, rel=0.1)  # as mathematics, spaces would vanish

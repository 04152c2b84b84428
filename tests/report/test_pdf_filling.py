"""Claims about the order in which exhibits fill the printed pages of a chapter, and the size of their drawings."""

from __future__ import annotations

import pytest

from consumer_credit.report.pdf.filling import (
    BETWEEN_PT,
    PAGE_PT,
    SCALES,
    Movable,
    Passage,
    Placed,
    exhibit_height,
    filled,
    passage,
    unmoved,
)
from consumer_credit.report.rendering.document import Exhibit

HEADING = Passage((44.0,), begins=True)
FULL = PAGE_PT - 60


def lines(height: float) -> Passage:
    return Passage((10.0,) * int(height / 10))


def order(*blocks: Passage | Movable) -> list[int]:
    return [placed.block for placed in filled(blocks)]


def test_a_small_table_fills_the_page_below_a_figure_that_the_next_does_not_fit() -> None:
    figures = [Movable(number, "figure", 400) for number in (1, 2)]
    assert order(HEADING, lines(FULL), *figures, Movable(3, "table", 200)) == [1, 3, 2]
    assert order(HEADING, lines(FULL), *figures, Movable(3, "table", 300)) == [1, 2, 3]


def test_no_figure_overtakes_a_figure_and_no_table_a_table() -> None:
    tables = [Movable(3, "table", 600), Movable(4, "table", 100)]
    placed = order(
        HEADING,
        lines(FULL),
        Movable(1, "figure", 500),
        Movable(2, "figure", 400),
        *tables,
        Movable(5, "figure", 150),
    )
    assert sorted(placed) == [1, 2, 3, 4, 5]
    assert [n for n in placed if n in (1, 2, 5)] == [1, 2, 5]
    assert [n for n in placed if n in (3, 4)] == [3, 4]


def test_nothing_goes_before_the_text_that_names_it() -> None:
    """The table is named on the third page: it cannot fill the second."""
    figures = [Movable(number, "figure", 400) for number in (1, 2)]
    assert order(HEADING, lines(FULL), *figures, lines(900), Movable(3, "table", 200)) == [1, 2, 3]


def test_no_exhibit_leaves_its_chapter() -> None:
    first, second = Movable(1, "figure", 600), Movable(2, "table", 50)
    assert order(HEADING, lines(FULL), first, HEADING, second) == [1, 2]


def test_drawings_are_smaller_where_that_spares_a_page_and_only_there() -> None:
    pair = [Movable(number, "figure", 350, drawn=250) for number in (1, 2)]
    assert 2 * 350 + BETWEEN_PT > PAGE_PT
    assert [placed.scale for placed in filled([HEADING, lines(FULL), *pair])] == [0.94, 0.94]
    alone = Movable(3, "figure", 350, drawn=250)
    assert filled([HEADING, lines(FULL), alone]) == [Placed(3, 1.0)]
    assert min(SCALES) * 0.86 * 447 / 518.4 * 9 > 6, "the numbers at an axis stay legible"


def test_what_is_higher_than_a_page_fills_pages_where_it_stands() -> None:
    assert order(HEADING, unmoved(PAGE_PT - 100), Movable(1, "figure", 200), Movable(2, "table", 100)) == [
        1,
        2,
    ]
    assert order(Movable(0, "figure", 2 * PAGE_PT), Movable(1, "table", 100)) == [0, 1]


@pytest.mark.parametrize(("language", "word"), [("en", "word "), ("zh", "词语")])
def test_links_and_formulas_are_as_long_as_they_are_read(language: str, word: str) -> None:
    bare = passage(f"See [Figure 1] {word * 100}", language)
    assert passage(f"See [Figure 1](#fig-{'x' * 400}) {word * 100}", language) == bare
    assert sum(passage(word * 400, language).lines) > 2 * sum(bare.lines)


def test_a_longer_title_and_a_note_make_an_exhibit_higher() -> None:
    short = Exhibit("cell", "figure", "fig-a", 1, title="Short")
    long = Exhibit("cell", "figure", "fig-a", 1, title="Long " * 40)
    assert exhibit_height(short, 200, (), "en") < exhibit_height(long, 200, (), "en")
    assert exhibit_height(short, 200, (), "en") < exhibit_height(short, 200, ("Source: a bank.",), "en")
    assert exhibit_height(short, 260, (), "en") == exhibit_height(short, 200, (), "en") + 60

"""Chapters keep their form: language pairs, captions, ids; each lapse is named with its cell."""

from pathlib import Path

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.report.authoring.captions import parse_caption
from consumer_credit.report.authoring.notebook_format import nbformat
from consumer_credit.report.authoring.sources import Numbering, check_pairs

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
CAPTION = """\
- **Figure:** `fig-a`
- **Title:** A title
  over two lines
- **Subtitle:** what, where
- **Alt:** Line chart.
- **Note:** one
- **Note:** two"""


def markdown(source, *cell_tags):
    return {"cell_type": "markdown", "source": source, "metadata": {"tags": list(cell_tags)}}


def code(source="1"):
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": []}


def test_a_caption_is_read_with_its_continuation_lines_and_notes():
    caption = parse_caption(CAPTION, where="here")
    assert (caption.id, caption.title, caption.notes) == ("fig-a", "A title over two lines", ("one", "two"))


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Some text", "a caption is a list"),
        ("- **Figure:** `fig-a`\n- **Titel:** x", "unknown key 'Titel'"),
        ("- **Figure:** `tbl-a`\n- **Title:** x", "not a figure's or table's id"),
        ("- **Figure:** `Fig A`", "not a figure's or table's id"),
        ("- **Figure:** `fig-a`\n- **Title:** x\n- **Subtitle:** y", "'fig-a' has no Alt"),
        ("- **Table:** `tbl-a`\n- **Title:** x", "'tbl-a' has no Subtitle"),
    ],
)
def test_a_caption_that_lacks_something_is_refused(source, message):
    with pytest.raises(UsageError, match=f"here: .*{message}"):
        parse_caption(source, where="here")


def test_pairs_side_by_side_are_in_order():
    check_pairs(
        "01_a.ipynb",
        [
            markdown("x", "en"),
            markdown("y", "zh"),
            code(),
            markdown(CAPTION, "en", "caption"),
            markdown(CAPTION, "zh", "caption"),
        ],
    )


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ([markdown("x")], "cell 1: a Markdown cell needs exactly one language tag"),
        ([markdown("x", "en", "zh")], "exactly one language tag"),
        ([markdown("x", "zh")], "a Chinese cell without its English one"),
        ([markdown("x", "en")], "an English cell without its Chinese one"),
        ([markdown("x", "en"), code()], "cell 1: an English cell without its Chinese one"),
        ([code(), markdown("x", "en"), markdown("x", "en")], "cell 2: an English cell without"),
        (
            [
                markdown(CAPTION, "en", "caption"),
                markdown(CAPTION.replace("fig-a", "fig-b"), "zh", "caption"),
            ],
            "two different figures",
        ),
    ],
)
def test_an_unbalanced_pair_is_refused_with_its_cell(cells, message):
    with pytest.raises(UsageError, match=message):
        check_pairs("01_a.ipynb", cells)


def test_figures_are_numbered_through_the_whole_report_and_links_go_only_to_those_present():
    first = [markdown(CAPTION, "en", "caption"), markdown(CAPTION, "zh", "caption")]
    second = [markdown(CAPTION.replace("fig-a", "fig-b"), "en", "caption")]
    numbering = Numbering.of([("01_a.ipynb", first), ("02_b.ipynb", second)])
    assert numbering.numbers == {"fig-a": 1, "fig-b": 2}
    assert numbering.references("zh", ["fig-b"]) == {"fig-a": "图1", "fig-b": "[图2](#fig-b)"}


def test_an_id_may_stand_only_once():
    cells = [markdown(CAPTION, "en", "caption")]
    with pytest.raises(UsageError, match="'fig-a' stands twice"):
        Numbering.of([("01_a.ipynb", cells), ("02_b.ipynb", cells)])


EQUATION = "The room is\n\n$$\nH = (r^* - r) Y\n\\label{eq-headroom}\n$$"


def test_equations_with_a_label_are_numbered_through_the_whole_report():
    first = [markdown(EQUATION, "en"), markdown(EQUATION, "zh"), markdown("$$x = y$$", "en")]
    second = [markdown(EQUATION.replace("headroom", "pace"), "en")]
    numbering = Numbering.of([("01_a.ipynb", first), ("02_b.ipynb", second)])
    assert numbering.equations == {"eq-headroom": 1, "eq-pace": 2}
    assert numbering.references("en", ["eq-pace"]) == {
        "eq-headroom": "Equation 1",
        "eq-pace": "[Equation 2](#eq-pace)",
    }


def test_an_equation_does_not_share_its_cell_with_a_value_that_may_be_missing():
    with pytest.raises(UsageError, match=r"01_a\.ipynb, cell 1: equation 'eq-headroom' shares its cell"):
        Numbering.of([("01_a.ipynb", [markdown(EQUATION + "\n\n{{ loans | money }}", "en")])])
    cells = [markdown(EQUATION + "\n\n{{ ref('fig-a') }} draws it.", "en")]
    assert Numbering.of([("01_a.ipynb", cells)]).equations == {"eq-headroom": 1}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_chapter_is_written_as_jupyter_writes_it_so_that_a_save_changes_only_what_was_edited(path):
    text = path.read_text(encoding="utf-8")
    assert text == nbformat.writes(nbformat.reads(text, as_version=4)) + "\n"

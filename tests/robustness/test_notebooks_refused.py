"""Whatever stands in a chapter's notebook or its prose: built, or refused before anything published is touched."""

from __future__ import annotations

import copy
import json

import nbformat
import pytest
from fuzzing import TRICKY, VALUES, contents, damaged_text, damaged_tree, fuzz
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.errors import RenderError
from consumer_credit.report.assembling.prose import Prose
from consumer_credit.report.authoring.passages import FILTERS, TESTS
from consumer_credit.report.build import BuildOptions, build
from consumer_credit.report.kernels.execution import ExecutedChapter
from consumer_credit.report.values import VALUES_MIME, MissingReason, RecordedValue

pytestmark = pytest.mark.thorough

RECORDED = {"chapter": "alpha", "name": "loans_to_gdp", "value": 0.2016, "unit": "fraction"}
FIGURE = {
    "id": "fig-alpha",
    "columns": [{"label": "year", "unit": "", "align": "left"}],
    "rows": [["2016"]],
    "csv_name": "fig-alpha.csv",
    "csv": "year\n2016\n",
    "series": [],
    "vintages": {},
    "source_line": "Source: none.",
    "notes": [],
}
DRAWING = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'></svg>"
PUBLISHED = [
    {VALUES_MIME: RECORDED},
    {"image/svg+xml": DRAWING, "application/vnd.consumer-credit.figure+json": FIGURE},
]


def replayed(project, chapter, notebook, parameters, language, **_settings):
    """The chapter as a kernel leaves it: the cell that publishes has published."""
    executed = copy.deepcopy(notebook)
    for cell in executed.cells:
        if cell["cell_type"] == "code" and "display(" in cell["source"]:
            cell["outputs"] = [nbformat.v4.new_output("display_data", data=data) for data in PUBLISHED]
    return ExecutedChapter(chapter, language, executed, 0.0)


@pytest.fixture
def published(miniature):
    """A miniature report that has been published, and a function that builds it again."""
    steps = miniature.steps(execute=replayed)
    build(miniature.project, BuildOptions(), steps=steps)
    return miniature, lambda: build(miniature.project, BuildOptions(), steps=steps)


def is_built_or_refused(door, published, name, content: bytes) -> None:
    """Build with that notebook; a refusal leaves every file as it was, and the sound notebook builds again."""
    miniature, again = published
    path = miniature.root / "notebooks" / "01_alpha.ipynb"
    sound = path.read_bytes()
    path.write_bytes(content)
    before = contents(miniature.root)
    try:
        if not door(name).try_(again):
            assert contents(miniature.root) == before
        assert path.read_bytes() == content
    finally:
        path.write_bytes(sound)


@fuzz
@given(data=st.data())
def test_any_notebook_is_built_or_refused(door, published, data):
    text = (published[0].root / "notebooks" / "01_alpha.ipynb").read_text(encoding="utf-8")
    tree = damaged_tree(json.loads(text)).map(
        lambda tree: json.dumps(tree, default=str).encode("utf-8", "replace")
    )
    is_built_or_refused(door, published, "notebooks", data.draw(tree | tree | damaged_text(text)))


SLIPS = {
    "a tag is missing": lambda cell, word: cell["metadata"].update(tags=[]),
    "a tag is another": lambda cell, word: cell["metadata"].update(tags=[word]),
    "tags are no list": lambda cell, word: cell["metadata"].update(tags=word),
    "two languages": lambda cell, word: cell["metadata"].update(tags=["en", "zh"]),
    "an undeclared parameter": lambda cell, word: cell.update(source=f"{cell['source']}\n{word} = 1"),
    "a computed value": lambda cell, word: cell.update(source=f"{cell['source']}\nbase_year = 2000 + 16"),
    "a fraction for a whole number": lambda cell, word: cell.update(
        source=cell["source"].replace("base_year = 2016", "base_year = 2016.5")
    ),
    "an unknown placeholder": lambda cell, word: cell.update(source=f"{cell['source']} {{{{ {word} }}}}"),
    "a figure's id twice": lambda cell, word: cell.update(
        source=f"- **Figure:** `fig-alpha`\n- **Title:** {word}\n- **Subtitle:** s\n- **Alt:** a"
    ),
    "another figure's id": lambda cell, word: cell.update(source=cell["source"].replace("fig-alpha", word)),
    "words": lambda cell, word: cell.update(source=word),
    "another type": lambda cell, word: cell.update(cell_type=word),
    "code": lambda cell, word: cell.update(cell_type="code", outputs=[], execution_count=None),
}


@fuzz
@given(
    slips=st.lists(st.sampled_from(sorted(SLIPS)), min_size=1, max_size=2),
    word=TRICKY
    | st.text(max_size=8)
    | st.sampled_from(["fig-beta", "base_yaer", "loans_to_gpd", "markdown"]),
    gone=st.booleans(),
    data=st.data(),
)
def test_any_slip_of_an_editor_is_built_or_refused(door, published, slips, word, gone, data):
    text = (published[0].root / "notebooks" / "01_alpha.ipynb").read_text(encoding="utf-8")
    notebook = json.loads(text)
    for slip in slips:
        SLIPS[slip](data.draw(st.sampled_from(notebook["cells"])), word)
    if gone:
        notebook["cells"].pop(data.draw(st.integers(0, len(notebook["cells"]) - 1)))
    is_built_or_refused(door, published, "notebooks", json.dumps(notebook).encode("utf-8", "replace"))


VALUES_OF_PROSE = {
    value.name: value
    for value in (
        RecordedValue("a", "ratio", 0.2016, "fraction"),
        RecordedValue("a", "loans", 25.05e12, "CNY"),
        RecordedValue("a", "year", 2016, "year"),
        RecordedValue("a", "state", "open", "id"),
        RecordedValue("a", "day", "2016-12-31", "date"),
        RecordedValue("a", "gone", None, "fraction", missing=MissingReason("no_observation", "s", "2016")),
    )
}
WORDS = st.sampled_from(
    [
        *("ratio", "loans", "year", "state", "day", "gone", "absent", "self", "ref", "'a'", "1", "10**9"),
        *(f"| {name}" for name in FILTERS),
        *(f"is {name}" for name in TESTS),
        *("(", ")", "(2)", "(open='x')", "('a', 'b', 'c')", "(loans, 'a', 'b', 'c')", "ref('fig-alpha')"),
        *("* 10**10", "** 9**9**9", "~", ".__class__", ".__init__.__globals__", "['__mro__']", "|attr('x')"),
        *("and", "or", "not", "if", "else", "in", "[1, 2]", "{}", ",", "%", "'%999999999d' % 1"),
    ]
)
PIECES = st.one_of(
    st.lists(WORDS, min_size=1, max_size=5).map(lambda words: f"{{{{ {' '.join(words)} }}}}"),
    st.lists(WORDS, min_size=1, max_size=4).map(lambda words: f"{{% if {' '.join(words)} %}}a{{% endif %}}"),
    st.sampled_from(
        [
            *("{% for a in range(10**9) %}x{% endfor %}", "{% for a in 'ab' %}{{ a }}{% endfor %}"),
            *(
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{% include '/etc/passwd' %}",
                "{% set a = 1 %}",
            ),
            *(
                "{% raw %}",
                "{#",
                "{{",
                "}}",
                "{%",
                "# Heading\n\n",
                "text ",
                "占 72%",
                "{% import 'os' as os %}",
            ),
            *("{{ 'a'.center(10**10) }}", "{{ '{:10000000000}'.format(1) }}", "{{ ''.__class__.__mro__ }}"),
        ]
    ),
    TRICKY,
)


@fuzz
@given(
    pieces=st.lists(PIECES, min_size=1, max_size=4),
    language=st.sampled_from(["en", "zh"]),
    kept=VALUES.map(str),
)
def test_any_passage_is_filled_or_refused(door, pieces, language, kept):
    prose = Prose(language, VALUES_OF_PROSE, {"fig-alpha": "[Figure 1](#fig-alpha)"}, title_of=str)
    door("prose").try_(lambda: prose.fill("".join(pieces), where="01_alpha.ipynb, cell 3"))


@pytest.mark.parametrize(
    "passage",
    [
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{{ 'a' * 10 ** 12 }}",
        "{{ '%999999999999d' % 1 }}",
        "{{ 'a'.center(10 ** 12) }}",
        "{{ ratio.recorded }}",
        "{% for a in [1, 2] %}x{% endfor %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ ratio.__class__.__mro__ }}",
        "{{ cycler }}",
    ],
)
def test_prose_prints_values_and_computes_nothing(passage):
    prose = Prose("en", VALUES_OF_PROSE, {}, title_of=str)
    with pytest.raises(RenderError, match=r"cell 3: "):
        prose.fill(passage, where="cell 3")

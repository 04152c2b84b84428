"""Claims about prose rendered again, as in a preview: the same as if it had never been rendered before, for less."""

from __future__ import annotations

from typing import Any

import nbformat.v4 as v4
import pytest

from consumer_credit.errors import RenderError
from consumer_credit.report.rendering import markdown
from consumer_credit.report.rendering.abridged import Remembered, abridged
from consumer_credit.report.rendering.markdown import Format, Rendered, render_prose
from consumer_credit.report.rendering.reading import read_document

PASSAGES = (
    "# China\n\nAbove [the second](#How-large?) and [the last](#Method), a note[^1].\n\n[^1]: Of this chapter.",
    "## How large?\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n- a list\n\n  # not a chapter",
    "As [before](#How-large?), *now* $r_t$ and\n\n$$ x = y \\label{eq-one} $$",
    "Small\n-----\n\nSee \\$5, $\\eqref{eq-one}$ and [a work][work], another[^2].\n\n[^2]: Second.",
    "# United States\n\n## How large?\n\n> # quoted\n\nTo [its own](#How-large?) and to [the first](#china-1).",
    "```python\n# a comment\nx = 1\n```",
    '<a id="place"></a>Named, and [there](#place); ![a picture](x.png)',
    "[work]: https://example.org/work\n\nPlain *text* ... as -5 it is.",
    "Nothing but text.",
    "# Method\n\nThe end.",
)
CHAPTERS = [{"id": "china", "number": 1}, {"id": "united_states", "number": 2}, {"id": "method", "number": 3}]
CHANGES = (
    *((place, source + " More.") for place, source in enumerate(PASSAGES)),
    (0, "# 中国\n\nNo note."),
    (1, "## How small?\n\nAnother heading."),
    (3, "No definition, no equation, no note."),
    (6, "Not named."),
    (8, "## A heading where there was nothing"),
)


@pytest.fixture(autouse=True)
def remembered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Nothing is remembered from other tests; what pandoc is given."""
    given: list[str] = []
    really = markdown._pandoc

    def pandoc(text: str, *how: Any) -> str:
        given.append(text)
        return really(text, *how)

    monkeypatch.setattr(markdown, "_pandoc", pandoc)
    forget(monkeypatch)
    return given


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown, "_remembered", Remembered())


def render(passages: tuple[str, ...], to: Format = "html5", *, strict: bool = False) -> Rendered:
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell(source) for source in passages])  # type: ignore[no-untyped-call]
    notebook.metadata["consumer_credit"] = {"title": "T", "chapters": CHAPTERS}
    return render_prose(read_document(notebook, strict=strict), to)


@pytest.mark.parametrize("to", ["html5", "typst"])
def test_a_changed_passage_among_others_is_rendered_as_for_the_first_time(
    to: Format, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place, changed in CHANGES:
        passages = (*PASSAGES[:place], changed, *PASSAGES[place + 1 :])
        forget(monkeypatch)
        first = render(passages, to)
        forget(monkeypatch)
        render(PASSAGES, to)
        assert render(passages, to) == first, changed


def test_of_what_has_not_changed_pandoc_sees_what_names_something(remembered: list[str]) -> None:
    plain = tuple(f"## Heading {number}\n\n{'A long passage. ' * 50}" for number in range(20))
    before = render(("# China", *plain))
    after = render(("# China", *plain[:-1], "## Heading 19\n\nA short passage."))
    assert after.passages[:-1] == before.passages[:-1]
    assert "A short passage." in after.passages[-1]
    assert "A long passage." not in remembered[-1]
    assert len(remembered[-1]) < len(remembered[0]) / 10


def test_a_link_to_nothing_is_told_each_time() -> None:
    for _ in range(2):
        with pytest.raises(RenderError, match="nowhere"):
            render(("# China", "To [nothing](#nothing)."), strict=True)
    lenient = [render(("# China", "To [nothing](#nothing).")) for _ in range(2)]
    assert lenient[0] == lenient[1]


@pytest.mark.parametrize(
    "source", [*PASSAGES[1:4], *PASSAGES[5:8], "  # indented", "Title\n===", "a\n\n- - -\n-"]
)
def test_what_may_name_more_than_its_headings_is_not_abridged(source: str) -> None:
    assert abridged(source) == source


def test_headings_are_all_that_is_left_of_other_passages() -> None:
    assert abridged("## One\n\ntext #2\n#3\n### Two\n> # three") == "## One\n\n### Two"

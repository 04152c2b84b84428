"""No number is typed into prose: placeholders take recorded values, and say what is missing."""

import pytest

from consumer_credit.errors import RenderError
from consumer_credit.report.assembling.prose import Prose
from consumer_credit.report.values import MissingReason, RecordedValue


def recorded(name, value, unit, **more):
    return RecordedValue(chapter="china", name=name, value=value, unit=unit, **more)


VALUES = {
    v.name: v
    for v in (
        recorded("ratio", 0.33659, "fraction"),
        recorded("claim", 0.25, "fraction"),
        recorded("change", -0.5, "pp"),
        recorded("loans", 25.0472e12, "CNY"),
        recorded("base_year", 2016, "year"),
        recorded("state", "open", "id"),
        recorded("lender", "A*B <script>$1", "text"),
        RecordedValue(
            "china", "absent", None, "fraction",
            missing=MissingReason(
                "no_observation",
                "cn.housing_loans.purchase",
                "2020-12",
                {"first": "2008-06", "last": "2016-12"},
            ),
        ),
    )
}  # fmt: skip


def prose(language="en"):
    return Prose(language, VALUES, {"fig-a": "[Figure 1](#fig-a)"}, lambda series: "Property-purchase loans")


def fill(text, language="en"):
    return prose(language).fill(text, where="notebooks/01_china.ipynb, cell 3 (en)")


def test_values_print_by_their_unit_or_by_a_filter():
    assert (
        fill("{{ ratio }} {{ ratio | pct(2) }} {{ loans | money(1) }} {{ base_year | end_of }}")
        == "33.7% 33.66% CNY 25.0 trillion end-2016"
    )


def test_words_of_direction_come_from_values():
    assert (
        fill("It {{ change | sign('fell', 'stood', 'rose') }} by {{ change | abs | pp }}.")
        == "It fell by 0.5 percentage points."
    )
    assert fill("{{ ratio | compare(claim, 'below', 'at', 'above') }}") == "above"
    assert fill("{{ state | word(open='still open', closed='closed') }}") == "still open"


def test_chinese_and_figures_stand_without_a_typed_gap_however_the_writer_typed():
    assert fill("相当于 {{ ratio }} 的 *GDP* 口径", "zh") == fill("相当于{{ ratio }}的 *GDP* 口径", "zh")
    assert (
        fill("占 {{ ratio }} 的 G.19 口径，见 `make report` 一节", "zh")
        == "占33.7%的G.19口径，见 `make report` 一节"
    )
    assert fill("{{ ratio }} of G.19 口径") == "33.7% of G.19 口径"


def test_text_values_cannot_become_markup():
    assert fill("{{ lender }}") == r"A\*B \<script\>\$1"


def test_an_unknown_name_stops_the_build_and_names_cell_and_nearest_name():
    with pytest.raises(
        RenderError, match=r"cell 3 \(en\): no value named 'raito' was recorded — did you mean 'ratio'\?"
    ):
        fill("{{ raito | pct }}")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ratio | nonsense }}",
        "{{ ratio | ",
        "{{ loans | word(a='b') }}",
        "{{ state | pct }}",
        "{{ ref('fig-b') }}",
        "{{ ratio.__class__.__mro__ }}",
    ],
)
def test_whatever_cannot_be_filled_is_an_error_of_that_cell(text):
    with pytest.raises(RenderError, match="cell 3"):
        fill(text)


def test_a_passage_that_needs_a_missing_value_becomes_one_sentence_that_says_why():
    sentence = fill("Loans were {{ absent | pct }} of GDP.")
    assert sentence == (
        "*This passage cannot be given: Property-purchase loans has no published figure for December 2020; "
        "the figures held run from June 2008 to December 2016.*"
    )
    assert "2008年6月" in fill("{{ absent | pct }}", "zh")


def test_headings_stay_when_the_text_below_them_is_missing():
    filled = fill("# Title {{ base_year }}\n\nLoans were {{ absent | pct }}.")
    assert filled.startswith("# Title 2016\n\n*This passage")


def test_a_passage_may_ask_whether_a_value_is_missing():
    assert fill("{% if absent is missing %}No figure.{% else %}{{ absent }}{% endif %}") == "No figure."


def test_references_become_links():
    assert fill("{{ ref('fig-a') }}") == "[Figure 1](#fig-a)"

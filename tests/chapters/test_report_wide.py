"""What holds for every chapter: languages, references, no typed digits, parameters that matter, words by the data."""

import json
import re
from pathlib import Path

import pytest

from consumer_credit.parameters import Parameters
from consumer_credit.report.authoring.captions import parse_caption
from consumer_credit.report.authoring.notebooks import read_notebook, tags

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
CODE = re.compile(r"`[^`]*`|\$\$.*?\$\$|\$[^$]*\$", re.DOTALL)
NAMES_WITH_DIGITS = re.compile(r"\bas 100\b|为 100|G\.19|Z\.1|P2P|H\.10|NIPA ?(table|表) ?2\.1|FR Y-14M")
DOCUMENT_DATES = re.compile(
    r"(article|page|study|report) (of|from) (April |August )?2017|2017 ?年(4 ?月|8 ?月)?的?(那篇|一篇)?(文章|报告)?"
)
TWO_ENGLISH_WORDS = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
NAMES_KEPT_IN_CHINESE = re.compile(
    r"China Banking News|Kantar Worldpanel(?: ComTech)?|Counterpoint Research|LexinFintech Holdings|CC BY|Asia Times"
    r"|make report|Ant Group|van der Klaauw"
)
NO_PROSE = re.compile(r"`[^`]*`|\$\$.*?\$\$|\]\([^)]*\)|https?://\S+|[\w.]+_[\w.]+", re.DOTALL)


def markdown_cells():
    for path in NOTEBOOKS:
        for index, cell in enumerate(read_notebook(path).cells):
            if cell.cell_type == "markdown":
                yield pytest.param(cell, id=f"{path.stem}-{index + 1}")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebooks_are_committed_without_outputs(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)


@pytest.mark.parametrize("cell", list(markdown_cells()))
def test_no_number_is_typed_into_prose(cell):
    text = PLACEHOLDER.sub("", cell.source)
    for allowed in (CODE, NAMES_WITH_DIGITS, DOCUMENT_DATES):
        text = allowed.sub("", text)
    text = re.sub(r"\]\([^)]*\)|^\d+\. ", "", text, flags=re.MULTILINE)  # link targets, list numbers
    assert not re.findall(r"\d+", text), text


def test_every_figure_and_table_is_referred_to_in_both_languages():
    captions, referred = set(), {"en": set(), "zh": set()}
    for path in NOTEBOOKS:
        for cell in read_notebook(path).cells:
            if cell.cell_type != "markdown":
                continue
            if "caption" in tags(cell):
                captions.add(parse_caption(cell.source, where=path.name).id)
            else:
                language = "en" if "en" in tags(cell) else "zh"
                referred[language] |= set(re.findall(r"ref\(['\"]([\w-]+)['\"]\)", cell.source))
    assert captions - referred["en"] == set()
    assert captions - referred["zh"] == set()


REQUIRED = (
    "cn_total_ratio_base",
    "cn_ex_housing_ratio_base",
    "us_ratio_base",
    "cn_ex_housing_ratio_latest",
    "us_ratio_latest",
    "latest_year",
    "headroom_cny_latest",
    "gap_pp_base",
    "gap_pp_latest",
    "scope_spread_pp_cn_base",
    "backtest_error_pp",
)


@pytest.mark.parametrize("name", REQUIRED)
def test_the_results_hold_the_promised_names(report, name):
    assert name in report().values


LEAST_ON_A_PHONE = 8.5
"""Points; a phone shows the 302 of the drawing's width on some 358 pixels, so that these are ten."""
IN_CHINESE = pytest.param("zh", marks=pytest.mark.thorough)
"""`make test` builds the real report once; that the languages agree is shown by make test-all."""
EDITIONS = [
    ("latest", {}),
    pytest.param("as-published-2017", {}, marks=pytest.mark.thorough),
    pytest.param("latest", {"comparator": "GBR"}, marks=pytest.mark.thorough),
]


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", IN_CHINESE])
@pytest.mark.parametrize(("edition", "overrides"), EDITIONS)
def test_on_no_figure_do_texts_touch_or_leave_the_sheet(report, edition, overrides, language):
    built = report(edition, language, **overrides)
    assert set(built.layout) == set(built.assembled.figures)
    assert {figure: problems for figure, problems in built.layout.items() if problems} == {}


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", IN_CHINESE])
@pytest.mark.parametrize(("edition", "overrides"), EDITIONS)
def test_nor_do_they_on_the_drawings_for_phones_whose_type_can_be_read(report, edition, overrides, language):
    built = report(edition, language, **overrides)
    assert {figure: problems for figure, problems in built.on_phones.items() if problems} == {}
    drawn = {id_: item["svg_narrow"] for id_, item in built.items.items() if item.get("svg_narrow")}
    assert set(drawn) == set(built.on_phones)
    assert len(drawn) > 0.9 * len(built.layout)
    for figure, svg in drawn.items():
        assert min(map(float, re.findall(r'font-size="([\d.]+)px"', svg))) >= LEAST_ON_A_PHONE, figure


@pytest.mark.thorough
@pytest.mark.parametrize(("edition", "overrides"), EDITIONS)
def test_both_languages_carry_identical_results_and_figures(report, edition, overrides):
    english, chinese = report(edition, "en", **overrides), report(edition, "zh", **overrides)
    assert english.assembled.results == chinese.assembled.results
    assert list(english.items) == list(chinese.items)
    for item_id, item in english.items.items():
        assert item["number"] == chinese.items[item_id]["number"]
        assert len(item["rows"]) == len(chinese.items[item_id]["rows"])


@pytest.mark.thorough
@pytest.mark.parametrize("edition", ["latest", "as-published-2017"])
def test_the_chinese_report_holds_no_untranslated_english(report, edition):
    built = report(edition, "zh")
    texts = [built.prose]
    for item in built.items.values():
        texts += [item["title"], item["subtitle"], item.get("alt", ""), item["source_line"], *item["notes"]]
        texts += [cell for row in item["rows"] for cell in row]
        texts += [column["label"] + column["unit"] for column in item["columns"]]
    texts += [
        " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", figure.svg))
        for figure in built.assembled.figures.values()
    ]
    for text in texts:
        words = TWO_ENGLISH_WORDS.findall(NAMES_KEPT_IN_CHINESE.sub("", NO_PROSE.sub("", text)))
        assert not words, (words, text[:200])


def test_the_english_report_holds_no_chinese(report):
    built = report("latest", "en")
    texts = [built.prose, *(item["title"] for item in built.items.values())]
    texts += [cell for item in built.items.values() for row in item["rows"] for cell in row]
    for text in texts:
        assert not re.search(r"[\u4e00-\u9fff]", text), text[:200]


@pytest.mark.thorough
def test_with_other_data_prose_titles_and_alt_texts_turn_round(report_with_other_data):
    def china_above_and_falling(data):
        file = data / "observations" / "pbc.csv"
        lines = []
        for line in file.read_text(encoding="utf-8").splitlines():
            series, period, value, *rest = line.split(",")
            if series.startswith("cn.household_consumer_loans") and period >= "2025-12":
                pass
            if series in ("cn.housing_loans.housing", "cn.housing_loans.housing.derived_2016"):
                value = str(float(value) / 10)
            lines.append(",".join((series, period, value, *rest)))
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    built = report_with_other_data(china_above_and_falling)
    assert built.values["gap_pp_base"] < 0
    assert "above the United States" in built.prose
    assert "below the United States" not in built.items["tbl-gap"]["title"]


CHANGED = {
    "as_of": "2017-04-25", "strict_vintages": True, "start_year": 2012, "end_year": 2020, "base_year": 2019,
    "china_scope": "total", "housing_definition": "purchase", "us_scope": "ex_student",
    "denominator": "disposable_income", "comparator": "GBR", "currency": "ppp",
    "record_years": 4,
}  # fmt: skip


PRINTED_ONLY = {"pdf_code"}  # no chapter reads it; what it does to the PDF is in tests/report/test_pdf.py


@pytest.mark.thorough
@pytest.mark.parametrize("name", [name for name in Parameters.model_fields if name not in PRINTED_ONLY])
def test_every_parameter_changes_something(outputs_of_chapters, name):
    default = Parameters.model_fields[name].default
    other = CHANGED.get(name, default + 1 if isinstance(default, int) else None)
    if other is None:
        other = default * 0.9
    dated = {"as_of": "2017-04-25"} if name == "strict_vintages" else {}
    assert any(
        before != after
        for before, after in zip(
            outputs_of_chapters(name, dated), outputs_of_chapters(name, {**dated, name: other}), strict=True
        )
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_column_of_every_table_has_something_to_say(report, language):
    empty = [
        (item_id, column["label"])
        for item_id, item in report("latest", language).items.items()
        for number, column in enumerate(item["columns"])
        if {row[number].rstrip(" †‡") for row in item["rows"]} <= {"–", ""}
    ]
    assert empty == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_where_a_claim_meets_no_value_a_letter_leads_to_the_reason(report, language):
    claims = report("latest", language).items["tbl-claims"]
    letters = [cell for row in claims["rows"] for cell in row if re.fullmatch(r"\[[a-z]\]", cell)]
    reasons = [note[:3] for note in claims["notes"] if note.startswith("[")]
    assert letters and list(dict.fromkeys(letters)) == reasons

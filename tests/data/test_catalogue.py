"""The catalogue: what it refuses, and what it must say of every published series."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.entries import DataWarning
from consumer_credit.data.periods import frequency_of, last_day
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError

MakeStore = Callable[..., Store]
Entry = Callable[..., dict[str, Any]]
WrittenData = Callable[..., Path]

WRONG = {
    "an unknown field": ({"colour": "red"}, "colour: Extra inputs are not permitted"),
    "an unknown kind": ({"kind": "balance"}, "kind: Input should be 'stock', 'flow'"),
    "an unknown unit": ({"unit": "yuan"}, "unit: 'yuan' is not a unit"),
    "a title in one language": ({"title": {"en": "Loans"}}, "title.zh: Field required"),
    "an empty title": (
        {"title": {"en": "", "zh": "贷款"}},
        "title.en: String should have at least 1 character",
    ),
    "a scale of nothing": ({"scale": 0}, "scale: Input should be greater than 0"),
    "a break in a quarter of a monthly series": (
        {"breaks": [{"period": "2016-Q4", "kind": "level_break", "note": {"en": "a", "zh": "b"}}]},
        "'2016-Q4' is not a period of this monthly series",
    ),
    "a warning outside the vocabulary": (
        {"warnings": [{"kind": "beware", "note": {"en": "a", "zh": "b"}}]},
        "warnings.0.kind: Input should be",
    ),
    "a first publication that is no date": ({"first_published": "soon"}, "'soon' is not a vintage"),
    "a part that does not exist": (
        {"parts": [{"series": ["cn.a", "cn.b"], "tolerance": 1}]},
        "unknown part 'cn.a'",
    ),
    "a publisher that does not exist": ({"publisher": "nobody"}, "unknown publisher 'nobody'"),
}


@pytest.mark.parametrize(("changes", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_entry_is_refused_in_one_line_naming_file_and_entry(
    make_store: MakeStore, series_entry: Entry, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(DataError) as refused:
        make_store(series={"cn.loans": series_entry(**changes)})
    text = str(refused.value)
    assert text.startswith("data/catalogue/maker.yaml, series cn.loans")
    assert message in text
    assert "\n" not in text


def test_an_id_that_is_no_id_is_refused(make_store: MakeStore, series_entry: Entry) -> None:
    with pytest.raises(DataError, match="series Loans, id: String should match pattern"):
        make_store(series={"Loans": series_entry()})


def test_a_key_written_twice_is_refused_with_its_line(make_store: MakeStore, tmp_path: Path) -> None:
    make_store()
    path = tmp_path / "data" / "catalogue" / "maker.yaml"
    lines = path.read_text(encoding="utf-8")
    path.write_text(lines + "sources: {}\n", encoding="utf-8")
    with pytest.raises(
        DataError, match=r"data/catalogue/maker\.yaml, line \d+: .*'sources' is written twice"
    ):
        Catalogue.load(tmp_path / "data")


def test_what_is_not_yaml_is_refused_with_its_line(make_store: MakeStore, tmp_path: Path) -> None:
    make_store()
    (tmp_path / "data" / "catalogue" / "other.yaml").write_text("series:\n  - [a\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"data/catalogue/other\.yaml, line \d+: not valid YAML"):
        Catalogue.load(tmp_path / "data")


def test_a_series_described_in_two_files_is_refused(
    write_data: WrittenData, series_entry: Entry, tmp_path: Path
) -> None:
    folder = write_data(tmp_path / "data", [], {"cn.loans": series_entry()})
    text = (folder / "catalogue" / "maker.yaml").read_text(encoding="utf-8")
    second = text.replace("maker:", "rival:").replace("page:", "page2:").replace("file:", "file2:")
    (folder / "catalogue" / "rival.yaml").write_text(second, encoding="utf-8")
    with pytest.raises(DataError, match=r"rival\.yaml: series 'cn\.loans' is defined twice"):
        Catalogue.load(folder)


def test_a_folder_without_a_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no catalogue found"):
        Catalogue.load(tmp_path)


def test_a_family_stands_for_one_series_per_economy(
    make_store: MakeStore, series_entry: Entry, tmp_path: Path
) -> None:
    (tmp_path / "data" / "catalogue").mkdir(parents=True)
    (tmp_path / "data" / "catalogue" / "economies.yaml").write_text(
        "jp: {iso3: JPN, name: {en: Japan, zh: 日本}, currency: JPY}\n"
        "kr: {iso3: KOR, name: {en: Korea, zh: 韩国}, currency: KRW}\n",
        encoding="utf-8",
    )
    template = series_entry(unit="{currency}", title={"en": "{name_en}: loans", "zh": "{name_zh}贷款"})
    families = [
        {
            "economies": ["jp", "kr"],
            "series": {"{economy}.loans": template},
            "exceptions": {"kr.loans": {"scale": 1e9}},
        }
    ]
    store = make_store("jp.loans,2016-12,1,2017-01,page", families=families)
    japan, korea = store.catalogue.series["jp.loans"], store.catalogue.series["kr.loans"]
    assert (japan.title.zh, japan.unit, japan.scale) == ("日本贷款", "JPY", 1e8)
    assert (korea.title.en, korea.scale) == ("Korea: loans", 1e9)
    assert store.value("jp.loans", "2016-12").series == "jp.loans"


def test_a_warning_covers_one_period_a_span_or_all() -> None:
    note = {"en": "a", "zh": "b"}
    spans = {
        "": ["2015-12", "2016-06", "2017-01"],
        "2016-06": ["2016-06"],
        "2016-01..2016-12": ["2016-06"],
    }
    for text, covered in spans.items():
        warning = DataWarning(kind="rounded", periods=text, note=note)
        assert [p for p in ("2015-12", "2016-06", "2017-01") if warning.covers(p)] == covered


# --- the project's own catalogue ---

CHINESE = re.compile(r"[\u4e00-\u9fff]")
LATIN_NAMES = {"Counterpoint", "Counterpoint Research", "IDC", "CC BY 4.0"}


def test_every_series_says_what_it_is_in_both_languages(published: Store) -> None:
    for series in published.catalogue.series.values():
        for text in (series.title, series.short_title, series.definition):
            assert CHINESE.search(text.zh), (series.id, text.zh)
            assert not CHINESE.search(text.en.replace("贷记卡", "").replace("准", "")), (series.id, text.en)


def test_every_note_warning_and_source_is_in_both_languages(published: Store) -> None:
    catalogue = published.catalogue
    notes = [entry.note for s in catalogue.series.values() for entry in (*s.breaks, *s.warnings)]
    notes += [s.derived.formula for s in catalogue.series.values() if s.derived]
    notes += [source.title for source in catalogue.sources.values()]
    notes += [p.licence.name for p in catalogue.publishers.values()]
    assert len(notes) > 400
    for note in notes:
        assert CHINESE.search(note.zh) or note.zh in LATIN_NAMES or note.zh.startswith("FRED，"), note
        assert not CHINESE.search(note.en), note


def test_every_series_has_an_address_and_figures(published: Store) -> None:
    for series in published.catalogue.series.values():
        assert series.url.startswith("http"), series.id
        assert published.rows(series.id), series.id


def test_every_source_is_cited_and_leads_somewhere(published: Store) -> None:
    cited = {row.source for series in published.catalogue.series for row in published.rows(series)}
    assert cited == set(published.catalogue.sources)
    for name, source in published.catalogue.sources.items():
        assert source.addresses or source.obtained_from or "sum" in name, name


def test_hand_collected_figures_keep_their_page(published: Store) -> None:
    sources = published.catalogue.sources
    for series in ("cn.housing_loans.purchase", "cn.credit_cards.outstanding", "cn.p2p.outstanding"):
        for row in published.rows(series):
            assert any(a.startswith("http") for a in sources[row.source].addresses), (series, row.period)


def test_the_level_breaks_of_g19_are_named_with_their_size(published: Store) -> None:
    breaks = {b.period: b for b in published.catalogue.series["us.consumer_credit"].breaks}
    billions = {p: round(b.size / 1000) for p, b in breaks.items() if b.size and b.kind == "level_break"}
    assert billions == {
        "2006-01": 76, "2010-12": 116, "2015-12": -110, "2021-06": 151, "2024-12": -118, "2025-03": 64,
    }  # fmt: skip
    assert breaks["2020-04"].kind == "large_flow"
    levels = published.as_of("us.consumer_credit", in_units=False).set_index("period").value.diff()
    for period, break_ in breaks.items():
        assert levels[period] == pytest.approx(break_.size, rel=0.01), period


def test_a_break_is_in_no_vintage_older_than_it_says(published: Store) -> None:
    for series in published.catalogue.series.values():
        for break_ in series.breaks:
            if break_.since is None or break_.size is None:
                continue
            frame = published.observations(series.id)
            for vintage, rows in frame.groupby("vintage"):
                steps = rows.set_index("period").value.diff()
                if break_.period in steps.dropna():
                    shown = abs(steps[break_.period] - break_.size) < 0.25 * abs(break_.size)
                    assert shown == (str(vintage) >= break_.since), (series.id, break_.period, vintage)


TRAPS = {
    "cn.housing_loans.purchase": {"discontinued", "not_comparable"},
    "cn.housing_loans.housing": {"not_comparable", "gap_in_source"},
    "cn.household_consumer_loans": {"currency_scope", "reported_break", "sum_of_parts"},
    "cn.household_consumer_loans.short": {"do_not_add", "reported_break"},
    "cn.credit_cards.outstanding": {"do_not_add"},
    "cn.credit_cards.in_use": {"not_comparable"},
    "cn.p2p.outstanding": {"business_credit_included", "restated", "not_official"},
    "cn.microloan_companies.loans": {"business_credit_included"},
    "us.consumer_credit": {"do_not_mix_vintages"},
    "us.household_debt": {"broader_scope"},
    "us.cpi": {"gap_in_source"},
    "us.credit_cards.charge_off_rate": {"gap_in_source"},
    "us.disposable_income": {"old_vintage"},
    "in.household_credit.pct_gdp": {"do_not_mix_vintages"},
    "ca.consumer_credit": {"broader_scope"},
}


@pytest.mark.parametrize("series", TRAPS)
def test_the_known_traps_are_warned_of(published: Store, series: str) -> None:
    assert TRAPS[series] <= {warning.kind for warning in published.catalogue.series[series].warnings}


def test_the_change_of_scope_of_2023_is_marked_in_chinese_household_loans(published: Store) -> None:
    for series in ("cn.household_consumer_loans", "cn.household_consumer_loans.short", "cn.household_loans"):
        marked = {b.period: b for b in published.catalogue.series[series].breaks}
        assert marked["2023-01"].kind == "scope_change"
    assert marked.keys() == {"2023-01"}


def test_derived_series_give_formula_ingredients_and_range(published: Store) -> None:
    derived = [s for s in published.catalogue.series.values() if s.derived]
    assert {s.id for s in derived} >= {s.id for s in published.catalogue.series.values() if "derived" in s.id}
    levels = [s for s in derived if s.kind == "stock" and len(published.rows(s.id)) == 1]
    assert len(levels) >= 6
    for series in levels:
        assert series.derived is not None
        assert series.derived.range is not None, series.id


def test_no_series_is_known_before_it_was_first_published(published: Store) -> None:
    for series in published.catalogue.series.values():
        if series.first_published:
            first = last_day(series.first_published)
            for row in published.rows(series.id):
                assert last_day(row.vintage) >= first, (series.id, row)
        assert all(frequency_of(row.period) == series.frequency for row in published.rows(series.id))


def test_figures_without_a_confirmed_page_are_marked(published: Store) -> None:
    sources = published.catalogue.sources
    for series in published.catalogue.series.values():
        marked = [warning for warning in series.warnings if warning.kind == "address_to_confirm"]
        for row in published.rows(series.id):
            source = sources[row.source]
            if "to be confirmed" in source.obtained_from and not source.addresses:
                assert any(w.covers(row.period) for w in marked), (series.id, row.period)

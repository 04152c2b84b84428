"""Two builds side by side: what differs, and which of data, parameters and code is behind it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.report.comparing import Change, Comparison, compare, open_build

RATIO = {
    "chapter": "china",
    "name": "cn_ratio",
    "value": 0.3366,
    "unit": "fraction",
    "formula": "loans / GDP",
    "series": ["cn.gdp", "cn.loans"],
    "vintages": {"cn.gdp": "2017-01-20", "cn.loans": "2017-01"},
    "later_vintage": [],
    "derived": False,
}
MANIFEST: dict[str, Any] = {
    "parameters": {"as_of": "2017-04-25", "base_year": 2016},
    "inputs": {
        "data/observations/nbs.csv": "a",
        "notebooks/01_china.ipynb": "b",
        "notebooks/02_united_states.ipynb": "c",
        "consumer_credit/": "d",
        "editions/latest.yaml": "e",
    },
    "versions": {"pandas": "3.0"},
}


def publish(
    folder: Path,
    *results: dict[str, Any],
    manifest: dict[str, Any] | None = MANIFEST,
    **changes: dict[str, Any],
) -> Path:
    """A publication of these results, made from what `MANIFEST` says, changed part by part."""
    (folder / "en").mkdir(parents=True)
    (folder / "en" / "results.json").write_text(json.dumps({"results": list(results)}), encoding="utf-8")
    if manifest is not None:
        made = {part: {**content, **changes.get(part, {})} for part, content in manifest.items()}
        (folder / "en" / "manifest.json").write_text(json.dumps(made), encoding="utf-8")
    return folder


def compared(first: Path, second: Path) -> Comparison:
    return compare(open_build(first), open_build(second))


def the_change(first: Path, second: Path) -> Change:
    (change,) = compared(first, second).changes
    return change


def test_equal_builds_have_no_differences(tmp_path: Path) -> None:
    found = compared(publish(tmp_path / "a", RATIO), publish(tmp_path / "b", RATIO))
    assert (found.changes, found.same) == ([], 1)
    assert not any(found.differences.values())


def test_a_newer_vintage_behind_a_result_is_evidence_that_data_changed_it(tmp_path: Path) -> None:
    newer = {**RATIO, "value": 0.33, "vintages": {"cn.gdp": "2018-01", "cn.loans": "2017-01"}}
    change = the_change(
        publish(tmp_path / "a", RATIO),
        publish(tmp_path / "b", newer, inputs={"data/observations/nbs.csv": "A"}),
    )
    (reason,) = change.reasons
    assert (reason.cause, reason.certain) == ("data", True)
    assert reason.detail == "cn.gdp: vintage 2017-01-20 → 2018-01"
    assert change.difference == pytest.approx(-0.0066)


def test_a_changed_parameter_is_named_with_both_values(tmp_path: Path) -> None:
    change = the_change(
        publish(tmp_path / "a", RATIO),
        publish(tmp_path / "b", {**RATIO, "value": 1.0}, parameters={"base_year": 2019}),
    )
    assert [(r.cause, r.detail, r.certain) for r in change.reasons] == [
        ("parameters", "base_year: 2016 → 2019", False)
    ]


def test_only_the_notebook_of_its_own_chapter_can_change_a_result(tmp_path: Path) -> None:
    other = {
        "notebooks/01_china.ipynb": "B",
        "notebooks/02_united_states.ipynb": "C",
        "consumer_credit/": "D",
    }
    change = the_change(
        publish(tmp_path / "a", RATIO), publish(tmp_path / "b", {**RATIO, "value": 1.0}, inputs=other)
    )
    assert [r.detail for r in change.reasons] == [
        "consumer_credit/ changed",
        "notebooks/01_china.ipynb changed",
    ]
    assert {r.cause for r in change.reasons} == {"code"}


def test_versions_of_packages_are_code(tmp_path: Path) -> None:
    change = the_change(
        publish(tmp_path / "a", RATIO),
        publish(tmp_path / "b", {**RATIO, "value": 1.0}, versions={"pandas": "3.1"}),
    )
    assert [(r.cause, r.detail) for r in change.reasons] == [("code", "pandas 3.0 → 3.1")]


def test_a_formula_written_anew_is_evidence_of_code(tmp_path: Path) -> None:
    change = the_change(
        publish(tmp_path / "a", RATIO),
        publish(tmp_path / "b", {**RATIO, "value": 1.0, "formula": "loans / income"}),
    )
    assert [(r.cause, r.certain) for r in change.reasons] == [("code", True)]


def test_a_difference_without_a_recorded_cause_is_not_explained_away(tmp_path: Path) -> None:
    change = the_change(publish(tmp_path / "a", RATIO), publish(tmp_path / "b", {**RATIO, "value": 1.0}))
    assert change.reasons == ()


def test_results_that_came_or_went_are_named(tmp_path: Path) -> None:
    new = {**RATIO, "name": "us_ratio", "chapter": "united_states"}
    found = compared(publish(tmp_path / "a", RATIO), publish(tmp_path / "b", new))
    assert [(c.name, c.kind, c.before, c.after) for c in found.changes] == [
        ("us_ratio", "added", None, 0.3366),
        ("cn_ratio", "removed", 0.3366, None),
    ]


def test_a_value_that_is_missing_for_another_reason_has_changed(tmp_path: Path) -> None:
    missing = {
        **RATIO,
        "value": None,
        "missing_reason": {"code": "gap", "series": "cn.gdp", "period": "2016"},
    }
    other = {**missing, "missing_reason": {"code": "not_yet_published", "series": "cn.gdp", "period": "2016"}}
    assert the_change(publish(tmp_path / "a", missing), publish(tmp_path / "b", other)).after is None


def test_the_last_digit_of_a_sum_is_no_difference(tmp_path: Path) -> None:
    same = {**RATIO, "value": 0.3366 * (1 + 1e-15)}
    assert compared(publish(tmp_path / "a", RATIO), publish(tmp_path / "b", same)).same == 1


@pytest.mark.parametrize("inside", ["", "en", "en/results.json"])
def test_a_build_may_be_given_as_edition_language_or_file(tmp_path: Path, inside: str) -> None:
    folder = publish(tmp_path / "a", RATIO)
    assert list(open_build(folder / inside).results) == ["cn_ratio"]


def test_without_a_manifest_results_are_compared_and_causes_left_open(tmp_path: Path) -> None:
    bare = publish(tmp_path / "a", RATIO, manifest=None)
    found = compared(bare, publish(tmp_path / "b", {**RATIO, "value": 1.0}))
    assert found.without_manifest == (bare / "en",)
    assert found.changes[0].reasons == ()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"results": 1}', '{"results": [1]}'])
def test_what_is_no_publication_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(UsageError, match=r"no results\.json found"):
        open_build(tmp_path)
    (tmp_path / "results.json").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=r"results\.json.*build it again"):
        open_build(tmp_path)

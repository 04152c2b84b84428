"""Claims tried on a small world: loans 300, of which 200 for property, GDP 1 000 (later 1 200) at end-2016."""

from __future__ import annotations

import json

import pytest

from consumer_credit.ledger.audit import audit_claims, evaluate

LOANS, PURCHASE, GDP = "cn.household_consumer_loans", "cn.housing_loans.purchase", "cn.gdp"
EX_HOUSING = {"kind": "ratio", "numerator": "cn_ex_housing_purchase", "denominator": "cn_gdp"}
HOUSING_LATER = {"kind": "since", "numerator": "cn_ex_housing_housing", "denominator": "cn_gdp"}


def test_a_claim_is_judged_by_what_was_known_at_its_date_and_not_by_revisions(world, claim):
    result = evaluate(claim(), world())
    assert result.verdict == "reproduced" and result.value == pytest.approx(300 / 1000)
    assert result.now.verdict == "not_reproduced" and result.now.amount.value == pytest.approx(300 / 1200)


def test_the_sum_is_shown_line_by_line_with_series_and_vintage(world, claim):
    lines = evaluate(claim(value=0.1, test=EX_HOUSING), world()).then.amount.lines
    assert [(line.operator, line.series or line.label, line.value, line.vintage) for line in lines] == [
        ("", LOANS, 300.0, "2017-01"),
        ("minus", PURCHASE, 200.0, "2017-01"),
        ("equals", "remainder", 100.0, ""),
        ("over", GDP, 1000.0, "2017-01-20"),
        ("equals", "ratio", 0.1, ""),
    ]


def test_the_deciding_figure_decides(world, claim):
    assert evaluate(claim(), world(f"{LOANS},2016-12,310,2017-01")).verdict == "not_reproduced"


def test_another_published_reading_at_the_same_date_is_another_definition(world, claim):
    result = evaluate(claim(value=0.2), world())
    assert result.verdict == "reproduced_under_another_definition"
    assert (result.definition.numerator, result.definition.amount.value) == ("cn_purchase_loans", 0.2)
    assert result.now.verdict == "not_reproduced"


def test_the_nearest_of_several_definitions_is_named(world, claim):
    result = evaluate(claim(value=0.1), world())  # short-term loans, and loans without property: both 100
    assert result.definition.numerator == "cn_ex_housing_purchase"


def test_a_level_that_nobody_published_is_no_other_definition(world, claim):
    result = evaluate(claim(value=0.12, known_on="2019-01"), world())  # 300 less derived 180
    assert result.verdict == "not_reproduced" and result.definition is None


def test_a_figure_published_only_later_is_no_other_definition(world, claim):
    store = world("cn.household_consumer_loans.short,2016-12,250,2018-01")
    assert evaluate(claim(value=0.25), store).verdict == "not_reproduced"
    assert (
        evaluate(claim(value=0.25, known_on="2018-04"), store).verdict
        == "reproduced_under_another_definition"
    )


def test_another_date_is_a_coincidence_and_no_definition(world, claim):
    test = {"kind": "ratio", "numerator": "cn_consumer", "denominator": "cn_gdp", "reconcile": True}
    result = evaluate(claim(value=0.24, test=test), world())  # 240 at end-2015 over GDP of 2016
    assert result.verdict == "not_reproduced" and result.definition is None
    assert [hit.status for hit in result.reconciliation.hits] == ["coincidence"]


def test_a_value_of_which_only_a_later_vintage_is_held_is_used_and_marked(world, claim):
    late = "cn.gdp,2016,1000,2018-01"
    result = evaluate(claim(known_on="2017-01-31"), world(late, drop="cn.gdp,2016,1000,2017-01-20"))
    assert result.verdict == "reproduced" and result.then.amount.later_vintage
    assert not evaluate(claim(known_on="2017-01-31"), world(late)).then.amount.later_vintage


def test_a_claim_about_a_series_not_held_is_not_testable_and_says_which(world, claim):
    result = evaluate(claim(), world(without=(GDP,)))
    assert result.verdict == "not_testable"
    assert (result.reason.code, result.reason.series) == ("series_not_held", GDP)


def test_a_claim_about_a_year_without_figures_is_not_testable(world, claim):
    result = evaluate(claim(period="2017"), world())
    assert (result.verdict, result.reason.code) == ("not_testable", "not_yet_published")
    assert evaluate(claim(period="2017", judged_on="latest"), world()).reason.code == "gap"


def test_an_edition_that_ends_before_the_outcome_cannot_try_it(world, claim):
    outcome = claim(
        period="2021",
        value=0.15,
        judged_on="latest",
        test=EX_HOUSING | {"numerator": "cn_ex_housing_housing"},
    )
    assert evaluate(outcome, world()).verdict == "reproduced"  # (650 − 410) / 1 600
    early = evaluate(outcome, world(), as_of="2017-04-25")
    assert (early.verdict, early.reason.code) == ("not_testable", "not_yet_published")


def test_a_range_of_the_data_is_carried_into_the_value(world, claim):
    level = claim(period="2020", value=205, half_unit=5, unit="CNY", judged_on="latest",
                  test={"kind": "level", "quantity": "cn_ex_housing_housing"})  # fmt: skip
    result = evaluate(level, world())
    assert (result.value, result.then.amount.low, result.then.amount.high) == (None, 200, 210)
    assert result.verdict == "reproduced" and not result.only_in_part
    assert evaluate(level.model_copy(update={"half_unit": 3}), world()).only_in_part


def test_the_rounding_of_a_derived_level_is_carried_too(world, claim):
    level = claim(value=120, half_unit=5, unit="CNY", judged_on="latest",
                  test={"kind": "level", "quantity": "cn_ex_housing_housing"})  # fmt: skip
    found = evaluate(level, world()).then.amount
    assert (found.value, found.low, found.high, found.derived) == (120, 118, 121, True)


def test_most_of_something_is_reversed_when_it_is_the_lesser_half(world, claim):
    most = claim(relation="above", value=0.5, half_unit=0, reverses_at=0.5,
                 test={"kind": "ratio", "numerator": "cn_purchase_loans", "denominator": "cn_consumer"})  # fmt: skip
    assert evaluate(most, world()).verdict == "reproduced"  # 200 of 300
    assert evaluate(most, world(f"{PURCHASE},2016-12,140,2017-01")).verdict == "reversed"


def test_a_gap_is_in_percentage_points_and_turns_with_its_sign(world, claim):
    ours, theirs = ["cn_ex_housing_purchase", "cn_gdp"], ["cn_purchase_loans", "cn_gdp"]
    below = claim(relation="below", value=0, half_unit=0, unit="pp", reverses_at=0,
                  test={"kind": "gap", "own": ours, "other": theirs})  # fmt: skip
    assert evaluate(below, world()).value == pytest.approx(100 * (0.1 - 0.2))
    assert evaluate(below, world(f"{PURCHASE},2016-12,100,2017-01")).verdict == "reversed"


def test_rising_counts_the_years_in_which_the_ratio_rose(world, claim):
    test = {"kind": "rising", "numerator": "cn_ex_housing_purchase", "denominator": "cn_gdp", "first": "2015"}
    rising = claim(value=1, reverses_at=0.5, test=test)
    assert evaluate(rising, world()).verdict == "reversed"  # 80/800 to 100/1 000: not a rise
    assert evaluate(rising, world(f"{LOANS},2016-12,301,2017-01")).verdict == "reproduced"


def test_growth_a_year_by_hand(world, claim):
    growth = claim(
        value=0.25,
        half_unit=0.005,
        test={"kind": "growth", "quantity": "cn_ex_housing_purchase", "first": "2015"},
    )
    assert evaluate(growth, world()).value == pytest.approx(100 / 80 - 1)


def test_room_to_grow_is_tried_on_the_newest_year_with_both_sides(world, claim):
    room = claim(
        relation="above",
        value=0,
        half_unit=0,
        unit="pp",
        reverses_at=0,
        judged_on="latest",
        test=HOUSING_LATER,
    )
    assert evaluate(room, world()).value == pytest.approx(100 * (240 / 1600 - 120 / 1200))
    assert evaluate(room, world("cn.housing_loans.housing,2021-12,560,2022-01")).verdict == "reversed"
    before = evaluate(room, world(), as_of="2017-04-25")
    assert (before.verdict, before.reason.code) == ("not_testable", "not_yet_published")


def test_one_to_nine_reversed_is_nine_to_one(world, claim):
    said = claim(value=1 / 9, half_unit=0.0065, unit="number", reverses_at=1,
                 test={"kind": "odds", "share": "cn.smartphones.apple_share.idc"})  # fmt: skip
    result = evaluate(said, world())
    assert result.value == pytest.approx(9) and result.verdict == "reversed"
    assert evaluate(said, world("cn.smartphones.apple_share.idc,2016,90,2017-03")).verdict == "reproduced"


def test_thirty_in_a_hundred_dormant_leave_thirty_missing(world, claim):
    said = {"kind": "shortfall", "followers": 100, "dormant_share": 0.3}
    assert evaluate(claim(test=said, half_unit=0.05), world()).verdict == "reproduced"
    assert (
        evaluate(claim(test=said | {"dormant_share": 0.2}, half_unit=0.05), world()).verdict
        == "not_reproduced"
    )


def test_six_growing_by_a_fifth_for_four_years_exceeds_twelve(world, claim):
    said = {"kind": "compounding", "base": 6, "growth": 0.2, "years": 4}
    more = {"relation": "above", "value": 12, "half_unit": 0, "unit": "CNY"}
    assert evaluate(claim(test=said, **more), world()).value == pytest.approx(12.4416)
    assert evaluate(claim(test=said | {"years": 3}, **more), world()).verdict == "not_reproduced"


def test_two_stated_figures_are_held_against_each_other(world, claim):
    said = {"kind": "stated_over", "stated": 80, "unit": "CNY", "denominator": "cn_gdp"}
    assert evaluate(claim(test=said, value=0.08), world()).verdict == "reproduced"
    assert evaluate(claim(test=said, value=0.1), world()).verdict == "not_reproduced"


def test_what_no_public_figure_decides_is_not_testable_whatever_the_data(world, claim):
    why = {"en": "Nobody counts it.", "zh": "无人统计。"}
    result = evaluate(claim(test={"kind": "none", "code": "no_public_figure", "reason": why}), world())
    assert result.verdict == "not_testable" and result.reason.text.zh == "无人统计。"


def test_results_are_plain_json_with_id_and_verdict_first(world, claim):
    results = audit_claims([claim(), claim(id="b", period="2020", judged_on="latest")], world())
    written = json.loads(json.dumps([result.as_json() for result in results], allow_nan=False))
    assert [list(entry)[:2] for entry in written] == [["id", "verdict"]] * 2
    assert written[0]["arithmetic"][0]["series"] == LOANS
    assert written[0]["vintages"] == {LOANS: ["2017-01"], GDP: ["2017-01-20"]}
    assert written[1]["verdict"] == "not_testable" and written[1]["reason"]["code"] == "gap"

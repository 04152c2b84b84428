"""The search for other ways to a figure, counted by hand on the small world."""

from __future__ import annotations

import json

import pytest

from consumer_credit.errors import DataError
from consumer_credit.ledger.quantities import quantity_of
from consumer_credit.ledger.reconciliation import reconcile, scope_distance

RATIO = {"kind": "ratio", "numerator": "cn_consumer", "denominator": "cn_gdp", "reconcile": True}
KEPT = (
    "cn.household_consumer_loans.short",
    "cn.housing_loans.purchase",
    "cn.housing_loans.housing",
    "cn.housing_loans.housing.derived_2016",
    "cn.housing_loans.housing.derived_2020_low",
    "cn.housing_loans.housing.derived_2020_high",
)


@pytest.fixture
def loans_only(world):
    """Only household consumer loans and GDP are left."""
    return lambda *rows: world(*rows, without=KEPT)


def test_every_pair_within_a_year_of_each_other_is_tried_once(loans_only, claim):
    search = reconcile(claim(test=RATIO), loans_only())
    # loans at end-2015, 2016-Q3 and end-2016 over GDP of 2015 and of 2016: all within four quarters
    assert search.tried == 3 * 2
    # the same three over the GDP of 2016 as revised in 2024
    assert search.tried_later == 3


def test_a_figure_printed_again_with_a_decimal_is_tried_once(loans_only, claim):
    again = loans_only(
        "cn.gdp,2016,1000.0005,2017-03", "cn.household_consumer_loans,2016-12,300.0001,2017-02"
    )
    assert reconcile(claim(test=RATIO), again).tried == 3 * 2


def test_the_claims_own_reading_ranks_first_and_is_no_coincidence(loans_only, claim):
    search = reconcile(claim(test=RATIO), loans_only("cn.household_consumer_loans,2015-12,301,2016-01"))
    assert [(hit.status, hit.distance) for hit in search.hits] == [("as_stated", 0), ("coincidence", 4 + 4)]
    assert search.finding == "several"


def test_each_step_away_from_the_claims_words_is_counted(loans_only, claim):
    [hit] = reconcile(claim(test=RATIO, value=0.28), loans_only()).hits  # 280 at the end of September
    assert hit.steps == {"period": 1, "window": 1, "scope": 0, "vintage": 0, "derived": 0}
    assert hit.ratio == pytest.approx(0.28) and hit.status == "coincidence"


def test_a_figure_superseded_by_the_claims_date_is_a_step_away_and_no_definition(loans_only, claim):
    revised = loans_only("cn.gdp,2016,1100,2017-03")
    [hit] = [hit for hit in reconcile(claim(test=RATIO), revised).hits if hit.stock.period == "2016-12"]
    assert (hit.flow.value, hit.steps["vintage"], hit.status) == (1000, 1, "coincidence")


def test_what_needs_later_figures_stands_apart_and_never_counts_as_a_definition(loans_only, claim):
    search = reconcile(claim(test=RATIO, value=0.25), loans_only())  # 300 over 1 200, known from 2024
    assert search.hits == () and search.finding == "none"
    assert [(hit.status, hit.known_from.isoformat()) for hit in search.later_hits] == [
        ("coincidence", "2024-12-31")
    ]


def test_nothing_published_after_the_editions_date_is_tried(loans_only, claim):
    search = reconcile(claim(test=RATIO, value=0.25), loans_only(), as_of="2020-01-01")
    assert (search.tried, search.tried_later, search.later_hits) == (6, 0, ())


def test_another_published_reading_of_the_same_date_is_a_definition_and_a_derived_one_is_not(world, claim):
    search = reconcile(claim(test=RATIO, value=0.2), world())
    assert [hit.numerator for hit in search.definitions] == ["cn_purchase_loans"]
    derived = reconcile(claim(test=RATIO, value=0.12, known_on="2019-01"), world())
    assert [
        (hit.numerator, hit.status) for hit in derived.hits if hit.numerator == "cn_ex_housing_housing"
    ] == [("cn_ex_housing_housing", "coincidence")]


def test_a_part_is_nearer_to_the_whole_than_other_loans_are():
    whole = quantity_of("cn_consumer")
    distances = [
        scope_distance(whole, quantity_of(name))
        for name in (
            "cn_consumer",
            "cn_consumer_rmb_fx",
            "cn_consumer_short",
            "cn_ex_housing_official",
            "cn_household",
        )
    ]
    assert distances == [0, 1, 2, 2, 3]


def test_the_search_needs_a_claim_that_is_a_ratio(world, claim):
    level = claim(test={"kind": "level", "quantity": "cn_consumer"}, unit="CNY")
    with pytest.raises(DataError, match="claim 'a_claim' is not tried as a ratio"):
        reconcile(level, world())


def test_a_world_without_gdp_gives_nothing_to_try(world, claim):
    search = reconcile(claim(test=RATIO), world(without=("cn.gdp",)))
    assert (search.tried, search.tried_later, search.finding) == (0, 0, "none")


def test_the_search_is_plain_json(world, claim):
    written = json.loads(json.dumps(reconcile(claim(test=RATIO), world()).as_json(), allow_nan=False))
    assert written["hits"][0]["status"] == "as_stated" and written["tried"] > 0

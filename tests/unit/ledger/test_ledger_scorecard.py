"""Forecasts scored by hand on the small world: loans without housing 200 to 210 in 2020, 240 in 2021."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from consumer_credit.ledger.claims import ClaimSource
from consumer_credit.ledger.forecasts import Forecast
from consumer_credit.ledger.knowledge import Knowledge
from consumer_credit.ledger.scorecard import ForecastScore, score_forecast

Scored = Callable[..., ForecastScore]


def both(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


@pytest.fixture
def scored(world) -> Scored:
    def make(
        *rows: str, as_of: str = "latest", date: str | None = "2017-04-25", **changes: Any
    ) -> ForecastScore:
        entry: dict[str, Any] = {
            "id": "a_forecast",
            "source": "page",
            "page": both("page 1"),
            "forecaster": both("Somebody"),
            "statement": both("So it will be."),
            "scope": both("loans without housing"),
            "scope_match": "same",
            "period": "2021",
            "value": 300,
            "half_unit": 5,
            "unit": "CNY",
            "actual": "cn_ex_housing_housing",
        }
        source = ClaimSource.model_validate(
            {"id": "page", "title": both("A page"), "publisher": both("A publisher"), "date": date}
        )
        forecast = Forecast.model_validate({k: v for k, v in (entry | changes).items() if v is not None})
        return score_forecast(forecast, source, Knowledge(world(*rows), as_of))

    return make


def test_three_hundred_foretold_for_two_hundred_and_forty_is_a_quarter_too_high(scored):
    result = scored()
    assert (result.status, result.verdict) == ("scored", "too_high")
    assert result.score.error == pytest.approx(60) and result.score.error_share == pytest.approx(0.25)


def test_the_outcome_decides(scored):
    assert scored("cn.household_consumer_loans,2021-12,708,2022-01").verdict == "met"  # 298, within ±5
    assert scored("cn.household_consumer_loans,2021-12,750,2022-01").verdict == "too_low"


def test_an_outcome_known_as_a_range_is_scored_to_its_nearest_end(scored):
    result = scored(period="2020", value=180)
    assert (result.actual.low, result.actual.high) == (200, 210)
    assert result.score.error == pytest.approx(-20) and result.score.error_share == pytest.approx(-0.1)
    assert (result.score.share_low, result.score.share_high) == pytest.approx((180 / 210 - 1, -0.1))
    assert scored(period="2020", value=207).verdict == "met"


def test_a_bound_may_hold_and_the_size_still_be_too_low(scored):
    result = scored(relation="above", value=200)
    assert result.bound_held is True and result.verdict == "too_low"
    assert scored(relation="above", value=240).bound_held is False


def test_a_forecast_whose_period_is_not_published_is_open_and_says_what_it_still_needs(scored):
    result = scored(period="2022", value=264)
    assert (result.status, result.verdict, result.reason.code) == ("open", None, "not_yet_published")
    assert result.newest_period == "2021" and result.newest.value == 240
    assert result.needed_growth.value == pytest.approx(0.1)


def test_a_scored_forecast_was_open_on_an_earlier_date(scored):
    assert scored(as_of="2021-06-30").status == "open"


def test_a_forecast_of_nobody_knows_what_cannot_be_scored(scored):
    result = scored(actual=None, scope_match=None, reason=both("It does not say."))
    assert (result.status, result.reason.code) == ("not_scorable", "scope_not_stated")
    assert result.reason.text.en == "It does not say."


def test_a_period_that_was_never_published_cannot_be_scored(scored):
    assert scored(period="2018").status == "not_scorable"


def test_growth_from_the_forecasters_base_is_set_beside_actual_growth(scored):
    base = {"period": "2016", "value": 100, "half_unit": 5, "quantity": "cn_ex_housing_purchase"}
    result = scored(base=base)
    assert result.implied_growth == pytest.approx(3 ** (1 / 5) - 1)
    assert result.actual_growth.value == pytest.approx(2 ** (1 / 5) - 1)  # 120 (derived) to 240
    assert result.base_score.verdict == "met" and result.base_actual.value == 100


def test_the_yardstick_carries_on_the_growth_known_then(scored):
    naive = {"period": "2016", "quantity": "cn_ex_housing_purchase"}  # 80 to 100: a quarter
    assert scored(naive=naive, period="2020").naive == pytest.approx(100 * 1.25**4)
    base = {"period": "2016", "value": 90, "half_unit": 5, "quantity": "cn_ex_housing_purchase"}
    carried = scored(naive=naive, base=base, period="2020")
    assert carried.naive == pytest.approx(90 * 1.25**4)
    assert carried.naive_score.error == pytest.approx(90 * 1.25**4 - 210)


def test_without_a_date_there_is_no_yardstick(scored):
    assert scored(naive={"period": "2016", "quantity": "cn_consumer"}, date=None).naive is None


def test_scores_are_plain_json_with_id_status_and_verdict_first(scored):
    written = json.loads(json.dumps(scored().as_json(), allow_nan=False))
    assert list(written)[:3] == ["id", "status", "verdict"]
    assert written["actual"]["arithmetic"][-1]["value"] == 240

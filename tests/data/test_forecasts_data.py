"""The project's own scorecard: every forecast's error worked out by hand from published figures, in 亿元."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from consumer_credit.data.store import Store
from consumer_credit.ledger.claims import load_sources
from consumer_credit.ledger.forecasts import load_forecast_sources, load_forecasts
from consumer_credit.ledger.scorecard import ForecastScore, score

DATA = Path(__file__).parents[2] / "data"


@cache
def scores(as_of: str = "latest") -> dict[str, ForecastScore]:
    return {result.id: result for result in score(Store.open(DATA), DATA, as_of=as_of)}


def test_the_scorecard_holds_the_forecasts_it_is_for():
    forecasts = load_forecasts(DATA / "forecasts.yaml")
    foretold = {name: (forecast.value, forecast.period) for name, forecast in forecasts.items()}
    assert foretold["nifd_2020"] == (12e12, "2020") and foretold["analysys_2019"] == (14.67e12, "2019")
    assert foretold["cri_2022"] == (30.74e12, "2022") and foretold["mckinsey_2025"] == (29e12, "2025")
    assert foretold["iresearch_2026"] == (25e12, "2026") and foretold["iresearch_2019"] == (37.4e12, "2019")


def test_every_source_but_the_article_has_an_address():
    sources = load_forecast_sources(DATA / "forecasts.yaml") | load_sources(DATA / "claims.yaml")
    assert {name for name, source in sources.items() if not source.address.startswith("http")} == {
        "article-2017-08-22"
    }


ACTUAL_2019_BROAD, ACTUAL_2019 = 439_668.97, 439_668.97 - 302_000
ERRORS_BY_HAND = {
    "iresearch_2019": 374_000 / ACTUAL_2019_BROAD - 1,
    "tsinghua_2019": 370_000 / ACTUAL_2019_BROAD - 1,
    "nifd_2020": 120_000 / (495_667.96 - 346_092.0) - 1,  # the nearer end
    "analysys_2019": 146_700 / ACTUAL_2019 - 1,
    "cri_2022": 307_400 / (560_360.8 - 388_000) - 1,
    "mckinsey_2025": 290_000 / (581_720.86 - 370_100) - 1,
}


@pytest.mark.parametrize("name", ERRORS_BY_HAND)
def test_the_error_of_a_forecast_is_the_one_worked_out_by_hand(name):
    result = scores()[name]
    assert result.score.error_share == pytest.approx(ERRORS_BY_HAND[name], rel=1e-9)
    assert result.verdict == ("too_low" if ERRORS_BY_HAND[name] < 0 else "too_high")


def test_the_forecast_for_2020_is_scored_on_both_ends_of_what_is_known():
    result = scores()["nifd_2020"].score
    assert result.share_low == pytest.approx(120_000 / (495_667.96 - 344_294.7) - 1)
    assert result.share_high == pytest.approx(120_000 / (495_667.96 - 346_092.0) - 1)


def test_the_forecast_for_2026_is_open_and_needs_more_growth_than_it_foretold():
    result = scores()["iresearch_2026"]
    assert (result.status, result.newest_period) == ("open", "2025")
    assert result.needed_growth.value == pytest.approx(250_000 / (581_720.86 - 370_100) - 1)
    assert result.needed_growth.value > result.implied_growth == pytest.approx((25 / 17) ** 0.2 - 1)


def test_a_forecast_without_a_stated_scope_is_not_scored_and_its_base_shows_why():
    result = scores()["kr36_2020"]
    assert (result.status, result.reason.code) == ("not_scorable", "scope_not_stated")
    assert result.base_score.error_share == pytest.approx(84_500 / (377_902.88 - 257_500) - 1)


def test_growth_foretold_and_growth_that_came_by_hand():
    mckinsey = scores()["mckinsey_2025"]
    assert mckinsey.implied_growth == pytest.approx((29 / 15) ** 0.2 - 1)
    assert mckinsey.actual_growth.high == pytest.approx((211_620.86 / (495_667.96 - 346_092.0)) ** 0.2 - 1)
    assert scores()["analysys_2019"].actual_growth.value == pytest.approx(
        (ACTUAL_2019 / (315_194.41 - 219_000)) ** 0.5 - 1
    )


def test_carrying_on_the_growth_of_2016_would_have_been_nearer_than_the_study():
    nifd = scores()["nifd_2020"]
    growth = (250_472.29 - 191_400) / (189_519.83 - 141_800)
    assert nifd.naive == pytest.approx(6e12 * growth**4)
    assert abs(nifd.naive_score.error_share) < abs(nifd.score.error_share)


def test_forecasts_made_after_the_editions_date_are_left_out():
    assert set(scores("2017-04-25")) == {"iresearch_2019", "tsinghua_2019"}
    assert {result.status for result in scores("2017-04-25").values()} == {"open"}


def test_changing_the_outcome_changes_the_score(changed_copy):
    folder = changed_copy([("pbc", "cn.housing_loans.housing", "2019-12", 293_000)])
    [result] = [result for result in score(Store.open(folder), folder) if result.id == "analysys_2019"]
    assert result.verdict == "met" != scores()["analysys_2019"].verdict

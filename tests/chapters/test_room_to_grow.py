"""Chapter 7: the room adds up, the words follow its sign, and the back-test knows only its day."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer_credit.ledger.forecasts import load_forecasts
from consumer_credit.project import Project

pytestmark = pytest.mark.thorough

ONLY = ("room_to_grow",)


@pytest.fixture
def chapter(report):
    return lambda edition="latest", language="en", **overrides: report(
        edition, language, only=ONLY, **overrides
    )


def test_room_then_plus_what_gdp_opened_less_what_was_lent_is_room_now(chapter):
    values = chapter().values
    opened, lent = values["room_opened_by_gdp"], values["room_loans_added"]
    assert values["headroom_cny_base"] + opened - lent == pytest.approx(values["headroom_cny_latest"])
    by_ratio = (values["room_target"] - values["room_ratio_latest"]) * values["room_gdp_latest"]
    assert values["headroom_cny_latest"] == pytest.approx(by_ratio)


def test_below_the_target_there_is_room_and_above_it_none(chapter):
    below, above = chapter(), chapter(target_ratio=0.1)
    assert below.values["headroom_cny_latest"] > 0 > above.values["headroom_cny_latest"]
    assert "by this yardstick there is no room left" in above.prose
    assert "by this yardstick there is no room left" not in below.prose
    assert "exceeded" in above.items["fig-room-headroom"]["title"]
    assert "exceeded" not in below.items["fig-room-headroom"]["title"]
    assert "超出目标" in chapter(language="zh", target_ratio=0.1).items["fig-room-headroom"]["title"]


@pytest.mark.parametrize("as_of", ["latest", "2022-03-01"])
def test_the_back_test_starts_from_what_was_published_in_january_2017(chapter, as_of):
    # 250 472.29 − 191 400 over 744 127
    assert chapter(as_of=as_of).values["backtest_start_ratio"] == pytest.approx(0.079385, abs=1e-6)


def test_the_error_of_the_back_test_is_its_two_parts(chapter):
    values = chapter().values
    error = 100 * (values["backtest_projected"] - values["backtest_realised"])
    assert values["backtest_error_pp"] == pytest.approx(error)
    assert values["backtest_error_pp"] == pytest.approx(
        values["backtest_change_error_pp"] - values["backtest_step_pp"]
    )


def test_in_april_2017_the_back_test_has_no_outcome_and_says_so(chapter):
    built = chapter("as-published-2017")
    assert built.values["backtest_error_pp"] is None
    assert built.entries["backtest_error_pp"]["missing_reason"]["code"] == "no_outcome_yet"
    assert "fig-room-backtest" not in built.items
    assert "no year after 2016 was published by the edition's date" in built.prose
    assert (
        "no year after 2016 had been published under the edition's definition by 25 April 2017" in built.prose
    )


def test_with_the_definition_of_2017_an_edition_of_that_april_says_what_is_missing(chapter):
    built = chapter(as_of="2017-04-25", housing_definition="housing")
    assert built.values["headroom_cny_latest"] is None
    assert built.prose.count("had not been published by 25 April 2017") > 5


def test_every_forecast_has_an_entry_with_its_score(chapter):
    built = chapter()
    known = load_forecasts(Project.find(Path(__file__)).data / "forecasts.yaml")
    outcomes = {built.values[f"forecast_{name}"] for name in known}
    assert outcomes <= {"met", "too_low", "too_high", "open", "not_scorable"}
    assert built.values["forecasts_count"] == len(known)
    counted = ("too_high", "too_low", "met", "open", "not_scorable")
    assert sum(built.values[f"forecasts_{outcome}"] for outcome in counted) == len(known)


def test_a_pace_that_is_not_known_is_not_called_never(chapter):
    # at the end of 2021 the year before has no published level: last year's growth is unknown
    built = chapter(as_of="2022-03-01")
    assert built.values["room_reach_newest"] == "unknown"
    assert "At the pace of 2021" not in built.items["tbl-room-paces"]["title"]
    assert chapter().values["room_reach_newest"] in ("never", "met")

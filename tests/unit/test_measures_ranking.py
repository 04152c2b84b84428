"""Ranks, medians and ranges, against values worked out by hand."""

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.ranking import extent, ranked, standing


def values(**by_economy):
    return pd.DataFrame({"economy": list(by_economy), "value": list(by_economy.values())})


def test_rank_one_is_the_highest_and_equals_share_the_better_rank():
    order = ranked(values(CHN=0.58, USA=0.68, AUS=1.14, SGP=0.58))
    assert list(zip(order["economy"], order["rank"], strict=True)) == [
        ("AUS", 1),
        ("USA", 2),
        ("CHN", 3),
        ("SGP", 3),
    ]


def test_the_standing_of_one_economy_among_four():
    own = standing(values(CHN=0.58, USA=0.68, AUS=1.14, IDN=0.16), "CHN")
    assert own is not None
    assert (own.rank, own.count, own.value) == (3, 4, 0.58)
    assert own.median == pytest.approx((0.58 + 0.68) / 2)


def test_an_economy_without_a_value_has_no_standing():
    assert standing(values(USA=0.68), "CHN") is None
    with pytest.raises(DataError, match="CHN has no value"):
        ranked(values(CHN=None, USA=0.68))


def test_an_economy_may_stand_only_once():
    twice = pd.concat([values(CHN=0.58), values(CHN=0.57)])
    with pytest.raises(DataError, match="CHN appears twice"):
        ranked(twice)


def test_how_far_ratios_ranged_and_how_often_they_reached_the_yardstick():
    ratios = pd.DataFrame(
        {
            "economy": ["USA", "USA", "USA", "GBR"],
            "period": ["2017", "2016", "2018", "2016"],
            "ratio": [0.21, 0.20, 0.21, 0.096],
        }
    )
    usa, gbr = extent(ratios, 0.20).to_dict("records")
    assert (usa["years"], usa["first"], usa["last"]) == (3, "2016", "2018")
    assert (usa["lowest"], usa["highest"], usa["highest_period"], usa["reached"]) == (0.20, 0.21, "2017", 3)
    assert (gbr["newest"], gbr["reached"]) == (0.096, 0)

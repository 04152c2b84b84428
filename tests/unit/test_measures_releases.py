"""Releases are never mixed: one is chosen for all economies, and what later ones changed is counted apart."""

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.releases import (
    cross_section,
    newest_common_period,
    of_release,
    release_in_force,
    revisions,
)


def table(*rows, later=()):
    """Rows of (economy, period, value, release)."""
    frame = pd.DataFrame(rows, columns=["economy", "period", "value", "vintage"])
    frame["series"] = frame["economy"].str.lower() + ".household_credit.pct_gdp"
    frame["later_vintage"] = frame["vintage"].isin(later)
    frame["derived"] = False
    frame.attrs = {"inputs": tuple(frame["series"].unique())}
    return frame


HELD = [
    ("CHN", "2014-Q4", 0.36, "2016-03"),
    ("IND", "2014-Q4", 0.09, "2016-03"),
    ("CHN", "2014-Q4", 0.35, "2019-09"),
    ("IND", "2014-Q4", 0.10, "2019-09"),
    ("CHN", "2016-Q4", 0.44, "2019-09"),
    ("IND", "2016-Q4", 0.101, "2019-09"),
    ("CHN", "2016-Q4", 0.45, "2026-06"),
    ("IND", "2016-Q4", 0.352, "2026-06"),
    ("CHN", "2025-Q4", 0.58, "2026-06"),
]


def test_the_newest_release_known_on_the_day_is_in_force():
    assert release_in_force(table(*HELD)) == "2026-06"
    assert release_in_force(table(*HELD, later=("2026-06",))) == "2019-09"


def test_a_period_that_the_release_in_force_lacks_comes_from_the_oldest_later_one():
    held = table(*HELD, later=("2019-09", "2026-06"))
    assert release_in_force(held) == "2016-03"
    assert release_in_force(held, "2016-Q4") == "2019-09"
    assert list(cross_section(held, "2016-Q4")["value"]) == [0.44, 0.101]
    assert cross_section(held, "2016-Q4")["later_vintage"].all()


def test_a_month_is_known_from_its_end_and_a_day_within_it_comes_first():
    assert (
        release_in_force(table(("CHN", "2016-Q4", 0.4, "2019-09"), ("CHN", "2016-Q4", 0.5, "2019-09-15")))
        == "2019-09"
    )


def test_no_economy_of_another_release_slips_into_a_cross_section():
    held = table(*HELD, ("BRA", "2016-Q4", 0.25, "2019-09"))
    assert set(cross_section(held, "2016-Q4")["economy"]) == {"CHN", "IND"}  # Brazil is not in the newest


def test_nothing_is_in_force_when_nothing_is_held():
    assert release_in_force(table()) is None
    assert cross_section(table(*HELD), "1999-Q4").empty
    assert of_release(table(*HELD), None).empty


def test_the_newest_common_quarter_is_one_that_every_economy_has():
    newest = of_release(table(*HELD), "2026-06")
    assert newest_common_period(newest) == "2016-Q4"  # India has no 2025-Q4
    assert newest_common_period(table()) is None


def test_revisions_compare_the_oldest_with_the_newest_release_largest_first():
    changed = revisions(table(*HELD), "2016-Q4")
    assert list(changed["economy"]) == ["IND", "CHN"]
    assert list(changed["revision"]) == [pytest.approx(0.251), pytest.approx(0.01)]
    assert set(changed["first_release"]) == {"2019-09"} and set(changed["newest_release"]) == {"2026-06"}


def test_with_one_release_known_there_is_no_revision():
    assert revisions(table(*HELD, later=("2026-06",)), "2016-Q4").empty


def test_an_economy_twice_in_one_release_is_refused():
    with pytest.raises(DataError, match="CHN has 2016-Q4 twice in release 2026-06"):
        cross_section(table(*HELD, ("CHN", "2016-Q4", 0.46, "2026-06")), "2016-Q4")
    with pytest.raises(DataError, match="no column vintage"):
        cross_section(table(*HELD).drop(columns="vintage"), "2016-Q4")

"""Overdue balances against what is owed, and against what was owed when they were lent."""

from __future__ import annotations

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.quality import overdue_shares


def stock(values: dict[str, float], *, later: bool = False) -> pd.DataFrame:
    frame = pd.DataFrame(
        {
            "period": list(values),
            "value": list(values.values()),
            "vintage": "2020-01",
            "source": "a-report",
            "later_vintage": later,
            "derived": False,
        }
    )
    frame.attrs["series"] = "cn.stock"
    return frame


def test_a_stock_that_doubled_halves_the_share_of_what_was_overdue_all_along():
    shares = overdue_shares(stock({"2010": 2.0, "2011": 2.0}), stock({"2010": 100.0, "2011": 200.0}))
    assert list(shares["share"]) == pytest.approx([0.02, 0.01])
    # against the balances of the year before, 2 of 100 are overdue still
    assert pd.isna(shares.loc[0, "share_of_year_before"])
    assert shares.loc[1, "share_of_year_before"] == pytest.approx(0.02)


def test_a_year_without_balances_of_its_own_keeps_what_can_be_said():
    shares = overdue_shares(stock({"2011": 2.0}), stock({"2010": 100.0}))
    (row,) = shares.to_dict("records")
    assert row["overdue"] == 2.0 and row["share_of_year_before"] == pytest.approx(0.02)
    assert pd.isna(row["share"]) and pd.isna(row["balances"])


def test_a_share_that_the_publisher_states_goes_before_our_division():
    rates = {"2010": 0.021, "2012": 0.03}
    shares = overdue_shares(stock({"2010": 2.0}), stock({"2010": 100.0}), stock(rates, later=True))
    assert list(shares["period"]) == ["2010", "2012"]
    assert list(shares["share"]) == pytest.approx([0.021, 0.03])  # 2 of 100 would be 0.020
    assert list(shares["overdue"].notna()) == [True, False]
    assert list(shares["later_vintage"]) == [True, True]


def test_quarters_are_set_against_the_same_quarter_of_the_year_before():
    shares = overdue_shares(stock({"2011-Q1": 3.0}), stock({"2010-Q1": 100.0, "2010-Q4": 300.0}))
    assert list(shares["share_of_year_before"]) == pytest.approx([0.03])


def test_a_later_vintage_of_either_side_marks_the_share():
    shares = overdue_shares(stock({"2010": 2.0}), stock({"2010": 100.0}, later=True))
    assert list(shares["later_vintage"]) == [True]
    assert list(shares["derived"]) == [False]


def test_more_overdue_than_owed_is_refused():
    with pytest.raises(DataError, match="exceeds the whole"):
        overdue_shares(stock({"2010": 101.0}), stock({"2010": 100.0}))


def test_before_the_first_report_there_is_no_share():
    nothing = stock({"2010": 2.0}).iloc[:0]
    assert overdue_shares(nothing, nothing, nothing).empty

"""A fan of futures out of the record: seeded, bounded, and exact where the record allows only one future."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consumer_credit.errors import DataError
from consumer_credit.measures.simulation import COLUMNS, simulate, yearly_record


def record(*years: tuple[float, float]) -> pd.DataFrame:
    return pd.DataFrame(years, columns=["gdp_growth", "ratio_change"])


def futures(**changes: object) -> pd.DataFrame:
    settings = {
        "ratio": 0.10,
        "gdp": 100.0,
        "record": record((0.1, 0.02), (0.05, -0.01), (0.0, 0.03)),
        "targets": [0.17, 0.2],
        "years": 10,
        "draws": 500,
        "seed": 1,
    }
    return simulate(**{**settings, **changes})  # type: ignore[arg-type]


def row(frame: pd.DataFrame, ahead: int, quantity: str) -> pd.Series:
    (found,) = frame[(frame["years_ahead"] == ahead) & (frame["quantity"] == quantity)].index
    return frame.loc[found]


def test_the_record_is_what_happened_from_year_to_year():
    ratios = pd.DataFrame(
        {
            "period": ["2013", "2015", "2014", "2017"],
            "ratio": [0.1, 0.13, 0.11, 0.2],
            "denominator": [100, 132, 110, 1],
        }
    )
    happened = yearly_record(ratios)
    # 2014: 110 / 100 − 1 and 0.11 − 0.10;  2015: 132 / 110 − 1 and 0.13 − 0.11;  2016 is missing, so 2017
    # has no change
    assert list(happened["period"]) == ["2014", "2015"]
    assert list(happened["gdp_growth"]) == pytest.approx([0.1, 0.2])
    assert list(happened["ratio_change"]) == pytest.approx([0.01, 0.02])


def test_a_record_of_one_year_allows_one_future():
    frame = futures(record=record((0.1, 0.02)), targets=[0.2], years=2, draws=7)
    end = {quantity: row(frame, 2, quantity) for quantity in ("ratio", "gdp", "loans", "headroom")}
    # ratio 0.10 + 2 · 0.02 = 0.14;  GDP 100 · 1.1² = 121;  loans 0.14 · 121 = 16.94;  headroom (0.2 − 0.14)
    # · 121 = 7.26
    for quantity, value in {"ratio": 0.14, "gdp": 121, "loans": 16.94, "headroom": 7.26}.items():
        assert list(end[quantity][list(COLUMNS)]) == pytest.approx([value] * len(COLUMNS))
    assert row(frame, 2, "reached")["q50"] == 0


def test_a_path_stops_at_its_target():
    frame = futures(record=record((0.0, 0.07)), targets=[0.2], years=3, draws=3)
    # 0.10, 0.17, then 0.24 would pass 0.20
    assert [row(frame, ahead, "ratio")["q50"] for ahead in range(4)] == pytest.approx([0.1, 0.17, 0.2, 0.2])
    assert [row(frame, ahead, "reached")["q50"] for ahead in range(4)] == [0, 0, 1, 1]


def test_a_start_above_the_target_may_fall_but_not_rise():
    rising = futures(ratio=0.3, record=record((0.0, 0.05)), targets=[0.2], years=1, draws=2)
    falling = futures(ratio=0.3, record=record((0.0, -0.05)), targets=[0.2], years=1, draws=2)
    assert row(rising, 1, "ratio")["q50"] == pytest.approx(0.3)
    assert row(falling, 1, "ratio")["q50"] == pytest.approx(0.25)


def test_the_same_seed_gives_the_same_numbers_and_another_seed_others():
    pd.testing.assert_frame_equal(futures(seed=2017), futures(seed=2017))
    assert not futures(seed=2017).equals(futures(seed=2018))


def test_nothing_outside_touches_the_draws():
    np.random.seed(1)
    first = futures()
    np.random.seed(2)
    np.random.random(10)
    pd.testing.assert_frame_equal(first, futures())


def test_growth_and_ratio_of_one_year_stay_together():
    # in this record GDP grows exactly when the ratio does not: each path's loans depend on both, in
    # opposite years
    frame = futures(record=record((1.0, 0.0), (0.0, 0.05)), targets=[9.9], years=1, draws=4000)
    # either 0.10 · 200 = 20 or 0.15 · 100 = 15; drawn apart, 0.10 · 100 = 10 and 0.15 · 200 = 30 would
    # occur too
    assert row(frame, 1, "loans")["q05"] == pytest.approx(15)
    assert row(frame, 1, "loans")["q95"] == pytest.approx(20)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-0.3, 0.4), st.floats(-0.1, 0.1)), min_size=1, max_size=8),
    st.lists(st.floats(0.05, 0.5), min_size=1, max_size=5),
    st.integers(0, 2**32),
)
def test_quantiles_are_ordered_and_paths_stay_possible(
    years: list[tuple[float, float]], targets: list[float], seed: int
):
    frame = futures(record=record(*years), targets=targets, seed=seed, draws=50, years=6)
    spread = frame[frame["quantity"] != "reached"][list(COLUMNS)].to_numpy()
    assert (np.diff(spread, axis=1) >= -1e-9).all()
    ratio = frame[frame["quantity"] == "ratio"][list(COLUMNS)].to_numpy()
    assert (ratio >= 0).all() and (ratio <= max(*targets, 0.10) + 1e-12).all()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"record": record()}, "nothing to draw from"),
        ({"targets": []}, "nothing to draw from"),
        ({"years": 0}, "must be positive"),
        ({"draws": 0}, "must be positive"),
        ({"ratio": 0.0}, "must be positive"),
        ({"gdp": float("nan")}, "must be positive"),
    ],
)
def test_what_cannot_be_simulated_is_refused(changes: dict[str, object], complaint: str):
    with pytest.raises(DataError, match=complaint):
        futures(**changes)

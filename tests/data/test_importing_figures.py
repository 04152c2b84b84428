"""A figure of a file has the unit that the file states and a credible magnitude, and is new only where it differs."""

from __future__ import annotations

from pathlib import Path

import pytest
from files_to_import import CREDIT, HELD, Entry, Write, credit_held, fred, pboc

from consumer_credit.data.comparing import _alike
from consumer_credit.data.importing import apply, plan_import
from consumer_credit.errors import DataError


@pytest.fixture
def folder(tmp_path: Path, write_data: Write, series_entry: Entry) -> Path:
    """Credit of one vintage is held."""
    return credit_held(tmp_path, write_data, series_entry)


def test_a_unit_the_file_states_is_converted_to_the_catalogues_and_said(folder: Path, tmp_path: Path) -> None:
    plan = plan_import([pboc(tmp_path / "t.csv", "万亿元", 27.638308, 27.631795)], folder)
    assert list(plan.changes["value"]) == [276383.08, 276317.95]
    assert any("converted from '单位:万亿元' (× 10000)" in note for note in plan.files[0].notes)


def test_the_same_figure_told_less_exactly_is_not_a_revision(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([pboc(tmp_path / "exact.csv", "亿元", 276383.08, 276317.95)], folder))
    assert plan_import(
        [pboc(tmp_path / "rounded.csv", "万亿元", 27.64, 27.63)], folder, vintage="2017-01"
    ).is_empty


@pytest.mark.parametrize(
    ("value", "outcome", "written"),
    [
        (3680000.2, "confirmed", 3680000.2),
        (3680000.2000004, "confirmed", 3680000.2),  # what is held stays as it was told
        (3680000.3, "revised", 3680000.3),  # the last digit that is published, 3 in 100 million
    ],
)
def test_the_same_figure_told_with_more_digits_is_not_a_revision(
    folder: Path, tmp_path: Path, value: float, outcome: str, written: float
) -> None:
    plan = plan_import([fred(tmp_path / "TOTALSL.csv", m2016_08=value)], folder, vintage="2017-01-09")
    (change,) = plan.changes.itertuples()
    assert (change.outcome, change.value) == (outcome, written)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (0.709452, 0.70945194598888, True),  # worked out in a workbook, and rounded to the sixth decimal
        (0.5285, 0.5285004, True),
        (0.5285, 0.52851, False),
        (2.68324234084592e-09, 2.68324234084593e-09, True),  # a rate of exchange
        (2.68324234084592e-09, 2.7e-09, False),  # less than a millionth apart, and a revision all the same
        (0.0, 0.0, True),
        (0.0, 1e-9, False),
    ],
)
def test_figures_are_one_where_neither_unit_nor_proportion_tells_them_apart(
    one: float, other: float, alike: bool
) -> None:
    assert _alike(one, other) is alike
    assert _alike(other, one) is alike


def test_a_unit_of_another_kind_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(
        DataError, match=r"the file states '单位:亿美元' \(USD\), cn.household is kept in CNY"
    ):
        plan_import([pboc(tmp_path / "t.csv", "亿美元", 276383.08, 276317.95)], folder)


def test_billions_without_a_word_are_millions_where_the_range_leaves_one_reading(
    folder: Path, tmp_path: Path
) -> None:
    plan = plan_import([fred(tmp_path / "SLOAS.csv", m2016_04=980.96698, m2016_07=996.1)], folder)
    assert list(plan.changes["value"]) == [980966.98, 996100.0]
    assert any("its range leaves only one reading, × 1000" in note for note in plan.files[0].notes)


@pytest.mark.parametrize(
    ("figures", "message"),
    [
        ({"m2016_08": 3680.0, "m2016_09": 3699.6}, "is 0.001 times what is held"),
        ({"m2016_08": 3680000.2, "m2016_09": 36996005.0}, "must lie from 1,000 to 20,000,000"),
        ({"m2016_07": 3660000.1, "m2016_08": 3680000.2, "m2016_09": 369960.05}, r"369,960.05, 0.1 times 3,699,600.5"),
        ({"m2016_09": -3699600.5}, "must lie from 1,000 to"),
        ({"m2016_09": 3699600.5, "m2016_10": 37120.5}, "us.credit 2016-10 is 37,120.5 beside"),
        ({"m2016_09": 3699600.5, "m2016_10": 37120.5, "m2016_11": 3720000.5}, "us.credit 2016-10 is 37,120.5 beside"),
        ({"m2016_10": 37120.5}, "us.credit 2016-10 is 37,120.5 beside"),
    ],
)  # fmt: skip
def test_a_slip_of_magnitude_is_refused(
    folder: Path,
    tmp_path: Path,
    figures: dict[str, float],
    message: str,
    write_data: Write,
    series_entry: Entry,
) -> None:
    if "0.001" in message:  # a range that would let both readings through
        entry = series_entry(**CREDIT | {"range": {"min": 1, "max": 20_000_000}})
        write_data(folder, HELD, {"us.credit": entry})
    with pytest.raises(DataError, match=message):
        plan_import([fred(tmp_path / "TOTALSL.csv", **figures)], folder, vintage="2016-12-31")


def test_a_fraction_for_a_per_cent_is_refused(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_04=2.2, m2016_07=2.29)], folder))
    with pytest.raises(DataError, match=r"is 0.01 times what is held"):
        plan_import(
            [fred(tmp_path / "b" / "DRCCLACBS.csv", m2016_04=0.022, m2016_07=0.0229)],
            folder,
            vintage="2017-05",
        )


def test_a_real_revision_however_large_is_let_in(folder: Path, tmp_path: Path) -> None:
    apply(plan_import([fred(tmp_path / "DRCCLACBS.csv", m2016_04=10.1, m2016_07=10.4)], folder))
    later = fred(tmp_path / "b" / "DRCCLACBS.csv", m2016_04=35.2, m2016_07=36.0)
    assert plan_import([later], folder, vintage="2017-05").counts()["revised"] == 2

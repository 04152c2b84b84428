"""Breaks are marked where the figures shown have them, and nowhere else."""

import datetime as dt
from pathlib import Path

import pytest

from consumer_credit.data.store import Store
from consumer_credit.parameters import Parameters
from consumer_credit.project import Project
from consumer_credit.report.chapter import Chapter

ROOT = Path(__file__).parents[2]


@pytest.fixture
def known():
    """`known("2017-04-25")`: the real data as a chapter knows them on that day."""

    def chapter(as_of="latest", language="en", *, strict=False):
        day = as_of if as_of == "latest" else dt.date.fromisoformat(as_of)
        parameters = Parameters(as_of=day, strict_vintages=strict)
        return Chapter("x", Project(ROOT), parameters, language, Store.open(ROOT / "data"))

    return chapter


def periods(marks):
    return [mark.period for mark in marks]


def test_a_revision_s_break_is_marked_only_in_figures_known_from_it_on(known):
    series = ["us.consumer_credit"]
    assert "2015-12" not in periods(known("2017-04-25").breaks(series, "2007", "2016"))
    assert "2015-12" in periods(known().breaks(series, "2007", "2016"))
    assert "2024-12" in periods(known("2025-06-09", strict=True).breaks(series, "2007", "2025"))
    # the day before, only figures of the next day's vintage are held for that month: shown, they have the step
    assert "2024-12" in periods(known("2025-06-08").breaks(series, "2007", "2025"))
    assert "2024-12" not in periods(known("2025-06-08", strict=True).breaks(series, "2007", "2025"))


def test_a_flow_of_a_break_s_size_is_no_break(known):
    assert "2020-04" not in periods(known().breaks(["us.consumer_credit"], "2020", "2020"))


def test_breaks_are_lettered_in_order_of_time_with_those_that_a_chart_adds(known):
    marks = known(language="zh").breaks(
        ["us.consumer_credit"], "2006", "2016", also=[("2008-01", "另一口径自此开始。")]
    )
    assert [(mark.period, mark.letter) for mark in marks] == [
        ("2006-01", "a"),
        ("2008-01", "b"),
        ("2010-12", "c"),
        ("2015-12", "d"),
    ]


def test_a_quarter_is_described_by_the_stock_at_its_end_and_the_months_within_it(known):
    chapter = known()
    assert list(
        chapter.used(["cn.household_consumer_loans"], ["2016-Q3"])["cn.household_consumer_loans"].periods
    ) == ["2016-09"]
    within = chapter.used(["us.disposable_income"], ["2016-Q3"])["us.disposable_income"]
    assert list(within.periods) == ["2016-07", "2016-08", "2016-09"]
    assert chapter.why_missing(["cn.housing_loans.housing"], "2018-Q3").period == "2018-09"

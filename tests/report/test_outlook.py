"""The look ahead: the same function from any day, blind to whatever that day did not know."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from consumer_credit.data.periods import known_from
from consumer_credit.data.store import Store
from consumer_credit.parameters import parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import outlook as looking

ROOT = Path(__file__).parents[2]
DAY = known_from("2017-01-31")


def chapter(data: Path = ROOT / "data", **parameters: Any) -> Chapter:
    values = {"simulation_draws": 500, **parameters}
    return Chapter(
        id="room_to_grow",
        project=Project(ROOT),
        parameters=parse_parameters(values),
        language="en",
        store=Store.open(data),
    )


@pytest.fixture(scope="module")
def data_of_january_2017(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder as if every figure published after 31 January 2017 did not exist."""
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(ROOT / "data" / "catalogue", folder / "catalogue")
    (folder / "observations").mkdir()
    (folder / "corrections.yaml").write_text("[]\n")
    for file in (ROOT / "data" / "observations").glob("*.csv"):
        lines = file.read_text(encoding="utf-8").splitlines()
        known = [line for line in lines[1:] if known_from(line.split(",")[3]) <= DAY]
        (folder / "observations" / file.name).write_text("\n".join([lines[0], *known]) + "\n")
    return folder


def test_the_back_test_sees_nothing_that_was_published_later(data_of_january_2017: Path):
    now = looking.outlook(looking.known_after(chapter(), 2016), years=9)
    then = looking.outlook(looking.known_after(chapter(data_of_january_2017), 2016), years=9)
    assert now is not None and then is not None
    assert now.year == "2016"
    pd.testing.assert_frame_equal(now.fan, then.fan)
    pd.testing.assert_frame_equal(now.ratios, then.ratios)


def test_every_figure_behind_the_back_test_was_public_by_then():
    then = looking.outlook(looking.known_after(chapter(), 2016), years=9)
    assert then is not None
    vintages = [*then.ratios["numerator_vintage"], *then.ratios["denominator_vintage"]]
    assert vintages and all(known_from(vintage) <= DAY for vintage in vintages)
    assert not then.ratios["later_vintage"].any()


def test_in_january_2017_only_the_property_purchase_definition_had_a_figure_for_2016():
    edition = chapter(housing_definition="housing")
    assert looking.known_after(edition, 2016).parameters.housing_definition == "purchase"
    assert looking.known_after(edition, 2018).parameters.housing_definition == "housing"


def test_an_edition_of_an_earlier_day_is_not_told_what_came_after_it():
    then = looking.known_after(chapter(as_of="2016-06-30"), 2016)
    assert str(then.parameters.as_of) == "2016-06-30"


def test_paths_start_where_the_newest_published_ratio_stands():
    ahead = looking.outlook(chapter(), years=3)
    assert ahead is not None
    newest = ahead.ratios.iloc[-1]
    assert ahead.year == newest["period"] == ahead.fan["period"].iloc[0]
    assert ahead.at("ratio", ahead.year) == pytest.approx(newest["numerator"] / newest["denominator"])
    assert ahead.at("ratio", ahead.year, "q05") == ahead.at("ratio", ahead.year, "q95")


def test_without_a_comparators_record_the_yardstick_of_the_edition_stands_alone():
    then = looking.outlook(looking.known_after(chapter(target_ratio=0.1), 2016), years=20)
    assert then is not None and then.targets.empty
    assert then.of("ratio")["q95"].max() == pytest.approx(0.1)
    assert not any(series.startswith("us.") for series in then.series)


def test_the_record_is_as_long_as_the_edition_asks():
    short, long = (looking.outlook(chapter(record_years=years), years=2) for years in (3, 6))
    assert short is not None and long is not None
    assert list(short.record["period"]) == list(long.record["period"])[-3:]


def test_a_step_of_scope_is_taken_out_of_the_change_of_its_year_only():
    known = chapter()
    (year,), (step,) = looking.scope_steps(known).keys(), looking.scope_steps(known).values()
    plain, less = (looking.outlook(known, years=2, without_scope_changes=flag) for flag in (False, True))
    assert plain is not None and less is not None
    gdp = plain.ratios.set_index("period").loc[year, "denominator"]
    differences = (
        plain.record.set_index("period")["ratio_change"] - less.record.set_index("period")["ratio_change"]
    )
    assert differences[year] == pytest.approx(step / gdp)
    assert differences.drop(year).abs().max() == 0


def test_the_denominator_of_the_comparison_leaves_room_counted_in_gdp():
    by_gdp, by_income = (
        looking.china_ratio_to_gdp(chapter(denominator=name)) for name in ("gdp", "disposable_income")
    )
    pd.testing.assert_frame_equal(by_gdp, by_income)


def test_with_no_figure_published_there_is_no_outlook():
    assert looking.outlook(looking.known_after(chapter(as_of="2006-06-30"), 2016), years=3) is None


def test_student_loans_are_part_of_the_american_yardstick_only():
    edition = chapter()
    share = looking.students_in_yardstick(edition)
    assert share is not None and 0.02 < share < 0.10  # some 1.8 trillion dollars over some 30
    assert looking.students_in_yardstick(chapter(us_scope="ex_student")) is None
    assert looking.students_in_yardstick(chapter(comparator="GBR")) is None

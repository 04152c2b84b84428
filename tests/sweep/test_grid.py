"""A sweep's runs are every combination of valid values; whatever is wrong is said before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.parameters import Parameters
from consumer_credit.sweep.grid import make_grid, read_grid_file, read_over

BASE = Parameters()


def grid(*over: str, **options: object):  # type: ignore[no-untyped-def]
    return make_grid(read_over(over), BASE, **options)  # type: ignore[arg-type]


def test_every_combination_is_a_run_and_the_last_parameter_changes_fastest() -> None:
    made = grid("comparator=USA,GBR", "as_of=2017-04-25,latest")
    assert [run.name for run in made.runs] == [
        "comparator=USA,as_of=2017-04-25",
        "comparator=USA,as_of=latest",
        "comparator=GBR,as_of=2017-04-25",
        "comparator=GBR,as_of=latest",
    ]
    assert made.runs[2].parameters == Parameters.model_validate(
        {**BASE.model_dump(), "comparator": "GBR", "as_of": made.runs[2].parameters.as_of}
    )
    assert str(made.runs[2].parameters.as_of) == "2017-04-25"


def test_values_are_those_of_the_model_not_the_text_that_was_typed() -> None:
    made = grid("as_of=2017-04", "strict_vintages=yes,no", "target_ratio=0.20,0.1")
    assert made.axes == {
        "as_of": ["2017-04-30"],
        "strict_vintages": [True, False],
        "target_ratio": [0.2, 0.1],
    }


@pytest.mark.parametrize(
    ("over", "message"),
    [
        (["comparitor=USA"], "unknown parameter 'comparitor' — did you mean 'comparator'"),
        (["comparator=USA,GBX"], "got 'GBX' — did you mean 'GBR'"),
        (["comparator=usa"], "did you mean 'USA'"),
        (["base_year=2016,2016.5"], "allowed: a whole number from 1950 to 2100"),
        (["base_year=2016,2017,2016"], "a value of 'base_year' is listed twice"),
        (["as_of=2017-04,2017-04-30"], "a value of 'as_of' is listed twice"),
        (["base_year=2016", "base_year=2017"], "'base_year' is given twice"),
        (["base_year"], "cannot read 'base_year'"),
        (["base_year="], "cannot read 'base_year='"),
        (["base_year=2016,,2017"], "an empty value"),
        (["end_year=2020,2005"], r"run end_year=2005: end_year 2005 lies before start_year 2007"),
        ([], "nothing to vary"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_do(over: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        grid(*over)
    assert caught.value.remedy


def test_a_combination_is_refused_even_where_each_value_by_itself_is_allowed() -> None:
    with pytest.raises(UsageError, match=r"run start_year=2020, end_year=2015: .* lies before"):
        grid("start_year=2007,2020", "end_year=2015,2025")


def test_too_many_runs_are_refused_with_the_sum_and_allowed_on_request() -> None:
    many = "base_year=" + ",".join(map(str, range(1950, 2000)))
    with pytest.raises(UsageError, match=r"50 × 6 = 300 runs, more than 299 — .*--max-runs"):
        grid(many, "comparator=USA,GBR,CAN,FRA,BRA,AUT", most=299)
    assert len(grid(many, "comparator=USA,GBR,CAN,FRA,BRA,AUT", most=300).runs) == 300


def test_what_is_fixed_for_all_runs_cannot_be_varied() -> None:
    with pytest.raises(UsageError, match="'base_year' is both varied and set"):
        grid("base_year=2016,2017", fixed=["base_year"])


def test_names_of_runs_are_names_of_folders_everywhere_and_differ_even_when_cut() -> None:
    over = [
        f"{name}=0.1,0.2"
        for name in ("scenario_loan_growth", "scenario_gdp_growth", "dormant_share", "churn")
    ]
    names = [run.name for run in grid(*over, "outside_business_share_low=0.1,0.2").runs]
    assert len(set(names)) == 32
    for name in names:
        assert len(name) <= 120
        assert not set(name) & set('/\\:*?"<>| %#')


def test_a_grid_file_says_the_same_as_options(tmp_path: Path) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text("comparator: [USA, GBR]\nas_of: [2017-04-25, latest]\n", encoding="utf-8")
    assert make_grid(read_grid_file(file), BASE) == grid("comparator=USA,GBR", "as_of=2017-04-25,latest")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no grid"),
        ("- comparator", "holds no grid"),
        ("comparator: USA", "'comparator' has no list of values"),
        ("comparator: []", "'comparator' has no list of values"),
        ("comparator: [[USA]]", "'comparator' lists"),
        ("comparator: [USA]\ncomparator: [GBR]", "'comparator' is written twice"),
        ("comparator: [USA", "not valid YAML"),
    ],
)
def test_a_grid_file_that_is_none_is_refused_by_name(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "grid.yaml"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message) as caught:
        read_grid_file(file)
    assert "grid.yaml" in caught.value.where

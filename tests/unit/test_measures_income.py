"""What economies owed when they earned as much: years as published, none made up between them."""

import pandas as pd
import pytest

from consumer_credit.errors import DataError
from consumer_credit.measures.income import passed, ratios_by_income


def frame(rows, **columns):
    made = pd.DataFrame(rows, columns=["economy", "period", "value"])
    return made.assign(**({"vintage": "2024-06", "later_vintage": False, "derived": False} | columns))


INCOMES = frame(
    [
        ("KOR", "1996", 21_500.0),
        ("KOR", "1997", 22_300.0),
        ("KOR", "1998", 20_900.0),
        ("KOR", "1999", 23_000.0),
        ("USA", "1996", 48_000.0),
        ("IND", "1996", 2_600.0),
        ("CHL", "1996", 15_000.0),
        ("CHL", "1997", 22_500.0),
    ]
)
RATIOS = frame(
    [
        ("KOR", "1997-Q3", 0.40),
        ("KOR", "1997-Q4", 0.483),
        ("KOR", "1998-Q4", 0.45),
        ("USA", "1996-Q4", 0.63),
        ("IND", "1996-Q4", 0.05),
    ]
)
PAIRS = ratios_by_income(RATIOS, INCOMES)


def test_a_year_end_ratio_stands_beside_the_income_of_its_year():
    assert PAIRS[["economy", "period", "income", "ratio"]].to_dict("split")["data"] == [
        ["KOR", "1997", 22_300.0, 0.483],
        ["KOR", "1998", 20_900.0, 0.45],
        ["USA", "1996", 48_000.0, 0.63],
        ["IND", "1996", 2_600.0, 0.05],
    ]


def test_the_year_of_passing_is_the_first_at_or_above_the_level():
    rows = passed(PAIRS, INCOMES, 22_000.0).set_index("economy")
    assert tuple(rows.loc["KOR", ["state", "period", "income", "ratio"]]) == (
        "reached",
        "1997",
        22_300.0,
        0.483,
    )


def test_what_cannot_be_known_is_told_apart():
    states = passed(PAIRS, INCOMES, 22_000.0).set_index("economy")["state"].to_dict()
    assert states == {"KOR": "reached", "USA": "before", "IND": "not_yet", "CHL": "no_ratio"}


def test_either_side_s_later_vintage_marks_the_pair():
    late = ratios_by_income(RATIOS, INCOMES.assign(later_vintage=True))
    assert late["later_vintage"].all()
    assert passed(late, INCOMES, 22_000.0).set_index("economy").loc["KOR", "later_vintage"]


def test_a_frame_without_its_columns_is_refused():
    with pytest.raises(DataError, match="incomes: no column value"):
        passed(PAIRS, INCOMES.drop(columns="value"), 1.0)

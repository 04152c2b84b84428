"""The room to grow worked out a second time, from the observations alone and with none of our measures."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from consumer_credit.data.store import Store
from consumer_credit.measures.horizon import room_over_time
from consumer_credit.parameters import parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import outlook

ROOT = Path(__file__).parents[2]
TARGET = 0.20


def newest(publisher: str, series: str, period: str, known_by: str = "9999") -> float:
    """The figure of the newest vintage up to `known_by`, in the publisher's unit (both sides here: 亿元)."""
    with (ROOT / "data" / "observations" / f"{publisher}.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            (row["vintage"], float(row["value"]))
            for row in csv.DictReader(file)
            if row["series"] == series and row["period"] == period and row["vintage"] <= known_by
        ]
    return max(rows)[1]


def headrooms(**parameters: object) -> dict[str, float]:
    chapter = Chapter(
        id="room_to_grow",
        project=Project(ROOT),
        parameters=parse_parameters(parameters),
        language="en",
        store=Store.open(ROOT / "data"),
    )
    rooms = room_over_time(outlook.china_ratio_to_gdp(chapter), target=TARGET)
    return dict(zip(rooms["period"], rooms["headroom"], strict=True))


def test_the_room_at_the_end_of_2025():
    loans = newest("pbc", "cn.household_consumer_loans.rmb_fx", "2025-12")
    housing = newest("pbc", "cn.housing_loans.housing", "2025-12")
    gdp = newest("nbs", "cn.gdp", "2025")
    by_hand = (TARGET * gdp - (loans - housing)) * 1e8
    assert headrooms()["2025"] == pytest.approx(by_hand, rel=1e-12)


def test_the_room_that_could_be_counted_in_january_2017():
    loans = newest("pbc", "cn.household_consumer_loans", "2016-12", "2017-01")
    purchase = newest("pbc", "cn.housing_loans.purchase", "2016-12", "2017-01-31")
    gdp = newest("nbs", "cn.gdp", "2016", "2017-01-31")
    by_hand = (TARGET * gdp - (loans - purchase)) * 1e8
    then = headrooms(as_of="2017-01-31", housing_definition="purchase", strict_vintages=True)
    assert then["2016"] == pytest.approx(by_hand, rel=1e-12)
    # a fifth of 744 127 is 148 825.4; less 250 472 − 191 400 = 59 072, some 8.98 trillion yuan of room
    assert by_hand == pytest.approx(8.975e12, abs=1e9)

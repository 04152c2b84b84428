"""A small world for the ledger: China's loans and GDP in round numbers, under the ids the ledger knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer_credit.data.store import Store
from consumer_credit.ledger.claims import Claim

LOANS, PURCHASE, HOUSING = (
    "cn.household_consumer_loans",
    "cn.housing_loans.purchase",
    "cn.housing_loans.housing",
)
SHORT, GDP, SHARE = "cn.household_consumer_loans.short", "cn.gdp", "cn.smartphones.apple_share.idc"
HOUSING_2016 = "cn.housing_loans.housing.derived_2016"
LOW, HIGH = "cn.housing_loans.housing.derived_2020_low", "cn.housing_loans.housing.derived_2020_high"

WORLD = (
    f"{LOANS},2015-12,240,2016-01",
    f"{LOANS},2016-09,280,2016-10",
    f"{LOANS},2016-12,300,2017-01",
    f"{LOANS},2020-12,600,2021-01",
    f"{LOANS},2021-12,650,2022-01",
    f"{SHORT},2016-12,100,2017-01",
    f"{PURCHASE},2015-12,160,2016-01",
    f"{PURCHASE},2016-12,200,2017-01",
    f"{HOUSING_2016},2016-12,180,2018-01",
    f"{HOUSING},2021-12,410,2022-01",
    f"{LOW},2020-12,390,2022-01",
    f"{HIGH},2020-12,400,2021-01",
    f"{GDP},2015,800,2016-01-20",
    f"{GDP},2016,1000,2017-01-20",
    f"{GDP},2016,1200,2024-12",
    f"{GDP},2021,1600,2022-01-20",
    f"{SHARE},2016,10,2017-03",
)


def _both(text: str) -> dict[str, str]:
    return {"en": text, "zh": text}


def _entry(series: str, frequency: str, **changes: Any) -> dict[str, Any]:
    return {
        "title": _both(series),
        "short_title": _both(series),
        "definition": _both(series),
        "unit": "CNY",
        "scale": 1,
        "frequency": frequency,
        "kind": "stock",
        "url": "https://example.org",
        "publication_lag_days": 31,
    } | changes


def _derived(low: float, high: float) -> dict[str, Any]:
    return {"derived": {"formula": _both("a quotient"), "ingredients": ["something"], "range": [low, high]}}


SERIES = {
    LOANS: _entry(LOANS, "monthly"),
    SHORT: _entry(SHORT, "monthly"),
    PURCHASE: _entry(PURCHASE, "monthly"),
    HOUSING: _entry(HOUSING, "monthly"),
    HOUSING_2016: _entry(HOUSING_2016, "monthly", first_published="2018-01", **_derived(179, 182)),
    LOW: _entry(LOW, "monthly", **_derived(389, 391)),
    HIGH: _entry(HIGH, "monthly", **_derived(399, 401)),
    GDP: _entry(GDP, "annual", kind="flow", publication_lag_days=20),
    SHARE: _entry(SHARE, "annual", kind="rate", unit="percent", scale=0.01, publication_lag_days=92),
}


@pytest.fixture
def world(tmp_path: Path) -> Callable[..., Store]:
    """The small world, some rows replaced or added: `world("cn.gdp,2016,900,2017-01-20")`.

    `drop` leaves one row out, `without` whole series, catalogue included.
    """

    def make(*changed: str, drop: str = "", without: tuple[str, ...] = ()) -> Store:
        replaced = {
            tuple(row.split(",")[i] for i in (0, 1, 3)): row for row in (*WORLD, *changed) if row != drop
        }
        rows = [f"{row},page" for row in replaced.values() if row.split(",")[0] not in without]
        catalogue = {
            "publishers": {
                "maker": {
                    "name": _both("Maker"),
                    "short_name": _both("Maker"),
                    "url": "https://example.org",
                    "licence": {"name": _both("Free")},
                }
            },
            "sources": {"page": {"title": _both("A page"), "confidence": "one_source"}},
            "series": {name: entry for name, entry in SERIES.items() if name not in without},
        }
        folder = tmp_path / "data"
        for name in ("catalogue", "observations"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "catalogue" / "maker.yaml").write_text(
            yaml.safe_dump(catalogue, allow_unicode=True), encoding="utf-8"
        )
        ordered = sorted(rows, key=lambda row: (row.split(",")[0], row.split(",")[1], row.split(",")[3]))
        (folder / "observations" / "maker.csv").write_text(
            "\n".join(["series,period,value,vintage,source", *ordered, ""]), encoding="utf-8"
        )
        return Store.open(folder)

    return make


@pytest.fixture
def claim() -> Callable[..., Claim]:
    """A claim about end-2016 as known in April 2017: a ratio of 30 % unless the test says otherwise."""

    def make(**changes: Any) -> Claim:
        entry: dict[str, Any] = {
            "id": "a_claim",
            "source": "page",
            "page": _both("page 1"),
            "statement": _both("So it was said."),
            "numerator": _both("loans"),
            "period": "2016",
            "value": 0.3,
            "half_unit": 0.005,
            "unit": "fraction",
            "known_on": "2017-04-25",
            "test": {"kind": "ratio", "numerator": "cn_consumer", "denominator": "cn_gdp"},
        }
        return Claim.model_validate(entry | changes)

    return make

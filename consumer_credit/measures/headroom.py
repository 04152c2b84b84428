"""Room to grow: how far loans lie below a target ratio, and how long the way is.

The target is an assumption, never a finding: that another economy's ratio is the right yardstick is exactly
what the report asks. Ratios are fractions of GDP, growth rates fractions a year.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from consumer_credit.errors import DataError


def headroom(*, ratio: float, target: float, gdp: float) -> float:
    """The loans that would be added if the ratio stood at its target with today's GDP: (target − ratio) ×
    GDP.

    Negative when the ratio lies above the target already.

    Args:
        ratio, target: fractions of GDP.
        gdp: money a year; the result is in the same money.

    Raises:
        DataError: GDP is not positive.
    """
    _positive(gdp, "GDP")
    return (target - ratio) * gdp


def years_to_converge(
    *, ratio: float, target: float, loan_growth: float, gdp_growth: float, target_growth: float = 0.0
) -> float | None:
    """After how many years the ratio reaches its target when loans and GDP keep their pace.

    The ratio grows by (1 + loan_growth) / (1 + gdp_growth) a year, the target by (1 + target_growth); the
    distance in logarithms shrinks by a constant amount each year, so that the time is one division.

    Returns:
        Years; 0.0 when the ratio stands at its target; None when the two never meet at this pace. A ratio
        above its target converges from above, when it falls relative to it.

    Raises:
        DataError: a ratio is not positive, or something shrinks by all of itself or more.
    """
    _positive(ratio, "ratio")
    _positive(target, "target")
    for growth, name in ((loan_growth, "loans"), (gdp_growth, "GDP"), (target_growth, "target")):
        _positive(1 + growth, f"yearly factor of {name}")
    distance = math.log(target / ratio)
    if distance == 0:
        return 0.0
    pace = math.log1p(loan_growth) - math.log1p(gdp_growth) - math.log1p(target_growth)
    return distance / pace if pace * distance > 0 else None


def growth_needed(*, ratio: float, target: float, gdp_growth: float, years: float) -> float:
    """The yearly growth of loans (fraction) that brings the ratio to its target after `years`.

    Raises:
        DataError: a ratio or the number of years is not positive, or GDP vanishes.
    """
    for value, name in (
        (ratio, "ratio"),
        (target, "target"),
        (years, "number of years"),
        (1 + gdp_growth, "GDP"),
    ):
        _positive(value, name)
    return math.expm1(math.log(target / ratio) / years + math.log1p(gdp_growth))


@dataclass(frozen=True)
class Scenario:
    """One set of assumptions: the target ratio, by when, and how fast GDP grows in current prices."""

    key: str
    target: float
    years: int
    gdp_growth: float


def scenario_table(*, ratio: float, gdp: float, scenarios: Sequence[Scenario]) -> pd.DataFrame:
    """What each scenario means for loans.

    Args:
        ratio: today's (fraction).
        gdp: today's, money a year in current prices.
        scenarios: each with its own key.

    Returns:
        One row a scenario, in order: `scenario`, `target`, `years`, `gdp_growth`, `headroom_now` (money: at
        today's GDP), `gdp_end`, `loans_end`, `added_loans` (money: loans at the end less loans today),
        `loan_growth` (fraction a year).

    Raises:
        DataError: a key appears twice, or an assumption is not positive where it must be.
    """
    keys = [scenario.key for scenario in scenarios]
    if len(set(keys)) < len(keys):
        raise DataError("a scenario appears twice", where="scenarios", remedy="give each its own key")
    rows = []
    for scenario in scenarios:
        gdp_end = gdp * (1 + scenario.gdp_growth) ** scenario.years
        loan_growth = growth_needed(
            ratio=ratio, target=scenario.target, gdp_growth=scenario.gdp_growth, years=scenario.years
        )
        rows.append(
            {
                "scenario": scenario.key,
                "target": scenario.target,
                "years": scenario.years,
                "gdp_growth": scenario.gdp_growth,
                "headroom_now": headroom(ratio=ratio, target=scenario.target, gdp=gdp),
                "gdp_end": gdp_end,
                "loans_end": scenario.target * gdp_end,
                "added_loans": scenario.target * gdp_end - ratio * gdp,
                "loan_growth": loan_growth,
            }
        )
    columns = [
        "scenario",
        "target",
        "years",
        "gdp_growth",
        "headroom_now",
        "gdp_end",
        "loans_end",
        "added_loans",
        "loan_growth",
    ]
    return pd.DataFrame(rows, columns=columns)


def _positive(value: float, name: str) -> None:
    if not value > 0:
        raise DataError(f"the {name} is not positive", where="headroom", remedy="check the assumption")

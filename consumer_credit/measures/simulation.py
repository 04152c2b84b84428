"""The range of possible futures: a seeded Monte Carlo over what growth, the ratio and the target have been
before.

Nothing is fitted and no distribution assumed. Each path draws whole years of the economy's own record,
growth of GDP and change of the ratio together, so that years in which both did well or badly stay together;
and one target from the comparator's record.
The range therefore says: if the coming years are like those on record, in any order. It does not know of
breaks that never happened, and years are drawn as if independent.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from consumer_credit.errors import DataError

QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
COLUMNS = tuple(f"q{round(100 * share):02}" for share in QUANTILES)


def yearly_record(ratios: pd.DataFrame) -> pd.DataFrame:
    """What happened in each year on record: the material that `simulate` draws from.

    Args:
        ratios: annual, as `ratios.stock_over_flow` gives: `period`, `ratio` (fraction), `denominator`
            (nominal GDP).

    Returns:
        `period`, `gdp_growth` (fraction: change of nominal GDP), `ratio_change` (change of the ratio,
        fraction of GDP), for each year whose predecessor is known.
    """
    rows = ratios.sort_values("period")
    years = rows["period"].astype(int)
    follows = years.diff() == 1
    record = pd.DataFrame(
        {
            "period": rows["period"],
            "gdp_growth": rows["denominator"].pct_change(fill_method=None),
            "ratio_change": rows["ratio"].diff(),
        }
    )
    return record[follows].reset_index(drop=True)


def simulate(
    *,
    ratio: float,
    gdp: float,
    record: pd.DataFrame,
    targets: Sequence[float],
    years: int,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Draw futures and give their quantiles, year by year.

    Every path starts from `ratio` and `gdp`. In each year one row of `record` is drawn with replacement;
    GDP grows and the ratio changes as in that year. A path that rises to its target stays there: the target
    is read as a ceiling of demand. A path never falls below zero.

    Args:
        ratio, gdp: where the paths start: fraction, money a year.
        record: `gdp_growth`, `ratio_change` (fractions), as `yearly_record` gives.
        targets: ratios (fractions) to draw targets from: the comparator's record, or one assumption.
        years: how far to go. draws: how many paths. seed: of numpy's PCG64; the same seed gives the same
            numbers.

    Returns:
        For each year ahead from 0 and each quantity one row: `years_ahead`, `quantity` ("ratio" as
        fraction; "gdp", "loans" in money; "headroom": (target − ratio) × GDP in money; "reached": the share
        of paths at or above their target, in `q50`), and the quantiles `q05` … `q95`.

    Raises:
        DataError: no record or no target, years or draws below one, or a start that is not positive.

    Source: bootstrap of Efron (1979); drawing whole years keeps the dependence between the variables of one
        year.
    """
    if not len(record) or not len(targets):
        raise DataError(
            "nothing to draw from", where="simulation", remedy="give a record and at least one target"
        )
    if years < 1 or draws < 1 or not ratio > 0 or not gdp > 0:
        raise DataError(
            "years, draws and start must be positive", where="simulation", remedy="check the parameters"
        )
    generator = np.random.default_rng(seed)
    drawn = generator.integers(0, len(record), size=(draws, years))
    target = np.asarray(targets, dtype=float)[generator.integers(0, len(targets), size=draws)]
    growth = record["gdp_growth"].to_numpy(dtype=float)[drawn]
    change = record["ratio_change"].to_numpy(dtype=float)[drawn]
    rows = []
    now, money = np.full(draws, float(ratio)), np.full(draws, float(gdp))
    for ahead in range(years + 1):
        if ahead:
            money = money * (1 + growth[:, ahead - 1])
            ceiling = np.maximum(target, now)  # a start above the target may fall, not rise
            now = np.clip(now + change[:, ahead - 1], 0.0, ceiling)
        paths = {"ratio": now, "gdp": money, "loans": now * money, "headroom": (target - now) * money}
        rows += [
            {
                "years_ahead": ahead,
                "quantity": name,
                **dict(zip(COLUMNS, np.quantile(path, QUANTILES), strict=True)),
            }
            for name, path in paths.items()
        ]
        rows.append({"years_ahead": ahead, "quantity": "reached", "q50": float(np.mean(now >= target))})
    return pd.DataFrame(rows, columns=["years_ahead", "quantity", *COLUMNS])

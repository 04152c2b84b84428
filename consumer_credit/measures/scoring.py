"""What became of forecasts: our own, made with only what was known then, and those that others published.

An outcome may be a range, where no level was published: an error is then measured to the nearest end, and
    is zero inside it.
"""

from __future__ import annotations

import pandas as pd

from consumer_credit.errors import DataError


def back_test(projected: pd.DataFrame, realised: pd.DataFrame) -> pd.DataFrame:
    """Our own method, run with what was known at its date, against what happened.

    Args:
        projected: `period`, `q10`, `q50`, `q90` (ratios as fractions): the fan as it would have been drawn.
        realised: `period`, `ratio` (fraction): what was published since.

    Returns:
        At common periods, oldest first: `period`, `projected` (the median), `q10`, `q90`, `realised`,
            `error_pp` (percentage
        points, projected less realised: positive when the method promised too much), `inside` (whether what
        happened lay between the 10 % and the 90 % quantile).

    Raises:
        DataError: a period appears twice.
    """
    for role, frame in (("projected", projected), ("realised", realised)):
        if frame["period"].duplicated().any():
            raise DataError("a period appears twice", where=role, remedy="give one row a period")
    both = (
        projected.merge(realised[["period", "ratio"]], on="period")
        .sort_values("period")
        .reset_index(drop=True)
    )
    return pd.DataFrame(
        {
            "period": both["period"],
            "projected": both["q50"],
            "q10": both["q10"],
            "q90": both["q90"],
            "realised": both["ratio"],
            "error_pp": 100 * (both["q50"] - both["ratio"]),
            "inside": both["ratio"].between(both["q10"], both["q90"]),
        }
    )


def score(
    *, forecast: float, low: float, high: float | None = None, rounding: float = 0.0
) -> dict[str, float | str]:
    """One published forecast against its outcome, on the forecast's own scope.

    Args:
        forecast: the level foretold (money).
        low, high: the outcome; two different values when only a range is known.
        rounding: half a unit of the last digit that the forecaster printed: 12 trillion is 12 ± 0.5 trillion.

    Returns:
        `outcome` (the end of the range nearest to the forecast), `error` (forecast less outcome; 0 inside
        range and rounding), `error_share` (of the outcome; fraction), `verdict`: "met" (within range and
        rounding), "too_high" or "too_low".

    Raises:
        DataError: an outcome is not positive, the range is upside down, or rounding is negative.
    """
    top = low if high is None else high
    if not 0 < low <= top or rounding < 0:
        raise DataError(
            "an impossible outcome or rounding", where="score", remedy="give 0 < low ≤ high, rounding ≥ 0"
        )
    outcome = min(max(forecast, low), top)
    error = forecast - outcome
    met = abs(error) <= rounding
    verdict = "met" if met else "too_high" if error > 0 else "too_low"
    return {
        "outcome": outcome,
        "error": 0.0 if met else error,
        "error_share": 0.0 if met else error / outcome,
        "verdict": verdict,
    }


def naive_forecast(*, level: float, growth: float, years: float) -> float:
    """What a forecaster without a view would have said: the last growth rate for ever. A yardstick for
    other forecasts.

    Args:
        level: at the forecast's date (money). growth: over the last year then known (fraction). years: ahead.
    """
    return float(level * (1 + growth) ** years)

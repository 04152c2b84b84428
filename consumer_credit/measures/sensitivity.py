"""What matters most: one assumption moved at a time, the others kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from consumer_credit.errors import DataError


def one_at_a_time(
    model: Callable[..., float], base: Mapping[str, float], ranges: Mapping[str, tuple[float, float]]
) -> pd.DataFrame:
    """The result of `model` with each assumption at either end of its range, for a tornado chart.

    Args:
        model: takes the assumptions by name and returns one number.
        base: every assumption's central value.
        ranges: low and high value of the assumptions to be moved; low ≤ base ≤ high.

    Returns:
        Widest first: `assumption`, `low`, `high`, `result_low`, `result_high` (the model at `low` and
        `high`), `base` (the model at all central values), `swing` (distance between the two results).

    Raises:
        DataError: a range is given for an assumption that is not in `base`, or does not hold its central
            value.

    Effects of several assumptions moved together are not in it: they may be larger or smaller than the sum.
    Source: Saltelli et al., "Global Sensitivity Analysis" (2008), ch. 1, which also says why one at a time
    is only a first look.
    """
    centre = model(**base)
    rows = []
    for name, (low, high) in ranges.items():
        if name not in base:
            raise DataError(
                f"no assumption '{name}'", where="sensitivity", remedy=f"known are: {', '.join(base)}"
            )
        if not low <= base[name] <= high:
            raise DataError(
                f"the range of '{name}' does not hold its central value",
                where="sensitivity",
                remedy="check the range",
            )
        results = [model(**{**base, name: value}) for value in (low, high)]
        rows.append(
            {
                "assumption": name,
                "low": low,
                "high": high,
                "result_low": results[0],
                "result_high": results[1],
                "base": centre,
                "swing": abs(results[1] - results[0]),
            }
        )
    columns = ["assumption", "low", "high", "result_low", "result_high", "base", "swing"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["swing", "assumption"], ascending=[False, True], kind="stable").reset_index(
        drop=True
    )


def ranges_around(
    base: Mapping[str, float], *, share: float, bounds: Mapping[str, tuple[float, float]]
) -> dict[str, tuple[float, float]]:
    """For each assumption its central value less and plus the same share of it, within its bounds.

    A common share says which assumption weighs most, not how uncertain each is.

    Args:
        base: every assumption's central value. share: fraction of it, e.g. 0.25.
        bounds: low and high value that may be assumed, by assumption.

    Raises:
        DataError: the share is negative, or an assumption has no bounds.
    """
    missing = [name for name in base if name not in bounds]
    if share < 0 or missing:
        what = f"no bounds for {', '.join(missing)}" if missing else "the share is negative"
        raise DataError(what, where="sensitivity", remedy="check the assumptions")
    return {
        name: (max(bounds[name][0], value * (1 - share)), min(bounds[name][1], value * (1 + share)))
        for name, value in base.items()
    }

"""From registered to active: what a platform publishes of its customers, quarter by quarter.

Counts are as the company states them, rounded. What a customer earns and costs is in `customers`.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import ends_quarter, quarter_of
from consumer_credit.measures.provenance import checked, combined, series_of

FUNNEL_COLUMNS = (
    "period",
    "registered",
    "with_line",
    "active",
    "line_share",
    "active_share",
    "loans",
    "loans_per_line",
    "loans_per_active",
    "vintage",
    "source",
    "later_vintage",
    "derived",
)


def funnel(
    registered: pd.DataFrame, with_line: pd.DataFrame, active: pd.DataFrame, loans: pd.DataFrame
) -> pd.DataFrame:
    """The funnel at every quarter-end for which registered and active customers were published.

    Args:
        registered, with_line: `period` (months), `value` (persons at its end) and provenance.
        active: `period` (quarters), `value` (persons who borrowed within it) and provenance.
        loans: `period` (months), `value` (money outstanding at its end) and provenance.

    Returns:
        Columns as `FUNNEL_COLUMNS`: `period` a quarter; persons; `line_share` and `active_share` of those
        registered; `loans` (money), `loans_per_line` and `loans_per_active` (money each). Empty where the
        number with a line or the loans were not published. Loans are also owed by customers who did not
        borrow in the quarter, so that `loans_per_active` is more than a borrower owes on average.

    Raises:
        DataError: a frame fails its checks, or a later stage is wider than the first.
    """
    at_end = {
        name: _by_quarter(frame, name)
        for name, frame in (("registered", registered), ("with_line", with_line), ("loans", loans))
    }
    rows = []
    for row in checked(active, "active customers").to_dict("records"):
        quarter = str(row["period"])
        found = {name: frame[quarter] for name, frame in at_end.items() if quarter in frame}
        if "registered" not in found:
            continue
        numbers = {name: float(part["value"]) for name, part in found.items()}
        people, loan = numbers["registered"], numbers.get("loans", float("nan"))
        line = numbers.get("with_line", float("nan"))
        if max(row["value"], numbers.get("with_line", 0.0)) > people:
            raise DataError(
                f"{quarter} has more customers at a later stage than registered",
                where="funnel",
                remedy="check the series",
            )
        rows.append(
            {
                "period": quarter,
                "registered": people,
                "with_line": line,
                "active": row["value"],
                "line_share": line / people,
                "active_share": row["value"] / people,
                "loans": loan,
                "loans_per_line": loan / line,
                "loans_per_active": loan / row["value"],
                **combined(pd.DataFrame([row, *found.values()])),
            }
        )
    result = pd.DataFrame(rows, columns=list(FUNNEL_COLUMNS))
    result.attrs = {"inputs": series_of(registered, with_line, active, loans)}
    return result


def _by_quarter(frame: pd.DataFrame, role: str) -> dict[str, dict[Any, Any]]:
    """The rows that stand at the end of a quarter, by quarter."""
    rows = checked(frame, role).to_dict("records")
    return {quarter_of(row["period"]): row for row in rows if ends_quarter(row["period"])}

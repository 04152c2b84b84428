"""Why a projection erred: what moved because the count was changed, and what the method itself got wrong.

A projection made in one vintage and definition is held against an outcome in another. Part of the difference
was there on the first day, unseen: the same year-end stands elsewhere on today's count. Only the rest says
anything about the method; and the two may hide each other.
"""

from __future__ import annotations

from typing import Literal

from consumer_credit.errors import DataError

Errors = Literal["offset", "add", "none"]
NEGLIGIBLE_PP = 0.05
"""Half a unit of the last digit that the report prints of percentage points."""


def error_parts(
    *, start_then: float, start_now: float, projected: float, realised: float
) -> dict[str, float | Errors]:
    """The error of a projected ratio, split into the step of the count and the error of the change.

    Args:
        start_then: the ratio of the starting year as it was known when the projection was made.
        start_now: the same year's ratio on the definition and vintage of the outcome.
        projected, realised: of the year projected. All are fractions.

    Returns:
        In percentage points `error_pp` (projected − realised), `step_pp` (start_now − start_then),
        `projected_change_pp`, `realised_change_pp` (each from its own start) and `change_error_pp` (their
        difference); `error_pp` is `change_error_pp` − `step_pp` exactly. `errors` says whether the two
        "offset" each other, "add" up, or whether there is "none" of one of them to speak of.

    Raises:
        DataError: a ratio is not positive.
    """
    for value in (start_then, start_now, projected, realised):
        if not value > 0:
            raise DataError("a ratio is not positive", where="examination", remedy="check the ratios")
    step = 100 * (start_now - start_then)
    foreseen, happened = 100 * (projected - start_then), 100 * (realised - start_now)
    missed = foreseen - happened
    errors: Errors = "offset" if step * missed > 0 else "add"
    if min(abs(step), abs(missed)) < NEGLIGIBLE_PP:
        errors = "none"
    return {
        "error_pp": 100 * (projected - realised),
        "step_pp": step,
        "projected_change_pp": foreseen,
        "realised_change_pp": happened,
        "change_error_pp": missed,
        "errors": errors,
    }

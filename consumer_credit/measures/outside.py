"""Lenders outside a statistical table: what of their lending is consumer credit, as a range.

Two things are uncertain at once. The outstanding amount may have been counted more than once, with different
results; and a lender that serves businesses as well as households seldom says how much is which. Both go
into a range; nothing in between is singled out.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.provenance import COLUMNS, checked, combined, series_of

ENDS = ("at_least", "at_most")


def counts_of(every_vintage: pd.DataFrame) -> pd.DataFrame:
    """The lowest and the highest of all counts of each period: as first published and as restated.

    Args:
        every_vintage: one row a vintage: `period`, `value` (money) and provenance.

    Returns:
        `period`, `lowest`, `highest` (money), `counts` (how many different values), provenance of all of
        them: known from the newest vintage on, a later vintage only when every one of them is. Rows of a later vintage
        are left out where others are known.

    Raises:
        DataError: a column is missing.
    """
    absent = [column for column in COLUMNS if column not in every_vintage.columns]
    if absent:
        raise DataError(f"no column {', '.join(absent)}", where="counts", remedy="give every vintage held")
    rows = []
    for period, vintages in every_vintage.groupby("period", sort=True):
        known = vintages[~vintages["later_vintage"].astype(bool)]
        used = known if len(known) else vintages
        ends = {
            "lowest": used["value"].min(),
            "highest": used["value"].max(),
            "counts": used["value"].nunique(),
        }
        rows.append({"period": period, **ends, **combined(used)})
    result = pd.DataFrame(rows, columns=["period", "lowest", "highest", "counts", *COLUMNS[2:]])
    result.attrs = {"inputs": series_of(every_vintage)}
    return result


def consumer_part(counts: pd.DataFrame, *, business_share: tuple[float, float] = (0.0, 0.0)) -> pd.DataFrame:
    """What of a lender's outstanding loans is consumer credit, at least and at most.

    Args:
        counts: as `counts_of` gives.
        business_share: lowest and highest share of credit to businesses (fractions); (0, 0) for a lender that
            serves consumers only.

    Returns:
        The same with `at_least` = lowest × (1 − highest share), `at_most` = highest × (1 − lowest share)
        (money); `derived` where a share was taken off, since nobody published the result.

    Raises:
        DataError: the shares are no fractions, or not in order.
    """
    low, high = business_share
    if not 0 <= low <= high <= 1:
        raise DataError(
            f"shares {low:g} and {high:g} are not a range of fractions",
            where="consumer part",
            remedy="give the lowest share first, both between 0 and 1",
        )
    result = counts.assign(
        at_least=counts["lowest"] * (1 - high),
        at_most=counts["highest"] * (1 - low),
        derived=counts["derived"].astype(bool) | (high > 0),
    )
    result.attrs = counts.attrs
    return result


def with_outside(
    stocks: pd.DataFrame, needed: Sequence[pd.DataFrame], optional: Sequence[pd.DataFrame] = ()
) -> dict[str, pd.DataFrame]:
    """The stock of the table and the consumer credit of lenders outside it, at least and at most.

    Args:
        stocks: `period`, `value` (money) and provenance: what the table counts.
        needed: parts as `consumer_part` gives, without which there is no sum; one frequency.
        optional: parts that are added at the periods where they are known.

    Returns:
        Two frames, `at_least` and `at_most`: `period`, `value` and provenance, derived (a sum over assumed
        shares is nobody's figure), at the periods that the stock and all needed parts have.

    Raises:
        DataError: a frame fails its checks.
    """
    table = checked(stocks, "stocks")
    parts = [*needed, *optional]
    common = set(table["period"]).intersection(*(set(part["period"]) for part in needed))
    rows: dict[str, list[dict[str, object]]] = {end: [] for end in ENDS}
    for period in [period for period in table["period"] if period in common]:
        stock = table[table["period"] == period]
        here = [part[part["period"] == period] for part in parts]
        pieces = pd.concat([frame[list(COLUMNS[2:])] for frame in (stock, *here) if len(frame)])
        for end in ENDS:
            value = float(stock["value"].iloc[0]) + sum(float(part[end].sum()) for part in here)
            rows[end].append({"period": period, "value": value, **combined(pieces), "derived": True})
    found = {end: pd.DataFrame(rows[end], columns=list(COLUMNS)) for end in ENDS}
    for frame in found.values():
        frame.attrs = {"inputs": series_of(stocks, *parts)}
    return found

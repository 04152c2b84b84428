"""What changed between two days: figures that came out, were revised, or are no longer known.

Both sides are what was known then, and nothing later: where only a younger vintage of a period is held than
the first day, the period is counted as `not_held_then`, because what it was on that day cannot be said. How
files differ from what is held is `data.comparing`'s; what a revision does to the ratios, `report.chapters.headlines`'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_credit.data.periods import AsOf, as_of_date, known_from
from consumer_credit.data.store import Store
from consumer_credit.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

REVISED = ("period", "before", "after", "change", "relative", "vintage_before", "vintage_after")


@dataclass(frozen=True)
class SeriesRevision:
    """One series on two days, in the publisher's unit and scale.

    Args:
        series: its id.
        added: periods known on the second day alone, of which nothing was published on the first.
        removed: periods known on the first day alone.
        revised: one row a period whose value changed: `period, before, after, change` (after − before),
            `relative` (change over before; NaN where before is 0), `vintage_before, vintage_after`; largest
            change first.
        same: number of periods with the same value on both days.
        not_held_then: periods published by the first day, of which only a later vintage is held.
    """

    series: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    revised: pd.DataFrame
    same: int
    not_held_then: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed that can be said."""
        return not (self.added or self.removed or len(self.revised) or self.not_held_then)


def revisions(store: Store, series: Sequence[str], before: AsOf, after: AsOf) -> list[SeriesRevision]:
    """Hold what was known on one day against what was known on another.

    Args:
        store: the figures.
        series: ids; empty for all.
        before, after: the two days; a month means its last day.

    Raises:
        DataError: unknown series (the nearest is named), not a date, or a file that cannot be read.
        UsageError: the first day does not lie before the second.
    """
    first, second = as_of_date(before), as_of_date(after)
    if first is None or (second is not None and first >= second):
        raise UsageError(
            f"{before} does not lie before {after}", where="--from, --to", remedy="give the earlier day first"
        )
    chosen = [store.catalogue.find(name).id for name in series]
    if not chosen:  # where nothing became known in between nothing can have changed
        chosen = [name for name in store.catalogue.series if _vintages_between(store, name, first, second)]
    return [_revision(store, name, before, after) for name in chosen]


def vintages_held(store: Store, series: Sequence[str], before: AsOf, after: AsOf) -> dict[str, list[str]]:
    """Vintages that became known after the first day and not after the second, by series; oldest first.

    Raises:
        DataError: unknown series, or a file that cannot be read.
    """
    first, second = as_of_date(before), as_of_date(after)
    return {name: _vintages_between(store, name, first, second) for name in series}


def _vintages_between(store: Store, name: str, first: dt.date | None, second: dt.date | None) -> list[str]:
    known = {row.vintage: known_from(row.vintage) for row in store.rows(name)}
    between = [v for v, day in known.items() if (first or day.min) < day <= (second or day.max)]
    return sorted(between, key=known.__getitem__)


def _revision(store: Store, name: str, before: AsOf, after: AsOf) -> SeriesRevision:
    import pandas as pd  # noqa: PLC0415  (a usage error must not wait for pandas)

    old = store.as_of(name, before, in_units=False)
    late = tuple(old.loc[old["later_vintage"], "period"])
    old = old[~old["later_vintage"]]
    new = store.as_of(name, after, strict=True, in_units=False)
    both = old.merge(new, on="period", suffixes=("_before", "_after"))
    moved = both[both["value_before"] != both["value_after"]]
    table = pd.DataFrame(
        {
            "period": moved["period"],
            "before": moved["value_before"],
            "after": moved["value_after"],
            "change": moved["value_after"] - moved["value_before"],
            "relative": (moved["value_after"] - moved["value_before"])
            / moved["value_before"].where(moved["value_before"] != 0),
            "vintage_before": moved["vintage_before"],
            "vintage_after": moved["vintage_after"],
        },
        columns=list(REVISED),
    )
    order = table["change"].abs().sort_values(ascending=False, kind="stable").index
    known_then, known_now = set(old["period"]), set(new["period"])
    return SeriesRevision(
        name,
        added=tuple(p for p in new["period"] if p not in known_then and p not in late),
        removed=tuple(p for p in old["period"] if p not in known_now),
        revised=table.loc[order].reset_index(drop=True),
        same=len(both) - len(moved),
        not_held_then=tuple(p for p in late if p in known_now),
    )

"""`python build_report.py data status`: how fresh the figures are, and which are overdue."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from consumer_credit.commands.figures import columns
from consumer_credit.commands.output import print_json
from consumer_credit.commands.workplace import open_project
from consumer_credit.counts import counted

if TYPE_CHECKING:
    from consumer_credit.data.freshness import Freshness

_MARKS = {
    "overdue": "overdue",
    "current": "",
    "ended": "ended",
    "derived": "derived",
    "irregular": "no fixed dates",
    "empty": "no figures",
}
_HEADING = ("series", "last period", "last vintage", "days since", "next release", "")


def status_command(*, series: Sequence[str], today: dt.date, overdue: bool, each: bool, as_json: bool) -> int:
    """Print last period, last vintage and the next release of every series, or of those named.

    Series of one publisher that stand alike share a line, unless each is asked for.

    Raises:
        DataError: unknown series (the nearest is named), or observations that cannot be read.
    """
    from consumer_credit.data.freshness import freshness  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    found = freshness(Store.open(open_project().data), today, series)
    if overdue:
        found = [one for one in found if one.state == "overdue"]
    if as_json:
        print_json({"today": today.isoformat(), "series": [dataclasses.asdict(one) for one in found]})
        return 0
    groups: dict[tuple[object, ...], list[Freshness]] = {}
    for one in found:
        alike = (one.publisher, one.frequency, one.last_period, one.last_vintage, one.expected, one.state)
        groups.setdefault((one.series,) if each or series else alike, []).append(one)
    publisher = ""
    rows: list[tuple[str, ...]] = [_HEADING]
    for group in sorted(groups.values(), key=lambda group: (group[0].publisher, group[0].series)):
        if group[0].publisher != publisher:
            publisher = group[0].publisher
            rows.append((publisher, "", "", "", "", ""))
        rows.append(_row(group))
    for line in columns(rows, right=(3,)):
        print(line)
    counts = Counter(one.state for one in found)
    told = ", ".join(f"{count} {_MARKS[state] or state}" for state, count in counts.most_common())
    print(f"{len(found)} series on {today}: {told}" if found else f"no series overdue on {today}")
    return 0


def _row(group: Sequence[Freshness]) -> tuple[str, ...]:
    one = group[0]
    name = one.series if len(group) == 1 else f"{one.series} and {len(group) - 1} alike"
    mark = _MARKS[one.state]
    if one.state == "overdue" and one.days_overdue is not None:
        hint = "data update" if one.updated_by != "page" else "by hand"
        mark = f"overdue by {counted(one.days_overdue, 'day')} ({hint})"
    expected = f"{one.expected} ({one.next_period})" if one.expected else ""
    since = "" if one.days_since is None else str(one.days_since)
    return (f"  {name}", one.last_period, one.last_vintage, since, expected, mark)

"""What new figures do to the ratios everybody quotes: consumer loans to GDP, China and the United States.

The ratios are computed as the chapters compute them (`report.chapters.markets`), once with the data as known on one
day and once as known on another. Which figures moved is `data.revisions`'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from consumer_credit.data.store import Store
from consumer_credit.measures.ratios import stock_over_flow
from consumer_credit.parameters import parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets

Ratio = Callable[[Chapter], pd.DataFrame]

HEADLINES: dict[str, tuple[str, Ratio]] = {
    "cn_total": ("China: household consumer loans to GDP", markets.china_total_ratio),
    "cn_ex_housing": (
        "China: consumer loans without housing loans to GDP",
        lambda chapter: markets.china_ex_housing_ratio(chapter, "housing"),
    ),
    "cn_ex_housing_official": (
        "China: consumer loans without housing loans to GDP, the central bank's own figure",
        lambda chapter: stock_over_flow(
            markets.china_ex_housing(chapter, "official"), markets.china_gdp(chapter)
        ),
    ),
    "us_total": ("United States: consumer credit to GDP", markets.us_ratio),
}
"""Name, title and how it is computed; each gives `period, ratio, later_vintage` and vintages, yearly."""


@dataclass(frozen=True)
class Effect:
    """One ratio of one year on two days.

    Args:
        name: key of `HEADLINES`; `title` says it in words.
        year: the calendar year.
        before, after: the ratio, a fraction; None when it could not be computed on that day.
        before_later, after_later: it rests on a vintage later than the day.
    """

    name: str
    title: str
    year: str
    before: float | None
    after: float | None
    before_later: bool
    after_later: bool

    @property
    def change(self) -> float | None:
        """After less before, a fraction: 0.01 is one percentage point."""
        return None if self.before is None or self.after is None else self.after - self.before


def effects(project: Project, store: Store, before: str, after: str) -> list[Effect]:
    """The headline ratios on two days, for the base year and the newest year known on each.

    Args:
        project: the report.
        store: its data.
        before, after: ISO days or months, or `latest`.

    Raises:
        UsageError: not a date.
        DataError: the observations cannot be read.
    """
    first, second = _chapter(project, store, before), _chapter(project, store, after)
    found = []
    for name, (title, ratio) in HEADLINES.items():
        then, now = _by_year(ratio(first)), _by_year(ratio(second))
        years = {str(first.parameters.base_year), *sorted(then)[-1:], *sorted(now)[-1:]}
        for year in sorted(years & (set(then) | set(now))):
            old, new = then.get(year, (None, False)), now.get(year, (None, False))
            found.append(Effect(name, title, year, old[0], new[0], old[1], new[1]))
    return found


def _chapter(project: Project, store: Store, date: str) -> Chapter:
    parameters = parse_parameters({"as_of": date}, where="--from, --to")
    return Chapter(id="headlines", project=project, parameters=parameters, language="en", store=store)


def _by_year(ratios: pd.DataFrame) -> dict[str, tuple[float | None, bool]]:
    columns = (ratios[name] for name in ("period", "ratio", "later_vintage"))
    return {str(year): (float(ratio), bool(later)) for year, ratio, later in zip(*columns, strict=True)}

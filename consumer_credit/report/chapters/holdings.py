"""What is held, how it is defined, revised and checked: the tables of the chapter on data and method."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import pandas as pd

from consumer_credit.data.periods import AsOf, as_of_date, known_from
from consumer_credit.data.store import Store
from consumer_credit.ledger.crosschecks import CrossCheck
from consumer_credit.locales import Language, labels
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.values import MissingReason

HEADLINE_SERIES = (
    "cn.household_consumer_loans",
    "cn.household_consumer_loans.rmb_fx",
    "cn.housing_loans.purchase",
    "cn.housing_loans.housing",
    "cn.consumer_loans_ex_housing.official",
    "cn.gdp",
    "us.consumer_credit",
    "us.gdp",
)
"""The series behind the headline ratios, in the order in which the chapter explains them."""

UNITS = {
    ("CNY", 1e8): "CNY 100 million",
    ("USD", 1e6): "USD million",
    ("USD", 1e9): "USD billion",
}
"""The publishers' units and scales of those series, as labels."""

ALL_AGREE = MissingReason("all_agree")
"""Why the table of differences may be absent."""


def by_publisher(store: Store, as_of: AsOf, language: Language) -> pd.DataFrame:
    """What each publisher's holdings amount to on a day.

    Returns:
        `publisher` (name), `series`, `figures` (numbers of them), `newest` (vintage), `licence`, most figures first.
    """
    catalogue, date = store.catalogue, as_of_date(as_of)
    rows = []
    for code, publisher in catalogue.publishers.items():
        vintages = [
            row.vintage
            for series in catalogue.series.values()
            if series.publisher == code
            for row in store.rows(series.id)
            if date is None or known_from(row.vintage) <= date
        ]
        if vintages:
            rows.append(
                {
                    "publisher": getattr(publisher.name, language),
                    "series": sum(series.publisher == code for series in catalogue.series.values()),
                    "figures": len(vintages),
                    "newest": max(vintages, key=known_from),
                    "licence": getattr(publisher.licence.name, language),
                }
            )
    frame = pd.DataFrame(rows, columns=["publisher", "series", "figures", "newest", "licence"])
    return frame.sort_values("figures", ascending=False, kind="stable").reset_index(drop=True)


def counts(store: Store) -> dict[str, int]:
    """How much is held in all, whatever the edition's date: series, observations, publishers."""
    series = store.catalogue.series.values()
    return {
        "n_series": len(series),
        "n_observations": sum(len(store.rows(entry.id)) for entry in series),
        "n_publishers": len({entry.publisher for entry in series}),
    }


def definitions(store: Store, language: Language) -> pd.DataFrame:
    """Title, publisher, unit and definition of the headline series, in the reader's language."""
    catalogue, text = store.catalogue, labels(language)
    rows = []
    for series_id in HEADLINE_SERIES:
        entry = catalogue.find(series_id)
        rows.append(
            {
                "title": getattr(entry.title, language),
                "publisher": getattr(catalogue.publishers[entry.publisher].short_name, language),
                "unit": text(UNITS[entry.unit, entry.scale]),
                "definition": getattr(entry.definition, language),
            }
        )
    return pd.DataFrame(rows)


def revision(chapter: Chapter, label: str, ratio: Callable[[Chapter], pd.DataFrame]) -> pd.DataFrame:
    """One ratio on the newest vintages, and as it was on the day before the newest of them.

    Args:
        ratio: gives the ratio of a chapter; columns as `ratios.stock_over_flow`.

    Returns:
        One row: `label`, `period` (the newest year that both days know), `before`, `now`, `change` (fractions),
        `newest` (vintage); no row when only one vintage is known.
    """
    now = ratio(chapter)
    columns = ["label", "period", "before", "now", "change", "newest"]
    for row in now.iloc[::-1].to_dict("records"):
        newest = max((row["numerator_vintage"], row["denominator_vintage"]), key=known_from)
        before = ratio(chapter.as_known_on((_first_day_known(newest) - dt.timedelta(days=1)).isoformat()))
        then = before[(before["period"] == row["period"]) & ~before["later_vintage"].astype(bool)]
        if len(then):
            earlier = float(then["ratio"].iloc[0])
            values = [label, row["period"], earlier, row["ratio"], row["ratio"] - earlier, newest]
            return pd.DataFrame([values], columns=columns)
    return pd.DataFrame(columns=columns)


def listed(checks: Sequence[CrossCheck], store: Store, language: Language) -> pd.DataFrame:
    """Cross-checks as a table: `title`, `series`, `period`, `ours`, `theirs`, `difference`, `unit`, `agrees`."""
    text = labels(language)
    rows = [
        {
            "title": getattr(store.catalogue.find(check.series).title, language),
            "series": check.series,
            "period": check.period,
            "ours": check.ours,
            "theirs": check.theirs,
            "difference": check.difference,
            "unit": text(check.unit),
            "agrees": check.agrees,
        }
        for check in checks
    ]
    columns = ["title", "series", "period", "ours", "theirs", "difference", "unit", "agrees"]
    return pd.DataFrame(rows, columns=columns).astype({"agrees": "bool"})


def _first_day_known(vintage: str) -> dt.date:
    """The first day of a vintage: of a month its first, since any day of it may have been the day."""
    return dt.date.fromisoformat(vintage if len(vintage) > len("2017-04") else f"{vintage}-01")

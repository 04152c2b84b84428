"""What was known on a day: the store's series brought to years, each read once.

Year-end stocks and flows of calendar years, by the same measures the chapters use, so that a claim is held
against exactly the figures the report shows. What a figure is made of is said in `quantities`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from consumer_credit.data.missing import Missing
from consumer_credit.data.periods import AsOf, as_of_date
from consumer_credit.data.store import Store
from consumer_credit.ledger.words import Bilingual
from consumer_credit.measures.flows import calendar_year_sum, single_quarters
from consumer_credit.measures.scope import at_year_end

if TYPE_CHECKING:
    from consumer_credit.ledger.arithmetic import Amount


@dataclass(frozen=True)
class Reason:
    """Why there is no amount, language-free.

    `code` is one of the store's (`not_yet_published`, `later_vintage_only`, `no_observation`, `gap`), or
    `series_not_held` (the catalogue has no such series), `no_public_figure`, `not_a_figure` (nothing
    measurable was stated), or for forecasts `open` and `scope_not_stated`; `text`, where the ledger gives
    one, says it in both languages.
    """

    code: str
    series: str = ""
    period: str = ""
    details: dict[str, str] = field(default_factory=dict)
    text: Bilingual | None = None

    def as_json(self) -> dict[str, Any]:
        """The reason as plain values, for JSON."""
        text = None if self.text is None else self.text.model_dump()
        return {
            "code": self.code,
            "series": self.series,
            "period": self.period,
            "details": self.details,
            "text": text,
        }


class Knowledge:
    """The store as of one day, in years."""

    def __init__(self, store: Store, as_of: AsOf) -> None:
        """Read `store` as it was known on `as_of` (a day, a month, or `latest`).

        `amounts` keeps what `quantities.amount` has worked out, by name and year.
        """
        self.store = store
        self.date: dt.date | None = as_of_date(as_of)
        self._yearly: dict[str, pd.DataFrame] = {}
        self.amounts: dict[tuple[str, str], Amount | Reason] = {}

    @property
    def as_of(self) -> str:
        """The day in ISO form, or `latest`."""
        return "latest" if self.date is None else self.date.isoformat()

    def holds(self, series_id: str) -> bool:
        """Whether the catalogue knows the series."""
        return series_id in self.store.catalogue.series

    def yearly(self, series_id: str) -> pd.DataFrame:
        """A series by year: stocks at year-end, flows of calendar years; columns as `Store.as_of` gives, in
        whole units.

        Quarterly rates are averaged over the year, single quarters are summed; only complete years are there.

        Raises:
            DataError: unknown series, or its observations cannot be read.
        """
        if series_id not in self._yearly:
            series = self.store.catalogue.find(series_id)
            frame = self.store.as_of(series_id, self.date or "latest")
            if series.frequency == "quarterly" and series.kind == "flow_ytd":
                frame = calendar_year_sum(single_quarters(frame))
            elif series.frequency == "quarterly" and series.kind in ("flow", "flow_saar"):
                frame = calendar_year_sum(frame, annual_rate=series.kind == "flow_saar")
            else:
                frame = at_year_end(frame)
            self._yearly[series_id] = frame
        return self._yearly[series_id]

    def years(self, series_id: str) -> set[str]:
        """The years of which the series is known."""
        return set(self.yearly(series_id)["period"]) if self.holds(series_id) else set()

    def why_missing(self, series_id: str, year: str) -> Reason:
        """Why the series has no figure for the end (or the whole) of `year`.

        Raises:
            DataError: the observations cannot be read.
        """
        if not self.holds(series_id):
            return Reason("series_not_held", series_id, year)
        frequency = self.store.catalogue.find(series_id).frequency
        period = {"monthly": f"{year}-12", "quarterly": f"{year}-Q4", "daily": f"{year}-12-31"}.get(
            frequency, year
        )
        found = self.store.value(series_id, period, self.date or "latest")
        if isinstance(found, Missing):
            return Reason(found.code, series_id, period, dict(found.details))
        return Reason("gap", series_id, year)

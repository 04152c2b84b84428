"""What became of each published forecast, on its own scope.

A forecast is scored on the published quantity nearest to what it counts, as known on the edition's date, once
its period is published; until then it is open, and the growth it still needs is worked out. Where the actual
is known only as a range the error is one too, and is measured to the nearest end (`measures.scoring.score`).
Beside the level stands growth from the forecaster's own base against actual growth: a scope that differs by a
constant share leaves that untouched.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from consumer_credit.data.periods import as_of_date, known_from
from consumer_credit.data.store import Store
from consumer_credit.ledger.arithmetic import Amount, annual_growth, stated
from consumer_credit.ledger.claims import ClaimSource
from consumer_credit.ledger.forecasts import Forecast, load_forecast_sources, load_forecasts
from consumer_credit.ledger.knowledge import Knowledge, Reason
from consumer_credit.ledger.quantities import amount, years_known
from consumer_credit.measures.growth import annual_rate
from consumer_credit.measures.scoring import naive_forecast
from consumer_credit.measures.scoring import score as scored

FORECASTS_FILE = "forecasts.yaml"
Status = Literal["scored", "open", "not_scorable"]


@dataclass(frozen=True)
class Score:
    """A level against its actual: `error` is what separates it from the nearest end, nought within rounding.

    `error_low` and `error_high` are the plain differences from the two ends of the actual, `share_low` and
    `share_high` the same as fractions of it; equal where the actual is a point. `verdict` is `met`, `too_low`
    or `too_high`.
    """

    verdict: str
    error: float
    error_share: float
    error_low: float
    error_high: float
    share_low: float
    share_high: float

    @classmethod
    def of(cls, level: float, actual: Amount, rounding: float) -> Score:
        """The score of `level`, printed to within `rounding`.

        Raises:
            DataError: the actual is not positive.
        """
        found = scored(forecast=level, low=actual.low, high=actual.high, rounding=rounding)
        return cls(
            verdict=str(found["verdict"]),
            error=float(found["error"]),
            error_share=float(found["error_share"]),
            error_low=level - actual.high,
            error_high=level - actual.low,
            share_low=level / actual.high - 1,
            share_high=level / actual.low - 1,
        )

    def as_json(self) -> dict[str, Any]:
        """The score as plain values, for JSON."""
        return dict(self.__dict__)


@dataclass(frozen=True)
class ForecastScore:
    """What became of one forecast.

    `actual` is the quantity it is scored on at its period, `score` the comparison; both None unless `status`
    is `scored`, otherwise `reason` says why. `bound_held`: for a bound, whether the actual lies above it.
    `base_actual`, `base_score`: what the data had at the forecaster's own starting point. `implied_growth`,
    `actual_growth`: a year, from there. `newest`, `needed_growth`: for open forecasts the newest actual (with
    its year), and the growth a year still needed. `naive`, `naive_score`: the last growth rate known then,
    carried on, as a yardstick.
    """

    forecast: Forecast
    made_on: str | None
    status: Status
    reason: Reason | None
    actual: Amount | None = None
    score: Score | None = None
    bound_held: bool | None = None
    base_actual: Amount | None = None
    base_score: Score | None = None
    implied_growth: float | None = None
    actual_growth: Amount | None = None
    newest_period: str | None = None
    newest: Amount | None = None
    needed_growth: Amount | None = None
    naive: float | None = None
    naive_score: Score | None = None

    @property
    def id(self) -> str:
        """The forecast's id."""
        return self.forecast.id

    @property
    def verdict(self) -> str | None:
        """`met`, `too_low` or `too_high`; None unless scored."""
        return None if self.score is None else self.score.verdict

    def as_json(self) -> dict[str, Any]:
        """The result as plain values, for JSON; `id`, `status` and `verdict` first."""
        foretold = self.forecast
        return {
            "id": self.id,
            "status": self.status,
            "verdict": self.verdict,
            "source": foretold.source,
            "made_on": self.made_on,
            "forecast": {
                "relation": foretold.relation,
                "value": foretold.value,
                "half_unit": foretold.half_unit,
                "unit": foretold.unit,
                "period": foretold.period,
            },
            "scope_match": foretold.scope_match,
            "actual": _amount_json(self.actual),
            "score": None if self.score is None else self.score.as_json(),
            "bound_held": self.bound_held,
            "base_actual": _amount_json(self.base_actual),
            "base_score": None if self.base_score is None else self.base_score.as_json(),
            "implied_growth": self.implied_growth,
            "actual_growth": _amount_json(self.actual_growth),
            "newest_period": self.newest_period,
            "newest": _amount_json(self.newest),
            "needed_growth": _amount_json(self.needed_growth),
            "naive": self.naive,
            "naive_score": None if self.naive_score is None else self.naive_score.as_json(),
            "reason": None if self.reason is None else self.reason.as_json(),
        }


def score(store: Store, folder: Path, *, as_of: str | dt.date = "latest") -> list[ForecastScore]:
    """Every forecast of `folder`/forecasts.yaml against what happened, in the order of the file.

    Args:
        store: the data.
        folder: the data folder that holds the forecasts.
        as_of: the edition's date; nothing published later is used, and a forecast made later is left out.

    Raises:
        DataError: the forecasts or the data cannot be read.
    """
    file = folder / FORECASTS_FILE
    sources, known, end = load_forecast_sources(file), Knowledge(store, as_of), as_of_date(as_of)
    return [
        score_forecast(forecast, sources[forecast.source], known)
        for forecast in load_forecasts(file).values()
        if end is None or _made_by(sources[forecast.source], forecast, end)
    ]


def score_forecast(forecast: Forecast, source: ClaimSource, known: Knowledge) -> ForecastScore:
    """One forecast against what is known.

    Raises:
        DataError: the data cannot be read.
    """
    base = _base(forecast, known)
    common: dict[str, Any] = {"forecast": forecast, "made_on": source.date, **base}
    if forecast.actual is None:
        return ForecastScore(
            **common, status="not_scorable", reason=Reason("scope_not_stated", text=forecast.reason)
        )
    actual = amount(forecast.actual, forecast.period, known)
    if isinstance(actual, Reason):
        if actual.code == "not_yet_published":
            return ForecastScore(**common, status="open", reason=actual, **_ahead(forecast, known))
        return ForecastScore(**common, status="not_scorable", reason=actual)
    return ForecastScore(
        **common,
        status="scored",
        reason=None,
        actual=actual,
        score=Score.of(forecast.value, actual, forecast.half_unit),
        bound_held=actual.low > forecast.value if forecast.relation == "above" else None,
        actual_growth=_grown(forecast, actual, known),
        **_naive(forecast, source, actual, known.store),
    )


def _made_by(source: ClaimSource, forecast: Forecast, end: dt.date) -> bool:
    """Whether the forecast was out by `end`; one whose page bears no date, if its base year was then over."""
    if source.date is not None:
        return known_from(source.date) <= end
    return forecast.base is not None and int(forecast.base.period) < end.year


def _base(forecast: Forecast, known: Knowledge) -> dict[str, Any]:
    if forecast.base is None:
        return {}
    years = int(forecast.period) - int(forecast.base.period)
    result: dict[str, Any] = {"implied_growth": annual_rate(forecast.base.value, forecast.value, years)}
    found = amount(forecast.base.quantity, forecast.base.period, known)
    if isinstance(found, Amount):
        result["base_actual"] = found
        result["base_score"] = Score.of(forecast.base.value, found, forecast.base.half_unit)
    return result


def _grown(forecast: Forecast, actual: Amount, known: Knowledge) -> Amount | None:
    """Growth of the scored quantity over the forecaster's own years."""
    if forecast.base is None or forecast.actual is None:
        return None
    start = amount(forecast.actual, forecast.base.period, known)
    if isinstance(start, Reason):
        return None
    return annual_growth(start, actual, int(forecast.period) - int(forecast.base.period))


def _ahead(forecast: Forecast, known: Knowledge) -> dict[str, Any]:
    """For an open forecast: the newest actual, and the growth a year that still leads to it."""
    assert forecast.actual is not None
    years = [year for year in years_known(forecast.actual, known) if year < forecast.period]
    if not years:
        return {}
    newest = amount(forecast.actual, max(years), known)
    if isinstance(newest, Reason):
        return {}
    target = stated(forecast.value, forecast.unit)
    needed = annual_growth(newest, target, int(forecast.period) - int(max(years)))
    return {"newest_period": max(years), "newest": newest, "needed_growth": needed}


def _naive(forecast: Forecast, source: ClaimSource, actual: Amount, store: Store) -> dict[str, Any]:
    """The last growth rate known when the forecast was made, carried on to its period."""
    if forecast.naive is None or source.date is None:
        return {}
    then, year = Knowledge(store, source.date), forecast.naive.period
    last = amount(forecast.naive.quantity, year, then)
    before = amount(forecast.naive.quantity, str(int(year) - 1), then)
    if isinstance(last, Reason) or isinstance(before, Reason) or last.value is None or before.value is None:
        return {}
    level, start = (
        (last.value, year) if forecast.base is None else (forecast.base.value, forecast.base.period)
    )
    growth = annual_rate(before.value, last.value, 1)
    carried = naive_forecast(level=level, growth=growth, years=int(forecast.period) - int(start))
    return {"naive": carried, "naive_score": Score.of(carried, actual, 0.0)}


def _amount_json(found: Amount | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "unit": found.unit,
        "later_vintage": found.later_vintage,
        "derived": found.derived,
        "vintages": {key: list(days) for key, days in found.vintages.items()},
        "arithmetic": [line.as_json() for line in found.lines],
    }

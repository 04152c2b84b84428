"""Published forecasts of market size: what was foretold, for when, and of what (`data/forecasts.yaml`).

The file holds what was printed, in our own words, and names the published quantity nearest to each forecast's
own scope. What became of them is worked out in `scorecard`; nothing here reads a figure.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from consumer_credit.errors import DataError
from consumer_credit.ledger.claims import ClaimSource, Unit, read_model
from consumer_credit.ledger.trials import QuantityName, Year
from consumer_credit.ledger.words import Bilingual

ScopeMatch = Literal["same", "wider", "narrower", "inferred"]


class Base(BaseModel):
    """The level a forecast started from, as printed; `quantity` is what the data call it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    period: Year
    value: float = Field(gt=0, allow_inf_nan=False)
    half_unit: float = Field(gt=0, allow_inf_nan=False)
    quantity: QuantityName


class Naive(BaseModel):
    """A yardstick: the growth of `quantity` in the year to `period`, as known when the forecast was made.

    Carried on from the forecaster's own base or, where it states none, from the quantity itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    period: Year
    quantity: QuantityName


class Forecast(BaseModel):
    """One published forecast: `value` in `unit` at the end of `period`, printed to within `half_unit`.

    `relation` is `above` where only a bound was foretold. `scope` is what the source counts; `actual` the
    published quantity it is scored on, and `scope_match` how the two compare: `wider` when the quantity holds
    more. Without `actual` the forecast cannot be scored, and `reason` says why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    source: str
    page: Bilingual
    forecaster: Bilingual
    statement: Bilingual
    scope: Bilingual
    scope_match: ScopeMatch | None = None
    period: Year
    relation: Literal["equals", "above"] = "equals"
    value: float = Field(gt=0, allow_inf_nan=False)
    half_unit: float = Field(gt=0, allow_inf_nan=False)
    unit: Unit
    base: Base | None = None
    actual: QuantityName | None = None
    reason: Bilingual | None = None
    naive: Naive | None = None
    remark: Bilingual | None = None

    @model_validator(mode="after")
    def _scored_or_said_why(self) -> Self:
        if (self.actual is None) == (self.reason is None):
            raise ValueError("give either 'actual', what it is scored on, or the 'reason' why it cannot be")
        if (self.actual is None) != (self.scope_match is None):
            raise ValueError("give 'scope_match' with 'actual', and only then")
        if self.base is not None and self.base.period >= self.period:
            raise ValueError("the base lies after the period foretold")
        return self


class ForecastsFile(BaseModel):
    """What `data/forecasts.yaml` holds."""

    model_config = ConfigDict(extra="forbid")

    sources: list[ClaimSource]
    forecasts: list[Forecast]


def load_forecasts(file: Path) -> dict[str, Forecast]:
    """Read the forecasts, by id, in the order of the file.

    Raises:
        DataError: the file cannot be read, an entry is malformed, an id repeats, or a source is unknown.
    """
    content = _read(file)
    sources = {source.id for source in content.sources}
    forecasts: dict[str, Forecast] = {}
    for forecast in content.forecasts:
        where = f"{file.parent.name}/{file.name}, forecast {forecast.id}"
        if forecast.source not in sources:
            raise DataError(
                f"unknown source '{forecast.source}'", where=where, remedy="name one of the file's sources"
            )
        if forecast.id in forecasts:
            raise DataError("this id stands twice", where=where, remedy="give each forecast its own id")
        forecasts[forecast.id] = forecast
    return forecasts


def load_forecast_sources(file: Path) -> dict[str, ClaimSource]:
    """Read where the forecasts were printed, by id.

    Raises:
        DataError: the file cannot be read, or an entry is malformed.
    """
    return {source.id: source for source in _read(file).sources}


def _read(file: Path) -> ForecastsFile:
    return read_model(file, ForecastsFile, lists=("sources", "forecasts"))

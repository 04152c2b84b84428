"""The format of a catalogue entry: publisher, source, series, break, warning, derived level, economy.

The vocabularies are fixed so that a chart, a note or a check can rely on them. Reading the files is
`data.catalogue`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from consumer_credit.data.periods import Frequency, frequency_of, known_from
from consumer_credit.errors import DataError

Kind = Literal["stock", "flow", "flow_saar", "flow_ytd", "rate", "index", "count"]
Adjustment = Literal["adjusted", "unadjusted", "not_applicable"]
Confidence = Literal["two_sources", "one_source", "official_file"]
BreakKind = Literal["level_break", "scope_change", "definition_change", "large_flow", "unexplained"]
WarningKind = Literal[
    "address_to_confirm",
    "broader_scope",
    "business_credit_included",
    "comparable_scope_growth",
    "corrected",
    "currency_scope",
    "discontinued",
    "do_not_add",
    "do_not_mix_vintages",
    "gap_in_source",
    "lower_bound",
    "not_comparable",
    "not_official",
    "old_vintage",
    "reported_break",
    "restated",
    "rounded",
    "secondary_source",
    "sum_of_parts",
]


def _period(text: str) -> str:
    try:
        frequency_of(text)
    except DataError as error:
        raise ValueError(str(error)) from None
    return text


def _periods(text: str) -> str:
    for part in text.split("..") if text else []:
        _period(part)
    return text


def _vintage(text: str) -> str:
    try:
        known_from(text)
    except DataError as error:
        raise ValueError(str(error)) from None
    return text


def _unit(text: str) -> str:
    if not re.fullmatch(
        r"[A-Z]{3}|[A-Z]{3}_per_[A-Z]{3}|percent|persons|cards|devices|index|USD_2021_PPP", text
    ):
        raise ValueError(
            f"'{text}' is not a unit: write a currency code, CNY_per_USD, percent, persons, cards, devices "
            "or index"
        )
    return text


Period = Annotated[str, AfterValidator(_period)]
Vintage = Annotated[str, AfterValidator(_vintage)]
Unit = Annotated[str, AfterValidator(_unit)]


class Entry(BaseModel):
    """What all entries share: they never change, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Entry):
    """The same words for readers of both editions."""

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class Licence(Entry):
    """Under what terms the figures may be passed on."""

    name: Text
    url: str = ""
    note: Text | None = None


class Economy(Entry):
    """An economy or group of economies; its key in the catalogue is the ISO 3166 alpha-2 code in lower
    case.
    """

    iso3: str
    name: Text
    currency: str = ""


class Publisher(Entry):
    """Who published the figures."""

    name: Text
    short_name: Text
    url: str
    licence: Licence


class Source(Entry):
    """Where one group of figures was published, and where the copy held here was obtained."""

    publisher: str
    title: Text
    label: str = ""
    addresses: tuple[str, ...] = ()
    obtained_from: str = ""
    confidence: Confidence
    note: Text | None = None


class Break(Entry):
    """A period in which the level moved for another reason than lending, or so far that it looks so.

    `size` is the step as it stands in the newest vintage, in the publisher's unit and scale. `since` is the
    oldest vintage held that shows it: figures known before it do not have the break.
    """

    period: Period
    size: float | None = None
    since: Vintage | None = None
    kind: BreakKind
    note: Text


class DataWarning(Entry):
    """What a reader of the series must know; `periods` is one period, `first..last`, or empty for all."""

    kind: WarningKind
    periods: Annotated[str, AfterValidator(_periods)] = ""
    note: Text

    def covers(self, period: str) -> bool:
        """Whether the warning speaks of `period` (ISO text of the series' frequency)."""
        first, _, last = self.periods.partition("..")
        return not first or first <= period <= (last or first)


class Parts(Entry):
    """Series of which the sum must give this one, in every period and vintage that all of them have."""

    series: tuple[str, ...] = Field(min_length=2)
    tolerance: float = Field(ge=0)


class Derived(Entry):
    """How a level that nobody published was worked out, from what, and how far rounding lets it vary."""

    formula: Text
    ingredients: tuple[str, ...] = Field(min_length=1)
    range: tuple[float, float] | None = None


class Bounds(Entry):
    """The smallest and the largest value that can be right, in the publisher's unit and scale."""

    min: float
    max: float


class Update(Entry):
    """How newer figures are fetched: from an interface, or by hand from a page."""

    api: Literal["fred", "bis", "world_bank", "bank_of_england", "statcan", "page"]
    address: str = ""


class Series(Entry):
    """One published time series: one definition, one unit, one frequency."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")
    file: str
    publisher: str
    title: Text
    short_title: Text
    definition: Text
    unit: Unit
    scale: float = Field(gt=0)
    frequency: Frequency
    irregular: bool = False
    kind: Kind
    seasonal_adjustment: Adjustment = "not_applicable"
    url: str
    licence: Licence | None = None
    publication_lag_days: int = Field(ge=0)
    first_published: Vintage | None = None
    ended: Period | None = None
    range: Bounds | None = None
    tolerance: float = Field(default=0, ge=0)
    parts: tuple[Parts, ...] = ()
    watch_breaks: bool = False
    breaks: tuple[Break, ...] = ()
    warnings: tuple[DataWarning, ...] = ()
    dropped: tuple[str, ...] = ()
    derived: Derived | None = None
    keys: Mapping[str, str] = Field(default_factory=dict)
    update: Update = Update(api="page")

    @model_validator(mode="after")
    def _periods_of_its_frequency(self) -> Self:
        for period in [b.period for b in self.breaks] + ([self.ended] if self.ended else []):
            if frequency_of(period) != self.frequency:
                raise ValueError(f"'{period}' is not a period of this {self.frequency} series")
        return self

    def in_units(self, value: float) -> float:
        """`value` in whole units: yuan, dollars, persons; a fraction for per cent.

        Decimal arithmetic, so that 33.66 per cent is the number 0.3366 and not its neighbour.
        """
        return float(Decimal(repr(value)) * Decimal(repr(self.scale)))

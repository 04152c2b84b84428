"""How a claim is tried: the kinds of test that `data/claims.yaml` may name, and the amount each works out.

A kind is a small sum over quantities (`quantities`), or over numbers the claim itself states. It gives an
amount with its lines, or a reason why there is none; whether the amount meets the claim is for `verdicts`.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from consumer_credit.errors import DataError
from consumer_credit.ledger.arithmetic import (
    Amount,
    Line,
    annual_growth,
    combined,
    concluded,
    minus,
    over,
    published,
    stated,
)
from consumer_credit.ledger.knowledge import Knowledge, Reason
from consumer_credit.ledger.quantities import amount, quantity_of, years_known
from consumer_credit.ledger.words import Bilingual

if TYPE_CHECKING:
    from consumer_credit.ledger.claims import Claim


def _quantity(name: str) -> str:
    try:
        quantity_of(name)
    except DataError as error:
        raise ValueError(str(error)) from None
    return name


QuantityName = Annotated[str, AfterValidator(_quantity)]
Year = Annotated[str, Field(pattern=r"^(19|20)\d\d$")]


class _Trial(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """What the data (or the claim's own numbers) give for `claim`, or why nothing."""
        raise NotImplementedError

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return ()


class Ratio(_Trial):
    """One quantity over another at the claim's period; with `reconcile`, every way to it is searched."""

    kind: Literal["ratio"]
    numerator: QuantityName
    denominator: QuantityName
    reconcile: bool = False

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.numerator, self.denominator)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """The ratio, a fraction."""
        return ratio(self.numerator, self.denominator, claim.period, known)


class Level(_Trial):
    """A quantity at the claim's period."""

    kind: Literal["level"]
    quantity: QuantityName

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.quantity,)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """The quantity, in whole units."""
        return amount(self.quantity, claim.period, known)


class Gap(_Trial):
    """One ratio less another, in percentage points."""

    kind: Literal["gap"]
    own: Annotated[tuple[QuantityName, QuantityName], Field(description="numerator, denominator")]
    other: Annotated[tuple[QuantityName, QuantityName], Field(description="numerator, denominator")]

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (*self.own, *self.other)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """Percentage points; negative while the first ratio lies below the second."""
        first, second = (ratio(*pair, claim.period, known) for pair in (self.own, self.other))
        return _points(first, second)


class Rising(_Trial):
    """Whether a ratio rose year after year: the share of years, after `first`, in which it did."""

    kind: Literal["rising"]
    numerator: QuantityName
    denominator: QuantityName
    first: Year

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.numerator, self.denominator)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """A fraction: one when the ratio rose in every year, nought when in none."""
        ratios = []
        for year in range(int(self.first), int(claim.period) + 1):
            found = ratio(self.numerator, self.denominator, str(year), known)
            if isinstance(found, Reason):
                return found
            ratios.append(found)
        rises = [later.low > earlier.high for earlier, later in pairwise(ratios)]
        share = sum(rises) / len(rises)
        lines = tuple(line for found in ratios for line in found.lines)
        return concluded(
            "share_of_years_rising", share, (), unit="fraction", period=claim.period, lines=lines
        )


class Growth(_Trial):
    """Compound growth a year of a quantity, from `first` to the claim's period."""

    kind: Literal["growth"]
    quantity: QuantityName
    first: Year

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.quantity,)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """A fraction a year."""
        start, end = amount(self.quantity, self.first, known), amount(self.quantity, claim.period, known)
        if isinstance(start, Reason):
            return start
        if isinstance(end, Reason):
            return end
        return annual_growth(start, end, int(claim.period) - int(self.first))


class Since(_Trial):
    """By how much a ratio has changed from the claim's period to the newest year, in percentage points."""

    kind: Literal["since"]
    numerator: QuantityName
    denominator: QuantityName

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.numerator, self.denominator)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """Percentage points; positive when the ratio has risen."""
        years = years_known(self.numerator, known) & years_known(self.denominator, known)
        later = [year for year in years if year > claim.period]
        newest = max(later) if later else str(int(claim.period) + 1)
        now = ratio(self.numerator, self.denominator, newest, known)
        return _points(now, ratio(self.numerator, self.denominator, claim.period, known))


class Odds(_Trial):
    """How many of all the others there are to one of a kind, whose share is published."""

    kind: Literal["odds"]
    share: QuantityName

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.share,)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """A number: (1 − share) / share."""
        share = amount(self.share, claim.period, known)
        if isinstance(share, Reason):
            return share
        whole = published(Line("", "whole", 1.0, 1.0, 1.0, "fraction"))
        others = minus(whole, share, label="others", period=claim.period)
        return over(others, share, label="odds", unit="number", period=claim.period)


class Shortfall(_Trial):
    """What a dormant share leaves missing of the effect of all: arithmetic on stated numbers."""

    kind: Literal["shortfall"]
    followers: float = Field(gt=0, le=1e12)
    dormant_share: float = Field(ge=0, lt=1)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """The missing effective followers, as a fraction of all."""
        everyone = stated(self.followers, "persons")
        active = combined(
            "active",
            "times",
            everyone,
            stated(1 - self.dormant_share, "fraction"),
            lambda x, y: x * y,
            unit="persons",
        )
        missing = minus(everyone, active, label="missing")
        return over(missing, everyone, label="shortfall")


class Compounding(_Trial):
    """Where a stated base leads at a stated growth: arithmetic on stated numbers."""

    kind: Literal["compounding"]
    base: float = Field(gt=0, le=1e20)
    growth: float = Field(gt=-1, le=10)
    years: int = Field(gt=0, le=100)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """Base × (1 + growth) to the power of the years, in the claim's unit."""
        factor = combined(
            "factor",
            "power",
            stated(1 + self.growth, "number"),
            stated(float(self.years), "years"),
            lambda x, y: float(x**y),
            unit="number",
        )
        base = stated(self.base, claim.unit)
        return combined(
            "outcome", "times", base, factor, lambda x, y: x * y, unit=claim.unit, period=claim.period
        )


class StatedOver(_Trial):
    """A number stated by the source over a published quantity: do two of its figures go together?"""

    kind: Literal["stated_over"]
    stated: float = Field(gt=0, le=1e20)
    unit: str
    denominator: QuantityName

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities that decide."""
        return (self.denominator,)

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """A fraction."""
        below = amount(self.denominator, claim.period, known)
        if isinstance(below, Reason):
            return below
        return over(stated(self.stated, self.unit), below, label="ratio", period=claim.period)


class Untestable(_Trial):
    """No public figure decides: says why."""

    kind: Literal["none"]
    code: Literal["no_public_figure", "not_a_figure"]
    reason: Bilingual

    def amount(self, claim: Claim, known: Knowledge) -> Amount | Reason:
        """The reason."""
        return Reason(self.code, text=self.reason)


Trial = Annotated[
    Ratio | Level | Gap | Rising | Growth | Since | Odds | Shortfall | Compounding | StatedOver | Untestable,
    Field(discriminator="kind"),
]


def ratio(numerator: str, denominator: str, year: str, known: Knowledge) -> Amount | Reason:
    """One quantity over another at `year`; the reason of the first that is missing.

    Raises:
        DataError: unknown quantities, observations that cannot be read, a denominator of nought.
    """
    above, below = amount(numerator, year, known), amount(denominator, year, known)
    if isinstance(above, Reason):
        return above
    return below if isinstance(below, Reason) else over(above, below, label="ratio", period=year)


def _points(first: Amount | Reason, second: Amount | Reason) -> Amount | Reason:
    """The first ratio less the second, in percentage points."""
    if isinstance(first, Reason):
        return first
    if isinstance(second, Reason):
        return second
    return combined("difference", "minus", first, second, lambda x, y: 100 * (x - y), unit="pp")

"""Where could a printed ratio come from? Every published numerator, period, GDP and vintage, tried at once.

The search divides each reading of the economy's credit (`quantities`) at each quarter-end around the claim's
date by each GDP within a year of it, in every vintage, and keeps what falls within the rounding. A hit that
keeps the claim's own date and uses published series, as they stood then, is a *definition* under which the
claim holds. Every other hit is a *coincidence*: with as many combinations tried as are counted here, some must
fall within any rounding.

Ranking. A hit's `steps` count how far it stands from the claim's own words, the fewer the more natural:

* `period`: quarters between the balance and the claim's date;
* `window`: quarters between the end of the year of GDP and the balance, and one more for a single quarter at
  annual rate;
* `scope`: 0 the reading tried as the claim's own, 1 the same kind of loans defined otherwise, 2 a part of it
  or the whole it is part of, 3 other loans (all household debt, or housing loans alone);
* `vintage`: 1 when a figure had been superseded, by the claim's date or by the day the other one came out;
* `derived`: 1 when a level was worked out, not published.

Equal sums are ordered by how near the ratio comes. What the verdict is, is decided in `audit`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from consumer_credit.data.periods import as_of_date
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError
from consumer_credit.ledger.candidates import Flow, Stock, flows, stocks
from consumer_credit.ledger.claims import Claim
from consumer_credit.ledger.quantities import Quantity, quantity_of, readings
from consumer_credit.ledger.trials import Ratio
from consumer_credit.measures.periods import last_month

Status = Literal["as_stated", "definition", "coincidence"]
QUARTERS_BEFORE, QUARTERS_AFTER = 11, 4
"""The balances tried: three years to the claim's date and one after, so 2014-Q1 to 2017-Q4 for end-2016."""
LARGEST_OFFSET = 4
"""The GDP tried: years ending at most so many quarters from the balance."""
_NEIGHBOURS = {
    frozenset(pair) for pair in (("consumer", "ex_housing"), ("consumer", "part"), ("ex_housing", "part"))
}


@dataclass(frozen=True)
class Hit:
    """One combination within the rounding; money in whole units, `steps` as in the module's text."""

    numerator: str
    stock: Stock
    flow: Flow
    ratio: float
    known_from: dt.date
    known_then: bool
    status: Status
    steps: dict[str, int]

    @property
    def distance(self) -> int:
        """All steps together: what hits are ranked by."""
        return sum(self.steps.values())

    def as_json(self) -> dict[str, Any]:
        """The hit as plain values, for JSON."""
        return {
            "numerator": self.numerator,
            "numerator_series": list(self.stock.series),
            "numerator_period": self.stock.period,
            "numerator_value": self.stock.value,
            "numerator_vintages": list(self.stock.vintages),
            "denominator": self.flow.series,
            "denominator_window": self.flow.window,
            "denominator_period": self.flow.period,
            "denominator_value": self.flow.value,
            "denominator_vintage": self.flow.vintage,
            "ratio": self.ratio,
            "known_from": self.known_from.isoformat(),
            "known_then": self.known_then,
            "derived": self.stock.derived,
            "status": self.status,
            "steps": self.steps,
            "distance": self.distance,
        }


@dataclass(frozen=True)
class Reconciliation:
    """What was tried for one claim, and what fell within its rounding, the most natural first.

    `hits` use only what was public at the claim's date (`known_on`); `later_hits` need something published
    since.
    """

    claim: str
    value: float
    half_unit: float
    known_on: str
    tried: int
    tried_later: int
    hits: tuple[Hit, ...]
    later_hits: tuple[Hit, ...]

    @property
    def definitions(self) -> tuple[Hit, ...]:
        """The hits under which the claim holds by another definition."""
        return tuple(hit for hit in self.hits if hit.status == "definition")

    @property
    def finding(self) -> Literal["none", "one", "several"]:
        """How many combinations public at the claim's date give its figure."""
        return "none" if not self.hits else "one" if len(self.hits) == 1 else "several"

    def as_json(self) -> dict[str, Any]:
        """The search as plain values, for JSON."""
        return {
            "claim": self.claim,
            "value": self.value,
            "half_unit": self.half_unit,
            "known_on": self.known_on,
            "tried": self.tried,
            "tried_later": self.tried_later,
            "finding": self.finding,
            "hits": [hit.as_json() for hit in self.hits],
            "later_hits": [hit.as_json() for hit in self.later_hits],
        }


def reconcile(claim: Claim, store: Store, *, as_of: str | dt.date = "latest") -> Reconciliation:
    """Search every way to a claimed ratio.

    Args:
        claim: one whose test is a `ratio`; its day of knowledge divides `hits` from `later_hits`.
        store: the data.
        as_of: nothing published after this date is tried.

    Raises:
        DataError: the claim is not tried as a ratio, or the data cannot be read.
    """
    if not isinstance(claim.test, Ratio):
        raise DataError(
            f"claim '{claim.id}' is not tried as a ratio",
            where="reconciliation",
            remedy="give it a test of kind ratio",
        )
    end = as_of_date(as_of) or dt.date.max
    then = min(as_of_date(claim.known_on or "latest") or dt.date.max, end)
    own = quantity_of(claim.test.numerator)
    month = last_month(claim.period)
    span = range(month - 3 * QUARTERS_BEFORE, month + 3 * QUARTERS_AFTER + 1, 3)
    tried = {quantity.id: quantity for quantity in (own, *readings(own.economy))}
    above = [stock for quantity in tried.values() for stock in stocks(quantity, store, span, end)]
    below = flows(quantity_of(claim.test.denominator), store, span, LARGEST_OFFSET, end)
    if not above or not below:
        return Reconciliation(claim.id, claim.value, claim.half_unit, then.isoformat(), 0, 0, (), ())
    pairs, counts = _within(claim, above, below, then)
    hits = [
        _hit(claim, scope_distance(own, tried[above[i].quantity]), above[i], below[j], then) for i, j in pairs
    ]
    ranked = sorted(
        hits, key=lambda hit: (hit.distance, abs(hit.ratio - claim.value), hit.numerator, hit.known_from)
    )
    return Reconciliation(
        claim.id,
        claim.value,
        claim.half_unit,
        then.isoformat(),
        *counts,
        tuple(hit for hit in ranked if hit.known_then),
        tuple(hit for hit in ranked if not hit.known_then),
    )


def _within(
    claim: Claim, above: list[Stock], below: list[Flow], then: dt.date
) -> tuple[list[tuple[int, int]], tuple[int, int]]:
    """The pairs within the rounding, and how many were tried: known then, and only later."""
    stock_value, flow_value = np.array([s.value for s in above]), np.array([f.value for f in below])
    stock_month, flow_month = np.array([s.month for s in above]), np.array([f.month for f in below])
    reach = 3 * np.array([LARGEST_OFFSET if flow.window == "calendar_year" else 0 for flow in below])
    paired = np.abs(flow_month[None, :] - stock_month[:, None]) <= reach[None, :]
    ratios = stock_value[:, None] / flow_value[None, :]
    near = np.abs(ratios - claim.value) <= claim.half_unit * (1 + 1e-9)
    known = np.array([s.known_from <= then for s in above])[:, None] & np.array(
        [f.known_from <= then for f in below]
    )
    found = np.argwhere(paired & near)
    return (
        [(int(i), int(j)) for i, j in found],
        (int((paired & known).sum()), int((paired & ~known).sum())),
    )


def _hit(claim: Claim, scope: int, stock: Stock, flow: Flow, then: dt.date) -> Hit:
    known_from = max(stock.known_from, flow.known_from)
    known_then = known_from <= then
    day = then if known_then else known_from
    superseded = stock.superseded_by(day) or flow.superseded_by(day)
    steps = {
        "period": abs(stock.month - last_month(claim.period)) // 3,
        "window": abs(flow.month - stock.month) // 3 + (1 if flow.window == "quarter_at_annual_rate" else 0),
        "scope": scope,
        "vintage": int(superseded),
        "derived": int(stock.derived),
    }
    at_its_date = known_then and not superseded and steps["period"] == 0 and steps["window"] == 0
    status: Status = "coincidence"
    if at_its_date and scope == 0:
        status = "as_stated"
    elif at_its_date and not stock.derived:
        status = "definition"
    return Hit(stock.quantity, stock, flow, stock.value / flow.value, known_from, known_then, status, steps)


def scope_distance(own: Quantity, other: Quantity) -> int:
    """How far one reading stands from another, 0 to 3; see the module's text."""
    if own.id == other.id:
        return 0
    if own.family == other.family:
        return 1
    return 2 if frozenset((own.family, other.family)) in _NEIGHBOURS else 3

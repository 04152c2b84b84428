"""Each claim held against the data: its verdict, the sum line by line, and the same sum on what is known now.

The verdict rests on what was known at the claim's date (`Claim.judgement_day`), never on later revisions; the
value on the data of the edition's date stands beside it. A claim that its own reading does not give is tried
by every other published reading at the same date; see `reconciliation` for the wider search. Nothing here
decides by a number of
its own: change the deciding figure in the data and the verdict changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer_credit.data.periods import as_of_date
from consumer_credit.data.store import Store
from consumer_credit.kept import kept
from consumer_credit.ledger.arithmetic import Amount
from consumer_credit.ledger.claims import Claim, load_claims
from consumer_credit.ledger.knowledge import Knowledge, Reason
from consumer_credit.ledger.quantities import amount as amount_of
from consumer_credit.ledger.quantities import quantity_of, readings
from consumer_credit.ledger.reconciliation import Reconciliation, reconcile, scope_distance
from consumer_credit.ledger.trials import Level, Ratio, ratio
from consumer_credit.ledger.verdicts import Verdict, meeting, verdict_of, wholly

CLAIMS_FILE = "claims.yaml"


@dataclass(frozen=True)
class Finding:
    """A claim's sum on the data of one day: the amount, or the reason why there is none, and what follows."""

    as_of: str
    amount: Amount | None
    reason: Reason | None
    verdict: Verdict

    def as_json(self) -> dict[str, Any]:
        """The finding as plain values, for JSON."""
        found = self.amount
        return {
            "as_of": self.as_of,
            "verdict": self.verdict,
            "value": None if found is None else found.value,
            "low": None if found is None else found.low,
            "high": None if found is None else found.high,
            "unit": None if found is None else found.unit,
            "later_vintage": found is not None and found.later_vintage,
            "derived": found is not None and found.derived,
            "series": [] if found is None else list(found.series),
            "vintages": {} if found is None else {key: list(days) for key, days in found.vintages.items()},
            "arithmetic": [] if found is None else [line.as_json() for line in found.lines],
            "reason": None if self.reason is None else self.reason.as_json(),
        }


@dataclass(frozen=True)
class Definition:
    """Another published reading that gives the claim's figure at its own date: quantities, and the sum."""

    numerator: str
    denominator: str | None
    amount: Amount

    def as_json(self) -> dict[str, Any]:
        """The definition as plain values, for JSON."""
        return {
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.amount.value,
            "arithmetic": [line.as_json() for line in self.amount.lines],
        }


@dataclass(frozen=True)
class ClaimResult:
    """What the data say of one claim.

    `then` decides: the sum as known at the claim's date; `now` is the same sum on the edition's date, with
    the verdict it would have given. `definition` is the other reading that reproduces the claim, if any;
    `definitions_tried` how many were looked at; `reconciliation` the wider search, where the claim asks for
    one.
    """

    claim: Claim
    then: Finding
    now: Finding
    definition: Definition | None
    definitions_tried: int
    reconciliation: Reconciliation | None

    @property
    def id(self) -> str:
        """The claim's id."""
        return self.claim.id

    @property
    def verdict(self) -> Verdict:
        """The verdict."""
        return self.then.verdict

    @property
    def value(self) -> float | None:
        """The data's value as known at the claim's date; None when there is none, or only a range."""
        return None if self.then.amount is None else self.then.amount.value

    @property
    def reason(self) -> Reason | None:
        """Why the claim could not be tried."""
        return self.then.reason

    @property
    def series(self) -> tuple[str, ...]:
        """The series that decided."""
        return () if self.then.amount is None else self.then.amount.series

    @property
    def only_in_part(self) -> bool:
        """Whether the data's range lies partly within the claim's rounding and partly outside."""
        found = self.then.amount
        return found is not None and meeting(found, self.claim) == "meets" and not wholly(found, self.claim)

    def as_json(self) -> dict[str, Any]:
        """The result as plain values, for JSON; `id` and `verdict` first."""
        claim, search = self.claim, self.reconciliation
        then = self.then.as_json()
        return {
            "id": self.id,
            "verdict": self.verdict,
            "source": claim.source,
            "nature": claim.nature,
            "claimed": {
                "relation": claim.relation,
                "value": claim.value,
                "half_unit": claim.half_unit,
                "unit": claim.unit,
                "period": claim.period,
            },
            **{key: value for key, value in then.items() if key != "verdict"},
            "only_in_part": self.only_in_part,
            "now": self.now.as_json(),
            "definition": None if self.definition is None else self.definition.as_json(),
            "definitions_tried": self.definitions_tried,
            "reconciliation": None if search is None else search.as_json(),
        }


@kept
def audit(store: Store, folder: Path, *, as_of: str | dt.date = "latest") -> list[ClaimResult]:
    """Every claim of `folder`/claims.yaml held against the data, in the order of the file.

    Args:
        store: the data.
        folder: the data folder that holds the claims.
        as_of: the edition's date; nothing published later is used.

    Raises:
        DataError: the claims or the data cannot be read.
    """
    return audit_claims(load_claims(folder / CLAIMS_FILE).values(), store, as_of=as_of)


def audit_claims(
    claims: Iterable[Claim], store: Store, *, as_of: str | dt.date = "latest"
) -> list[ClaimResult]:
    """The claims held against the data, each day's figures read once.

    Raises:
        DataError: the data cannot be read.
    """
    known: dict[str, Knowledge] = {}
    return [_evaluated(claim, store, as_of, known) for claim in claims]


def evaluate(claim: Claim, store: Store, *, as_of: str | dt.date = "latest") -> ClaimResult:
    """One claim held against the data; see `audit`.

    Raises:
        DataError: the data cannot be read.
    """
    return _evaluated(claim, store, as_of, {})


def _evaluated(claim: Claim, store: Store, as_of: str | dt.date, known: dict[str, Knowledge]) -> ClaimResult:
    end = as_of_date(as_of)
    day = as_of_date(claim.judgement_day)
    then = _knowledge(store, day if end is None else end if day is None else min(day, end), known)
    now = _knowledge(store, end, known)
    found = claim.test.amount(claim, then)
    definition, tried = None, 0
    if isinstance(found, Amount) and meeting(found, claim) != "meets":
        definition, tried = _another_definition(claim, then)
    search = (
        reconcile(claim, store, as_of=as_of)
        if isinstance(claim.test, Ratio) and claim.test.reconcile
        else None
    )
    return ClaimResult(
        claim,
        _finding(claim, then, found, another_definition=definition is not None),
        _finding(claim, now, claim.test.amount(claim, now)),
        definition,
        tried,
        search,
    )


def _knowledge(store: Store, day: dt.date | None, known: dict[str, Knowledge]) -> Knowledge:
    key = "latest" if day is None else day.isoformat()
    return known.setdefault(key, Knowledge(store, day or "latest"))


def _finding(
    claim: Claim, known: Knowledge, found: Amount | Reason, *, another_definition: bool = False
) -> Finding:
    if isinstance(found, Reason):
        return Finding(known.as_of, None, found, "not_testable")
    return Finding(known.as_of, found, None, verdict_of(found, claim, another_definition=another_definition))


def _another_definition(claim: Claim, known: Knowledge) -> tuple[Definition | None, int]:
    """The nearest other reading that gives the figure, at the same date, of published series known then.

    Only a figure has other readings: a bound, or a share of one stock in another, would be met by many.
    """
    test = claim.test
    denominator: str | None = None
    if claim.relation != "equals":
        return None, 0
    if isinstance(test, Ratio) and quantity_of(test.denominator).family == "income":
        own, denominator = quantity_of(test.numerator), test.denominator
    elif isinstance(test, Level):
        own = quantity_of(test.quantity)
    else:
        return None, 0
    others = sorted(
        (other for other in readings(own.economy) if other.id != own.id),
        key=lambda other: scope_distance(own, other),
    )
    fitting, tried = None, 0
    for other in others:
        found = (
            amount_of(other.id, claim.period, known)
            if denominator is None
            else ratio(other.id, denominator, claim.period, known)
        )
        if isinstance(found, Reason) or found.later_vintage or found.derived:
            continue
        tried += 1
        if fitting is None and meeting(found, claim) == "meets":
            fitting = Definition(other.id, denominator, found)
    return fitting, tried

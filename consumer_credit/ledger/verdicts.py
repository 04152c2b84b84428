"""The fixed set of verdicts, and the one rule by which an amount meets a printed figure.

A figure is printed to a last digit, so anything within half of it reproduces the figure. An amount that is an
interval meets it when the two overlap: the data cannot then tell them apart. The rule knows no series and no
economy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from consumer_credit.ledger.arithmetic import Amount

if TYPE_CHECKING:
    from consumer_credit.ledger.claims import Claim

Verdict = Literal[
    "reproduced", "reproduced_under_another_definition", "not_reproduced", "reversed", "not_testable"
]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
Meeting = Literal["meets", "opposite", "misses"]
_SLACK = 1e-9  # of the half unit: 0.255 − 0.25 is not exactly 0.005 in binary


def meeting(amount: Amount, claim: Claim) -> Meeting:
    """Whether `amount` meets what `claim` states, says the opposite, or misses it.

    `equals`: within the rounding. `above`, `below`: the whole interval lies there. The opposite is said when
    the amount lies wholly on the other side of `reverses_at` from the claim: 1 for a proportion of two
    things, a half for "most of", nought for a change or a gap.
    """
    if claim.relation == "equals":
        half = claim.half_unit * (1 + _SLACK)
        met = amount.low <= claim.value + half and amount.high >= claim.value - half
    elif claim.relation == "above":
        met = amount.low > claim.value
    else:
        met = amount.high < claim.value
    if met:
        return "meets"
    turn = claim.reverses_at
    if turn is None:
        return "misses"
    claimed_above = claim.relation == "above" or (claim.relation == "equals" and claim.value > turn)
    opposite = amount.high < turn if claimed_above else amount.low > turn
    return "opposite" if opposite else "misses"


def wholly(amount: Amount, claim: Claim) -> bool:
    """Whether the whole interval lies within the rounding, not just a part of it."""
    if claim.relation != "equals":
        return meeting(amount, claim) == "meets"
    half = claim.half_unit * (1 + _SLACK)
    return claim.value - half <= amount.low and amount.high <= claim.value + half


def verdict_of(amount: Amount, claim: Claim, *, another_definition: bool = False) -> Verdict:
    """The verdict, given what the claim's own reading comes to and whether another one gives the figure."""
    met = meeting(amount, claim)
    if met == "meets":
        return "reproduced"
    if another_definition:
        return "reproduced_under_another_definition"
    return "reversed" if met == "opposite" else "not_reproduced"

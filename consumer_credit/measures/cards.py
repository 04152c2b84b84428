"""Credit cards as a measure of unmet demand: how widely held, how far used, and what refinancing the
balances is worth.

A balance-transfer product (the article's first strategy) lives off cardholders who carry a balance at the
card's rate and could carry it cheaper. The revolving share and the spread are assumptions; the balances are
published.
"""

from __future__ import annotations

from dataclasses import dataclass

from consumer_credit.errors import DataError


@dataclass(frozen=True)
class TransferPool:
    """The balances that could move, what moving saves cardholders and earns the lender in a year (money)."""

    pool: float
    saving: float
    income: float


def transfer_pool(
    *,
    outstanding: float,
    revolving_share: float,
    card_rate: float,
    transfer_rate: float,
    take_up: float = 1.0,
) -> TransferPool:
    """The card-balance-transfer pool: outstanding × revolving share, and the rate spread on it.

    Args:
        outstanding: card balances (money), part of short-term consumer loans and never added to them.
        revolving_share: share of balances on which interest is paid (fraction, 0 to 1).
        card_rate, transfer_rate: yearly interest (fractions) on the card and on the loan that replaces it.
        take_up: share of the pool that moves (fraction, 0 to 1).

    Returns:
        `pool` (money that moves), `saving` (a year's interest saved: pool × spread), `income` (a year's
        interest at the new rate, before funding and losses).

    Raises:
        DataError: a share lies outside 0 to 1, a rate or the balance is negative.
    """
    for value, name in ((revolving_share, "revolving share"), (take_up, "take-up")):
        if not 0 <= value <= 1:
            raise DataError(f"the {name} is not between 0 and 1", where="cards", remedy="give a fraction")
    if min(outstanding, card_rate, transfer_rate) < 0:
        raise DataError("a balance or rate is negative", where="cards", remedy="check the assumptions")
    pool = outstanding * revolving_share * take_up
    return TransferPool(pool, pool * (card_rate - transfer_rate), pool * transfer_rate)


def utilisation(*, outstanding: float, limit: float) -> float:
    """Which share of the credit lines granted is used: balances over limits, both at the same date
    (fraction).

    Source: the People's Bank of China prints it in its Payment System Report (授信使用率).

    Raises:
        DataError: the limit is not positive.
    """
    return _over(outstanding, limit, "limit")


def penetration(*, cards: float, population: float) -> float:
    """Cards a head. Cards issued (to 2014) and cards in use (from 2015) are different counts and never one
    series.

    Raises:
        DataError: the population is not positive.
    """
    return _over(cards, population, "population")


def _over(upper: float, lower: float, name: str) -> float:
    if not lower > 0:
        raise DataError(f"the {name} is not positive", where="cards", remedy="check the series")
    return upper / lower

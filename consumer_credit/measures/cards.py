"""Credit cards as a measure of unmet demand: how widely held, how far used, and what refinancing the
balances is worth.

A balance-transfer product (the article's first strategy) lives off cardholders who carry a balance at the
card's rate and could carry it cheaper. The revolving share and the spread are assumptions; the balances are
published.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from consumer_credit.errors import DataError
from consumer_credit.measures.periods import last_month
from consumer_credit.measures.provenance import checked, series_of
from consumer_credit.measures.ratios import RATIO_COLUMNS, part_of_whole


@dataclass(frozen=True)
class TransferPool:
    """The balances on which interest is paid, and what a year at the lower rate saves on them (money)."""

    pool: float
    saving: float


def transfer_pool(*, outstanding: float, revolving_share: float, rate_spread: float) -> TransferPool:
    """The card-balance-transfer pool: outstanding × revolving share, and a year's rate spread on it.

    Args:
        outstanding: card balances (money), part of short-term consumer loans and never added to them.
        revolving_share: share of balances on which interest is paid (fraction, 0 to 1).
        rate_spread: the card's yearly rate less that of the loan that replaces it (fraction); negative when
            the loan is dearer.

    Returns:
        `pool` (money that could move) and `saving` (the interest that cardholders save in a year if all of
        it moves; what borrower and lender may divide between them).

    Raises:
        DataError: the share lies outside 0 to 1, or the balance is negative.
    """
    if not 0 <= revolving_share <= 1:
        raise DataError("the revolving share is not between 0 and 1", where="cards", remedy="give a fraction")
    if outstanding < 0:
        raise DataError("the balance is negative", where="cards", remedy="check the series")
    pool = outstanding * revolving_share
    return TransferPool(pool, pool * rate_spread)


def per_head(cards: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Cards a head, at every date for which a number of cards was published.

    Args:
        cards: `period` (any frequency), `value` (cards) and provenance. Cards issued (to 2014) and cards in
            use (from 2015) are different counts: two calls, never one series.
        population: `period` (years), `value` (persons at the end of the year) and provenance.

    Returns:
        Columns as `ratios.RATIO_COLUMNS`, `ratio` in cards a head: cards over the population at the newest
        year-end that is not after their date. Dates before the first year-end are left out.

    Raises:
        DataError: a frame fails its checks, or a population is not positive.
    """
    counts, people = checked(cards, "cards"), checked(population, "population")
    if (people["value"] <= 0).any():
        raise DataError("the population is not positive", where="cards", remedy="check the series")
    rows = []
    for card in counts.to_dict("records"):
        before = people[people["period"].map(last_month) <= last_month(card["period"])]
        if before.empty:
            continue
        heads = before.iloc[-1]
        rows.append(
            {
                "period": card["period"],
                "ratio": card["value"] / heads["value"],
                "numerator": card["value"],
                "denominator": heads["value"],
                "numerator_vintage": card["vintage"],
                "denominator_vintage": heads["vintage"],
                "later_vintage": bool(card["later_vintage"]) or bool(heads["later_vintage"]),
                "derived": bool(card["derived"]) or bool(heads["derived"]),
                "numerator_period": card["period"],
            }
        )
    result = pd.DataFrame(rows, columns=list(RATIO_COLUMNS))
    result.attrs = {"inputs": series_of(cards, population)}
    return result


def utilisation(balances: pd.DataFrame, limits: pd.DataFrame, stated: pd.DataFrame) -> pd.DataFrame:
    """Which share of the credit lines granted is used: as stated where it is, else balances over limits.

    Args:
        balances, limits: `period`, `value` (money) and provenance; published levels, derived ones where
            none is published.
        stated: the same with `value` the share that the publisher prints (fraction).

    Returns:
        Columns as `ratios.RATIO_COLUMNS`, `ratio` the share used; balances and limits are empty where they
        are not known. A stated share is derived only when the statement was.

    Raises:
        DataError: a frame fails its checks, or balances exceed limits.

    Source: the People's Bank of China prints the share in its Payment System Report (授信使用率).
    """
    shares = part_of_whole(balances, limits)
    printed = checked(stated, "stated use of credit lines")
    levels = shares.set_index("period")[["numerator", "denominator"]]
    own = pd.DataFrame(
        {
            "period": printed["period"],
            "ratio": printed["value"],
            "numerator": printed["period"].map(levels["numerator"]).astype(float),
            "denominator": printed["period"].map(levels["denominator"]).astype(float),
            "numerator_vintage": printed["vintage"],
            "denominator_vintage": printed["vintage"],
            "later_vintage": printed["later_vintage"].astype(bool),
            "derived": printed["derived"].astype(bool),
            "numerator_period": printed["period"],
        },
        columns=list(RATIO_COLUMNS),
    )
    rest = shares[~shares["period"].isin(own["period"])]
    parts = [part for part in (own, rest) if len(part)]
    result = pd.concat(parts, ignore_index=True) if parts else rest
    result = result.iloc[np.argsort(result["period"].map(last_month), kind="stable")].reset_index(drop=True)
    result.attrs = {"inputs": series_of(balances, limits, stated)}
    return result

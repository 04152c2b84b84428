"""Which published figures the chapter on winning customers reads, as known on the edition's date.

Card statistics of the central bank, Lexin's releases, market researchers' shares of shipments. What is assumed
is not here: assumptions are parameters of the edition. Arithmetic belongs to `measures`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from consumer_credit.ledger.claims import Claim, load_sources
from consumer_credit.measures.cards import per_head, utilisation
from consumer_credit.measures.customers import affinity_index, odds_ratio
from consumer_credit.measures.funnel import funnel
from consumer_credit.measures.provenance import series_of
from consumer_credit.measures.scope import prefer_published
from consumer_credit.report.chapter import Chapter

CARD_BALANCES, CARD_LIMITS = "cn.credit_cards.outstanding", "cn.credit_cards.limit"
CARD_USE = "cn.credit_cards.utilisation"
CARDS_ISSUED, CARDS_IN_USE = "cn.credit_cards.issued_cumulative", "cn.credit_cards.in_use"
POPULATION = "cn.population"
LEXIN = {
    "registered": "cn.lexin.registered_users",
    "with_line": "cn.lexin.users_with_credit_line",
    "active": "cn.lexin.active_customers",
    "loans": "cn.lexin.loans_outstanding",
}
LEXIN_COST = "cn.lexin.acquisition_cost"
BANK_LOANS = "cn.agricultural_bank.loans"
APPLE_SHARE = "cn.smartphones.apple_share.idc"
"""The yardstick of the affinity index: a year's shipments, the period that the article speaks of."""
PHONE_SHARES = (
    APPLE_SHARE,
    "cn.smartphones.apple_share.idc.quarter",
    "cn.smartphones.apple_share.counterpoint",
    "cn.smartphones.ios_share.kantar",
)


def card_use(chapter: Chapter) -> pd.DataFrame:
    """The share of card credit lines in use, stated or worked out; columns as `cards.utilisation`."""
    balances, limits, stated = (
        prefer_published(chapter.series(series), chapter.series(f"{series}.derived"))
        for series in (CARD_BALANCES, CARD_LIMITS, CARD_USE)
    )
    return utilisation(balances, limits, stated)


def cards_per_head(chapter: Chapter) -> dict[str, pd.DataFrame]:
    """Cards a head by what is counted, `issued` (to 2014) and `in_use` (from 2015): two series, never joined."""
    population = chapter.series(POPULATION)
    return {
        "issued": per_head(chapter.series(CARDS_ISSUED), population),
        "in_use": per_head(chapter.series(CARDS_IN_USE), population),
    }


def lexin_funnel(chapter: Chapter) -> pd.DataFrame:
    """Lexin's customers from registered to active; columns as `funnel.funnel`."""
    return funnel(**{stage: chapter.series(series) for stage, series in LEXIN.items()})


def phone_shares(chapter: Chapter, share_here: float) -> pd.DataFrame:
    """Apple's share of the market by every yardstick held, and how far a platform departs from it.

    Args:
        share_here: Apple's share on the platform (fraction).

    Returns:
        `series`, `yardstick` (what it counts, in the reader's language), `period`, `share` (fraction),
        `index` (100 is par), `odds` (ratio of odds), `vintage`, `later_vintage`, `derived`.
    """
    colon = ": " if chapter.language == "en" else "："
    rows = [
        {
            "series": series,
            "yardstick": f"{_publisher(chapter, series)}{colon}{chapter.title(series)}",
            "period": row["period"],
            "share": row["value"],
            "index": affinity_index(share_here=share_here, share_at_large=row["value"]),
            "odds": odds_ratio(share_here=share_here, share_at_large=row["value"]),
            "vintage": row["vintage"],
            "later_vintage": row["later_vintage"],
            "derived": row["derived"],
        }
        for series in PHONE_SHARES
        for row in chapter.series(series).to_dict("records")
    ]
    columns = [
        "series",
        "yardstick",
        "period",
        "share",
        "index",
        "odds",
        "vintage",
        "later_vintage",
        "derived",
    ]
    shares = pd.DataFrame(rows, columns=columns)
    shares.attrs = {"inputs": tuple(shares["series"].unique())}
    return shares


def sourced(
    chapter: Chapter,
    item: str,
    frame: pd.DataFrame,
    period: str | None,
    write: Callable[[float], str],
    *,
    column: str = "value",
    vintage: str = "vintage",
) -> dict[str, Any]:
    """A line of the table of what is published: the figure of one period, when and by whom it was published.

    Args:
        item: what it is, in the reader's language. write: words the number.
        column, vintage: where `frame` holds the number and its vintage.

    Returns:
        `item, text, period, published, by, derived, later_vintage`; empty where there is no figure.
    """
    series = series_of(frame)
    rows = frame[frame["period"] == period].to_dict("records")
    row: Mapping[Any, Any] = rows[0] if rows else {}
    known = pd.notna(row.get(column))
    return {
        "item": item,
        "text": write(row[column]) if known else None,
        "period": row["period"] if known else None,
        "published": row[vintage] if known else None,
        "by": _publisher(chapter, series[0]),
        "derived": bool(row.get("derived", False)),
        "later_vintage": bool(row.get("later_vintage", False)),
    }


def claimed(chapter: Chapter, item: str, claim: Claim, write: Callable[[float], str]) -> dict[str, Any]:
    """A line of the same table for what was only said: a claim of the article, with where it was printed."""
    source = load_sources(chapter.project.data / "claims.yaml")[claim.source]
    return {
        "item": item,
        "text": write(claim.value),
        "period": claim.period,
        "published": source.date,
        "by": source.publisher.in_language(chapter.language),
        "derived": False,
        "later_vintage": False,
    }


def _publisher(chapter: Chapter, series_id: str) -> str:
    """The short name of a series' publisher in the reader's language."""
    catalogue = chapter.store.catalogue
    return str(
        getattr(catalogue.publishers[catalogue.series[series_id].publisher].short_name, chapter.language)
    )

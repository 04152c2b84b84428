"""The tables of the chapter on claims: verdicts, the sums line by line, and what a search for other readings found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import ascii_lowercase

import pandas as pd

from consumer_credit.ledger.audit import ClaimResult, Finding
from consumer_credit.ledger.claims import ClaimSource
from consumer_credit.ledger.quantities import title_of
from consumer_credit.ledger.reconciliation import Hit
from consumer_credit.ledger.verdicts import VERDICTS
from consumer_credit.report.chapters.claim_words import ClaimWords, finer
from consumer_credit.report.recording import Recording
from consumer_credit.report.values import MissingReason

MOST_HITS = 6
"""Combinations shown of each search, the most natural first."""


def record_verdicts(chapter: Recording, results: Sequence[ClaimResult]) -> None:
    """Record each claim's figure, verdict and value, and how many claims met each verdict.

    Names: `claim_<id>`, `claim_<id>_verdict`, `claim_<id>_data` (where the data give a range, `claim_<id>_data_low` and
    `claim_<id>_data_high`); `n_claims`, `n_claims_<verdict>`.
    """
    for result in results:
        claim, found = result.claim, result.then.amount
        chapter.claim(result.id)
        chapter.record(
            f"claim_{result.id}_verdict", result.verdict, unit="id", formula="the ledger's verdict"
        )
        name, formula = f"claim_{result.id}_data", f"the claim's own sum as known on {result.then.as_of}"
        if found is None:
            chapter.record(name, MissingReason("not_testable"), unit=claim.unit, formula=formula)
        elif found.value is not None:
            chapter.record(name, found.value, unit=found.unit, formula=formula, series=result.series)
        else:
            chapter.record(name, MissingReason("range_in_table"), unit=claim.unit, formula=formula)
            for end, value in (("low", found.low), ("high", found.high)):
                of_the_end = f"{formula}, {end} end of its range"
                chapter.record(
                    f"{name}_{end}", value, unit=found.unit, formula=of_the_end, series=result.series
                )
    chapter.record("n_claims", len(results), unit="count", formula="claims in data/claims.yaml")
    for verdict in VERDICTS:
        number = sum(result.verdict == verdict for result in results)
        chapter.record(
            f"n_claims_{verdict}", number, unit="count", formula=f"claims with the verdict {verdict}"
        )


def verdicts(results: Sequence[ClaimResult], words: ClaimWords) -> pd.DataFrame:
    """One row a claim: `statement`, `claimed`, `then`, `now`, `verdict`, and `id` and `reason` for the CSV.

    Where there is no value the letter of the remark stands that says why (`remarks`).
    """
    letters, rows = _letters(results, words), []
    for result in results:
        tested = result.then.amount is not None
        rows.append(
            {
                "id": result.id,
                "statement": result.claim.statement.in_language(words.language),
                "claimed": words.claimed(result.claim) if tested else None,
                "then": _outcome_or_letter(result.then, result, words, letters),
                "now": _outcome_or_letter(result.now, result, words, letters) if tested else None,
                "verdict": words.verdict(result),
                "reason": next((words.reason(f.reason) for f in (result.then, result.now) if f.reason), None),
            }
        )
    return pd.DataFrame(rows)


def remarks(results: Sequence[ClaimResult], words: ClaimWords) -> list[str]:
    """Why there is no value, each reason once and under its letter: ``[a] No such count is published.``"""
    return [f"[{letter}] {reason}" for reason, letter in _letters(results, words).items()]


def _letters(results: Sequence[ClaimResult], words: ClaimWords) -> dict[str, str]:
    findings = (finding for result in results for finding in (result.then, result.now))
    reasons = dict.fromkeys(words.reason(finding.reason) for finding in findings if finding.reason)
    return dict(zip(reasons, ascii_lowercase, strict=False))


def _outcome_or_letter(
    finding: Finding, result: ClaimResult, words: ClaimWords, letters: Mapping[str, str]
) -> str:
    outcome = words.outcome(finding, result.claim)
    return f"[{letters[outcome]}]" if outcome in letters else outcome


def sums(results: Sequence[ClaimResult], words: ClaimWords) -> pd.DataFrame:
    """The arithmetic of every claim that could be tried, line by line.

    Returns:
        `claim` (its statement, on its first line), `line`, `period`, `value` (in words), `vintage`, `derived`,
        `later_vintage`.
    """
    rows = []
    for result in results:
        if result.then.amount is None:
            continue
        digits = finer(result.claim)
        for number, line in enumerate(result.then.amount.lines):
            rows.append(
                {
                    "claim": result.claim.statement.in_language(words.language) if number == 0 else "",
                    "line": words.line(line),
                    "period": line.period,
                    "value": words.span(line.value, line.low, line.high, line.unit, digits),
                    "vintage": line.vintage or None,
                    "derived": line.derived and bool(line.series),
                    "later_vintage": line.later_vintage,
                }
            )
    return pd.DataFrame(rows)


def searches(results: Sequence[ClaimResult], words: ClaimWords) -> pd.DataFrame:
    """What fell within the rounding of the claims that were searched for, the most natural first.

    Returns:
        `claim` (its figure), `numerator`, `period`, `denominator_period`, `vintage` (of GDP), `ratio`, `known_then`,
        `status` (in words); at most `MOST_HITS` rows a claim, those public at the claim's date before later ones.
    """
    rows = []
    for result in results:
        search = result.reconciliation
        if search is None:
            continue
        for hit in [*search.hits, *search.later_hits][:MOST_HITS]:
            rows.append(_hit(result, hit, words))
    columns = [
        "claim",
        "numerator",
        "period",
        "denominator_period",
        "vintage",
        "ratio",
        "known_then",
        "status",
    ]
    return pd.DataFrame(rows, columns=columns)


def _hit(result: ClaimResult, hit: Hit, words: ClaimWords) -> dict[str, object]:
    return {
        "claim": words.claimed(result.claim),
        "numerator": title_of(hit.numerator, words.catalogue, words.language),
        "period": hit.stock.period,
        "denominator_period": hit.flow.period,
        "vintage": hit.flow.vintage,
        "ratio": hit.ratio,
        "known_then": hit.known_then,
        "status": hit.status,
    }


def sources(results: Sequence[ClaimResult], known: dict[str, ClaimSource], words: ClaimWords) -> pd.DataFrame:
    """Where the claims were printed: `title`, `publisher`, `date`, `address`, `claims` (how many)."""
    rows = []
    for source in known.values():
        number = sum(result.claim.source == source.id for result in results)
        if number:
            rows.append(
                {
                    "title": source.title.in_language(words.language),
                    "publisher": source.publisher.in_language(words.language),
                    "date": source.date,
                    "address": source.address,
                    "claims": number,
                }
            )
    return pd.DataFrame(rows)

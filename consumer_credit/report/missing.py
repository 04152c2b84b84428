"""One sentence for a value that is not there: what is missing, and why."""

from __future__ import annotations

from collections.abc import Callable

from consumer_credit.locales import Language, labels
from consumer_credit.report.formats import Formats
from consumer_credit.report.values import MissingReason, RecordedValue

# code of `data.store.Missing` → label; the fields are filled with the series' title and readable periods
REASONS = {
    "not_yet_published": "{title} for {period} had not been published by {as_of}",
    "not_held": "of {title} no figure for {period} is held",
    "later_vintage_only": (
        "of {title} for {period} only a vintage later than {as_of} is held, and strict_vintages is on"
    ),
    "no_observation": (
        "{title} has no published figure for {period}; the figures held run from {first} to {last}"
    ),
    "range_only": (
        "of {title} for {period} only derived levels are known; they put the ratio between {low} and {high}"
    ),
    "gap": "{title} has no published figure for {period}",
    "no_series": "no series of this kind is held for this economy",
    "no_earlier_vintage": "only one vintage of it is known on that day",
    "other_release": "of {title} for {period} only another release is held, and releases are not mixed",
    "not_testable": "no public figure decides it",
    "range_in_table": "the data give a range, which stands in the table of claims",
    "none_found": "no combination falls within the rounding",
    "nothing_recorded": "the chapters recorded nothing to show",
    "all_agree": "there is none to list: all agree",
    "not_held_as_of": "{title} for {period} is not held as it was known on {as_of}",
    "no_break": "the level has no break of published size between {first} and {last}",
    "nothing_drawn": "the years drawn have no such figure",
    "empty": "{title} holds no published figure",
    "no_common_period": "the two sides have no published period in common by {as_of}",
    "no_outcome_yet": "no year after {period} had been published under the edition's definition by {as_of}",
    "same_year": "the newest year with figures is {period}, the base year itself",
    "no_record": "no two neighbouring years of the ratio had been published by {as_of}",
    "never_reached": "at the pace assumed the ratio never meets its target",
    "made_later": "the forecast was made after {as_of}",
    "not_due": "the outcome had not been published by {as_of}",
    "not_scorable": "no published figure has the scope that the forecast speaks of",
}


def reason_text(reason: MissingReason, *, language: Language, title_of: Callable[[str], str]) -> str:
    """Word the reason without a full stop; an unknown code is worded as a plain gap."""
    text, formats = labels(language), Formats(language)
    fields = {key: _readable(key, value, formats) for key, value in reason.details.items()}
    fields |= {
        "title": title_of(reason.series) if reason.series else "",
        "period": _readable("period", reason.period, formats),
    }
    fields = {"as_of": text("that date"), "first": "–", "last": "–"} | fields
    code = reason.code
    if code == "no_observation" and "first" not in reason.details:
        code = "gap"  # nothing of the series is known: there is no span to give
    if code == "not_yet_published" and reason.details.get("as_of") == "latest":
        code = "not_held"  # what is held ends before the period: it may well have been published since
    return text(REASONS.get(code, REASONS["gap"]), **fields)


def missing_sentence(value: RecordedValue, *, language: Language, title_of: Callable[[str], str]) -> str:
    """The sentence that stands in a passage's place when `value` is missing."""
    assert value.missing is not None
    reason = reason_text(value.missing, language=language, title_of=title_of)
    sentence = labels(language)("This passage cannot be given: {reason}.", reason=reason)
    return f"*{sentence}*"


def _readable(key: str, value: str, formats: Formats) -> str:
    if key == "as_of" and value in ("", "latest"):
        return labels(formats.language)("that date")
    if key in ("low", "high"):
        return formats.percent(float(value))
    if key in ("period", "first", "last"):
        return formats.period(value)
    return formats.date(value)

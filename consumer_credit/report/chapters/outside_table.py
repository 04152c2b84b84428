"""The lenders outside the central bank's table, line by line: what was counted, what is taken as consumer
credit, and what that adds.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from consumer_credit.measures.outside import ENDS
from consumer_credit.measures.provenance import series_of
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import markets, scopes
from consumer_credit.report.chapters.scope_heat import outside_remark
from consumer_credit.report.missing import reason_text
from consumer_credit.report.values import MissingReason

COLUMNS = (
    "key",
    "item",
    "period",
    "outstanding",
    "vintage",
    *ENDS,
    *(f"{end}_ratio" for end in ENDS),
    "derived",
)


@dataclass(frozen=True)
class OutsideLenders:
    """One year-end of the broad scope.

    Attributes:
        rows: `key`, `item` (in the reader's language), `period`, `outstanding` (yuan, as counted), `vintage`,
            `at_least`, `at_most` (yuan, consumer credit), `at_least_ratio`, `at_most_ratio` (over the
            edition's denominator), `derived`. Keys: table, p2p-1, p2p-2 …, microloans, consumer_finance,
            broad.
        series: the ids that went in.
        missing: why there is no such sum; None when there is one.
        remarks: lenders left out, and why; what is assumed.
    """

    rows: pd.DataFrame
    series: tuple[str, ...]
    missing: MissingReason | None
    remarks: tuple[str, ...]


def outside_lenders(chapter: Chapter, year: str) -> OutsideLenders:
    """The broad scope at one year-end, with every count of P2P lending known on the edition's date."""
    _ = chapter.text
    without_housing = markets.china_ex_housing(chapter)
    both = scopes.broad(chapter, without_housing)
    below = markets.denominator(chapter, "CHN")
    over = below.loc[below["period"] == year, "value"]
    if not (both["at_least"]["period"] == year).any() or over.empty:
        needs = scopes.needs(chapter, "CHN", "broad_low")
        needs = (*needs, *markets.denominator_series("CHN", chapter.parameters.denominator))
        return OutsideLenders(pd.DataFrame(columns=list(COLUMNS)), (), chapter.why_missing(needs, year), ())
    parts = {name: part[part["period"] == year] for name, part in scopes.outside_lenders(chapter).items()}
    table = without_housing[without_housing["period"] == year].iloc[0]
    low, high = (
        chapter.parameters.outside_business_share_low,
        chapter.parameters.outside_business_share_high,
    )
    lines = [("table", _("Consumer loans without housing loans"), table["value"], table["vintage"], 0.0, 0.0)]
    counts = scopes.p2p_counts(chapter, year)
    for number, count in enumerate(counts.to_dict("records"), start=1):
        item = _("P2P platforms, as first published") if number == 1 else _("P2P platforms, as restated")
        lines.append((f"p2p-{number}", item, count["value"], count["vintage"], low, high))
    for name, item, least, most in (
        ("microloans", _("Microloan companies"), low, high),
        ("consumer_finance", _("Consumer-finance companies"), 0.0, 0.0),
    ):
        for part in parts[name].to_dict("records"):
            lines.append((name, item, part["highest"], part["vintage"], least, most))
    rows = [
        {
            "key": key,
            "item": item,
            "outstanding": value,
            "vintage": vintage,
            "at_least": value * (1 - most),
            "at_most": value * (1 - least),
            "derived": bool(table["derived"]) if key == "table" else most > 0,
        }
        for key, item, value, vintage, least, most in lines
    ]
    ends = {end: float(frame.loc[frame["period"] == year, "value"].iloc[0]) for end, frame in both.items()}
    rows.append({"key": "broad", "item": _("Together"), "derived": True, **ends})
    frame = pd.DataFrame(rows, columns=[column for column in COLUMNS if not column.endswith("_ratio")])
    frame["period"] = year
    for end in ENDS:
        frame[f"{end}_ratio"] = frame[end] / float(over.iloc[0])
    remarks = [outside_remark(chapter)]
    if parts["consumer_finance"].empty:
        reason = reason_text(
            chapter.why_missing([markets.CN_CONSUMER_FINANCE], year),
            language=chapter.language,
            title_of=lambda series: chapter.title(series, short=False),
        )
        remarks.append(_("Consumer-finance companies are left out: {reason}.", reason=reason))
    return OutsideLenders(frame[list(COLUMNS)], series_of(both["at_least"], below), None, tuple(remarks))

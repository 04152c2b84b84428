"""`python build_report.py claims`: the published claims held against the data, with sums and verdicts."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

from consumer_credit.commands.output import print_json
from consumer_credit.locales import Language
from consumer_credit.project import Project
from consumer_credit.report.formats import Formats

if TYPE_CHECKING:
    from consumer_credit.data.catalogue import Catalogue
    from consumer_credit.ledger.arithmetic import Line
    from consumer_credit.ledger.audit import ClaimResult, Finding
    from consumer_credit.ledger.claims import Claim

WORDS = {
    "en": {
        "claimed": "claimed: {}",
        "above": "more than {}",
        "below": "less than {}",
        "then": "as known on {}: {}",
        "now": "on the newest data: {}",
        "definition": "given at the same date by: {}",
        "tried": "combinations public then: {} tried, {} fit; with data published since: {} and {}",
        "later": "later vintage",
        "derived": "derived",
        "range": "{} to {}",
        "colon": ": ",
        "comma": ", ",
    },
    "zh": {
        "claimed": "原文：{}",
        "above": "超过 {}",
        "below": "低于 {}",
        "then": "截至{}的数据：{}",
        "now": "最新数据：{}",
        "definition": "同一时点可由下列口径得出：{}",
        "tried": "当时已公布数据的组合：试算 {} 个，吻合 {} 个；使用此后公布的数据：{} 个和 {} 个",
        "later": "较晚版本",
        "derived": "推算",
        "range": "{}至{}",
        "colon": "：",
        "comma": "，",
    },
}


def claims_command(project: Project, json: bool, language: Language) -> int:
    """Print the ledger: every claim with its verdict and, line by line, the sum that decides it.

    Args:
        project: whose `data/` is read.
        json: print a list instead, one object a claim, `id` and `verdict` first.
        language: of the printed ledger; the list is language-free.

    Raises:
        DataError: the claims or the data cannot be read.
    """
    from consumer_credit.data.store import Store  # noqa: PLC0415  (a usage error must not wait for pandas)
    from consumer_credit.ledger.audit import audit  # noqa: PLC0415
    from consumer_credit.ledger.words import VERDICT_WORDS  # noqa: PLC0415

    store = Store.open(project.data)
    results = audit(store, project.data)
    if json:
        print_json([result.as_json() for result in results])
        return 0
    ledger = _Ledger(language, store.catalogue)
    for result in results:
        print("\n".join(ledger.entry(result)), end="\n\n")
    counted = Counter(result.verdict for result in results)
    words = [f"{VERDICT_WORDS[name].in_language(language)} {count}" for name, count in counted.items()]
    print(" · ".join(words))
    return 0


class _Ledger:
    """Writes the ledger for readers of one language."""

    def __init__(self, language: Language, catalogue: Catalogue) -> None:
        self.language, self.catalogue = language, catalogue
        self.words, self.formats = WORDS[language], Formats(language)

    def entry(self, result: ClaimResult) -> list[str]:
        """Everything about one claim."""
        from consumer_credit.ledger.words import VERDICT_WORDS  # noqa: PLC0415

        claim = result.claim
        verdict = VERDICT_WORDS[result.verdict].in_language(self.language)
        lines = [
            f"{claim.id}{self.words['colon']}{verdict}",
            f"  {claim.statement.in_language(self.language)}",
        ]
        if result.reason is not None:
            return [*lines, f"  {self._reason(result)}"]
        stated = self._value(claim.value, claim.unit, _decimals(claim))
        bound = self.words.get(claim.relation, "{}").format(stated)
        parts = [self.words["claimed"].format(bound)]
        if result.then.as_of != result.now.as_of:
            day = self.formats.date(result.then.as_of)
            parts.append(self.words["then"].format(day, self._outcome(result.then, claim)))
        parts.append(self.words["now"].format(self._outcome(result.now, claim)))
        lines.append(f"  {' · '.join(parts)}")
        assert result.then.amount is not None
        lines += [f"    {self._line(line, claim)}" for line in result.then.amount.lines]
        if result.definition is not None:
            from consumer_credit.ledger.quantities import title_of  # noqa: PLC0415

            named = title_of(result.definition.numerator, self.catalogue, self.language)
            lines.append(f"  {self.words['definition'].format(named)}")
        if search := result.reconciliation:
            counts = (search.tried, len(search.hits), search.tried_later, len(search.later_hits))
            lines.append(f"  {self.words['tried'].format(*map(self.formats.number, counts))}")
        return lines

    def _reason(self, result: ClaimResult) -> str:
        from consumer_credit.ledger.words import REASON_WORDS  # noqa: PLC0415

        assert result.reason is not None
        text = result.reason.text or REASON_WORDS[result.reason.code]
        series = f"{self._title(result.reason.series)}{self.words['colon']}" if result.reason.series else ""
        return f"{series}{text.in_language(self.language)}"

    def _line(self, line: Line, claim: Claim) -> str:
        from consumer_credit.ledger.words import LABELS, OPERATOR_SIGNS  # noqa: PLC0415

        name = self._title(line.series) if line.series else LABELS[line.label].in_language(self.language)
        period = self.formats.period(line.period) if line.period else ""
        value = self._span(line.value, line.low, line.high, line.unit, _decimals(claim) + 1)
        marks = [line.vintage] if line.vintage else []
        marks += [self.words["derived"]] if line.derived and line.series else []
        marks += [self.words["later"]] if line.later_vintage else []
        noted = f"  [{', '.join(marks)}]" if marks else ""
        sign = OPERATOR_SIGNS[line.operator]
        named = self.words["comma"].join(part for part in (name, period) if part)
        return f"{'    ' * line.level}{sign or ' '} {named}{self.words['colon']}{value}{noted}"

    def _outcome(self, finding: Finding, claim: Claim) -> str:
        if finding.amount is None:
            from consumer_credit.ledger.words import REASON_WORDS  # noqa: PLC0415

            assert finding.reason is not None
            return REASON_WORDS[finding.reason.code].in_language(self.language)
        found = finding.amount
        return self._span(found.value, found.low, found.high, found.unit, _decimals(claim) + 1)

    def _span(self, value: float | None, low: float, high: float, unit: str, decimals: int) -> str:
        if value is not None:
            return self._value(value, unit, decimals)
        return self.words["range"].format(self._value(low, unit, decimals), self._value(high, unit, decimals))

    def _value(self, value: float, unit: str, decimals: int) -> str:
        if unit in ("CNY", "USD"):
            return self.formats.money(value, unit)
        if unit == "fraction":
            return self.formats.percent(value, decimals)
        if unit == "pp":
            return self.formats.points(value)
        return self.formats.scaled(value, 2 if value % 1 else 0)

    def _title(self, series: str) -> str:
        known = self.catalogue.series.get(series)
        return str(getattr(known.short_title, self.language)) if known else series


def _decimals(claim: Claim) -> int:
    """The digits after the point with which a percentage was printed, read off its rounding."""
    if claim.unit != "fraction" or claim.half_unit == 0:
        return 0
    return max(0, math.ceil(-math.log10(200 * claim.half_unit)))

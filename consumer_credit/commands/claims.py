"""`python build_report.py claims`: the published claims held against the data, with sums and verdicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from consumer_credit.commands.output import print_json
from consumer_credit.locales import Language
from consumer_credit.project import Project

if TYPE_CHECKING:
    from consumer_credit.ledger.arithmetic import Line
    from consumer_credit.ledger.audit import ClaimResult
    from consumer_credit.ledger.claims import Claim
    from consumer_credit.report.chapters.claim_words import ClaimWords

WORDS = {
    "en": {
        "claimed": "claimed: {}",
        "then": "as known on {}: {}",
        "now": "on the newest data: {}",
        "definition": "given at the same date by: {}",
        "tried": "combinations public then: {} tried, {} fit; with data published since: {} and {}",
        "later": "later vintage",
        "derived": "derived",
        "colon": ": ",
        "comma": ", ",
    },
    "zh": {
        "claimed": "原文：{}",
        "then": "截至{}的数据：{}",
        "now": "最新数据：{}",
        "definition": "同一时点可由下列口径得出：{}",
        "tried": "当时已公布数据的组合：试算 {} 个，吻合 {} 个；使用此后公布的数据：{} 个和 {} 个",
        "later": "较晚版本",
        "derived": "推算",
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
    from consumer_credit.report.chapters.claim_words import ClaimWords  # noqa: PLC0415

    store = Store.open(project.data)
    results = audit(store, project.data)
    if json:
        print_json([result.as_json() for result in results])
        return 0
    ledger = _Ledger(ClaimWords(language, store.catalogue))
    for result in results:
        print("\n".join(ledger.entry(result)), end="\n\n")
    counted = Counter(result.verdict for result in results)
    words = [f"{VERDICT_WORDS[name].in_language(language)} {count}" for name, count in counted.items()]
    print(" · ".join(words))
    return 0


@dataclass(frozen=True)
class _Ledger:
    """Writes the ledger for readers of one language."""

    words: ClaimWords

    def entry(self, result: ClaimResult) -> list[str]:
        """Everything about one claim."""
        words, claim, own = self.words, result.claim, WORDS[self.words.language]
        lines = [f"{claim.id}{own['colon']}{words.verdict(result)}"]
        lines.append(f"  {claim.statement.in_language(words.language)}")
        if result.reason is not None:
            return [*lines, f"  {words.reason(result.reason)}"]
        parts = [own["claimed"].format(words.claimed(claim))]
        if result.then.as_of != result.now.as_of:
            day = words.formats.date(result.then.as_of)
            parts.append(own["then"].format(day, words.outcome(result.then, claim)))
        parts.append(own["now"].format(words.outcome(result.now, claim)))
        lines.append(f"  {' · '.join(parts)}")
        assert result.then.amount is not None
        lines += [f"    {self._line(line, claim)}" for line in result.then.amount.lines]
        if result.definition is not None:
            from consumer_credit.ledger.quantities import title_of  # noqa: PLC0415

            named = title_of(result.definition.numerator, words.catalogue, words.language)
            lines.append(f"  {own['definition'].format(named)}")
        if search := result.reconciliation:
            counts = (search.tried, len(search.hits), search.tried_later, len(search.later_hits))
            lines.append(f"  {own['tried'].format(*map(words.formats.number, counts))}")
        return lines

    def _line(self, line: Line, claim: Claim) -> str:
        from consumer_credit.report.chapters.claim_words import finer  # noqa: PLC0415

        words, own = self.words, WORDS[self.words.language]
        value = words.span(line.value, line.low, line.high, line.unit, finer(claim))
        marks = [line.vintage] if line.vintage else []
        marks += [own["derived"]] if line.derived and line.series else []
        marks += [own["later"]] if line.later_vintage else []
        noted = f"  [{', '.join(marks)}]" if marks else ""
        period = words.formats.period(line.period) if line.period else ""
        named = own["comma"].join(part for part in (words.line(line), period) if part)
        return f"{'    ' * line.level}{named}{own['colon']}{value}{noted}"

"""Messages say `1 row` and `2 rows`; none of them joins a number with a noun by itself."""

import re
from pathlib import Path

import pytest

from consumer_credit.counts import counted

PACKAGE = Path(__file__).parents[2] / "consumer_credit"


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_one_thing_is_said_in_the_singular(number, said):
    assert counted(number, "row") == said


def test_a_verb_goes_with_its_noun():
    assert counted(1, "result differs", "results differ") == "1 result differs"
    assert counted(3, "result differs", "results differ") == "3 results differ"


NOUNS = "attempt|blank|cell|day|error|field|figure|file|output|result|row|run|warning"


def test_no_message_puts_a_number_before_a_plural_by_itself():
    """`2 of 3 files` may: there is more than one."""
    alone = re.compile(rf"(?<!of )\{{(?!counted)[^{{}}]*\}} (?:more )?(?:{NOUNS})s\b")
    found = [
        f"{path.relative_to(PACKAGE)}: {match[0]}"
        for path in sorted(PACKAGE.rglob("*.py"))
        for match in alone.finditer(path.read_text(encoding="utf-8"))
    ]
    assert found == []

"""What tests count (inputs tried, faults injected, and how they ended) is added up and printed at the end.

No input that hypothesis tries has a time limit: how long one takes says more about the machine than about the code.
`make quick` and `make test` try a quarter of them (`--hypothesis-profile=quick`).
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("without haste", deadline=None)
settings.register_profile("quick", settings.get_profile("without haste"), max_examples=25)
settings.load_profile("without haste")

COUNTS = pytest.StashKey[Counter[tuple[str, str, str]]]()
_KEY = "robustness"


def pytest_configure(config: pytest.Config) -> None:
    """Begin counting."""
    config.stash[COUNTS] = Counter()


@pytest.fixture(scope="session")
def counts(pytestconfig: pytest.Config) -> Counter[tuple[str, str, str]]:
    """What was done how often, by (kind, subject, outcome); printed when all tests have run."""
    return pytestconfig.stash[COUNTS]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of xdist hands its counts to the process that prints them."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output[_KEY] = [[*key, number] for key, number in session.config.stash[COUNTS].items()]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """Add up what the workers counted."""
    for *key, number in getattr(node, "workeroutput", {}).get(_KEY, []):
        node.config.stash[COUNTS][tuple(key)] += number


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Print the counts, a line a subject and a sum a kind."""
    counts = config.stash[COUNTS]
    for kind in sorted({kind for kind, _, _ in counts}):
        outcomes = sorted({outcome for known, _, outcome in counts if known == kind})
        terminalreporter.section(kind)
        for subject in [*sorted({name for known, name, _ in counts if known == kind}), "all"]:
            numbers = {
                outcome: sum(
                    number
                    for (known, name, what), number in counts.items()
                    if known == kind and what == outcome and subject in (name, "all")
                )
                for outcome in outcomes
            }
            told = ", ".join(f"{number:,} {outcome}" for outcome, number in numbers.items())
            terminalreporter.write_line(f"{subject}: {told}")

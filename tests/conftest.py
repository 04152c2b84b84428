"""What tests count (inputs tried, faults injected, and how they ended) is added up and printed at the end.

The sample edition and its fonts, which take seconds to cut, are here for every folder of tests that shows pages.

No input that hypothesis tries has a time limit: how long one takes says more about the machine than about the code.
`make quick` and `make test` try a quarter of them (`--hypothesis-profile=quick`).
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

import consumer_credit.report.authoring.notebook_format  # noqa: F401  (before any other imports nbformat, and its grammar)

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


TESTS = Path(__file__).parent
SAMPLE = TESTS / "report" / "sample_edition.py"
CHARTS = TESTS / "unit" / "test_charts_layout.py"


@pytest.fixture(scope="session")
def of_all_workers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that the workers of xdist share, for what one of them makes for all."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def report_font_files(of_all_workers: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The report's fonts, cut for the sample edition, the labels and the tests' charts; once for all workers."""
    from consumer_credit.locales import catalogue_file
    from consumer_credit.report.fonts.sets import characters_of, report_fonts

    characters = characters_of([SAMPLE, CHARTS, catalogue_file("zh")]) | set("图表数据编制")
    with FileLock(of_all_workers / "fonts.lock"):
        cut = report_fonts(characters, of_all_workers / "fonts")
    own = tmp_path_factory.mktemp("fonts")  # pages keep their packed faces beside the fonts
    shutil.copytree(cut.folder, own / cut.folder.name)
    return report_fonts(characters, own)


@pytest.fixture(scope="session")
def sample_edition(report_font_files: Any) -> Callable[[str], Any]:
    """Make the assembled notebook of a small edition, in a language."""
    spec = importlib.util.spec_from_file_location("sample_edition", SAMPLE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return lambda language: module.sample_edition(language, report_font_files)

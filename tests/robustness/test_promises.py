"""What docs/security.md and docs/reliability.md promise is shown by tests that exist."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from consumer_credit.errors import UsageError

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
DOCUMENTS = sorted(
    path for name in ("security", "reliability") if (path := ROOT / "docs" / f"{name}.md").is_file()
)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_every_promise_names_a_test_that_exists(document):
    rows = [line for line in document.read_text(encoding="utf-8").splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 5
    for row in rows:
        found = NAMED.findall(row)
        assert found, f"no test named: {row}"
        for file, name in found:
            assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {name}"


def test_a_notebook_from_elsewhere_is_not_run(miniature, tmp_path):
    elsewhere = tmp_path / "02_beta.ipynb"
    (miniature.root / "notebooks" / "01_alpha.ipynb").rename(elsewhere)
    (miniature.root / "notebooks" / "02_beta.ipynb").symlink_to(elsewhere)
    with pytest.raises(
        UsageError, match=r"notebooks/02_beta\.ipynb: leads to .*only notebooks of this folder"
    ):
        miniature.project.chapters()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_in_the_place_of_a_notebook_is_refused_and_not_waited_for(miniature):
    os.mkfifo(miniature.root / "notebooks" / "02_beta.ipynb")
    with pytest.raises(UsageError, match=r"notebooks/02_beta\.ipynb: is no file"):
        miniature.project.chapters()

"""Claims about the whole report as it was last built: light enough to be read on a telephone line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

PUBLISHED = Path(__file__).parents[2] / "dist" / "latest"
MOST_BYTES = 2_000_000


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_of_all_chapters_stays_under_two_megabytes(language: str) -> None:
    page = PUBLISHED / language / "index.html"
    if not page.is_file():
        if os.environ.get("CI"):
            pytest.fail("the report has not been built: make report")
        pytest.skip("the report has not been built: make report")
    chapters = json.loads((PUBLISHED / language / "manifest.json").read_text(encoding="utf-8"))["chapters"]
    assert len(chapters) == 10
    assert page.stat().st_size < MOST_BYTES

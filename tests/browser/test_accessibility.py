"""axe-core finds nothing to say against the page: WCAG 2.2 AA and best practice, no rule switched off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def axe() -> str:
    """axe-core's script, from the package that carries it."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
    return (Path(package.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light")])
def test_no_violation_in_any_view(
    visit: Callable[..., Any], axe: str, language: str, width: int, scheme: str
) -> None:
    page = visit(language, width=width, color_scheme=scheme).page
    for closed in page.locator("details.code").all():
        closed.locator("summary").click()
    page.evaluate(axe)
    for tab in page.locator("#fig-gap [role=tab]").all():
        tab.click()
        found = page.evaluate(f"axe.run(document, {{runOnly: {{type: 'tag', values: {STANDARDS}}}}})")
        assert len(found["passes"]) > 20
        assert [
            (rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]
        ] == []

"""axe-core finds nothing to say against the page: WCAG 2.2 AA and best practice, no rule switched off."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.report.publishing.editions_index import Entry, Listed, index_page

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


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_violation_in_the_page_before_the_editions(
    chromium: Any, axe: str, tmp_path: Path, width: int, scheme: str
) -> None:
    documents = (("html", "en/index.html"), ("pdf", "en/report.pdf"))
    english = Entry("en", "en", "English", "Newest data", "What is known today.", documents)
    chinese = Entry("zh", "zh-Hans", "中文", "最新数据", "今日所知。", (("html", "zh/index.html"),))
    index = tmp_path / "index.html"
    index.write_text(
        index_page([Listed("latest", (english, chinese), (("All figures (CSV)", "data/"),))]),
        encoding="utf-8",
    )
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    page.goto(index.as_uri())
    page.evaluate(axe)
    found = page.evaluate(f"axe.run(document, {{runOnly: {{type: 'tag', values: {STANDARDS}}}}})")
    fits = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
    assert len(found["passes"]) > 20 and fits
    assert [
        (rule["id"], [node["html"][:120] for node in rule["nodes"]]) for rule in found["violations"]
    ] == []

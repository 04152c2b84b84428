"""A real Chromium with the network cut, and the page of a small edition on disk."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars"]
LANGUAGES = ("en", "zh")


@dataclass
class Visit:
    """An open page with everything it complained of and asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """The browser, gone with the module that uses it; without one tests are skipped, but fail where CI promises it."""
    executable = next(filter(None, map(shutil.which, NAMES)), None)
    if executable is None:
        reason = f"no Chromium on the path (looked for {', '.join(NAMES)}): install one to run these tests"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(of_all_workers: Path, sample_edition: Any, report_font_files: Any) -> Path:
    """The sample edition published as the build does, one folder a language; once for all workers of xdist."""
    from consumer_credit.report.page.html import ConsumerCreditHTMLExporter

    folder = of_all_workers / "site"
    with FileLock(of_all_workers / "site.lock"):
        for language, other, name in (("en", "zh", "中文"), ("zh", "en", "English")):
            if (folder / language).exists():
                continue
            alternates = [{"lang": other, "name": name, "href": f"../{other}/index.html"}]
            exporter = ConsumerCreditHTMLExporter(strict=True, fonts=report_font_files, alternates=alternates)
            page, _ = exporter.from_notebook_node(sample_edition(language))
            (folder / language).mkdir(parents=True)
            (folder / language / "index.html").write_text(page, encoding="utf-8")
    return folder


@pytest.fixture
def visit(chromium: Any, site: Path) -> Iterator[Any]:
    """Open the page of a language: ``visit("en", width=390, color_scheme="dark")``."""
    contexts = []

    def open_page(
        language: str, *, width: int = 1280, height: int = 900, anchor: str = "", **options: Any
    ) -> Visit:
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **options)
        contexts.append(context)
        opened = Visit(context.new_page())
        opened.page.on(
            "console",
            lambda message: (
                opened.complaints.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
        opened.page.on("request", lambda request: opened.requests.append(request.url))
        opened.page.goto((site / language / "index.html").as_uri() + anchor)
        opened.page.evaluate("document.fonts.ready")
        return opened

    yield open_page
    for context in contexts:
        context.close()

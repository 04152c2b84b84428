"""The ten chapters as they are published: axe-core finds nothing to say, and the console stays silent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.thorough]

ROOT = Path(__file__).parents[2]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""What of these looks at colours, and may find something else in the other theme."""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page in both languages, by the command; what the cache holds is not built again."""
    folder = tmp_path_factory.mktemp("published") / "report"
    command = [sys.executable, "build_report.py", "--format", "html", "--quiet", "--output", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def axe() -> str:
    """axe-core's script, from the package that carries it."""
    package = pytest.importorskip("axe_playwright_python", reason="needs axe-playwright-python")
    return (Path(package.__path__[0]) / "axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_violation_in_either_theme_and_no_complaint(
    chromium: Any, published: Path, axe: str, language: str, width: int
) -> None:
    complaints: list[str] = []
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="light", offline=True
    )
    page = context.new_page()
    page.set_default_timeout(600_000)  # the page is long, and axe looks at all of it
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((published / language / "index.html").as_uri())
    page.evaluate("document.fonts.ready")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "it scrolls sideways"
    page.evaluate(axe)
    for scheme, kind, rules in (("light", "tag", STANDARDS), ("dark", "rule", COLOURS)):
        page.emulate_media(color_scheme=scheme)
        asked = {"runOnly": {"type": kind, "values": rules}, "resultTypes": ["violations"]}
        found = page.evaluate("asked => axe.run(document, asked)", asked)
        assert len(found["passes"]) > (20 if kind == "tag" else 0)
        assert [
            (scheme, rule["id"], [node["html"][:120] for node in rule["nodes"]])
            for rule in found["violations"]
        ] == []
    context.close()
    assert complaints == []

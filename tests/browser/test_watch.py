"""Claims about `watch`, made as an editor would: change a file, look at the page.

One preview of one chapter serves the whole module, in a copy of the project, and each test leaves it mended.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to another process there"),
]

ROOT = Path(__file__).parents[2]
CHAPTER = "08_winning_customers.ipynb"
PATIENCE = 280_000
"""Milliseconds that a chapter may take on a busy machine."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as an editor has it, library included, with nothing published."""
    folder = tmp_path_factory.mktemp("editor") / "report"
    for name in ("consumer_credit", "data", "editions", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    shutil.copy(ROOT / "build_report.py", folder)
    if (ROOT / ".cache" / "fonts").is_dir():
        shutil.copytree(ROOT / ".cache" / "fonts", folder / ".cache" / "fonts")
    return folder


@pytest.fixture(scope="module")
def command(copy: Path) -> Iterator[subprocess.Popen[str]]:
    """`watch`, as started in a terminal."""
    arguments = ["watch", "--chapter", "winning_customers", "--language", "en", "--port", "0", "--no-open"]
    environment = {name: value for name, value in os.environ.items() if name != "CONSUMER_CREDIT_PROJECT"}
    with (copy / "said").open("w") as said:
        process = subprocess.Popen(
            [sys.executable, "build_report.py", *arguments],
            cwd=copy,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )
        yield process
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(10)
    assert process.stdout is not None
    process.stdout.close()


@pytest.fixture(scope="module")
def page(chromium: Any, command: subprocess.Popen[str]) -> Iterator[Any]:
    """The page in a browser, once there is one; what the browser complains of is a failure."""
    assert command.stdout is not None
    address = command.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/en/index\.html", address)
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda said: complaints.append(said.text) if said.type in {"error", "warning"} else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    page.wait_for_selector("figure.exhibit", timeout=PATIENCE)
    yield page
    assert [
        text for text in complaints if "ERR_INCOMPLETE_CHUNKED" not in text and "REFUSED" not in text
    ] == []
    context.close()


@pytest.fixture
def edit(copy: Path, page: Any) -> Iterator[Callable[[str, str, str], None]]:
    """Replace a text in a file as a careful editor does, by rename; put back what a failed test left."""
    before: dict[Path, str] = {}

    def replace(name: str, old: str, new: str) -> None:
        path = copy / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        before.setdefault(path, text)
        beside = path.with_name(f".{path.name}.new")
        beside.write_text(text.replace(old, new, 1), encoding="utf-8")
        beside.replace(path)

    yield replace
    for path, text in before.items():
        if path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def problem(page: Any) -> Any:
    return page.locator("#preview section.problem")


def wait_for_problem(page: Any, *parts: str) -> None:
    problem(page).wait_for(state="visible", timeout=PATIENCE)
    said = problem(page).inner_text()
    assert [part for part in parts if part not in said] == [], said
    assert page.locator("figure.exhibit").count() > 0, "the last good page stays below"


def wait_until_mended(page: Any) -> None:
    problem(page).wait_for(state="hidden", timeout=PATIENCE)
    page.locator("#preview output.doing").wait_for(state="hidden", timeout=PATIENCE)


def reading(page: Any, expression: str) -> Any:
    """What the page says of itself; None while it is being reloaded."""
    from playwright.sync_api import Error

    try:
        return page.evaluate(expression)
    except Error:
        return None


def parameter(page: Any, name: str) -> Any:
    return page.locator(".appendix tr", has=page.locator(f"code:text-is('{name}')")).locator("td").first


def test_a_changed_edition_changes_the_page_at_the_same_place(page: Any, edit: Any) -> None:
    figure = page.locator("figure.exhibit").nth(1)
    figure.get_by_role("tab", name="Table").click()
    figure.evaluate(
        "figure => scrollBy({top: figure.getBoundingClientRect().top - 200, behavior: 'instant'})"
    )
    before = figure.bounding_box()["y"]
    assert parameter(page, "dormant_share").inner_text() != "0.4"
    edit("editions/latest.yaml", "parameters:\n", "parameters:\n  dormant_share: 0.4\n")
    parameter(page, "dormant_share").filter(has_text="0.4").wait_for(state="attached", timeout=PATIENCE)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(300)
    assert abs(figure.bounding_box()["y"] - before) <= 2
    assert figure.get_by_role("tab", name="Table").get_attribute("aria-selected") == "true"
    assert page.evaluate("scrollY") > 300


def test_a_broken_edition_is_said_in_the_page_until_it_is_mended(page: Any, edit: Any) -> None:
    edit("editions/latest.yaml", "base_year:", "bas_year:")
    wait_for_problem(
        page, "editions/latest.yaml", "unknown parameter 'bas_year'", "did you mean 'base_year'?"
    )
    edit("editions/latest.yaml", "bas_year:", "base_year: {")
    problem(page).get_by_text("not valid YAML").wait_for(timeout=PATIENCE)
    edit("editions/latest.yaml", "base_year: {", "base_year:")
    wait_until_mended(page)


def test_a_cell_that_raises_is_named_with_its_lines(page: Any, edit: Any) -> None:
    opens = "chapter = open_chapter("
    edit(f"notebooks/{CHAPTER}", opens, f"1 / 0\\n{opens}")
    wait_for_problem(page, f"{CHAPTER}, cell", "ZeroDivisionError: division by zero", "│ 1 / 0")
    edit(f"notebooks/{CHAPTER}", f"1 / 0\\n{opens}", opens)
    wait_until_mended(page)


def test_a_template_and_the_library_are_followed_too(page: Any, edit: Any) -> None:
    edit("consumer_credit/report/templates/html/page.css", ":root {", ":root { --edited: yes;")
    edited = "getComputedStyle(document.documentElement).getPropertyValue('--edited').trim()"
    deadline = time.monotonic() + PATIENCE / 1000
    while reading(page, edited) != "yes":
        assert time.monotonic() < deadline, "the style sheet was not taken up"
        page.wait_for_timeout(200)
    edit("consumer_credit/report/formats.py", "def ", "def def ")
    wait_for_problem(page, "consumer_credit/report/formats.py", "SyntaxError")
    edit("consumer_credit/report/formats.py", "def def ", "def ")
    wait_until_mended(page)
    edit("consumer_credit/__init__.py", '__version__ = "', '__version__ = "97.')
    page.locator(".version", has_text="97.").wait_for(timeout=PATIENCE)


def test_it_ends_within_two_seconds_leaving_nothing(page: Any, command: Any, copy: Path) -> None:
    started = psutil.Process(command.pid).children(recursive=True)
    assert started
    began = time.monotonic()
    command.send_signal(signal.SIGINT)
    assert command.wait(10) == 0
    crowded = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert time.monotonic() - began < 2 * crowded
    assert [one for one in started if one.is_running() and one.status() != psutil.STATUS_ZOMBIE] == []
    said = (copy / "said").read_text()
    assert said.splitlines()[-1] == "preview ended; nothing was published" and "Traceback" not in said
    assert not (copy / "dist").exists()
    page.locator("#preview output.doing", has_text="The preview has ended").wait_for(timeout=10_000)

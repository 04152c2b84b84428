"""Claims about the chapters in JupyterLab itself: open, change a parameter, run all, and the figures follow.

One server and one browser serve the module; the project is a copy, with a publication for the summary to read.
Three chapters stand for all in the ordinary run; `CONSUMER_CREDIT_ALL_CHAPTERS=1` opens every one.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = [
    pytest.mark.browser,
    pytest.mark.thorough,
    pytest.mark.timeout(900),
    pytest.mark.skipif(os.name == "nt", reason="Ctrl-C cannot be sent to another process there"),
]

ROOT = Path(__file__).parents[2]
PATIENCE = 280_000
CHANGES = {
    "00_at_a_glance": ("base_year = 2016", "base_year = 2015"),
    "01_china": ("start_year = 2007", "start_year = 2012"),
    "02_united_states": ("start_year = 2007", "start_year = 2012"),
    "03_china_and_us": ('comparator = "USA"', 'comparator = "GBR"'),
    "04_how_big": ("outside_business_share_low = 0.25", "outside_business_share_low = 0.40"),
    "05_claims": ('as_of = "latest"', 'as_of = "2019-06-30"'),
    "06_world": ('as_of = "latest"', 'as_of = "2024-06-30"'),
    "07_room_to_grow": ("target_ratio = 0.20", "target_ratio = 0.30"),
    "08_winning_customers": ("dormant_share = 0.30", "dormant_share = 0.50"),
    "09_data_and_method": ('as_of = "latest"', 'as_of = "2019-06-30"'),
}
"""For each chapter a line of its parameters cell, and what an editor makes of it."""
ORDINARY = ("00_at_a_glance", "02_united_states", "08_winning_customers")
CHAPTERS = tuple(CHANGES) if os.environ.get("CONSUMER_CREDIT_ALL_CHAPTERS") else ORDINARY


def test_every_chapter_has_its_change() -> None:
    assert sorted(CHANGES) == sorted(path.stem for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with a publication of what the summary reads."""
    folder = tmp_path_factory.mktemp("lab") / "report"
    for name in ("notebooks", "editions", "data"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    if (ROOT / ".cache" / "fonts").is_dir():
        shutil.copytree(ROOT / ".cache" / "fonts", folder / ".cache" / "fonts")
    published = ROOT / "dist" / "latest"
    if (published / "en" / "results.json").is_file():
        shutil.copytree(published, folder / "dist" / "latest")
        return folder
    command = [sys.executable, str(ROOT / "build_report.py"), "--language", "en", "--format", "html"]
    target = folder / "dist" / "latest"
    environment = {**os.environ, "CONSUMER_CREDIT_PROJECT": str(folder)}
    subprocess.run(
        [*command, "--output", str(target.with_name("draft"))], env=environment, check=True, timeout=800
    )
    target.with_name("draft").rename(target)
    return folder


@pytest.fixture(scope="module")
def lab(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """JupyterLab on this machine's own address, with a token and settings of its own; gives the base address."""
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    environment = {
        **os.environ,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    environment |= {
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
    }
    environment |= {"JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"), "PYTHONPATH": str(ROOT)}
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--expose-app-in-browser",
        "--ServerApp.ip=127.0.0.1",
    ]
    command += [
        f"--ServerApp.port={port}",
        f"--IdentityProvider.token={token}",
        f"--ServerApp.root_dir={project}",
    ]
    command += ["--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=project, env=environment, stdout=log, stderr=log)
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 120
            while True:
                try:
                    urllib.request.urlopen(f"{address}/api?token={token}", timeout=5).close()
                    break
                except (urllib.error.URLError, OSError):
                    assert server.poll() is None, (home / "log").read_text()
                    assert time.monotonic() < deadline, (home / "log").read_text()
                    time.sleep(0.5)
            yield f"{address}|{token}"
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(5)


@pytest.fixture
def page(chromium: Any, lab: str) -> Iterator[Any]:
    context = chromium.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    yield page
    context.close()


IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
COUNTED = """(before) => {
  const panel = window.jupyterapp.shell.currentWidget;
  if (panel.sessionContext.session.kernel.status !== 'idle') return false;
  const code = panel.content.model.toJSON().cells.filter((cell) => cell.cell_type === 'code');
  const failed = code.some((cell) => cell.outputs.some((output) => output.output_type === 'error'));
  return code.length > 0 && (failed || code.every((cell) => cell.execution_count > before));
}"""
HIGHEST = """() => Math.max(0, ...window.jupyterapp.shell.currentWidget.content.model.toJSON().cells
  .map((cell) => cell.execution_count || 0))"""
OUTPUTS = """() => {
  const cells = window.jupyterapp.shell.currentWidget.content.model.toJSON().cells;
  return cells.flatMap((cell) => cell.outputs || []);
}"""


def run_all(page: Any) -> list[dict[str, Any]]:
    """Run › Run All Cells, as an editor clicks it; the outputs when every cell has run anew."""
    before = page.evaluate(HIGHEST)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(COUNTED, arg=before)
    return list(page.evaluate(OUTPUTS))


TO_PARAMETERS = """() => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const index = notebook.model.toJSON().cells.findIndex((cell) => (cell.metadata.tags || []).includes('parameters'));
  notebook.activeCellIndex = index;
  return notebook.scrollToItem(index, 'center');
}"""


def change(page: Any, old: str, new: str) -> None:
    """Go to the cell tagged `parameters` and type another value."""
    page.evaluate(TO_PARAMETERS)
    editor = page.locator(".jp-CodeCell.jp-mod-active .cm-content")
    editor.wait_for(state="visible")
    written = "\n".join(editor.locator(".cm-line").all_inner_texts())
    assert old in written
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(written.replace(old, new))


def errors(outputs: list[dict[str, Any]]) -> list[str]:
    return [f"{one['ename']}: {one['evalue']}" for one in outputs if one["output_type"] == "error"]


def drawings(outputs: list[dict[str, Any]]) -> list[str]:
    """Figures, or tables where a chapter has no figure, as the chapter gives them."""
    found = [one["data"] for one in outputs if "data" in one]
    svgs = ["".join(data["image/svg+xml"]) for data in found if "image/svg+xml" in data]
    return svgs or ["".join(data["text/html"]) for data in found if "text/html" in data]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_changed_parameter_redraws_the_figures(chapter: str, page: Any, lab: str) -> None:
    address, _, token = lab.partition("|")
    page.goto(f"{address}/lab/tree/notebooks/{chapter}.ipynb?reset&token={token}")
    page.locator(".jp-NotebookPanel .jp-CodeCell").first.wait_for()
    page.wait_for_function(IDLE)
    before = run_all(page)
    assert errors(before) == []
    assert drawings(before)
    change(page, *CHANGES[chapter])
    after = run_all(page)
    assert errors(after) == []
    assert drawings(after) and drawings(after) != drawings(before)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")


def test_without_its_token_the_server_opens_nothing(chromium: Any, lab: str) -> None:
    address = lab.partition("|")[0]
    for place in ("/api/contents", "/api/kernels"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address + place, timeout=30)

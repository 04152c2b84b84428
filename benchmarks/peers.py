"""The other tools that turn these notebooks into pages, each as its own documentation shows, in `.venv-peers`.

Rendering is to HTML; the notebooks are the same files that this project builds.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.workloads import ROOT, Workload
from consumer_credit.report.values import RESULTS_VARIABLE

ENVIRONMENT = ROOT / ".venv-peers"
PINS = ROOT / "benchmarks" / "requirements-peers.txt"
SCRIPTS = ROOT / "benchmarks" / "scripts"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / "python"

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome")

Commands = Sequence[Sequence[str]]


def install() -> None:
    """Make the peers' environment, unless it stands with these pins."""
    stamp = ENVIRONMENT / "pins.txt"
    if stamp.exists() and stamp.read_bytes() == PINS.read_bytes():
        return
    print("installing the peers into .venv-peers", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=True)
    uv = [sys.executable, "-m", "uv", "--system-certs", "pip", "install", "--quiet", "--python", PYTHON]
    subprocess.run([*uv, "--require-hashes", "-r", PINS], cwd=ROOT, check=True)
    subprocess.run([*uv, "--no-deps", "--no-build-isolation", "-e", "."], cwd=ROOT, check=True)
    stamp.write_bytes(PINS.read_bytes())


def environment(workload: Workload) -> Mapping[str, str]:
    """What notebooks need to find their project, and peers their own commands first."""
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return {
        **os.environ,
        "PATH": path,
        "CONSUMER_CREDIT_PROJECT": str(workload.folder),
        RESULTS_VARIABLE: str(workload.results),
        "PYTHONHASHSEED": "0",
    }


def papermill_loop(workload: Workload, out: Path) -> Commands:
    """`papermill`, then `jupyter nbconvert --to html`, for each notebook."""
    commands: list[list[str]] = []
    for path in workload.notebooks:
        done = str(out / path.name)
        run = [str(BIN / "papermill"), str(path), done, "--cwd", str(path.parent), "-p", "language", "en"]
        commands.append([*run, "-k", "python3", "--no-progress-bar"])
        commands.append([str(BIN / "jupyter"), "nbconvert", "--to", "html", done])
    return commands


def nbconvert_execute(workload: Workload, out: Path) -> Commands:
    """`jupyter nbconvert --execute --to html`, all notebooks at once."""
    options = [
        "--execute",
        "--ExecutePreprocessor.kernel_name=python3",
        "--to",
        "html",
        f"--output-dir={out}",
    ]
    return [[str(BIN / "jupyter"), "nbconvert", *options, *map(str, workload.notebooks)]]


def jupyter_book(workload: Workload, out: Path) -> Commands:
    """`jupyter-book build` with its cache; the book lies beside the output, so that a second build finds it."""
    return [[str(BIN / "jupyter-book"), "build", str(book(workload, out))]]


def book(workload: Workload, out: Path) -> Path:
    """The notebooks as a Jupyter Book, refreshed where they changed."""
    folder = out / "book"
    folder.mkdir(parents=True, exist_ok=True)
    for path in workload.notebooks:
        there = folder / path.name
        if not there.exists() or there.read_bytes() != path.read_bytes():
            shutil.copy(path, there)
    names = [path.stem for path in workload.notebooks]
    chapters = "".join(f"  - file: {name}\n" for name in names[1:])
    (folder / "_toc.yml").write_text(
        f"format: jb-book\nroot: {names[0]}\nchapters:\n{chapters}", encoding="utf-8"
    )
    config = "title: book\nauthor: none\nlogo: ''\nexecute: {execute_notebooks: cache, timeout: 300}\n"
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    return folder


def ploomber(workload: Workload, out: Path) -> Commands:
    """ploomber-engine's kernel in one process, then nbconvert's exporter in the same."""
    return [[str(PYTHON), str(SCRIPTS / "ploomber_loop.py"), str(out), *map(str, workload.notebooks)]]


def floor(workload: Workload, out: Path) -> Commands:
    """The cells as plain Python in one process, nothing rendered."""
    return [[sys.executable, str(SCRIPTS / "floor.py"), *map(str, workload.notebooks)]]


def chromium_print(chromium: str, workload: Workload, out: Path) -> Commands:
    """What nbconvert's `webpdf` does with a page: a headless Chromium prints it."""
    page = _newest(workload) / "index.html"
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={out / 'profile'}"]
    return [[chromium, *options, f"--print-to-pdf={out / 'report.pdf'}", page.as_uri()]]


def nbconvert_latex(workload: Workload, out: Path) -> Commands:
    """`jupyter nbconvert --to pdf` of the executed chapters."""
    chapters = sorted((_newest(workload) / "notebooks").glob("*.ipynb"))
    return [[str(BIN / "jupyter"), "nbconvert", "--to", "pdf", f"--output-dir={out}", *map(str, chapters)]]


def _newest(workload: Workload) -> Path:
    """The English folder of the newest build."""
    pages = workload.folder.glob("dist/*/en/index.html")
    return max(pages, key=lambda page: page.stat().st_mtime).parent

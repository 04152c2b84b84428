"""A published miniature report that builds are made of by the dozen, and what must hold after each fault.

A fault is counted as injected when it has hit something, not when it was meant to: a build that ends before it is
killed shows nothing.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from fuzzing import PROFILE

TIMES = {"few": 1, "ci": 2, "nightly": 40}[PROFILE]
"""How often each kind of fault is injected."""
ATTEMPTS = 4
"""How often for each of them it is tried; one that comes too late is tried again."""
PATIENCE = 240.0
DRIVER = Path(__file__).with_name("build_miniature.py")
EDITION = """\
title: {{en: Latest data {number}, zh: 最新数据}}
description: {{en: Newest., zh: 最新。}}
parameters: {{base_year: 2016}}
"""
SLOW_CELL = "import time\ntime.sleep(0.4)"


class Site:
    """A project of two chapters with a publication, its own folder for temporary files, and builds of it."""

    def __init__(self, miniature: Any, temporary: Path, counts: Counter[tuple[str, str, str]]) -> None:
        self.miniature, self.temporary, self.counts = miniature, temporary, counts
        self.edits = itertools.count(1)
        self.random = random.Random(20170425)
        for _ in range(2):  # the first may compile the library, and says nothing of how long a build takes
            self.edit()
            began = time.monotonic()
            code, said = self.build()
            assert code == 0, said
            self.seconds = time.monotonic() - began

    @property
    def dist(self) -> Path:
        return self.miniature.project.dist

    @property
    def publication(self) -> Path:
        return self.dist / "latest"

    def edit(self, *cells: Any) -> None:
        """Change both chapters, so that they have to run again, and the title, so that the page of editions changes."""
        number = next(self.edits)
        edition = self.miniature.root / "editions" / "latest.yaml"
        edition.write_text(EDITION.format(number=number), encoding="utf-8")
        code = self.miniature.code
        self.miniature.write("01_alpha.ipynb", *self.miniature.text, code(f"{SLOW_CELL}  # {number}"), *cells)
        self.miniature.write("02_beta.ipynb", code(f"{SLOW_CELL}  # {number}"))

    def start(self, *options: str, prefix: tuple[str, ...] = (), **variables: str) -> subprocess.Popen[str]:
        """Begin a build in a process group of its own, as a terminal does; `variables` of the environment."""
        environment = {"CONSUMER_CREDIT_PROJECT": str(self.miniature.root), "TMPDIR": str(self.temporary)}
        return subprocess.Popen(
            [*prefix, sys.executable, str(DRIVER), *options],
            env={**os.environ, **environment, **variables},
            cwd=self.miniature.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self, *options: str, prefix: tuple[str, ...] = (), **variables: str) -> tuple[int, str]:
        """Exit code and what was said."""
        return self.end_of(self.start(*options, prefix=prefix, **variables))

    def end_of(self, build: subprocess.Popen[str]) -> tuple[int, str]:
        """Wait for a build: exit code and what was said, which is never a traceback."""
        try:
            _, said = build.communicate(timeout=PATIENCE)
        finally:
            build.kill()
        assert "Traceback" not in said, said
        assert "bug of ours" not in said, said
        return build.returncode, said

    def some_moment(self) -> float:
        """Seconds after its start at which a build is likely to be running."""
        return self.random.uniform(0.1, 0.9 * self.seconds)

    def until(self, fault: str, times: int = TIMES) -> Iterator[int]:
        """Turns until the fault has hit so many times; an edit that nobody has built yet stands at each."""
        before = self.counts["faults injected", fault, "injected"]
        for turn in range(ATTEMPTS * times):
            if self.counts["faults injected", fault, "injected"] - before == times:
                return
            self.edit()
            yield turn
        assert self.counts["faults injected", fault, "injected"] - before == times, f"{fault}: seldom hits"

    def processes(self) -> list[psutil.Process]:
        """Every living process that works on this project."""
        return processes_of(self.miniature.root)

    def are_gone(self, seconds: float = PATIENCE / 4) -> None:
        """No process is left, within that time."""
        are_gone(self.processes, seconds)

    def shows_the_newest_edit(self) -> None:
        """The publication was made of the first chapter as it now stands."""
        name = "notebooks/01_alpha.ipynb"
        inputs = manifest(self.publication / "en")["inputs"]
        assert inputs[name] == hashlib.sha256((self.miniature.root / name).read_bytes()).hexdigest()

    def litter(self) -> list[str]:
        """Whatever a build leaves behind when it is not let to clear up."""
        half_written = [path for path in self.miniature.root.rglob(".*") if path.name.endswith(".new")]
        half_kept = (self.miniature.project.cache / "results").rglob(".new-*")
        beside = [path for path in self.dist.iterdir() if path.name.startswith(".")]
        return [str(path) for path in (*beside, *self.temporary.iterdir(), *half_written, *half_kept)]

    def survived(self, fault: str, *, killed: bool = False) -> None:
        """The publication is whole and no process is left; the next build succeeds, and nothing lies about.

        Only what was `killed` leaves its clearing up to the next build; and to the one after an hour what it was about
        to write into the cache.
        """
        self.counts["faults injected", fault, "injected"] += 1
        is_whole(self.publication)
        index_is_whole(self.dist)
        self.are_gone()
        assert killed or not self.litter(), self.litter()
        self.edit()
        code, said = self.build()
        assert code == 0, said
        is_whole(self.publication)
        self.shows_the_newest_edit()
        left = [name for name in self.litter() if not (killed and "/results/" in name)]
        assert not left, left
        self.counts["faults injected", fault, "survived"] += 1


def manifest(folder: Path) -> dict[str, Any]:
    """What a language of a publication says of itself."""
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


def is_whole(publication: Path) -> None:
    """Both languages are of one build, and hold the files that their manifests list, each with its hash."""
    for language in ("en", "zh"):
        folder = publication / language
        outputs = manifest(folder)["outputs"]
        assert {"index.html", "report.pdf", "results.json"} <= set(outputs)
        found = {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in folder.rglob("*")
            if path.is_file() and path.name != "manifest.json"
        }
        assert found == outputs
    one, other = (manifest(publication / language) for language in ("en", "zh"))
    assert (one["started"], one["inputs"]) == (other["started"], other["inputs"])


def index_is_whole(dist: Path) -> None:
    """The page that leads to the editions is there from its beginning to its end."""
    page = (dist / "index.html").read_text(encoding="utf-8")
    assert "Latest data" in page
    assert page.rstrip().endswith("</html>")


def is_alive(process: psutil.Process) -> bool:
    """Whether it runs and could still do something."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def processes_of(root: Path) -> list[psutil.Process]:
    """Every living process but this one that was started for a project, or names it in its command."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            mine = process.environ().get("CONSUMER_CREDIT_PROJECT") == str(root)
            mine = mine or any(word.startswith(f"{root}{os.sep}") for word in process.cmdline())
            if mine and process.pid != os.getpid() and is_alive(process):
                found.append(process)
    return found


def are_gone(living: Callable[[], list[psutil.Process]], seconds: float = PATIENCE / 4) -> None:
    """None of these processes is left, within that time."""
    deadline = time.monotonic() + seconds
    while (left := living()) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not left, [process.cmdline() for process in left]


def chosen(build: subprocess.Popen[str], choose: Callable[[], list[psutil.Process]]) -> list[psutil.Process]:
    """The processes chosen, as soon as there are any; none when the build ends before."""
    while build.poll() is None:
        with suppress(psutil.NoSuchProcess):
            if found := choose():
                return found
        time.sleep(0.01)
    return []


def kill(victims: list[psutil.Process]) -> bool:
    """End processes with SIGKILL; whether any of them was alive."""
    alive = [process for process in victims if is_alive(process)]
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    return bool(alive)

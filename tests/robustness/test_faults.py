"""Faults for real, at random moments: the last publication stays whole, nothing is left, the next build succeeds."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from fuzzing import PROFILE

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="signals and namespaces of Linux"),
    pytest.mark.timeout(1800),
]

ROOT = Path(__file__).parents[2]
DRIVER = Path(__file__).with_name("build_miniature.py")
TIMES = {"few": 1, "ci": 2, "nightly": 40}[PROFILE]
PATIENCE = 240.0
SLOW_CELL = "import time\ntime.sleep(0.4)"


class Site:
    """A project of two chapters with a publication, its own folder for temporary files, and builds of it."""

    def __init__(self, miniature: Any, temporary: Path, counts: Any) -> None:
        self.miniature, self.temporary, self.counts = miniature, temporary, counts
        self.edits = itertools.count(1)
        self.random = random.Random(20170425)
        self.edit()
        began = time.monotonic()
        assert self.build()[0] == 0, self.build()
        self.seconds = time.monotonic() - began

    @property
    def publication(self) -> Path:
        return self.miniature.project.dist / "latest"

    def edit(self, *cells: Any) -> None:
        """Change both chapters, so that they have to run again."""
        number = next(self.edits)
        code = self.miniature.code
        self.miniature.write("01_alpha.ipynb", *self.miniature.text, code(f"{SLOW_CELL}  # {number}"), *cells)
        self.miniature.write("02_beta.ipynb", code(f"{SLOW_CELL}  # {number}"))

    def start(self, *options: str, prefix: tuple[str, ...] = (), **variables: str) -> subprocess.Popen[str]:
        environment = {"CONSUMER_CREDIT_PROJECT": str(self.miniature.root), "TMPDIR": str(self.temporary)}
        return subprocess.Popen(
            [*prefix, sys.executable, str(DRIVER), *options],
            env={**os.environ, **environment, **variables},
            cwd=self.miniature.root,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def build(self, *options: str, prefix: tuple[str, ...] = (), **variables: str) -> tuple[int, str]:
        """Exit code and what was said; `variables` of the environment."""
        process = self.start(*options, prefix=prefix, **variables)
        try:
            _, said = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
        assert "Traceback" not in said, said
        assert "bug of ours" not in said, said
        return process.returncode, said

    def some_moment(self) -> float:
        return self.random.uniform(0.1, 1.1 * self.seconds)

    def processes(self) -> list[psutil.Process]:
        """Every living process that works on this project."""
        found = []
        for process in psutil.process_iter():
            try:
                mine = process.environ().get("CONSUMER_CREDIT_PROJECT") == str(self.miniature.root)
                if mine and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def shows_the_newest_edit(self) -> None:
        """The publication was made of the first chapter as it now stands."""
        name = "notebooks/01_alpha.ipynb"
        inputs = json.loads((self.publication / "en" / "manifest.json").read_text(encoding="utf-8"))["inputs"]
        assert inputs[name] == hashlib.sha256((self.miniature.root / name).read_bytes()).hexdigest()

    def survived(self, fault: str) -> None:
        """The publication is whole, no process is left; the next build succeeds and clears up."""
        is_whole(self.publication)
        deadline = time.monotonic() + PATIENCE / 4
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left, left
        self.edit()
        code, said = self.build()
        assert code == 0, said
        is_whole(self.publication)
        assert not [path.name for path in self.miniature.project.dist.iterdir() if path.name.startswith(".")]
        assert not list(self.temporary.iterdir())
        self.counts["faults injected", fault, "injected"] += 1
        self.counts["faults injected", fault, "survived"] += 1


def is_whole(publication: Path) -> None:
    """Every language has a manifest, and every file that it lists with its hash."""
    for language in ("en", "zh"):
        folder = publication / language
        outputs = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["outputs"]
        assert {"index.html", "report.pdf", "results.json"} <= set(outputs)
        for name, digest in outputs.items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name


@pytest.fixture
def site(miniature: Any, counts: Any) -> Iterator[Site]:
    temporary = Path(tempfile.mkdtemp(prefix="cc", dir="/tmp"))  # short: sockets have short names
    made = Site(miniature, temporary, counts)
    try:
        yield made
    finally:
        for process in made.processes():
            process.kill()
        shutil.rmtree(temporary, ignore_errors=True)


def generations(build: subprocess.Popen[str]) -> tuple[list[psutil.Process], list[psutil.Process]]:
    """Children of the build, and their children."""
    try:
        mine = psutil.Process(build.pid)
        children = mine.children()
        return children, [p for p in mine.children(recursive=True) if p not in children]
    except psutil.NoSuchProcess:
        return [], []


@pytest.mark.parametrize("victim", ["the build", "a kernel", "the warm process", "all of them"])
def test_kill_9_at_any_moment(site, victim):
    for _ in range(TIMES):
        site.edit()
        build = site.start("--quiet")
        time.sleep(site.some_moment())
        children, grandchildren = generations(build)
        if victim in ("the build", "all of them"):
            build.kill()
        chosen = {"a kernel": grandchildren[-1:], "the warm process": children[:1]}.get(victim, [])
        for process in [*children, *grandchildren] if victim == "all of them" else chosen:
            if process.is_running():
                process.kill()
        _, said = build.communicate(timeout=PATIENCE)
        assert build.returncode in (0, 5, -signal.SIGKILL), said
        assert "Traceback" not in said
        site.survived(f"kill -9 of {victim}")


def test_ctrl_c_ends_at_once_with_130(site):
    for _ in range(TIMES):
        site.edit()
        build = site.start()
        assert build.stderr is not None
        build.stderr.readline()
        time.sleep(site.random.uniform(0, site.seconds))
        began = time.monotonic()
        build.send_signal(signal.SIGINT)
        _, said = build.communicate(timeout=PATIENCE)
        assert build.returncode in (0, 130), said
        if build.returncode == 130:
            assert time.monotonic() - began < 2 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
            assert said.splitlines()[-1].startswith("interrupted")
        assert "Traceback" not in said
        site.survived("Ctrl-C")


def test_two_builds_at_once_on_one_folder(site):
    for _ in range(TIMES):
        site.edit()
        builds = [site.start(), site.start()]
        said = [build.communicate(timeout=PATIENCE)[1] for build in builds]
        assert [build.returncode for build in builds] == [0, 0], said
        site.survived("two builds at once")


BOUNDLESS = {
    "never ends": ("while True:\n    pass", ("--cell-timeout", "2"), "ran longer than 2 s"),
    "eats all memory": (
        "hoard = []\nwhile True:\n    hoard.append(bytearray(1 << 26))",
        ("--memory-limit", "800"),
        "memory",
    ),
}


@pytest.mark.parametrize("kind", BOUNDLESS)
def test_a_cell_that_knows_no_bounds_is_named_with_its_limit(site, kind):
    source, limit, told = BOUNDLESS[kind]
    for _ in range(TIMES):
        site.edit(site.miniature.code(source))
        code, said = site.build(*limit)
        assert code == 5, said
        assert "01_alpha.ipynb, cell" in said
        assert told in said
        site.survived(f"a cell that {kind}")


UNREADABLE = {
    "a folder": lambda path: path.mkdir(),
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a pipe that nobody writes to": os.mkfifo,
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe\x00\xd8 \x80"),
    "gone": lambda path: None,
}


@pytest.mark.parametrize("place", ["notebooks/01_alpha.ipynb", "editions/latest.yaml"])
@pytest.mark.parametrize("state", UNREADABLE)
def test_a_file_that_cannot_be_read(site, place, state):
    site.edit()
    path = site.miniature.root / place
    kept = path.read_bytes()
    path.unlink()
    UNREADABLE[state](path)
    code, said = site.build()
    path.rmdir() if path.is_dir() else path.unlink(missing_ok=True)
    path.write_bytes(kept)
    if (place, state) == ("notebooks/01_alpha.ipynb", "gone"):
        assert code == 0, "a report of the other chapter"
    else:
        assert code in (2, 3, 4), said
        assert path.stem in said
    site.survived(f"a file that is {state}")


READS_A_FILE = "from pathlib import Path\nPath('../data/observations/none.csv').read_text()"


@pytest.mark.parametrize("name", ["notebooks/02_beta.ipynb", "data/observations/none.csv"])
def test_a_file_that_vanishes_during_the_build(site, name):
    observations = site.miniature.root / "data" / "observations" / "none.csv"
    for _ in range(TIMES):
        observations.write_text("series,period,value,vintage,source\n", encoding="utf-8")
        site.edit(site.miniature.code(READS_A_FILE))
        build = site.start()
        time.sleep(site.some_moment())
        (site.miniature.root / name).unlink()
        _, said = build.communicate(timeout=PATIENCE)
        assert build.returncode in (0, 2, 3, 4), said
        assert build.returncode == 0 or Path(name).stem in said, said
        assert "Traceback" not in said
        assert "bug of ours" not in said
        site.survived(f"a vanished {'notebook' if name.endswith('.ipynb') else 'data file'}")


SETS_THE_CLOCK_BACK = """
import time
_time, _time_ns, _began = time.time, time.time_ns, time.monotonic()
def _back():
    return 31_000_000 if time.monotonic() - _began > {after} else 0
time.time = lambda: _time() - _back()
time.time_ns = lambda: _time_ns() - _back() * 10**9
"""


@pytest.mark.parametrize("after", [0, 1])
def test_a_clock_set_back_by_a_year(site, tmp_path, after):
    """From the beginning, so that every file comes from the future; or a second after a process has begun."""
    (tmp_path / "sitecustomize.py").write_text(SETS_THE_CLOCK_BACK.format(after=after), encoding="utf-8")
    for _ in range(TIMES):
        for _ in range(2):
            limit = time.time() - 30_000_000 if after == 0 else time.time() + 30_000_000
            site.edit(site.miniature.code(f"import time\nassert time.time() < {limit}"))
            code, said = site.build(PYTHONPATH=str(tmp_path))
            assert code == 0, said
            site.shows_the_newest_edit()
        site.survived("a clock set back by a year")


def test_an_edit_stamped_before_the_last_build(site):
    path = site.miniature.root / "notebooks" / "01_alpha.ipynb"
    for turn in range(TIMES):
        before = path.stat()
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("sleep(0.4)", f"sleep(0.{turn % 4 + 5})"), encoding="utf-8")
        assert path.stat().st_size == before.st_size
        os.utime(path, (before.st_atime - 3e7, before.st_mtime - 3e7))
        code, said = site.build()
        assert code == 0, said
        site.shows_the_newest_edit()
        site.survived("an edit stamped a year earlier")


NAMESPACE = ("unshare", "--mount", "--propagation", "private", "sh", "-c")
FULL = """
mount -t tmpfs -o size=4m tmpfs "$DIST" && cp -a "$KEPT/." "$DIST" || exit 99
dd if=/dev/zero of="$DIST/filler" bs=4k 2>/dev/null; truncate -s -{free}k "$DIST/filler"
"$@"; code=$?; rm "$DIST/filler"; cp -a "$DIST/." "$OUT"; exit $code
"""
READ_ONLY = """
mount --bind "$DIST" "$DIST" && mount -o remount,ro,bind "$DIST" || exit 99
"$@"; code=$?; cp -a "$DIST/." "$OUT"; exit $code
"""


def in_namespace(site: Site, script: str, tmp_path: Path, turn: int) -> tuple[int, str, Path]:
    """Build with `dist` mounted as the script says: exit code, what was said, and what stood in `dist` afterwards."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("mounting needs root and unshare")
    dist, kept, out = site.miniature.project.dist, tmp_path / f"kept{turn}", tmp_path / f"out{turn}"
    shutil.copytree(dist, kept)
    out.mkdir()
    given = f"DIST='{dist}' KEPT='{kept}' OUT='{out}'; {script}"
    code, said = site.build(prefix=(*NAMESPACE, given, "sh"))
    if code == 99:
        pytest.skip(f"mounting is not allowed here: {said.strip()}")
    return code, said, out


def test_a_full_disk(site, tmp_path):
    for turn in range(TIMES):
        site.edit()
        free = site.random.choice([0, 4, 8, 12, 16, 24])
        code, said, out = in_namespace(site, FULL.format(free=free), tmp_path, turn)
        assert code in (0, 6), said
        if code == 6:
            assert "free some" in said, said
        is_whole(out / "latest")
        site.survived("a full disk")


def test_a_read_only_output_folder(site, tmp_path):
    for turn in range(TIMES):
        site.edit()
        code, said, out = in_namespace(site, READ_ONLY, tmp_path, turn)
        assert code == 6, said
        assert "--output" in said
        is_whole(out / "latest")
        site.survived("a read-only output folder")

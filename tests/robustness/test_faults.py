"""Faults for real, at random moments: the last publication stays whole, nothing is left, the next build succeeds."""

from __future__ import annotations

import math
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from sites import TIMES, Site, chosen, index_is_whole, is_whole, kill

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(sys.platform != "linux", reason="signals and namespaces of Linux"),
    pytest.mark.timeout(3600),
]


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


STARTS_A_PROCESS = "import subprocess\nsubprocess.Popen(['sleep', '3600'])\n"
VICTIMS = {
    "the build": lambda build: [build],
    "a kernel": lambda build: [kernel for warm in build.children() for kernel in warm.children()],
    "the warm process": lambda build: build.children(),
    "all of them": lambda build: [build, *build.children(recursive=True)],
}


@pytest.mark.parametrize("victim", VICTIMS)
def test_kill_9_at_any_moment(site, victim):
    """Some cells have started processes of their own, which go as well."""
    fault = f"kill -9 of {victim}"
    for turn in site.until(fault):
        if turn % 2 == 0:
            site.edit(site.miniature.code(STARTS_A_PROCESS + "import time\ntime.sleep(0.4)"))
        build = site.start("--quiet")
        process = psutil.Process(build.pid)
        chosen(build, lambda process=process: VICTIMS[victim](process))
        time.sleep(site.some_moment() * (0.3 if victim == "a kernel" else 0.8))
        victims = chosen(build, lambda process=process: VICTIMS[victim](process))
        hit = kill([site.random.choice(victims)] if victims and victim == "a kernel" else victims)
        code, said = site.end_of(build)
        if not hit:
            assert code == 0, said
            continue
        if victim in ("the build", "all of them"):
            assert code in (-signal.SIGKILL, 0), said  # or it had said its last word
        else:
            assert code in (0, 5), said
            assert code == 0 or re.search(r"0[12]_(alpha|beta)\.ipynb.*(SIGKILL|died|start)", said), said
        site.survived(fault, killed=True)


def test_kill_9_of_a_build_with_ordinary_kernels(site):
    fault = "kill -9 of a build with ordinary kernels"
    for _ in site.until(fault):
        build = site.start("--quiet", "--cold-kernels")
        process = psutil.Process(build.pid)
        chosen(build, process.children)
        time.sleep(site.some_moment())
        hit = kill([process])
        code, said = site.end_of(build)
        if hit:
            assert code in (-signal.SIGKILL, 0), said
            site.survived(fault, killed=True)


@pytest.mark.parametrize("how", ["from the terminal", "of the build alone", "twice"])
def test_ctrl_c_ends_at_once_with_130(site, how):
    fault = f"Ctrl-C {how}"
    for _ in site.until(fault, math.ceil(TIMES / 2)):
        build = site.start()
        assert build.stderr is not None
        build.stderr.readline()
        time.sleep(site.random.uniform(0, 0.8 * site.seconds))
        began = time.monotonic()
        if how == "from the terminal":
            os.killpg(build.pid, signal.SIGINT)
        else:
            build.send_signal(signal.SIGINT)
        if how == "twice":
            time.sleep(site.random.uniform(0, 0.3))
            build.send_signal(signal.SIGINT)
        code, said = site.end_of(build)
        assert code in (0, 130), said
        if code == 130:
            crowded = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
            assert time.monotonic() - began < 2 * crowded
            assert said.splitlines()[-1].startswith("interrupted")
            site.are_gone(max(0.0, began + 2 * crowded - time.monotonic()))
            site.survived(fault)


def test_two_builds_at_once_on_one_folder(site):
    fault = "two builds at once"
    for _ in site.until(fault):
        first = site.start()
        time.sleep(site.random.uniform(0, 0.2 * site.seconds))
        ends = [site.end_of(build) for build in (first, site.start())]
        assert [code for code, _ in ends] == [0, 0], ends
        waited = [said for _, said in ends if "waiting for another build of latest to end" in said]
        assert len(waited) <= 1, ends
        if waited:  # else the first had ended before the second came to it
            site.survived(fault)


BOUNDLESS = {
    "never ends": (
        [
            "while True:\n    pass",
            "import time\ntime.sleep(3600)",
            "while True:\n    try:\n        while True:\n            pass\n"
            "    except BaseException:\n        pass",
        ],
        ("--cell-timeout", "2"),
        "ran longer than 2 s",
    ),
    "eats all memory": (
        [
            "hoard = []\nwhile True:\n    hoard.append(bytearray(1 << 26))",
            "hoard = []\nwhile True:\n    hoard.append(list(range(1000)))",
        ],
        ("--memory-limit", "800"),
        "needs more than the 800 MB of memory",
    ),
}


@pytest.mark.parametrize("kind", BOUNDLESS)
def test_a_cell_that_knows_no_bounds_is_named_with_its_limit(site, kind):
    sources, limit, told = BOUNDLESS[kind]
    for turn in site.until(f"a cell that {kind}"):
        site.edit(site.miniature.code(sources[turn % len(sources)]))
        code, said = site.build(*limit)
        assert code == 5, said
        assert re.search(rf"01_alpha\.ipynb, cell \d.*{told}", said), said
        site.survived(f"a cell that {kind}")


def as_others() -> tuple[str, ...]:
    """What stands before a command to which permissions are to apply, though root runs it."""
    if os.geteuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("permissions bind root with setpriv only")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search")


UNREADABLE = {
    "a folder": lambda path: path.mkdir(),
    "a link to nowhere": lambda path: path.symlink_to("nowhere"),
    "a pipe that nobody writes to": os.mkfifo,
    "no UTF-8": lambda path: path.write_bytes(b"\xff\xfe\x00\xd8 \x80"),
    "gone": lambda path: None,
    "not for us to read": lambda path: path.touch(0o000),
}


@pytest.mark.parametrize("place", ["notebooks/01_alpha.ipynb", "editions/latest.yaml"])
@pytest.mark.parametrize("state", UNREADABLE)
def test_a_file_that_cannot_be_read(site, place, state):
    for _ in site.until(f"a file that is {state}", math.ceil(TIMES / len(UNREADABLE) / 2)):
        path = site.miniature.root / place
        kept = path.read_bytes()
        path.unlink()
        UNREADABLE[state](path)
        code, said = site.build(prefix=as_others() if state == "not for us to read" else ())
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
    fault = f"a vanished {'notebook' if name.endswith('.ipynb') else 'data file'}"
    observations = site.miniature.root / "data" / "observations" / "none.csv"
    for _ in site.until(fault):
        observations.write_text("series,period,value,vintage,source\n", encoding="utf-8")
        site.edit(site.miniature.code(READS_A_FILE))
        build = site.start()
        time.sleep(site.some_moment())
        if build.poll() is not None:
            continue
        (site.miniature.root / name).unlink()
        code, said = site.end_of(build)
        assert code in (0, 2, 3, 4), said
        assert code == 0 or Path(name).stem in said, said
        site.survived(fault)


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
    fault = "a clock set back by a year"
    (tmp_path / "sitecustomize.py").write_text(SETS_THE_CLOCK_BACK.format(after=after), encoding="utf-8")
    for _ in site.until(fault, math.ceil(TIMES / 2)):
        limit = time.time() - 30_000_000 if after == 0 else time.time() + 30_000_000
        site.edit(site.miniature.code(f"import time\nassert time.time() < {limit}"))
        code, said = site.build(PYTHONPATH=str(tmp_path))
        assert code == 0, said
        site.shows_the_newest_edit()
        site.survived(fault)


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


def in_namespace(site: Site, script: str, tmp_path: Path, turn: int) -> tuple[int, str]:
    """Build with `dist` mounted as the script says, and look at what stands there then: exit code, what was said."""
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        pytest.skip("mounting needs root and unshare")
    kept, out = tmp_path / f"kept{turn}", tmp_path / f"out{turn}"
    shutil.copytree(site.dist, kept)
    out.mkdir()
    given = f"DIST='{site.dist}' KEPT='{kept}' OUT='{out}'; {script}"
    code, said = site.build(prefix=(*NAMESPACE, given, "sh"))
    if code == 99:
        pytest.skip(f"mounting is not allowed here: {said.strip()}")
    is_whole(out / "latest")
    index_is_whole(out)
    assert {path.name for path in out.iterdir()} == {"latest", "index.html"}, "nothing lies about"
    return code, said


def test_a_full_disk(site, tmp_path):
    for turn in site.until("a full disk"):
        free = site.random.randrange(0, 160, 4)
        code, said = in_namespace(site, FULL.format(free=free), tmp_path, turn)
        if code != 0:
            assert code == 6, said
            assert "free some" in said, said
            site.survived("a full disk")


def test_a_read_only_output_folder(site, tmp_path):
    for turn in site.until("a read-only output folder"):
        code, said = in_namespace(site, READ_ONLY, tmp_path, turn)
        assert code == 6, said
        assert "--output" in said
        site.survived("a read-only output folder")


def test_an_output_folder_that_is_not_ours_to_write(site):
    for _ in site.until("an output folder that is not ours to write"):
        site.dist.chmod(0o555)
        code, said = site.build(prefix=as_others())
        site.dist.chmod(0o755)
        assert code == 6, said
        assert "--output" in said
        site.survived("an output folder that is not ours to write")

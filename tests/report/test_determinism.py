"""The same inputs give the same bytes, wherever, whenever and by whomever they are built; only manifests vary."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRINTS_WHAT_COULD_VARY = """\
import locale, os, time
import matplotlib
print(matplotlib.rcParams["lines.linewidth"], time.tzname, hash("a"), sorted({"a", "b", "c"}), list({"x", "y", "z"}))
print(repr(object).replace(os.getcwd(), ""), locale.getpreferredencoding())
"""


def published(project, *, options=(), umask=0o022, **environment):
    """What the command publishes in one environment, manifests apart."""
    done = subprocess.run(
        [sys.executable, ROOT / "build_report.py", "--no-cache", "--quiet", *options],
        env={**os.environ, "CONSUMER_CREDIT_PROJECT": str(project), **environment},
        cwd=project.parent,
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    folders = [path for path in (project / "dist").iterdir() if path.is_dir()]
    return {
        path.relative_to(project).as_posix(): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


def elsewhere(tmp_path):
    """An environment that has nothing in common with the usual one."""
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "matplotlibrc").write_text("lines.linewidth: 7.5\nfont.size: 31\n", encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    return {
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "4711",
        "LC_ALL": "C",
        "LANG": "tr_TR.UTF-8",
        "MPLCONFIGDIR": str(settings),
        "HOME": str(home),
    }


@pytest.mark.thorough
@pytest.mark.timeout(900)
@pytest.mark.skipif(os.name == "nt", reason="umask and time zones as Unix has them")
def test_a_small_report_is_the_same_in_another_folder_time_zone_locale_and_hash_seed(miniature, tmp_path):
    miniature.write("01_alpha.ipynb", miniature.code(PRINTS_WHAT_COULD_VARY), *miniature.text)
    other = tmp_path / "another place, 另一处" / "project"
    shutil.copytree(miniature.root, other)
    options = ("--language", "en")
    here = published(miniature.root, options=options, PYTHONHASHSEED="1")
    there = published(
        other, options=(*options, "--workers", "1", "--cold-kernels"), umask=0o077, **elsewhere(tmp_path)
    )
    assert {"dist/latest~draft/en/index.html", "dist/latest~draft/en/report.pdf"} <= set(here)
    assert sorted(here) == sorted(there)
    notebook = "dist/latest~draft/en/notebooks/01_alpha.ipynb"
    assert here[notebook].decode() == there[notebook].decode()
    assert [name for name, content in here.items() if there[name] != content] == []


@pytest.mark.thorough
@pytest.mark.timeout(1800)
@pytest.mark.skipif(os.name == "nt", reason="umask and time zones as Unix has them")
def test_the_report_is_the_same_everywhere_and_its_figures_are_those_committed(tmp_path):
    places = [tmp_path / "one" / "project", tmp_path / "二" / "deeper" / "project"]
    for place in places:
        for name in ("data", "editions", "notebooks", "figures"):
            shutil.copytree(ROOT / name, place / name)
        for name in ("requirements.txt", "pyproject.toml"):
            shutil.copy(ROOT / name, place)
        (place / "dist").mkdir()
    here = published(places[0], options=("--workers", "2"), PYTHONHASHSEED="1")
    there = published(places[1], options=("--workers", "1"), umask=0o077, **elsewhere(tmp_path))
    assert sorted(here) == sorted(there)
    assert [name for name, content in here.items() if there[name] != content] == []
    for place in places:
        for committed in sorted((ROOT / "figures").rglob("*.*")):
            made = place / "figures" / committed.relative_to(ROOT / "figures")
            assert made.read_bytes() == committed.read_bytes(), committed.name

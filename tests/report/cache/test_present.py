"""What an output rests on is found again for the next build of the same process, no file read in vain."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer_credit.project import Project
from consumer_credit.report.cache import stamps
from consumer_credit.report.cache.ingredients import Present

ROWS = "series,period,value,vintage,source\na,2016,1,2017-01,s\nb,2016,{},2017-01,s\n"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with two series in one file, saved so long ago that its stamp may be believed."""
    monkeypatch.setattr(stamps, "MOMENT_NS", -(10**18))
    (tmp_path / "data" / "observations").mkdir(parents=True)
    save(tmp_path, 2)
    return Project(tmp_path)


def save(root: Path, value: int) -> None:
    (root / "data" / "observations" / "both.csv").write_text(ROWS.format(value), encoding="utf-8")


def series(present: Present) -> dict[str, str]:
    return {name: present.of(("series", f"both:{name}")) for name in "ab"}


def test_what_has_not_changed_is_neither_read_nor_taken_apart_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Present(project)
    found, hashed = series(first), first.files.hashed
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} is read again"))
    second = first.renewed()
    assert series(second) == found
    assert second.files.hashed == hashed
    assert second.began == first.began


def test_a_changed_series_is_seen_and_those_beside_it_are_what_they_were(project: Project) -> None:
    first = Present(project)
    before = series(first)
    save(project.root, 30)
    after = series(first.renewed())
    assert after["a"] == before["a"]
    assert after["b"] != before["b"]
    save(project.root, 2)
    assert series(first.renewed()) == before


def test_a_file_caught_while_it_is_written_leaves_nothing_wrong_behind(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Present(project)
    path = project.root / "data" / "observations" / "both.csv"
    whole = path.read_bytes()
    with monkeypatch.context() as caught:
        caught.setattr(Path, "read_bytes", lambda _: b"half of it")
        series(first)
    assert path.read_bytes() == whole
    assert series(first.renewed()) == series(Present(project))

"""Files are read once in a process, and again as soon as their content is another, whatever their dates say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.remembered import Remembered, digest
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError


def rewrite(path: Path, old: str, new: str) -> None:
    """Change a file in place, keeping its size and dates."""
    assert len(old) == len(new)
    before = path.stat()
    content = path.read_text(encoding="utf-8")
    assert old in content
    path.write_text(content.replace(old, new, 1), encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def folder(tmp_path, write_data, series_entry):
    """A small data folder whose store has been read before."""
    write_data(tmp_path, ["cn.loans,2016-12,250.0,2017-01-20,page"], {"cn.loans": series_entry()})
    Store.open(tmp_path).load_all()
    return tmp_path


def test_a_changed_figure_is_seen_though_date_and_size_are_the_same(folder):
    before = Store.open(folder).observations("cn.loans")
    rewrite(folder / "observations" / "maker.csv", ",250.0,", ",251.0,")
    assert list(Store.open(folder).observations("cn.loans")["value"]) == [251.0]
    assert list(before["value"]) == [250.0]


def test_a_changed_catalogue_is_seen_though_date_and_size_are_the_same(folder):
    rewrite(folder / "catalogue" / "maker.yaml", "Maker of figures", "Baker of figures")
    assert Catalogue.load(folder).publishers["maker"].name.en == "Baker of figures"


def test_the_same_figures_described_otherwise_are_checked_again(folder):
    rewrite(folder / "catalogue" / "maker.yaml", "frequency: monthly", "frequency: annual ")
    with pytest.raises(DataError, match=r"maker\.csv, row 2, column period"):
        Store.open(folder).load_all()


def test_what_one_reader_does_to_its_catalogue_another_does_not_see(folder):
    ids = set(Catalogue.load(folder).series)
    Catalogue.load(folder).series.clear()
    assert set(Catalogue.load(folder).series) == ids != set()


def test_a_file_that_is_wrong_is_refused_every_time(folder):
    path = folder / "observations" / "maker.csv"
    path.write_text(path.read_text(encoding="utf-8") + "no,row\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(DataError, match=path.name):
            Store.open(folder).load_all()


def test_only_so_much_is_remembered_and_no_error():
    made: list[str] = []
    remembered: Remembered[str] = Remembered(most=2)

    def make(name):
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert remembered.get(name, lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]
    with pytest.raises(ZeroDivisionError):
        remembered.get("d", lambda: 1 / 0)
    assert remembered.get("d", lambda: "mended") == "mended"


def test_parts_of_a_digest_cannot_be_shifted_into_each_other():
    assert digest([b"ab", b"c"]) != digest([b"a", b"bc"])

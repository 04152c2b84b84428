"""What follows from the data alone is worked out once, for whichever language comes first."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from consumer_credit import reads
from consumer_credit.data.checks import check
from consumer_credit.data.store import Store
from consumer_credit.kept import kept, results_kept_by
from consumer_credit.ledger.audit import audit
from consumer_credit.locales import Language
from consumer_credit.parameters import parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.chapters import scope_grid
from consumer_credit.report.known_data import KnownData, remembered

LOANS = "cn.household_consumer_loans"


@dataclass
class InMemory:
    """Keeps results until the test ends."""

    data: str
    results: dict[str, list[tuple[list[reads.Read], str]]] = field(default_factory=dict)

    def find(self, key: str) -> Iterable[tuple[list[reads.Read], str]]:
        return self.results.get(key, [])

    def keep(self, key: str, heard: Iterable[reads.Read], result: str) -> None:
        self.results[key] = [([*heard], result)]


@pytest.fixture(scope="module")
def project() -> Project:
    return Project.find(Path(__file__))


@pytest.fixture
def keeper(project: Project) -> Iterator[InMemory]:
    found = InMemory(os.path.realpath(project.data))
    with results_kept_by(found):
        yield found


@pytest.fixture
def record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file in which reads are written down, without the hook that would hear of files as well."""
    file = tmp_path / "reads"
    monkeypatch.setattr(reads, "_record", reads.Record(str(file), (), ""))
    return file


def known(project: Project, language: Language = "en", **changed: object) -> KnownData:
    parameters = parse_parameters(changed, where="a test")
    return KnownData("a chapter", project, parameters, language, Store.open(project.data))


worked_out: list[str] = []


@kept
def newest(chapter: KnownData, series_id: str, more: float = 0.0) -> tuple[str, float]:
    worked_out.append(series_id)
    row = chapter.series(series_id).iloc[-1]
    return str(row["period"]), float(row["value"]) + more


@pytest.fixture(autouse=True)
def _forget() -> None:
    worked_out.clear()


def test_what_one_language_has_worked_out_the_other_takes(project: Project, keeper: InMemory) -> None:
    assert newest(known(project), LOANS) == newest(known(project, "zh"), LOANS)
    assert worked_out == [LOANS]


def test_another_argument_parameter_or_folder_is_worked_out_by_itself(
    project: Project, keeper: InMemory
) -> None:
    newest(known(project), LOANS)
    newest(known(project), LOANS, 1.0)
    newest(known(project), "cn.household_loans")
    newest(known(project, as_of="2017-04-25"), LOANS)
    keeper.data = "/elsewhere"
    newest(known(project), LOANS)
    newest(known(project), LOANS)
    assert len(worked_out) == 6


def test_without_a_keeper_everything_is_worked_out(project: Project) -> None:
    newest(known(project), LOANS)
    newest(known(project), LOANS)
    assert worked_out == [LOANS, LOANS]


def test_what_is_kept_cannot_ask_for_the_language(project: Project) -> None:
    @kept
    def worded(chapter: KnownData) -> str:
        return chapter.text("per cent")

    with pytest.raises(AttributeError, match="language"):
        worded(known(project))


def test_what_is_taken_counts_as_read_all_the_same(
    project: Project, keeper: InMemory, record: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chapter = known(project)
    chapter.series(LOANS)  # read before, and read once more while it is worked out
    newest(chapter, LOANS)
    said = record.read_text()
    again = record.with_name("again")
    monkeypatch.setattr(reads, "_record", reads.Record(str(again), (), ""))
    newest(known(project, "zh"), LOANS)
    assert worked_out == [LOANS]
    assert again.read_text() == said != ""


def test_frames_remembered_are_read_each_time_they_are_used(project: Project, record: Path) -> None:
    @remembered
    def loans(chapter: KnownData) -> object:
        return chapter.series(LOANS)

    chapter = known(project)
    for _ in range(2):
        with reads.noted() as noted:
            loans(chapter)
        assert {name.partition(":")[2] for _, name in noted} == {LOANS}


def test_what_would_not_read_back_as_it_was_is_not_kept(project: Project, keeper: InMemory) -> None:
    @kept
    def inexact(store: Store, value: object) -> float:
        return value  # type: ignore[return-value]

    store = Store.open(project.data)
    assert [inexact(store, value) for value in (1, 0.1, float("inf"))] == [1, 0.1, float("inf")]
    assert sorted(text for found in keeper.results.values() for _, text in found) == ["0.1", "Infinity"]


def test_what_rests_on_files_elsewhere_is_not_kept(
    project: Project, keeper: InMemory, record: Path, tmp_path: Path
) -> None:
    @kept
    def reading(store: Store, name: str) -> int:
        reads._record.say("file", name)  # type: ignore[union-attr]
        return 1

    store = Store.open(project.data)
    reading(store, str(tmp_path / "elsewhere.csv"))
    assert not keeper.results
    reading(store, str(Path(keeper.data) / "claims.yaml"))
    assert keeper.results


def test_what_is_kept_and_makes_no_sense_is_worked_out_again(project: Project, keeper: InMemory) -> None:
    right = newest(known(project), LOANS)
    for damage in ("", "[]", '{"a": 1}', '["2016", "much"]'):
        for key, [(heard, _)] in list(keeper.results.items()):
            keeper.results[key] = [(heard, damage)]
        assert newest(known(project), LOANS) == right


@pytest.mark.slow
def test_claims_checks_and_grids_are_taken_as_they_were_worked_out(
    project: Project, keeper: InMemory, record: Path
) -> None:
    def results(language: Language) -> list[object]:
        chapter = known(project, language)
        grid = scope_grid.grid(chapter, "CHN", "2016", ["2017-04-25", scope_grid.NEWEST], ["gdp"])  # type: ignore[arg-type]
        return [
            audit(chapter.store, project.data),
            check(chapter.store),
            scope_grid.days(chapter, "CHN", "2016", "2017-04-25"),  # type: ignore[arg-type]
            grid.to_dict("list"),
        ]

    first = results("en")
    assert len(keeper.results) == 4
    said = record.read_text()
    assert repr(results("zh")) == repr(first)
    assert len(keeper.results) == 4
    assert record.read_text() == said

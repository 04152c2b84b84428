"""However an import ends, the data are as before it or as after it; the next command sees no third state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data import transaction
from consumer_credit.data.importing import apply, plan_import
from consumer_credit.data.store import Store
from consumer_credit.errors import DataError

pytestmark = pytest.mark.thorough

FILES = {
    "observations/a.csv": b"new a\n",
    "observations/b.csv": b"new b\n",
    "catalogue/imports.yaml": b"new c\n",
}


class Killed(BaseException):
    """The process ends here, with nothing cleaned up."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    for name in ("observations/a.csv", "observations/b.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"old\n")
    (folder / "catalogue").mkdir()
    return folder


def contents(folder: Path) -> list[bytes | None]:
    return [(folder / name).read_bytes() if (folder / name).exists() else None for name in sorted(FILES)]


BEFORE: list[bytes | None] = [None, b"old\n", b"old\n"]
AFTER: list[bytes | None] = [b"new c\n", b"new a\n", b"new b\n"]


def steps(monkeypatch: pytest.MonkeyPatch, last: int) -> Iterator[None]:
    """Let `last` operations on the disk happen, and end the process at the next one."""
    done = 0

    def counted(operation: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            nonlocal done
            if done >= last:
                raise Killed
            done += 1
            return operation(*args, **kwargs)

        return step

    for name in ("replace", "unlink", "mkdir"):
        monkeypatch.setattr(Path, name, counted(getattr(Path, name)))
    monkeypatch.setattr(os, "fsync", counted(os.fsync))
    monkeypatch.setattr(transaction.shutil, "rmtree", counted(transaction.shutil.rmtree))
    yield


def test_ending_at_any_single_step_leaves_before_or_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    for last in range(60):
        for name in ("observations/a.csv", "observations/b.csv"):
            (folder / name).write_bytes(b"old\n")
        (folder / "catalogue/imports.yaml").unlink(missing_ok=True)
        with monkeypatch.context() as patch:
            killing = steps(patch, last)
            next(killing)
            try:
                with transaction.locked(folder):
                    transaction.replace_files(folder, FILES)
                finished = True
            except Killed:
                finished = False
        transaction.repair(folder)
        state = contents(folder)
        assert state in (BEFORE, AFTER), f"after {last} steps"
        seen.append(state == AFTER)
        assert not (folder / ".import" / "staged").exists()
        if finished:
            break
    assert finished, "the import takes more steps than were tried"
    assert seen[0] is False and seen[-1] is True
    assert seen == sorted(seen), "once committed, always committed"


def test_a_folder_without_leftovers_is_not_touched(folder: Path) -> None:
    assert transaction.repair(folder) is False
    assert not (folder / ".import").exists()


def test_what_cannot_be_repaired_is_said(folder: Path) -> None:
    with transaction.locked(folder):
        pass
    journal = [{"staged": "0", "to": "observations/a.csv", "sha256": "0" * 64}]
    (folder / ".import" / "journal.json").write_text(json.dumps(journal), encoding="utf-8")
    with pytest.raises(
        DataError, match=r"neither its new file nor its result.*restore the file from version control"
    ):
        transaction.repair(folder)


def test_a_disk_without_room_leaves_the_data_as_they_were(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with (
        pytest.raises(DataError, match=r"No space left on device.*the data stand as they were"),
        transaction.locked(folder),
    ):
        transaction.replace_files(folder, FILES)
    monkeypatch.undo()
    transaction.repair(folder)
    assert contents(folder) == BEFORE


DRIVER = """
import json, os, random, shutil, signal, sys, time
from pathlib import Path
from consumer_credit.data.importing import apply, plan_import
from consumer_credit.data.store import Store

made, work, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
names = [f"observations/{name}.csv" for name in ("one", "two")] + ["catalogue/imports.yaml"]

def state(folder):
    return [(folder / n).read_bytes() if (folder / n).exists() else None for n in names]

shutil.copytree(made, work / "after")
apply(plan_import([work / "new.csv"], work / "after"))
before, after = state(made), state(work / "after")
plan = plan_import([work / "new.csv"], shutil.copytree(made, work / "timed"))
start = time.perf_counter()
apply(plan)
duration = time.perf_counter() - start
outcomes = []
for number in range(count):
    folder = shutil.copytree(made, work / f"run{number}")
    plan = plan_import([work / "new.csv"], folder)
    child = os.fork()
    if child == 0:
        apply(plan)
        os._exit(0)
    time.sleep(random.uniform(0, 1.6 * duration))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    store = Store.open(folder)
    found = state(folder)
    outcomes.append("before" if found == before else "after" if found == after else "between")
    assert len(store.observations("x.one")) in (0, 12)
    shutil.rmtree(folder)
print(json.dumps(outcomes))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")
def test_killing_an_import_at_random_moments_leaves_before_or_after(
    tmp_path: Path, write_data: Callable[..., Path], series_entry: Callable[..., dict[str, Any]]
) -> None:
    made = write_data(tmp_path / "data", [], {"x.one": series_entry()})
    other = made / "catalogue" / "maker.yaml"
    second = other.read_text(encoding="utf-8")
    for ours, theirs in (("x.one", "y.two"), ("maker:", "second:"), ("page:", "leaf:"), ("file:", "roll:")):
        second = second.replace(ours, theirs)
    (made / "catalogue" / "two.yaml").write_text(second, encoding="utf-8")
    other.rename(made / "catalogue" / "one.yaml")
    (made / "observations" / "maker.csv").rename(made / "observations" / "one.csv")
    (made / "observations" / "two.csv").write_text("series,period,value,vintage,source\n", encoding="utf-8")
    months = [f"2016-{month:02d}" for month in range(1, 13)]
    lines = [f"{series},{month},10{month[-2:]},2017-01" for series in ("x.one", "y.two") for month in months]
    (tmp_path / "new.csv").write_text(
        "\n".join(["series,period,value,vintage", *lines, ""]), encoding="utf-8"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(DRIVER), str(made), str(tmp_path), "60"],
        env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    assert len(outcomes) == 60
    assert set(outcomes) == {"before", "after"}


def test_two_imports_at_once_do_not_mix(
    tmp_path: Path, write_data: Callable[..., Path], series_entry: Callable[..., dict[str, Any]]
) -> None:
    folder = write_data(tmp_path / "data", [], {"x.one": series_entry()})
    files = []
    for number in (1, 2):
        files.append(tmp_path / f"{number}.csv")
        files[-1].write_text(
            f"series,period,value,vintage\nx.one,2016-0{number},100{number},2017-01\n", encoding="utf-8"
        )
    plans = [plan_import([path], folder) for path in files]
    apply(plans[0])
    with pytest.raises(DataError, match="changed since the import was planned"):
        apply(plans[1])
    assert list(Store.open(folder).observations("x.one")["period"]) == ["2016-01"]

"""What has been made is not made again, until something that it rests on changes; then exactly that is."""

from __future__ import annotations

import json
import os
import random
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from consumer_credit.errors import DataError, NotebookError
from consumer_credit.report.cache import stamps
from consumer_credit.report.cache.entries import Entries
from consumer_credit.report.cache.sealed import pack, unpack


def test_a_build_with_nothing_changed_runs_and_renders_nothing_and_publishes_the_same(world):
    world.build()
    assert sorted(world.ran) == ["alpha", "beta", "glance"]
    assert sorted(world.rendered) == ["html", "pdf"]
    first = world.built()
    decided = world.build().lookup.decisions
    assert world.ran == world.rendered == []
    assert world.built() == first == world.clean()
    assert all(decision.reused for decision in decided)


def change_a_data_point(world):
    world.values["a"] = 10
    world.write_data()


def change_another_series(world):
    world.values["b"] = 20
    world.write_data()


def change_code(world):
    world.code["beta"] += "\nprint('more')\n"
    world.write_chapter("beta")


def change_prose(world):
    world.prose["beta"] = "It stands no more."
    world.write_chapter("beta")


def change_the_catalogue(world):
    path = world.root / "data" / "catalogue" / "maker.yaml"
    path.write_text(path.read_text().replace("outstanding", "owed"))


def change_a_file_that_a_chapter_opened(world):
    world.write("notes/beta.txt", "longer than before")


def remove_what_no_chapter_read(world):
    world.write("notes/other.txt", "nobody reads me")


def change_the_library(world):
    world.write("library/factor.py", "FACTOR = 2\n")


def change_a_template(world):
    world.write("library/report/templates/page.css", "body { margin: 0 }\n")


def change_the_lock_file(world):
    world.write("requirements.txt", "pandas==3.1\n")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("edit", "runs", "renders", "said"),
    [
        (
            change_a_data_point,
            ["alpha", "glance"],
            True,
            "series loans.a of data/observations/maker.csv changed",
        ),
        (
            change_another_series,
            ["beta", "glance"],
            True,
            "series loans.b of data/observations/maker.csv changed",
        ),
        (change_code, ["beta"], True, "code cell 2 changed"),
        (change_prose, [], True, "changed"),
        (change_the_catalogue, ["alpha", "beta"], False, "file data/catalogue/maker.yaml changed"),
        (change_a_file_that_a_chapter_opened, ["beta", "glance"], True, "file notes/beta.txt changed"),
        (remove_what_no_chapter_read, [], False, ""),
        (change_the_library, ["alpha", "beta", "glance"], True, "library factor.py changed"),
        (change_a_template, [], True, "template report/templates/page.css changed"),
        (change_the_lock_file, ["alpha", "beta", "glance"], True, "lock file changed"),
    ],
)
def test_exactly_what_rests_on_a_change_is_made_again_and_says_why(world, edit, runs, renders, said):
    world.build()
    edit(world)
    lines = [str(decision) for decision in world.build().lookup.decisions if not decision.reused]
    assert sorted(world.ran) == runs
    assert sorted(world.rendered) == (["html", "pdf"] if renders else [])
    assert any(said in line for line in lines) or not said
    assert world.built() == world.clean()


def test_a_parameter_runs_the_chapters_that_declare_it_and_says_from_what_to_what(world):
    world.build()
    decisions = world.build(overrides={"base_year": 2019}).lookup.decisions
    assert sorted(world.ran) == ["alpha", "glance"]
    assert "parameter base_year: 2016 → 2019" in "\n".join(map(str, decisions))
    assert world.built() == world.clean(overrides={"base_year": 2019})
    world.build()
    assert world.ran == []


def test_data_put_back_find_what_was_made_of_them_before(world):
    world.build()
    first = world.built()
    change_a_data_point(world)
    world.build()
    world.values["a"] = 1
    world.write_data()
    world.build()
    assert world.ran == []
    assert world.built() == first


def test_a_file_that_was_looked_for_in_vain_counts_once_it_is_there(world):
    world.code["beta"] += (
        "\ntry:\n    print((root / 'extra.txt').read_text())\nexcept OSError:\n    print('none')\n"
    )
    world.write_chapter("beta")
    world.build()
    world.write("extra.txt", "here I am")
    world.build()
    assert world.ran == ["beta"]
    assert world.built() == world.clean()


def test_a_folder_that_was_listed_counts_when_a_name_is_added(world):
    world.code["beta"] += "\nprint(sorted(path.name for path in (root / 'notes').iterdir()))\n"
    world.write_chapter("beta")
    world.build()
    world.write("notes/gamma.txt", "")
    world.build()
    assert world.ran == ["beta"]
    assert world.built() == world.clean()


def test_a_module_beside_the_notebooks_counts_as_read(world):
    world.write("notebooks/helper.py", "WORD = 'one'\n")
    world.code["beta"] = "import helper\nprint(helper.WORD)\n" + world.code["beta"]
    world.write_chapter("beta")
    world.build()
    world.write("notebooks/helper.py", "WORD = 'another'\n")
    world.build()
    assert world.ran == ["beta"]
    assert world.built() == world.clean()


def test_a_chapter_that_fails_is_not_kept(world):
    world.code["beta"] = "raise ValueError('no')"
    world.write_chapter("beta")
    for _ in range(2):
        with pytest.raises(NotebookError, match="no"):
            world.build()
        assert "beta" in world.ran


def test_what_was_read_while_it_changed_is_not_kept(world):
    world.code["beta"] += "\n(root / 'notes' / 'beta.txt').write_text('changed on the way')\n"
    world.write_chapter("beta")
    world.build()
    world.build()
    assert "beta" in world.ran


@pytest.mark.thorough
def test_what_changed_while_the_clock_was_set_back_is_not_kept(world, monkeypatch):
    """The change has an earlier time than the beginning of the run, as if it had been made before."""
    world.code["beta"] += "\n(root / 'notes' / 'beta.txt').write_text('changed on the way')\n"
    world.write_chapter("beta")
    clock = SimpleNamespace(
        time=lambda: time.time() + (0 if "beta" in world.ran else 3600),
        time_ns=time.time_ns,
        monotonic=time.monotonic,
    )
    monkeypatch.setattr(stamps, "time", clock)
    world.build()
    world.build()
    assert "beta" in world.ran
    assert world.built() == world.clean()


@pytest.mark.thorough
def test_files_from_the_future_cost_time_and_nothing_else(world):
    """As after the clock was set back by a year: every file seems to have been written later than now."""
    for edit in (change_a_data_point, change_a_file_that_a_chapter_opened):
        edit(world)
        for path in world.root.rglob("*"):
            later = time.time() + 3e7
            os.utime(path, (later, later))
        world.build()
        assert world.built() == world.clean()


@pytest.mark.thorough
@pytest.mark.parametrize("moment", ["before a chapter runs", "after a chapter ran", "before the page"])
def test_a_data_file_that_vanishes_in_the_middle_is_named_or_was_read_already(world, moment):
    world.build()
    world.code["alpha"] += "\nvalue"
    world.write_chapter("alpha")
    before, after = world.built(), world.clean()
    file = world.root / "data" / "observations" / "maker.csv"
    content = file.read_bytes()
    world.at[moment] = lambda: file.unlink(missing_ok=True)
    if moment == "before a chapter runs":
        with pytest.raises((DataError, NotebookError), match=r"data/observations/maker\.csv"):
            world.build()
        assert world.built() == before
    else:
        world.build()
        assert world.built() == after
    world.at.clear()
    file.write_bytes(content)
    world.build()
    assert world.built() == after


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(6))
def test_entries_cut_short_or_damaged_anywhere_are_made_again(world, seed):
    world.build()
    first, dice = world.built(), random.Random(seed)
    paths = sorted((world.root / ".cache" / "results" / "entries").glob("*/*/*.entry"))
    for path in paths:
        content = bytearray(path.read_bytes())
        at = dice.randrange(len(content))
        if seed % 2:
            content[at] ^= 1 << dice.randrange(8)
        path.write_bytes(bytes(content) if seed % 2 else bytes(content[:at]))
    world.build()
    assert sorted(world.ran) == ["alpha", "beta", "glance"]
    assert world.built() == first


def test_an_entry_that_belongs_elsewhere_is_not_believed(world):
    world.build()
    paths = sorted((world.root / ".cache" / "results" / "entries").glob("*/*/*.entry"))
    contents = [path.read_bytes() for path in paths]
    for path, content in zip(paths, contents[1:] + contents[:1], strict=True):
        path.write_bytes(content)
    first = world.built()
    world.build()
    assert sorted(world.ran) == ["alpha", "beta", "glance"]
    assert world.built() == first


@pytest.mark.skipif(os.name == "nt", reason="permissions")
def test_what_others_could_have_written_is_not_believed(world):
    world.build()
    folder = world.root / ".cache" / "results"
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.chmod(0o777)
    world.build()
    assert len(world.ran) == 3
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_sealed_file_is_whole_or_nothing():
    content = pack({"key": "k"}, {"page": b"\x00\xff", "empty": b""})
    entry = unpack(content)
    assert entry is not None
    assert (entry.facts, entry.files) == ({"key": "k"}, {"page": b"\x00\xff", "empty": b""})
    assert all(unpack(content[:at]) is None for at in range(len(content)))
    assert unpack(content + b"x") is None


def test_the_oldest_entries_go_first_and_the_cache_stays_within_its_bounds(tmp_path):
    entries = Entries(tmp_path / "results", largest=10_000)
    for number in range(40):
        entries.keep(f"key{number}", "v", {}, {"a": bytes(1000)})
        for path in (tmp_path / "results").rglob(f"key{number}/*.entry"):
            os.utime(path, ns=(number * 10**9, number * 10**9))
    assert entries.summary().bytes <= 10_000
    assert list(entries.find("key39"))
    assert not list(entries.find("key0"))
    entries.keep("large", "v", {}, {"a": bytes(20_000)})
    assert not list(entries.find("large"))


def test_clearing_leaves_nothing_and_what_is_gone_is_made_again(world):
    world.build()
    assert world.entries.clear().entries > 0
    assert world.entries.summary().entries == 0
    assert world.entries.clear().entries == 0
    world.build()
    assert len(world.ran) == 3


def test_many_writers_readers_and_clearers_at_once_never_see_half_an_entry(tmp_path):
    stop = threading.Event()
    wrong: list[object] = []

    def work(seed: int) -> None:
        entries, dice = Entries(tmp_path / "results", largest=30_000), random.Random(seed)
        while not stop.is_set():
            number = dice.randrange(5)
            if dice.random() < 0.02:
                entries.clear()
            elif dice.random() < 0.5:
                entries.keep(f"k{number}", str(dice.randrange(3)), {}, {"a": bytes([number]) * 3000})
            else:
                wrong.extend(e for e in entries.find(f"k{number}") if e.files["a"] != bytes([number]) * 3000)

    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(work, seed) for seed in range(4)]
        threading.Event().wait(1.5)
        stop.set()
        for run in runs:
            run.result()
    assert not wrong


def test_a_cache_that_cannot_be_written_costs_time_and_nothing_else(world):
    shutil.rmtree(world.root / ".cache", ignore_errors=True)
    (world.root / ".cache").write_text("a file in its place")
    world.build()
    assert world.built() == world.clean()


DRAWS = """\
import os, sys
import pandas as pd
from IPython.display import display
from consumer_credit.charts.drawing import drawings_kept_by
from consumer_credit.charts import lines
from consumer_credit.report.cache.drawings import drawings_of
drawn = []
prepared = lines.prepared
lines.prepared = lambda frame: drawn.append(frame["series"].iloc[0]) or prepared(frame)
with drawings_kept_by(drawings_of(os.environ, "one cut")):
    for series, value in (("fixed", 2016), ("moved", base_year)):
        frame = pd.DataFrame({"series": series, "label": "A line", "period": ["2015", "2016"], "value": [value, value]})
        svg = lines.line_chart(frame.assign(colour="china"), unit="year").svg()
        display({"image/svg+xml": svg, "text/plain": "drawing"}, raw=True)
print(drawn)
"""


def test_of_a_chapter_that_runs_again_only_what_changed_is_drawn_again(world):
    world.code["alpha"] += DRAWS
    world.write_chapter("alpha")

    def drawn():
        notebook = (world.root / "dist/latest~draft/en/notebooks/01_alpha.ipynb").read_text("utf-8")
        outputs = [o for cell in json.loads(notebook)["cells"] for o in cell.get("outputs", [])]
        said = "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream")
        return said.strip().splitlines()[-1], [
            o["data"]["image/svg+xml"] for o in outputs if "image/svg+xml" in o.get("data", {})
        ]

    world.build()
    said, first = drawn()
    assert said == "['fixed', 'moved']"
    world.build(overrides={"base_year": 2018})
    said, second = drawn()
    assert said == "['moved']"
    assert second[0] == first[0]
    assert second[1] != first[1]
    world.write("library/factor.py", "FACTOR = 2\n")
    world.build(overrides={"base_year": 2018})
    assert drawn() == ("['fixed', 'moved']", second)


LOOKS_AT_ONE = """\
from IPython.display import display
from consumer_credit.report.recording import Recording
recorded = Recording.others(None)
value = recorded["alpha_value"].value + (1000 if "gamma_value" in recorded else 0)
display({"application/vnd.consumer-credit.values+json": {
    "chapter": "glance", "name": "sum_of_all", "value": value, "unit": "number"}}, raw=True)
"""


def test_the_summary_runs_again_only_for_results_that_it_looked_at(world):
    world.code["glance"] = LOOKS_AT_ONE
    world.write_chapter("glance")
    world.build()
    change_another_series(world)
    world.build()
    assert world.ran == ["beta"]
    change_a_data_point(world)
    decided = [str(decision) for decision in world.build().lookup.decisions]
    assert world.ran == ["alpha", "glance"]
    assert any("glance" in line and "result alpha_value changed" in line for line in decided)
    world.code["beta"] = world.code["beta"].replace("beta_value", "gamma_value")
    world.prose["beta"] = world.prose["beta"].replace("beta_value", "gamma_value")
    world.write_chapter("beta")
    world.build()
    assert world.ran == ["beta", "glance"]
    assert world.built() == world.clean()


KEEPS = """\
import os
from consumer_credit.kept import kept, results_kept_by
from consumer_credit.report.cache.results import results_of
worked_out = []
@kept
def doubled(store: Store) -> float:
    worked_out.append("b")
    return 2 * sum(row.value for row in store.rows("loans.b"))
with results_kept_by(results_of(os.environ)):
    print(doubled(Store.open(root / "data")), worked_out)
"""


def test_a_result_of_the_data_alone_is_worked_out_once_and_counts_as_read_whenever_it_is_taken(world):
    world.code["alpha"] += KEEPS
    world.write_chapter("alpha")

    def said():
        notebook = (world.root / "dist/latest~draft/en/notebooks/01_alpha.ipynb").read_text("utf-8")
        outputs = [o for cell in json.loads(notebook)["cells"] for o in cell.get("outputs", [])]
        return "".join("".join(o["text"]) for o in outputs if o["output_type"] == "stream").strip()

    world.build()
    assert said() == "4.0 ['b']"
    world.build(overrides={"base_year": 2018})
    assert said() == "4.0 []"
    change_another_series(world)
    world.build(overrides={"base_year": 2018})
    assert said() == f"{2.0 * world.values['b']} ['b']"
    world.write("library/factor.py", "FACTOR = 2\n")
    world.build(overrides={"base_year": 2018})
    assert said().endswith("['b']")

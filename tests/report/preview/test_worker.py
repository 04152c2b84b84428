"""Claims about the process that builds pages: what it runs again, what it says, and that it never stays behind."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import closing

import psutil
import pytest

from consumer_credit.preview import building
from consumer_credit.preview.building import PreviewBuilder
from consumer_credit.preview.events import Built, Doing, Failed, Finished, Problem, from_line, to_line
from consumer_credit.preview.memory import Memory
from consumer_credit.preview.worker_process import WorkerProcess
from consumer_credit.report.build import BuildOptions
from consumer_credit.report.cache import ingredients
from consumer_credit.report.kernels.execution import ExecutedChapter


@pytest.mark.parametrize(
    "event",
    [
        Doing("01_china.ipynb, cell 3 of 9: 多大？"),
        Built("zh", "<p>页面\n</p>", ["china"], {"chapters": 1.5}),
        Failed("en", Problem("DataError", "no number", "pbc.csv, row 3", "write one", "a\nb")),
        Finished("en", superseded=True),
    ],
)
def test_an_event_is_one_line_and_comes_back_as_it_was(event):
    line = to_line(event)
    assert line.count(b"\n") == 1 and from_line(line) == event


class Heard(list):
    def of(self, kind):
        found = [event for event in self if isinstance(event, kind)]
        assert found, [event for event in self if not isinstance(event, Doing)]
        self.clear()
        return found


@pytest.fixture
def heard():
    return Heard()


@pytest.fixture(autouse=True)
def what_takes_seconds_is_there(warm_kernels, monkeypatch):
    """Builders of this process have their kernels of one warm process, and no fonts are cut for the miniature."""
    monkeypatch.setattr(ingredients.Present, "fonts", lambda self: "one cut")
    if warm_kernels is not None:
        monkeypatch.setattr(warm_kernels, "close", lambda: None)
        monkeypatch.setattr(building, "WarmKernels", lambda *given: warm_kernels)


@pytest.fixture
def builder(miniature, heard):
    """A builder over the miniature report, whose chapters really run."""
    builder = PreviewBuilder(miniature.project, BuildOptions(workers=1), heard.append, miniature.steps())
    yield builder
    builder.close()


def edition(miniature, **parameters):
    lines = "title: {en: Latest, zh: 最新}\ndescription: {en: Newest., zh: 最新。}\n"
    content = lines + f"parameters: {parameters}\n".replace("'", "")
    (miniature.project.editions / "latest.yaml").write_text(content, encoding="utf-8")


def test_only_chapters_that_declare_a_changed_parameter_run_again(miniature, builder, heard):
    beta = [miniature.code("print(1)"), *miniature.prose("# Beta", "# 乙章")]
    path = miniature.write("02_beta.ipynb", *beta, parameters=miniature.code("language = 'en'", "parameters"))
    path.write_text(path.read_text(encoding="utf-8").replace('"id": "c', '"id": "beta-'), encoding="utf-8")
    builder.build("en")
    assert [built.ran for built in heard.of(Built)] == [("alpha", "beta")]
    builder.build("en")
    assert [built.ran for built in heard.of(Built)] == [()]
    edition(miniature, base_year=2017)
    builder.build("en")
    assert [built.ran for built in heard.of(Built)] == [("alpha",)]
    edition(miniature, base_year=2016)  # taken back: what was run before still holds
    builder.build("en")
    assert [built.ran for built in heard.of(Built)] == [()]


def test_changed_data_are_asked_for_again(miniature):
    from consumer_credit.parameters import Parameters
    from consumer_credit.report.authoring.notebooks import read_notebook

    memory, asked = Memory(), []
    (chapter,) = miniature.project.chapters()
    notebook = read_notebook(chapter.path)

    def step(*given, **how):
        asked.append(given[1].id)
        return ExecutedChapter(chapter, "en", notebook, 0.0)

    for _ in range(2):
        memory.before(step)(miniature.project, chapter, notebook, Parameters(), "en")
    assert asked == ["alpha"]
    (miniature.project.data / "observations" / "new.csv").write_text("series,period,value,vintage,source\n")
    memory.before(step)(miniature.project, chapter, notebook, Parameters(), "en")
    assert asked == ["alpha", "alpha"]


@pytest.mark.thorough
def test_a_new_worker_takes_from_the_cache_what_an_earlier_one_ran(miniature, builder, heard):
    time.sleep(1.1)  # what was saved a moment ago is not kept
    builder.build("en")
    heard.clear()
    with closing(
        PreviewBuilder(miniature.project, BuildOptions(), heard.append, miniature.steps())
    ) as second:
        second.build("en")
    assert [built.ran for built in heard.of(Built)] == [()]


@pytest.mark.thorough
def test_outputs_that_jupyterlab_saved_are_no_change(miniature, builder, heard):
    builder.build("en")
    path = miniature.project.notebooks / "01_alpha.ipynb"
    path.write_text(
        path.read_text(encoding="utf-8").replace('"execution_count": null', '"execution_count": 7')
    )
    heard.clear()
    builder.build("en")
    assert [built.ran for built in heard.of(Built)] == [()]


def test_a_cell_that_raises_is_told_with_place_message_and_lines(miniature, builder, heard):
    miniature.write(
        "01_alpha.ipynb", *miniature.prose("## How large?", "## 有多大？"), miniature.code("a = 1\n1 / 0")
    )
    builder.build("en")
    (failed,) = [event for event in heard if isinstance(event, Failed)]
    assert failed.problem.where == "01_alpha.ipynb, cell 6 ('How large?')"
    assert failed.problem.what == "ZeroDivisionError: division by zero"
    assert "→   2 │ 1 / 0" in failed.problem.excerpt
    assert heard[-1] == Finished("en")


def test_a_build_given_up_ends_at_once_and_keeps_what_has_run(miniature, builder, heard):
    path = miniature.write("02_beta.ipynb", miniature.code("import time\ntime.sleep(600)"))
    path.write_text(path.read_text(encoding="utf-8").replace('"id": "c', '"id": "beta-'), encoding="utf-8")

    def give_up_in_beta(event):
        heard.append(event)
        if isinstance(event, Doing) and event.text.startswith("02_beta.ipynb, cell 4"):
            builder.give_up()

    builder.tell = give_up_in_beta
    began = time.monotonic()
    builder.build("en")
    assert heard[-1] == Finished("en", superseded=True) and time.monotonic() - began < 120
    path.unlink()
    heard.clear()
    builder.build("en")
    assert [built.ran for built in heard.of(Built)] == [()]


def test_data_that_fail_their_checks_are_told_after_the_page_and_once_until_they_change(miniature, heard):
    from consumer_credit.errors import DataError

    checked = []

    def check(project):
        checked.append(project)
        raise DataError("sums to 99, expected 100", where="pbc.csv, row 3")

    builder = PreviewBuilder(
        miniature.project, BuildOptions(), heard.append, miniature.steps(check_data=check)
    )
    with closing(builder):
        builder.build("en")
    told = [type(event) for event in heard if not isinstance(event, Doing)]
    assert told == [Built, Failed, Finished] and len(checked) == 1


def start_of(miniature) -> dict:
    return {"root": str(miniature.root), "edition": "latest", "languages": ["en"], "chapters": []}


@pytest.mark.thorough
def test_a_worker_that_is_killed_is_a_problem_and_the_next_page_gets_a_new_one(miniature):
    async def run() -> list:
        worker, heard = WorkerProcess(start_of(miniature)), []
        await worker.warm_up()
        for child in psutil.Process().children():
            if "consumer_credit.preview.worker" in child.cmdline():
                child.kill()
        finished = await worker.build("en", heard.append)
        assert finished == Finished("en")
        edition(miniature, bas_year=2017)
        await worker.build("en", heard.append)
        await worker.end()
        return [event.problem for event in heard if isinstance(event, Failed)]

    died, unknown = asyncio.run(run())
    assert died.kind == "KernelError" and "ended: exit code" in died.what
    assert unknown.what == "unknown parameter 'bas_year'" and unknown.remedy == "did you mean 'base_year'?"


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="process groups")
def test_ending_the_worker_ends_its_kernels_within_two_seconds(miniature, tmp_path):
    child = tmp_path / "kernel"
    source = f"import os, pathlib, time\npathlib.Path({str(child)!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    miniature.write("01_alpha.ipynb", miniature.code(source))

    async def run() -> tuple[Finished, float]:
        worker = WorkerProcess(start_of(miniature))
        building = asyncio.create_task(worker.build("en", lambda event: None))
        async with asyncio.timeout(60):
            while not (child.exists() and child.read_text()):
                await asyncio.sleep(0.05)
        began = time.monotonic()
        await worker.end()
        return await building, time.monotonic() - began

    finished, seconds = asyncio.run(run())
    crowded = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert finished.superseded and seconds < 2 * crowded
    assert not psutil.pid_exists(int(child.read_text()))


@pytest.mark.thorough
def test_a_page_asked_for_while_the_worker_is_being_replaced_comes_from_one_new_worker(miniature):
    edition(miniature, bas_year=2017)

    async def run() -> tuple[list[Finished], int]:
        worker = WorkerProcess(start_of(miniature))
        await worker.warm_up()
        async with asyncio.timeout(60):  # the end of the old one must not wait for the new one
            replacing = asyncio.create_task(worker.end())
            await asyncio.sleep(0)
            built = await asyncio.gather(worker.build("en", lambda event: None), worker.warm_up(), replacing)
        workers = [c for c in psutil.Process().children() if "consumer_credit.preview.worker" in c.cmdline()]
        await worker.end()
        return built[0], len(workers)

    assert asyncio.run(run()) == (Finished("en"), 1)

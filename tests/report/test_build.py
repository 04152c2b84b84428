"""A build publishes a whole edition or changes nothing; a draft never takes the edition's place."""

from __future__ import annotations

import copy
import dataclasses
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jinja2 import Environment, PackageLoader

import consumer_credit
from consumer_credit.errors import DataError, NotebookError, RenderError, UsageError
from consumer_credit.report.build import BuildOptions, build
from consumer_credit.report.kernels.execution import CellEvent, ExecutedChapter, execute_chapter
from consumer_credit.report.progress import BarProgress, PlainProgress

ROOT = Path(__file__).parents[2]


@pytest.fixture
def replay(miniature, recorded):
    """The steps of a build whose chapters have run before; they publish the base year that they are given."""
    return miniature.steps(execute=recorded)


@pytest.fixture(scope="module")
def recorded():
    """An `execute` that runs a chapter once for each language and base year, and then remembers."""
    seen: dict[tuple[str, int], ExecutedChapter] = {}

    def execute(project, chapter, notebook, parameters, language, **settings):
        key = language, parameters.base_year
        if key not in seen:
            seen[key] = execute_chapter(project, chapter, notebook, parameters, language, **settings)
        return copy.deepcopy(seen[key])

    return execute


def never(*_arguments, **_options):
    """A step that must not be reached."""
    raise AssertionError("a kernel was started")


def results(folder: Path) -> dict[str, object]:
    """The published values by name."""
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return {entry["name"]: entry["value"] for entry in content["results"]}


def test_a_full_build_carries_the_data_bundle_and_may_be_built_again(miniature, recorded):
    def export(project, edition, folder):
        folder.mkdir()
        (folder / "datapackage.json").write_text("{}", encoding="utf-8")

    steps = miniature.steps(execute=recorded, export=export)
    for _ in range(2):
        build(miniature.project, BuildOptions(), steps=steps)
    assert (miniature.project.dist / "latest" / "data" / "datapackage.json").is_file()
    build(miniature.project, BuildOptions(languages=("en",)), steps=steps)
    assert not (miniature.project.dist / "latest~draft" / "data").exists()


def test_the_cells_of_a_copied_chapter_get_names_of_their_own(miniature):
    miniature.write("02_beta.ipynb", *miniature.prose("More.", "更多。"))  # ids as in the first chapter
    seen = []

    def render(notebook, around):
        seen.append([cell["id"] for cell in notebook.cells])
        return b""

    steps = miniature.steps(render={"html": render, "pdf": render})
    build(miniature.project, BuildOptions(languages=("en",), formats=("html",)), steps=steps)
    assert len(seen[0]) > 4
    assert len(set(seen[0])) == len(seen[0])


def test_a_full_build_publishes_page_pdf_figures_data_notebooks_and_values(miniature, replay):
    result = build(miniature.project, BuildOptions(), steps=replay)
    latest = miniature.project.dist / "latest"
    names = ["en/index.html", "en/report.pdf", "zh/index.html", "zh/report.pdf"]
    assert [path.relative_to(latest).as_posix() for path in result.documents] == names
    assert all(path.is_file() for path in result.documents)
    beside = {"data/fig-alpha.csv", "figures/fig-alpha.svg", "notebooks/01_alpha.ipynb", "results.json"}
    assert set(miniature.files("dist/latest/zh")) == {"index.html", "report.pdf", *beside}
    assert results(latest / "en")["loans_to_gdp"] == 0.2016
    notebook = (latest / "zh" / "notebooks" / "01_alpha.ipynb").read_text(encoding="utf-8")
    assert "比率为20.2" in notebook
    assert "The ratio" not in notebook


def test_the_committed_figures_are_those_of_the_full_edition(miniature, replay):
    build(miniature.project, BuildOptions(), steps=replay)
    published = miniature.files("dist/latest/zh")
    assert miniature.files("figures/zh") == {
        "fig-alpha.svg": published["figures/fig-alpha.svg"],
        "fig-alpha.csv": published["data/fig-alpha.csv"],
    }
    before = miniature.files("figures")
    build(miniature.project, BuildOptions(overrides={"base_year": 2019}), steps=replay)
    assert miniature.files("figures") == before


def test_two_builds_of_the_same_inputs_differ_in_their_manifests_alone(miniature):
    build(miniature.project, BuildOptions(), steps=miniature.steps())
    first = miniature.files("dist")
    build(miniature.project, BuildOptions(), steps=miniature.steps())
    assert miniature.files("dist") == first


@pytest.mark.parametrize(
    ("options", "folder"),
    [
        (BuildOptions(), "dist/latest"),
        (BuildOptions(edition="as-published-2017"), "dist/as-published-2017"),
        (BuildOptions(overrides={"base_year": 2019}), "dist/latest~draft"),
        (BuildOptions(chapters=("alpha",)), "dist/latest~draft"),
        (BuildOptions(languages=("en",)), "dist/latest~draft"),
        (BuildOptions(formats=("html",)), "dist/latest~draft"),
        (BuildOptions(formats=("html",), output=Path("/elsewhere")), "/elsewhere"),
    ],
)
def test_only_a_full_unmodified_build_takes_the_editions_place(miniature, options, folder):
    assert options.target(miniature.project) == miniature.root / folder


def test_a_draft_leaves_the_edition_as_it_is(miniature, replay):
    build(miniature.project, BuildOptions(), steps=replay)
    before = miniature.files("dist/latest")
    options = BuildOptions(overrides={"base_year": 2019}, languages=("en",), formats=("html",))
    result = build(miniature.project, options, steps=replay)
    assert result.draft
    assert results(result.folder / "en")["loans_to_gdp"] == 0.2019
    assert [path.name for path in result.folder.iterdir()] == ["en"]
    assert miniature.files("dist/latest") == before


@pytest.mark.parametrize(
    ("step", "error"),
    [
        ("check_data", DataError("a row is wrong")),
        ("execute", NotebookError("a cell raised")),
        ("assemble", RenderError("a placeholder is unknown")),
        ("render", RenderError("a glyph is missing")),
        ("execute", KeyboardInterrupt()),
    ],
)
def test_whatever_step_fails_the_previous_publication_stays_whole(miniature, replay, step, error):
    build(miniature.project, BuildOptions(), steps=replay)
    before = miniature.files(".")

    def fails(*_arguments, **_options):
        raise error

    replaced = {"html": replay.render["html"], "pdf": fails} if step == "render" else fails
    with pytest.raises(type(error)):
        build(miniature.project, BuildOptions(), steps=dataclasses.replace(replay, **{step: replaced}))
    assert miniature.files(".") == before
    assert not list(miniature.project.dist.glob(".*"))


LIBRARY = Path(consumer_credit.__file__).parent


@pytest.mark.parametrize(
    ("read", "error", "where"),
    [
        (
            lambda root: (root / "data" / "observations" / "pbc.csv").read_bytes(),
            DataError,
            "data/observations/pbc.csv",
        ),
        (
            lambda root: (root / "notebooks" / "01_alpha.ipynb~").read_bytes(),
            NotebookError,
            "notebooks/01_alpha.ipynb~",
        ),
        (
            lambda root: (LIBRARY / "report" / "gone.css").read_bytes(),
            RenderError,
            "consumer_credit/report/gone.css",
        ),
        (
            lambda root: Environment(loader=PackageLoader("consumer_credit.report")).get_template("gone.j2"),
            RenderError,
            "gone.j2",
        ),
    ],
    ids=["a data file", "a notebook", "a file of the library", "a page template"],
)
def test_a_file_that_is_gone_in_the_middle_is_named_with_what_to_do(miniature, replay, read, error, where):
    before = miniature.files(".")
    steps = dataclasses.replace(replay, check_data=lambda project: read(project.root))
    with pytest.raises(
        error, match=rf"{re.escape(where)}.*: is gone, and the report is made from it — put it back"
    ):
        build(miniature.project, BuildOptions(), steps=steps)
    assert miniature.files(".") == before


def test_a_file_that_the_report_is_not_made_from_is_left_to_whoever_looked_for_it(miniature, replay):
    for gone in (lambda project: Path("/nowhere/at/all").read_bytes(), lambda project: os.kill(2**22 + 1, 0)):
        with pytest.raises(OSError, match="No such"):
            build(miniature.project, BuildOptions(), steps=dataclasses.replace(replay, check_data=gone))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            BuildOptions(overrides={"base_yaer": 2016}),
            "unknown parameter 'base_yaer' — did you mean 'base_year'",
        ),
        (BuildOptions(overrides={"base_year": 2016.5}), "base_year"),
        (BuildOptions(formats=("html", "docx")), "unknown format 'docx'"),
        (BuildOptions(chapters=("alfa",)), "unknown chapter 'alfa' — did you mean 'alpha'"),
        (BuildOptions(edition="../latest"), "no edition"),
    ],
)
def test_what_cannot_be_built_is_refused_before_any_kernel_starts(miniature, options, message):
    with pytest.raises(UsageError, match=message):
        build(miniature.project, options, steps=miniature.steps(execute=never))
    assert not list(miniature.project.dist.iterdir())


def test_a_draft_is_not_published_as_the_edition_even_when_told_to(miniature):
    place = miniature.project.dist / "latest"
    with pytest.raises(UsageError, match="is the place of edition 'latest'"):
        build(
            miniature.project,
            BuildOptions(formats=("html",), output=place),
            steps=miniature.steps(execute=never),
        )


def a_file(root):
    (root / "thesis.tex").write_text("years of work")
    return root / "thesis.tex"


def a_folder_of_others(root):
    (root / "thesis").mkdir()
    a_file(root / "thesis")
    return root / "thesis"


def a_link_to_it(root):
    (root / "link").symlink_to(a_folder_of_others(root))
    return root / "link"


def a_link_to_itself(root):
    (root / "loop").symlink_to("loop")
    return root / "loop"


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (lambda root: Path("/"), "would be lost"),
        (lambda root: Path("~").expanduser(), "would be lost"),
        (lambda root: root, "would be lost"),
        (lambda root: root.parent, "would be lost"),
        (lambda root: root / "dist" / "..", "would be lost"),
        (lambda root: root / "data", "lies in 'data', a folder of the project itself"),
        (lambda root: root / "data" / "observations" / "new", "lies in 'data'"),
        (lambda root: root / "notebooks" / "out", "lies in 'notebooks'"),
        (lambda root: root / "editions", "lies in 'editions'"),
        (lambda root: root / "figures" / "en", "lies in 'figures'"),
        (a_file, "would be lost"),
        (a_folder_of_others, "would be lost"),
        (a_link_to_it, "would be lost"),
        (a_link_to_itself, "is a link to itself"),
    ],
)
def test_a_place_that_is_not_for_a_report_is_refused_before_any_kernel_starts(
    miniature, monkeypatch, place, message
):
    home = miniature.root.parent / "home"
    home.mkdir()
    (home / "letter.txt").write_text("dear")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    output = place(miniature.root)
    before = sorted(miniature.root.parent.rglob("*"))
    with pytest.raises(UsageError, match=message) as refused:
        build(miniature.project, BuildOptions(output=output), steps=miniature.steps(execute=never))
    assert "choose" in str(refused.value)
    assert sorted(miniature.root.parent.rglob("*")) == before


def test_a_link_to_a_publication_is_followed_and_stays_a_link(miniature, replay):
    link = miniature.root / "site"
    link.symlink_to(miniature.root / "elsewhere")
    for _ in range(2):
        build(miniature.project, BuildOptions(output=link), steps=replay)
        assert link.is_symlink()
        assert (miniature.root / "elsewhere" / "en" / "index.html").is_file()


def test_a_broken_chapter_is_refused_before_any_kernel_starts_even_for_a_draft_of_another(miniature):
    miniature.write("02_beta.ipynb", miniature.prose("## Alone", "")[0])
    with pytest.raises(UsageError, match=r"02_beta\.ipynb, cell 4.*English cell without its Chinese"):
        build(miniature.project, BuildOptions(chapters=("alpha",)), steps=miniature.steps(execute=never))


def test_values_that_depend_on_the_language_stop_the_build(miniature, replay):
    def execute(project, chapter, notebook, parameters, language, **settings):
        year = {"en": 2016, "zh": 2019}[language]
        changed = parameters.model_copy(update={"base_year": year})
        return replay.execute(project, chapter, notebook, changed, language, **settings)

    with pytest.raises(NotebookError, match="'loans_to_gdp' is not the same in en and zh"):
        build(miniature.project, BuildOptions(), steps=miniature.steps(execute=execute))
    assert not list(miniature.project.dist.iterdir())


def test_the_manifest_names_every_input_and_output_with_its_hash(miniature, replay):
    result = build(miniature.project, BuildOptions(), steps=replay)
    manifest = json.loads((result.folder / "en" / "manifest.json").read_text(encoding="utf-8"))
    for root, hashes in ((miniature.root, manifest["inputs"]), (result.folder / "en", manifest["outputs"])):
        for name, digest in hashes.items():
            if name != "consumer_credit/":
                assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest
    assert set(manifest["outputs"]) == set(miniature.files("dist/latest/en"))
    assert {"editions/latest.yaml", "notebooks/01_alpha.ipynb", "consumer_credit/"} <= set(manifest["inputs"])
    assert manifest["parameters"]["base_year"] == 2016


def test_bars_show_headings_as_they_are_written(miniature, capsys):
    chapter = miniature.project.chapters()[0]
    with BarProgress() as progress:
        progress.note("[/] is no markup")
        progress.chapter_begins(chapter, "zh", 3)
        progress.cell_begins(CellEvent(chapter, "zh", 2, 3, "A heading [with] brackets[/]"))
    said = capsys.readouterr().err
    assert "[/] is no markup" in said
    assert "01 alpha, 中文" in said
    assert "1/3" in said


def test_plain_progress_says_which_chapter_runs(miniature, replay, capsys):
    build(miniature.project, BuildOptions(languages=("en",), formats=("html",)), PlainProgress(), replay)
    said = capsys.readouterr().err
    assert "draft of edition latest: checking the data" in said
    assert "01 alpha, English: running 8 cells" in said
    assert "rendering en/index.html" in said
    assert "cell 4 of 8" not in said
    progress = PlainProgress(verbose=True)
    build(miniature.project, BuildOptions(languages=("en",), formats=("html",)), progress, miniature.steps())
    assert "01 alpha, English: cell 4 of 8: Alpha" in capsys.readouterr().err


@pytest.mark.thorough
@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("kill", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "a polite kill"])
def test_an_interrupted_build_ends_at_once_with_130_and_leaves_nothing(miniature, kill, tmp_path):
    child = tmp_path / "kernel"
    writes = f"pathlib.Path({str(child)!r}).write_text(str(os.getpid()))"
    source = f"import os, pathlib, time\n{writes}\ntime.sleep(600)"
    miniature.write("01_alpha.ipynb", miniature.code(source))
    before = miniature.files(".")
    command = subprocess.Popen(
        [sys.executable, ROOT / "build_report.py", "--language", "en", "--json"],
        env={**os.environ, "CONSUMER_CREDIT_PROJECT": str(miniature.root)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_hear_ctrl_c,  # noqa: PLW1509  (it does nothing that a thread could hold up)
    )
    deadline = time.monotonic() + 120
    while not (child.exists() and child.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    began = time.monotonic()
    command.send_signal(kill)
    output, said = command.communicate(timeout=60)
    assert command.returncode == 130, said
    assert time.monotonic() - began < 6 * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert json.loads(output)["exit_code"] == 130
    assert said.splitlines()[-1].startswith("interrupted")
    assert "Traceback" not in said
    assert "Task was destroyed" not in said
    assert not _alive(int(child.read_text()))
    left = {name for name in miniature.files(".") if not name.startswith(".cache/results/")}
    assert left == set(before)  # what was finished may be kept for the next build
    assert not list(miniature.project.dist.iterdir())


def _hear_ctrl_c() -> None:
    """Undo what a runner in the background of a shell hands down: to ignore it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True

"""A sweep publishes each run by itself and what compares them; one failed run does not sink the rest."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.errors import KernelStartError, NotebookError, UsageError
from consumer_credit.sweep import work
from consumer_credit.sweep.places import Address
from consumer_credit.sweep.progress import LiveSweepProgress, PlainSweepProgress

pytestmark = pytest.mark.thorough


def raised() -> NotebookError:
    return NotebookError("a cell raised ZeroDivisionError", where="01_alpha.ipynb, cell 4", excerpt="1 / 0")


def no_kernel() -> KernelStartError:
    return KernelStartError("its kernel did not start", where="01_alpha.ipynb")


def manifest(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def test_each_run_lies_in_its_own_folder_and_records_its_own_parameters(miniature, sweep):
    result = sweep(2015, 2016)
    folder = miniature.project.dist / "sweep-latest"
    assert sorted(path.name for path in (folder / "runs").iterdir()) == ["base_year=2015", "base_year=2016"]
    for year in (2015, 2016):
        run = folder / "runs" / f"base_year={year}" / "en"
        assert manifest(run)["parameters"]["base_year"] == year
        assert (run / "data" / "fig-alpha.csv").read_text(encoding="utf-8") == f"year\n{year}\n"
    assert [outcome.state for outcome in result.comparison.outcomes] == ["built", "built"]
    assert not list(folder.rglob(".*"))


def test_results_csv_has_one_row_for_each_value_of_each_run(miniature, sweep):
    sweep(axes={"base_year": [2015, 2016], "comparator": ["USA", "GBR"]})
    found = rows((miniature.project.dist / "sweep-latest" / "results.csv").read_bytes())
    assert list(found[0]) == ["run", "base_year", "comparator", "name", "value", "unit", "missing_reason"]
    assert [(row["base_year"], row["comparator"], row["name"], row["value"]) for row in found] == [
        ("2015", "USA", "loans_to_gdp", "0.2015"),
        ("2015", "GBR", "loans_to_gdp", "0.2015"),
        ("2016", "USA", "loans_to_gdp", "0.2016"),
        ("2016", "GBR", "loans_to_gdp", "0.2016"),
    ]


def test_the_page_compares_the_runs_and_leads_to_each(miniature, sweep):
    sweep(2015, 2016, languages=("en", "zh"))
    folder = miniature.project.dist / "sweep-latest"
    for name, words in (("index.html", "The runs compared"), ("index.zh.html", "各组结果比较")):
        page = (folder / name).read_text(encoding="utf-8")
        assert words in page
        assert "20.2" in page
        assert page.count('<figure class="exhibit exhibit-figure"') == 1
        assert "<script src" not in page and "http-equiv" in page
        links = re.findall(r'href="(runs/[^"]+)"', page)
        assert len(links) == 2
        for link in links:
            assert (folder / link.replace("%3D", "=").replace("%2C", ",")).is_file()
    assert 'href="index.zh.html"' in (folder / "index.html").read_text(encoding="utf-8")


def test_two_sweeps_of_the_same_grid_differ_in_their_manifests_alone(miniature, sweep):
    sweep(2015, 2016)
    first = miniature.files("dist")
    shutil.rmtree(miniature.project.dist / "sweep-latest")
    sweep(2015, 2016)
    assert miniature.files("dist") == first


def test_a_failed_run_does_not_sink_the_rest_and_says_where_and_why(miniature, sweep, kernels):
    kernels.raises(2016, raised())
    result = sweep(2015, 2016, 2017)
    assert [outcome.state for outcome in result.comparison.outcomes] == ["built", "failed", "built"]
    folder = miniature.project.dist / "sweep-latest"
    failure = manifest(folder)["runs"][1]["failure"]
    assert (failure["kind"], failure["where"]) == ("NotebookError", "01_alpha.ipynb, cell 4")
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert "Runs that failed" in page and "a cell raised ZeroDivisionError" in page
    assert {row["base_year"] for row in rows((folder / "results.csv").read_bytes())} == {"2015", "2017"}
    assert not (folder / "runs" / "base_year=2016").exists()


def test_only_a_kernel_that_does_not_start_is_started_again(sweep, kernels, monkeypatch):
    monkeypatch.setattr(work, "PAUSE", 0.0)
    kernels.raises(2015, *[no_kernel()] * (work.STARTS - 1))
    kernels.raises(2016, *[no_kernel()] * work.STARTS)
    kernels.raises(2017, raised())
    states = {o.run.name: o.failure and o.failure.kind for o in sweep(2015, 2016, 2017).comparison.outcomes}
    assert states == {
        "base_year=2015": None,
        "base_year=2016": "KernelStartError",
        "base_year=2017": "NotebookError",
    }


def test_a_bug_in_one_run_is_reported_with_its_traceback_and_the_rest_is_built(sweep, kernels):
    kernels.raises(2016, ZeroDivisionError("division by zero"))
    result = sweep(2015, 2016)
    failure = result.comparison.failed[0].failure
    assert failure.kind == "Bug"
    assert "ZeroDivisionError: division by zero" in failure.what
    assert "Traceback" in failure.excerpt


def test_resume_builds_what_is_missing_and_nothing_else(sweep, kernels):
    kernels.raises(2016, raised())
    sweep(2015, 2016)
    kernels.failing.clear()
    result = sweep(2015, 2016, 2017, resume=True)
    assert sweep.built == ["base_year=2016", "base_year=2017"]
    assert [outcome.state for outcome in result.comparison.outcomes] == ["kept", "built", "built"]
    assert result.comparison.outcomes[0].value("loans_to_gdp") == 0.2015


def test_resume_publishes_what_a_sweep_in_one_go_would(miniature, sweep):
    sweep(2015, 2016)
    whole = miniature.files("dist")
    shutil.rmtree(miniature.project.dist / "sweep-latest")
    sweep(2015)
    sweep(2015, 2016, resume=True)
    assert sweep.built == ["base_year=2016"]
    assert miniature.files("dist") == whole


@pytest.mark.parametrize(
    "harm",
    [
        lambda run: (run / "en" / "index.html").unlink(),
        lambda run: (run / "en" / "manifest.json").write_text("{", encoding="utf-8"),
        lambda run: (run / "en" / "results.json").write_text("{}", encoding="utf-8"),
        shutil.rmtree,
    ],
    ids=["a page is gone", "a broken manifest", "a changed file", "a folder is gone"],
)
def test_a_run_that_is_not_whole_is_not_done(miniature, sweep, harm):
    sweep(2015, 2016)
    harm(miniature.project.dist / "sweep-latest" / "runs" / "base_year=2016")
    sweep(2015, 2016, resume=True)
    assert sweep.built == ["base_year=2016"]


@pytest.mark.parametrize(
    "path",
    ["data/catalogue/none.yaml", "editions/latest.yaml", "requirements.txt", "notebooks/01_alpha.ipynb"],
)
def test_a_run_whose_inputs_have_changed_is_not_done(miniature, sweep, path):
    sweep(2015, 2016)
    file = miniature.root / path
    file.write_text((file.read_text(encoding="utf-8") if file.exists() else "") + "\n", encoding="utf-8")
    sweep(2015, 2016, resume=True)
    assert sweep.built == ["base_year=2015", "base_year=2016"]


def test_a_run_in_fewer_languages_than_asked_for_is_not_done(sweep):
    sweep(2015)
    sweep(2015, languages=("en", "zh"), resume=True)
    assert sweep.built == ["base_year=2015"]


def test_runs_that_are_no_longer_asked_for_go(miniature, sweep):
    sweep(2015, 2016)
    sweep(2016, 2017)
    folder = miniature.project.dist / "sweep-latest" / "runs"
    assert sorted(path.name for path in folder.iterdir()) == ["base_year=2016", "base_year=2017"]


def test_a_folder_that_holds_something_else_is_refused(miniature, sweep):
    folder = miniature.project.dist / "sweep-mine"
    folder.mkdir()
    (folder / "thesis.docx").write_text("years of work", encoding="utf-8")
    with pytest.raises(UsageError, match="holds something else than a sweep"):
        sweep(2015, name="mine")
    assert (folder / "thesis.docx").exists()


def test_what_cannot_be_built_is_refused_before_anything_runs(miniature, sweep):
    miniature.write("02_beta.ipynb", miniature.prose("## Alone", "")[0])
    with pytest.raises(UsageError, match="English cell without its Chinese"):
        sweep(2015, 2016)
    assert sweep.built == []
    assert not list(miniature.project.dist.iterdir())


def test_a_sweep_goes_to_an_address_and_resumes_there(miniature, sweep):
    address = f"memory://{miniature.root.parent.name}"
    sweep(2015, output=address)
    sweep(2015, 2016, output=address, resume=True)
    assert sweep.built == ["base_year=2016"]
    there = Address(address)
    sweep(2015, 2016)
    here = miniature.project.dist / "sweep-latest"
    for path in ("index.html", "results.csv", "runs/base_year=2016/en/index.html"):
        assert there.read(path) == (here / path).read_bytes()
    assert not (miniature.project.dist / ".lock-sweep-latest").exists()


def test_a_store_without_its_package_is_refused_with_what_to_install(sweep):
    with pytest.raises(UsageError, match=r"nosuch.*install-cluster"):
        sweep(2015, output="nosuch://bucket")


def test_values_named_are_compared_and_unknown_ones_show_as_missing(miniature, sweep):
    result = sweep(2015, 2016, headlines=("loans_to_gdp", "no_such_value"))
    assert [headline.name for headline in result.comparison.headlines] == ["loans_to_gdp", "no_such_value"]
    assert "no_such_value" in (miniature.project.dist / "sweep-latest" / "index.html").read_text("utf-8")


def test_plain_lines_say_when_each_run_begins_and_how_it_ended(sweep, kernels):
    stream = io.StringIO()
    kernels.raises(2016, raised())
    sweep(2015, 2016, progress=PlainSweepProgress(stream))
    said = stream.getvalue().splitlines()
    assert said[0] == "sweep of 2 runs"
    assert said[1] == "base_year=2015: building"
    ended = [line for line in said if line.startswith("[")]
    assert re.fullmatch(r"\[1/2\] base_year=2015: built in \d+\.\d s", ended[0])
    assert ended[1].startswith("[2/2] base_year=2016: FAILED: 01_alpha.ipynb, cell 4: a cell raised")


def test_the_live_table_counts_and_shows_what_failed(sweep, kernels, capsys):
    kernels.raises(2016, raised())
    sweep(2015, 2016, progress=LiveSweepProgress())
    said = capsys.readouterr().err
    assert "2 of 2 runs (1 built, 1 failed)" in said
    assert "base_year=2016" in said


def test_a_second_sweep_in_the_same_folder_is_told_to_wait(miniature, sweep):
    from filelock import FileLock

    with (
        FileLock(miniature.project.dist / ".lock-sweep-latest"),
        pytest.raises(UsageError, match="another sweep is at work"),
    ):
        sweep(2015)


def test_a_sweep_leaves_the_editions_place_alone(miniature, sweep):
    miniature.project.dist.joinpath("latest").mkdir()
    sweep(2015, 2016)
    assert not any(Path(miniature.project.dist / "latest").iterdir())
    assert json.loads((miniature.project.dist / "sweep-latest" / "manifest.json").read_text("utf-8"))[
        "sweep"
    ] == {"base_year": [2015, 2016]}

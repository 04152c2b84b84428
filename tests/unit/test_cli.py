"""The command line answers slips at once, errors with their exit code, and with --json in JSON alone."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from consumer_credit import cli, errors
from consumer_credit.commands.values import FILTERS_OF_UNIT
from consumer_credit.parameters import Parameters
from consumer_credit.report.authoring.passages import FILTERS
from consumer_credit.report.values import UNITS

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """A project without chapters or data, in which no command can do harm."""
    for folder in ("notebooks", "editions"):
        (tmp_path / folder).mkdir()
    bilingual = "title: {en: Latest, zh: 最新}\ndescription: {en: d, zh: d}\n"
    (tmp_path / "editions" / "latest.yaml").write_text(bilingual, encoding="utf-8")
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(tmp_path))
    return tmp_path


@pytest.fixture
def building(monkeypatch):
    """Replace what `build` does: raise this, and note with which options it was called."""
    calls = []

    def install(error=None):
        def build(project, options, progress, steps, will_execute):
            calls.append(options)
            if error is not None:
                raise error

        monkeypatch.setattr("consumer_credit.commands.build.build", build)
        return calls

    return install


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "base_yaer=1"], "unknown parameter 'base_yaer' — did you mean 'base_year'?"),
        (["--set", "base_year"], "cannot read 'base_year' — write --set name=value"),
        (["--set", "base_year=2016", "--set", "base_year=2017"], "'base_year' is set twice"),
        (["--edition", "lates"], "no edition 'lates' — did you mean 'latest'?"),
        (["--format", "html,docx"], "unknown format 'docx' — choose from: html, pdf"),
        (["--format", ","], "no format named"),
        (["--language", "fr"], "'fr' is not one of 'en', 'zh', 'all'"),
        (["--lanuage", "en"], "unknown option '--lanuage' — did you mean '--language'?"),
        (["parms"], "unknown command 'parms' — did you mean 'params'?"),
        (["data", "chek"], "unknown command 'chek' — did you mean 'check'?"),
        (["params", "--jsn"], "unknown option '--jsn' — did you mean '--json'?"),
        (["--set", "base_year=2019", "values"], "--set stands before 'values', where it has no effect"),
    ],
)
def test_a_slip_is_answered_in_one_line_with_exit_code_2(capsys, arguments, message):
    assert cli.main(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""


def test_a_slip_is_answered_before_anything_slow_is_imported():
    program = (
        "import sys; from consumer_credit.cli import main; main(['--set', 'base_yaer=1']);"
        "slow = {'pandas', 'numpy', 'nbformat', 'papermill', 'matplotlib', 'jinja2', 'rich'};"
        "print(slow & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.UsageError("u"), 2),
        (errors.DataError("d", where="data/observations/pbc.csv, row 3", remedy="repair it"), 3),
        (errors.NotebookError("n", where="01_china.ipynb, cell 7", excerpt="→ 2 │ 1/0"), 4),
        (errors.KernelError("k"), 5),
        (errors.RenderError("r"), 6),
    ],
)
def test_every_error_has_its_exit_code_and_json_stays_alone_on_standard_output(capsys, building, error, code):
    building(error)
    assert cli.main(["--json"]) == code
    captured = capsys.readouterr()
    said = json.loads(captured.out)
    assert (said["status"], said["exit_code"], said["error"]["what"]) == ("error", code, error.what)
    assert said["error"]["where"] == error.where
    assert captured.err.startswith(f"error: {error}")
    assert "Traceback" not in captured.err
    assert said["error"].get("excerpt", "") == getattr(error, "excerpt", "")


def test_an_error_nobody_foresaw_is_called_our_bug_and_its_traceback_kept(capsys, building, project):
    building(LookupError("what is this"))
    assert cli.main([]) == 1
    said = capsys.readouterr().err
    assert "this is a bug of ours (LookupError: what is this)" in said
    assert len(said.splitlines()) == 1
    assert "LookupError: what is this" in (project / ".cache" / "traceback.txt").read_text()


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            PermissionError(errno.EACCES, "Permission denied", "/x/y"),
            "/x/y: Permission denied — have whoever",
        ),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk: No space left on device — free some"),
    ],
)
def test_what_the_system_refuses_is_no_bug_but_named_with_what_to_do(capsys, building, error, message):
    building(error)
    assert cli.main([]) == 2
    assert message in capsys.readouterr().err


def test_a_name_that_no_file_can_have_is_a_slip(capsys):
    assert cli.main(["compare", "x" * 5000, "y"]) == 2
    said = capsys.readouterr().err
    assert "choose a shorter name" in said
    assert len(said) < 1000


def test_a_missing_package_is_no_bug_but_an_unfinished_installation(capsys, building):
    building(ModuleNotFoundError("No module named 'typst'", name="typst"))
    assert cli.main([]) == 2
    assert "the package 'typst' is missing — 'make report' installs it" in capsys.readouterr().err


def test_ctrl_c_ends_with_130(capsys, building):
    building(KeyboardInterrupt())
    assert cli.main([]) == 130
    assert capsys.readouterr().err.startswith("interrupted")


def test_what_was_asked_for_reaches_the_build(building):
    calls = building(errors.UsageError("enough"))
    cli.main(
        [
            "--set",
            "base_year=2019",
            "--set",
            "as_of=2017-04",
            "--language",
            "zh",
            "--format",
            "pdf",
            "--chapter",
            "2",
        ]
    )
    options = calls[0]
    assert options.overrides == {"base_year": 2019, "as_of": "2017-04"}
    assert (options.languages, options.formats, options.chapters) == (("zh",), ("pdf",), ("2",))
    cli.main([])
    assert (calls[1].languages, calls[1].formats, calls[1].draft) == (("en", "zh"), ("html", "pdf"), False)


def test_params_explains_every_parameter_in_both_languages(capsys):
    assert cli.main(["params", "--json"]) == 0
    found = {entry["name"]: entry for entry in json.loads(capsys.readouterr().out)["parameters"]}
    assert list(found) == list(Parameters.model_fields)
    assert (found["base_year"]["minimum"], found["base_year"]["maximum"]) == (1950, 2100)
    assert found["china_scope"]["choices"] == ["total", "ex_housing"]
    assert cli.main(["params", "--language", "zh"]) == 0
    said = capsys.readouterr().out
    assert "base_year\n    逐行列示计算过程的基准年" in said
    assert "默认值: 2016" in said


def test_help_shows_examples_and_exit_codes(capsys):
    assert cli.main(["--help"]) == 0
    said = capsys.readouterr().out
    assert "python build_report.py --set base_year=2019 --language en --format html" in said
    assert "3 data" in said
    assert cli.main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("consumer-credit-report ")


def test_every_unit_of_a_value_has_its_filters():
    assert set(FILTERS_OF_UNIT) == set(UNITS)
    assert {name for filters in FILTERS_OF_UNIT.values() for name in filters} <= set(FILTERS)

"""`data import | show | diff | status | export | codebook` and `compare`, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.cli import main
from consumer_credit.commands.figures import columns, grouped, percent, shown_as, signed, span
from consumer_credit.data.store import Store

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def data(
    tmp_path: Path, write_data: Callable[..., Path], series_entry: Callable[..., dict[str, Any]]
) -> Path:
    """A project with one series in two vintages, and one without figures."""
    for name in ("notebooks", "editions", "docs"):
        (tmp_path / name).mkdir()
    series = {"us.credit": series_entry(unit="USD", scale=1e6), "cn.loans": series_entry()}
    rows = ["cn.loans,2016-12,250472.29,2017-01,page", "cn.loans,2016-12,250000,2018-01,page"]
    return write_data(tmp_path / "data", rows, series)


@pytest.fixture
def run(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command in the project: exit code, standard output, standard error."""
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(data.parent))
    monkeypatch.chdir(data.parent)

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


# -- import


def test_an_import_shows_what_it_did(run: Run, data: Path) -> None:
    file = data.parent / "new.csv"
    file.write_text("series,period,value,vintage\ncn.loans,2017-12,315194.27,2018-01\n", encoding="utf-8")
    code, out, _ = run("data", "import", "new.csv", "--dry-run")
    assert code == 0 and "dry run" in out
    code, out, _ = run("data", "import", "new.csv", "--json")
    assert (code, json.loads(out)["status"]) == (0, "imported")
    code, out, _ = run("data", "import", "new.csv")
    assert code == 0 and "all of it is held already" in out


def test_an_import_without_a_file_or_with_a_wrong_date_is_a_usage_error(run: Run) -> None:
    assert run("data", "import")[0] == 2
    assert run("data", "import", "x.csv", "--vintage", "tomorrow")[0] == 2


def test_a_file_that_nobody_knows_names_what_was_found(run: Run, data: Path) -> None:
    (data.parent / "odd.txt").write_text("a,b\n1,2\n", encoding="utf-8")
    code, _, err = run("data", "import", "odd.txt")
    assert code == 3
    assert "odd.txt" in err and "expected" in err and "found" in err


# -- show, diff, status


def test_a_series_is_shown_as_it_was_known(run: Run) -> None:
    code, out, _ = run("data", "show", "cn.loans", "--as-of", "2017-04-25")
    assert code == 0
    assert "as known on 2017-04-25" in out and "250472.29" in out and "250000" not in out
    code, out, _ = run("data", "show", "cn.loans", "--vintages")
    assert "250472.29" in out and "250000" in out
    code, out, _ = run("data", "show", "cn.loans", "--json")
    assert json.loads(out)["observations"] == [
        {
            "period": "2016-12",
            "value": 250000.0,
            "vintage": "2018-01",
            "source": "page",
            "later_vintage": False,
        }
    ]


def test_slips_of_show_are_answered(run: Run) -> None:
    code, _, err = run("data", "show", "cn.loan")
    assert code == 3 and "did you mean 'cn.loans'?" in err
    code, _, err = run("data", "show", "cn.loans", "--as-of", "yesterday")
    assert code == 2 and "--as-of: 'yesterday' is not a date" in err


def test_a_diff_tells_revisions_absolute_and_relative(run: Run) -> None:
    arguments = ("data", "diff", "cn.loans", "--from", "2017-04-25", "--to", "2019-01", "--no-headlines")
    code, out, _ = run(*arguments)
    assert code == 0
    assert "cn.loans: Loans, CNY billion" in out
    assert "0 added, 0 removed, 1 revised, 0 the same" in out
    assert "2016-12  25 047.2  →  25 000.0  −47.2  −0.2 %  (2017-01 → 2018-01)" in out
    found = json.loads(run(*arguments, "--json")[1])
    assert found["series"][0]["revised"][0]["change"] == pytest.approx(-472.29)
    assert found["headlines"] == []


def test_a_diff_without_a_change_says_so(run: Run) -> None:
    code, out, _ = run("data", "diff", "--from", "2019-01", "--to", "2020-01", "--no-headlines")
    assert code == 0 and "nothing became known in between" in out


def test_the_project_own_diff_prints_the_known_revision_and_the_ratios(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(Path(__file__).parents[2]))
    assert main(["data", "diff", "us.consumer_credit", "--from", "2016-11", "--to", "2026-04"]) == 0
    out = capsys.readouterr().out
    assert "2015-12  3 535.7  →  3 400.2  −135.5  −3.8 %" in out
    assert "United States: consumer credit to GDP" in out and " pp" in out


def test_status_marks_what_is_overdue_and_how_to_get_it(run: Run) -> None:
    code, out, _ = run("data", "status", "--today", "2018-02-28")
    assert code == 0
    (line,) = [line for line in out.splitlines() if line.strip().startswith("cn.loans")]
    expected = "cn.loans 2016-12 2018-01 28 2017-03-03 (2017-01) overdue by 362 days (by hand)"
    assert " ".join(line.split()) == expected
    assert "2 series on 2018-02-28: 1 overdue, 1 no figures" in out
    found = json.loads(run("data", "status", "--today", "2017-02-28", "--overdue", "--json")[1])
    assert found == {"today": "2017-02-28", "series": []}


def test_status_of_named_series_only(run: Run) -> None:
    code, out, _ = run("data", "status", "cn.loans", "--today", "2017-02-28")
    assert code == 0 and "us.credit" not in out
    assert run("data", "status", "cn.loan")[0] == 3


# -- export, codebook, compare


def test_an_export_prints_its_files(run: Run, data: Path) -> None:
    code, out, _ = run("data", "export", "--as-of", "2017-04-25")
    assert code == 0
    assert out.splitlines()[0] == "dist/data/observations.csv"
    assert "250472.29" in (data.parent / "dist" / "data" / "observations.csv").read_text(encoding="utf-8")
    code, out, _ = run("data", "export", "--format", "xlsx", "--output", "out", "--json")
    assert [Path(name).name for name in json.loads(out)["files"]] == [
        "figures.xlsx",
        "codebook.md",
        "datapackage.json",
    ]


def test_slips_of_export_are_usage_errors(run: Run) -> None:
    assert run("data", "export", "--format", "pdf")[0] == 2
    assert run("data", "export", "--as-of", "never")[0] == 2


def test_the_codebook_is_written_and_checked(run: Run, data: Path) -> None:
    code, _, err = run("data", "codebook", "--check")
    assert code == 2 and "run 'data codebook'" in err
    assert run("data", "codebook")[:2] == (0, "docs/codebook.md\n")
    assert run("data", "codebook", "--check")[0] == 0


def _publish(folder: Path, value: float) -> None:
    folder.mkdir()
    entry = {"chapter": "china", "name": "cn_ratio", "unit": "fraction", "formula": "a / b", "vintages": {}}
    (folder / "results.json").write_text(
        json.dumps({"results": [{**entry, "value": value}]}), encoding="utf-8"
    )
    manifest = {"parameters": {"base_year": 2016 if value < 0.3 else 2019}, "inputs": {}, "versions": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_compare_names_the_result_and_the_cause(run: Run, data: Path) -> None:
    _publish(data.parent / "a", 0.25)
    _publish(data.parent / "b", 0.35)
    code, out, _ = run("compare", "a", "b")
    assert code == 0
    assert "base_year: 2016 → 2019" in out
    assert "25.00 % → 35.00 % (+10.00 pp)" in out
    assert "because of one of: parameters" in out
    found = json.loads(run("compare", "a", "b", "--json")[1])
    assert found["changes"][0]["reasons"][0]["cause"] == "parameters"
    assert run("compare", "a", "nowhere")[0] == 2


# -- how figures and progress are shown


def test_digits_are_grouped_and_signs_are_true() -> None:
    assert grouped(3535.728, 1) == "3 535.7"
    assert (grouped(-1234567.0, 0), signed(0.5, 1), signed(-0.5, 1)) == ("−1 234 567", "+0.5", "−0.5")
    assert (percent(-0.0383), percent(float("nan"))) == ("−3.8 %", "")
    assert (span(["a"]), span(["a", "b", "c", "d"])) == ("a", "a … d")


def test_a_small_change_does_not_vanish(published: Store) -> None:
    shown = shown_as(published.catalogue.find("us.consumer_credit"))
    assert (shown.unit, shown.number(3535728.1)) == ("USD billion", "3 535.7")
    assert (shown.change(12.0), shown.change(-135504.88)) == ("+0.01", "−135.5")


@pytest.mark.parametrize(
    ("series", "unit", "value", "text"),
    [
        ("cn.household_consumer_loans", "CNY billion", 250472.29, "25 047.2"),
        ("cn.household_credit.pct_gdp", "per cent", 59.4, "59.40"),
        ("us.cpi", "index", 310.326, "310.3260"),
        ("cn.population", "million persons", 140967, "1 409.67"),
    ],
)
def test_units_are_words(published: Store, series: str, unit: str, value: float, text: str) -> None:
    shown = shown_as(published.catalogue.find(series))
    assert (shown.unit, shown.number(value)) == (unit, text)


def test_chinese_signs_take_two_columns() -> None:
    assert columns([("亿元", "1"), ("a", "22")], right=(1,)) == ["亿元   1", "a     22"]

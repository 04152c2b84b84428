"""`data update` as a person types it: what it says, what it leaves behind, how it fails."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from publisher_server import Answer, fred_csv, html_error, months

from consumer_credit.cli import main
from consumer_credit.commands.fetch_progress import Bar, PlainLines, choose_listener
from consumer_credit.data.store import Store
from consumer_credit.data.updating.contract import Request
from consumer_credit.errors import DataError

Run = Callable[..., tuple[int, str, str]]
CREDIT = [5100.1, 5110.2, 5120.3]


@pytest.fixture
def data(
    tmp_path: Path, server: Any, write_data: Callable[..., Path], series_entry: Callable[..., dict[str, Any]]
) -> Path:
    """A project whose one fetched series lies on the server, and one that is brought by hand."""
    for name in ("notebooks", "editions", "docs"):
        (tmp_path / name).mkdir()
    address = f"{server.base}/graph/fredgraph.csv?id=TOTALSL"
    series = {
        "us.credit": series_entry(
            unit="USD", scale=1e6, keys={"fred": "TOTALSL"}, update={"api": "fred", "address": address}
        ),
        "cn.loans": series_entry(url="https://www.pbc.gov.cn/statistics"),
    }
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


@pytest.fixture
def answering(server: Any) -> Any:
    server.answers("/graph/fredgraph.csv", fred_csv("TOTALSL", months("2026-07-01", CREDIT)))
    return server


def test_an_update_says_what_came_what_is_left_to_do_and_what_is_next(
    answering: Any, run: Run, data: Path
) -> None:
    code, out, err = run("data", "update")
    assert code == 0
    assert "us.credit: 3 added (2026-07 to 2026-09" in out
    assert "maker (1 series): https://www.pbc.gov.cn/statistics" in out
    assert "python build_report.py data import FILE" in out
    assert "imported; next: 'python build_report.py data check'" in out
    assert f"[1/1] fred/TOTALSL.csv: {len(fred_csv('TOTALSL', months('2026-07-01', CREDIT)))} bytes" in err
    assert len(Store.open(data).observations("us.credit")) == 3


def test_a_second_update_says_that_nothing_is_new(answering: Any, run: Run) -> None:
    run("data", "update")
    code, out, err = run("data", "update")
    assert code == 0
    assert "1 of 1 addresses answered, 1 with nothing new" in out
    assert "the data stand as they were" in out
    assert "bytes, unchanged" in err


def test_a_dry_run_writes_nothing(answering: Any, run: Run, data: Path) -> None:
    code, out, _ = run("data", "update", "--dry-run", "--quiet")
    assert code == 0
    assert "dry run: nothing was written" in out
    assert len(Store.open(data).observations("us.credit")) == 0


def test_an_update_that_fails_has_exit_code_3_and_names_the_address(server: Any, run: Run) -> None:
    server.answers("/graph/fredgraph.csv", html_error())
    code, out, err = run("data", "update")
    assert code == 3
    assert "0 of 1 addresses answered" in out
    assert f"failed: {server.base}/graph/fredgraph.csv?id=TOTALSL: a web page came instead" in err


def test_offline_is_one_line(server: Any, run: Run) -> None:
    server.close()
    code, out, err = run("data", "update", "--quiet")
    assert code == 3 and out == ""
    assert err.startswith("error: http://127.0.0.1:") and err.count("\n") == 1
    assert "online" in err


def test_an_update_in_json_is_one_document(answering: Any, run: Run) -> None:
    code, out, err = run("data", "update", "--json")
    found = json.loads(out)
    assert (code, err, found["status"], found["asked"]) == (0, "", "updated", 1)
    assert found["import"]["counts"]["added"] == 3
    assert found["by_hand"][0]["address"] == "https://www.pbc.gov.cn/statistics"


def test_options_reach_the_publisher(answering: Any, run: Run) -> None:
    run("data", "update", "--publisher", "fred", "--since", "2015-Q2", "--quiet")
    assert answering.asked[0].query == {"id": "TOTALSL", "cosd": "2015-04-01"}
    run("data", "update", "--vintage", "2016-11", "--quiet")
    assert (answering.asked[1].path, answering.asked[1].query["vintage_date"]) == (
        "/graph/alfredgraph.csv",
        "2016-11-30",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--publisher", "makers"), "unknown publisher 'makers' — did you mean 'maker'?"),
        (("--since", "last year"), "--since: 'last year' is not a date"),
        (("--vintage", "2016-13"), "--vintage: '2016-13' is not a date"),
    ],
)
def test_slips_of_an_update_are_usage_errors(run: Run, arguments: tuple[str, ...], message: str) -> None:
    code, _, err = run("data", "update", *arguments)
    assert code == 2
    assert message in err


def test_progress_is_plain_where_there_is_no_terminal_and_silent_when_quiet() -> None:
    assert isinstance(choose_listener(quiet=False), PlainLines)
    assert type(choose_listener(quiet=True)).__name__ == "Listener"


def test_a_bar_counts_addresses_and_keeps_failures_above_it() -> None:
    from rich.console import Console

    bar = Bar()
    screen = io.StringIO()
    bar.bars.live.console = Console(file=screen, force_terminal=True, width=100)
    request = Request("fred", "https://example.org/a", ("a.b",), "fred/A[1].csv")
    bar.begins(2)
    bar.asks(request)
    bar.answered(request, 10, changed=True)
    bar.asks(request)
    bar.failed(request, DataError("no [red] answer"))
    assert bar.bars.tasks[0].completed == 1
    bar.ends()
    assert "no [red] answer" in screen.getvalue()


def test_waiting_is_said(server: Any, run: Run) -> None:
    good = fred_csv("TOTALSL", months("2026-07-01", CREDIT))
    server.answers("/graph/fredgraph.csv", Answer(b"", 503, {"Retry-After": "0"}), good)
    code, _, err = run("data", "update")
    assert code == 0
    assert "the server answers 503; asking again in 0 s" in err

"""A whole update against servers that answer rightly and wrongly: what comes in, what is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from publisher_server import (
    Answer,
    alfred_csv,
    bank_of_england_csv,
    bis_csv,
    fred_csv,
    html_error,
    months,
    statcan_link,
    statcan_zip,
    world_bank_json,
)

from consumer_credit.data.importing import apply
from consumer_credit.data.store import Store
from consumer_credit.data.updating.answers import OfflineError
from consumer_credit.data.updating.contract import Request
from consumer_credit.data.updating.polite import Client
from consumer_credit.data.updating.session import Listener, UpdatePlan, plan_update
from consumer_credit.errors import DataError

MakeClient = Callable[..., Client]
CREDIT = [5100.1, 5110.2, 5120.3]


@pytest.fixture
def folder(
    tmp_path: Path, server: Any, write_data: Callable[..., Path], series_entry: Callable[..., dict[str, Any]]
) -> Path:
    """A series of each interface, and one brought by hand; all addresses lead to the server."""

    def entry(api: str, address: str, **more: Any) -> dict[str, Any]:
        return series_entry(
            update={"api": api, "address": f"{server.base}{address}" if address else ""}, **more
        )

    series = {
        "us.credit": entry(
            "fred", "/graph/fredgraph.csv?id=TOTALSL", unit="USD", scale=1e6, keys={"fred": "TOTALSL"}
        ),
        "us.debt": entry(
            "fred", "/graph/fredgraph.csv?id=CMDEBT", unit="USD", scale=1e6, keys={"fred": "CMDEBT"}
        ),
        "cn.debt_ratio": entry(
            "bis",
            "/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.CN.H.A.M.770.A",
            unit="percent",
            scale=0.01,
            kind="rate",
            frequency="quarterly",
            keys={"bis": "Q:CN:H:A:M:770:A"},
        ),
        "us.debt_ratio": entry(
            "bis",
            "/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.US.H.A.M.770.A",
            unit="percent",
            scale=0.01,
            kind="rate",
            frequency="quarterly",
            keys={"bis": "Q:US:H:A:M:770:A"},
        ),
        "cn.people": entry(
            "world_bank",
            "/v2/country/CHN/indicator/SP.POP.TOTL?format=json",
            unit="persons",
            scale=1e4,
            kind="count",
            frequency="annual",
            keys={"wdi": "CHN:SP.POP.TOTL"},
        ),
        "gb.credit": entry(
            "bank_of_england",
            "/boeapps/database/_iadb-fromshowcolumns.asp?csv.x=yes&SeriesCodes=LPMBI2O",
            unit="GBP",
            scale=1e6,
            keys={"boe": "LPMBI2O"},
        ),
        "ca.credit": entry(
            "statcan",
            "/t1/wds/rest/getFullTableDownloadCSV/38100238/en",
            unit="CAD",
            scale=1e6,
            frequency="quarterly",
            keys={"statcan": "v1038036701"},
        ),
        "cn.loans": entry("page", "", url="https://www.pbc.gov.cn/statistics"),
    }
    return write_data(tmp_path / "data", [], series)


@pytest.fixture
def answering(server: Any) -> Any:
    """The server with every publisher in good order."""
    server.answers("/graph/fredgraph.csv?id=TOTALSL", fred_csv("TOTALSL", months("2026-07-01", CREDIT)))
    server.answers("/graph/fredgraph.csv?id=CMDEBT", fred_csv("CMDEBT", months("2026-07-01", [20000, 20100])))
    server.answers(
        "/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.CN+US.H.A.M.770.A",
        bis_csv({("CN", "2026-Q1"): 59.4, ("US", "2026-Q1"): 68.2}),
    )
    people = "/v2/country/CHN/indicator/SP.POP.TOTL?format=json&per_page=20000"
    first = {("CHN", "2024"): 1408975000.0}
    second = {("CHN", "2023"): 1410710000.0, ("CHN", "2022"): None}
    server.answers(people, world_bank_json("SP.POP.TOTL", first, page=1, pages=2))
    server.answers(f"{people}&page=2", world_bank_json("SP.POP.TOTL", second, page=2, pages=2))
    server.answers(
        "/boeapps/database/_iadb-fromshowcolumns.asp",
        bank_of_england_csv(["LPMBI2O"], {"31 Aug 2026": [240100], "30 Sep 2026": [241200]}),
    )
    server.answers("/t1/wds/rest/getFullTableDownloadCSV/38100238/en", statcan_link(server.base, "38100238"))
    table = statcan_zip("38100238", "v1038036701", {"2026-01": 801000, "2026-04": 805000})
    server.answers("/n1/tbl/csv/38100238-eng.zip", table)
    return server


def update(folder: Path, client: Client, **options: Any) -> UpdatePlan:
    """Plan an update and carry it out."""
    with client:
        found = plan_update(folder, client, **options)
    if found.plan is not None:
        apply(found.plan)
    return found


def held(folder: Path, series: str) -> dict[str, tuple[float, str]]:
    """Period to (value, vintage) as known today."""
    frame = Store.open(folder).as_of(series, in_units=False)
    return {row.period: (row.value, row.vintage) for row in frame.itertuples()}


def test_every_interface_brings_its_figures(answering: Any, folder: Path, make_client: MakeClient) -> None:
    found = update(folder, make_client())
    assert found.failures == () and found.without_figures == ()
    assert held(folder, "us.credit") == {
        "2026-07": (5100.1, "2026-11-23"),
        "2026-08": (5110.2, "2026-11-23"),
        "2026-09": (5120.3, "2026-11-23"),
    }
    assert held(folder, "cn.debt_ratio") == {"2026-Q1": (59.4, "2026-11-23")}
    assert held(folder, "us.debt_ratio") == {"2026-Q1": (68.2, "2026-11-23")}
    assert held(folder, "cn.people") == {
        "2023": (141071, "2026-10-07"),  # the day of the last update, stated in the answer
        "2024": (140897.5, "2026-10-07"),
    }
    assert held(folder, "gb.credit") == {"2026-08": (240100, "2026-11-23"), "2026-09": (241200, "2026-11-23")}
    assert held(folder, "ca.credit") == {"2026-Q1": (801000, "2026-11-23"), "2026-Q2": (805000, "2026-11-23")}


def test_each_value_can_be_walked_back_to_address_time_size_and_digest(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    update(folder, make_client())
    store = Store.open(folder)
    source = store.catalogue.sources[store.as_of("us.credit").source.iloc[-1]]
    payload = fred_csv("TOTALSL", months("2026-07-01", CREDIT))
    import hashlib

    assert source.addresses == (f"{answering.base}/graph/fredgraph.csv?id=TOTALSL",)
    assert f"{len(payload)} bytes" in source.obtained_from
    assert hashlib.sha256(payload).hexdigest() in source.obtained_from
    assert "fetched 2026-11-23T09:30:00Z" in source.obtained_from
    assert source.confidence == "official_file"
    paged = store.as_of("cn.people").source
    assert [store.catalogue.sources[s].addresses[0].endswith("page=2") for s in paged] == [True, False]


def test_what_is_brought_by_hand_is_named_with_its_page(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    (page,) = update(folder, make_client()).by_hand
    assert (page.address, page.series) == ("https://www.pbc.gov.cn/statistics", ("cn.loans",))


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".import" not in path.parts
    }


def test_a_second_update_changes_not_one_byte(answering: Any, folder: Path, make_client: MakeClient) -> None:
    update(folder, make_client())
    before = _bytes_of(folder)
    later = make_client(now=lambda: dt.datetime(2026, 11, 30, tzinfo=dt.UTC))
    found = update(folder, later)
    assert found.plan is None
    assert len(found.unchanged) == 7
    assert _bytes_of(folder) == before


def test_the_same_figures_on_a_later_day_are_no_new_vintage_even_when_nothing_is_remembered(
    answering: Any, folder: Path, make_client: MakeClient, tmp_path: Path
) -> None:
    update(folder, make_client())
    before = _bytes_of(folder)
    from consumer_credit.data.updating.memory import Memory

    forgetful = make_client(
        memory=Memory(tmp_path / "elsewhere"), now=lambda: dt.datetime(2026, 11, 30, tzinfo=dt.UTC)
    )
    assert update(folder, forgetful).plan is None
    assert _bytes_of(folder) == before


def test_a_release_adds_a_vintage_and_the_old_one_stays_readable(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    update(folder, make_client())
    revised = months("2026-07-01", [5100.1, 5111.9, 5121.3, 5130.0])
    answering.answers("/graph/fredgraph.csv?id=TOTALSL", fred_csv("TOTALSL", revised))
    update(folder, make_client(now=lambda: dt.datetime(2026, 12, 8, tzinfo=dt.UTC)))
    assert held(folder, "us.credit")["2026-08"] == (5111.9, "2026-12-08")
    assert held(folder, "us.credit")["2026-10"] == (5130.0, "2026-12-08")
    then = Store.open(folder).as_of("us.credit", "2026-12-07", strict=True, in_units=False)
    assert list(then.value) == CREDIT
    assert list(then.vintage) == ["2026-11-23"] * 3


def test_a_dry_run_leaves_the_figures_to_a_real_one(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    with make_client() as client:
        planned = plan_update(folder, client)
    assert planned.plan is not None and not planned.plan.is_empty
    assert not (folder / "catalogue" / "imports.yaml").exists()
    assert update(folder, make_client()).plan is not None
    assert len(held(folder, "us.credit")) == 3


def test_a_past_vintage_comes_from_alfred_and_is_dated_by_it(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    for code, values in {"TOTALSL": [3700.5, 3710.5], "CMDEBT": [14000.5, 14100.5]}.items():
        answering.answers(
            f"/graph/alfredgraph.csv?id={code}&vintage_date=2016-11-07",
            alfred_csv(code, "2016-11-07", months("2016-08-01", values)),
        )
    found = update(folder, make_client(), vintage=dt.date(2016, 11, 7))
    assert found.failures == ()
    assert held(folder, "us.credit") == {"2016-08": (3700.5, "2016-11-07"), "2016-09": (3710.5, "2016-11-07")}


def test_only_what_was_asked_for_is_fetched(answering: Any, folder: Path, make_client: MakeClient) -> None:
    update(folder, make_client(), publishers=["bis"], since=dt.date(2020, 1, 1))
    assert [(asked.path[-7:], asked.query["startPeriod"]) for asked in answering.asked] == [
        ("M.770.A", "2020-Q1")
    ]


WRONG = {
    "missing": (Answer(b"<title>404</title>", 404), "answers 404"),
    "broken": (Answer(b"", 500), "answers 500"),
    "busy": (Answer(b"", 429), "answers 429"),
    "page with status 200": (Answer(html_error()), "web page"),
    "empty": (Answer(b""), "empty"),
    "cut off in transfer": (
        Answer(fred_csv("TOTALSL", months("2026-07-01", CREDIT)), cut=50),
        "cut off",
    ),
    "slow drip": (Answer(fred_csv("TOTALSL", months("2026-07-01", CREDIT)), drip=0.2), "not complete"),
    "changed heading": (
        Answer(b"when,how_much\n2026-07-01,5100.1\n"),
        "expected a column TOTALSL, found 'when,how_much'",
    ),
    "another series": (
        Answer(fred_csv("REVOLSL", months("2026-07-01", CREDIT))),
        "expected a column TOTALSL",
    ),
    "text for a figure": (Answer(b"observation_date,TOTALSL\n2026-07-01,n.n.\n"), "n.n."),
    "a row cut short": (
        Answer(b"observation_date,TOTALSL\n2026-07-01,5100.1\n2026-08-01\n"),
        "row 3",
    ),
    "a date that is none": (
        Answer(b"observation_date,TOTALSL\n2026-07-01,5100.1\n2026-13-01,5110.2\n"),
        "2026-13-01",
    ),
    "no figures": (Answer(b"observation_date,TOTALSL\n"), "no"),
}


@pytest.mark.thorough
@pytest.mark.parametrize("wrong", WRONG)
def test_one_publisher_in_disorder_is_named_and_does_not_hold_up_the_others(
    answering: Any, folder: Path, make_client: MakeClient, wrong: str
) -> None:
    answer, message = WRONG[wrong]
    answering.answers("/graph/fredgraph.csv?id=TOTALSL", answer)
    found = update(folder, make_client())
    (failure,) = found.failures
    assert failure.request.series == ("us.credit",)
    assert message in str(failure.error)
    assert held(folder, "us.credit") == {}
    assert held(folder, "us.debt") != {} and held(folder, "ca.credit") != {}


def test_a_missing_page_leaves_out_the_whole_answer(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    people = "/v2/country/CHN/indicator/SP.POP.TOTL?format=json&per_page=20000"
    answering.answers(f"{people}&page=2", Answer(b"", 500))
    found = update(folder, make_client())
    assert [failure.request.series for failure in found.failures] == [("cn.people",)]
    assert held(folder, "cn.people") == {}


def test_a_busy_publisher_is_asked_again(
    answering: Any, folder: Path, make_client: MakeClient, waits: list[float]
) -> None:
    good = fred_csv("TOTALSL", months("2026-07-01", CREDIT))
    answering.answers("/graph/fredgraph.csv?id=TOTALSL", Answer(b"", 429, {"Retry-After": "3"}), good)
    assert update(folder, make_client()).failures == ()
    assert waits == [3]


def test_series_that_an_answer_no_longer_holds_are_named(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    answering.answers(
        "/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.CN+US.H.A.M.770.A", bis_csv({("CN", "2026-Q1"): 59.4})
    )
    found = update(folder, make_client())
    assert found.without_figures == ("us.debt_ratio",)
    assert held(folder, "cn.debt_ratio") != {}


def test_a_figure_ten_thousand_times_too_large_is_refused(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    update(folder, make_client())
    slipped = months("2026-07-01", [value * 1e4 for value in (*CREDIT, 5130.0)])
    answering.answers("/graph/fredgraph.csv?id=TOTALSL", fred_csv("TOTALSL", slipped))
    found = update(folder, make_client(now=lambda: dt.datetime(2026, 12, 8, tzinfo=dt.UTC)))
    (failure,) = found.failures
    assert "us.credit" in str(failure.error)
    assert len(held(folder, "us.credit")) == 3


def test_offline_is_one_error_and_no_waiting(
    folder: Path, server: Any, make_client: MakeClient, waits: list[float]
) -> None:
    server.close()
    with make_client() as client, pytest.raises(OfflineError, match="cannot be reached"):
        plan_update(folder, client)
    assert waits == []


class _Diary(Listener):
    def __init__(self) -> None:
        self.lines: list[str] = []

    def begins(self, total: int) -> None:
        self.lines.append(f"begins {total}")

    def asks(self, request: Request) -> None:
        self.lines.append(f"asks {request.name}")

    def answered(self, request: Request, size: int, *, changed: bool) -> None:
        self.lines.append(f"answered {request.name} {changed}")

    def failed(self, request: Request, error: DataError) -> None:
        self.lines.append(f"failed {request.name}")


def test_who_listens_hears_of_every_address(answering: Any, folder: Path, make_client: MakeClient) -> None:
    answering.answers("/graph/fredgraph.csv?id=TOTALSL", Answer(b"", 404))
    diary = _Diary()
    with make_client() as client:
        plan_update(folder, client, publishers=["fred", "world_bank"], listener=diary)
    assert diary.lines == [
        "begins 3",
        "asks fred/TOTALSL.csv",
        "failed fred/TOTALSL.csv",
        "asks fred/CMDEBT.csv",
        "answered fred/CMDEBT.csv True",
        "asks world_bank/SP.POP.TOTL.json",
        "answered world_bank/SP.POP.TOTL.json True",
        "answered world_bank/SP.POP.TOTL-page2.json True",
    ]


def test_several_publishers_in_disorder_are_all_named(
    answering: Any, folder: Path, make_client: MakeClient
) -> None:
    odd = b"observation_date,TOTALSL\n2026-07-01,n.n.\n"
    answering.answers("/graph/fredgraph.csv?id=TOTALSL", odd)
    answering.answers("/graph/fredgraph.csv?id=CMDEBT", odd.replace(b"TOTALSL", b"CMDEBT"))
    answering.answers("/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.CN+US.H.A.M.770.A", b"A,B\n1,2\n")
    found = update(folder, make_client())
    assert sorted(failure.request.name for failure in found.failures) == [
        "bis/Q.H.A.M.770.A.csv",
        "fred/CMDEBT.csv",
        "fred/TOTALSL.csv",
    ]
    assert held(folder, "gb.credit") != {}

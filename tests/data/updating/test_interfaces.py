"""What each interface is asked, and what it must answer: few addresses, in the publishers' own form."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from publisher_server import (
    alfred_csv,
    fred_csv,
    months,
    statcan_link,
    statcan_zip,
    world_bank_error,
    world_bank_json,
)

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.updating import bank_of_england, bis, fred, statcan, world_bank
from consumer_credit.data.updating.answers import FetchError, require_safe
from consumer_credit.data.updating.contract import Request, Scope
from consumer_credit.data.updating.planning import INTERFACES, schedule
from consumer_credit.errors import UsageError

PROJECT_DATA = Path(__file__).parents[3] / "data"
TODAY = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(PROJECT_DATA)


@pytest.fixture(scope="module")
def requests(catalogue: Catalogue) -> tuple[Request, ...]:
    return schedule(catalogue, (), Scope(TODAY)).requests


def test_every_series_with_an_interface_is_served_by_exactly_one_request(
    catalogue: Catalogue, requests: tuple[Request, ...]
) -> None:
    served = sorted(series for request in requests for series in request.series)
    wanted = sorted(
        s.id
        for s in catalogue.series.values()
        if s.update.api in INTERFACES and not s.derived and not s.ended
    )
    assert served == wanted
    assert len(wanted) > 400


def test_the_whole_catalogue_needs_few_requests(requests: tuple[Request, ...]) -> None:
    assert len(requests) < 60
    assert len({request.address for request in requests}) == len(requests)


def test_every_address_of_the_catalogue_is_https_and_short_enough(requests: tuple[Request, ...]) -> None:
    for request in requests:
        require_safe(request.address)
        assert len(request.address) < 2000
        longest = max(len(part) for part in urlsplit(request.address).path.split("/"))
        assert longest < 1500  # the World Bank's limit between two slashes


def _of(catalogue: Catalogue, *ids: str) -> list[Any]:
    return [catalogue.find(series_id) for series_id in ids]


def test_fred_is_asked_one_file_a_series(catalogue: Catalogue) -> None:
    (request,) = fred.requests(_of(catalogue, "us.consumer_credit"), Scope(TODAY, since=dt.date(2015, 1, 1)))
    assert request.address == "https://fred.stlouisfed.org/graph/fredgraph.csv?id=TOTALSL&cosd=2015-01-01"
    assert request.name == "fred/TOTALSL.csv"


def test_past_vintages_come_from_alfred(catalogue: Catalogue) -> None:
    (request,) = fred.requests(
        _of(catalogue, "us.consumer_credit"), Scope(TODAY, vintage=dt.date(2016, 11, 7))
    )
    assert (
        request.address
        == "https://alfred.stlouisfed.org/graph/alfredgraph.csv?id=TOTALSL&vintage_date=2016-11-07"
    )


def test_an_answer_that_ignores_the_vintage_is_refused(catalogue: Catalogue) -> None:
    (request,) = fred.requests(
        _of(catalogue, "us.consumer_credit"), Scope(TODAY, vintage=dt.date(2016, 11, 7))
    )
    honest = alfred_csv("TOTALSL", "2016-11-07", months("2016-08-01", [3700, 3710]))
    assert fred.payload(request, honest) == honest
    with pytest.raises(
        FetchError, match="expected a column TOTALSL_20161107, found 'observation_date,TOTALSL'"
    ):
        fred.payload(request, fred_csv("TOTALSL", months("2016-08-01", [5000, 5010])))


def test_the_bis_is_asked_once_for_all_economies_of_a_kind(catalogue: Catalogue) -> None:
    entries = _of(
        catalogue, "cn.household_credit.pct_gdp", "us.household_credit.pct_gdp", "cn.household_credit.usd_bn"
    )
    first, second = bis.requests(entries, Scope(TODAY, since=dt.date(2015, 5, 1)))
    flow = "https://stats.bis.org/api/v2/data/dataflow/BIS/WS_TC/2.0"
    assert first.address == f"{flow}/Q.CN+US.H.A.M.770.A?format=csv&startPeriod=2015-Q2"
    assert second.address == f"{flow}/Q.CN.H.A.M.USD.A?format=csv&startPeriod=2015-Q2"
    assert first.series == ("cn.household_credit.pct_gdp", "us.household_credit.pct_gdp")


def test_the_world_bank_is_asked_once_an_indicator(catalogue: Catalogue) -> None:
    entries = _of(catalogue, "cn.wdi.population", "us.wdi.population")
    (request,) = world_bank.requests(entries, Scope(TODAY, since=dt.date(2015, 1, 1)))
    assert urlsplit(request.address).path == "/v2/country/CHN;USA/indicator/SP.POP.TOTL"
    query = parse_qs(urlsplit(request.address).query)
    assert query == {"format": ["json"], "per_page": ["20000"], "date": ["2015:2026"]}


def test_the_world_banks_pages_are_followed_to_the_last() -> None:
    request = Request(
        "world_bank", "https://api.worldbank.org/v2/x?format=json", ("a.b",), "world_bank/X.json"
    )
    page = world_bank_json("SP.POP.TOTL", {("CHN", "2024"): 1.0}, page=1, pages=3)
    (second,) = world_bank.leads_to(request, page)
    assert (second.address, second.name) == (f"{request.address}&page=2", "world_bank/X-page2.json")
    (third,) = world_bank.leads_to(second, world_bank_json("SP.POP.TOTL", {}, page=2, pages=3))
    assert (third.address, third.name) == (f"{request.address}&page=3", "world_bank/X-page3.json")
    assert world_bank.leads_to(third, world_bank_json("SP.POP.TOTL", {}, page=3, pages=3)) == []


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (world_bank_error(), "the interface answers: The provided parameter value is not valid"),
        (b"[]", "expected a JSON list"),
        (b'{"page": 1}', "expected a JSON list"),
        (world_bank_json("SP.POP.TOTL", {("CHN", "2024"): 1.0})[:-9], "expected a JSON list"),
        (world_bank_json("SP.POP.TOTL", {}, page=1, pages=9999), "9999 pages"),
    ],
)
def test_what_is_not_a_page_of_the_world_bank_is_refused(answer: bytes, what: str) -> None:
    request = Request(
        "world_bank", "https://api.worldbank.org/v2/x?format=json", ("a.b",), "world_bank/X.json"
    )
    with pytest.raises(FetchError, match=what):
        world_bank.leads_to(request, answer)


def test_the_bank_of_england_is_asked_once(catalogue: Catalogue) -> None:
    (request,) = bank_of_england.requests(_of(catalogue, "gb.consumer_credit", "gb.mortgages"), Scope(TODAY))
    query = parse_qs(urlsplit(request.address).query)
    assert query["SeriesCodes"] == ["LPMBI2O,LPMVTXK"]
    assert (query["CSVF"], query["UsingCodes"]) == (["TN"], ["Y"])
    assert (query["Datefrom"], query["Dateto"]) == (["01/Jan/1963"], ["now"])
    (since,) = bank_of_england.requests(
        _of(catalogue, "gb.mortgages"), Scope(TODAY, since=dt.date(2015, 5, 1))
    )
    assert parse_qs(urlsplit(since.address).query)["Datefrom"] == ["01/May/2015"]


STATCAN = Request("statcan", "https://www150.statcan.gc.ca/t1/wds/rest/x", ("a.b",), "statcan/38100238.json")


def test_statistics_canada_names_the_archive_and_the_archive_holds_the_table() -> None:
    link = statcan_link("https://www150.statcan.gc.ca", "38100238")
    (archive,) = statcan.leads_to(STATCAN, link)
    assert archive.address == "https://www150.statcan.gc.ca/n1/tbl/csv/38100238-eng.zip"
    assert statcan.payload(STATCAN, link) is None
    table = statcan.payload(archive, statcan_zip("38100238", "v1038036701", {"2026-01": 801000}))
    assert table is not None and b"v1038036701" in table
    assert statcan.leads_to(archive, b"") == []


def test_statistics_canada_does_not_send_us_elsewhere() -> None:
    with pytest.raises(FetchError, match="names no file"):
        statcan.leads_to(STATCAN, statcan_link("https://example.org", "38100238"))
    with pytest.raises(FetchError, match="names no file"):
        statcan.leads_to(STATCAN, b'{"status": "FAILED", "object": "no"}')


def test_a_damaged_archive_is_refused() -> None:
    (archive,) = statcan.leads_to(STATCAN, statcan_link("https://www150.statcan.gc.ca", "38100238"))
    packed = statcan_zip("38100238", "v1038036701", {"2026-01": 801000})
    for damaged in (packed[:60], packed[:-30], b"PK\x03\x04nonsense"):
        with pytest.raises(FetchError, match="archive"):
            statcan.payload(archive, damaged)


@pytest.mark.parametrize("name", ["bis", "world_bank", "bank_of_england", "statcan"])
def test_only_fred_keeps_past_vintages(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(UsageError, match="newest"):
        schedule(catalogue, [name], Scope(TODAY, vintage=dt.date(2016, 11, 7)))


def test_without_a_publisher_a_vintage_means_fred_alone(catalogue: Catalogue) -> None:
    found = schedule(catalogue, (), Scope(TODAY, vintage=dt.date(2016, 11, 7)))
    assert {request.interface for request in found.requests} == {"fred"}


def test_a_publisher_may_be_named_by_its_id_or_by_the_interface_that_carries_it(catalogue: Catalogue) -> None:
    by_id = schedule(catalogue, ["bls"], Scope(TODAY)).requests
    assert [request.name for request in by_id] == ["fred/CPIAUCSL.csv"]
    by_interface = schedule(catalogue, ["fred"], Scope(TODAY)).requests
    assert set(by_id) < set(by_interface)


def test_an_unknown_publisher_is_answered_with_the_nearest(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="did you mean 'world_bank'"):
        schedule(catalogue, ["worldbank"], Scope(TODAY))


def test_publishers_without_an_interface_are_given_as_pages_with_the_command_to_run(
    catalogue: Catalogue,
) -> None:
    pages = schedule(catalogue, ["pbc", "nbs"], Scope(TODAY))
    assert pages.requests == ()
    addresses = {(page.publisher, page.address.split("/")[2]) for page in pages.by_hand}
    assert {("pbc", "www.pbc.gov.cn"), ("nbs", "data.stats.gov.cn")} <= addresses
    assert all("build_report.py data import" in page.command for page in pages.by_hand)

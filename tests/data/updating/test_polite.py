"""How an address is asked, and which answers are refused: patience has bounds, nothing half is taken."""

from __future__ import annotations

import datetime as dt
import hashlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from publisher_server import Answer, fred_csv, html_error, http_date, months, sdmx_error

from consumer_credit.data.updating.answers import FetchError, OfflineError, require_safe
from consumer_credit.data.updating.memory import Memory
from consumer_credit.data.updating.polite import Client, Manners

MakeClient = Callable[..., Client]
TABLE = fred_csv("TOTALSL", months("2026-01-01", [5100.1, 5110.2, 5120.3]))


def test_an_answer_comes_with_address_time_size_and_digest(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", TABLE)
    with make_client() as client:
        fetched = client.get(f"{server.base}/file.csv")
    assert fetched.content == TABLE
    assert fetched.size == len(TABLE)
    assert fetched.sha256 == hashlib.sha256(TABLE).hexdigest()
    assert fetched.fetched == dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)
    assert fetched.changed


def test_the_client_says_who_it_is(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", TABLE)
    with make_client() as client:
        client.get(f"{server.base}/file.csv")
    assert server.asked[0].headers["user-agent"].startswith("consumer-credit-report/")


def test_unchanged_files_are_not_sent_again(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", Answer(TABLE, headers={"ETag": '"v1"', "Last-Modified": http_date(-9)}))
    with make_client() as client:
        first = client.get(f"{server.base}/file.csv")
    later = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
    with make_client(now=lambda: later) as client:
        second = client.get(f"{server.base}/file.csv")
    asked = server.asked[1].headers
    assert asked["if-none-match"] == '"v1"' and "if-modified-since" in asked
    assert (second.content, second.changed) == (TABLE, False)
    assert second.fetched == first.fetched  # the day these bytes were first seen dates their figures


def test_the_same_bytes_sent_again_keep_the_day_they_were_first_seen(
    server: Any, make_client: MakeClient
) -> None:
    server.answers("/file.csv", TABLE)
    with make_client() as client:
        first = client.get(f"{server.base}/file.csv")
    with make_client(now=lambda: dt.datetime(2026, 12, 1, tzinfo=dt.UTC)) as client:
        second = client.get(f"{server.base}/file.csv")
    assert (second.changed, second.fetched) == (False, first.fetched)


def test_a_damaged_memory_is_not_trusted(server: Any, make_client: MakeClient, tmp_path: Path) -> None:
    server.answers("/file.csv", Answer(TABLE, headers={"ETag": '"v1"'}))
    with make_client() as client:
        client.get(f"{server.base}/file.csv")
    (body,) = (tmp_path / "fetched").glob("*.body")
    body.write_bytes(body.read_bytes()[:-5])
    with make_client() as client:
        again = client.get(f"{server.base}/file.csv")
    assert "if-none-match" not in server.asked[1].headers
    assert (again.content, again.changed) == (TABLE, True)


def test_without_a_memory_everything_is_fetched_anew(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", Answer(TABLE, headers={"ETag": '"v1"'}))
    with make_client(memory=Memory(None)) as client:
        assert client.get(f"{server.base}/file.csv").changed
        assert client.get(f"{server.base}/file.csv").changed


@pytest.mark.parametrize(("header", "wait"), [({}, 1), ({"Retry-After": "7"}, 7)])
def test_a_server_that_is_busy_is_asked_again_when_it_says(
    server: Any, make_client: MakeClient, waits: list[float], header: dict[str, str], wait: float
) -> None:
    server.answers("/file.csv", Answer(status=429, headers=header), TABLE)
    said: list[str] = []
    with make_client(on_wait=said.append) as client:
        assert client.get(f"{server.base}/file.csv").content == TABLE
    assert waits == [wait]
    assert said == [f"127.0.0.1: the server answers 429; asking again in {wait} s"]


def test_retry_after_may_be_a_date(server: Any, make_client: MakeClient, waits: list[float]) -> None:
    moment = "Mon, 23 Nov 2026 09:30:20 GMT"
    server.answers("/file.csv", Answer(status=503, headers={"Retry-After": moment}), TABLE)
    with make_client() as client:
        client.get(f"{server.base}/file.csv")
    assert waits == [20]


def test_nobody_waits_an_hour(server: Any, make_client: MakeClient, waits: list[float]) -> None:
    server.answers("/file.csv", Answer(status=429, headers={"Retry-After": "3600"}))
    with make_client() as client, pytest.raises(FetchError, match="asks to wait 3600 seconds"):
        client.get(f"{server.base}/file.csv")
    assert waits == []


def test_pauses_grow_and_attempts_end(server: Any, make_client: MakeClient, waits: list[float]) -> None:
    server.answers("/file.csv", Answer(b"oops", 500))
    with make_client(manners=Manners(attempts=4)) as client, pytest.raises(FetchError) as caught:
        client.get(f"{server.base}/file.csv")
    assert waits == [1, 2, 4]
    assert len(server.asked) == 4
    assert "answers 500 (4 attempts)" in str(caught.value)
    assert f"{server.base}/file.csv" in str(caught.value)


def test_a_missing_file_is_not_asked_for_again(server: Any, make_client: MakeClient) -> None:
    with make_client() as client, pytest.raises(FetchError, match=r"answers 404: '404 Not Found'.*catalogue"):
        client.get(f"{server.base}/file.csv")
    assert len(server.asked) == 1


def test_a_slow_drip_ends_at_the_deadline(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", Answer(TABLE, drip=0.2))  # every byte in time, the whole never
    hurried = Manners(silence_seconds=1, deadline_seconds=0.5, attempts=1)
    with (
        make_client(manners=hurried) as client,
        pytest.raises(FetchError, match=r"not complete after 0\.5 s"),
    ):
        client.get(f"{server.base}/file.csv")


def test_silence_ends_too(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", Answer(TABLE, drip=5))
    hurried = Manners(silence_seconds=0.2, attempts=1)
    with (
        make_client(manners=hurried) as client,
        pytest.raises(FetchError, match=r"no answer for 0\.2 seconds"),
    ):
        client.get(f"{server.base}/file.csv")


def test_a_transfer_cut_off_is_tried_again_and_never_taken(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", Answer(TABLE, cut=40), TABLE)
    with make_client() as client:
        assert client.get(f"{server.base}/file.csv").content == TABLE
    server.answers("/file.csv", Answer(TABLE, cut=40))
    with make_client(memory=Memory(None)) as client, pytest.raises(FetchError, match="cut off"):
        client.get(f"{server.base}/file.csv")


def test_an_unannounced_end_in_the_middle_of_a_line_is_noticed(server: Any, make_client: MakeClient) -> None:
    server.answers("/file.csv", Answer(TABLE, framed=False, cut=len(TABLE) - 3))
    with make_client() as client, pytest.raises(FetchError, match="cut off"):
        client.get(f"{server.base}/file.csv")


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "the answer is empty"),
        (b" \r\n \n", "the answer is empty"),
        (html_error(), "a web page came instead of the figures: 'Access Denied'"),
        (sdmx_error(), "a web page came instead of the figures: 'No Results Found'"),
    ],
)
def test_what_cannot_be_the_file_is_refused(
    server: Any, make_client: MakeClient, body: bytes, what: str
) -> None:
    server.answers("/file.csv", body)
    with make_client() as client, pytest.raises(FetchError) as caught:
        client.get(f"{server.base}/file.csv")
    assert caught.value.what == what
    assert "data stand as they were" in caught.value.remedy


def test_what_was_refused_is_not_remembered(server: Any, make_client: MakeClient, tmp_path: Path) -> None:
    server.answers("/file.csv", Answer(html_error(), headers={"ETag": '"bad"'}))
    with make_client() as client, pytest.raises(FetchError):
        client.get(f"{server.base}/file.csv")
    assert list(tmp_path.glob("fetched/*")) == []


def test_an_endless_answer_is_not_read_to_its_end(
    server: Any, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("consumer_credit.data.updating.polite.MAX_BYTES", 2**20)
    server.answers("/file.csv", b"1" * (2**20 + 1))
    with make_client() as client, pytest.raises(FetchError, match="more than 1 MB"):
        client.get(f"{server.base}/file.csv")


def test_offline_is_said_at_once_and_plainly(make_client: MakeClient, waits: list[float]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    with make_client() as client, pytest.raises(OfflineError) as caught:
        client.get(f"http://127.0.0.1:{port}/file.csv")
    assert "cannot be reached" in str(caught.value)
    assert "online" in str(caught.value)
    assert waits == []


@pytest.mark.parametrize(
    "address", ["http://example.org/x.csv", "ftp://example.org/x.csv", "file:///etc/hosts", "x"]
)
def test_only_https_leaves_this_machine(make_client: MakeClient, address: str) -> None:
    with make_client() as client, pytest.raises(FetchError, match="only https addresses are fetched"):
        client.get(address)


def test_redirections_are_followed_but_not_out_of_https(server: Any, make_client: MakeClient) -> None:
    server.answers("/old.csv", Answer(status=302, headers={"Location": "/file.csv"}))
    server.answers("/file.csv", TABLE)
    server.answers("/away.csv", Answer(status=301, headers={"Location": "http://example.org/x.csv"}))
    server.answers("/circle.csv", Answer(status=307, headers={"Location": "/circle.csv"}))
    with make_client() as client:
        fetched = client.get(f"{server.base}/old.csv")
        assert (fetched.content, fetched.address) == (TABLE, f"{server.base}/old.csv")
        with pytest.raises(FetchError, match="only https"):
            client.get(f"{server.base}/away.csv")
        with pytest.raises(FetchError, match="in circles"):
            client.get(f"{server.base}/circle.csv")


def test_a_publisher_cannot_send_us_to_this_machine() -> None:
    require_safe("http://127.0.0.1:8000/x.csv")
    for address in ("http://127.0.0.1:8000/x.csv", "https://localhost/x.csv", "http://[::1]/x.csv"):
        with pytest.raises(FetchError, match="only https"):
            require_safe(address, local=False)

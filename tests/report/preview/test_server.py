"""Claims about the preview's server: it serves the pages to this machine's browser, and nothing to anybody else."""

from __future__ import annotations

import asyncio
import json
import re
import socket
from collections.abc import Awaitable, Callable

import pytest

from consumer_credit.errors import RenderError, UsageError
from consumer_credit.preview.events import Problem
from consumer_credit.preview.live_page import live, waiting_page
from consumer_credit.preview.server import ADDRESS, DEFAULT_PORT, serve
from consumer_credit.preview.showing import Showing

PAGE = """<!DOCTYPE html>
<html lang="en"><head>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-abc'; base-uri 'none'">
</head><body><main><h1 id="top">The last good page</h1></main></body></html>
"""
Talk = Callable[..., Awaitable[bytes]]


def served(conversation: Callable[[Showing, Talk, int], Awaitable[None]], languages=("en", "zh")) -> None:
    """Run `conversation` with a server that shows `PAGE` in English and nothing yet in Chinese."""

    async def run() -> None:
        showing = Showing(languages)
        showing.built("en", PAGE)
        showing.ends("en")
        server, port = serve(showing, 0)

        async def talk(path: str, *, method: str = "GET", wait: float | None = None, **headers: str) -> bytes:
            reader, writer = await asyncio.open_connection(ADDRESS, port)
            given = {"Host": f"{ADDRESS}:{port}", "Connection": "close"} | headers
            lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
            writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
            answer = b""
            try:
                async with asyncio.timeout(wait or 5):
                    while piece := await reader.read(65536):
                        answer += piece
            except TimeoutError:
                assert wait is not None, f"no answer to {path}"
            writer.close()
            return answer

        try:
            await conversation(showing, talk, port)
        finally:
            server.stop()
            await server.close_all_connections()

    asyncio.run(run())


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def states(answer: bytes) -> list[dict]:
    return [json.loads(line) for line in re.findall(rb"^data: (.*)$", answer, re.MULTILINE)]


def test_the_page_comes_with_headers_that_keep_it_to_itself():
    async def conversation(showing, talk, port):
        answer = (await talk("/en/index.html")).decode()
        assert status(answer.encode()) == 200 and "The last good page" in answer
        head = answer.partition("\r\n\r\n")[0].lower()
        assert "cache-control: no-store" in head and "x-content-type-options: nosniff" in head
        assert "frame-ancestors 'none'" in head and "cross-origin-resource-policy: same-origin" in head
        assert status(await talk("/", method="GET")) == 302

    served(conversation)


@pytest.mark.parametrize(
    "path",
    [
        "/en/", "/en", "/fr/index.html", "/en/../index.html", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
        "/en/index.html/..%2f..%2fetc/passwd", "/en/manifest.json", "/en/figures/", "//etc/passwd",
        "/en/index.html%00", "/fr/events", "/favicon.ico",
    ],
)  # fmt: skip
def test_nothing_else_can_be_asked_for(path):
    async def conversation(showing, talk, port):
        answer = await talk(path)
        assert status(answer) == 404
        assert answer.endswith(b"404 Not Found\n")

    served(conversation)


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:{port}.evil.example", "0.0.0.0:{port}"],
)
@pytest.mark.parametrize("path", ["/", "/en/index.html", "/en/events", "/anything"])
def test_another_host_name_is_refused_wherever_it_points(path, host):
    async def conversation(showing, talk, port):
        answer = await talk(path, Host=host.format(port=port))
        assert status(answer) == 421 and b"last good page" not in answer

    served(conversation)


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "https://127.0.0.1:{port}", "http://127.0.0.1:1"]
)
def test_pages_of_other_origins_are_refused(origin):
    async def conversation(showing, talk, port):
        for path in ("/en/index.html", "/en/events"):
            assert status(await talk(path, Origin=origin.format(port=port))) == 403
        assert status(await talk("/en/index.html", Origin=f"http://127.0.0.1:{port}")) == 200
        assert status(await talk("/en/index.html", Host=f"localhost:{port}")) == 200

    served(conversation)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_nothing_can_be_sent_to_it(method):
    async def conversation(showing, talk, port):
        assert status(await talk("/en/index.html", method=method, **{"Content-Length": "0"})) == 405

    served(conversation)


def test_it_listens_on_this_machine_only():
    async def conversation(showing, talk, port):
        with socket.socket() as other, pytest.raises(OSError, match="refused"):
            other.connect(("127.0.0.2", port))

    served(conversation)


def test_a_browser_hears_at_once_of_problems_and_of_newer_pages():
    async def conversation(showing, talk, port):
        listening = asyncio.create_task(talk("/en/events", wait=1))
        await asyncio.sleep(0.2)
        assert showing.viewed("en") and not showing.viewed("zh")
        showing.failed(
            "en", Problem("NotebookError", "ZeroDivisionError: division by zero", "01_china.ipynb, cell 7")
        )
        await asyncio.sleep(0.1)
        showing.built("en", PAGE.replace("last good", "next"))
        heard = states(await listening)
        assert [bool(state["problem"]) for state in heard] == [False, True, False]
        assert heard[1]["problem"]["where"] == "01_china.ipynb, cell 7"
        assert heard[1]["version"] == heard[0]["version"] != heard[2]["version"]
        await asyncio.sleep(0.2)
        assert not showing.viewed("en")

    served(conversation)


def test_a_page_that_came_out_the_same_is_no_reason_to_reload():
    showing = Showing(("en",))
    assert showing.built("en", PAGE)
    before = showing.state("en")["version"]
    assert not showing.built("en", PAGE) and showing.state("en")["version"] == before


def test_until_there_is_a_page_the_browser_waits_for_it():
    async def conversation(showing, talk, port):
        answer = await talk("/zh/index.html")
        assert status(answer) == 200 and "页面正在生成" in answer.decode()
        assert states(await talk("/zh/events", wait=0.3))[0]["version"] == ""

    served(conversation)


def test_a_port_that_is_taken_is_said_or_passed_over():
    async def run() -> None:
        first, taken = serve(Showing(("en",)), None)
        try:
            assert taken >= DEFAULT_PORT
            second, other = serve(Showing(("en",)), None)
            second.stop()
            assert other > taken
            with pytest.raises(UsageError, match=f"port {taken}: cannot be listened on"):
                serve(Showing(("en",)), taken)
        finally:
            first.stop()

    asyncio.run(run())


def test_the_policy_of_a_live_page_allows_our_script_and_our_server_only():
    import base64
    import hashlib

    for page in (PAGE, waiting_page("zh")):
        shown = live(page, "zh", "abc123")
        policy = re.search(r'Content-Security-Policy" content="([^"]*)"', shown)[1]
        script = re.search(r"<script>(.*)</script>", shown, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy and "connect-src 'self'" in policy
        assert "unsafe" not in policy and "*" not in policy and "default-src 'none'" in policy
        assert '"abc123"' in script and "页面无法更新" in script


def test_a_page_without_a_policy_is_not_shown():
    with pytest.raises(RenderError, match="no policy"):
        live("<html><body></body></html>", "en", "1")

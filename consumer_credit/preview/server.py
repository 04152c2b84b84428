"""The preview's server: pages from memory, for this machine and for this address alone.

It answers `/<language>/index.html` and `/<language>/events`, and nothing else; it touches no file, so there is
no path to escape from. Requests under another host name (DNS rebinding) or from a page of another origin are
refused.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from http import HTTPStatus
from typing import Any

from tornado.httpserver import HTTPServer
from tornado.iostream import StreamClosedError
from tornado.web import Application, HTTPError, RequestHandler

from consumer_credit.errors import UsageError
from consumer_credit.locales import Language
from consumer_credit.preview.live_page import live, waiting_page
from consumer_credit.preview.showing import Showing

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8010
PORTS_TRIED = 20
HEARTBEAT = 15.0
"""Seconds after which a silent connection is written to, so that one whose browser has gone is noticed."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Server": "preview",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class _Guarded(RequestHandler):
    """Refuses whom the page is not for, before anything else happens."""

    SUPPORTED_METHODS = ("GET", "HEAD")

    def initialize(self, showing: Showing) -> None:
        self.showing = showing

    def set_default_headers(self) -> None:
        for name, value in _HEADERS.items():
            self.set_header(name, value)

    def prepare(self) -> None:
        port = self.application.settings["port"]
        ours = {f"{ADDRESS}:{port}", f"localhost:{port}"}
        if self.request.host not in ours:
            raise HTTPError(HTTPStatus.MISDIRECTED_REQUEST)
        origin = self.request.headers.get("Origin")
        if origin is not None and origin not in {f"http://{host}" for host in ours}:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def write_error(self, status_code: int, **_: Any) -> None:
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"{status_code} {HTTPStatus(status_code).phrase}\n")

    def known(self, name: str) -> Language:
        for language in self.showing.languages:
            if language == name:
                return language
        raise HTTPError(HTTPStatus.NOT_FOUND)


class _Home(_Guarded):
    def get(self) -> None:
        self.redirect(f"/{self.showing.languages[0]}/index.html")

    head = get


class _Page(_Guarded):
    def get(self, name: str) -> None:
        language = self.known(name)
        page = self.showing.page(language)
        version = self.showing.state(language)["version"]
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(live(page or waiting_page(language), language, version))

    head = get


class _Events(_Guarded):
    _listening: asyncio.Task[None] | None = None

    async def get(self, name: str) -> None:
        following = self.showing.follow(self.known(name), HEARTBEAT)
        self._listening = asyncio.current_task()
        self.set_header("Content-Type", "text/event-stream")
        self.write("retry: 500\n\n")
        with contextlib.suppress(StreamClosedError, asyncio.CancelledError):
            async with contextlib.aclosing(following):
                async for state in following:
                    self.write(f"data: {json.dumps(state)}\n\n" if state else ": still here\n\n")
                    await self.flush()

    def on_connection_close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()


class _Nothing(_Guarded):
    def get(self) -> None:
        raise HTTPError(HTTPStatus.NOT_FOUND)

    head = get


def serve(showing: Showing, port: int | None) -> tuple[HTTPServer, int]:
    """Listen on this machine's own address; return the server and its port.

    Raises:
        UsageError: the port, or each of those tried when none is given, is taken.
    """
    last: OSError | None = None
    for candidate in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        try:
            listening = socket.create_server((ADDRESS, candidate))
        except OSError as error:
            last = error
            continue
        listening.setblocking(False)
        chosen = listening.getsockname()[1]
        server = HTTPServer(_application(showing, chosen), max_header_size=16_384, max_body_size=1024)
        server.add_socket(listening)
        return server, chosen
    assert last is not None
    raise UsageError(
        f"cannot be listened on: {last.strerror}",
        where=f"port {port or DEFAULT_PORT}",
        remedy="choose another with --port",
    )


def _application(showing: Showing, port: int) -> Application:
    given = {"showing": showing}
    return Application(
        [
            (r"/", _Home, given),
            (r"/([a-z]+)/index\.html", _Page, given),
            (r"/([a-z]+)/events", _Events, given),
        ],
        default_handler_class=_Nothing,
        default_handler_args=given,
        port=port,
        log_function=_unlogged,
        compress_response=False,
    )


def _unlogged(handler: RequestHandler) -> None:
    """A preview needs no log of requests."""

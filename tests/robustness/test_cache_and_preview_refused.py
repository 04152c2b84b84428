"""Whatever lies in the cache or is asked of the preview: what is whole is used, all else is as if it were not there."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from fuzzing import TRICKY, VALUES, damaged_tree, fuzz
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.preview.server import ADDRESS, serve
from consumer_credit.preview.showing import Showing
from consumer_credit.report.cache.entries import Entries
from consumer_credit.report.cache.sealed import MAGIC, pack, unpack

pytestmark = pytest.mark.thorough

FACTS = {
    "key": "k",
    "variant": "v",
    "reads": [["file", "data/a.csv", "0" * 64]],
    "ingredients": {"code": "1"},
}
FILES = {"notebook": b"{}" * 40, "figures/a.svg": b"<svg/>"}
SOUND = pack(FACTS, FILES)


@st.composite
def damaged_bytes(draw: st.DrawFn, sound: bytes) -> bytes:
    """Cut off, bits turned, something put in, taken out or put before it."""
    content = bytearray(sound)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, max(0, len(content) - 1)))
        kind = draw(st.sampled_from(["cut", "turn", "insert", "take out", "before"]))
        if kind == "cut":
            del content[at:]
        elif kind == "turn" and content:
            content[at] ^= 1 << draw(st.integers(0, 7))
        elif kind == "insert":
            content[at:at] = draw(st.binary(min_size=1, max_size=9))
        elif kind == "take out":
            del content[at : at + draw(st.integers(1, 9))]
        else:
            content[:0] = draw(st.sampled_from([b"\n", MAGIC, b"\xef\xbb\xbf", b"PK\x03\x04"]))
    return bytes(content)


def sealed(head: Any, rest: bytes) -> bytes:
    """Bytes with a true checksum, whatever they say of themselves."""
    text = json.dumps(head).encode("ascii")
    body = b"%d\n" % len(text) + text + rest
    return MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value)
    except (TypeError, ValueError):
        return False
    return True


@fuzz
@given(content=damaged_bytes(SOUND))
def test_a_damaged_entry_is_as_if_it_were_not_there(content: bytes, door: Any, tmp_path: Path) -> None:
    entries = Entries(tmp_path / "results")
    entries.keep("k", "v", FACTS, FILES)
    (path,) = (tmp_path / "results" / "entries").rglob("*.entry")
    path.write_bytes(content)

    def look() -> bool:
        found = list(entries.find("k"))
        assert content == SOUND or found == []
        entries.keep("k", "v", FACTS, FILES)
        assert [entry.files for entry in entries.find("k")] == [FILES], "what was damaged can be made again"
        return found != []

    door("cache: damaged").try_(look)


@fuzz
@given(
    head=damaged_tree(
        {"facts": FACTS, "files": {"a": 3, "b": 2}},
        VALUES.filter(_is_json),
    ),
    rest=st.sampled_from([b"", b"abcde", b"abcdef"]),
)
def test_a_foreign_entry_is_read_or_passed_over(head: Any, rest: bytes, door: Any) -> None:
    if not _is_json(head):
        return

    def look() -> bool:
        entry = unpack(sealed(head, rest))
        if entry is not None:
            assert b"".join(entry.files.values()) == rest, "each byte belongs to one file"
        return entry is not None

    door("cache: foreign").try_(look)


PAGE = (
    "<!DOCTYPE html><html lang=en><head>"
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'sha256-abc'\">"
    "</head><body><main><h1>The last good page</h1></main></body></html>"
)
LINE = re.compile(r"[\r\n]")
PATHS = st.sampled_from(
    [
        *("/", "/en/index.html", "/zh/index.html", "/en/events", "/en/../en/index.html", "//en/index.html"),
        *("/en/index.html?x=1", "/en/index.html%00", "/..%2f..%2fetc/passwd", "/en/manifest.json", "*"),
        *("http://example.org/en/index.html", "/EN/index.html", "/" + "a" * 20_000, "/en/index.html#x"),
    ]
) | TRICKY.map(lambda text: "/" + LINE.sub("", text))
HOSTS = st.sampled_from(
    ["{ours}", "localhost:{port}", "LOCALHOST:{port}", "example.org", "127.0.0.1", "{ours}.example.org", ""]
)
ORIGINS = st.sampled_from([None, None, "http://{ours}", "https://{ours}", "null", "http://example.org", ""])
METHODS = st.sampled_from(
    ["GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "", "PROPFIND"]
)


@fuzz
@given(
    method=METHODS,
    path=PATHS,
    host=HOSTS,
    origin=ORIGINS,
    more=st.lists(
        st.tuples(st.sampled_from(["Cookie", "Range", "Content-Length", "Transfer-Encoding", "X"]), TRICKY)
    ),
    garbage=st.binary(max_size=6),
    wrong=st.sets(st.sampled_from(["method", "path", "host", "origin", "more", "garbage"]), max_size=4),
)
def test_the_preview_gives_its_page_to_whom_it_is_for_and_nothing_to_others(
    method: str,
    path: str,
    host: str,
    origin: str | None,
    more: Any,
    garbage: bytes,
    wrong: set[str],
    door: Any,
) -> None:
    """Of a request that a browser would send, up to four things are other than they should be."""
    method = method if "method" in wrong else "GET"
    path = path if "path" in wrong else "/en/index.html"
    host = host if "host" in wrong else "{ours}"
    origin = origin if "origin" in wrong else None
    more = more if "more" in wrong else []
    garbage = garbage if "garbage" in wrong else b""
    logging.getLogger("tornado").setLevel(logging.CRITICAL)

    async def ask() -> tuple[bytes, int]:
        showing = Showing(("en", "zh"))
        showing.built("en", PAGE)
        server, port = serve(showing, 0)
        fill = {"ours": f"{ADDRESS}:{port}", "port": port}
        lines = [f"{method} {path} HTTP/1.1", f"Host: {host.format(**fill)}", "Connection: close"]
        if origin is not None:
            lines.append(f"Origin: {origin.format(**fill)}")
        lines += [f"{name}: {LINE.sub('', value)}" for name, value in more]
        reader, writer = await asyncio.open_connection(ADDRESS, port)
        answer = b""
        try:
            writer.write("\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + garbage)
            with contextlib.suppress(TimeoutError, ConnectionError):
                async with asyncio.timeout(0.3 if "events" in path or more else 5):
                    while piece := await reader.read(65536):
                        answer += piece
        finally:
            writer.close()
            server.stop()
            await server.close_all_connections()
        return answer, port

    def look() -> bool:
        answer, port = asyncio.run(ask())
        status = int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/") else 0
        assert status < 500, answer[:200]
        given = b"The last good page" in answer
        if (method, path, host, more, garbage) == ("GET", "/en/index.html", "{ours}", [], b""):
            assert given == (origin in {None, "http://{ours}"})
        if given or status == 200:
            assert host.format(ours=f"{ADDRESS}:{port}", port=port).lower() in {
                f"{ADDRESS}:{port}",
                f"localhost:{port}",
            }
            assert origin in {None, "http://{ours}"}
            assert method in {"GET", "HEAD"}
        return given

    door("preview").try_(look)

"""What a server answered, and whether it can be the file that was asked for.

An error page with status 200, an empty answer, one cut off: refused in words. Asking is `polite`'s; what a file
means, its interface's and its reader's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from consumer_credit.errors import DataError

UNCHANGED = "the data stand as they were"
LATER = f"try again later; {UNCHANGED}"
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class FetchError(DataError):
    """An address gave no usable answer."""


class OfflineError(FetchError):
    """The publisher's server cannot be reached at all."""


@dataclass(frozen=True)
class Answer:
    """One answer: status, headers in lower case, the body unpacked from what the transfer packed it in."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def require_safe(address: str, *, local: bool = True) -> None:
    """Refuse an address that is not https; plain http only to this machine itself.

    Args:
        address: where we are about to ask.
        local: whether this machine may be asked at all; a publisher may not send us to it.

    Raises:
        FetchError: it is not.
    """
    parts = urlsplit(address)
    home = parts.hostname in _LOOPBACK
    allowed = (local and parts.scheme in ("http", "https")) if home else parts.scheme == "https"
    if parts.hostname is None or not allowed:
        raise FetchError(
            "only https addresses are fetched", where=address, remedy="correct the address in the catalogue"
        )


def refuse_unusable(answer: Answer, address: str) -> None:
    """Raise unless the answer can be the file that was asked for.

    Raises:
        FetchError: it cannot; says what came instead.
    """
    start = answer.content[:2000].lstrip().lower()
    shown = _title(answer.content)
    if answer.status != 200:
        said = f": '{shown}'" if shown else ""
        raise FetchError(
            f"the server answers {answer.status}{said}",
            where=address,
            remedy=f"check the address in the catalogue; {UNCHANGED}",
        )
    if not answer.content.strip():
        raise FetchError("the answer is empty", where=address, remedy=LATER)
    if start.startswith(b"<"):
        raise FetchError(
            f"a web page came instead of the figures{f': {shown!r}' if shown else ''}",
            where=address,
            remedy=LATER,
        )
    framed = "content-length" in answer.headers or "transfer-encoding" in answer.headers
    if not framed and not answer.content.endswith((b"\n", b"]", b"}")) and b"\0" not in answer.content[:64]:
        raise FetchError("the answer was cut off", where=address, remedy=LATER)


def _title(content: bytes) -> str:
    """The title of a web page, or the text of an error message in XML."""
    head = content[:20_000].decode("utf-8", errors="replace")
    for shape in (r"<title[^>]*>(.*?)</title>", r"<\w*:?Text[^>]*>(.*?)</\w*:?Text>", r"<h1[^>]*>(.*?)</h1>"):
        if found := re.search(shape, head, re.IGNORECASE | re.DOTALL):
            return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())[:100]
    return ""

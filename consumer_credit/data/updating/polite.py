"""Getting an address as a guest should: time-outs, a deadline, few retries, "has it changed?" first.

What a server answers is bounded in time and size and is refused when it cannot be the file asked for: an
error page with status 200, an empty answer, one cut off. Nothing is known here of series or formats.
"""

from __future__ import annotations

import datetime as dt
import email.utils
import hashlib
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.parse import urljoin, urlsplit

from consumer_credit import __version__
from consumer_credit.counts import counted
from consumer_credit.data.updating.answers import (
    LATER,
    UNCHANGED,
    Answer,
    FetchError,
    OfflineError,
    refuse_unusable,
    require_safe,
)
from consumer_credit.data.updating.memory import Memory, Remembered

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 64 * 2**20
_REDIRECTS = (301, 302, 303, 307, 308)
_MAX_REDIRECTS = 5
_WORTH_ANOTHER_TRY = (408, 425, 429, 500, 502, 503, 504)
_AGENT = f"consumer-credit-report/{__version__} (figures for a public report; python-httpx)"


@dataclass(frozen=True)
class Manners:
    """How long we wait and how often we ask.

    The publishers' interfaces are slow at times (FRED's graph files take up to twenty seconds), so that a
    short time-out would mistake them for dead.
    """

    connect_seconds: float = 15
    silence_seconds: float = 60
    deadline_seconds: float = 180
    attempts: int = 4
    first_pause_seconds: float = 1
    longest_pause_seconds: float = 60


@dataclass(frozen=True)
class Fetched:
    """One payload and where it came from.

    Args:
        address: the address asked for.
        fetched: UTC; of the first fetch of exactly these bytes.
        sha256: of `content`, in hexadecimal.
        changed: False when the bytes are those of the last fetch.
        content: the bytes, unpacked from what the transfer packed them in.
    """

    address: str
    fetched: dt.datetime
    sha256: str
    changed: bool
    content: bytes

    @property
    def size(self) -> int:
        """Number of bytes."""
        return len(self.content)


def _nothing(_: str) -> None:
    pass


@dataclass
class Client:
    """Gets addresses, one after the other; use it in a `with`.

    Args:
        memory: what was fetched before.
        manners: time-outs and retries.
        on_wait: told in one line when we wait before asking again.
        now: the clock, in UTC; `sleep` waits. Tests hand in their own.
    """

    memory: Memory
    manners: Manners = field(default_factory=Manners)
    on_wait: Callable[[str], None] = _nothing
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    sleep: Callable[[float], None] = time.sleep
    _http: httpx.Client | None = None

    def __enter__(self) -> Self:
        """Open the connections' pool."""
        import httpx  # noqa: PLC0415  (only an update needs it)

        limits = httpx.Timeout(self.manners.silence_seconds, connect=self.manners.connect_seconds)
        direct = {f"http://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")}  # by no proxy
        self._http = httpx.Client(
            timeout=limits, headers={"User-Agent": _AGENT}, follow_redirects=False, mounts=direct
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None:
        """Close the connections."""
        if self._http is not None:
            self._http.close()

    def get(self, address: str, *, accept: str = "*/*") -> Fetched:
        """Fetch `address`, or find that it has not changed since last time.

        Raises:
            OfflineError: the server cannot be reached.
            FetchError: naming the address: refused, no usable answer within the patience of `manners`, cut
                off, empty, too large, or a page of words instead of a file.
        """
        known = self.memory.recall(address)
        headers = {"Accept": accept}
        if known is not None and known.etag:
            headers["If-None-Match"] = known.etag
        if known is not None and known.last_modified:
            headers["If-Modified-Since"] = known.last_modified
        answer = self._patiently(address, headers)
        if answer.status == 304 and known is not None:
            return _as_known(known)
        refuse_unusable(answer, address)
        digest = hashlib.sha256(answer.content).hexdigest()
        same = known is not None and known.sha256 == digest
        fetched = known.fetched if same and known is not None else f"{self.now():%Y-%m-%dT%H:%M:%S}Z"
        kept = Remembered(
            address,
            fetched,
            digest,
            answer.headers.get("etag", ""),
            answer.headers.get("last-modified", ""),
            answer.content,
        )
        self.memory.keep(kept)
        return Fetched(address, _moment(fetched), digest, not same, answer.content)

    def _patiently(self, address: str, headers: Mapping[str, str]) -> Answer:
        """Ask until there is an answer worth having, or the attempts are used up."""
        pause = self.manners.first_pause_seconds
        for attempt in range(1, self.manners.attempts + 1):
            last = attempt == self.manners.attempts
            try:
                answer = self._follow(address, headers)
            except _InterruptedError as trouble:
                if last:
                    raise FetchError(
                        f"{trouble} ({counted(attempt, 'attempt')})", where=address, remedy=LATER
                    ) from None
                why, wait = str(trouble), pause
            else:
                if answer.status not in _WORTH_ANOTHER_TRY:
                    return answer
                why = f"the server answers {answer.status}"
                asked = _asked_to_wait(answer.headers.get("retry-after", ""), self.now())
                wait = pause if asked is None else asked
                if last:
                    raise FetchError(f"{why} ({counted(attempt, 'attempt')})", where=address, remedy=LATER)
                if wait > self.manners.longest_pause_seconds:
                    raise FetchError(
                        f"{why} and asks to wait {wait:.0f} seconds", where=address, remedy=LATER
                    )
            self.on_wait(f"{urlsplit(address).hostname}: {why}; asking again in {wait:g} s")
            self.sleep(wait)
            pause = min(2 * pause, self.manners.longest_pause_seconds)
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, address: str, headers: Mapping[str, str]) -> Answer:
        """One attempt, redirections included."""
        place = address
        deadline = time.monotonic() + self.manners.deadline_seconds
        require_safe(address)
        at_home = address.startswith("http:")
        for _ in range(_MAX_REDIRECTS + 1):
            require_safe(place, local=at_home)
            answer = self._once(place, headers, deadline)
            if answer.status not in _REDIRECTS or "location" not in answer.headers:
                return answer
            place = urljoin(place, answer.headers["location"])
        raise FetchError("the server sends us in circles", where=address, remedy=LATER)

    def _once(self, address: str, headers: Mapping[str, str], deadline: float) -> Answer:
        import httpx  # noqa: PLC0415

        assert self._http is not None, "use the client in a with statement"
        try:
            with self._http.stream("GET", address, headers=dict(headers)) as response:
                parts, size = [], 0
                for part in response.iter_bytes():
                    size += len(part)
                    if size > MAX_BYTES:
                        raise FetchError(
                            f"the answer has more than {MAX_BYTES // 2**20} MB",
                            where=address,
                            remedy="check the address in the catalogue",
                        )
                    if time.monotonic() > deadline:
                        allowed = self.manners.deadline_seconds
                        raise _InterruptedError(f"the answer is not complete after {allowed:g} seconds")
                    parts.append(part)
                return Answer(response.status_code, dict(response.headers), b"".join(parts))
        except httpx.ConnectTimeout:
            raise OfflineError(
                f"no connection within {self.manners.connect_seconds:g} seconds", where=address, remedy=LATER
            ) from None
        except httpx.ConnectError as error:
            raise OfflineError(
                f"{urlsplit(address).hostname} cannot be reached ({_words(error)})",
                where=address,
                remedy=f"check that this machine is online; {UNCHANGED}",
            ) from None
        except httpx.TimeoutException:
            raise _InterruptedError(f"no answer for {self.manners.silence_seconds:g} seconds") from None
        except httpx.DecodingError as error:
            raise _InterruptedError(f"the answer is damaged ({_words(error)})") from None
        except httpx.TransportError as error:
            raise _InterruptedError(f"the answer was cut off ({_words(error)})") from None
        except httpx.InvalidURL as error:
            raise FetchError(
                f"not an address ({_words(error)})", where=address, remedy="correct it in the catalogue"
            ) from None


class _InterruptedError(Exception):
    """An attempt that failed in a way that may not happen again."""


def _as_known(known: Remembered) -> Fetched:
    return Fetched(known.address, _moment(known.fetched), known.sha256, False, known.content)


def _moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def _asked_to_wait(text: str, now: dt.datetime) -> float | None:
    """Seconds from a Retry-After, which gives seconds or a date; None when it gives neither."""
    if text.strip().isdecimal():
        return float(text)
    try:
        moment = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
    return max(0.0, (moment - now).total_seconds())


def _words(error: Exception) -> str:
    said = re.sub(r"^\[Errno -?\d+\] ", "", " ".join(str(error).split()))
    return said[:120] or type(error).__name__

"""What a worker tells the session: one JSON object a line, so that neither imports what the other runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from consumer_credit.errors import ReportError


@dataclass(frozen=True)
class Problem:
    """Why there is no newer page, as the editor reads it: the three parts of an error and the lines concerned."""

    kind: str
    what: str
    where: str = ""
    remedy: str = ""
    excerpt: str = ""

    @classmethod
    def of(cls, error: ReportError) -> Problem:
        """The problem that an error of ours is."""
        return cls(
            type(error).__name__, error.what, error.where, error.remedy, str(getattr(error, "excerpt", ""))
        )

    def __str__(self) -> str:
        """The problem as a terminal shows it."""
        line = str(ReportError(self.what, where=self.where, remedy=self.remedy))
        return f"{line}\n{self.excerpt}" if self.excerpt else line


@dataclass(frozen=True)
class Doing:
    """What the worker is at: a chapter's cell, or the rendering."""

    text: str


@dataclass(frozen=True)
class Built:
    """A page: its language, its markup, the chapters that had to be run for it, and the seconds of each stage."""

    language: str
    page: str
    ran: Sequence[str]
    stages: Mapping[str, float]


@dataclass(frozen=True)
class Failed:
    """No page: why, and for which language; `page` is one nevertheless, when only the data checks fail."""

    language: str
    problem: Problem


@dataclass(frozen=True)
class Finished:
    """Nothing more comes for this request; `superseded` when it was given up for a newer one."""

    language: str
    superseded: bool = False


Event = Doing | Built | Failed | Finished
_KINDS: dict[str, type[Event]] = {kind.__name__: kind for kind in (Doing, Built, Failed, Finished)}


def to_line(event: Event) -> bytes:
    """The event as it goes through the pipe."""
    content = {"event": type(event).__name__, **asdict(event)}
    return json.dumps(content, ensure_ascii=True).encode("ascii") + b"\n"


def from_line(line: bytes) -> Event:
    """The event of a line that `to_line` wrote."""
    content = json.loads(line)
    kind = _KINDS[content.pop("event")]
    if kind is Failed:
        content["problem"] = Problem(**content["problem"])
    return kind(**content)

"""The few errors a user may meet; each says what was wrong, where, and what to do.

Every command ends with the exit code of the error it met. A traceback therefore always means a bug of ours
(exit code 1).
"""

from __future__ import annotations

import re

_UNBROKEN = re.compile(r"\S{300,}")
_LONGEST = 800
"""Characters of each part of a message; of what is longer, beginning and end are shown."""


class ReportError(Exception):
    """A mistake or failure that the user can act on; `str()` of it is one readable line.

    Args:
        what: what was wrong, e.g. ``"value 'abc' is not a number"``.
        where: file, row, column, cell or parameter, e.g. ``"data/observations/pbc.csv, row 14, column
            value"``.
        remedy: what to do about it, e.g. ``"write a plain decimal number"``.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        place = repr(where) if where.isspace() else where  # a path of blanks would not be seen
        self.what, self.where, self.remedy = _readable(what), _readable(place), _readable(remedy)
        super().__init__(str(self))

    def __str__(self) -> str:
        """The whole message on one line: where, what, what to do."""
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} — {self.remedy}" if self.remedy else line


def _readable(text: str) -> str:
    """`text`, which may quote anything a file held: nothing that steers a terminal, no word or sentence without end."""
    shown = "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)
    shown = _UNBROKEN.sub(lambda word: f"{word[0][:100]}…", shown)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 101]}…{shown[-100:]}"


class UsageError(ReportError):
    """A wrong command line, edition or parameter."""

    exit_code = 2


class DataError(ReportError):
    """The catalogue, the observations or a publisher's file do not pass their checks."""

    exit_code = 3


class NotebookError(ReportError):
    """A cell of a chapter raised; `excerpt` holds the few lines around it."""

    exit_code = 4

    def __init__(self, what: str, *, where: str = "", remedy: str = "", excerpt: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.excerpt = excerpt


class KernelError(ReportError):
    """A kernel died, could not be started, or ran out of time."""

    exit_code = 5


class KernelStartError(KernelError):
    """A kernel could not be started: no cell has run, so the same may well succeed when tried again."""


class RenderError(ReportError):
    """The executed notebooks could not be turned into the page or the PDF."""

    exit_code = 6


class SweepError(ReportError):
    """Some runs of a sweep failed; the others, and what compares them, are published."""

    exit_code = 7

"""What every interface agrees on: which addresses serve which series, and what to make of the answers.

An interface is a module of this package with three functions (`Interface`). It knows one publisher's way of
asking and nothing of files, stores or the network; the addresses it begins with are the catalogue's
(`update:`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from consumer_credit.data.entries import Series


@dataclass(frozen=True)
class Scope:
    """What is wanted.

    Args:
        today: the day of the update.
        since: the first day of the periods wanted; None for all.
        vintage: the figures as they were known on that day; None for today's.
    """

    today: dt.date
    since: dt.date | None = None
    vintage: dt.date | None = None


@dataclass(frozen=True)
class Request:
    """One address and the series it serves.

    Args:
        interface: the interface's name, e.g. ``"fred"``.
        address: complete, with its query.
        series: ids of the series that the answer, or the answers it leads to, must hold.
        name: what messages call the answer, e.g. ``"fred/TOTALSL.csv"``; ends as a file of the kind would.
    """

    interface: str
    address: str
    series: tuple[str, ...]
    name: str


class Interface(Protocol):
    """The functions each interface offers."""

    def requests(self, series: Sequence[Series], scope: Scope) -> list[Request]:
        """The addresses that serve `series`, as few as the interface allows.

        Raises:
            UsageError: the interface cannot serve the scope, e.g. keeps no past vintages.
        """

    def leads_to(self, request: Request, content: bytes) -> list[Request]:
        """Further addresses that the answer names: the next page, the file behind a link.

        Raises:
            FetchError: the answer is not what the interface gives.
        """

    def payload(self, request: Request, content: bytes) -> bytes | None:
        """The file that the importers read, out of the answer; None when the answer only leads on.

        Raises:
            FetchError: the answer is not what the interface gives.
        """

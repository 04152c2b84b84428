"""What every publisher's reader agrees on: the file it is given, what it recognises, what it hands back.

A reader knows one publisher and nothing of the others, of the catalogue or of the store. It offers two
functions:

* ``recognise(file) -> Recognition | None``, which looks at the content and never at the name;
* ``read(file) -> ParsedFile``, which returns every figure of the file under the publisher's own key, with the
  place where it stood.

Which key is which series, and whether the magnitudes fit, is decided in `consumer_credit.data.importing`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pandas as pd

    from consumer_credit.data.publishers.files import PublisherFile

COLUMNS = ["key", "period", "value", "vintage", "place"]
"""Columns of `ParsedFile.figures`, in order."""


@dataclass(frozen=True)
class Unit:
    """The unit a file states for a key.

    Args:
        text: the words of the file, e.g. ``"单位：亿元"``; empty when the file states none.
        measure: what is counted, as in the catalogue: an ISO 4217 code, ``"percent"``, ``"persons"``,
            ``"index"``; empty when unknown.
        scale: what one unit of the figure is worth: 10⁸ for 亿元, 0.01 for per cent; None when the file does
            not say.
    """

    text: str = ""
    measure: str = ""
    scale: Decimal | None = None


UNSTATED = Unit()


@dataclass(frozen=True)
class Title:
    """What the publisher calls the table or database, for the list of sources."""

    en: str
    zh: str


@dataclass(frozen=True)
class Recognition:
    """A file recognised: whose it is and how it is laid out, in words for the reader of a plan."""

    publisher: str
    layout: str


@dataclass(frozen=True)
class Figure:
    """One figure as it stood in the file.

    Args:
        key: the publisher's own name of the series.
        period: ISO, e.g. ``2016``, ``2016-Q4``, ``2016-12``; see `ParsedFile.first_days`.
        value: in the unit of the file.
        place: where it stood, e.g. ``sheet 'Sheet1', cell C31``.
        vintage: ISO date or month from which it was public; empty when neither the file nor a rule of the
            publisher says.
    """

    key: str
    period: str
    value: float
    place: str
    vintage: str = ""


@dataclass
class ParsedFile:
    """Everything one file said.

    Args:
        publisher: e.g. ``"pbc"``.
        layout: the layout found, in words.
        figures: columns `key, period, value, vintage, place` (see `Figure`); one row a key, period and
            vintage.
        units: the unit stated for each key that states one.
        unknown: labels in the file that the reader does not know, each with its place. Never dropped
            silently.
        blanks: (key, period) where the file has a place for a figure but holds none.
        notes: what a careful reader should be told, e.g. that the file names no unit.
        dating: how the vintages were found, in words, e.g. ``"stated in the file"``.
        stated: True when the vintages stand in the file itself, and are not inferred from a calendar.
        file_vintage: where each period is dated on its own, the date of the file as a whole: that of its
            last period.
        first_days: True when `period` is the first day of a period whose length the file does not say.
        names_series: False when the file does not say which series it holds (some FRED downloads).
    """

    publisher: str
    layout: str
    figures: pd.DataFrame
    units: dict[str, Unit] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    blanks: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    dating: str = ""
    stated: bool = False
    file_vintage: str = ""
    first_days: bool = False
    names_series: bool = True


class Reader(Protocol):
    """What each module of this package offers."""

    PUBLISHER: str
    TITLE: Title

    def recognise(self, file: PublisherFile) -> Recognition | None:
        """Say whose file this is, from its content; None when it is not this publisher's."""

    def read(self, file: PublisherFile) -> ParsedFile:
        """Read a recognised file.

        Raises:
            DataError: the file is damaged; says what was expected and what was found, and where.
        """


def frame(figures: Iterable[Figure]) -> pd.DataFrame:
    """Put figures into a frame with the columns of `ParsedFile.figures`."""
    import pandas as pd  # noqa: PLC0415  (heavy; a usage error must answer at once)

    rows = [(f.key, f.period, f.value, f.vintage, f.place) for f in figures]
    return pd.DataFrame.from_records(rows, columns=COLUMNS)

"""Options that many commands share, so that they are spelled and explained alike."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import typer

from consumer_credit.commands.completion import chapters, editions
from consumer_credit.errors import DataError, UsageError

Json = Annotated[
    bool, typer.Option("--json", help="Write one JSON document to standard output, nothing else.")
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="A line for each cell that runs.")]
EditionName = Annotated[
    str, typer.Option("--edition", help="Which of editions/*.yaml.", metavar="NAME", autocompletion=editions)
]
Chapters = Annotated[
    list[str] | None,
    typer.Option(
        "--chapter",
        help="Only this chapter: id, file or number; may be repeated.",
        metavar="ID",
        autocompletion=chapters,
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress; results and errors only.")]


def known_date(text: str, where: str) -> str:
    """`text`, once it is a day, a month or `latest`.

    Raises:
        UsageError: it is none of them.
    """
    from consumer_credit.data.periods import as_of_date  # noqa: PLC0415

    try:
        as_of_date(text)
    except DataError:
        raise _no_date(text, where, "write a day 2017-04-25, a month 2017-04, or latest") from None
    return text


def first_day(text: str, where: str) -> dt.date:
    """The first day of a day, month, quarter or year.

    Raises:
        UsageError: it is none of them.
    """
    from consumer_credit.data.periods import frequency_of, last_day  # noqa: PLC0415

    try:
        months = {"annual": 12, "quarterly": 3, "monthly": 1, "daily": 0}[frequency_of(text)]
        end = last_day(text)
    except DataError:
        raise _no_date(text, where, "write 2020-01-31, 2020-01 or 2020") from None
    return end.replace(month=end.month - months + 1, day=1) if months else end


def _no_date(text: str, where: str, remedy: str) -> UsageError:
    return UsageError(f"'{text}' is not a date", where=where, remedy=remedy)

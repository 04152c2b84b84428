"""How a message says a number of things: `1 row`, `2 rows`, `1,200 rows`."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """The number and its noun, or a noun with its verb; `many` is `one` with an s unless it is given."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"

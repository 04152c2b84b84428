"""Writing observations files: one number format, one order, rows that stand already left as they are.

Reading and checking them is `data.observations`; exchanging them safely is `data.transaction`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal

from consumer_credit.data.observations import COLUMNS

Record = tuple[str, str, str, str, str]


def decimal_text(value: float) -> str:
    """The shortest plain decimal that reads back as `value`: ``250472.29``, ``51422``, ``0.0000601809``."""
    text = f"{Decimal(repr(value + 0.0)):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_rows(content: str, added: Iterable[Record]) -> str:
    """An observations file with rows added, in order of series, period and vintage.

    Args:
        content: the file as it stands; may be empty.
        added: `series, period, value, vintage, source` of each new row.
    """
    rows = [tuple(row) for row in csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline=""))][1:]
    rows += [tuple(row) for row in added]
    rows.sort(key=lambda row: (row[0], row[1], row[3]))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue()

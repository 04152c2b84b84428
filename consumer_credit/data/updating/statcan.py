"""Statistics Canada's Web Data Service: the address of a table's full file, then the file, an archive.

``https://www150.statcan.gc.ca/t1/wds/rest/getFullTableDownloadCSV/38100238/en`` answers
``{"status": "SUCCESS", "object": "https://www150.statcan.gc.ca/n1/tbl/csv/38100238-eng.zip"}``
(https://www.statcan.gc.ca/en/developers/wds/user-guide); the archive holds ``38100238.csv`` beside a file of
metadata. It bears no date: its figures were surely public on the day they were fetched.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Sequence
from urllib.parse import urlsplit

from consumer_credit.data.entries import Series
from consumer_credit.data.updating.answers import FetchError
from consumer_credit.data.updating.contract import Request, Scope
from consumer_credit.data.updating.polite import MAX_BYTES
from consumer_credit.errors import UsageError

_TABLE = re.compile(r"/getFullTableDownloadCSV/(\d{8})/")
_LATER = "try again later; the data stand as they were"


def requests(series: Sequence[Series], scope: Scope) -> list[Request]:
    """One address a table; the service gives whole tables only."""
    if scope.vintage is not None:
        raise UsageError(
            "Statistics Canada gives the newest figures only", where="--vintage", remedy="leave --vintage out"
        )
    by_address: dict[str, list[str]] = {}
    for entry in series:
        by_address.setdefault(entry.update.address, []).append(entry.id)
    found = []
    for address, ids in by_address.items():
        table = _TABLE.search(address)
        if table is None:
            raise FetchError(
                "the address names no table",
                where=address,
                remedy="write …/t1/wds/rest/getFullTableDownloadCSV/38100238/en",
            )
        found.append(Request("statcan", address, tuple(ids), f"statcan/{table[1]}.json"))
    return found


def leads_to(request: Request, content: bytes) -> list[Request]:
    """The archive whose address the service gives; it must lie on the same host."""
    if not request.name.endswith(".json"):
        return []
    try:
        answer = json.loads(content)
        address = str(answer["object"]) if answer["status"] == "SUCCESS" else ""
    except (ValueError, KeyError, TypeError):
        address = ""
    if not address or urlsplit(address).netloc != urlsplit(request.address).netloc:
        raise FetchError("the service names no file of the table", where=request.address, remedy=_LATER)
    return [Request("statcan", address, request.series, request.name.replace(".json", ".csv"))]


def payload(request: Request, content: bytes) -> bytes | None:
    """The table out of the archive; nothing out of the answer that only names it."""
    if request.name.endswith(".json"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tables = [
                entry
                for entry in archive.infolist()
                if entry.filename.lower().endswith(".csv") and "metadata" not in entry.filename.lower()
            ]
            if len(tables) != 1 or tables[0].file_size > MAX_BYTES:
                raise FetchError("the archive does not hold one table", where=request.address, remedy=_LATER)
            with archive.open(tables[0]) as table:
                return table.read(MAX_BYTES)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, NotImplementedError):
        raise FetchError("the archive is damaged", where=request.address, remedy=_LATER) from None

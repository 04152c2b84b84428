"""A server on this machine that answers as the publishers do, and as servers do when something is wrong.

Every payload copies the form of public documentation or of a public file, which its function names.
"""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


def fred_csv(code: str, values: Mapping[str, float | None]) -> bytes:
    """FRED's graph file as https://fred.stlouisfed.org/graph/fredgraph.csv?id=REVOLSL gives it since 2025.

    The column of dates is headed `observation_date` (`DATE` until 2024), a missing figure is an empty cell.
    """
    lines = [f"observation_date,{code}"]
    lines += [f"{day},{'' if value is None else value}" for day, value in values.items()]
    return ("\n".join(lines) + "\n").encode()


def alfred_csv(code: str, vintage: str, values: Mapping[str, float]) -> bytes:
    """ALFRED's file as downloaded from https://alfred.stlouisfed.org/graph/alfredgraph.csv?id=TOTALSL&vintage_date=
    2016-11-07: the column bears the vintage, `TOTALSL_20161107`.
    """
    return fred_csv(f"{code}_{vintage.replace('-', '')}", values)


_BIS_HEADING = (
    "FREQ,BORROWERS_CTY,TC_BORROWERS,TC_LENDERS,VALUATION,UNIT_TYPE,TC_ADJUST,COLLECTION,DECIMALS,UNIT_MULT,"
    "UNIT_MEASURE,TITLE_TS,TIME_PERIOD,OBS_VALUE,OBS_STATUS,OBS_PRE_BREAK,OBS_CONF"
)


def bis_csv(figures: Mapping[tuple[str, str], float | None]) -> bytes:
    """SDMX-CSV as https://stats.bis.org/api/v2/data/dataflow/BIS/WS_TC/2.0/Q.CN.H.A.M.770.A gives it.

    See https://stats.bis.org/api-doc/v2/ (``format=csv``): dimensions, attributes, TIME_PERIOD, OBS_VALUE;
    `NaN` where there is none.
    """
    lines = [_BIS_HEADING]
    for (economy, quarter), value in figures.items():
        shown = "NaN" if value is None else f"{value}"
        title = f'"{economy} - Credit to Households and NPISHs from All sectors - Percentage of GDP"'
        lines.append(f"Q,{economy},H,A,M,770,A,E,1,0,367,{title},{quarter},{shown},A,,F")
    return ("\n".join(lines) + "\n").encode()


def world_bank_json(
    indicator: str,
    figures: Mapping[tuple[str, str], float | None],
    *,
    updated: str = "2026-10-07",
    page: int = 1,
    pages: int = 1,
) -> bytes:
    """A page of https://api.worldbank.org/v2/country/CHN;USA/indicator/NY.GDP.MKTP.CN?format=json.

    Of the form in https://datahelpdesk.worldbank.org/knowledgebase/articles/898581 and 898599: a count of
    pages, then entries.
    """
    head = {
        "page": page,
        "pages": pages,
        "per_page": 20000,
        "total": len(figures),
        "sourceid": "2",
        "lastupdated": updated,
    }
    entries = [
        {
            "indicator": {"id": indicator, "value": "GDP (current LCU)"},
            "country": {"id": iso3[:2], "value": iso3},
            "countryiso3code": iso3,
            "date": year,
            "value": value,
            "unit": "",
            "obs_status": "",
            "decimal": 0,
        }
        for (iso3, year), value in figures.items()
    ]
    return json.dumps([head, entries]).encode()


def world_bank_error() -> bytes:
    """The interface's answer, with status 200, to an indicator it does not have
    (https://datahelpdesk.worldbank.org/knowledgebase/articles/898620-api-error-codes).
    """
    message = {"id": "120", "key": "Invalid value", "value": "The provided parameter value is not valid"}
    return json.dumps([{"message": [message]}]).encode()


def bank_of_england_csv(codes: Sequence[str], figures: Mapping[str, Sequence[float]]) -> bytes:
    """The database's CSV with ``CSVF=TN``: month ends in words, a column a code, lines ended as on Windows.

    See https://www.bankofengland.co.uk/boeapps/database/help.asp.
    """
    lines = [",".join(["DATE", *codes])]
    lines += [",".join([day, *(f"{value:g}" for value in values)]) for day, values in figures.items()]
    return ("\r\n".join(lines) + "\r\n").encode()


def statcan_link(base: str, table: str) -> bytes:
    """The answer of getFullTableDownloadCSV (https://www.statcan.gc.ca/en/developers/wds/user-guide)."""
    return json.dumps({"status": "SUCCESS", "object": f"{base}/n1/tbl/csv/{table}-eng.zip"}).encode()


def statcan_zip(table: str, vector: str, figures: Mapping[str, float]) -> bytes:
    """A full-table archive as of https://www150.statcan.gc.ca/n1/tbl/csv/38100238-eng.zip: the table and its
    metadata.
    """
    heading = (
        "REF_DATE,GEO,DGUID,Categories,UOM,UOM_ID,SCALAR_FACTOR,SCALAR_ID,VECTOR,COORDINATE,VALUE,STATUS,SYMBOL,"
        "TERMINATED,DECIMALS"
    )
    lines = [heading]
    lines += [
        f'"{month}","Canada","2016A000011124","Consumer credit","Dollars","81","millions","6",'
        f'"{vector}","1.1","{value}","","","","0"'
        for month, value in figures.items()
    ]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{table}.csv", "\ufeff" + "\n".join(lines) + "\n")
        archive.writestr(f"{table}_MetaData.csv", "Cube Title\nCredit liabilities of households\n")
    return packed.getvalue()


def html_error() -> bytes:
    """The page of a content-delivery network that refuses, as FRED's sends it; here with status 200."""
    return (
        b"<!DOCTYPE html><HTML><HEAD>\n<TITLE>Access Denied</TITLE>\n</HEAD><BODY>\n<H1>Access Denied</H1>\n"
        b"You don't have permission to access this resource on this server.</BODY></HTML>\n"
    )


def sdmx_error() -> bytes:
    """An SDMX service's message for a query without results (SDMX 2.1 Web Services guidelines, 5.8)."""
    return (
        b'<?xml version="1.0" encoding="UTF-8"?><message:Error '
        b'xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common">'
        b'<message:ErrorMessage code="100"><common:Text>No Results Found</common:Text></message:ErrorMessage>'
        b"</message:Error>"
    )


@dataclass(frozen=True)
class Answer:
    """One answer of the server.

    Args:
        drip: seconds between single bytes of the body.
        cut: how many bytes of the body are sent, though all are announced.
        framed: whether the length is announced at all.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0
    cut: int | None = None
    framed: bool = True


@dataclass
class Asked:
    """One question the server was asked."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


class PublisherServer:
    """Answers by path; each path has a queue of answers, of which the last is repeated."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Answer]] = {}
        owner = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                owner._serve(self)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Tests read `asked` instead."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answers(self, path: str, *answers: Answer | bytes) -> None:
        """Answer `path` (with or without a query that must be the same) with these, one after the other."""
        self._answers[path] = [a if isinstance(a, Answer) else Answer(a) for a in answers]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, target: str) -> Answer:
        parts = urlsplit(target)
        for path in (unquote(target), unquote(parts.path)):
            if path in self._answers:
                queue = self._answers[path]
                return queue.pop(0) if len(queue) > 1 else queue[0]
        return Answer(b"<html><title>404 Not Found</title></html>", 404)

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(request.path)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        self.asked.append(
            Asked(unquote(parts.path), query, {k.lower(): v for k, v in request.headers.items()})
        )
        answer = self._next(request.path)
        tag = answer.headers.get("ETag")
        if tag is not None and request.headers.get("If-None-Match") == tag:
            answer = Answer(b"", 304, {"ETag": tag})
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        if answer.framed:
            request.send_header("Content-Length", str(len(answer.body)))
        if answer.cut is not None or not answer.framed:
            request.send_header("Connection", "close")
            request.close_connection = True
        request.end_headers()
        body = answer.body[: answer.cut]
        try:
            if not answer.drip:
                request.wfile.write(body)
            for place in range(len(body) if answer.drip else 0):
                request.wfile.write(body[place : place + 1])
                request.wfile.flush()
                time.sleep(answer.drip)
        except OSError:
            pass  # the client has lost patience, as it should


def http_date(seconds_from_now: float) -> str:
    """A date as HTTP writes it."""
    return formatdate(time.time() + seconds_from_now, usegmt=True)


def months(first: str, values: Iterable[float]) -> dict[str, float]:
    """First days of consecutive months from `first` (2026-01-01), with the values given."""
    year, month = int(first[:4]), int(first[5:7])
    found = {}
    for number, value in enumerate(values):
        index = 12 * year + month - 1 + number
        found[f"{index // 12}-{index % 12 + 1:02d}-01"] = value
    return found

"""Writing queries into the catalogue's addresses, in one form, so that an address is also a key."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit


def with_query(address: str, query: Mapping[str, str]) -> str:
    """`address` with the parameters of `query` added, or put in place of those of the same name."""
    parts = urlsplit(address)
    merged = dict(parse_qsl(parts.query, keep_blank_values=True)) | dict(query)
    return parts._replace(query=urlencode(merged, safe=":;,+/*")).geturl()

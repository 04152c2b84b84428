"""Caption cells: the title, subtitle, alternative text and notes of a figure or table, as an editor writes
them.

A caption is a Markdown list, so that it reads well in JupyterLab:

    - **Figure:** `fig-china-ratio`
    - **Title:** the message, from the data
    - **Subtitle:** what, where, when, unit
    - **Alt:** kind of chart and its main trend with the numbers
    - **Note:** anything a reader must know (optional, may be repeated)
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from consumer_credit.errors import UsageError

_ITEM = re.compile(r"[-*] \*\*(?P<key>\w+):\*\*\s*(?P<text>.*)")
_KEYS = ("Figure", "Table", "Title", "Subtitle", "Alt", "Note")
_ID = re.compile(r"(fig|tbl)-[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Caption:
    """One caption; the texts may still hold placeholders."""

    id: str
    title: str
    subtitle: str
    alt: str
    notes: Sequence[str]


@lru_cache(maxsize=1024)
def parse_caption(source: str, *, where: str) -> Caption:
    """Read a caption cell.

    Raises:
        UsageError: it is not such a list, a key is unknown, or something required is missing; `where` names
            the cell.
    """
    entries: list[tuple[str, str]] = []
    for line in source.strip().splitlines():
        item = _ITEM.match(line)
        if item:
            if item["key"] not in _KEYS:
                raise UsageError(
                    f"unknown key '{item['key']}'", where=where, remedy=f"known are: {', '.join(_KEYS)}"
                )
            entries.append((item["key"], item["text"].strip()))
        elif entries and line.strip():
            key, text = entries[-1]
            entries[-1] = (key, f"{text} {line.strip()}".strip())
        elif line.strip():
            raise UsageError(
                "a caption is a list of '- **Title:** …' lines",
                where=where,
                remedy=f"known keys: {', '.join(_KEYS)}",
            )
    single = {key: text for key, text in entries if key != "Note"}
    item_id = (single.get("Figure") or single.get("Table") or "").strip("`")
    if not _ID.fullmatch(item_id) or item_id.startswith("fig-") != ("Figure" in single):
        raise UsageError(
            f"'{item_id}' is not a figure's or table's id",
            where=where,
            remedy="write - **Figure:** `fig-name` or - **Table:** `tbl-name`",
        )
    needed = ["Title", "Subtitle", *(["Alt"] if item_id.startswith("fig-") else [])]
    for key in needed:
        if not single.get(key):
            raise UsageError(f"'{item_id}' has no {key}", where=where, remedy=f"add a line - **{key}:** …")
    return Caption(
        id=item_id,
        title=single["Title"],
        subtitle=single["Subtitle"],
        alt=single.get("Alt", ""),
        notes=tuple(text for key, text in entries if key == "Note" and text),
    )

"""The drawings that a page carries for later: each as published, to take away, and as laid out for a phone.

They resemble one another, so that packed together they take a page little more than the first kind alone, each packed
for itself, did. The page's script unpacks them where they are asked for; without script a chart is shown as on a desk.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Iterable, Mapping
from typing import Any


def packed_drawings(blocks: Iterable[Mapping[str, Any] | None]) -> str:
    """The drawings of `blocks` (as `exhibits.exhibit_block` gives them), in base64: gzip of JSON, by the figure's id
    `{"svg": …, "narrow": …}`; nothing where there are none.
    """
    drawings = {
        block["exhibit"].id: {"svg": block["exhibit"].svg, "narrow": str(block["svg_narrow"])}
        for block in blocks
        if block and block["kind"] == "exhibit" and block["exhibit"].id and block["exhibit"].svg
    }
    if not drawings:
        return ""
    text = json.dumps(drawings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(gzip.compress(text.encode("utf-8"), 9, mtime=0)).decode("ascii")

"""What one passage of prose means to the others: its headings, and whatever else can be referred to.

A passage that is the same as in the last rendering, among passages that name the same things, renders the same. Pandoc
then needs to see no more of it than it means to the others, which is most of pandoc's time when a preview is refreshed.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_HEADING = re.compile(r"(?m)^#{1,6}(?:[ \t].*)?$")
_MORE_THAN_HEADINGS = re.compile(
    r"(?m)<|!\[|\[\^|\]:|`{3}|~{3}|\\(?:label|eqref|begin)|^ {1,3}#|^ {0,3}(?:=+|-+)[ \t]*$|\r"
)
"""HTML, pictures, footnotes, definitions of links, code, numbered equations, headings in lists and underlined ones:
whatever names something, counts on, or may hold a line that only looks like a heading."""
_FRAMES = 4
"""How many frames are remembered: two languages, page and PDF."""


def abridged(source: str) -> str:
    """The headings of a passage; all of it, where it may name or number more than these."""
    return source if _MORE_THAN_HEADINGS.search(source) else "\n\n".join(_HEADING.findall(source))


class Remembered:
    """Passages as they were rendered, by the frame in which they stood: all that the passages around them mean."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: OrderedDict[str, Mapping[tuple[int, str], str]] = OrderedDict()

    def within(self, frame: str, sources: Sequence[str]) -> dict[int, str]:
        """The passages that were rendered in that frame, in the place and with the source that they have now."""
        with self._lock:
            known = self._frames.get(frame, {})
        return {
            place: known[place, source] for place, source in enumerate(sources) if (place, source) in known
        }

    def keep(self, frame: str, sources: Sequence[str], rendered: Sequence[str], but: Iterable[int]) -> None:
        """Remember the passages of a frame, `but` those in some places, in place of what they were before."""
        left_out = set(but)
        passages = {
            (place, source): passage
            for place, (source, passage) in enumerate(zip(sources, rendered, strict=True))
            if place not in left_out
        }
        with self._lock:
            self._frames[frame] = passages
            self._frames.move_to_end(frame)
            while len(self._frames) > _FRAMES:
                self._frames.popitem(last=False)


def frame_of(to: str, options: Mapping[str, Any], sources: Sequence[str]) -> str:
    """A hash of all that a passage's rendering depends on beside itself."""
    meant = [to, options, [abridged(source) for source in sources]]
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode("utf-8")).hexdigest()

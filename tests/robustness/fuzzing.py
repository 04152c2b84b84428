"""Damage of every kind done to a sound input, and what must hold whatever was done to it.

An input ends accepted, or refused by one of our errors that names the place and says what to do. Anything else
(another exception, a message that does not help, a file changed on the way, a long silence) fails the test.

How many inputs a test tries is said by the variable FUZZ: a few without it, 100 with `ci`, 1,000 with `nightly`,
which alone draws other inputs each time.
"""

from __future__ import annotations

import copy
import datetime as dt
import os
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from consumer_credit.errors import ReportError

PROFILE = os.environ.get("FUZZ", "few")
CASES = {"few": 8, "ci": 100, "nightly": 1000}[PROFILE]
SECONDS = 20
"""Processor time that no input may take; most take a hundredth of a second."""
LONGEST_MESSAGE = 2000

fuzz = settings(
    max_examples=CASES,
    deadline=None,
    derandomize=PROFILE != "nightly",
    database=None,
    suppress_health_check=list(HealthCheck),
)


class Door:
    """Where inputs come in; counts how they ended."""

    def __init__(self, name: str, counts: Counter[tuple[str, str, str]]) -> None:
        self.name, self.counts = name, counts

    def try_(self, act: Callable[[], object]) -> bool:
        """Let an input in; whether it was accepted, which `act` may deny by giving back False."""
        self.counts["inputs tried", self.name, "tried"] += 1
        began = time.process_time()
        try:
            accepted = act() is not False
        except ReportError as refusal:
            must_help(refusal)
            accepted = False
        assert time.process_time() - began < SECONDS, "too slow"
        self.counts["inputs tried", self.name, "accepted" if accepted else "refused"] += 1
        return accepted


def must_help(refusal: ReportError) -> None:
    """A message names its place and a remedy, and can be printed on a terminal."""
    assert type(refusal) is not ReportError, f"a bug of ours: {refusal}"
    assert refusal.what.strip(), "says nothing"
    assert refusal.where.strip(), f"names no place: {refusal}"
    assert refusal.remedy.strip(), f"says not what to do: {refusal}"
    assert str(refusal).replace("\n", " ").isprintable(), f"cannot be printed: {str(refusal)!r}"
    assert len(str(refusal)) <= LONGEST_MESSAGE, f"too long: {str(refusal)[:200]}"


def contents(folder: Path) -> Mapping[str, bytes]:
    """Every file below a folder, with its content."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


TRICKY = st.sampled_from(
    [
        *("", " ", "\0", "\x1b[2J\x1b]0;x\x07", "a\nb", "\u202etxt", "﻿", "長" * 3000, "e\u0301"),
        *("=1+1", "+cmd|'/c calc'!A1", "@SUM(A1)", "<script>alert(1)</script>", "{{ x }}", "{% raw %}"),
        *("../../etc/passwd", "/etc/passwd", "$(touch x)", "`touch x`", "; touch x", "%s%n", "\\", "'", '"'),
        *(
            "2016.5",
            "1e999",
            "NaN",
            "-inf",
            "٢٠١٦",
            "２０１６",
            "0x7e0",
            "1_000",
            "2,016",
            "true",
            "null",
            "~",
        ),
        *("2016-13", "2016-02-30", "0000-00", "9999-12-31", "2016-Q5", "latest", "2016-Q4 ", "25:00:00"),
        *("!!python/object/apply:os.system [x]", "&a [*a]", "*a", "<<: *a", "- ", "%YAML 9", "#", ":", "---"),
    ]
)
SCALARS = st.one_of(
    TRICKY,
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([10**400, -0.0, float("nan"), float("inf"), 1e-320, 2016.5, 0.1 + 0.2]),
    st.floats(),
    st.text(max_size=12),
    st.dates(),
    st.sampled_from([dt.datetime(2016, 1, 1, 12), dt.date(1, 1, 1)]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def _places(tree: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path]
    items = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in items:
        found += _places(value, (*path, key))
    return found


@st.composite
def damaged_tree(draw: st.DrawFn, sound: Any, values: st.SearchStrategy[Any] = VALUES) -> Any:
    """A tree of lists and mappings with one to three entries replaced, removed, renamed, doubled or added."""
    holder = [copy.deepcopy(sound)]
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(_places(holder)[1:]))
        parent: Any = holder
        for step in way:
            parent = parent[step]
        kind = draw(st.sampled_from(["replace", "remove", "rename", "double", "add"]))
        if kind == "remove" and way:
            del parent[last]
        elif kind == "rename" and isinstance(parent, dict):
            parent[draw(st.text(min_size=1, max_size=8) | TRICKY)] = parent.pop(last)
        elif kind == "double" and isinstance(parent, list) and way:
            parent.insert(draw(st.integers(0, len(parent))), copy.deepcopy(parent[last]))
        elif kind == "add" and isinstance(parent, dict):
            parent[draw(st.text(min_size=1, max_size=8) | TRICKY)] = draw(values)
        else:
            parent[last] = draw(values)
    return holder[0]


@st.composite
def damaged_text(draw: st.DrawFn, sound: str) -> bytes:
    """A text cut off, with something put in, taken out, doubled or put elsewhere, or in another encoding."""
    text = sound
    for _ in range(draw(st.integers(1, 3))):
        begin, end = sorted(draw(st.tuples(*[st.integers(0, len(text))] * 2)))
        piece = text[begin : min(end, begin + 400)]
        kind = draw(st.sampled_from(["cut", "insert", "take out", "double", "move", "replace"]))
        rest = text[:begin] + text[begin + len(piece) :]
        if kind == "cut":
            text = text[:begin]
        elif kind in ("insert", "replace"):
            into = text if kind == "insert" else rest
            text = into[:begin] + draw(TRICKY | st.text(max_size=8)) + into[begin:]
        elif kind == "take out":
            text = rest
        elif kind == "double":
            text = text[:begin] + piece + text[begin:]
        else:
            at = draw(st.integers(0, len(rest)))
            text = rest[:at] + piece + rest[at:]
    encoding = draw(st.sampled_from(["utf-8"] * 8 + ["utf-16", "gb18030", "utf-8-sig"]))
    content = text.encode(encoding, "replace")
    if draw(st.integers(0, 9)) == 0 and content:
        at = draw(st.integers(0, len(content) - 1))
        content = content[:at] + bytes([draw(st.integers(0, 255))]) + content[at + 1 :]
    return content

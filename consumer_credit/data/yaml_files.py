"""Reading YAML safely, quickly, and with errors that name file and line.

Plain YAML silently keeps the last of two equal keys; here the second one is an error, since in a catalogue
it hides a series. Nothing in a file can call Python or, by aliases of aliases, grow beyond all bounds.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, ClassVar

import yaml

from consumer_credit.errors import DataError

MAX_BYTES = 4 * 2**20
MAX_ENTRIES = 1_000_000
"""Of a file with every alias written out; the largest catalogue has 20,000."""
MAX_DEPTH = 100
_BRACKET = re.compile(r"[\[\]{}]")
_NESTED_LINE = re.compile(rf"^(?: {{{4 * MAX_DEPTH}}}|\s*(?:[-?][ \t]+){{{MAX_DEPTH}}})", re.MULTILINE)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _UniqueKeys(_Loader):  # type: ignore[misc]
    """The safe loader, refusing a key that is written twice, and leaving dates as the text they are.

    A vintage `2017-01` and a vintage `2017-01-20` are the same kind of thing; YAML would make a date of the
    second.
    """

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [(tag, shape) for tag, shape in resolvers if tag != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in _Loader.yaml_implicit_resolvers.items()
    }

    def construct_document(self, node: Any) -> Any:
        if _entries(node, {}) > MAX_ENTRIES:
            raise yaml.constructor.ConstructorError(
                None, None, f"more than {MAX_ENTRIES:,} entries, its aliases written out", node.start_mark
            )
        return super().construct_document(node)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen = set()
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:str" and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key '{key.value}' is written twice", key.start_mark
                )
            seen.add(key.value if isinstance(key.value, str) else id(key))
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep=deep)
        return mapping


def _entries(node: Any, known: dict[int, int]) -> int:
    """How many nodes a node stands for, each alias counted as what it repeats; `known` holds those counted."""
    if id(node) not in known:
        known[id(node)] = 0  # while it is being counted
        parts = [part for item in node.value for part in (item if isinstance(item, tuple) else (item,))]
        inside = [] if isinstance(node, yaml.ScalarNode) else [_entries(part, known) for part in parts]
        known[id(node)] = 1 + sum(inside)
    elif known[id(node)] == 0:
        raise yaml.constructor.ConstructorError(None, None, "an entry contains itself", node.start_mark)
    return known[id(node)]


def _depth(text: str) -> int:
    """About how deep a file is nested, never too little: the reader in C does not survive 100,000 brackets."""
    if _NESTED_LINE.search(text):
        return MAX_DEPTH + 1
    depth = deepest = 0
    for bracket in _BRACKET.finditer(text):
        depth = max(0, depth + (1 if bracket[0] in "[{" else -1))
        deepest = max(deepest, depth)
    return deepest


def read_yaml(path: Path, where: str) -> Any:
    """The content of a YAML file as plain Python values.

    Args:
        path: the file.
        where: how messages name it, e.g. `data/catalogue/pbc.yaml`.

    Raises:
        DataError: the file cannot be read, is too large, not UTF-8, not YAML, or has a key twice.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise DataError(
                f"is larger than {MAX_BYTES // 2**20} MB", where=where, remedy="split it, or correct the file"
            )
        text = path.read_text(encoding="utf-8-sig")
        if _depth(text) > MAX_DEPTH:
            raise RecursionError
        return yaml.load(text, Loader=_UniqueKeys)
    except OSError as error:
        raise DataError(f"cannot be read ({error.strerror})", where=where, remedy="check the file") from None
    except UnicodeDecodeError:
        raise DataError("is not UTF-8 text", where=where, remedy="save the file as UTF-8") from None
    except yaml.MarkedYAMLError as error:
        last = max(1, len(text.splitlines()))
        line = f", line {min(error.problem_mark.line + 1, last)}" if error.problem_mark else ""
        raise DataError(
            f"not valid YAML: {error.problem}", where=f"{where}{line}", remedy="correct the line"
        ) from None
    except RecursionError:
        raise DataError("is nested too deeply", where=where, remedy="correct the file") from None
    except (yaml.YAMLError, ValueError) as error:
        raise DataError(
            f"not valid YAML: {error}".splitlines()[0], where=where, remedy="correct the file"
        ) from None

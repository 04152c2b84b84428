"""Results kept: what follows from the data alone is worked out once, for whichever language comes first.

A function says with `kept` that its result rests on its arguments, the data and the library, and on no language. Where
a keeper listens (`results_kept_by`) it is then not worked out again, and what it would have read is said to have been
read. A result is kept as JSON and read back as the type that the function's annotation names; one that would not read
back as it was, is not kept.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import inspect
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol, TypeVar, get_type_hints

from consumer_credit import reads

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Given = ParamSpec("Given")
Result = TypeVar("Result")
_PLAIN = (str, int, float, bool, type(None), dt.date)
_ON_DISK = ("file", "absent", "folder")


class Keeper(Protocol):
    """Who keeps results that rest on one data folder."""

    @property
    def data(self) -> str:
        """The real path of the data folder."""
        ...

    def find(self, key: str) -> Iterable[tuple[Iterable[reads.Read], str]]:
        """What is kept under a key: what was read for it, and the result."""
        ...

    def keep(self, key: str, heard: Iterable[reads.Read], result: str) -> None:
        """Keep a result."""
        ...


_keepers: list[Keeper] = []


@contextmanager
def results_kept_by(keeper: Keeper) -> Iterator[None]:
    """Within this block what `keeper` has is not worked out again, and what it has not is given to it."""
    _keepers.append(keeper)
    try:
        yield
    finally:
        _keepers.remove(keeper)


def kept(function: Callable[Given, Result]) -> Callable[Given, Result]:
    """Let the results of a function be kept.

    It is given plain values, the data folder, and what says what it `rests_on` (a store, a chapter). A chapter reaches
    it `without_words`, kept or not, so that nothing that it works out can depend on the language.
    """
    name = f"{function.__module__}.{function.__qualname__}"
    signature = inspect.signature(function)

    @cache
    def form() -> TypeAdapter[Result]:
        from pydantic import TypeAdapter  # noqa: PLC0415  (light commands work nothing out)

        return TypeAdapter(get_type_hints(function)["return"])

    @wraps(function)
    def once(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        given = signature.bind(*args, **kwargs)
        given.apply_defaults()
        wordless = {of: _without_words(value) for of, value in given.arguments.items()}
        given.arguments.update(wordless)
        keeper = _keepers[-1] if _keepers else None
        key = key_of(name, wordless, keeper.data) if keeper else None
        if keeper is None or key is None:
            return function(*given.args, **given.kwargs)
        for heard, text in keeper.find(key):
            with suppress(ValueError):  # not what it is taken for
                result = form().validate_python(json.loads(text))
                reads.again(heard)
                return result
        with reads.noted() as noted:
            result = function(*given.args, **given.kwargs)
        if all(_rests_on_data(read, keeper.data) for read in noted):
            text = json.dumps(form().dump_python(result, mode="json"))
            if repr(form().validate_python(json.loads(text))) == repr(result):
                keeper.keep(key, sorted(noted), text)
        return result

    return once


def key_of(name: str, given: Mapping[str, Any], data: str) -> str | None:
    """The hash of a function's name and of what it is given; None when something given cannot be told from another by
    its value, or rests on another folder than `data`.
    """
    digest = hashlib.sha256()
    try:
        for text in (name, *_spelt(dict(given), data)):
            digest.update(f"{len(text)} {text}".encode("utf-8", "surrogatepass"))
    except TypeError:
        return None
    return digest.hexdigest()


def _spelt(value: Any, data: str) -> Iterator[str]:
    """A value in texts that no other value has.

    Raises:
        TypeError: its kind is not known here, or it rests on another folder.
    """
    folder, under = getattr(value, "rests_on", (value, ""))
    if isinstance(value, _PLAIN):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, Mapping | list | tuple):
        parts = [part for item in value.items() for part in item] if isinstance(value, Mapping) else value
        yield f"{type(value).__name__} of {len(parts)}"
        for part in parts:
            yield from _spelt(part, data)
    elif isinstance(folder, Path) and os.path.realpath(folder) == data:
        yield f"{type(value).__name__} {data} {under}"
    else:
        raise TypeError(f"a {type(value).__name__} cannot be told from another")


def _without_words(value: Any) -> Any:
    return value.without_words() if hasattr(value, "without_words") else value


def _rests_on_data(read: reads.Read, data: str) -> bool:
    kind, name = read
    return kind == "series" or (kind in _ON_DISK and name.startswith(data))

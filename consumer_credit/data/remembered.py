"""What was read before from files of the same content, so that one process reads each of them once.

A key is made of the content itself and of all else that decides the result: a file that has changed is read again,
whatever its date says. What is remembered is shared and must not be changed by whoever is given it.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

Result = TypeVar("Result")


def digest(parts: Iterable[bytes]) -> str:
    """One short text for all of `parts`, in their order."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()


class Remembered(Generic[Result]):
    """The last `most` results by key; errors are not kept."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], Result]) -> Result:
        """The result of that key, made when it is not remembered."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return self._results[key]
        result = make()
        self.put(key, result)
        return result

    def forget(self, key: str) -> None:
        """Let the result of that key go."""
        with self._lock:
            self._results.pop(key, None)

    def put(self, key: str, result: Result) -> None:
        """Remember a result, forgetting the one asked for longest ago."""
        with self._lock:
            self._results[key] = result
            while len(self._results) > self.most:
                self._results.popitem(last=False)

"""A publishers' server on this machine, and data folders whose addresses lead to it."""

from __future__ import annotations

import datetime as dt
import importlib.util
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data.updating.memory import Memory
from consumer_credit.data.updating.polite import Client, Manners

_SPEC = importlib.util.spec_from_file_location(
    "publisher_server", Path(__file__).with_name("publisher_server.py")
)
assert _SPEC is not None and _SPEC.loader is not None
publisher_server = importlib.util.module_from_spec(_SPEC)
sys.modules["publisher_server"] = publisher_server
_SPEC.loader.exec_module(publisher_server)

IMPATIENT = Manners(connect_seconds=2, silence_seconds=0.5, deadline_seconds=1.0, attempts=3)
NOW = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def server() -> Iterator[Any]:
    running = publisher_server.PublisherServer()
    yield running
    running.close()


@pytest.fixture
def waits() -> list[float]:
    """The seconds a client of the test would have waited."""
    return []


@pytest.fixture
def make_client(tmp_path: Path, waits: list[float]) -> Callable[..., Client]:
    """An impatient client with a fixed clock that never really sleeps; keywords change it."""

    def make(**changes: Any) -> Client:
        given: dict[str, Any] = {
            "memory": Memory(tmp_path / "fetched"),
            "manners": IMPATIENT,
            "sleep": waits.append,
            "now": lambda: NOW,
        }
        return Client(**{**given, **changes})

    return make

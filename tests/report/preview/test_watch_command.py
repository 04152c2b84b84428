"""What `watch` says in the terminal when it begins and ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from consumer_credit.commands import watch


@pytest.mark.parametrize("opened", [True, False])
def test_the_address_stands_there_and_a_missing_browser_is_named(
    opened: bool, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    asked: list[str] = []

    async def ended_at_once(session: watch.Session, stop: asyncio.Event) -> None:
        stop.set()

    monkeypatch.setattr(watch.Session, "run", ended_at_once)
    monkeypatch.setattr(watch.webbrowser, "open", lambda address: asked.append(address) or opened)
    code = watch.watch_command(
        edition="latest", languages=["en"], chapters=[], port=0, open_browser=True, quiet=False
    )
    said = capsys.readouterr()
    assert code == 0
    assert said.out.split() == asked
    assert ("no browser was found" in said.err) is not opened
    assert "Ctrl-C ends it" in said.err and "preview ended" in said.err

"""Temporary folders that name the process they belong to, so that those of killed builds can be told and removed."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

_PREFIX = "consumer-credit-"
_NAME = re.compile(rf"{_PREFIX}[a-z]+-(?P<owner>\d+)-.*")


def make_folder(purpose: str) -> Path:
    """An empty folder of this process and user; whoever asks for it removes it. `purpose`: one word, for its name."""
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-{os.getpid()}-"))


@contextmanager
def temporary_folder(purpose: str) -> Iterator[Path]:
    """An empty folder that is gone, with all it holds, when the block ends."""
    folder = make_folder(purpose)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_those_of_killed_processes() -> None:
    """Remove what processes left that no longer are."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        named = _NAME.fullmatch(folder.name)
        if named and not psutil.pid_exists(int(named["owner"])):
            shutil.rmtree(folder, ignore_errors=True)

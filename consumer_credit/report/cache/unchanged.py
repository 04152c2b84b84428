"""The same command again with nothing changed: answered at once, before anything slow is imported.

A build that ended well leaves a record of its command line, of every file it rests on and of every file it
published. As long as all of them are what they were, there is nothing to do. Whatever is in doubt is left to
the ordinary way.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from consumer_credit.report.cache.sealed import is_private, pack, unpack
from consumer_credit.report.cache.stamps import (
    Files,
    digest_of,
    files_below,
    interpreter,
    listed,
    project_files,
    source_files,
    template_files,
)
from consumer_credit.terminal import is_asked_by_a_shell

FOLDER = os.path.join(".cache", "results", "unchanged")  # noqa: PTH118
PROJECT_VARIABLE = "CONSUMER_CREDIT_PROJECT"
KEPT = 40
"""How many command lines are remembered."""


class Publication(NamedTuple):
    """The folder that was published, and the committed figures that were made equal to it, if they were."""

    target: str
    committed: str | None

    def files(self) -> list[str]:
        """Every file of both."""
        return [*files_below(self.target), *(files_below(self.committed) if self.committed else ())]


def answered(arguments: Sequence[str]) -> bool:
    """Whether this command has been carried out before and nothing has changed since; then its answer is given."""
    root = _project()
    if root is None or is_asked_by_a_shell():
        return False
    path = record_path(root, arguments)
    try:
        entry = unpack(_read(path)) if is_private(os.path.dirname(path)) and is_private(path) else None  # noqa: PTH120
    except OSError:
        return False
    if entry is None:
        return False
    facts = entry.facts
    files = Files({name: (stamp, digest) for name, (stamp, digest) in facts["files"].items()})
    if facts["command"] != command_line(root, arguments) or not holds(facts, files):
        return False
    if files.hashed:
        write_record(path, {**facts, "files": files.known})
    for stream, lines in ((sys.stderr, facts["said"]), (sys.stdout, facts["answer"])):
        if lines:
            print("\n".join(lines), file=stream)
    return True


def record_path(root: str, arguments: Sequence[str]) -> str:
    """Where the record of a command line lies."""
    return os.path.join(root, FOLDER, digest_of(command_line(root, arguments)))  # noqa: PTH118


def record_facts(
    command: list[str], publication: Publication, known: Files, folders: dict[str, str]
) -> dict[str, Any]:
    """What must stay as it is for a command to have nothing to do.

    Args:
        command: `command_line` of it.
        publication: what it published.
        known: every file that the publication rests on.
        folders: every folder whose list of names it rests on, with `listed` of it.
    """
    published = publication.files()
    for path in published:
        known.sha256(path)
    return {
        "command": command,
        "interpreter": interpreter(),
        "walked": _walked(command[0]),
        "published": list(publication),
        "published files": digest_of(published),
        "folders": folders,
        "files": known.known,
    }


def write_record(path: str, facts: dict[str, Any]) -> None:
    """Write a record in one step; where that fails there is none."""
    folder, half = os.path.dirname(path), f"{path}.{os.getpid()}"  # noqa: PTH120
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:  # noqa: PTH123
            file.write(pack(facts, {}))
        os.replace(half, path)  # noqa: PTH105
        _forget_oldest(folder)
    except OSError:
        return


def holds(facts: dict[str, Any], files: Files) -> bool:
    """Whether everything that a record names is as it was, cheapest first."""
    publication = Publication(*facts["published"])
    try:
        if any(name.startswith(".") for name in os.listdir(os.path.dirname(publication.target))):  # noqa: PTH120, PTH208
            return False  # a build is at work, or was killed
    except OSError:
        return False
    return (
        facts["interpreter"] == interpreter()
        and facts["walked"] == _walked(facts["command"][0])
        and facts["published files"] == digest_of(publication.files())
        and all(listed(folder) == digest for folder, digest in facts["folders"].items())
        and all(files.sha256(name) == digest for name, (_, digest) in facts["files"].items())
    )


def _walked(root: str) -> str:
    return digest_of([*project_files(root), *source_files(), *template_files()])


def command_line(root: str, arguments: Sequence[str]) -> list[str]:
    """A command by which its record is found: in which project and folder, and with what options."""
    return [root, os.getcwd(), *arguments]  # noqa: PTH109


def _project() -> str | None:
    """The project's folder, as `commands.workplace` finds it."""
    start = os.environ.get(PROJECT_VARIABLE)
    here = os.path.realpath(start or os.curdir)
    script = os.path.dirname(os.path.realpath(sys.argv[0]))  # noqa: PTH120
    for place in [here] if start else [here, script]:
        folder = place
        while True:
            if all(os.path.isdir(os.path.join(folder, name)) for name in ("notebooks", "editions")):  # noqa: PTH112, PTH118
                return folder
            if folder == os.path.dirname(folder):  # noqa: PTH120
                break
            folder = os.path.dirname(folder)  # noqa: PTH120
    return None


def _read(path: str) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        return file.read()


def _forget_oldest(folder: str) -> None:
    with os.scandir(folder) as listing:
        records = sorted(listing, key=lambda entry: entry.stat().st_mtime_ns)
    for entry in records[:-KEPT]:
        os.unlink(entry.path)  # noqa: PTH108

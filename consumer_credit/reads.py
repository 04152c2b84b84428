"""What a chapter reads, written down while it reads it, so that a cache can tell when it must run again.

A kernel that is told a file (`CONSUMER_CREDIT_READS`) appends to it a line of JSON for each file opened and folder
listed through Python, from before its first cell on. Where more is known of what a read means, the reader says so: of
an observations file only the series that were asked for (`series`), of the texts that the fonts are cut to only the
cut (`fonts`), of what other chapters recorded only the results that were looked at (`result`). Not seen are files
that foreign code opens without Python, and questions whether a file exists.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterable, Iterator

VARIABLE = "CONSUMER_CREDIT_READS"
ALL = "*"
"""Stands for all results."""
EXTENSION = "consumer_credit.reads"
"""What a kernel loads as an IPython extension to begin the record."""
_SEARCHES = ("<frozen importlib._bootstrap_external>", os.path.join("importlib", "metadata", "__init__.py"))  # noqa: PTH118
"""Code that lists folders in search of a module or a package, not for what else is in them."""
_PATH_HOOK = ".__path_hook__"
"""Ends what stands on the path for an editable installation: no file, though packages are looked for in it."""
_SYSTEM = ("/proc", "/sys", "/dev")


Read = tuple[str, str]
"""What was read: its kind and its name."""


class Record:
    """Appends to a file what this process reads; nothing is said twice."""

    def __init__(self, file: str, unseen: tuple[str, ...], results: str) -> None:
        """`unseen` are folders (and files) whose content is accounted for elsewhere, or is nobody's input; `results` is
        the file of what other chapters recorded.
        """
        self._results = os.path.realpath(results) if results else ""
        self._log = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o600)
        self._unseen = tuple(os.path.join(os.path.realpath(folder), "") for folder in unseen if folder)  # noqa: PTH118
        self._said: set[Read] = set()
        self.listeners: list[set[Read]] = []
        self._made: set[str] = set()
        self._accounted = threading.local()

    def say(self, kind: str, name: str) -> None:
        """Add a line, once; listeners hear it every time."""
        for heard in self.listeners:
            heard.add((kind, name))
        if (kind, name) not in self._said:
            self._said.add((kind, name))
            os.write(self._log, (json.dumps([kind, name]) + "\n").encode())

    def hear(self, event: str, arguments: tuple[object, ...]) -> None:
        """Python's audit hook."""
        if event == "open":
            self._opened(*arguments)
        elif event in ("os.listdir", "os.scandir"):
            self._listed(arguments[0])

    @contextlib.contextmanager
    def accounted(self) -> Iterator[None]:
        """Within this block the reader says itself what it reads."""
        before = getattr(self._accounted, "depth", 0)
        self._accounted.depth = before + 1
        try:
            yield
        finally:
            self._accounted.depth = before

    def _opened(self, path: object, _mode: object = None, flags: object = 0, *_: object) -> None:
        name = self._name(path)
        if name is None:
            return
        if name == self._results:
            self.say("result", ALL)
            return
        written = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR)
        if written and not os.path.exists(name):  # noqa: PTH110  (pathlib would be slow here)
            self._made.add(name)
        if name in self._made or (written and isinstance(flags, int) and flags & os.O_WRONLY):
            return
        self.say("file" if os.path.exists(name) else "absent", name)  # noqa: PTH110

    def _listed(self, path: object) -> None:
        if sys._getframe(2).f_code.co_filename.endswith(_SEARCHES):
            return  # a module is seen when it is opened, and of packages the cache asks for the versions
        name = self._name(os.curdir if path is None else path)
        if name is not None:
            self.say("folder", name)

    def _name(self, path: object) -> str | None:
        """The real path of what was read; None when it is no input."""
        if getattr(self._accounted, "depth", 0) or not isinstance(path, str | bytes | os.PathLike):
            return None
        name = os.path.realpath(_source(os.fsdecode(path)))
        return None if (name + os.sep).startswith(self._unseen) or name.endswith(_PATH_HOOK) else name


_record: Record | None = None


def load_ipython_extension(_shell: object) -> None:
    """Begin the record in this kernel, where one is asked for."""
    file = os.environ.get(VARIABLE)
    if file and _record is None:
        begin(file)


def begin(file: str) -> None:
    """Write to `file` what this process reads from here on; a process begins once."""
    global _record  # noqa: PLW0603  (an audit hook stays for the life of a process)
    home = os.path.expanduser("~")  # noqa: PTH111
    project = os.environ.get("CONSUMER_CREDIT_PROJECT", "")
    unseen = (
        *_SYSTEM,
        *(
            sys.prefix,
            sys.base_prefix,
            sys.exec_prefix,
        ),  # the interpreter's packages: the cache asks for their versions
        os.path.dirname(__file__),  # noqa: PTH120  (the library: the cache asks for its source)
        os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache"),  # noqa: PTH118
        os.path.dirname(os.environ.get("IPYTHONDIR", "")),  # noqa: PTH120  (this kernel's own files)
        os.path.join(project, ".cache") if project else "",  # noqa: PTH118
        file,
    )
    _record = Record(file, unseen, os.environ.get("CONSUMER_CREDIT_RESULTS", ""))
    _record.say("began", "")
    sys.addaudithook(_record.hear)


def accounted() -> contextlib.AbstractContextManager[None]:
    """A block whose reads its author accounts for, with `series` or `fonts`."""
    return contextlib.nullcontext() if _record is None else _record.accounted()


@contextlib.contextmanager
def noted() -> Iterator[set[Read]]:
    """What is read within this block, whether or not it has been read before."""
    heard: set[Read] = set()
    if _record is None:
        yield heard
        return
    _record.listeners.append(heard)
    try:
        yield heard
    finally:
        _record.listeners.pop()


def again(heard: Iterable[Read]) -> None:
    """Say once more what was `noted`, where something kept stands for the reading itself."""
    if _record is not None:
        for kind, name in sorted(heard):
            _record.say(kind, name)


def series(stem: str, series_id: str) -> None:
    """Say that a series of an observations file was read."""
    if _record is not None:
        _record.say("series", f"{stem}:{series_id}")


def result(name: str) -> None:
    """Say that a result of another chapter was looked at; `ALL` for every one."""
    if _record is not None:
        _record.say("result", name)


def fonts(cut: str) -> None:
    """Say that a cut of the report's fonts was used."""
    if _record is not None:
        _record.say("fonts", cut)


def _source(path: str) -> str:
    """The source of a compiled module, anything else as it is."""
    if not path.endswith(".pyc"):
        return path
    if sys.pycache_prefix and path.startswith(sys.pycache_prefix):
        path = path[len(sys.pycache_prefix) :]
    folder, name = os.path.split(path)
    folder = folder.removesuffix(os.sep + "__pycache__")
    return os.path.join(folder, name.partition(".")[0] + ".py")  # noqa: PTH118

"""The process that builds: it reads requests from standard input and writes `events`, one a line.

A request is one JSON object a line: first `{"root": …, "edition": …, "languages": […], "chapters": […]}`,
then `{"build": "en"}` for a page and `{"supersede": true}` when the running build has become pointless.
When standard input ends, so does the process, and with it its kernels.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import queue
import signal
import threading
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from consumer_credit.preview.changes import PACKAGE
from consumer_credit.preview.events import Event, Failed, Finished, Problem, to_line

if TYPE_CHECKING:
    from consumer_credit.preview.building import PreviewBuilder


def main() -> None:
    """Answer requests until there are no more."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    answers = _claim_standard_output()
    lock = threading.Lock()

    def tell(event: Event) -> None:
        with lock:
            answers.write(to_line(event))
            answers.flush()

    requests: queue.SimpleQueue[str] = queue.SimpleQueue()
    pipe = io.FileIO(0)  # unbuffered: no lock that a thread blocked in it could hold when the process ends
    start = json.loads(pipe.readline())
    builders: list[PreviewBuilder] = []
    threading.Thread(target=_read, args=(pipe, requests, builders), daemon=True).start()
    try:
        while True:
            language = requests.get()
            _guarded(partial(_answer, language, start, builders, tell), language, tell)
            if requests.empty():
                _tidy()
    except KeyboardInterrupt:
        pass
    finally:
        for builder in builders:
            builder.close()


def _answer(
    language: Any, start: dict[str, Any], builders: list[PreviewBuilder], tell: Callable[[Event], None]
) -> None:
    if not builders:
        from consumer_credit.preview.building import PreviewBuilder  # noqa: PLC0415  (may be what is broken)
        from consumer_credit.project import Project  # noqa: PLC0415
        from consumer_credit.report.build import BuildOptions  # noqa: PLC0415

        options = BuildOptions(
            edition=start["edition"],
            languages=tuple(start["languages"]),
            chapters=tuple(start["chapters"]),
        )
        builders.append(PreviewBuilder(Project(Path(start["root"])), options, tell))
    builders[0].build(language)


def _read(pipe: io.FileIO, requests: queue.SimpleQueue[str], builders: list[PreviewBuilder]) -> None:
    """Queue the requests as they come; end the process with its input."""
    for line in pipe:
        request = json.loads(line)
        if "build" in request:
            requests.put(request["build"])
        elif builders:
            builders[0].give_up()
    os.kill(os.getpid(), signal.SIGTERM)


def _tidy() -> None:
    """Collect garbage while nobody waits; what is kept from page to page is not looked through during the next."""
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _guarded(work: Callable[[], None], language: str, tell: Callable[[Event], None]) -> None:
    """Do `work`; an error nobody foresaw, such as a slip in the library being edited, is told like any other."""
    try:
        work()
    except Exception as error:
        tell(Failed(language, _unforeseen(error)))
        tell(Finished(language))


def _unforeseen(error: Exception) -> Problem:
    if isinstance(error, SyntaxError):
        place, line, source = error.filename or "", error.lineno, (error.text or "").rstrip()
        what = f"{type(error).__name__}: {error.msg}"
    else:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place, line, source = frame.filename, frame.lineno, frame.line or ""
        what = f"{type(error).__name__}: {error}"
    with contextlib.suppress(ValueError):
        place = Path(place).relative_to(PACKAGE.parent).as_posix()
    return Problem(type(error).__name__, what, f"{place}, line {line}", excerpt=source)


def _claim_standard_output() -> BinaryIO:
    """Keep the pipe of the answers to ourselves: whatever else prints goes to standard error."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


if __name__ == "__main__":
    main()

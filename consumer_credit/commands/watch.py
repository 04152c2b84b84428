"""`python build_report.py watch`: a page on this machine that follows every save."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import time
import webbrowser
from collections.abc import Sequence
from typing import TextIO

from consumer_credit.commands.workplace import open_project
from consumer_credit.locales import Language
from consumer_credit.preview.events import Built, Failed
from consumer_credit.preview.server import ADDRESS, serve
from consumer_credit.preview.session import Reporter, Session
from consumer_credit.preview.showing import Showing
from consumer_credit.preview.worker_process import WorkerProcess
from consumer_credit.report.authoring.editions import load_edition


def watch_command(
    *,
    edition: str,
    languages: Sequence[Language],
    chapters: Sequence[str],
    port: int | None,
    open_browser: bool,
    quiet: bool,
) -> int:
    """Serve the preview until it is interrupted.

    Raises:
        UsageError: no such edition or chapter, or the port is taken; what is wrong later is said in the page.
    """
    project = open_project()
    load_edition(project.editions, edition)
    project.select_chapters(chapters)
    start = {
        "root": str(project.root),
        "edition": edition,
        "languages": list(languages),
        "chapters": list(chapters),
    }
    reporter = Reporter() if quiet else TerminalReporter()

    async def preview() -> None:
        stop = asyncio.Event()
        showing = Showing(languages)
        server, chosen = serve(showing, port)
        address = f"http://{ADDRESS}:{chosen}/{languages[0]}/index.html"
        with _stopping(stop):
            print(address, flush=True)
            if not quiet:
                print(
                    f"preview of edition {edition}; the page says what is being done, Ctrl-C ends it",
                    file=sys.stderr,
                    flush=True,
                )
            if open_browser and not webbrowser.open(address) and not quiet:
                print("no browser was found here: open the address in one", file=sys.stderr, flush=True)
            try:
                await Session(project, showing, WorkerProcess(start), reporter).run(stop)
            finally:
                server.stop()
                await server.close_all_connections()

    asyncio.run(preview())
    if not quiet:
        print("preview ended; nothing was published", file=sys.stderr)
    return 0


class TerminalReporter(Reporter):
    """A line for each thing that an editor may want to know of."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to `stream`, by default standard error."""
        self.stream = stream or sys.stderr

    def saved(self, shown: Sequence[str]) -> None:
        """Name the files."""
        self._say(f"saved {', '.join(shown)}")

    def built(self, built: Built, *, new: bool, seconds: float) -> None:
        """Say how long it took and what was run."""
        ran = f"ran {', '.join(built.ran)}" if built.ran else "no chapter had to be run"
        what = "page refreshed" if new else "page as it was"
        stages = ", ".join(f"{stage} {taken:.2f} s" for stage, taken in built.stages.items())
        self._say(f"{built.language}: {what} after {seconds:.1f} s ({ran}; {stages})")

    def failed(self, failed: Failed) -> None:
        """Say why."""
        self._say(f"{failed.language}: error: {failed.problem}")

    def _say(self, text: str) -> None:
        print(f"{time.strftime('%H:%M:%S')}  {text}", file=self.stream, flush=True)


@contextlib.contextmanager
def _stopping(stop: asyncio.Event):  # type: ignore[no-untyped-def]
    """Ctrl-C and a polite kill set `stop`, where the system lets a loop hear them; elsewhere they interrupt it."""
    loop = asyncio.get_running_loop()
    heard = []
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(number, stop.set)
            heard.append(number)
    try:
        yield
    finally:
        for number in heard:
            loop.remove_signal_handler(number)

"""How commands speak: results on standard output, messages on standard error, JSON alone when asked for."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from consumer_credit.errors import NotebookError, ReportError


def make_streams_speak_unicode() -> None:
    """Let Chinese pass through pipes and old consoles: UTF-8 when not on a terminal, never an exception."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if not stream.isatty():
                stream.reconfigure(encoding="utf-8")
            stream.reconfigure(errors="backslashreplace")


def print_json(content: Any) -> None:
    """Write one JSON document to standard output."""
    print(json.dumps(content, ensure_ascii=False, indent=2, allow_nan=False))


def print_error(error: ReportError, *, as_json: bool) -> None:
    """Say an error in a line (and its excerpt) on standard error; in JSON on standard output if asked."""
    print(f"error: {error}", file=sys.stderr)
    excerpt = error.excerpt if isinstance(error, NotebookError) else ""
    if excerpt:
        print(excerpt, file=sys.stderr)
    if as_json:
        content = {name: getattr(error, name) for name in ("where", "what", "remedy")}
        content |= {"kind": type(error).__name__} | ({"excerpt": excerpt} if excerpt else {})
        print_json({"status": "error", "exit_code": error.exit_code, "error": content})


def shown_path(path: Path) -> str:
    """A path as a reader in the present folder would type it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)

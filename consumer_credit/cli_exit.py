"""How a command ends: every error becomes a message and an exit code, which consumer_credit.errors gives it.

0 done, 130 interrupted; 1 is a bug of ours, whose traceback goes into a file.
"""

from __future__ import annotations

import difflib
import errno
import os
import re
import sys
import traceback
from collections.abc import Callable
from typing import Any

import typer

from consumer_credit.commands.output import print_error, print_json
from consumer_credit.errors import ReportError, UsageError

INTERRUPTED = 130
_HELP = {
    errno.ENAMETOOLONG: "choose a shorter name",
    errno.EACCES: "have whoever it belongs to let you read and write it",
    errno.EROFS: "choose a place that can be written",
    errno.ENOSPC: "free some space and try again",
    errno.EDQUOT: "free some space and try again",
}
_UNKNOWN = re.compile(r"No such (?P<kind>option|command)[: ]+'?(?P<name>[^\s'.(]+)")


def exit_code(command: Callable[[], Any], *, program: str, as_json: bool) -> int:
    """Carry out a command, and say what went wrong; its exit code.

    Args:
        program: how the command line begins, for messages.
        as_json: say it on standard output, for scripts.
    """
    try:
        code = int(command() or 0)
        return code if code != INTERRUPTED else _interrupted(as_json)  # typer's word for Ctrl-C
    except (KeyboardInterrupt, typer.Abort):
        return _interrupted(as_json)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except typer.TyperException as error:
        failure: ReportError = _worded(error, program)
    except ReportError as error:
        failure = error
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == "consumer_credit":
            failure = _bug(error)
        else:
            failure = UsageError(
                f"the package '{error.name}' is missing", where="Python", remedy="'make report' installs it"
            )
    except Exception as error:
        failure = _refused_by_the_system(error) or _bug(error)
    print_error(failure, as_json=as_json)
    return failure.exit_code


def _interrupted(as_json: bool) -> int:
    print("interrupted; the last publication is as it was", file=sys.stderr)
    if as_json:
        print_json({"status": "interrupted", "exit_code": INTERRUPTED})
    return INTERRUPTED


def _worded(error: Any, program: str) -> UsageError:
    """A usage error of the option parser in our form, with the nearest option where one was mistyped."""
    message = error.format_message().strip().removesuffix(".")
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else program
    remedy = f"'{command} --help' lists what there is"
    if mistyped := _UNKNOWN.match(message):
        known = [] if context is None else [option for p in context.command.params for option in p.opts]
        known += list(getattr(context.command, "commands", {})) if context is not None else []
        near = difflib.get_close_matches(mistyped["name"], known, n=1)
        message = f"unknown {mistyped['kind']} '{mistyped['name']}'"
        remedy = f"did you mean '{near[0]}'?" if near else remedy
    return UsageError(message.replace("Value error, ", ""), where=command, remedy=remedy)


def _refused_by_the_system(error: Exception) -> UsageError | None:
    """What the operating system says of a file that it will not open or write, where the reader can help."""
    if not isinstance(error, OSError) or error.errno not in _HELP:
        return None
    place = error.filename if isinstance(error.filename, str | bytes | os.PathLike) else "the disk"
    return UsageError(error.strerror or "is refused", where=os.fsdecode(place), remedy=_HELP[error.errno])


def _bug(error: BaseException) -> ReportError:
    """An error nobody foresaw: its traceback goes into a file that can be sent, one line onto the screen."""
    trace = "".join(traceback.format_exception(error))
    try:
        from consumer_credit.commands.workplace import find_project  # noqa: PLC0415

        file = find_project().cache / "traceback.txt"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(trace, encoding="utf-8")
        place = f"the traceback is in {file}"
    except (OSError, ReportError):
        sys.stderr.write(trace)
        place = "the traceback stands above"
    first = (str(error).strip().splitlines() or [""])[0]
    return ReportError(
        f"this is a bug of ours ({type(error).__name__}: {first})", remedy=f"{place}; please report it"
    )

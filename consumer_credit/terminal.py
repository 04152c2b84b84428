"""What standard error can show: every command draws its progress where this says so, and writes lines elsewhere.

Colours are rich's matter, which honours NO_COLOR. Where a shell asks what may follow, nobody reads what a command does.
"""

from __future__ import annotations

import os
import sys

COMPLETION_VARIABLE = "_BUILD_REPORT_COMPLETE"
"""Set by a shell that asks what may follow the words typed so far."""


def can_draw() -> bool:
    """Whether standard error is a terminal that bars and tables can be drawn on."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def is_asked_by_a_shell() -> bool:
    """Whether the command line is to be completed, not carried out."""
    return COMPLETION_VARIABLE in os.environ

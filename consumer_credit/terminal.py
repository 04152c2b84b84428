"""What standard error can show: every command draws its progress where this says so, and writes lines elsewhere.

Colours are rich's matter, which honours NO_COLOR.
"""

from __future__ import annotations

import os
import sys


def can_draw() -> bool:
    """Whether standard error is a terminal that bars and tables can be drawn on."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"

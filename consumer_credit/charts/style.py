"""The house style: type, sizes, grid and spines of every figure, set for the length of a `with` block.

Charts are drawn inside `house_style`; nothing of it remains in matplotlib's settings afterwards, except
that the fonts stay registered, which is harmless and saves reading them again.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from consumer_credit.charts.palette import PALETTE
from consumer_credit.charts.sheets import DESK
from consumer_credit.charts.typesetting import forget_sizes
from consumer_credit.errors import RenderError

FONT = "Report Sans SC"
FALLBACK = "DejaVu Sans"
BASE = 9.0
"""Points of ordinary type; the smallest depends on the sheet."""


@contextmanager
def house_style(language: Literal["en", "zh"], font_files: Sequence[Path] = ()) -> Iterator[None]:
    """Draw in the report's style inside this block.

    Args:
        language: of the texts; Chinese without `font_files` is refused, since the fallback font has no such
            characters.
        font_files: static TrueType files of the family "Report Sans SC" (regular and bold), registered once
            per process. Without them the figures use DejaVu Sans, which matplotlib brings.

    Raises:
        RenderError: a font file cannot be read, Chinese is asked for without a font, or a character has no
            glyph in any font of the family (raised when the figure is drawn inside the block).
    """
    import matplotlib as mpl  # noqa: PLC0415  (light commands never draw)

    _register_only(font_files)
    if language == "zh" and not font_files:
        raise RenderError(
            "no font for Chinese figures", where="charts.style", remedy="give the font files of the report"
        )
    settings: Any = _settings(with_font=bool(font_files))
    with mpl.rc_context(settings), missing_glyphs_are_errors():
        yield


def _settings(*, with_font: bool) -> dict[str, Any]:
    base, small = BASE, DESK.small
    return {
        "font.family": [FONT, FALLBACK] if with_font else [FALLBACK],
        "font.size": base,
        "axes.titlesize": base,
        "axes.labelsize": base,
        "xtick.labelsize": base,
        "ytick.labelsize": base,
        "legend.fontsize": small,
        "text.parse_math": False,  # a dollar sign is a dollar sign
        "axes.unicode_minus": True,
        # unhinted text at 72 dots an inch: what is measured is what the SVG will show
        "figure.dpi": 72,
        "text.hinting": "none",
        "figure.figsize": (DESK.width, DESK.height),
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "savefig.facecolor": "none",
        "savefig.transparent": True,
        "text.color": PALETTE["ink"],
        "axes.labelcolor": PALETTE["muted"],
        "xtick.color": PALETTE["axis"],
        "ytick.color": PALETTE["axis"],
        "xtick.labelcolor": PALETTE["muted"],
        "ytick.labelcolor": PALETTE["muted"],
        "axes.edgecolor": PALETTE["axis"],
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.spines.left": False,
        "axes.grid": True,
        "axes.grid.axis": "y",
        "axes.axisbelow": True,
        "grid.color": PALETTE["grid"],
        "grid.linewidth": 0.7,
        "xtick.major.size": 3.5,
        "xtick.major.width": 0.8,
        "xtick.minor.size": 2,
        "xtick.minor.width": 0.6,
        "ytick.major.size": 0,
        "ytick.major.pad": 4,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "lines.markersize": 4.2,
        "path.simplify": False,  # every observation stays a vertex that the page can point at
        "patch.linewidth": 0,
        "legend.frameon": False,
        "hatch.linewidth": 0.6,
        "svg.fonttype": "none",
        "svg.hashsalt": "consumer-credit",
    }


def _register_only(paths: Sequence[Path]) -> None:
    """Let the family mean these files: an earlier cut of it, with fewer characters, must not be found first."""
    from matplotlib.font_manager import fontManager  # noqa: PLC0415

    held = {entry.fname for entry in fontManager.ttflist if entry.name == FONT}
    if not paths or held == {str(path) for path in paths}:
        return
    fontManager.ttflist = [entry for entry in fontManager.ttflist if entry.name != FONT]
    for path in paths:
        _register(path)
    forget_sizes()


def _register(path: Path) -> None:
    from matplotlib.font_manager import fontManager, get_font  # noqa: PLC0415

    name = str(path)
    try:
        family = get_font(name).family_name
        if family == FONT:
            fontManager.addfont(name)
    except (OSError, RuntimeError) as error:
        raise RenderError(
            f"font cannot be read: {error}", where=name, remedy="build the fonts again"
        ) from None
    if family != FONT:
        raise RenderError(f"holds the family '{family}'", where=name, remedy=f"give files of '{FONT}'")


@contextmanager
def missing_glyphs_are_errors() -> Iterator[None]:
    """While drawing: a character that no font has is an error, not a box and a warning.

    Raises:
        RenderError: with matplotlib's message, which names the character and the fonts.
    """
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("error", message=r"Glyph .* missing from", category=UserWarning)
            yield
    except UserWarning as warning:
        if "missing from" not in str(warning):
            raise
        raise RenderError(
            str(warning), where="figure", remedy="add the character to the report's fonts"
        ) from None

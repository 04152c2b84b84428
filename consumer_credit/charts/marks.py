"""The mark of a point says how the value was known: published, derived, or of a later vintage.

Shape and filling carry it, never colour: a derived value is hollow, one of a vintage later than the
    edition's date a diamond.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from consumer_credit.charts.palette import colour
from consumer_credit.errors import RenderError

if TYPE_CHECKING:
    from matplotlib.lines import Line2D

KINDS = ("derived", "later_vintage")


def mark_of(*, derived: bool, later_vintage: bool, hue: str) -> dict[str, Any]:
    """matplotlib's marker properties for one point in the colour named `hue`."""
    return {
        "marker": "D" if later_vintage else "o",
        "markersize": 4.6 if later_vintage else 5.2 if derived else 4.2,
        "markerfacecolor": colour("paper") if derived else colour(hue),
        "markeredgecolor": colour(hue),
        "markeredgewidth": 1.3,
    }


def key_of(rows: pd.DataFrame, texts: Mapping[str, str]) -> Sequence[Line2D]:
    """Handles that explain the marks occurring in `rows`, in the words of `texts`.

    Args:
        rows: columns `derived`, `later_vintage`.
        texts: what "derived" and "later_vintage" are called in the reader's language.

    Raises:
        RenderError: a mark occurs that `texts` does not explain.
    """
    from matplotlib.lines import Line2D  # noqa: PLC0415

    handles = []
    for kind in KINDS:
        if not rows[kind].any():
            continue
        if not texts.get(kind):
            raise RenderError(
                f"{kind} points without a word for them", where="charts", remedy=f"give marks['{kind}']"
            )
        look = mark_of(derived=kind == "derived", later_vintage=kind == "later_vintage", hue="muted")
        handles.append(Line2D([], [], linestyle="none", label=texts[kind], **look))
    return handles

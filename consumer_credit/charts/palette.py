"""The colours of the report: one for each economy, scope and component, the same on every figure.

Each colour has a name, a value on light paper and one on dark. No two names share a value, so that a page
can replace every hexadecimal value in an SVG by the style sheet's variable of that name and serve both
themes with one file. Colours that also colour text reach a contrast of 4.5 on paper, fills and strokes 3.
Colour is never the only carrier: lines are labelled at their ends, definitions differ in dashes, and marks
in shape.
"""

from __future__ import annotations

import difflib
from typing import Final

from consumer_credit.errors import RenderError

_COLOURS: Final[dict[str, tuple[str, str]]] = {
    # paper and what is printed on it besides data
    "paper": ("#ffffff", "#14181f"),
    "ink": ("#1c2127", "#e8ebef"),
    "muted": ("#59626d", "#a3adb8"),
    "axis": ("#8a929c", "#6f7a86"),
    "grid": ("#dfe3e8", "#2b323b"),
    # economies
    "china": ("#b8272f", "#ff7d74"),
    "united_states": ("#1f63aa", "#69aef4"),
    "united_kingdom": ("#5e3a05", "#f3d68a"),
    "canada": ("#7a0f55", "#ffc9ea"),
    "japan": ("#472a68", "#dcc6f5"),
    "korea": ("#0b4b4a", "#a9efe6"),
    "context": ("#6a737e", "#8d97a3"),
    # scopes: the economy's own colour is its consumer credit without housing loans
    "china_total": ("#611319", "#ffcdc8"),
    "china_purchase": ("#c2477a", "#f59cc6"),
    "united_states_ex_student": ("#0d3159", "#c2defb"),
    # components of consumer credit, in both economies
    "housing": ("#5e3423", "#c98a6b"),
    "cards": ("#2f4aa0", "#7d9df4"),
    "vehicles": ("#4198ed", "#4361c9"),
    "students": ("#d9771c", "#a3560f"),
    "consumer_finance": ("#75406d", "#e3c6e6"),
    "other_loans": ("#868e98", "#606a75"),
    # terms of loans, whatever they are for
    "long_term": ("#2f5a1f", "#b9dfa3"),
    "short_term": ("#5f7a12", "#7fa83a"),
    # contributions and sensitivities
    "increase": ("#2b6ca3", "#7fb8ea"),
    "decrease": ("#b4531c", "#f29a63"),
    # seven steps of a sequential scale, pale to strong: ink is legible on the first four, paper on the rest
    "scale_1": ("#e9f1fa", "#232b34"),
    "scale_2": ("#c8dbf0", "#2b3b4b"),
    "scale_3": ("#a1c1e4", "#354d65"),
    "scale_4": ("#75a3d2", "#3f5f80"),
    "scale_5": ("#2d6ca8", "#73a3d5"),
    "scale_6": ("#144f84", "#99c2ed"),
    "scale_7": ("#023259", "#cee4fc"),
}

PALETTE: Final[dict[str, str]] = {name: light for name, (light, _) in _COLOURS.items()}
DARK: Final[dict[str, str]] = {name: dark for name, (_, dark) in _COLOURS.items()}

PALE: Final[tuple[str, ...]] = ("vehicles", "students", "other_loans")
"""Fills too pale to be read as the colour of a text."""
SCALE: Final[tuple[str, ...]] = tuple(f"scale_{step}" for step in range(1, 8))
ON_FILL: Final[dict[str, str]] = {
    **{name: "ink" if step < 4 else "paper" for step, name in enumerate(SCALE)},
    **dict.fromkeys(PALE, "ink"),
    **dict.fromkeys(("housing", "cards", "consumer_finance"), "paper"),
}
"""The colour in which numbers are legible on a fill, in either theme."""


def colour(name: str) -> str:
    """The light-paper value of a named colour; charts draw with these only.

    Raises:
        RenderError: there is no such name.
    """
    try:
        return PALETTE[name]
    except KeyError:
        near = difflib.get_close_matches(name, PALETTE, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(PALETTE)}"
        raise RenderError(f"unknown colour '{name}'", where="charts.palette", remedy=remedy) from None


def text_colour(name: str) -> str:
    """The value in which a text about something drawn in the colour `name` is legible on paper: that colour,
    or ink where it is too pale.
    """
    return colour("ink" if name in PALE else name)

"""Text made safe for Typst: string literals that nothing inside can end."""

from __future__ import annotations

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def literal(text: object) -> str:
    """A Typst string literal; nothing in `text` can end it."""
    return (
        '"'
        + "".join(_ESCAPES.get(c) or (c if ord(c) >= 32 else f"\\u{{{ord(c):x}}}") for c in str(text))
        + '"'
    )


def content(text: object) -> str:
    """`text` as content that prints as itself."""
    return f"#{literal(text)}"

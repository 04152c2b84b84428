"""Text made safe for Typst: string literals that nothing inside can end."""

from __future__ import annotations

_ESCAPES = str.maketrans(
    {chr(code): f"\\u{{{code:x}}}" for code in range(32)}
    | {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
)


def literal(text: object) -> str:
    """A Typst string literal; nothing in `text` can end it."""
    return f'"{str(text).translate(_ESCAPES)}"'


def content(text: object) -> str:
    """`text` as content that prints as itself."""
    return f"#{literal(text)}"

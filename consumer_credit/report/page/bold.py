"""Which characters a page sets in bold: Chinese has hundreds of them, and each weighs as much as a line of text.

What `page.css` sets in bold stands here once more; a test asks a browser whether any bold character was forgotten.
"""

from __future__ import annotations

import html
import re

CHINESE = 0x2E80
"""From here on a character is Chinese; those before it are few, and a bold face holds all that the page prints."""

_CLASSES = (
    "authors|as-of|edition|contents-heading|exhibit-name|exhibit-title|source-title|download-kind|series-head"
    "|yours"
)
_BOLD = re.compile(
    rf"""
      <(h[1-6]|strong|b|thead|nav|label|summary|dt)\b .*? </\1>   # headings, emphasis, heads of tables, contents
    | <(\w+)[ ]class="(?:{_CLASSES})" .*? </\2>
    | <ul[ ]class="series-used"> .*? </ul>
    | <tr> .*? </t[hd]>                                           # a row's name heads what is read out of a chart
    | data-label="[^"]*"                                          # the tab that is chosen
    | [ ]font-weight="(?:bold|[6-9]00)" .*? </(?:text|g)>         # in drawings
    """,
    re.DOTALL | re.VERBOSE,
)


def bold_characters(body: str) -> set[str]:
    """The Chinese characters that stand in bold somewhere in the markup of a page, and perhaps a few more."""
    emphasised = "".join(found[0] for found in _BOLD.finditer(body))
    return {character for character in set(html.unescape(emphasised)) if ord(character) >= CHINESE}

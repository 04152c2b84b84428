"""The words around the content, in the language of the document, and the fonts for a document with these words.

A notebook in any other language than the report's reads them in English.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from consumer_credit.locales import LANGUAGES, Language, catalogue_file, labels
from consumer_credit.report.fonts.sets import FontFiles, characters_of, default_cache, report_fonts
from consumer_credit.report.rendering.document import Document


def furniture(language: str) -> Callable[..., str]:
    """`locales.labels`, for a notebook in whatever language."""
    return labels(_known(language))


@cache
def furniture_characters(language: str) -> frozenset[str]:
    """What the furniture of a language may print: any of its labels, since together they use few characters."""
    known = _known(language)
    words = "" if known == "en" else catalogue_file(known).read_text(encoding="utf-8")
    return frozenset(words) | {chr(code) for code in range(0x20, 0x7F)} | set("…·—–‘’“”−×中文↩")


def document_fonts(document: Document, cache_folder: str = "") -> FontFiles:
    """Fonts cut for one document and its furniture, when no set for a whole project was handed in."""
    characters = characters_of(text for _, text in document.texts()) | furniture_characters(document.language)
    return report_fonts(characters, Path(cache_folder) if cache_folder else default_cache())


def _known(language: str) -> Language:
    base = language.partition("-")[0].lower()
    return next((known for known in LANGUAGES if known == base), "en")

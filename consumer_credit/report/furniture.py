"""The words around the content, in the language of the document; any other language reads them in English."""

from __future__ import annotations

from collections.abc import Callable

from consumer_credit.locales import LANGUAGES, labels


def furniture(language: str) -> Callable[..., str]:
    """`locales.labels`, for a notebook in whatever language."""
    base = language.partition("-")[0].lower()
    return labels(next((known for known in LANGUAGES if known == base), "en"))

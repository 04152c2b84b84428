"""Labels in the reader's language: English is the source language, `zh` a gettext catalogue beside this
module.

Prose lives in the notebooks, series titles in the data catalogue; here are only the short texts that code
puts into charts, tables and the page's furniture.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from consumer_credit.errors import UsageError

Language = Literal["en", "zh"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
LANGUAGE_NAMES: dict[Language, str] = {"en": "English", "zh": "中文"}
Text = Callable[..., str]


def as_language(name: object) -> Language:
    """Return `name` as one of the report's languages.

    Raises:
        UsageError: the report is not written in that language.
    """
    for language in LANGUAGES:
        if name == language:
            return language
    raise UsageError(
        f"unknown language {name!r}", where="language", remedy=f"choose one of: {', '.join(LANGUAGES)}"
    )


def catalogue_file(language: Language) -> Path:
    """Where the labels of `language` are kept."""
    return Path(__file__).parent / language / "LC_MESSAGES" / "consumer_credit.po"


@cache
def _messages(language: Language) -> dict[str, str]:
    from babel.messages.pofile import read_po  # noqa: PLC0415

    with catalogue_file(language).open("rb") as file:
        catalogue = read_po(file, locale=language)
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string and not m.fuzzy}


def labels(language: Language) -> Text:
    """Return the function that words a label in `language`: ``text("{year} prices", year="2016")``.

    The label is the English text; `{name}` fields are filled after translation, so that word order may
    differ.

    Raises:
        UsageError: (from the returned function) a label has no translation.
    """

    def text(label: str, **fields: object) -> str:
        if language == "en":
            return label.format(**fields) if fields else label
        found = _messages(language).get(label)
        if found is None:
            raise UsageError(
                f"the label {label!r} has no {LANGUAGE_NAMES[language]} text",
                where="consumer_credit/locales",
                remedy=f"add msgid and msgstr to {language}/LC_MESSAGES/consumer_credit.po",
            )
        return found.format(**fields) if fields else found

    return text

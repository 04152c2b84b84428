"""What stands before and after the chapters: title, as-of line, parameters of the edition, how to cite.

Dated by the data's vintages, never by the clock, so that the same inputs give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from consumer_credit import __version__
from consumer_credit.locales import Language, labels
from consumer_credit.measures.provenance import newest_vintage
from consumer_credit.parameters import Parameters, meaning_of
from consumer_credit.project import ChapterFile
from consumer_credit.report.authoring.editions import Edition
from consumer_credit.report.formats import Formats
from consumer_credit.report.values import RecordedValue

TITLE = "How big is the consumer-credit market, really?"
SUBTITLE = "China and the United States: consumer loans without mortgages, against GDP"
DESCRIPTION = (
    "A reproducible report: official figures, their definitions and their vintages, "
    "and what became of a claim of 2017."
)
AUTHORS = "The consumer-credit report team"


def front_matter(
    edition: Edition,
    values: Mapping[str, RecordedValue],
    chapters: Sequence[tuple[ChapterFile, NotebookNode]],
    language: Language,
) -> dict[str, Any]:
    """The metadata that the exporters read; keys in docs/architecture.md, *The assembled edition*."""
    text, formats = labels(language), Formats(language)
    newest = newest_vintage_of(values)
    as_of = edition.parameters.as_of
    if as_of == "latest":
        as_of_line = (
            text("Data as known up to {date} (the newest vintage held).", date=formats.date(newest))
            if newest
            else ""
        )
    else:
        as_of_line = text("Data as known on {date}.", date=formats.date(as_of.isoformat()))
    dated = newest if as_of == "latest" else as_of.isoformat()
    title = text(TITLE)
    return {
        "language": language,
        "title": title,
        "subtitle": text(SUBTITLE),
        "description": text(DESCRIPTION),
        "authors": [text(AUTHORS)],
        "edition": edition.name,
        "edition_title": edition.title[language],
        "edition_description": edition.description[language],
        "as_of_line": as_of_line,
        "data_date": dated,
        "version": __version__,
        "chapters": [
            {
                "id": file.id,
                "number": None if file.is_summary else file.number,
                "title": heading(notebook),
                "notebook": file.path.name,
            }
            for file, notebook in chapters
        ],
        "command": _command(edition),
        "pdf_code": edition.parameters.pdf_code,
        "parameters": _parameters(edition.parameters, language),
        "citation": text(
            "{authors}: {title} Edition “{edition}”, version {version}, data to {date}.",
            authors=text(AUTHORS),
            title=title,
            edition=edition.title[language],
            version=__version__,
            date=formats.date(dated) if dated else "",
        ),
        "bibtex": _bibtex(title, text(AUTHORS), edition, dated),
    }


def newest_vintage_of(values: Mapping[str, RecordedValue]) -> str:
    """The newest vintage that went into any value; empty when none is dated."""
    vintages = [vintage for value in values.values() for vintage in value.vintages.values()]
    return newest_vintage(vintages) if vintages else ""


def heading(notebook: NotebookNode) -> str:
    """The chapter's title: its first level-1 heading."""
    for cell in notebook.cells:
        if cell["cell_type"] == "markdown":
            for line in cell["source"].splitlines():
                if line.startswith("# "):
                    return str(line[2:].strip())
    return ""


def _parameters(parameters: Parameters, language: Language) -> list[dict[str, str]]:
    return [
        {"name": name, "value": str(value), "meaning": meaning_of(name, language)}
        for name, value in parameters.model_dump(mode="json").items()
    ]


def _command(edition: Edition) -> str:
    """What builds this edition again."""
    written = edition.parameters.model_dump(mode="json")
    assigned = [f" --set {name}={written[name]}" for name in edition.overrides]
    return f"python build_report.py --edition {edition.name}" + "".join(assigned)


def _bibtex(title: str, authors: str, edition: Edition, dated: str) -> str:
    year = dated[:4]
    return (
        f"@techreport{{consumer-credit-{edition.name}-{year},\n"
        f"  title = {{{{{title}}}}},\n"
        f"  author = {{{{{authors}}}}},\n"
        f"  year = {{{year}}},\n"
        f"  note = {{Edition {edition.name}, version {__version__}, data to {dated}}}\n"
        f"}}"
    )

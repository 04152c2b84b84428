"""The page in front of the editions: `dist/index.html`, in both languages, made of what is published there.

Drafts are no editions and are left out. The page is written anew after each publication, whole or not at all.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from consumer_credit.errors import UsageError
from consumer_credit.locales import LANGUAGE_NAMES, LANGUAGES, Language, labels
from consumer_credit.project import Project
from consumer_credit.report.assembling.front_matter import SUBTITLE, TITLE
from consumer_credit.report.authoring.editions import load_edition
from consumer_credit.report.page.head import LANGUAGE_TAGS, asset, policy, style_sheet
from consumer_credit.report.publishing.manifest import GENERATOR, MANIFEST
from consumer_credit.report.publishing.ownership import DATA_BUNDLE
from consumer_credit.report.steps import FORMATS

INDEX = "index.html"
_HALF = ".index-"
"""How the page is called while it is being written, before the number of the process that writes it."""


@dataclass(frozen=True)
class Entry:
    """One edition in one language, with the documents that there are."""

    language: Language
    tag: str
    language_name: str
    title: str
    description: str
    documents: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Listed:
    """One published edition."""

    name: str
    entries: Sequence[Entry]
    data: Sequence[tuple[str, str]]


def write_index(project: Project) -> Path | None:
    """Make `dist/index.html` say what is published in `dist`; None when nothing is.

    Builds of several editions may end at once: what was published meanwhile is looked for again after writing.
    """
    file = project.dist / INDEX
    _remove_those_of_killed_builds(project.dist)
    while listed := published(project):
        page = index_page(listed)
        if file.is_file() and file.read_text(encoding="utf-8") == page:
            return file
        half = project.dist / f"{_HALF}{os.getpid()}"
        try:
            half.write_text(page, encoding="utf-8", newline="\n")
            half.replace(file)
        finally:
            half.unlink(missing_ok=True)
    return None


def _remove_those_of_killed_builds(folder: Path) -> None:
    """Remove what processes that no longer are had begun to write."""
    for half in folder.glob(f"{_HALF}*"):
        owner = half.name.removeprefix(_HALF)
        if not (owner.isdecimal() and psutil.pid_exists(int(owner))):
            half.unlink(missing_ok=True)


def published(project: Project) -> list[Listed]:
    """The editions in `dist`, the newest data first, then by name."""
    folders = sorted(
        path for path in project.dist.glob("*") if path.is_dir() and not path.name.startswith(".")
    )
    listed = [
        Listed(folder.name, entries, _data(folder))
        for folder in folders
        if (entries := [entry for language in LANGUAGES if (entry := _entry(project, folder, language))])
    ]
    return sorted(listed, key=lambda edition: (edition.name != "latest", edition.name))


def _data(folder: Path) -> list[tuple[str, str]]:
    """What the data bundle of an edition offers, with its address."""
    return [
        (label, f"{folder.name}/{DATA_BUNDLE}/{name}")
        for label, name in (("All figures (CSV)", "observations.csv"), ("Codebook", "codebook.md"))
        if (folder / DATA_BUNDLE / name).is_file()
    ]


def _entry(project: Project, folder: Path, language: Language) -> Entry | None:
    try:
        manifest = json.loads((folder / language / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if (
        manifest.get("generator") != GENERATOR
        or manifest.get("draft")
        or manifest.get("edition") != folder.name
    ):
        return None
    documents = [
        (kind, f"{folder.name}/{language}/{name}")
        for kind, name in FORMATS.items()
        if (folder / language / name).is_file()
    ]
    try:
        edition = load_edition(project.editions, folder.name)
        title, description = edition.title[language], edition.description[language]
    except UsageError:  # its file is gone or cannot be read; the publication still stands
        title, description = folder.name, ""
    tag = LANGUAGE_TAGS.get(language, language)
    return Entry(language, tag, LANGUAGE_NAMES[language], title, description, documents)


def index_page(listed: Sequence[Listed]) -> str:
    """The page itself."""
    environment = Environment(
        loader=PackageLoader("consumer_credit.report", "templates/html"), autoescape=True, trim_blocks=True
    )
    style = style_sheet(asset("editions.css"))
    english, chinese = labels("en"), labels("zh")
    return environment.get_template("editions.html.j2").render(
        listed=listed,
        policy=policy([style], []),
        style=Markup(style),
        titles=(english(TITLE), chinese(TITLE)),
        subtitles=(english(SUBTITLE), chinese(SUBTITLE)),
        text={"en": english, "zh": chinese},
    )

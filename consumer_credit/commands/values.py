"""`python build_report.py values`: every placeholder that prose can use, with its value, unit and filters."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from consumer_credit.commands.output import print_json, shown_path
from consumer_credit.commands.workplace import open_project
from consumer_credit.errors import UsageError
from consumer_credit.locales import Language
from consumer_credit.project import Project
from consumer_credit.report.build import RESULTS, BuildOptions, execute, prepare
from consumer_credit.report.progress import choose_progress
from consumer_credit.report.publishing.manifest import MANIFEST, input_hashes
from consumer_credit.report.steps import standard_steps
from consumer_credit.report.values import RecordedValue

_COMPARED = ("abs", "sign", "compare")
FILTERS_OF_UNIT: dict[str, tuple[str, ...]] = {
    "fraction": ("pct", *_COMPARED),
    "pp": ("pp", *_COMPARED),
    "CNY": ("money", *_COMPARED),
    "USD": ("money", *_COMPARED),
    "year": ("period", "end_of", "compare"),
    "years": ("number", *_COMPARED),
    "persons": ("number", "scaled", *_COMPARED),
    "count": ("number", "scaled", *_COMPARED),
    "number": ("number", *_COMPARED),
    "date": ("date", "compare"),
    "period": ("period", "end_of", "compare"),
    "id": ("word",),
    "text": (),
}
"""Which of `passages.FILTERS` fit a value of each unit (`values.UNITS`)."""


def values_command(
    *, edition: str, chapters: Sequence[str], language: Language, fresh: bool, quiet: bool, as_json: bool
) -> int:
    """Print the placeholders of an edition: from its last publication or, without one, by running it.

    Raises:
        ReportError: the edition or chapter is unknown, or a chapter that has to be run fails.
    """
    project = open_project()
    chosen = [chapter.id for chapter in project.select_chapters(chapters)]
    published = BuildOptions(edition).target(project) / language / RESULTS
    if published.is_file() and not fresh:
        source, outdated = shown_path(published), _outdated(project, published.parent, edition)
        values = _read(published)
    else:
        source, outdated = "running the chapters" + ("" if fresh else ", nothing being published yet"), False
        values = _run(project, BuildOptions(edition, languages=(language,), chapters=tuple(chapters)), quiet)
    if chapters:
        values = [value for value in values if value.chapter in chosen]
    entries = [_described(value, language) for value in values]
    if as_json:
        print_json({"source": source, "outdated": outdated, "values": entries})
        return 0
    if not quiet:
        since = " (its inputs have changed since; --fresh runs the chapters)" if outdated else ""
        print(f"values of edition {edition}, from {source}{since}", file=sys.stderr, flush=True)
    _print_table(entries)
    return 0


def _read(path: Path) -> list[RecordedValue]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return [RecordedValue.from_json(entry) for entry in content["results"]]
    except (OSError, ValueError, KeyError, TypeError):
        raise UsageError(
            "cannot be read", where=shown_path(path), remedy="build the edition again, or use --fresh"
        ) from None


def _outdated(project: Project, folder: Path, edition: str) -> bool:
    """Whether the edition would be built from other inputs now than those it was published from."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        chapters = [chapter.path for chapter in project.chapters()]
        return bool(manifest["inputs"] != input_hashes(project, chapters, edition))
    except (OSError, ValueError, KeyError, TypeError):
        return True


def _run(project: Project, options: BuildOptions, quiet: bool) -> list[RecordedValue]:
    """The values that the chapters record now; prose is not filled, so a wrong placeholder does no harm."""
    from consumer_credit.report.assembling.assembly import collect_values, parameter_values  # noqa: PLC0415

    plan = prepare(project, options)
    steps = standard_steps()
    steps.check_data(project)
    with choose_progress(quiet=quiet) as progress:
        executed = execute(plan, options.languages[0], progress, steps)
    recorded = collect_values([(chapter.chapter, chapter.notebook) for chapter in executed])
    return [*parameter_values(plan.edition).values(), *recorded.values()]


def _described(value: RecordedValue, language: Language) -> dict[str, Any]:
    return {
        **value.as_json(),
        "placeholder": f"{{{{ {value.name} }}}}",
        "prints_as": _printed(value, language),
        "filters": list(FILTERS_OF_UNIT[value.unit]),
    }


def _printed(value: RecordedValue, language: Language) -> str:
    """What the bare placeholder prints in `language`."""
    from consumer_credit.report.assembling.prose import Prose  # noqa: PLC0415

    if value.missing is not None:
        return f"missing: {value.missing.code}"
    prose = Prose(language=language, values={value.name: value}, references={}, title_of=str)
    return prose.fill(f"{{{{ {value.name} }}}}", where=value.name)


def _print_table(entries: Sequence[dict[str, Any]]) -> None:
    from rich.cells import cell_len, set_cell_size  # noqa: PLC0415  (a Chinese character takes two columns)

    rows = [
        (entry["name"], entry["prints_as"], entry["unit"], ", ".join(entry["filters"])) for entry in entries
    ]
    widths = [max((cell_len(row[column]) for row in rows), default=0) for column in range(3)]
    chapter = ""
    for entry, row in zip(entries, rows, strict=True):
        if entry["chapter"] != chapter:
            chapter = entry["chapter"]
            print(chapter)
        cells = [set_cell_size(cell, width) for cell, width in zip(row, widths, strict=False)]
        print(f"  {'  '.join([*cells, row[-1]])}".rstrip())

"""Lay out a new chapter that builds as it stands and passes every check: something to change, not a blank page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from consumer_credit.errors import UsageError
from consumer_credit.parameters import Parameters
from consumer_credit.project import CHAPTER_FILE, Project

DECLARED = ("as_of", "strict_vintages", "start_year", "end_year", "base_year")
"""The parameters that the new chapter reads."""


def write_chapter(project: Project, name: str, title: str = "", title_zh: str = "") -> Path:
    """Write the notebook after the last chapter and return its path.

    Args:
        project: where.
        name: the chapter's id; spaces and hyphens become underscores.
        title: its heading in English; by default the name.
        title_zh: its heading in Chinese.

    Raises:
        UsageError: no id can be made of the name, or a chapter has it already.
    """
    import nbformat  # noqa: PLC0415  (slow to import)

    chapter_id = re.sub(r"[\s_-]+", "_", name.strip().lower())
    number = max((chapter.number for chapter in project.chapters()), default=0) + 1
    path = project.notebooks / f"{number:02d}_{chapter_id}.ipynb"
    if not CHAPTER_FILE.fullmatch(path.name) or not chapter_id[0].isalpha():
        raise UsageError(
            f"'{name}' cannot be a chapter's id",
            where="new-chapter",
            remedy="use lower-case letters, digits and underscores, a letter first: room_for_growth",
        )
    if twin := next((chapter for chapter in project.chapters() if chapter.id == chapter_id), None):
        raise UsageError(
            f"there is a chapter '{chapter_id}' already",
            where=project.shown(twin.path),
            remedy="choose another name",
        )
    words = {
        "ID": chapter_id,
        "SLUG": chapter_id.replace("_", "-"),
        "TITLE": title or chapter_id.replace("_", " ").capitalize(),
        "TITLE_ZH": title_zh or "新增一章",
    }
    notebook = nbformat.v4.new_notebook()  # type: ignore[no-untyped-call]
    notebook.metadata.update(
        kernelspec={"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        language_info={"name": "python"},
    )
    for index, (kind, source) in enumerate(_cells(words), start=1):
        code = kind in ("code", "parameters")
        make = nbformat.v4.new_code_cell if code else nbformat.v4.new_markdown_cell
        cell = make(source, id=f"{number:02d}-{index:02d}")  # type: ignore[no-untyped-call]
        if tags := [tag for tag in kind.split() if tag != "code"]:
            cell.metadata["tags"] = tags
        notebook.cells.append(cell)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")  # type: ignore[no-untyped-call]
    return path


def _cells(words: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Kind and source of each cell of the template, with `@NAME@` filled in."""
    template = (files("consumer_credit.report") / "templates" / "chapter.txt").read_text(encoding="utf-8")
    for section in re.split(r"^%% ", template, flags=re.MULTILINE)[1:]:
        kind, _, source = section.partition("\n")
        filled = re.sub(r"@([A-Z_]+)@", lambda match: words[match[1]], source).strip()
        yield kind, filled if kind != "parameters" else _parameters()


def _parameters() -> str:
    defaults = Parameters().model_dump(mode="json")
    values = {name: defaults[name] for name in DECLARED} | {"language": "en"}
    return "\n".join(
        f'{name} = "{value}"' if isinstance(value, str) else f"{name} = {value!r}"
        for name, value in values.items()
    )

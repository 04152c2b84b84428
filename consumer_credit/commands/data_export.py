"""`python build_report.py data export` and `data codebook`: the figures to take away, and what they mean."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from consumer_credit.commands.options import known_date
from consumer_credit.commands.output import print_json, shown_path
from consumer_credit.commands.workplace import find_project, open_project
from consumer_credit.errors import UsageError

if TYPE_CHECKING:
    from consumer_credit.data.package import Format


def export_command(*, form: Format, as_of: str | None, output: Path | None, as_json: bool) -> int:
    """Write the bundle and print its files.

    Raises:
        UsageError: `as_of` is not a date.
        DataError: the folder cannot be written.
    """
    from consumer_credit.data.exporting import write_bundle  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    if as_of is not None:
        known_date(as_of, "--as-of")
    project = open_project()
    folder = output or project.dist / "data"
    written = write_bundle(Store.open(project.data), folder, as_of, form=form)
    if as_json:
        print_json({"status": "exported", "folder": str(folder), "files": [str(path) for path in written]})
        return 0
    for path in written:
        print(shown_path(path.resolve()))
    return 0


def codebook_command(*, output: Path | None, check: bool) -> int:
    """Write the codebook anew, or only say whether it is up to date.

    Raises:
        UsageError: with `check`, it is not.
        DataError: the catalogue cannot be read.
    """
    from consumer_credit.data.catalogue import Catalogue  # noqa: PLC0415
    from consumer_credit.data.codebook import codebook  # noqa: PLC0415

    project = find_project()
    path = output or project.root / "docs" / "codebook.md"
    text = codebook(Catalogue.load(project.data))
    if check:
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            raise UsageError(
                "is not that of the catalogue", where=shown_path(path), remedy="run 'data codebook'"
            )
        return 0
    path.write_text(text, encoding="utf-8", newline="\n")
    print(shown_path(path.resolve()))
    return 0

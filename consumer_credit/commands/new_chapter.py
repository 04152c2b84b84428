"""`python build_report.py new-chapter NAME`: a chapter to begin from."""

from __future__ import annotations

import sys

from consumer_credit.commands.output import shown_path
from consumer_credit.commands.workplace import open_project
from consumer_credit.report.authoring.new_chapter import write_chapter


def new_chapter_command(*, name: str, title: str, title_zh: str) -> int:
    """Write the chapter and print its path.

    Raises:
        UsageError: the name cannot be a chapter's, or is taken.
    """
    path = write_chapter(open_project(), name, title, title_zh)
    chapter = path.stem.partition("_")[2]
    print(shown_path(path.resolve()))
    print(f"next: 'python build_report.py watch --chapter {chapter}', then change it", file=sys.stderr)
    return 0

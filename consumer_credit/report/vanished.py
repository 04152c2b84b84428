"""A file that is gone in the middle of a build: named, with what to do, as any other mistake that can be mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import consumer_credit
from consumer_credit.errors import DataError, NotebookError, RenderError, ReportError
from consumer_credit.project import Project

_LIBRARY = Path(consumer_credit.__file__).parent


@contextmanager
def vanished_files_are_named(project: Project) -> Iterator[None]:
    """Word the absence of a file from which the report is made; other errors pass.

    Raises:
        ReportError: of the kind that the file's folder says: data, notebooks, or the library and its templates.
    """
    try:
        yield
    except OSError as error:
        from jinja2 import TemplateNotFound  # noqa: PLC0415  (slow to import)

        if isinstance(error, TemplateNotFound):
            raise _missing(RenderError, f"template {error.message}") from error
        if not isinstance(error, FileNotFoundError) or not isinstance(error.filename, str):
            raise
        path = Path(error.filename)
        kinds = {project.data: DataError, project.notebooks: NotebookError, _LIBRARY: RenderError}
        for folder, kind in kinds.items():
            if path.is_relative_to(folder):
                raise _missing(kind, path.relative_to(folder.parent).as_posix()) from error
        raise


def _missing(kind: type[ReportError], where: str) -> ReportError:
    return kind("is gone, and the report is made from it", where=where, remedy="put it back and build again")

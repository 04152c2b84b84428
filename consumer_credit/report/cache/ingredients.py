"""What decides an output, each ingredient by a name that a reader understands and a short text or hash.

The key of an output is the hash of its ingredients; what a chapter reads is known only once it has run, and is
compared afterwards, read by read (`Present`).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.parameters import Parameters
from consumer_credit.project import Project
from consumer_credit.reads import ALL
from consumer_credit.report.authoring.notebooks import declared_values
from consumer_credit.report.cache.stamps import (
    ABSENT,
    PACKAGE,
    Files,
    Moment,
    digest_of,
    interpreter,
    listed,
    project_files,
    source_files,
    template_files,
)

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from consumer_credit.report.steps import Rendering

Ingredients = dict[str, str]
Read = tuple[str, str]
"""What was read, as `consumer_credit.reads` says it: its kind and its name."""
_loaded: Ingredients = {}
"""The library as this process, and the kernels forked from it, found it when they began."""


def key_of(ingredients: Mapping[str, str]) -> str:
    """The hash that stands for all ingredients."""
    return digest_of(text for name in sorted(ingredients) for text in (name, ingredients[name]))


class Present:
    """A project as it is during one build: the hash of everything that an output may rest on.

    Files are hashed when the build begins, so that one which changes on the way is noticed and nothing made from it is
    kept. It may be asked from several threads.
    """

    def __init__(self, project: Project, files: Files | None = None) -> None:
        """Hash the files of the project and of the library; `files`: those that are known already."""
        self.project = project
        self.files = files or Files()
        self._lock = threading.RLock()
        self._series: dict[str, dict[str, str]] = {}
        self._fonts = ""
        self.common = {**interpreter(), "lock file": self._file(str(project.root / "requirements.txt"))}
        sources = {path: self._file(path) for path in source_files()}
        templates = {path: self._file(path) for path in template_files()}
        self._own_files = sources | templates
        self.source = {f"library {_inside(path)}": digest for path, digest in sources.items()}
        self.templates = {f"template {_inside(path)}": digest for path, digest in templates.items()}
        self.began = {path: self._file(path) for path in project_files(str(project.root))}
        _loaded.update({} if _loaded else self.source | self.templates)

    def renewed(self) -> Present:
        """The same project as it is now, for the next build of this process: files that are what they were are not
        read again.
        """
        now = Present(self.project, self.files)
        now._series = self._series
        return now

    @property
    def data(self) -> Ingredients:
        """Every file of the data folder."""
        below = f"{self.project.data}{os.sep}"
        return {f"file {self.name(p)}": digest for p, digest in self.began.items() if p.startswith(below)}

    def name(self, path: str) -> str:
        """A path as it is written down: relative to the project where it lies in it."""
        root = f"{os.path.realpath(self.project.root)}{os.sep}"
        inside = path.removeprefix(f"{self.project.root}{os.sep}").removeprefix(root)
        return Path(inside).as_posix() if inside != path else path

    def path(self, name: str) -> str:
        """The path that `name` wrote down."""
        return str(self.project.root / name)

    def fonts(self) -> str:
        """The cut of the report's fonts."""
        from consumer_credit.report.fonts.project import project_fonts  # noqa: PLC0415

        with self._lock:
            self._fonts = self._fonts or project_fonts(self.project).folder.name
            return self._fonts

    def as_it_began(self) -> bool:
        """Whether no file of project and library has changed since the build began."""
        walked = [*project_files(str(self.project.root)), *source_files(), *template_files()]
        found = {path: self._file(path) for path in walked}
        return found == self.began | self._own_files

    def of(self, read: Read) -> str:
        """What a read would give now."""
        kind, name = read
        if kind == "fonts":
            return self.fonts()
        if kind == "series":
            stem, _, series_id = name.partition(":")
            return self._series_of(stem).get(series_id, ABSENT)
        if kind == "folder":
            return listed(self.path(name))
        return self._file(self.path(name))

    def unchanged_since(self, began: Moment, reads: Iterable[Read], *, templates: bool = False) -> bool:
        """Whether what was read is still what it was when it `began` to be read, so that it may be relied on.

        The library (and the templates, where they were used) must be what it was when the process began: what ran is
        what was read then.
        """
        library = {f"library {_inside(path)}": self._file(path) for path in source_files()}
        if templates:
            library |= {f"template {_inside(path)}": self._file(path) for path in template_files()}
        if any(_loaded.get(name) != digest for name, digest in library.items()):
            return False
        stems = {name.partition(":")[0] for kind, name in reads if kind == "series"}
        paths = {self.path(name) for kind, name in reads if kind in ("file", "absent")}
        paths |= {str(self.project.data / "observations" / f"{stem}.csv") for stem in stems}
        return all(self._settled(path, began) for path in paths)

    def _settled(self, path: str, began: Moment) -> bool:
        if path in self.began:
            return self._file(path) == self.began[path]
        try:
            status = Path(path).stat()
        except OSError:
            return True  # that it is absent stands in the record of reads
        return began.is_after(max(status.st_mtime, status.st_ctime))

    def _file(self, path: str) -> str:
        with self._lock:
            return self.files.sha256(path)

    def _series_of(self, stem: str) -> dict[str, str]:
        path = self.project.data / "observations" / f"{stem}.csv"
        with self._lock:
            digest = self._file(str(path))
            if digest == ABSENT:
                return {}
            if digest not in self._series:
                content = path.read_bytes()
                found = series_digests(content)
                if hashlib.sha256(content).hexdigest() != digest:
                    return found  # it has been written to since the build began
                self._series[digest] = found
            return self._series[digest]


def series_digests(content: bytes) -> dict[str, str]:
    """Of each series in an observations file the hash of its rows, as they stand there."""
    text = content.decode("utf-8-sig", "surrogateescape")
    rows: dict[str, list[str]] = {}
    if '"' in text:
        for row in csv.reader(io.StringIO(text, newline="")):
            rows.setdefault(row[0] if row else "", []).append(json.dumps(row))
    else:
        for line in text.splitlines():
            rows.setdefault(line.partition(",")[0], []).append(line)
    return {series_id: digest_of(lines) for series_id, lines in rows.items()}


def chapter_ingredients(
    present: Present,
    file_name: str,
    notebook: NotebookNode,
    parameters: Parameters,
    *,
    language: str,
) -> Ingredients:
    """What decides how a chapter runs, apart from what it reads: code, parameters it declares, library, interpreter.

    Prose is not among it: no kernel sees it.
    """
    code = [cell for cell in notebook.cells if cell["cell_type"] != "markdown"]
    declared = declared_values(notebook, {**parameters.model_dump(mode="json"), "language": language})
    return {
        "chapter": file_name,
        "language": language,
        "notebook settings": _digest([notebook.metadata, notebook.nbformat_minor]),
        **{f"code cell {number}": _digest(cell) for number, cell in enumerate(code, start=1)},
        **{f"parameter {name}": json.dumps(value) for name, value in declared.items()},
        **present.source,
        **present.common,
    }


def shared_ingredients(present: Present, chapter: Ingredients) -> Ingredients:
    """What decides, beside parameters, all that a chapter works out alike in every language: of its own ingredients
    (`chapter_ingredients`) those of its code, the library and the interpreter, and all files of the data folder.
    """
    own = {
        name: text
        for name, text in chapter.items()
        if name != "language" and not name.startswith("parameter ")
    }
    return own | present.data


def rendering_ingredients(
    present: Present, kind: str, notebook: NotebookNode, around: Rendering
) -> Ingredients:
    """What decides a page or a PDF: the assembled edition, what is published beside it, library, templates, fonts."""
    front = notebook.metadata.get("consumer_credit", {})
    return {
        "format": kind,
        "language": around.language,
        "languages published": " ".join(around.languages),
        "formats published": " ".join(around.formats),
        "notebook settings": _digest(
            [{k: v for k, v in notebook.metadata.items() if k != "consumer_credit"}]
        ),
        **{f"front matter, {name}": _digest(value) for name, value in front.items()},
        **_parts(notebook.cells),
        **present.source,
        **present.templates,
        **present.common,
        "fonts": present.fonts(),
    }


def data_ingredients(present: Present, **asked: str) -> Ingredients:
    """What decides the checks of the data, and the bundle of them: all files of the data folder."""
    return {**asked, **present.data, **present.source, **present.common}


def results_by_name(results: Path | None) -> Ingredients:
    """What the summary is handed of the other chapters: a hash of each result, and one of them all."""
    if results is None:
        return {}
    entries = json.loads(results.read_text(encoding="utf-8"))["results"]
    return {ALL: _digest(entries)} | {entry["name"]: _digest(entry) for entry in entries}


def _parts(cells: Sequence[Any]) -> Ingredients:
    """The cells of the edition, chapter by chapter: each begins with a heading of the first level."""
    parts: list[tuple[str, list[Any]]] = [("beginning", [])]
    for cell in cells:
        if cell["cell_type"] == "markdown" and cell["source"].startswith("# "):
            parts.append((cell["source"].splitlines()[0][2:], []))
        parts[-1][1].append(cell)
    return {f"part {number}, '{title}'": _digest(part) for number, (title, part) in enumerate(parts)}


def _digest(content: Any) -> str:
    return digest_of([json.dumps(content, ensure_ascii=True, sort_keys=True)])


def _inside(path: str) -> str:
    return Path(path).relative_to(Path(PACKAGE)).as_posix()

"""Where everything of one report lies: the folders of a project and its chapters in reading order.

Every other module is told its paths by this one; none looks at its own `__file__` or at the working folder.
What stands in the folders is read elsewhere: data by `consumer_credit.data`, notebooks by
`consumer_credit.report.authoring.notebooks`, editions by `consumer_credit.report.authoring.editions`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from consumer_credit.errors import UsageError

CHAPTER_FILE = re.compile(r"(?P<number>\d{2,})_(?P<id>[a-z0-9]+(?:_[a-z0-9]+)*)\.ipynb")
"""A chapter's file: its number in reading order, an underscore, its id."""


@dataclass(frozen=True)
class ChapterFile:
    """One notebook of the report.

    `number` is that of the file name (`01_china.ipynb` → 1), `id` what follows it (`china`).
    """

    id: str
    number: int
    path: Path

    @property
    def is_summary(self) -> bool:
        """Chapter 0 reads what all others recorded, and is therefore executed last."""
        return self.number == 0

    @property
    def names(self) -> tuple[str, ...]:
        """Everything by which `--chapter` may call it: the id, the file's stem and name, the number."""
        return (self.id, self.path.stem, self.path.name, str(self.number), f"{self.number:02d}")


@dataclass(frozen=True)
class Project:
    """The folders of one report, all below `root`."""

    root: Path

    @classmethod
    def find(cls, start: Path) -> Project:
        """The project that holds `start`: the nearest folder upwards with `notebooks/` and `editions/`.

        Raises:
            UsageError: there is none.
        """
        here = start.resolve()
        for folder in (here, *here.parents):
            if (folder / "notebooks").is_dir() and (folder / "editions").is_dir():
                return cls(folder)
        raise UsageError(
            "no report found here: neither this folder nor one above it has notebooks/ and editions/",
            where=str(start),
            remedy="run the command in the report's folder",
        )

    @property
    def notebooks(self) -> Path:
        """The chapters, one notebook each."""
        return self.root / "notebooks"

    @property
    def data(self) -> Path:
        """Catalogue, observations, corrections."""
        return self.root / "data"

    @property
    def editions(self) -> Path:
        """Named parameter sets."""
        return self.root / "editions"

    @property
    def figures(self) -> Path:
        """The committed figures of edition `latest`."""
        return self.root / "figures"

    @property
    def dist(self) -> Path:
        """What is published."""
        return self.root / "dist"

    @property
    def cache(self) -> Path:
        """What may be deleted at any time."""
        return self.root / ".cache"

    def shown(self, path: Path) -> str:
        """`path` as messages and manifests name it: relative to the project, or whole when outside it."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return str(path)

    def chapters(self) -> list[ChapterFile]:
        """The chapters in reading order.

        Raises:
            UsageError: there is none, a name is not like `01_china.ipynb` or no file, or two share a number or id.
        """
        files = sorted(self.notebooks.glob("[0-9]*.ipynb")) if self.notebooks.is_dir() else []
        chapters = sorted((self._chapter(path) for path in files), key=lambda chapter: chapter.number)
        if not chapters:
            raise UsageError(
                "there is no chapter",
                where=self.shown(self.notebooks),
                remedy="add a notebook named like 01_china.ipynb",
            )
        self._refuse_twins(chapters)
        return chapters

    def select_chapters(self, wanted: Iterable[str]) -> list[ChapterFile]:
        """The chapters called for by id, file name or number, in reading order; all when none is named.

        The summary reads all others: whoever calls for it gets them all.

        Raises:
            UsageError: a name that no chapter answers to (with the nearest that one does).
        """
        chapters = self.chapters()
        by_name = {name: chapter for chapter in chapters for name in chapter.names}
        chosen: set[ChapterFile] = set()
        for name in wanted:
            chapter = by_name.get(name.strip())
            if chapter is None:
                near = difflib.get_close_matches(name, by_name, n=1)
                known = ", ".join(chapter.id for chapter in chapters)
                raise UsageError(
                    f"unknown chapter '{name}'",
                    where="--chapter",
                    remedy=f"did you mean '{by_name[near[0]].id}'?" if near else f"known are: {known}",
                )
            chosen.add(chapter)
        if not chosen or any(chapter.is_summary for chapter in chosen):
            return chapters
        return [chapter for chapter in chapters if chapter in chosen]

    def _chapter(self, path: Path) -> ChapterFile:
        match = CHAPTER_FILE.fullmatch(path.name)
        if match is None:
            raise UsageError(
                "not a chapter's name",
                where=self.shown(path),
                remedy="name it like 01_china.ipynb: number, underscore, lower-case id",
            )
        if path.resolve().parent != self.notebooks.resolve():
            raise UsageError(
                f"leads to {path.resolve()}; only notebooks of this folder are run",
                where=f"notebooks/{path.name}",
                remedy="look through it, then copy it here",
            )
        if not path.is_file():  # a pipe, too, which would be waited for
            raise UsageError(
                "is no file that can be read",
                where=f"notebooks/{path.name}",
                remedy="put the notebook there (git restore), or take the name away",
            )
        return ChapterFile(id=match["id"], number=int(match["number"]), path=path)

    def _refuse_twins(self, chapters: list[ChapterFile]) -> None:
        for kind in ("number", "id"):
            seen: dict[object, ChapterFile] = {}
            for chapter in chapters:
                twin = seen.setdefault(getattr(chapter, kind), chapter)
                if twin is not chapter:
                    raise UsageError(
                        f"has the same {kind} as {twin.path.name}",
                        where=self.shown(chapter.path),
                        remedy="rename one of them",
                    )

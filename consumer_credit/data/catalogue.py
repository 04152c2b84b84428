"""What each published figure is: publisher, definition, unit, licence, breaks and warnings, in English and
Chinese.

One YAML file per publisher in `data/catalogue/` (small publishers may share one), beside it the
observations file of the same name. The format of an entry is `data.entries`; the values live in
`data.store`.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field, ValidationError

from consumer_credit.data.entries import Economy, Entry, Publisher, Series, Source
from consumer_credit.data.remembered import Remembered, digest
from consumer_credit.data.yaml_files import read_yaml
from consumer_credit.errors import DataError

Model = TypeVar("Model", bound=BaseModel)


class _Family(Entry):
    """The same series for many economies; `{economy}`, `{iso3}`, `{currency}`, `{name_en}` … are filled
    in.
    """

    economies: tuple[str, ...]
    series: dict[str, dict[str, Any]]
    codes: dict[str, str] = Field(default_factory=dict)
    exceptions: dict[str, dict[str, Any]] = Field(default_factory=dict)


class _File(Entry):
    publishers: dict[str, Publisher]
    sources: dict[str, dict[str, Any]] = Field(default_factory=dict)
    series: dict[str, dict[str, Any]] = Field(default_factory=dict)
    families: tuple[_Family, ...] = ()
    dropped: dict[str, tuple[str, ...]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Catalogue:
    """All that `data/catalogue/` says, by id."""

    series: dict[str, Series] = field(default_factory=dict)
    publishers: dict[str, Publisher] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    economies: dict[str, Economy] = field(default_factory=dict)

    @classmethod
    def load(cls, folder: Path | str) -> Catalogue:
        """Read every file in `folder`/catalogue.

        Args:
            folder: the data folder, the one that holds `catalogue/` and `observations/`.

        Raises:
            DataError: naming the file and the entry: no such folder, not YAML, an unknown or missing field,
                a value out of its vocabulary, an id used twice, a publisher or part that does not exist.
        """
        root = Path(folder)
        files = sorted((root / "catalogue").glob("*.yaml"))
        if not files:
            raise DataError(
                "no catalogue found",
                where=f"{root.name}/catalogue",
                remedy="give the folder that holds catalogue/",
            )
        before = _content_of(files)
        catalogue = _LOADED.get(before, lambda: cls._read_files(files, root))
        if _content_of(files) != before:  # somebody has just saved one of them
            _LOADED.forget(before)
            return cls._read_files(files, root)
        return cls(
            dict(catalogue.series),
            dict(catalogue.publishers),
            dict(catalogue.sources),
            dict(catalogue.economies),
        )

    def find(self, series_id: str) -> Series:
        """The series of that id.

        Raises:
            DataError: there is none; the nearest known id is named.
        """
        try:
            return self.series[series_id]
        except KeyError:
            near = difflib.get_close_matches(series_id, list(self.series), n=1)
            remedy = f"did you mean '{near[0]}'?" if near else "see data/catalogue/ for the ids"
            raise DataError(f"unknown series '{series_id}'", where="data/catalogue", remedy=remedy) from None

    @classmethod
    def _read_files(cls, files: Sequence[Path], root: Path) -> Catalogue:
        catalogue = cls()
        for path in files:
            if path.stem == "economies":
                where, content = _read(path, root)
                for code, entry in content.items():
                    catalogue.economies[code] = _validated(Economy, entry, f"{where}, {code}")
        for path in files:
            if path.stem != "economies":
                catalogue._add(path, root)
        catalogue._check_references()
        return catalogue

    def _add(self, path: Path, root: Path) -> None:
        where, content = _read(path, root)
        entry = _validated(_File, content, where)
        self._register(self.publishers, entry.publishers, where, "publisher")
        only = next(iter(entry.publishers)) if len(entry.publishers) == 1 else None
        implied = {"publisher": only} if only else {}
        sources = {
            i: _validated(Source, implied | s, f"{where}, source {i}") for i, s in entry.sources.items()
        }
        self._register(self.sources, sources, where, "source")
        described = dict(entry.series)
        for family in entry.families:
            described |= self._expanded(family, where)
        if lost := set(entry.dropped) - set(described):
            raise DataError(
                f"unknown series '{min(lost)}'", where=f"{where}, dropped", remedy="correct the id"
            )
        described = {i: s | {"dropped": entry.dropped.get(i, ())} for i, s in described.items()}
        series = {
            i: _validated(Series, {**implied, **s, "id": i, "file": path.stem}, f"{where}, series {i}")
            for i, s in described.items()
        }
        self._register(self.series, series, where, "series")

    def _expanded(self, family: _Family, where: str) -> dict[str, dict[str, Any]]:
        template, described = json.dumps(family.series, ensure_ascii=False), {}
        for code in family.economies:
            if code not in self.economies:
                raise DataError(f"unknown economy '{code}'", where=where, remedy="add it to economies.yaml")
            economy = self.economies[code]
            filled = template
            for name, text in {
                "economy": code,
                "iso3": economy.iso3,
                "currency": economy.currency,
                "name_en": economy.name.en,
                "name_zh": economy.name.zh,
                "code": family.codes.get(code, code.upper()),
            }.items():
                filled = filled.replace(f"{{{name}}}", text)
            for series_id, entry in json.loads(filled).items():
                described[series_id] = entry | family.exceptions.get(series_id, {})
        if lost := set(family.exceptions) - set(described):
            raise DataError(
                f"exception for unknown series '{min(lost)}'", where=where, remedy="correct the id"
            )
        return described

    @staticmethod
    def _register(known: dict[str, Any], new: Mapping[str, Any], where: str, what: str) -> None:
        for name in new:
            if name in known:
                raise DataError(
                    f"{what} '{name}' is defined twice", where=where, remedy="keep one definition"
                )
        known.update(new)

    def _check_references(self) -> None:
        for name, source in self.sources.items():
            if source.publisher not in self.publishers:
                raise DataError(
                    f"source '{name}' names an unknown publisher '{source.publisher}'",
                    where="data/catalogue",
                    remedy="add it under publishers",
                )
        for series in self.series.values():
            where = f"data/catalogue/{series.file}.yaml, series {series.id}"
            if series.publisher not in self.publishers:
                raise DataError(
                    f"unknown publisher '{series.publisher}'", where=where, remedy="add it under publishers"
                )
            for part in [p for parts in series.parts for p in parts.series]:
                if part not in self.series:
                    raise DataError(f"unknown part '{part}'", where=where, remedy="correct the id")


_LOADED: Remembered[Catalogue] = Remembered(most=8)


def _content_of(files: Sequence[Path]) -> str:
    """Changes with every byte of the files and with the names that messages call them by, wherever they lie.

    A file that cannot be read is none.
    """
    parts: list[bytes] = []
    for path in files:
        with suppress(OSError):
            parts += ["/".join(path.parts[-3:]).encode("utf-8", "surrogateescape"), path.read_bytes()]
    return digest(parts)


def _read(path: Path, root: Path) -> tuple[str, dict[str, Any]]:
    where = f"{root.name}/catalogue/{path.name}"
    content = read_yaml(path, where)
    if not isinstance(content, dict):
        raise DataError(
            "is not a mapping", where=where, remedy="begin with 'publishers:', 'sources:' and 'series:'"
        )
    return where, content


def _validated(model: type[Model], content: Any, where: str) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        given = "" if first["type"] == "missing" else f", got {str(first['input'])[:60]!r}"
        raise DataError(
            f"{message}{given}", where=f"{where}, {place}" if place else where, remedy="see docs/vintages.md"
        ) from None

"""Where a sweep is published: a folder, or any address that fsspec can write to (`s3://…`, `memory://…`).

```
index.html, index.zh.html   the runs compared
results.csv                 their values, one a row
manifest.json               what varies: times, machine, what became of each run
runs/<name>/<language>/     each run, as an ordinary build publishes it
```

A run stands there whole or not at all as far as the place allows: in a folder it is exchanged in one step; at
an address its manifest, without which it does not count, is written last.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from consumer_credit.errors import RenderError, UsageError
from consumer_credit.report.publishing.manifest import GENERATOR, MANIFEST

RUNS = "runs"
KIND = "sweep"
"""What a sweep's own manifest says under this key is true: the folder is a sweep of ours."""


class Place(Protocol):
    """What a sweep needs of the place it is published in; paths are relative, with slashes."""

    def folder_of(self, run: str) -> Path | None:
        """The folder a run may be built in directly; None when its files must be handed over."""

    def read(self, path: str) -> bytes | None:
        """The content of a file; None when there is none."""

    def write(self, path: str, content: bytes) -> None:
        """Write one file, whole or not at all."""

    def write_run(self, run: str, files: Mapping[str, bytes]) -> None:
        """Publish a run's files in place of those that are there."""

    def keep_only(self, runs: Sequence[str]) -> None:
        """Remove all other runs."""

    def shown(self, path: str = "") -> str:
        """A file as messages name it."""


@dataclass(frozen=True)
class Folder:
    """A folder of this machine."""

    root: Path

    def folder_of(self, run: str) -> Path | None:
        """`runs/<name>`."""
        return self.root / RUNS / run

    def read(self, path: str) -> bytes | None:
        """As `Place.read`."""
        try:
            return (self.root / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    def write(self, path: str, content: bytes) -> None:
        """As `Place.write`.

        Raises:
            RenderError: the system refuses.
        """
        file = self.root / path
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            half = file.with_name(f".{file.name}.new")
            half.write_bytes(content)
            half.replace(file)
        except OSError as error:
            raise _unwritable(str(file), error) from error

    def write_run(self, run: str, files: Mapping[str, bytes]) -> None:
        """As `Place.write_run`, in one exchange.

        Raises:
            RenderError: the system refuses.
        """
        from consumer_credit.report.publishing.publication import staged  # noqa: PLC0415

        with staged(self.root / RUNS / run, on_wait=lambda text: None) as staging:
            for path, content in files.items():
                file = staging.folder / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)
            staging.publish()

    def keep_only(self, runs: Sequence[str]) -> None:
        """As `Place.keep_only`; what is no publication of ours stays."""
        from consumer_credit.report.publishing.ownership import is_publication  # noqa: PLC0415
        from consumer_credit.report.publishing.publication import repair  # noqa: PLC0415

        folder = self.root / RUNS
        if not folder.is_dir():
            return
        repair(folder)
        for path in sorted(folder.iterdir()):
            if path.name not in runs and is_publication(path):
                shutil.rmtree(path)

    def shown(self, path: str = "") -> str:
        """The path on this machine."""
        return str(self.root / path)


class Address:
    """Anything fsspec writes to."""

    def __init__(self, address: str) -> None:
        """Open the file system that the address names.

        Raises:
            UsageError: fsspec, or what it needs for this kind of address, is not installed or not known.
        """
        try:
            import fsspec  # noqa: PLC0415  (only a sweep to an address needs it)

            self.files, self.root = fsspec.core.url_to_fs(address)
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"cannot be written to: {error}",
                where=f"--output {address}",
                remedy="'make install-cluster' installs fsspec; other stores need their own package (s3fs, gcsfs)",
            ) from None
        self.address = address.rstrip("/")

    def folder_of(self, run: str) -> Path | None:
        """None: runs are handed over."""
        return None

    def read(self, path: str) -> bytes | None:
        """As `Place.read`."""
        try:
            return bytes(self.files.cat_file(self._at(path)))
        except (FileNotFoundError, IsADirectoryError):
            return None

    def write(self, path: str, content: bytes) -> None:
        """As `Place.write`.

        Raises:
            RenderError: the store refuses.
        """
        at = self._at(path)
        try:
            self.files.makedirs(at.rpartition("/")[0], exist_ok=True)
            self.files.pipe_file(at, content)
        except OSError as error:
            raise _unwritable(f"{self.address}/{path}", error) from error

    def write_run(self, run: str, files: Mapping[str, bytes]) -> None:
        """As `Place.write_run`; the manifests go last."""
        self._remove(run)
        for path, content in sorted(files.items(), key=lambda item: item[0].endswith(MANIFEST)):
            self.write(f"{RUNS}/{run}/{path}", content)

    def keep_only(self, runs: Sequence[str]) -> None:
        """As `Place.keep_only`."""
        with suppress(FileNotFoundError):
            for entry in self.files.ls(self._at(RUNS), detail=False):
                name = str(entry).rstrip("/").rpartition("/")[2]
                if name not in runs:
                    self._remove(name)

    def shown(self, path: str = "") -> str:
        """The address of the file."""
        return f"{self.address}/{path}" if path else self.address

    def _at(self, path: str) -> str:
        return f"{str(self.root).rstrip('/')}/{path}"

    def _remove(self, run: str) -> None:
        at = self._at(f"{RUNS}/{run}")
        if self.files.exists(at):
            self.files.rm(at, recursive=True)


def open_place(output: str | None, default: Path) -> Place:
    """The place that `--output` names, or the default folder; what is no sweep of ours is refused.

    Raises:
        UsageError: the place holds something else, or cannot be opened.
    """
    place: Place
    if output is not None and "://" in output:
        place = Address(output)
    else:
        root = (default if output is None else Path(output)).resolve()
        place = Folder(root)
        if root.exists() and (not root.is_dir() or any(root.iterdir())) and not is_sweep(place):
            raise UsageError(
                "holds something else than a sweep, which would be lost",
                where=str(root),
                remedy="choose another --name, or a new or empty folder with --output",
            )
    return place


def is_sweep(place: Place) -> bool:
    """Whether a sweep of ours is, or was about to be, published in the place."""
    return read_manifest(place).get("generator") == GENERATOR and KIND in read_manifest(place)


def read_manifest(place: Place) -> dict[str, Any]:
    """The sweep's own manifest; empty when there is none that can be read."""
    try:
        content = json.loads(place.read(MANIFEST) or b"{}")
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}


def _unwritable(where: str, error: OSError) -> RenderError:
    return RenderError(
        f"cannot be written: {error.strerror or error}", where=where, remedy="choose another --output"
    )

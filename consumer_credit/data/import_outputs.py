"""What an import writes: the observations files with the new rows, and one source for each imported file.

The sources stand in `catalogue/imports.yaml`, which imports alone write and which is read with the
catalogue. They name the file, its size and its SHA-256, so that each value can be walked back to the bytes
that brought it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePath
from typing import Any

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.comparing import Change
from consumer_credit.data.publishers.contract import Title
from consumer_credit.data.publishers.files import PublisherFile
from consumer_credit.data.writing import Record, decimal_text, with_rows
from consumer_credit.data.yaml_files import read_yaml
from consumer_credit.errors import DataError

IMPORTS = "catalogue/imports.yaml"
_HEADER = "# Sources of imported figures, one for each file. Written by `data import`; do not edit by hand.\n"


def source_id(publisher: str, file: PublisherFile) -> str:
    """The id under which rows cite the file that brought them."""
    return f"{publisher}-import-{file.digest[:12]}"


def source_entry(
    publisher: str, file: PublisherFile, title: Title, dating: str, official: bool
) -> dict[str, Any]:
    """The catalogue's description of a file: title, how it was dated, name, size and SHA-256, but no path."""
    name = PurePath(file.name.replace("\\", "/")).name
    obtained = f"imported file {name}, {len(file.content)} bytes, sha256 {file.digest}"
    return {
        "publisher": publisher,
        "title": {"en": title.en, "zh": title.zh},
        "label": dating,
        "addresses": [file.address] if file.address else [],
        "obtained_from": f"{obtained}, fetched {file.fetched}" if file.fetched else obtained,
        "confidence": "official_file" if official else "one_source",
    }


def outputs(
    folder: Path,
    catalogue: Catalogue,
    changes: Iterable[tuple[Change, str]],
    sources: Mapping[str, dict[str, Any]],
) -> dict[str, bytes]:
    """New contents of the files that change; empty when no figure is new.

    Args:
        folder: the data folder.
        catalogue: which series stands in which file.
        changes: each change with the id of its source.
        sources: the description of each source by id.

    Raises:
        DataError: `imports.yaml` cannot be read.
    """
    added: dict[str, list[Record]] = {}
    cited: set[str] = set()
    for change, source in changes:
        if change.outcome != "unchanged":
            figure = change.figure
            stem = catalogue.series[figure.series].file
            record = (figure.series, figure.period, decimal_text(figure.value), figure.vintage, source)
            added.setdefault(stem, []).append(record)
            cited.add(source)
    if not added:
        return {}
    contents: dict[str, bytes] = {}
    for stem, records in added.items():
        path = folder / "observations" / f"{stem}.csv"
        held = path.read_bytes().decode("utf-8-sig") if path.exists() else ""
        contents[f"observations/{stem}.csv"] = with_rows(held, records).encode()
    entries = _sources_held(folder) | {name: sources[name] for name in cited}
    contents[IMPORTS] = _yaml(entries)
    return contents


def _sources_held(folder: Path) -> dict[str, Any]:
    path, where = folder / IMPORTS, f"{folder.name}/{IMPORTS}"
    if not path.exists():
        return {}
    content = read_yaml(path, where)
    if not isinstance(content, dict) or not isinstance(content.get("sources"), dict):
        raise DataError("has no 'sources'", where=where, remedy="restore the file from version control")
    return dict(content["sources"])


def _yaml(entries: dict[str, Any]) -> bytes:
    import yaml  # noqa: PLC0415  (only a writing import needs it)

    body = yaml.safe_dump(
        {"publishers": {}, "sources": entries}, allow_unicode=True, sort_keys=True, width=10_000
    )
    return (_HEADER + body).encode()

"""Cutting a font to some characters, fixing its weight, and giving it a name of its own.

The SIL Open Font License forbids a changed font its reserved name; the licence text therefore travels beside the files.
Every step is repeatable to the byte.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from consumer_credit.report.fonts.masters import Master

SANS = "Report Sans SC"
SERIF = "Report Serif"
_NAMES = {0, 1, 2, 3, 4, 5, 6, 13, 14}
"""Copyright, family, style, identity, full name, version, PostScript name, licence and where it is."""
_ENGLISH = 0x409


def cut_all(characters: set[str], sans: Sequence[Master], serif: Sequence[Master], folder: Path) -> None:
    """Write the cut sans and serif and their licence into `folder`.

    Cutting comes first and fixing the weight second: the other way round takes ten times as long.
    """
    variable = len(sans) == 1
    cut = _subset(sans[0], characters) if variable else b""
    for index, (weight, style) in enumerate(((400, "Regular"), (700, "Bold"))):
        font = _instance(cut, weight) if variable else _open(_subset(sans[index], characters))
        _rename(font, SANS, style)
        _save(font, folder / f"ReportSansSC-{style}.ttf")
    latin = {character for character in characters if ord(character) < 0x2E80}
    for master, style in zip(serif, ("Regular", "Italic", "Bold", "Bold Italic"), strict=False):
        font = _open(_subset(master, latin))
        _rename(font, SERIF, style)
        _save(font, folder / f"ReportSerif-{style.replace(' ', '')}.ttf")
    licences = dict.fromkeys(
        master.licence for master in [*sans, *serif] if master.licence and master.licence.is_file()
    )
    texts = [path.read_text(encoding="utf-8", errors="replace").strip() for path in licences]
    (folder / "OFL.txt").write_text(
        "\n\n\n".join(texts or [_LICENCE_NOTE]) + "\n", encoding="utf-8", newline="\n"
    )


_LICENCE_NOTE = (
    "Cut from a Noto or Source Han font under the SIL Open Font License 1.1, https://openfontlicense.org"
)


def _subset(master: Master, characters: Iterable[str]) -> bytes:
    from fontTools import subset  # noqa: PLC0415
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    options = subset.Options()
    options.layout_features = [
        "kern",
        "liga",
        "locl",
        "ccmp",
        "mark",
        "mkmk",
        "tnum",
        "lnum",
        "pnum",
        "palt",
        "halt",
    ]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += ["DSIG", "vhea", "vmtx", "VORG"]
    font = TTFont(master.path, fontNumber=master.number, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    names = font["name"]
    del font["name"]  # which of its names a font uses would be looked up in all of its tables, for seconds
    subsetter.subset(font)
    names.names = [
        name for name in names.names if name.nameID in _NAMES and name.isUnicode() and name.langID == _ENGLISH
    ]
    font["name"] = names
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def _open(data: bytes) -> Any:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    return TTFont(io.BytesIO(data), recalcTimestamp=False)


def _instance(variable: bytes, weight: int) -> Any:
    from fontTools.varLib import instancer  # noqa: PLC0415

    return instancer.instantiateVariableFont(_open(variable), {"wght": weight}, inplace=True)


def _rename(font: Any, family: str, style: str) -> None:
    """Give the font its new name and its place in the family: PDF, browser and matplotlib all choose by these
    fields."""
    names = {
        1: family,
        2: style,
        3: f"{family} {style}",
        4: f"{family} {style}",
        6: f"{family.replace(' ', '')}-{style.replace(' ', '')}",
    }
    table = font["name"]
    table.names = [
        record for record in table.names if record.nameID in {*names, 0, 5, 13, 14} and record.platformID == 3
    ]
    for number, text in names.items():
        table.setName(text, number, 3, 1, _ENGLISH)
    bold, italic = "Bold" in style, "Italic" in style
    os2, head = font["OS/2"], font["head"]
    os2.usWeightClass = 700 if bold else 400
    os2.fsSelection = (os2.fsSelection & ~0b1100001) | (0x20 if bold else 0) | (0x01 if italic else 0)
    if not bold and not italic:
        os2.fsSelection |= 0x40
    head.macStyle = (0x01 if bold else 0) | (0x02 if italic else 0)


def _save(font: Any, path: Path) -> None:
    font["head"].modified = font["head"].created  # a font is not newer for having been cut today
    font.save(path)


@functools.lru_cache(maxsize=32)
def woff2(path: Path, characters: frozenset[str]) -> bytes:
    """A font file cut to `characters`, packed for the page."""
    font = _open(_subset(Master(path), sorted(characters)))
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()

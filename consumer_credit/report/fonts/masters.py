"""Where the uncut fonts lie: the packages that bring them, or a Noto or Source Han font of the system."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

from consumer_credit.errors import RenderError

_SYSTEM_SANS = re.compile(r"(NotoSansSC|NotoSansCJK|SourceHanSans(SC|CN)?)[-\[_.]", re.IGNORECASE)


@dataclass(frozen=True)
class Master:
    """An uncut font: where it lies, which face of a collection, and the licence that travels with it."""

    path: Path
    number: int = -1
    licence: Path | None = None


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, without importing it."""
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def find_sans() -> list[Master]:
    """Noto Sans SC: one variable font, or the regular and the bold of a family.

    Raises:
        RenderError: there is none.
    """
    folder = package_folder("justmytype_intl_cjk")
    if folder:
        family = folder / "fonts" / "ofl" / "notosanssc"
        variable = family / "NotoSansSC[wght].ttf"
        if variable.is_file():
            return [Master(variable, licence=family / "OFL.txt")]
    found = find_system_sans()
    if not found:
        raise RenderError(
            "no Chinese font was found",
            where="fonts",
            remedy="install the pinned requirements (justmytype-intl-cjk), or Noto Sans SC on this system",
        )
    return found


def find_system_sans() -> list[Master]:
    """The same among the fonts of the system, under any of the names it goes by."""
    from matplotlib.font_manager import findSystemFonts  # noqa: PLC0415

    candidates = sorted(Path(path) for path in findSystemFonts() if _SYSTEM_SANS.match(Path(path).name))
    for path in candidates:
        if "[wght]" in path.name or "VF" in path.name or "Variable" in path.name:
            return [Master(path, _simplified_face(path))]
    weights: dict[str, Path] = {}
    for path in candidates:
        style = path.stem.rpartition("-")[2].lower()
        if style in {"regular", "bold"}:
            weights.setdefault(style, path)
    if len(weights) == 2:
        return [Master(weights[style], _simplified_face(weights[style])) for style in ("regular", "bold")]
    return []


def _simplified_face(path: Path) -> int:
    """The number of the Simplified Chinese face in a font collection; -1 for a plain font file."""
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return -1
    from fontTools.ttLib import TTCollection  # noqa: PLC0415

    with TTCollection(path, lazy=True) as collection:
        names = [str(font["name"].getBestFamilyName()) for font in collection.fonts]
    return next(
        (number for number, name in enumerate(names) if name.endswith((" SC", " CN")) and "Mono" not in name),
        0,
    )


def find_serif() -> list[Master]:
    """Source Serif from its package; without it the page falls back on the reader's serif and the PDF on Libertinus."""
    folder = package_folder("font_source_serif_pro")
    if not folder:
        return []
    files = folder / "files"
    masters = [
        Master(files / f"SourceSerifPro-{style}.ttf", licence=files / "LICENSE.txt")
        for style in ("Regular", "It", "Bold", "BoldIt")
    ]
    return masters if all(master.path.is_file() for master in masters) else []

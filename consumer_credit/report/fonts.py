"""The report's own typefaces, cut to the characters it uses, so that page, PDF and figures look alike on every machine.

Chinese and all labels are set in *Report Sans SC* (Noto Sans SC), the English running text in *Report Serif* (Source Serif).
Both are under the SIL Open Font License, which forbids a changed font its reserved name: hence the new names, and the
licence beside the files. Cutting comes first and fixing the weight second: the other way round takes ten times as long.

Where the fonts are used belongs elsewhere: `html` embeds them, `pdf` hands them to Typst, `charts.style` to matplotlib.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import importlib.util
import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumer_credit.errors import RenderError

SANS = "Report Sans SC"
SERIF = "Report Serif"

RECIPE = 1
"""Part of every cache key; raise it when a change below should make new font files."""

ALWAYS = frozenset(
    {chr(code) for code in range(0x20, 0x7F)}
    | {chr(code) for code in range(0xA0, 0x180)}
    | set("‐‑‒–—―‘’‚“”„†‡•…‰′″‹›⁄€№™←↑→↓↔⇒∂∆∏∑−√∞∫≈≠≤≥×÷±·°¹²³½¼¾µΔΣΩαβγδεθλμπρσφω✓●○■□▲△▼▽◆◇★☆")
    | set(
        "　、。〈〉《》「」『』【】〔〕〖〗！＂（）＊＋，－．／：；＜＝＞？［］｛｜｝～％＆＠＃￥·—…①②③④⑤⑥⑦⑧⑨⑩"
    )
    | {chr(code) for code in range(0xFF10, 0xFF1A)}
    | {"\u2002", "\u2003", "\u2009", "\u200a", "\u202f", "\u2060"}
)
"""Characters that tick labels, formats and furniture may produce without standing in any source file."""

_SYSTEM_SANS = re.compile(r"(NotoSansSC|NotoSansCJK|SourceHanSans(SC|CN)?)[-\[_.]", re.IGNORECASE)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


@dataclass(frozen=True)
class FontFiles:
    """The cut fonts of one report. `serif` holds regular, italic, bold and bold italic, or is empty."""

    regular: Path
    bold: Path
    licence: Path
    serif: tuple[Path, ...] = ()

    @property
    def folder(self) -> Path:
        """The one folder that holds all of them and nothing else, as Typst and matplotlib want it."""
        return self.regular.parent

    @property
    def files(self) -> tuple[Path, ...]:
        """Every font file, sans first."""
        return (self.regular, self.bold, *self.serif)


@dataclass(frozen=True)
class _Master:
    """An uncut font: where it lies, which face of a collection, and the licence that travels with it."""

    path: Path
    number: int = -1
    licence: Path | None = None


def characters_of(sources: Iterable[str | Path]) -> set[str]:
    r"""Every character in the given texts and UTF-8 files, those written as ``\uXXXX`` in JSON or YAML included."""
    found: set[str] = set()
    for source in sources:
        text = source.read_text(encoding="utf-8") if isinstance(source, Path) else source
        found |= set(text)
        found |= {chr(int(code, 16)) for code in _ESCAPED.findall(text)}
    return {
        character for character in found if character.isprintable() and not "\ud800" <= character <= "\udfff"
    }


def report_fonts(characters: set[str], cache: Path, *, masters: Sequence[Path] | None = None) -> FontFiles:
    """Cut the report's fonts to `characters` (and `ALWAYS`), or take them from `cache` if that was done before.

    The same characters give the same bytes. Two processes may do this at once: each writes a folder of its own, and the
    first to finish gives it its final name.

    Args:
        characters: what the fonts must be able to draw; see `characters_of`.
        cache: a folder to keep the results in, e.g. ``<project>/.cache/fonts``.
        masters: the Chinese font(s) to cut instead of the installed ones: one variable font, or regular and bold.

    Raises:
        RenderError: no Chinese font is installed, or the cache cannot be written.
    """
    wanted = set(characters) | ALWAYS
    sans = [_Master(path) for path in masters] if masters else _find_sans()
    serif = _find_serif()
    key = _key(wanted, [*sans, *serif])
    return _files_in(_made_once(cache / key, lambda folder: _cut_all(wanted, sans, serif, folder)))


def default_cache() -> Path:
    """Where fonts are kept when a bare exporter runs outside a project."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "consumer-credit-report" / "fonts"


def embedded_css(fonts: FontFiles, characters: set[str], *, serif: bool = True) -> str:
    """`@font-face` rules that carry the characters of one page as woff2 data URIs.

    Bold and italic faces are left out when the fonts have none. With `serif=False` (a Chinese page) only the sans is embedded.
    """
    wanted = (characters | {" ", "\u00a0", "-", "…"}) - {"\n"}
    rules = []
    faces: list[tuple[str, str, str, Path]] = [
        (SANS, "400", "normal", fonts.regular),
        (SANS, "700", "normal", fonts.bold),
    ]
    if serif:
        looks = (("400", "normal"), ("400", "italic"), ("700", "normal"), ("700", "italic"))
        faces += [
            (SERIF, weight, style, path) for (weight, style), path in zip(looks, fonts.serif, strict=False)
        ]
    for family, weight, style, path in faces:
        chosen = {character for character in wanted if family == SANS or ord(character) < 0x2E80}
        data = base64.b64encode(_woff2(path, frozenset(chosen))).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:block;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(rules)


@functools.lru_cache(maxsize=64)
def coverage(path: Path) -> frozenset[str]:
    """The characters that a font file can draw."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@functools.lru_cache(maxsize=1)
def dejavu_files() -> tuple[Path, ...]:
    """matplotlib's DejaVu Sans, which stands in for what the report's fonts lack (box drawing, arrows, Greek with accents).

    Never its whole folder: that also holds LastResort, whose boxes would hide a missing glyph from every check.
    """
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None and spec.submodule_search_locations
    folder = Path(spec.submodule_search_locations[0]) / "mpl-data" / "fonts" / "ttf"
    return tuple(sorted(folder.glob("DejaVuSans*.ttf")))


def dejavu_folder(cache: Path) -> Path:
    """A folder in `cache` with those files alone: Typst takes folders, not files.

    Raises:
        RenderError: the cache cannot be written.
    """
    import matplotlib as mpl  # noqa: PLC0415

    def copy(folder: Path) -> None:
        for path in dejavu_files():
            shutil.copyfile(path, folder / path.name)

    return _made_once(cache / f"dejavu-{mpl.__version__}", copy)


def _made_once(final: Path, make: Callable[[Path], None]) -> Path:
    """`final`, filled by `make` unless it is there: in a folder of its own first, so that nobody ever sees half of it."""
    if final.is_dir():
        return final
    try:
        final.parent.mkdir(parents=True, exist_ok=True)
        staging = Path(tempfile.mkdtemp(prefix=f".{final.name}-", dir=final.parent))
        try:
            make(staging)
            staging.chmod(0o755)
            try:
                staging.rename(final)
            except OSError:
                if not final.is_dir():  # not the case of another process having been faster
                    raise
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise RenderError(
            f"cannot write the font cache: {error.strerror or error}",
            where=str(final.parent),
            remedy="make the folder writable or choose another cache folder",
        ) from None
    return final


def _key(characters: set[str], masters: Sequence[_Master]) -> str:
    import fontTools  # noqa: PLC0415

    identity = [f"{master.path.name}:{master.path.stat().st_size}:{master.number}" for master in masters]
    text = "\n".join([str(RECIPE), fontTools.version, *identity, "".join(sorted(characters))])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]


def _package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(spec.submodule_search_locations[0]) if spec and spec.submodule_search_locations else None


def _find_sans() -> list[_Master]:
    folder = _package_folder("justmytype_intl_cjk")
    if folder:
        family = folder / "fonts" / "ofl" / "notosanssc"
        variable = family / "NotoSansSC[wght].ttf"
        if variable.is_file():
            return [_Master(variable, licence=family / "OFL.txt")]
    found = _find_system_sans()
    if not found:
        raise RenderError(
            "no Chinese font was found",
            where="fonts",
            remedy="install the pinned requirements (justmytype-intl-cjk), or Noto Sans SC / Source Han Sans SC on this system",
        )
    return found


def _find_system_sans() -> list[_Master]:
    from matplotlib.font_manager import findSystemFonts  # noqa: PLC0415

    candidates = sorted(Path(path) for path in findSystemFonts() if _SYSTEM_SANS.match(Path(path).name))
    for path in candidates:
        if "[wght]" in path.name or "VF" in path.name or "Variable" in path.name:
            return [_Master(path, _simplified_face(path))]
    weights = {}
    for path in candidates:
        style = path.stem.rpartition("-")[2].lower()
        if style in {"regular", "bold"}:
            weights.setdefault(style, path)
    if len(weights) == 2:
        return [_Master(weights[style], _simplified_face(weights[style])) for style in ("regular", "bold")]
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


def _find_serif() -> list[_Master]:
    """Source Serif from its package; without it the page falls back on the reader's serif and the PDF on Libertinus."""
    folder = _package_folder("font_source_serif_pro")
    if not folder:
        return []
    files = folder / "files"
    masters = [
        _Master(files / f"SourceSerifPro-{style}.ttf", licence=files / "LICENSE.txt")
        for style in ("Regular", "It", "Bold", "BoldIt")
    ]
    return masters if all(master.path.is_file() for master in masters) else []


def _cut_all(characters: set[str], sans: Sequence[_Master], serif: Sequence[_Master], folder: Path) -> None:
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


def _subset(master: _Master, characters: Iterable[str]) -> bytes:
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
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.drop_tables += ["DSIG", "vhea", "vmtx", "VORG"]
    font = TTFont(master.path, fontNumber=master.number, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
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
    """Give the font its new name and its place in the family: PDF, browser and matplotlib all choose by these fields."""
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
        table.setName(text, number, 3, 1, 0x409)
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


def _files_in(folder: Path) -> FontFiles:
    serif = [folder / f"ReportSerif-{style}.ttf" for style in ("Regular", "Italic", "Bold", "BoldItalic")]
    return FontFiles(
        regular=folder / "ReportSansSC-Regular.ttf",
        bold=folder / "ReportSansSC-Bold.ttf",
        licence=folder / "OFL.txt",
        serif=tuple(serif) if all(path.is_file() for path in serif) else (),
    )


@functools.lru_cache(maxsize=32)
def _woff2(path: Path, characters: frozenset[str]) -> bytes:
    font = _open(_subset(_Master(path), sorted(characters)))
    font.flavor = "woff2"
    buffer = io.BytesIO()
    font.save(buffer)
    return buffer.getvalue()

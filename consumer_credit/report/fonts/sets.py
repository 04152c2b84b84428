"""The report's own typefaces, cut to the characters it uses, so that page, PDF and figures look alike on every machine.

Chinese and all labels are set in *Report Sans SC* (Noto Sans SC), the English running text in *Report Serif* (Source
Serif). What a set holds and where it is kept is decided here, how it is made in `cutting`, from what in
`masters`. `html` embeds the fonts, `pdf` hands them to Typst, `charts.style` to matplotlib.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import hashlib
import importlib.metadata
import importlib.util
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from consumer_credit.errors import RenderError
from consumer_credit.report.fonts.cutting import SANS, SERIF, cut_all, woff2
from consumer_credit.report.fonts.masters import Master, find_sans, find_serif

PAGE_FONTS_KEPT = 60
"""How many faces packed for pages stay in the cache: those of about ten pages."""

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


def characters_of(sources: Iterable[str | Path]) -> set[str]:
    r"""Every character in the given texts and UTF-8 files, those written as ``\uXXXX`` in JSON or YAML included."""
    texts = [source.read_text(encoding="utf-8") if isinstance(source, Path) else source for source in sources]
    found = set[str]().union(*map(_characters_in, texts))
    return {
        character for character in found if character.isprintable() and not "\ud800" <= character <= "\udfff"
    }


@functools.lru_cache(maxsize=128)
def _characters_in(text: str) -> frozenset[str]:
    return frozenset(text).union(chr(int(code, 16)) for code in _ESCAPED.findall(text))


def report_fonts(characters: set[str], cache: Path, *, masters: Sequence[Path] | None = None) -> FontFiles:
    """Cut the report's fonts to `characters` (and `ALWAYS`), or take them from `cache` if that was done before.

    The same characters give the same bytes. Two processes may do this at once: each writes a folder of its own, and
    the first to finish gives it its final name.

    Args:
        characters: what the fonts must be able to draw; see `characters_of`.
        cache: a folder to keep the results in, e.g. ``<project>/.cache/fonts``.
        masters: the Chinese font(s) to cut instead of the installed ones: one variable font, or regular and bold.

    Raises:
        RenderError: no Chinese font is installed, or the cache cannot be written.
    """
    wanted = set(characters) | ALWAYS
    sans = [Master(path) for path in masters] if masters else find_sans()
    serif = find_serif()
    key = _key(wanted, [*sans, *serif])
    return _files_in(_made_once(cache / key, lambda folder: cut_all(wanted, sans, serif, folder)))


def default_cache() -> Path:
    """Where fonts are kept when a bare exporter runs outside a project."""
    base = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA") or Path.home() / ".cache"
    return Path(base) / "consumer-credit-report" / "fonts"


def embedded_css(
    fonts: FontFiles, characters: set[str], bold: set[str] | None = None, *, serif: bool = True
) -> str:
    """`@font-face` rules that carry the characters of one page as woff2 data URIs; bold faces those in `bold` alone.

    Bold and italic faces are left out when the fonts have none. With `serif=False` (a Chinese page) only the sans is
    embedded.
    """
    always = {" ", "\u00a0", "-", "…"}
    wanted = {"400": (characters | always) - {"\n"}}
    wanted["700"] = wanted["400"] if bold is None else (bold | always) - {"\n"}
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
        chosen = {character for character in wanted[weight] if family == SANS or ord(character) < 0x2E80}
        data = base64.b64encode(_packed(path, chosen)).decode("ascii")
        rules.append(
            f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:{style};font-display:block;'
            f'src:url(data:font/woff2;base64,{data}) format("woff2")}}'
        )
    return "\n".join(rules)


def _packed(path: Path, characters: set[str]) -> bytes:
    """The woff2 of a face for one page, which takes half a second to make and is therefore kept beside the sets."""
    key = hashlib.sha256("".join([path.parent.name, path.name, *sorted(characters)]).encode("utf-8"))
    kept = path.parents[1] / f"page-{key.hexdigest()[:24]}.woff2"
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    data = woff2(path, frozenset(characters))
    with contextlib.suppress(OSError):  # it was only to save time
        handle, name = tempfile.mkstemp(prefix=".page-", dir=kept.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).replace(kept)
        older = sorted(kept.parent.glob("page-*.woff2"), key=lambda found: found.stat().st_mtime)
        for oldest in older[:-PAGE_FONTS_KEPT]:
            oldest.unlink(missing_ok=True)
    return data


@functools.lru_cache(maxsize=64)
def coverage(path: Path) -> frozenset[str]:
    """The characters that a font file can draw."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


@functools.lru_cache(maxsize=1)
def dejavu_files() -> tuple[Path, ...]:
    """matplotlib's DejaVu Sans, which stands in for what the report's fonts lack (box drawing, arrows, Greek
    with accents).

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
    release = importlib.metadata.version("matplotlib")  # importing it would take a fifth of a second

    def copy(folder: Path) -> None:
        for path in dejavu_files():
            shutil.copyfile(path, folder / path.name)

    return _made_once(cache / f"dejavu-{release}", copy)


def _made_once(final: Path, make: Callable[[Path], None]) -> Path:
    """`final`, filled by `make` unless it is there: in a folder of its own first, so that nobody ever sees
    half of it."""
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


def _key(characters: set[str], masters: Sequence[Master]) -> str:
    import fontTools  # noqa: PLC0415

    identity = [f"{master.path.name}:{master.path.stat().st_size}:{master.number}" for master in masters]
    text = "\n".join([str(RECIPE), fontTools.version, *identity, "".join(sorted(characters))])
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:24]


def _files_in(folder: Path) -> FontFiles:
    serif = [folder / f"ReportSerif-{style}.ttf" for style in ("Regular", "Italic", "Bold", "BoldItalic")]
    return FontFiles(
        regular=folder / "ReportSansSC-Regular.ttf",
        bold=folder / "ReportSansSC-Bold.ttf",
        licence=folder / "OFL.txt",
        serif=tuple(serif) if all(path.is_file() for path in serif) else (),
    )

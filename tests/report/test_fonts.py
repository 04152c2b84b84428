"""Claims about the fonts: they hold what was asked, under our name, the same bytes every time, whoever cuts
them first."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont

from consumer_credit.errors import RenderError
from consumer_credit.report.fonts import masters as font_masters
from consumer_credit.report.fonts import sets as fonts
from consumer_credit.report.fonts.cutting import SANS
from consumer_credit.report.fonts.sets import FontFiles, characters_of, coverage, embedded_css, report_fonts


def test_characters_are_read_from_text_and_from_escaped_json(tmp_path: Path) -> None:
    notebook = tmp_path / "a.ipynb"
    notebook.write_text(json.dumps({"source": "住户"}), encoding="utf-8")
    assert "\\u4f4f" in notebook.read_text(encoding="utf-8")
    assert characters_of(["贷款\n", notebook]) >= set("贷款住户")
    assert "\n" not in characters_of(["贷款\n"])


def test_cut_fonts_hold_the_asked_characters_and_those_that_formats_produce(
    report_font_files: FontFiles,
) -> None:
    assert coverage(report_font_files.regular) >= set("贷款消费信贷ABCéß−×≈≤≥→‰，。（）０９①")
    assert coverage(report_font_files.bold) >= set("贷款−→")
    assert "龘" not in coverage(report_font_files.regular)


def test_cut_fonts_carry_our_name_two_weights_and_the_licence(report_font_files: FontFiles) -> None:
    for path, weight, style in (
        (report_font_files.regular, 400, "Regular"),
        (report_font_files.bold, 700, "Bold"),
    ):
        font = TTFont(path)
        assert font["name"].getDebugName(1) == SANS
        assert font["name"].getDebugName(2) == style
        assert font["OS/2"].usWeightClass == weight
        assert "fvar" not in font
        assert "Source" not in str(font["name"].getDebugName(4)) and "Noto" not in str(
            font["name"].getDebugName(4)
        )
    assert "SIL OPEN FONT LICENSE" in report_font_files.licence.read_text(encoding="utf-8").upper()


def test_the_serif_has_italics_for_english_emphasis(report_font_files: FontFiles) -> None:
    styles = [TTFont(path)["name"].getDebugName(2) for path in report_font_files.serif]
    assert styles == ["Regular", "Italic", "Bold", "Bold Italic"]
    assert "贷" not in coverage(report_font_files.serif[0])


@pytest.fixture(scope="module")
def narrow_font_files(report_font_files: FontFiles, tmp_path_factory: pytest.TempPathFactory) -> FontFiles:
    """A cut with two Chinese characters only, made of the larger one, which is quicker to cut than the master."""
    larger = [report_font_files.regular, report_font_files.bold]
    return report_fonts(set("贷款"), tmp_path_factory.mktemp("narrow"), masters=larger)


@pytest.mark.thorough
def test_same_characters_same_bytes_and_the_second_time_nothing_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, again = report_fonts(set("贷款"), tmp_path / "first"), report_fonts(set("款贷"), tmp_path)
    assert [path.read_bytes() for path in again.files] == [path.read_bytes() for path in first.files]
    assert again.folder.name == first.folder.name
    monkeypatch.setattr(fonts, "cut_all", lambda *_: pytest.fail("cut again"))
    assert report_fonts(set("贷款"), tmp_path) == again


def test_two_at_once_end_with_one_complete_set_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting = threading.Barrier(2, timeout=60)

    def both_have_written(*arguments: object) -> None:
        folder = arguments[-1]
        assert isinstance(folder, Path)
        (folder / "ReportSansSC-Regular.ttf").write_bytes(b"cut")
        meeting.wait()

    monkeypatch.setattr(fonts, "cut_all", both_have_written)
    results: list[FontFiles] = []
    workers = [
        threading.Thread(target=lambda: results.append(report_fonts(set("信"), tmp_path))) for _ in range(2)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(results) == 2 and results[0] == results[1]
    assert results[0].regular.read_bytes() == b"cut"
    assert list(tmp_path.iterdir()) == [results[0].folder]


def test_without_a_chinese_font_the_message_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(font_masters, "package_folder", lambda _: None)
    monkeypatch.setattr(font_masters, "find_system_sans", list)
    with pytest.raises(RenderError, match="no Chinese font was found — install"):
        report_fonts(set("贷"), tmp_path)


@pytest.mark.thorough
def test_a_font_of_the_system_serves_when_the_package_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed = font_masters.find_sans()[0].path
    copy = tmp_path / "system" / "NotoSansSC[wght].ttf"
    copy.parent.mkdir()
    copy.write_bytes(installed.read_bytes())
    monkeypatch.setattr(font_masters, "package_folder", lambda _: None)
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [str(copy), "/fonts/Other.ttf"])
    found = report_fonts(set("贷"), tmp_path / "cache")
    assert "贷" in coverage(found.bold) and found.serif == ()


@pytest.mark.parametrize(
    ("installed", "taken"),
    [
        (
            ["NotoSansSC-Bold.otf", "NotoSansSC-Regular.otf"],
            ["NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf"],
        ),
        (["SourceHanSansCN-Regular.otf", "SourceHanSansCN-Light.otf"], []),
        (["NotoSansSC-Regular.otf", "NotoSansSC-Bold.otf", "NotoSansSC-VF.otf"], ["NotoSansSC-VF.otf"]),
        (["Other-Regular.otf", "Other-Bold.otf"], []),
    ],
)
def test_of_the_systems_fonts_a_variable_one_or_a_regular_and_a_bold_are_taken(
    monkeypatch: pytest.MonkeyPatch, installed: list[str], taken: list[str]
) -> None:
    monkeypatch.setattr(
        "matplotlib.font_manager.findSystemFonts", lambda: [f"/f/{name}" for name in installed]
    )
    assert [(master.path.name, master.number) for master in font_masters.find_system_sans()] == [
        (name, -1) for name in taken
    ]


def test_of_a_collection_the_simplified_chinese_face_is_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    collection = TTCollection()
    for family in ("Noto Sans Mono CJK SC", "Noto Sans CJK JP", "Noto Sans CJK SC"):
        font = FontBuilder(1000)
        font.setupGlyphOrder([".notdef"])
        font.setupCharacterMap({})
        font.setupGlyf({".notdef": TTGlyphPen(None).glyph()})
        font.setupHorizontalMetrics({".notdef": (500, 0)})
        font.setupHorizontalHeader()
        font.setupNameTable({"familyName": family, "styleName": "Regular"})
        font.setupPost()
        collection.fonts.append(font.font)
    path = tmp_path / "NotoSansCJK-VF.ttc"
    collection.save(path)
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda: [str(path)])
    assert font_masters.find_system_sans() == [font_masters.Master(path, 2)]


def test_without_its_package_or_a_file_of_it_there_is_no_serif(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (None, tmp_path):
        monkeypatch.setattr(font_masters, "package_folder", lambda _, folder=folder: folder)
        assert font_masters.find_serif() == []


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", encoding="utf-8")
    with pytest.raises(RenderError, match="cannot write the font cache"):
        report_fonts(set("贷"), blocked / "fonts")


def test_the_page_embeds_only_its_own_characters(report_font_files: FontFiles) -> None:
    few, many = (embedded_css(report_font_files, set(text)) for text in ("贷", "贷款消费信贷市场究竟有多大"))
    assert few.count("@font-face") == 6 and 'font-family:"Report Sans SC"' in few
    assert len(few) < len(many)
    assert embedded_css(report_font_files, set("贷"), serif=False).count("@font-face") == 2
    assert "http" not in many.replace("data:font/woff2", "")


def test_a_page_made_again_takes_its_faces_from_the_cache(
    report_font_files: FontFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = embedded_css(report_font_files, set("消费信贷"))
    monkeypatch.setattr(fonts, "woff2", lambda *_: pytest.fail("packed again"))
    assert embedded_css(report_font_files, set("贷信费消")) == first


def test_packed_faces_do_not_pile_up(report_font_files: FontFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PAGE_FONTS_KEPT", 3)
    for text in ("一", "二", "三"):
        embedded_css(report_font_files, set(text), serif=False)
    assert len(list(report_font_files.folder.parent.glob("page-*.woff2"))) == 3


def test_stand_in_fonts_never_include_last_resort(tmp_path: Path) -> None:
    names = [path.name for path in fonts.dejavu_folder(tmp_path).iterdir()]
    assert names and all(name.startswith("DejaVu") for name in names)


def test_stand_in_fonts_are_found_without_importing_matplotlib(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from consumer_credit.report.fonts.sets import dejavu_folder;"
        "print(len(list(dejavu_folder(Path(sys.argv[1])).iterdir())), 'matplotlib' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert said.stdout.split() == [str(len(fonts.dejavu_files())), "False"]


@pytest.mark.thorough
def test_an_earlier_cut_of_the_family_does_not_hide_characters_of_a_later_one(
    narrow_font_files: FontFiles, report_font_files: FontFiles
) -> None:
    """matplotlib finds fonts by family: of two cuts in one process the one asked for must serve."""
    from matplotlib.figure import Figure

    from consumer_credit.charts.style import house_style

    assert "信" not in coverage(narrow_font_files.regular)
    for cut, text in ((narrow_font_files, "贷"), (report_font_files, "信贷")):
        with house_style("zh", [cut.regular, cut.bold]):
            figure = Figure()
            figure.text(0.5, 0.5, text)
            figure.draw_without_rendering()

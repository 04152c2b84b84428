"""Claims about `new-chapter`: what it lays out passes every check, and builds."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from consumer_credit.cli import main
from consumer_credit.report.authoring.notebooks import read_notebook, tags
from consumer_credit.report.authoring.sources import Numbering, check_pairs

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The real report's chapters and figures, in a folder of the test."""
    for name in ("notebooks", "editions", "data"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".*"))
    if (ROOT / ".cache" / "fonts").is_dir():
        shutil.copytree(ROOT / ".cache" / "fonts", tmp_path / ".cache" / "fonts")
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(tmp_path))
    return tmp_path


def test_it_stands_after_the_last_chapter_and_passes_every_check(project, capsys):
    others = sorted((project / "notebooks").glob("[0-9]*.ipynb"))
    assert main(["new-chapter", "Room for-growth", "--title-zh", "增长空间何在"]) == 0
    path = project / "notebooks" / "10_room_for_growth.ipynb"
    assert capsys.readouterr().out.strip().endswith("notebooks/10_room_for_growth.ipynb")
    notebook = read_notebook(path)  # one parameters cell, of literals, with the defaults
    check_pairs(path.name, notebook.cells)
    chapters = [(other.name, read_notebook(other).cells) for other in [*others, path]]
    assert "fig-room-for-growth" in Numbering.of(chapters).numbers
    ids = [cell["id"] for _, cells in chapters for cell in cells]
    assert len(ids) == len(set(ids))
    text = path.read_text(encoding="utf-8")
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert "# Room for growth" in text and "# 增长空间何在" in text and "@" not in text
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", re.sub(r"\{\{.*?\}\}|`[^`]*`", "", cell.source)), cell.source
            assert ("zh" in tags(cell)) == bool(re.search(r"[\u4e00-\u9fff]", cell.source))
        else:
            compile(cell.source, path.name, "exec")
            assert not cell.outputs and cell.execution_count is None


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("china", "there is a chapter 'china' already"),
        ("中国", "cannot be a chapter's id"),
        ("../evil", "cannot be a chapter's id"),
        ("1st", "cannot be a chapter's id"),
        (" ", "cannot be a chapter's id"),
    ],
)
def test_a_name_that_will_not_do_is_refused_and_nothing_written(project, name, problem, capsys):
    before = sorted(project.rglob("*.ipynb"))
    assert main(["new-chapter", name]) == 2
    assert problem in capsys.readouterr().err
    assert sorted(project.rglob("*.ipynb")) == before


@pytest.mark.thorough
@pytest.mark.timeout(900)
def test_it_builds_as_it_stands_in_both_languages(project, capsys):
    assert main(["new-chapter", "room_for_growth"]) == 0
    assert main(["--chapter", "room_for_growth", "--format", "html", "--quiet"]) == 0, capsys.readouterr().err
    draft = project / "dist" / "latest~draft"
    english, chinese = ((draft / name / "index.html").read_text(encoding="utf-8") for name in ("en", "zh"))
    assert "All consumer loans came to" in english and "住户消费贷款相当于" in chinese
    assert 'id="fig-room-for-growth"' in english and 'id="fig-room-for-growth"' in chinese

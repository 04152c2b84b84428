"""Claims about which saves concern the page."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from consumer_credit.preview.changes import PACKAGE, TEMPLATES, changes, kind_of
from consumer_credit.project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    for folder in ("notebooks", "editions", "data/observations"):
        (tmp_path / folder).mkdir(parents=True)
    return Project(tmp_path)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("notebooks/01_china.ipynb", "notebook"),
        ("editions/latest.yaml", "edition"),
        ("data/claims.yaml", "data"),
        ("data/observations/pbc.csv", "data"),
        (PACKAGE / "measures" / "ratios.py", "library"),
        (PACKAGE / "locales" / "zh" / "LC_MESSAGES" / "consumer_credit.po", "library"),
        (TEMPLATES / "html" / "page.css", "template"),
        (TEMPLATES / "prose.lua", "template"),
        ("notebooks/.ipynb_checkpoints/01_china-checkpoint.ipynb", None),
        ("notebooks/.~01_china.ipynb", None),
        ("editions/.latest.yaml.swp", None),
        ("editions/latest.yaml~", None),
        ("editions/4913", None),
        ("data/observations/.#pbc.csv", None),
        (PACKAGE / "__pycache__" / "cli.cpython-311.pyc", None),
        ("dist/latest/en/index.html", None),
        ("README.md", None),
    ],
)
def test_a_file_is_known_by_its_place(project, path, kind):
    assert kind_of(project.root / path, project) == kind


def test_a_save_is_heard_of_once_however_the_editor_writes(project):
    edition = project.editions / "latest.yaml"
    edition.write_text("title: a\n")

    async def run() -> list[dict]:
        stop, heard = asyncio.Event(), []

        async def listen() -> None:
            async for files in changes(project, stop):
                heard.append({path.name: kind for path, kind in files.items()})

        listening = asyncio.create_task(listen())
        await asyncio.sleep(1)
        edition.write_text("title: b\n")  # in place
        await asyncio.sleep(1)
        new = project.editions / "latest.yaml.tmp"  # by rename, as careful editors do
        new.write_text("title: c\n")
        new.replace(edition)
        await asyncio.sleep(1)
        (project.editions / ".latest.yaml.swp").write_text("not ours")
        await asyncio.sleep(0.5)
        stop.set()
        await asyncio.wait_for(listening, 5)
        return heard

    assert asyncio.run(run()) == [{"latest.yaml": "edition"}] * 2

"""Claims about the page in front of the editions: what is published and nothing else, in both languages, whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from consumer_credit.project import Project
from consumer_credit.report.publishing.editions_index import write_index
from consumer_credit.report.publishing.manifest import GENERATOR

YAML = "title: {{en: '{en}', zh: '{zh}'}}\ndescription: {{en: 'About it.', zh: '说明。'}}\nparameters: {{}}\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "editions").mkdir()
    for name, en, zh in (("latest", "Latest", "最新"), ("as-of-x", "As <of> X", "甲")):
        (tmp_path / "editions" / f"{name}.yaml").write_text(YAML.format(en=en, zh=zh), encoding="utf-8")
    return Project(tmp_path)


def publish(project: Project, name: str, *, draft: bool = False, pdf: bool = True, edition: str = "") -> None:
    for language in ("en", "zh"):
        folder = project.dist / name / language
        folder.mkdir(parents=True)
        manifest = {"generator": GENERATOR, "edition": edition or name, "draft": draft}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (folder / "index.html").write_text("<!DOCTYPE html>", encoding="utf-8")
        if pdf:
            (folder / "report.pdf").write_bytes(b"%PDF")


def read(project: Project) -> BeautifulSoup:
    return BeautifulSoup((project.dist / "index.html").read_text(encoding="utf-8"), "html.parser")


def test_it_leads_to_every_edition_in_every_language_the_newest_data_first(project: Project) -> None:
    publish(project, "as-of-x", pdf=False)
    publish(project, "latest")
    write_index(project)
    page = read(project)
    assert [heading.get_text(" ", strip=True) for heading in page.find_all("h2")] == [
        "Latest 最新",
        "As <of> X 甲",
    ]
    links = [link["href"] for link in page.find_all("a")]
    assert links == [
        *("latest/en/index.html", "latest/en/report.pdf", "latest/zh/index.html", "latest/zh/report.pdf"),
        *("as-of-x/en/index.html", "as-of-x/zh/index.html"),
    ]
    assert all((project.dist / link).is_file() for link in links)
    assert {item["lang"] for item in page.select("li[lang]")} == {"zh-Hans"}


def test_drafts_and_strangers_are_left_out(project: Project) -> None:
    publish(project, "latest")
    publish(project, "latest~draft", draft=True, edition="latest")
    publish(project, "copy-of-latest", edition="latest")
    (project.dist / "notes").mkdir()
    write_index(project)
    assert [section.h2["id"] for section in read(project).find_all("section")] == ["latest"]


def test_nothing_published_makes_no_page(project: Project) -> None:
    publish(project, "latest~draft", draft=True, edition="latest")
    assert write_index(project) is None and not (project.dist / "index.html").exists()


def test_it_is_the_same_page_for_the_same_editions_and_leaves_nothing_beside_it(project: Project) -> None:
    publish(project, "latest")
    write_index(project)
    before = (project.dist / "index.html").stat()
    write_index(project)
    assert (project.dist / "index.html").stat() == before
    assert sorted(path.name for path in project.dist.iterdir()) == ["index.html", "latest"]


def test_an_edition_whose_file_is_gone_goes_by_its_name(project: Project) -> None:
    publish(project, "latest")
    (project.editions / "latest.yaml").unlink()
    write_index(project)
    assert read(project).h2.get_text(" ", strip=True) == "latest latest"


def test_it_asks_nothing_of_the_network_and_allows_no_script(project: Project) -> None:
    publish(project, "latest")
    write_index(project)
    page = read(project)
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})["content"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert page.find_all(["script", "link", "img"]) == [] and page.find_all(style=True) == []


def test_what_could_not_be_written_whole_is_not_left_half(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(project, "latest")

    def full(half: Path, page: str, **_how: str) -> None:
        half.touch()
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="No space left"):
        patch.setattr(Path, "write_text", full)
        write_index(project)
    assert [path.name for path in project.dist.iterdir()] == ["latest"]


def test_what_a_killed_build_had_begun_to_write_is_removed_and_that_of_a_living_one_is_not(
    project: Project,
) -> None:
    publish(project, "latest")
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for owner in (ended.pid, os.getppid()):
        (project.dist / f".index-{owner}").touch()
    write_index(project)
    assert {path.name for path in project.dist.iterdir()} == {
        "latest",
        "index.html",
        f".index-{os.getppid()}",
    }

"""A publication is the previous one or the new one, whole, whatever kills the build and at whichever step."""

from __future__ import annotations

import errno
import itertools
import json
import shutil
import threading
from pathlib import Path

import pytest

from consumer_credit.errors import RenderError, UsageError
from consumer_credit.report.publishing import publication
from consumer_credit.report.publishing.manifest import GENERATOR
from consumer_credit.report.publishing.publication import mirror_figures, repair, staged


def write(folder: Path, word: str) -> None:
    """A publication in both languages in which everything says `word`."""
    for language in ("en", "zh"):
        for name in ("index.html", "figures/fig-a.svg", "data/fig-a.csv", "data/tbl-b.csv"):
            path = folder / language / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(word)
        (folder / language / "manifest.json").write_text(json.dumps({"generator": GENERATOR, "word": word}))


def words(folder: Path) -> set[str]:
    """What the files below a folder say."""
    return {path.read_text() for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"}


def hidden(folder: Path) -> list[str]:
    """The names in a folder that readers do not see."""
    return [path.name for path in folder.iterdir() if path.name.startswith(".")]


def publish(dist: Path, figures: Path, word: str) -> None:
    """A build that publishes `word` as edition latest."""
    with staged(dist / "latest", on_wait=print, figures=figures) as staging:
        write(staging.folder, word)
        staging.publish(figures)


class Killed(BaseException):
    """The process is no more."""


class Reaper:
    """Kills the process before its n-th change to the disk: nothing changes from then on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, step: int) -> None:
        self.left = step
        changes = [
            (Path, "rename"),
            (Path, "replace"),
            (Path, "unlink"),
            (Path, "touch"),
            (publication, "_exchange"),
        ]
        for owner, name in changes:
            monkeypatch.setattr(owner, name, self.mortal(getattr(owner, name)))
        monkeypatch.setattr(publication.shutil, "rmtree", self.mortal(shutil.rmtree, self.half_removed))

    def mortal(self, change, halfway=lambda *_: None):
        """The change, unless death comes before it."""

        def wrapped(*arguments, **options):
            self.left -= 1
            if self.left == 0:
                halfway(*arguments)
            if self.left <= 0:
                raise Killed
            return change(*arguments, **options)

        return wrapped

    @staticmethod
    def half_removed(folder: Path, *_: object) -> None:
        """A removal killed in the middle has removed something."""
        for path in sorted(folder.rglob("index.html"))[:1]:
            Path(path).open("w").close()


@pytest.mark.parametrize("exchange", [True, False], ids=["one exchange", "set aside and swapped"])
def test_a_build_killed_at_any_step_leaves_the_old_publication_or_the_new_one(
    tmp_path, monkeypatch, exchange
):
    outcomes = []
    for step in itertools.count(1):
        root = tmp_path / str(step)
        dist, figures = root / "dist", root / "figures"
        dist.mkdir(parents=True)
        with monkeypatch.context() as patch:
            if not exchange:
                patch.setattr(publication, "_exchange", lambda one, other: False)
            publish(dist, figures, "old")
            Reaper(patch, step)
            try:
                publish(dist, figures, "new")
                survived = True
            except Killed:
                survived = False
        repair(dist, figures)
        assert words(dist / "latest") in ({"old"}, {"new"}), f"a mixture after step {step}"
        assert words(figures) == words(dist / "latest"), f"figures do not follow after step {step}"
        assert not hidden(dist), f"left behind after step {step}"
        outcomes.append(words(dist / "latest").pop())
        if survived:
            break
    assert outcomes[0] == "old"
    assert outcomes[-1] == "new"
    assert len(outcomes) > 4


def test_the_first_publication_needs_no_folder(tmp_path):
    publish(tmp_path / "dist", tmp_path / "figures", "first")
    assert words(tmp_path / "dist" / "latest") == {"first"}
    assert sorted(path.name for path in (tmp_path / "figures" / "zh").iterdir()) == ["fig-a.csv", "fig-a.svg"]


def test_an_error_loses_the_staging_and_nothing_else(tmp_path):
    publish(tmp_path, tmp_path / "figures", "old")
    with pytest.raises(ZeroDivisionError), staged(tmp_path / "latest", on_wait=print) as staging:
        write(staging.folder, "new")
        raise ZeroDivisionError
    assert words(tmp_path / "latest") == {"old"}
    assert not hidden(tmp_path)


def test_a_full_disk_is_a_message_that_names_folder_and_remedy(tmp_path):
    with pytest.raises(RenderError, match=r"latest: cannot be written: No space left.*free some space"):  # noqa: SIM117
        with staged(tmp_path / "latest", on_wait=print):
            raise OSError(errno.ENOSPC, "No space left on device")


def test_a_folder_of_somebody_elses_is_never_replaced(tmp_path):
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter1.tex").write_text("years of work")
    with pytest.raises(UsageError, match="would be lost"), staged(tmp_path / "thesis", on_wait=print):
        pass
    assert words(tmp_path / "thesis") == {"years of work"}
    (tmp_path / "empty").mkdir()
    with staged(tmp_path / "empty", on_wait=print) as staging:
        write(staging.folder, "new")
        staging.publish()
    assert words(tmp_path / "empty") == {"new"}


def add_git(folder):
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/pages")


def add_notes(folder):
    (folder / "en" / "notebooks" / "my notes.txt").write_text("mine")


def add_data(folder):
    (folder / "data" / "mine.csv").write_text("mine")


@pytest.mark.parametrize(
    ("add", "named"),
    [(add_git, ".git"), (add_notes, "en/notebooks/my notes.txt"), (add_data, "data/mine.csv")],
)
def test_what_somebody_put_into_a_publication_is_not_lost_with_it(tmp_path, add, named):
    def publish_all(word):
        with staged(tmp_path / "latest", on_wait=print) as staging:
            for name in ("en/index.html", "en/notebooks/01.ipynb", "data/series.csv", "data/codebook.md"):
                (staging.folder / name).parent.mkdir(parents=True, exist_ok=True)
                (staging.folder / name).write_text(word)
            outputs = dict.fromkeys(["index.html", "notebooks/01.ipynb"], "0" * 64)
            manifest = {"generator": GENERATOR, "outputs": outputs}
            (staging.folder / "en" / "manifest.json").write_text(json.dumps(manifest))
            package = {"resources": [{"name": "series", "path": "series.csv"}]}
            (staging.folder / "data" / "datapackage.json").write_text(json.dumps(package))
            staging.publish()

    publish_all("old")
    (tmp_path / "latest" / "en" / ".DS_Store").write_text("litter")
    (tmp_path / "latest" / "en" / ".ipynb_checkpoints").mkdir()
    (tmp_path / "latest" / "en" / ".ipynb_checkpoints" / "01.ipynb").write_text("litter")
    publish_all("new")
    assert words(tmp_path / "latest" / "en") == {"new"}
    add(tmp_path / "latest")
    with pytest.raises(
        UsageError, match=rf"latest: holds '{named}', which no build put there.*move it elsewhere"
    ):
        publish_all("newer")
    assert (tmp_path / "latest" / named).exists()
    assert (tmp_path / "latest" / "en" / "index.html").read_text() == "new"


def test_a_second_build_of_a_folder_waits_for_the_first(tmp_path):
    said, began, end = [], threading.Event(), threading.Event()

    def first():
        with staged(tmp_path / "latest", on_wait=said.append) as staging:
            write(staging.folder, "first")
            began.set()
            end.wait(10)
            staging.publish()

    other = threading.Thread(target=first)
    other.start()
    began.wait(10)
    repair(tmp_path)
    assert [name for name in hidden(tmp_path) if name.startswith(".staging")], (
        "a living build was cleared away"
    )

    def release(text):
        said.append(text)
        end.set()

    with staged(tmp_path / "latest", on_wait=release) as staging:
        assert words(tmp_path / "latest") == {"first"}
        write(staging.folder, "second")
        staging.publish()
    other.join()
    assert said == ["waiting for another build of latest to end"]
    assert words(tmp_path / "latest") == {"second"}


def test_committed_figures_are_touched_only_where_they_changed(tmp_path):
    write(tmp_path / "p", "same")
    mirror_figures(tmp_path / "p", tmp_path / "figures")
    kept, stale, mine = (
        tmp_path / "figures" / "en" / name for name in ("fig-a.svg", "fig-gone.svg", "README.md")
    )
    stale.write_text("a figure of last year")
    mine.write_text("not a figure")
    (tmp_path / "p" / "en" / "data" / "fig-a.csv").write_text("revised")
    before = kept.stat().st_mtime_ns
    mirror_figures(tmp_path / "p", tmp_path / "figures")
    assert kept.stat().st_mtime_ns == before
    assert (tmp_path / "figures" / "en" / "fig-a.csv").read_text() == "revised"
    assert mine.exists()
    assert not stale.exists()


@pytest.mark.parametrize("manifest", ["{", "[]", "null", '{"generator": "another"}'])
def test_a_folder_whose_manifest_is_not_ours_is_not_replaced(tmp_path, manifest):
    publish(tmp_path, tmp_path / "figures", "old")
    (tmp_path / "latest" / "zh" / "manifest.json").write_text(manifest)
    with pytest.raises(UsageError, match="would be lost"):
        publish(tmp_path, tmp_path / "figures", "new")
    assert words(tmp_path / "latest") == {"old"}


@pytest.mark.parametrize("package", ["{", "{}", '{"resources": [1]}', '{"resources": [{}]}'])
def test_a_data_bundle_that_does_not_say_what_it_holds_is_replaced_with_the_rest(tmp_path, package):
    publish(tmp_path, tmp_path / "figures", "old")
    (tmp_path / "latest" / "data").mkdir()
    (tmp_path / "latest" / "data" / "datapackage.json").write_text(package)
    publish(tmp_path, tmp_path / "figures", "new")
    assert words(tmp_path / "latest") == {"new"}


def test_a_build_that_never_ends_is_named_to_the_one_that_waits(tmp_path, monkeypatch):
    monkeypatch.setattr(publication, "WAIT_FOR_OTHER_BUILD", 0.05)
    said = []
    with staged(tmp_path / "latest", on_wait=print):  # noqa: SIM117
        with pytest.raises(UsageError, match=r"another build of this folder does not end — end it"):
            with staged(tmp_path / "latest", on_wait=said.append):
                pass
    assert said == ["waiting for another build of latest to end"]


@pytest.mark.parametrize(
    ("code", "remedy"),
    [(errno.EROFS, "can be written"), (errno.EACCES, "may write"), (errno.EIO, "another folder")],
)
def test_a_system_that_refuses_to_write_is_quoted_with_what_to_do(tmp_path, code, remedy):
    with pytest.raises(RenderError, match=rf"latest: cannot be written: .*{remedy}"):  # noqa: SIM117
        with staged(tmp_path / "latest", on_wait=print):
            raise OSError(code, "no", str(tmp_path / "latest" / "en" / "index.html"))


def test_an_error_about_another_place_is_not_taken_for_one_of_the_target(tmp_path):
    for error in (OSError(errno.EIO, "no", "/elsewhere"), OSError(errno.EIO, "no")):
        with pytest.raises(OSError, match="no"), staged(tmp_path / "latest", on_wait=print):
            raise error

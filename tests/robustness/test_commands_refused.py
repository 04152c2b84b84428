"""Whatever is typed on the command line or stands in a publication: an answer or a message, never a traceback."""

from __future__ import annotations

import contextlib
import io
import itertools
import json

import pytest
from fuzzing import TRICKY, VALUES, contents, damaged_text, damaged_tree, fuzz, must_help
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.cli import main
from consumer_credit.report.build import prepare
from consumer_credit.report.publishing.ownership import is_publication

pytestmark = pytest.mark.thorough

WORDS = TRICKY | st.text(max_size=8).filter(lambda text: "\0" not in text)
OPTIONS = st.sampled_from(
    [
        *(
            "--set",
            "--edition",
            "--chapter",
            "--language",
            "--format",
            "--output",
            "--cell-timeout",
            "--json",
        ),
        *(
            "--quiet",
            "--over",
            "--grid",
            "--as-of",
            "--vintage",
            "--series",
            "--dry-run",
            "--from",
            "--to",
            "-x",
        ),
        *(
            "base_year=2019",
            "base_yaer=2019",
            "latest",
            "en",
            "zh",
            "html",
            "pdf,docx",
            "alpha",
            "0",
            "2017-04",
        ),
    ]
)
BUILDING = (
    *(
        ("--set", "base_year=2019"),
        ("--set", "comparator=GBR"),
        ("--edition", "latest"),
        ("--chapter", "alpha"),
    ),
    *(("--format", "html"), ("--cell-timeout", "5"), ("--workers", "1"), ("--quiet",), ("--language", "zh")),
)
SOUND = {
    (): (*BUILDING, ("--json",), ("--no-cache",), ("--output", "elsewhere")),
    ("params",): (("--language", "zh"), ("--json",)),
    ("values",): (("--edition", "latest"), ("--chapter", "alpha"), ("--fresh",), ("--json",)),
    ("claims",): (("--language", "zh"), ("--json",)),
    ("compare",): (("dist/latest", "dist/latest"), ("--json",)),
    ("sweep", "--dry-run"): (
        *BUILDING,
        ("--over", "base_year=2016,2019"),
        ("--over", "as_of=latest,2017-04-25"),
    ),
    ("data",): (),
    ("data", "check"): (("--json",),),
    ("data", "diff"): (("--from", "2016-11"), ("--to", "2017-04")),
    ("data", "import", "--dry-run"): (("some.csv",),),
    ("data", "export"): (),
    ("data", "vintages"): (),
    ("nonsense",): (),
}
"""Commands, each with what may follow it."""


@pytest.fixture
def no_kernel(miniature, monkeypatch):
    """The command line at the miniature report; no command starts a kernel."""
    (miniature.root / "data" / "claims.yaml").write_text("sources: []\nclaims: []\n", encoding="utf-8")

    def only_prepare(project, options, *_arguments, **_named):
        prepare(project, options)
        raise KeyboardInterrupt

    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(miniature.root))
    monkeypatch.setattr("consumer_credit.commands.build.build", only_prepare)
    monkeypatch.setattr("consumer_credit.commands.values._run", lambda *_: [])
    monkeypatch.chdir(miniature.root)
    return miniature


@fuzz
@given(data=st.data(), words=st.just([]) | st.lists(OPTIONS | WORDS, max_size=3))
def test_any_command_line_ends_with_an_answer_or_a_message(door, no_kernel, data, words):
    command = data.draw(st.sampled_from(sorted(SOUND)))
    sound = data.draw(st.lists(st.sampled_from(SOUND[command]), max_size=3)) if SOUND[command] else []
    errors: list[Exception] = []
    before = contents(no_kernel.root / "notebooks")

    def act() -> None:
        code = main([*command, *itertools.chain(*sound), *words])
        assert code in (0, 2, 3, 6, 7, 130), code
        if errors:
            raise errors.pop()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("consumer_credit.cli_exit.print_error", lambda error, as_json: errors.append(error))
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()) as said:
            door("command line").try_(act)
    assert "Traceback" not in said.getvalue()
    assert contents(no_kernel.root / "notebooks") == before


RESULTS = {
    "results": [
        {
            "chapter": "alpha",
            "name": "loans_to_gdp",
            "value": 0.2,
            "unit": "fraction",
            "formula": "",
            "series": ["a"],
            "vintages": {"a": "2017-01"},
            "later_vintage": [],
            "derived": False,
        }
    ]
}
MANIFEST = {
    "generator": "consumer-credit-report",
    "parameters": {"base_year": 2016},
    "inputs": {"data/observations/a.csv": "0" * 64},
    "versions": {"python": "3.11"},
}


@fuzz
@given(data=st.data())
def test_any_publication_is_compared_or_refused(door, tmp_path, monkeypatch, data):
    from consumer_credit.commands.compare import compare_command

    files = {"results.json": RESULTS, "manifest.json": MANIFEST}
    for build in ("a", "b"):
        (tmp_path / build / "en").mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (tmp_path / build / "en" / name).write_text(json.dumps(content), encoding="utf-8")
    name = data.draw(st.sampled_from(sorted(files)))
    tree = damaged_tree(files[name], VALUES).map(
        lambda tree: json.dumps(tree, default=str).encode("utf-8", "replace")
    )
    content = data.draw(tree | damaged_text(json.dumps(files[name])))
    (tmp_path / "b" / "en" / name).write_bytes(content)
    as_json = data.draw(st.booleans())
    with contextlib.redirect_stdout(io.StringIO()):
        door("publications compared").try_(
            lambda: compare_command(first=tmp_path / "a", second=tmp_path / "b", as_json=as_json)
        )
        is_publication(tmp_path / "b")


def test_the_doors_can_tell_a_bad_message_from_a_good_one():
    from consumer_credit.errors import ReportError, UsageError

    must_help(UsageError("is wrong", where="here", remedy="do that"))
    for refusal in (
        UsageError("is wrong", where="here"),
        UsageError("is wrong", remedy="x"),
        ReportError("a bug"),
    ):
        with pytest.raises(AssertionError):
            must_help(refusal)

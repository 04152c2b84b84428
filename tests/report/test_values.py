"""An editor sees every placeholder with its value, and is told where it comes from."""

from __future__ import annotations

import json

import pytest

from consumer_credit import cli
from consumer_credit.report.build import BuildOptions, build


@pytest.fixture
def ask(miniature, monkeypatch, capsys):
    """Run `values --json` with more options; what it says."""
    monkeypatch.setenv("CONSUMER_CREDIT_PROJECT", str(miniature.root))
    monkeypatch.chdir(miniature.root)

    def ask(*options):
        assert cli.main(["values", "--json", *options]) == 0
        return json.loads(capsys.readouterr().out)

    return ask


def test_values_come_from_the_publication_and_say_when_it_is_out_of_date(miniature, ask):
    build(miniature.project, BuildOptions(), steps=miniature.steps())
    said = ask("--chapter", "alpha")
    assert (said["source"], said["outdated"]) == ("dist/latest/en/results.json", False)
    (ratio,) = said["values"]
    assert (ratio["placeholder"], ratio["value"], ratio["unit"]) == ("{{ loans_to_gdp }}", 0.2016, "fraction")
    assert ratio["prints_as"] == "20.2%"
    assert "pct" in ratio["filters"]
    miniature.write("01_alpha.ipynb", *miniature.text, miniature.code("1"))
    assert ask()["outdated"]


def test_without_a_publication_the_chapters_are_run_even_when_their_prose_is_wrong(miniature, ask):
    miniature.write("01_alpha.ipynb", *miniature.text, *miniature.prose("{{ nonsense }}", "{{ nonsense }}"))
    said = ask("--language", "zh")
    assert "nothing being published yet" in said["source"]
    assert {"loans_to_gdp", "base_year"} <= {value["name"] for value in said["values"]}
    assert not list(miniature.project.dist.iterdir())

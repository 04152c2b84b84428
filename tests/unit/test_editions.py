"""Editions are read as written, or refused with file and remedy."""

import datetime as dt
from pathlib import Path

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.report.authoring.editions import load_edition

EDITIONS = Path(__file__).parents[2] / "editions"
HEAD = "title: {en: A, zh: 甲}\ndescription: {en: B, zh: 乙}\n"


def test_the_article_s_day_is_an_edition():
    edition = load_edition(EDITIONS, "as-published-2017")
    assert edition.parameters.as_of == dt.date(2017, 4, 25)
    assert edition.parameters.housing_definition == "purchase"


def test_overrides_replace_single_parameters():
    edition = load_edition(EDITIONS, "latest", {"base_year": 2019})
    assert (edition.parameters.base_year, edition.parameters.housing_definition) == (2019, "housing")


def test_an_unknown_edition_names_the_nearest():
    with pytest.raises(UsageError, match="no edition 'lates' — did you mean 'latest'"):
        load_edition(EDITIONS, "lates")
    with pytest.raises(UsageError, match="no edition"):
        load_edition(EDITIONS, "../data/claims")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEAD + "parameters: {base_yaer: 2016}", "unknown parameter 'base_yaer' — did you mean"),
        (HEAD + "base_year: 2016", "unknown entry 'base_year'"),
        (HEAD + "parameters: [1]", "'parameters' is not a list of names"),
        ("title: {en: A}\ndescription: {en: B, zh: 乙}", "'title' needs a text in both languages"),
        (HEAD + "parameters: {base_year: 2016", "line 3: not valid YAML"),
        ("- 1", "holds no edition"),
        (HEAD + "parameters: {as_of: 2017-13-45}", "allowed: latest or a date"),
        ("!!python/object/apply:os.system ['true']", "not valid YAML"),
    ],
)
def test_a_broken_edition_is_refused_with_its_file(tmp_path, content, message):
    (tmp_path / "mine.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=rf"editions/mine\.yaml.*({message})|({message})"):
        load_edition(tmp_path, "mine")

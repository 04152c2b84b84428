"""What new figures do to the ratios everybody quotes, on the project's own data."""

from __future__ import annotations

from pathlib import Path

import pytest

from consumer_credit.data.store import Store
from consumer_credit.project import Project
from consumer_credit.report.chapters.headlines import HEADLINES, Effect, effects

PROJECT = Project(Path(__file__).parents[2])


@pytest.fixture(scope="module")
def since_the_article() -> dict[tuple[str, str], Effect]:
    found = effects(PROJECT, Store.open(PROJECT.data), "2017-04-25", "latest")
    return {(effect.name, effect.year): effect for effect in found}


def test_revisions_moved_the_ratios_of_2016(since_the_article: dict[tuple[str, str], Effect]) -> None:
    us, cn = since_the_article["us_total", "2016"], since_the_article["cn_total", "2016"]
    assert us.before == pytest.approx(0.203, abs=5e-4)  # 3 762 over 18 566 bn dollars, as known in April 2017
    assert us.after == pytest.approx(0.193, abs=5e-4)
    assert cn.before == pytest.approx(250472 / 744127, abs=1e-4)
    assert us.change is not None and us.change < 0 and cn.change is not None and cn.change < 0


def test_what_was_not_known_then_has_no_ratio_then(since_the_article: dict[tuple[str, str], Effect]) -> None:
    newest = [effect for (_, year), effect in since_the_article.items() if year > "2016"]
    assert newest
    assert all(effect.before is None and effect.change is None for effect in newest)


def test_every_headline_is_told(since_the_article: dict[tuple[str, str], Effect]) -> None:
    assert {name for name, _ in since_the_article} == set(HEADLINES)


def test_a_ratio_that_rests_on_a_later_vintage_is_marked() -> None:
    store = Store.open(PROJECT.data)
    found = {(e.name, e.year): e for e in effects(PROJECT, store, "2016-11", "2026-04")}
    assert found["us_total", "2015"].before_later and not found["us_total", "2015"].after_later

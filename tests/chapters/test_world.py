"""Chapter 6: ranks within one release, ratios at one income, and what the counts without mortgages can say."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.thorough

ONLY = ("world",)
OBSERVATIONS = Path(__file__).parents[2] / "data" / "observations"
GROUPS = {"xm", "advanced", "emerging", "all_reporting", "g20"}


@pytest.fixture
def chapter(report):
    return lambda edition="latest", language="en", **overrides: report(
        edition, language, only=ONLY, **overrides
    )


def bis(release: str, quarter: str) -> pd.Series:
    """Every single economy's household credit (% of GDP) in one release, read straight from the file."""
    rows = pd.read_csv(OBSERVATIONS / "bis.csv", dtype=str)
    rows = rows[rows["series"].str.endswith(".household_credit.pct_gdp")]
    rows = rows[(rows["vintage"] == release) & (rows["period"] == quarter)]
    codes = rows["series"].str.partition(".")[0]
    values = pd.Series(rows["value"].astype(float).to_numpy(), index=codes)
    return values[~values.index.isin(GROUPS)]


def published(publisher: str, series: str, period: str) -> float:
    """The newest published value, read straight from the file."""
    rows = pd.read_csv(OBSERVATIONS / f"{publisher}.csv", dtype=str)
    rows = rows[(rows["series"] == series) & (rows["period"] == period)]
    return float(rows.sort_values("vintage")["value"].iloc[-1])


def drawn(item) -> list[dict[str, str]]:
    """The CSV behind a figure."""
    return list(csv.DictReader(io.StringIO(item["csv"])))


@pytest.mark.parametrize(("when", "quarter"), [("latest", "2025-Q4"), ("base", "2016-Q4")])
def test_ranks_and_medians_recomputed_with_plain_pandas(chapter, when, quarter):
    values, credit = chapter().values, bis("2026-06", quarter)
    assert values[f"world_count_{when}"] == len(credit) == 43
    for name, code in (("cn", "cn"), ("us", "us")):
        assert values[f"world_{name}_ratio_{when}"] == pytest.approx(credit[code] / 100)
        assert values[f"world_{name}_rank_{when}"] == 1 + (credit > credit[code]).sum()
    assert values[f"world_median_{when}"] == pytest.approx(credit.median() / 100)


def test_the_change_since_2016_is_the_second_largest_rise_of_one_release(chapter):
    values = chapter().values
    moves = bis("2026-06", "2025-Q4") - bis("2026-06", "2016-Q4")
    assert values["world_cn_change_pp"] == pytest.approx(58.0 - 43.4)
    assert values["world_cn_change_rank"] == 1 + (moves > moves["cn"]).sum() == 2


@pytest.mark.parametrize(
    ("as_of", "release", "quarter"),
    [
        ("latest", "2026-06", "2025-Q4"),
        ("2022-06-30", "2022-03", "2021-Q3"),
        ("2017-04-25", "2016-03", "2015-Q3"),
    ],
)
def test_every_figure_of_household_credit_is_of_one_release(chapter, as_of, release, quarter):
    built = chapter(as_of=as_of)
    assert built.values["world_release"] == release
    assert built.values["world_quarter"] == quarter
    for item in ("fig-world-ranking", "fig-world-paths", "fig-world-income"):
        assert {row["vintage"] for row in drawn(built.items[item])} == {release}


def test_two_releases_are_never_subtracted_or_drawn_together(chapter):
    # in June 2018 the release of 2016 was the newest held, and end-2016 is held from that of 2019 on only
    built = chapter(as_of="2018-06-30")
    assert built.values["world_cn_ratio_base"] == pytest.approx(bis("2019-09", "2016-Q4")["cn"] / 100)
    assert built.entries["world_cn_ratio_base"]["later_vintage"] == ["cn.household_credit.pct_gdp"]
    assert built.entries["world_cn_change_pp"]["missing_reason"]["code"] == "other_release"
    assert not any(row["before"] for row in drawn(built.items["fig-world-ranking"]))
    assert "releases are not mixed" in built.prose


def test_on_the_article_s_day_end_2016_was_not_out_and_the_chapter_says_so(chapter):
    built = chapter("as-published-2017")
    assert built.entries["world_cn_ratio_base"]["missing_reason"]["code"] == "not_yet_published"
    assert "for Q4 2016 had not been published by 25 April 2017" in built.prose
    assert "tbl-world-releases" not in built.items
    assert "only one vintage of it is known on that day" in built.prose


def test_what_is_held_of_no_release_stops_no_build(chapter):
    built = chapter(as_of="2015-06-30", strict_vintages=True)
    assert built.values["world_cn_ratio_latest"] is None
    assert not [item for item in built.items if item.startswith("fig-world")]


def test_india_moved_by_a_quarter_of_gdp_between_releases(chapter):
    values = chapter().values
    assert values["world_most_revised_economy"] == "IND"
    assert (values["world_most_revised_first"], values["world_most_revised_newest"]) == (0.101, 0.352)
    assert chapter().items["tbl-world-releases"]["rows"][0] == ["India", "10.1", "35.2", "+25.1"]


def test_eight_others_passed_china_s_income_and_none_owed_more(chapter):
    values = chapter().values
    income = published("world_bank", "cn.wdi.gdp_per_head_ppp", "2023")
    assert (values["world_income_year"], values["world_income_cn"]) == ("2023", pytest.approx(income))
    years = {
        economy: next(
            year for year in range(1990, 2024) if published("world_bank", series, str(year)) >= income
        )
        for economy in ("kr", "my")
        for series in (f"{economy}.wdi.gdp_per_head_ppp",)
    }
    assert years == {"kr": 1997, "my": 2007}
    bars = {row["economy"]: row for row in drawn(chapter().items["fig-world-same-income"])}
    assert len(bars) == 1 + values["world_same_count"] == 9
    assert float(bars["KOR"]["ratio"]) == pytest.approx(bis("2026-06", "1997-Q4")["kr"] / 100)
    assert float(bars["MYS"]["ratio"]) == pytest.approx(bis("2026-06", "2007-Q4")["my"] / 100)
    assert values["world_same_above"] == 0
    assert "none owed more at the time" in chapter().prose


def test_a_country_s_own_count_over_its_own_gdp_by_hand(chapter):
    values = chapter().values
    france = published("central_banks", "fr.consumer_credit", "2021-Q4") * 1e9
    assert values["world_credit_fra_latest"] == pytest.approx(
        france / published("world_bank", "fr.wdi.gdp_lcu", "2021")
    )
    india = 40_851.68 - 19_364.28  # billion rupees, 24 March 2023, the end of the fiscal year from April 2022
    assert values["world_credit_ind_latest"] == pytest.approx(
        india * 1e9 / published("world_bank", "in.wdi.gdp_lcu", "2022")
    )
    austria = (6_994 + 10_826) * 1e6
    assert values["world_credit_aut_latest"] == pytest.approx(
        austria / published("world_bank", "at.wdi.gdp_lcu", "2025")
    )


def test_rank_and_median_without_mortgages_leave_canada_s_two_counts_out(chapter):
    values = chapter().values
    compared = ("chn", "usa", "gbr", "fra", "bra", "aut", "ind")
    newest = pd.Series({name: values[f"world_credit_{name}_latest"] for name in compared})
    assert values["world_credit_count_latest"] == 7
    assert values["world_credit_median_latest"] == pytest.approx(newest.median())
    assert values["world_credit_rank_cn_latest"] == 1 + (newest > newest["chn"]).sum()
    assert values["world_credit_can_with_home_equity_latest"] > 0.2 > values["world_credit_can_latest"]


def test_the_definitions_are_graded_and_said_to_differ_on_the_chart(chapter):
    for language, words in (("en", "definitions differ from economy to economy"), ("zh", "各经济体口径不一")):
        built = chapter(language=language)
        assert words in built.assembled.figures["fig-world-credit"].svg
    grades = {row["key"]: row["grade"] for row in drawn(chapter().items["fig-world-credit"])}
    assert (grades["GBR"], grades["FRA"], grades["AUT"]) == ("A", "B", "C")


def test_nobody_has_reached_a_fifth_on_today_s_figures_but_america_had_on_those_of_the_day(chapter):
    today, then = chapter(), chapter("as-published-2017")
    assert (today.values["world_reached_count"], today.values["world_yardstick_state"]) == (0, "beyond_all")
    assert "none has stood at 20% of GDP" in today.prose
    assert (then.values["world_reached_count"], then.values["world_yardstick_state"]) == (1, "one")
    assert then.values["world_top_economy"] == "USA"
    assert then.values["world_us_fits"] == "within"


def test_a_lower_yardstick_has_been_known_by_several(chapter):
    lower = chapter(target_ratio=0.10)
    assert lower.values["world_yardstick_state"] == "several"
    assert "within what several economies have known" in lower.prose
    assert "one economy came near" not in lower.prose
    assert "No economy compared" not in lower.items["fig-world-credit"]["title"]


@pytest.mark.parametrize(
    ("comparator", "code", "colour"), [("GBR", "gb", "#5e3a05"), ("AUT", "at", "#1c2127")]
)
def test_the_comparator_stands_out_in_ranking_paths_and_prose(chapter, comparator, code, colour):
    built = chapter(comparator=comparator)
    credit = bis("2026-06", "2025-Q4")
    assert built.values["world_comparator_ratio_latest"] == pytest.approx(credit[code] / 100)
    assert built.values["world_comparator_rank_latest"] == 1 + (credit > credit[code]).sum()
    assert comparator in {row["economy"] for row in drawn(built.items["fig-world-paths"])}
    assert colour in _point(built.assembled.figures["fig-world-ranking"].svg, comparator)
    assert colour not in _point(chapter().assembled.figures["fig-world-ranking"].svg, comparator)


def _point(svg: str, economy: str) -> str:
    """How an economy's dot is drawn."""
    return svg[svg.index(f'id="point-{economy}"') :].partition("</g>")[0]


def test_with_other_data_the_words_turn_round(report_with_other_data):
    def china_owes_little_and_britain_much(data):
        for name, change in (
            ("bis.csv", {"cn.household_credit.pct_gdp": 0.05}),
            ("bank_of_england.csv", {"gb.consumer_credit": 3.0}),
        ):
            file, lines = data / "observations" / name, []
            for line in file.read_text(encoding="utf-8").splitlines():
                series, period, value, *rest = line.split(",")
                if series in change:
                    value = str(round(float(value) * change[series], 3))
                lines.append(",".join((series, period, value, *rest)))
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    built = report_with_other_data(china_owes_little_and_britain_much, only=ONLY)
    assert built.values["world_cn_rank_latest"] == 43
    assert "below the median" in built.prose
    assert "For their income China's households owe little" in built.prose
    assert (built.values["world_top_economy"], built.values["world_reached_count"]) == ("GBR", 1)
    assert "none has stood" not in built.prose
    assert "at 20% of GDP or above: 1;" in built.items["fig-world-credit"]["title"]


def test_both_languages_carry_identical_results(chapter):
    for edition in ("latest", "as-published-2017"):
        assert chapter(edition, "en").assembled.results == chapter(edition, "zh").assembled.results

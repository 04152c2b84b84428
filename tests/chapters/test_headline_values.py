"""The headline values, worked out by hand from the published levels and recomputed with plain pandas."""

from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.thorough

OBSERVATIONS = Path(__file__).parents[2] / "data" / "observations"


def published(publisher: str, series: str, period: str, *, until: str = "9999") -> float:
    """The newest published value by `until`, read straight from the CSV file."""
    rows = pd.read_csv(OBSERVATIONS / f"{publisher}.csv", dtype=str)
    rows = rows[(rows["series"] == series) & (rows["period"] == period) & (rows["vintage"] <= until)]
    return float(rows.sort_values("vintage")["value"].iloc[-1])


def test_china_on_the_article_s_day_as_worked_out_by_hand(report):
    values = report("as-published-2017").values
    # 49 313 + 201 159 = 250 472 over 744 127, and less 191 400 of property-purchase loans (亿元)
    assert values["cn_total_ratio_base"] == pytest.approx(250_472 / 744_127, abs=5e-6)
    assert values["cn_ex_housing_ratio_base"] == pytest.approx((250_472 - 191_400) / 744_127, abs=5e-6)
    assert round(100 * values["cn_total_ratio_base"], 1) == 33.7


def test_the_united_states_on_the_article_s_day_as_worked_out_by_hand(report):
    values = report("as-published-2017").values
    assert values["us_ratio_base"] == pytest.approx(3535.7 * 1.064 / 18_565.6, abs=5e-6)
    assert round(100 * values["us_ratio_base"], 1) == 20.3


def test_today_s_vintages_give_other_answers_for_the_same_year(report):
    values = report().values
    assert values["cn_total_ratio_base"] == pytest.approx(250_472 / 761_193, abs=5e-6)
    assert values["us_ratio_base"] == pytest.approx(3636.4 / 18_804.9, abs=5e-5)
    assert (round(100 * values["cn_total_ratio_base"], 1), round(100 * values["us_ratio_base"], 1)) == (
        32.9,
        19.3,
    )


def test_the_newest_year_is_2025_and_the_gap_has_nearly_closed(report):
    values = report().values
    assert values["latest_year"] == 2025
    assert values["cn_ex_housing_ratio_latest"] == pytest.approx(
        (581_720.86 - 370_100) / 1_401_879.2, abs=5e-6
    )
    assert (
        round(100 * values["cn_ex_housing_ratio_latest"], 1),
        round(100 * values["us_ratio_latest"], 1),
    ) == (15.1, 16.5)
    assert values["gap_state"] == "nearly_closed"


def test_recomputed_with_plain_pandas_from_the_files(report):
    values = report().values
    loans = sum(
        published("pbc", f"cn.household_consumer_loans.{term}", "2016-12")
        for term in ("short", "medium_long")
    )
    assert values["cn_total_ratio_base"] == pytest.approx(
        loans / published("nbs", "cn.gdp", "2016"), rel=1e-6
    )
    quarters = [published("bea", "us.gdp", f"2025-Q{quarter}") for quarter in (1, 2, 3, 4)]
    credit = published("federal_reserve", "us.consumer_credit", "2025-12") / 1000
    assert values["us_ratio_latest"] == pytest.approx(credit / (sum(quarters) / 4), rel=1e-6)


def test_the_central_bank_s_own_figure_without_housing_loans_agrees_within_its_rounding(report):
    values = report(base_year=2024).values
    official = published("pbc", "cn.consumer_loans_ex_housing.official", "2024-12")
    assert values["cn_ex_housing_base"] / 1e8 == pytest.approx(official, abs=100)  # 210 057 against 210 100


def test_both_languages_carry_identical_results(report):
    for edition in ("latest", "as-published-2017"):
        assert report(edition, "en").assembled.results == report(edition, "zh").assembled.results


def test_one_parameter_changes_prose_tables_and_figures_together(report):
    changed = report(base_year=2019)
    assert changed.values["cn_total_ratio_base"] == pytest.approx(0.4371, abs=5e-5)
    assert "end-2019" in changed.prose
    assert "end-2019" in changed.items["fig-china-ratio"]["title"]
    assert "43.71%" in changed.items["tbl-china-base"]["title"]  # 439 669 over 1 005 872, 亿元
    assert "end-2016 Chinese households" not in changed.prose


def test_what_the_data_cannot_give_is_said_in_its_place(report):
    changed = report(housing_definition="purchase", base_year=2020)
    assert changed.values["cn_ex_housing_ratio_base"] is None
    assert changed.entries["cn_ex_housing_ratio_base"]["missing_reason"]["code"] == "no_observation"
    assert "This passage cannot be given" in changed.prose
    assert "2008" in changed.prose or "2012" in changed.prose  # the span of what is held


def test_a_range_is_given_as_a_range(report):
    changed = report(base_year=2020)
    assert changed.values["cn_ex_housing_ratio_base"] is None
    assert changed.entries["cn_ex_housing_ratio_base"]["missing_reason"]["code"] == "range_only"
    assert "put the ratio between" in changed.prose


def test_the_summary_s_numbers_are_those_of_the_chapters(report):
    built = report()
    first, second = built.items["tbl-glance"]["rows"][:2]
    assert first[0].endswith(f", {built.values['latest_year']}")
    assert first[1] == f"{100 * built.values['cn_ratio_latest']:.1f}%"
    assert second[1] == f"{100 * built.values['comparator_ratio_latest']:.1f}%"


def test_claims_stand_beside_the_data_in_the_same_words(report):
    built = report()
    beside = {tuple(row[1:3]) for row in built.items["tbl-glance-claims"]["rows"]}
    assert ("25%", "33.7%") in beside
    assert ("12.32%", "11.63%") in beside  # no digit finer than a claim of two
    assert ("5 of 5 years", "5 of 5 years") in beside
    assert ("below zero", "−12.3 percentage points") in beside
    low, high = (built.values[f"claim_nifd_market_2020_data_{end}"] for end in ("low", "high"))
    span = f"CNY {low / 1e12:.2f} trillion to CNY {high / 1e12:.2f} trillion"
    assert ("more than CNY 12.00 trillion", span) in beside

"""Chapter 4 against sums worked out by hand from the published levels (亿元 and million dollars)."""

import io
import itertools
import re

import pandas as pd
import pytest

from consumer_credit.errors import UsageError
from consumer_credit.parameters import parse_parameters

pytestmark = pytest.mark.thorough

ONLY = ("how_big",)


def cells(built, economy="china"):
    """The map's cells as its CSV has them."""
    return pd.read_csv(io.StringIO(built.items[f"fig-how-big-{economy}"]["csv"]), dtype={"period": str})


def ratio(frame, scope, denominator="gdp", day="newest"):
    """One cell in per cent; None when it is not available."""
    here = (frame["scope"] == scope) & (frame["denominator"] == denominator) & (frame["day"] == day)
    (value,) = frame.loc[here, "ratio"]
    return None if pd.isna(value) else 100 * value


def test_the_end_of_2016_as_seen_on_the_article_s_day_worked_out_by_hand(report):
    then = cells(report("as-published-2017", only=ONLY))
    assert ratio(then, "consumer") == pytest.approx(100 * 250_472.29 / 744_127.2, abs=5e-4)  # 33.66
    assert ratio(then, "ex_purchase") == pytest.approx(
        100 * (250_472.29 - 191_400) / 744_127.2, abs=5e-4
    )  # 7.94
    assert ratio(then, "household") == pytest.approx(100 * 333_614.74 / 744_127.2, abs=5e-4)
    assert ratio(then, "short") == pytest.approx(100 * 49_312.86 / 744_127.2, abs=5e-4)
    # income per head times the population of that day
    assert ratio(then, "consumer", "disposable_income") == pytest.approx(
        100 * 250_472.29 / (23_821 * 138_271 / 1e4), abs=5e-4
    )
    # what nobody could know on that day
    assert ratio(then, "ex_housing") is None
    assert ratio(then, "official") is None


def test_the_same_year_in_later_vintages_of_gdp(report):
    today = cells(report(only=ONLY))
    assert list(dict.fromkeys(today["day"])) == ["2017-04-25", "2019-10-31", "2021-01-31", "newest"]
    without_housing = 250_472.29 - 219_000 / 1.222  # the level of end-2017 over its growth
    assert without_housing == pytest.approx(71_258, abs=1)
    for day, gdp in {"2019-10-31": 740_060.8, "2021-01-31": 746_395.1, "newest": 761_193}.items():
        assert ratio(today, "ex_housing", day=day) == pytest.approx(100 * without_housing / gdp, abs=5e-4)
    assert ratio(today, "ex_housing", day="2017-04-25") is None
    assert ratio(today, "consumer", "household_consumption") == pytest.approx(84.02, abs=5e-3)  # / 298 101.1


def test_the_united_states_then_and_now_never_mixing_the_two(report):
    today = cells(report(only=ONLY), "us")
    assert ratio(today, "consumer", day="2017-04-25") == pytest.approx(
        100 * 3535.7281 * 1.064 / 18_565.6, abs=5e-4
    )
    assert ratio(today, "consumer") == pytest.approx(100 * 3_636_437.75 / 18_804_913, abs=5e-4)
    assert ratio(today, "ex_student") == pytest.approx(
        100 * (3_636_437.75 - 1_405_332.16) / 18_804_913, abs=5e-4
    )
    assert ratio(today, "home_equity") == pytest.approx(100 * (3_636_437.75 + 473_000) / 18_804_913, abs=5e-4)
    assert ratio(today, "nyfed") == pytest.approx(100 * (1.157 + 0.779 + 1.31 + 0.377) / 18.804913, abs=5e-4)


def test_the_band_runs_over_the_cells_that_count_and_nothing_else(report):
    built = report(only=ONLY)
    for name, economy in (("cn", "china"), ("us", "us")):
        frame = cells(built, economy)
        known = frame[frame["counts"] & frame["ratio"].notna() & (frame["denominator"] == "gdp")]
        known = known[~known["mark"].fillna("").str.contains("‡")]
        low, high = (built.values[f"scope_{end}_{name}_base"] for end in ("low", "high"))
        assert (low, high) == pytest.approx((known["ratio"].min(), known["ratio"].max()))
        assert built.values[f"scope_spread_pp_{name}_base"] == pytest.approx(100 * (high - low))
        assert low <= built.values[f"how_big_{name}_base"] <= high
    values = built.values
    assert values["scope_low_cn_base"] == pytest.approx(49_312.86 / 761_193)
    assert values["scope_high_cn_base"] == pytest.approx(250_472.29 / 740_060.8)
    assert round(values["scope_spread_pp_cn_base"], 1) == 27.4
    # 22.8 % with the home-equity lines of a later vintage is shown, and not counted
    assert ratio(cells(built, "us"), "home_equity", day="2017-04-25") > 100 * values["scope_high_us_base"]


def test_all_household_debt_and_single_parts_of_credit_are_shown_and_not_counted(report):
    for economy in ("china", "us"):
        frame = cells(report(only=ONLY), economy)
        apart = set(frame.loc[~frame["counts"], "scope"])
        assert apart == {"household", "short_ex_cards" if economy == "china" else "revolving"}


def test_every_empty_cell_has_a_letter_and_every_letter_its_reason(report):
    for language, words in (("en", "Not available"), ("zh", "无数据")):
        built = report("latest", language, only=ONLY)
        for economy in ("china", "us"):
            frame = cells(built, economy)
            notes = "\n".join(built.items[f"fig-how-big-{economy}"]["notes"])
            letters = set(frame.loc[frame["ratio"].isna(), "mark"])
            assert letters
            assert letters == set(re.findall(rf"^\[(\w)\] {words}", notes, flags=re.MULTILINE))


def test_a_day_is_shown_only_when_it_shows_something_new(report):
    frame = cells(report(only=ONLY))
    counted = frame[frame["counts"]].pivot(index=["scope", "denominator"], columns="day", values="ratio")
    days = list(dict.fromkeys(frame["day"]))
    for day, following in itertools.pairwise(days):
        moved = (counted[day] - counted[following]).abs() > 0.0005
        assert (moved | (counted[day].isna() != counted[following].isna())).any()


def test_one_question_at_a_time_by_hand(report):
    values = report(only=ONLY).values
    assert values["scope_alone_pp_cn"] == pytest.approx(100 * (250_472.29 - 49_312.86) / 761_193, abs=1e-3)
    assert values["vintage_alone_pp_cn"] == pytest.approx(
        100 * 71_257.89 * (1 / 740_060.8 - 1 / 761_193), abs=1e-3
    )
    assert values["how_big_question_cn"] == "scope"


def test_the_steps_lead_from_all_loans_to_the_narrowest_scope_with_published_levels(report):
    built = report(only=ONLY)
    steps = {
        when: pd.read_csv(io.StringIO(built.items[f"fig-how-big-steps-{when}"]["csv"])).set_index("key")[
            "value"
        ]
        for when in ("base", "latest")
    }
    by_hand = {
        "base": [333_614.74, -83_142.45, 250_472.29, -191_400, 59_072.29, -9_759.43, 49_312.86],
        "latest": [828_297.41, -241_439.96, 586_857.45, -376_800, 210_057.45, -108_169.12, 101_888.33],
    }
    for when, amounts in by_hand.items():
        assert list(steps[when] / 1e8) == pytest.approx(amounts, abs=0.02)
    assert built.values["steps_year"] == 2024
    assert built.values["steps_bottom_base"] == "short"  # no card balances are held for that date
    assert "are not held for that date" in built.prose


def test_published_card_balances_are_the_last_step(report):
    built = report(base_year=2019, only=ONLY)
    assert built.values["steps_bottom_base"] == "rest"
    assert built.values["steps_narrowest_base"] / 1e8 == pytest.approx(99_226.14 - 75_900, abs=0.02)


def test_lenders_outside_the_table_by_hand(report):
    then, today = report("as-published-2017", only=ONLY).values, report(only=ONLY).values
    table, microloans = 59_072.29, 9_272.8
    assert then["cn_broad_low_base"] == pytest.approx(
        (table + (8_162 + microloans) / 4) / 744_127.2, abs=1e-6
    )
    assert then["cn_broad_high_base"] == pytest.approx(
        (table + (8_162 + microloans) * 3 / 4) / 744_127.2, abs=1e-6
    )
    # today the count is known to have been restated, and the definition of housing loans is another
    assert today["cn_broad_low_base"] == pytest.approx(
        (71_257.89 + (6_795.11 + microloans) / 4) / 761_193, abs=1e-6
    )
    assert today["outside_high_pp"] == pytest.approx(100 * (8_162 + microloans) * 3 / 4 / 761_193, abs=1e-4)
    assert today["outside_all_pp"] == pytest.approx(100 * (8_162 + microloans) / 761_193, abs=1e-4)


def test_business_shares_move_the_broad_scope_and_are_said(report):
    full = report(outside_business_share_low=0.0, outside_business_share_high=0.0, only=ONLY)
    assert full.values["outside_high_pp"] == pytest.approx(full.values["outside_all_pp"])
    assert "between 0% and 0%" in "\n".join(full.items["fig-how-big-china"]["notes"])
    # were all of it consumer credit, China's band would reach the American one
    assert full.values["how_big_place_base"] == "overlap"
    assert report(only=ONLY).values["how_big_place_base"] == "below"


def test_shares_out_of_order_are_refused():
    with pytest.raises(UsageError, match="lies below outside_business_share_low"):
        parse_parameters({"outside_business_share_low": 0.8, "outside_business_share_high": 0.2})


def test_consumer_finance_companies_are_added_while_they_were_outside(report):
    built = report(base_year=2018, only=ONLY)
    table = built.items["tbl-how-big-outside"]
    rows = pd.read_csv(io.StringIO(table["csv"])).set_index("key")
    assert rows.loc["consumer_finance", "outstanding"] / 1e8 == pytest.approx(4_722.93 / 1.305, abs=0.1)
    assert rows.loc["consumer_finance", "at_least"] == rows.loc["consumer_finance", "at_most"]
    assert rows.loc["broad", "at_most"] == pytest.approx(
        rows.loc[["table", "p2p-1", "microloans", "consumer_finance"], "at_most"].sum()
    )


def test_a_year_known_only_as_a_range_enters_with_both_ends(report):
    built = report(base_year=2020, only=ONLY)
    frame = cells(built)
    high, low = (ratio(frame, f"ex_housing_{end}") for end in ("high", "low"))
    assert high == pytest.approx(100 * (495_667.96 - 383_200 / 1.113) / 1_034_867.6, abs=5e-3)
    assert low == pytest.approx(100 * (495_667.96 - 302_000 * 1.146) / 1_034_867.6, abs=5e-3)
    assert built.values["how_big_cn_base"] is None
    assert 100 * built.values["scope_high_cn_ex_housing_base"] >= high
    assert "no single figure" in built.prose


def test_another_denominator_turns_band_titles_and_axes(report):
    built = report(denominator="household_consumption", only=ONLY)
    assert built.values["scope_high_cn_base"] == pytest.approx(250_472.29 / 298_101.1, abs=1e-5)
    assert built.values["scope_spread_pp_us_base"] is None  # held from 2024 on
    assert "none is held over that denominator" in built.prose
    assert "household consumption" in built.items["fig-how-big-bands"]["subtitle"]
    assert "America" not in built.items["fig-how-big-bands"]["title"]


def test_before_anything_was_published_the_chapter_says_so(report):
    built = report(as_of="2016-06-30", only=ONLY)
    assert built.values["scope_spread_pp_cn_base"] is None
    assert built.entries["scope_spread_pp_cn_base"]["missing_reason"]["code"] == "not_yet_published"
    assert "had not been published by 30 June 2016" in built.prose
    assert "fig-how-big-china" not in built.items


def test_strict_vintages_leave_no_later_vintage_in_the_map(report):
    for economy in ("china", "us"):
        frame = cells(report(strict_vintages=True, only=ONLY), economy)
        assert not frame["mark"].fillna("").str.contains("‡").any()
        assert frame["ratio"].notna().any()


def test_prose_turns_when_the_data_turn(report_with_other_data):
    def a_third_of_the_american_credit(data):
        file = data / "observations" / "federal_reserve.csv"
        lines = file.read_text(encoding="utf-8").splitlines()
        turned = [
            ",".join([*fields[:2], f"{float(fields[2]) / 3:.2f}", *fields[3:]])
            if (fields := line.split(","))[0].startswith(("us.consumer_credit", "us.student_loans"))
            else line
            for line in lines
        ]
        file.write_text("\n".join(turned) + "\n", encoding="utf-8")

    built = report_with_other_data(a_third_of_the_american_credit, only=ONLY)
    assert built.values["how_big_place_base"] == "overlap"
    assert "overlaps the American one" in built.prose
    assert built.values["how_big_gap_pp_base"] < 0

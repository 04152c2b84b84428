"""The three strategies in numbers: worked out by hand from what was published, and turned by what is assumed."""

from pathlib import Path

import pandas as pd
import pytest

from consumer_credit.parameters import Parameters, bounds_of

pytestmark = pytest.mark.thorough

OBSERVATIONS = Path(__file__).parents[2] / "data" / "observations"
ALONE = ("winning_customers",)
ASSUMPTIONS = (
    "revolving_share",
    "rate_spread",
    "acquisition_cost",
    "dormant_share",
    "loan_per_active_customer",
    "margin",
    "churn",
    "discount_rate",
    "retail_customers",
)


@pytest.fixture
def chapter(report):
    """The chapter alone: `chapter("as-published-2017", dormant_share=0.5)`."""
    return lambda edition="latest", language="en", **overrides: report(
        edition, language, only=ALONE, **overrides
    )


def published(publisher: str, series: str) -> pd.Series:
    """The newest values of a series by period, straight from the file."""
    rows = pd.read_csv(OBSERVATIONS / f"{publisher}.csv", dtype=str)
    rows = rows[rows["series"] == series].sort_values(["period", "vintage"])
    return rows.drop_duplicates("period", keep="last").set_index("period")["value"].astype(float)


def test_the_transfer_pool_is_balances_times_revolving_share_and_the_saving_that_times_the_spread(chapter):
    values = chapter().values
    balances = published("pbc", "cn.credit_cards.outstanding") * 1e8
    assert (values["card_balance_base_period"], values["card_balance_latest_period"]) == (
        "2016-06",
        "2024-09",
    )
    assert values["transfer_pool_base"] == pytest.approx(balances["2016-06"] * 0.3)
    # 86 100 × 30 % × 6 % = 1 549.8 (亿元)
    assert values["transfer_saving_latest"] == pytest.approx(1549.8e8)
    assert values["transfer_saving_latest"] == pytest.approx(balances["2024-09"] * 0.3 * 0.06)


def test_cards_a_head_and_the_use_of_their_lines_follow_from_the_published_levels(chapter):
    values = chapter().values
    cards, people = published("pbc", "cn.credit_cards.in_use"), published("nbs", "cn.population")
    assert values["cards_in_use_per_head_last"] == pytest.approx(
        cards["2025-09"] * 1e8 / (people["2024"] * 1e4)
    )
    assert values["cards_in_use_per_head_last"] == pytest.approx(707 / 1408.28, abs=1e-6)
    assert values["card_use_last"] == pytest.approx(86_100 / 227_700)
    assert values["card_lines_unused"] == pytest.approx((227_700 - 86_100) * 1e8)


def test_cards_issued_and_cards_in_use_are_two_series_and_never_one_line(chapter):
    built = chapter()
    item, figure = built.items["fig-card-penetration"], built.assembled.figures["fig-card-penetration"]
    assert 'id="series-issued"' in figure.svg
    assert 'id="series-in_use"' in figure.svg
    assert any(note.startswith("[a] March 2015") for note in item["notes"])
    rows = pd.DataFrame(item["rows"], columns=[column["label"] for column in item["columns"]])
    by_count = rows.groupby("Count", sort=False)["End of"].agg(["first", "last"])
    assert by_count.loc["Cards issued, cumulative (to 2014)", "last"] == "December 2014"
    assert by_count.loc["Cards in use (from 2015)", "first"] == "March 2015"


def test_the_funnel_is_the_company_s_own(chapter):
    values = chapter().values
    # 2017-Q3: 20.2 m registered, 6.5 m with a line, 2.5 m active, 15.9 bn lent; 2025-Q3: 240 m and 4.4 m
    assert (values["lexin_first_period"], values["lexin_latest_period"]) == ("2017-Q3", "2025-Q3")
    assert values["lexin_line_share_first"] == pytest.approx(6.5 / 20.2)
    assert values["lexin_active_share_first"] == pytest.approx(2.5 / 20.2)
    assert values["lexin_active_share_latest"] == pytest.approx(4.4 / 240)
    assert values["lexin_registered_multiple"] == pytest.approx(240 / 20.2)
    assert values["lexin_loans_per_active_first"] == pytest.approx(15.9e9 / 2.5e6)
    assert values["lexin_loans_per_active_lent"] == pytest.approx(111.2e9 / 4.3e6)


def test_a_customer_s_worth_and_cost_by_hand(chapter):
    values = chapter().values
    # 8 000 × 2 % = 160; 160 / (10 % + 30 %) = 400; 70 / 70 % = 100; 400 / 100 = 4; 1 − 70 / 400 = 82.5 %
    expected = {
        "customer_margin": 160,
        "customer_lifetime_value": 400,
        "active_customer_cost": 100,
        "value_to_cost": 4,
        "break_even_dormant_share": 0.825,
    }
    assert {name: values[name] for name in expected} == pytest.approx(expected)
    assert values["customer_pays"] == "yes"
    # cost moved to 75 % and 125 % of itself: 400 / 75 = 5.33 and 400 / 125 = 3.2
    assert values["most_telling"] == "acquisition_cost"
    assert (values["most_telling_low"], values["most_telling_high"]) == pytest.approx((3.2, 16 / 3))


def test_a_customer_who_cannot_pay_is_said_not_to(chapter):
    built = chapter(acquisition_cost=5000.0)
    assert built.values["break_even_dormant_share"] < 0
    assert "winning customers does not pay" in built.prose
    assert "would not pay even if no customer were dormant" in built.prose
    assert built.items["tbl-customer-value"]["rows"][-1][-1] == "–"
    assert "breaks even" not in built.assembled.figures["fig-effective-cost"].svg


def test_one_to_one_on_the_platform_against_shipments_and_against_the_article_s_proportion(chapter):
    values = chapter().values
    # 50 / 9.6 = 5.21 times par; of 90 % as printed, 0.56 times; in odds (1 : 1) over (9.6 : 90.4) = 9.42
    assert values["device_affinity"] == pytest.approx(520.8, abs=0.05)
    assert values["device_odds"] == pytest.approx(90.4 / 9.6)
    assert values["device_affinity_as_stated"] == pytest.approx(55.6, abs=0.05)
    assert values["device_claim_state"] == "reversed"
    shares = [
        published("companies", f"cn.smartphones.{name}")
        for name in (
            "apple_share.idc",
            "apple_share.idc.quarter",
            "apple_share.counterpoint",
            "ios_share.kantar",
        )
    ]
    assert values["device_affinity_low"] == pytest.approx(100 * 50 / pd.concat(shares).max())
    assert values["device_affinity_high"] == pytest.approx(100 * 50 / pd.concat(shares).min())


def test_three_dormant_in_ten_take_three_sevenths_more(chapter):
    built = chapter(dormant_share=0.5)
    assert built.values["extra_acquisition_article"] == pytest.approx(3 / 7)
    assert built.values["extra_acquisition"] == pytest.approx(1)  # of two won one stays: twice as many
    assert "it takes 43% more newcomers" in built.prose


def test_what_a_point_of_activation_is_worth(chapter):
    values = chapter().values
    assert values["abc_penetration"] == pytest.approx(12 / 500)
    assert (values["abc_penetration_low"], values["abc_penetration_high"]) == pytest.approx((0.012, 0.12))
    assert values["abc_point_loans"] == pytest.approx(5e6 * 8000)
    assert values["abc_point_value"] == pytest.approx(5e6 * 400)
    assert values["abc_point_share"] == pytest.approx(40e9 / 10_720_611e6)


@pytest.mark.parametrize("name", ASSUMPTIONS)
def test_every_assumption_changes_a_result(chapter, name):
    default = Parameters.model_fields[name].default
    before, after = chapter().values, chapter(**{name: type(default)(default * 0.9)}).values
    changed = {key for key in before if before[key] != after[key]}
    assert changed - {f"assumed_{name}", name}


def test_what_is_published_and_what_is_assumed_stand_apart(chapter):
    built = chapter()
    assumed, sourced = built.items["tbl-assumptions"], built.items["tbl-sourced"]
    assert len(assumed["rows"]) == len(ASSUMPTIONS) == built.values["assumption_count"]
    assert assumed["source_line"] == ""
    assert "LexinFintech Holdings" in sourced["source_line"]
    for name in ASSUMPTIONS:
        low, high = bounds_of(name)
        assert low <= Parameters.model_fields[name].default <= high
        entry = built.entries[f"assumed_{name}"]
        assert entry["formula"] == f"parameter {name}"
        assert not entry["series"]
    said = [row for row in sourced["rows"] if row[-1] == "said in the article"]
    assert len(said) == built.values["said_count"] == 4


def test_on_the_article_s_day_the_company_had_published_nothing_yet(chapter):
    built = chapter("as-published-2017")
    assert built.entries["lexin_active_share_first"]["missing_reason"]["code"] == "not_yet_published"
    assert "fig-lexin-funnel" not in built.items
    assert "Lexin: registered users for December 2016 had not been published by 25 April 2017" in built.prose
    assert built.values["card_balance_latest"] == pytest.approx(3.57e12)
    assert built.values["device_affinity"] == pytest.approx(520.8, abs=0.05)


def test_with_other_data_the_words_turn_round(report_with_other_data):
    instead = {
        ("cn.smartphones.apple_share.idc", "2016"): "85",
        ("cn.lexin.active_customers", "2025-Q3"): "9600",
        ("cn.lexin.registered_users", "2025-09"): "24000",
        ("cn.credit_cards.in_use", "2025-09"): "2",
        ("cn.credit_cards.outstanding", "2024-09"): "113850",
    }

    def change(data):
        for name in ("companies", "pbc"):
            file = data / "observations" / f"{name}.csv"
            rows = [line.split(",") for line in file.read_text(encoding="utf-8").splitlines()]
            lines = [",".join((*row[:2], instead.get(tuple(row[:2]), row[2]), *row[3:])) for row in rows]
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    built = report_with_other_data(change, only=ALONE)
    assert built.values["device_claim_state"] == "same_side"
    assert "the data side with the article" in built.prose
    assert "upside down" not in built.prose
    assert "under-represented on the platform" in built.prose
    assert "the active share rose" in built.items["tbl-lexin-funnel"]["title"]
    assert built.items["fig-card-penetration"]["title"].startswith("Cards in use fell")
    assert "as at the peak of 50.0%" in built.items["fig-card-use"]["title"]

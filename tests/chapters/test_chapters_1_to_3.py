"""China, the United States, and the two together: worked out by hand, and read under many editions."""

import io
import math
from pathlib import Path

import pandas as pd
import pytest

pytestmark = pytest.mark.thorough

OBSERVATIONS = Path(__file__).parents[2] / "data" / "observations"
EDITIONS = [
    ("latest", {}),
    ("as-published-2017", {}),
    ("as-published-2017", {"strict_vintages": True}),
    ("latest", {"comparator": "GBR"}),
    ("latest", {"comparator": "CAN", "currency": "native"}),
    ("latest", {"comparator": "FRA", "currency": "ppp"}),
    ("latest", {"denominator": "disposable_income"}),
    ("latest", {"denominator": "household_consumption"}),
    ("latest", {"base_year": 2019}),
    ("latest", {"base_year": 2020, "housing_definition": "purchase"}),
    ("latest", {"base_year": 2025, "start_year": 2020}),
]


def published(publisher: str, series: str, period: str, *, vintage: str | None = None) -> float:
    """The newest published value, or that of one vintage, read straight from the CSV file."""
    rows = pd.read_csv(OBSERVATIONS / f"{publisher}.csv", dtype=str)
    rows = rows[(rows["series"] == series) & (rows["period"] == period)]
    if vintage:
        rows = rows[rows["vintage"] == vintage]
    return float(rows.sort_values("vintage")["value"].iloc[-1])


def loans(month: str) -> float:
    """Household consumer loans of a month in 亿元: the two published terms together."""
    return sum(
        published("pbc", f"cn.household_consumer_loans.{term}", month) for term in ("short", "medium_long")
    )


@pytest.fixture
def china(report):
    return lambda edition="latest", language="en", **given: report(
        edition, language, only=("china",), **given
    )


@pytest.fixture
def america(report):
    return lambda edition="latest", language="en", **given: report(
        edition, language, only=("united_states",), **given
    )


@pytest.fixture
def together(report):
    return lambda edition="latest", language="en", **given: report(
        edition, language, only=("china_and_us",), **given
    )


def rows_of(item, **wanted):
    """The rows of a table or figure whose named columns read as wanted (labels with _ for spaces)."""
    places = {column["label"]: index for index, column in enumerate(item["columns"])}
    keys = {places[name.replace("_", " ")]: value for name, value in wanted.items()}
    return [row for row in item["rows"] if all(row[index] == value for index, value in keys.items())]


# ---- China


def test_a_quarter_is_set_against_the_four_quarters_that_end_with_it(china):
    frame = pd.read_csv(io.StringIO(china().assembled.figures["fig-china-quarterly"].csv))
    spring = frame[(frame["period"] == "2024-Q1") & (frame["label"] == "All consumer loans")].iloc[0]
    sums = [
        published("nbs", "cn.gdp.year_to_date", quarter, vintage="2026-06")
        for quarter in ("2024-Q1", "2023-Q4", "2023-Q1")
    ]
    four_quarters = sums[0] + sums[1] - sums[2]
    assert spring["ratio"] == pytest.approx(loans("2024-03") / four_quarters, rel=1e-9)


def test_the_pace_is_the_balance_over_that_of_the_same_month_a_year_before(china):
    values = china().values
    month = values["cn_pace_last_month"]
    before = f"{int(month[:4]) - 1}{month[4:]}"
    assert values["cn_pace_last"] == pytest.approx(loans(month) / loans(before) - 1, rel=1e-9)


def test_growth_divides_exactly_into_ratio_real_gdp_and_prices(china):
    values = china().values
    # 250 472 to 586 857 (亿元) in eight years: 100 · ln(2.343) / 8 = 10.64 log points a year
    assert values["cn_growth_total_after_loans"] == pytest.approx(
        100 * math.log(loans("2024-12") / loans("2016-12")) / 8, rel=1e-9
    )
    for scope in ("total", "ex_housing"):
        name = f"cn_growth_{scope}_after"
        parts = sum(values[f"{name}_{part}"] for part in ("ratio", "real_gdp", "prices"))
        assert parts == pytest.approx(values[f"{name}_loans"], abs=1e-9)


def test_cards_are_part_of_the_loans_without_housing_loans_and_never_added(china):
    values = china().values
    assert values["cn_parts_year"] == "2023"
    assert values["cn_cards_last"] == 1e8 * published("pbc", "cn.credit_cards.outstanding", "2023-12")
    assert values["cn_cards_last"] + values["cn_rest_last"] == pytest.approx(values["cn_narrow_last"])
    # 38.80 trillion less 1.6 per cent are deducted from 579 434 (亿元) at the end of 2023
    assert values["cn_narrow_last"] / 1e8 == pytest.approx(loans("2023-12") - 388_000 * 0.984)


def test_the_two_definitions_are_drawn_apart_with_the_change_marked(china):
    item = china().items["fig-china-definitions"]
    assert len(rows_of(item, Definition="Without property-purchase loans", Year="2016")) == 1
    assert not rows_of(item, Definition="Without property-purchase loans", Year="2017")
    assert any(note.startswith("[a] March 2017") for note in item["notes"])
    early = china("as-published-2017").items["fig-china-definitions"]
    assert not any("March 2017" in note for note in early["notes"])


def test_what_a_lender_does_now_is_not_told_of_the_day_before(china):
    assert "since January 2023 those of consumer finance companies" in china().prose
    assert "since January 2023" not in china("as-published-2017").prose


# ---- United States


def test_the_long_run_begins_with_the_data(america):
    values = america().values
    first = published("federal_reserve", "us.consumer_credit", "1943-12") / 1000
    assert values["us_long_first_year"] == "1943"
    assert values["us_long_ratio_first"] == pytest.approx(
        first / published("bea", "us.gdp.annual", "1943"), rel=1e-6
    )
    assert values["us_long_ratio_peak"] >= values["us_ratio_peak"]


def test_the_four_parts_add_up_to_the_total_of_their_year(america):
    values = america().values
    parts = [values[f"us_part_{kind}"] for kind in ("revolving", "vehicles", "students", "other")]
    total = published("federal_reserve", "us.consumer_credit", f"{values['us_parts_year']}-12")
    assert sum(parts) == pytest.approx(1e6 * total, rel=1e-9)


def test_parts_end_where_the_total_has_a_benchmark_that_they_do_not_know(america):
    # student and vehicle loans are held as of early 2025, before the level break of December 2024
    assert america().values["us_parts_year"] == "2023"
    # on the article's day only parts to September 2016 were known; those of December bear a later vintage
    assert america("as-published-2017").values["us_parts_year"] == "2015"


def test_scopes_differ_by_student_loans_and_home_equity_lines(america):
    values = america().values
    year = values["us_scopes_year"]
    lines = 1e6 * published("ny_fed", "us.nyfed.home_equity_revolving", f"{year}-Q4")  # trillions to millions
    credit = published("federal_reserve", "us.consumer_credit", f"{year}-12")
    wider = values["us_scope_home_equity"] / values["us_scope_total"]
    assert wider == pytest.approx(1 + lines / credit, rel=1e-6)
    assert values["us_scope_ex_student"] < values["us_scope_total"] < values["us_scope_home_equity"]


def test_breaks_that_came_with_later_revisions_are_not_in_the_figures_of_2017(america):
    def periods(built):
        return [row[0] for row in built.items["tbl-us-breaks"]["rows"]]

    assert periods(america("as-published-2017")) == ["December 2010"]
    assert "December 2015" in periods(america()) and "April 2020" not in periods(america())


def test_the_same_year_on_two_days(america):
    values = america().values
    assert values["us_ratio_then"] == pytest.approx(3535.7 * 1.064 / 18_565.6, abs=5e-6)
    assert "revised down" in america().prose and "revised up" in america().prose
    assert "later editions see the same year differently" in america("as-published-2017").prose


# ---- together


def test_loans_per_head_at_market_rates_and_in_purchasing_power(together):
    values = together().values
    stock = 1e8 * (loans("2024-12") - published("pbc", "cn.housing_loans.housing", "2024-12"))
    head = stock / published("world_bank", "cn.wdi.population", "2024")
    dollars = head / published("world_bank", "cn.wdi.exchange_rate", "2024")
    assert values["per_head_usd_china_latest"] == pytest.approx(dollars, rel=1e-9)
    # 2023: dollars a head, less the price level that GDP per head in both dollars implies
    parity = published("world_bank", "cn.wdi.gdp_per_head_usd", "2023") / published(
        "world_bank", "cn.wdi.gdp_per_head_ppp", "2023"
    )
    stock = 1e8 * (loans("2023-12") - 388_000 * 0.984)
    head = stock / published("world_bank", "cn.wdi.population", "2023")
    rate = published("world_bank", "cn.wdi.exchange_rate", "2023")
    assert values["per_head_ppp_china_latest"] == pytest.approx(head / rate / parity, rel=1e-9)


@pytest.mark.parametrize(
    ("currency", "title"),
    [("usd", "dollars in China"), ("ppp", "international dollars in China"), ("native", "with 2016 as 100")],
)
def test_the_currency_of_the_edition_decides_how_heads_are_compared(together, currency, title):
    item = together(currency=currency).items["fig-per-head"]
    assert title in item["title"]
    if currency == "native":
        assert [row[-1] for row in rows_of(item, Year="2016")] == ["100", "100"]


def test_the_denominator_turns_the_gap_round(together):
    values = together().values
    assert values["gap_gdp_latest"] > 0 > values["gap_disposable_income_latest"]
    assert "above the United States in 2024, against GDP" in together().prose
    rows = together().items["tbl-denominators"]["rows"]
    assert len(rows) == 6 and rows[-1][2] == "–"  # American consumption is held from 2024 on


def test_what_the_breaks_do_to_the_gap(together):
    values = together().values
    gdp = sum(published("bea", "us.gdp", f"2025-Q{quarter}") for quarter in (1, 2, 3, 4)) / 4
    assert values["break_pp_us_2024_12"] == pytest.approx(-100 * 118.5 / gdp, rel=1e-6)
    assert values["break_pp_cn_2023_01"] == pytest.approx(
        100 * 4000 / published("nbs", "cn.gdp", "2025"), rel=1e-6
    )
    steps = values["breaks_lowering_gap_pp"] + values["breaks_raising_gap_pp"]
    assert values["gap_pp_without_breaks"] == pytest.approx(values["gap_pp_latest"] - steps)
    frame = pd.read_csv(io.StringIO(together().assembled.figures["fig-gap-breaks"].csv))
    drawn = frame[(frame["label"] == "Without the breaks") & (frame["period"] == 2025)]
    assert drawn["gap_pp"].iloc[0] == pytest.approx(values["gap_pp_without_breaks"])


def test_parts_are_set_side_by_side_only_where_both_have_them(together):
    values = together().values
    assert values["composition_year"] == "2023"
    assert values["composition_china_cards"] > values["composition_comparator_cards"]
    alone = together(comparator="GBR")
    assert "fig-composition" not in alone.items
    assert "cannot be given: no series of this kind is held for this economy" in alone.prose


@pytest.mark.parametrize("comparator", ["GBR", "CAN"])
def test_another_comparator_is_named_throughout_and_american_values_stay_american(together, comparator):
    other, usual = together(comparator=comparator), together()
    assert other.values["us_ratio_base"] == usual.values["us_ratio_base"]
    assert other.values["comparator_ratio_base"] != usual.values["comparator_ratio_base"]
    texts = [other.prose]
    texts += [item[part] for item in other.items.values() for part in ("title", "subtitle", "source_line")]
    texts += [item.get("alt", "") for item in other.items.values()]
    assert not any("United States" in text or "G.19" in text for text in texts)
    assert "the gap the article saw" not in other.prose


def test_canada_is_said_to_be_counted_without_its_consumer_credit(together):
    assert (
        "its consumer credit with home-equity lines left out (a lower bound)"
        in together(comparator="CAN").prose
    )


def test_with_more_loans_china_stands_above_in_every_sentence(report_with_other_data):
    def threefold(data):
        file = data / "observations" / "pbc.csv"
        lines = []
        for line in file.read_text(encoding="utf-8").splitlines():
            series, period, value, *rest = line.split(",")
            if series.startswith("cn.household_consumer_loans"):
                value = str(3 * float(value))
            lines.append(",".join((series, period, value, *rest)))
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")

    built = report_with_other_data(threefold, only=("china_and_us",))
    assert "below the United States" not in built.prose
    assert "above the United States at end-2016" in built.items["tbl-gap"]["title"]


# ---- every edition


@pytest.mark.parametrize(("edition", "overrides"), EDITIONS, ids=str)
@pytest.mark.parametrize("chapter", ["china", "united_states", "china_and_us"])
def test_whatever_is_drawn_has_a_title_and_a_description(report, chapter, edition, overrides):
    built = report(edition, "en", only=(chapter,), **overrides)
    assert built.items
    for item in built.items.values():
        for part in ("title", "subtitle", "alt"):
            assert "cannot be given" not in item.get(part, ""), (item["id"], part)


def test_in_2017_the_chapters_say_what_they_lack(together, china):
    then = together("as-published-2017")
    assert "No newer year than 2016 was published on both sides" in then.prose
    assert "fig-gap-breaks" not in then.items
    assert "cannot be given: no year after 2016 had been published" in then.prose
    assert "Loans of consumer finance companies" in china("as-published-2017").prose

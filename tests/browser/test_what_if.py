"""What the page works out is what the measures give, over the whole ranges, to a billionth."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest

from consumer_credit.parameters import Parameters, bounds_of
from consumer_credit.report.formats import Formats
from consumer_credit.report.what_if import MEASURES, WHAT_IF_MIME, Dial, Outcome, WhatIf

pytestmark = pytest.mark.browser

SETTINGS = 200
GROWTH = {"loan_growth": "scenario_loan_growth", "gdp_growth": "scenario_gdp_growth"}
RATIO = {"ratio": "ratio", "gdp_growth": "scenario_gdp_growth", "years": "horizon_years"}
ROOM = {**RATIO, "target": "target_ratio", "gdp": "gdp"}
NEEDED = {**RATIO, "target": "target_ratio"}
CUSTOMER = {
    "loan": "loan_per_active_customer",
    "margin": "margin",
    "churn": "churn",
    "discount": "discount_rate",
    "cost": "acquisition_cost",
    "dormant_share": "dormant_share",
}
POOL = {"outstanding": "balances", "revolving_share": "revolving_share", "rate_spread": "rate_spread"}
WOKEN = {"customers": "retail_customers", "points": 1, "loan_per_active": "loan_per_active_customer"}
OUTCOMES = [
    Outcome(
        "Room", "CNY", "headroom", {"ratio": "ratio", "target": "target_ratio", "gdp": "gdp"}, scale=1e12
    ),
    Outcome("Lending", "CNY", "lending_room", ROOM, scale=1e12),
    Outcome("Needed", "% a year", "growth_needed", NEEDED, scale=0.01),
    Outcome("Ratio", "% of GDP", "ratio_after", {**RATIO, "loan_growth": "scenario_loan_growth"}, scale=0.01),
    Outcome("Left", "CNY", "headroom_after", {**ROOM, "loan_growth": "scenario_loan_growth"}, scale=1e12),
    Outcome(
        "Years",
        "years",
        "years_to_converge",
        {"ratio": "ratio", "target": "target_ratio", **GROWTH},
        none="never",
    ),
    Outcome("Extra", "%", "extra_acquisition", {"dormant_share": "dormant_share"}, scale=0.01),
    *(Outcome(part, "CNY", "transfer_pool", POOL, part=part, scale=1e9) for part in ("pool", "saving")),
    *(
        Outcome(part, "yuan", "economics", CUSTOMER, part=part)
        for part in ("margin", "lifetime", "cost", "value_to_cost", "break_even_dormancy")
    ),
    Outcome("Loans", "CNY", "value_of_activation", WOKEN, scale=1e9),
]
DIALS = [
    Dial("target_ratio", "Target", "% of GDP", 0.01, 0.5),
    Dial("horizon_years", "Horizon", "years", step=1),
    Dial("scenario_loan_growth", "Loans", "% a year", 0.01, 0.1),
    Dial("scenario_gdp_growth", "GDP", "% a year", 0.01, 0.1),
    Dial("revolving_share", "Revolving", "%", 0.01, 1),
    Dial("rate_spread", "Spread", "points", 0.01, 0.5),
    Dial("acquisition_cost", "Cost", "yuan"),
    Dial("dormant_share", "Dormant", "%", 0.01, 1),
    Dial("loan_per_active_customer", "Loan", "yuan"),
    Dial("margin", "Margin", "%", 0.01, 0.1),
    Dial("churn", "Churn", "%", 0.01, 1),
    Dial("discount_rate", "Discount", "%", 0.01, 0.1),
    Dial("retail_customers", "Customers", "million", 1e6),
]
GIVEN = {"ratio": 0.151, "gdp": 1.4e14, "balances": 8.6e12}
ALL = WhatIf(
    "if-all",
    "Everything",
    "A note.",
    DIALS,
    OUTCOMES,
    {d.parameter: getattr(Parameters(), d.parameter) for d in DIALS},
    GIVEN,
)

SET = """values => { for (const [name, shown] of Object.entries(values)) {
  const field = document.querySelector(`[data-parameter="${name}"]`);
  field.value = shown; field.dispatchEvent(new Event('input')); } }"""
READ = """() => [...document.querySelectorAll('.outcomes data')].map(
  data => data.value === '' ? null : Number(data.value))"""
COMMAND = "document.querySelector('.what-if-command code').textContent"


@pytest.fixture(scope="module")
def trial(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Open a page with every dial and every measure that the page knows: ``trial(java_script_enabled=False)``."""
    from consumer_credit.report.page.html import ConsumerCreditHTMLExporter

    output = nbformat.v4.new_output("display_data", {WHAT_IF_MIME: ALL.record(Formats("en"))})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])])
    notebook.metadata["consumer_credit"] = {
        "language": "en",
        "title": "T",
        "command": "python build_report.py --edition latest",
    }
    page, _ = ConsumerCreditHTMLExporter(strict=True).from_notebook_node(notebook)
    file = tmp_path_factory.mktemp("trial") / "index.html"
    file.write_text(page, encoding="utf-8")
    contexts = []

    def open_page(**options: Any) -> Any:
        contexts.append(chromium.new_context(offline=True, **options))
        opened = contexts[-1].new_page()
        opened.goto(file.as_uri())
        return opened

    yield open_page
    for context in contexts:
        context.close()


def random_setting(dice: random.Random) -> dict[str, float]:
    """What a reader could type: any value within the bounds, whole where the parameter is."""
    chosen = {}
    for dial in DIALS:
        low, high = bounds_of(dial.parameter)
        whole = Parameters.model_fields[dial.parameter].annotation is int
        end = dice.random()
        value = low if end < 0.03 else high if end > 0.97 else dice.uniform(low, high)
        chosen[dial.parameter] = round(value) if whole else float(f"{value:.5g}")
    return chosen


def shown(setting: Mapping[str, float]) -> dict[str, float]:
    return {dial.parameter: float(f"{setting[dial.parameter] / dial.scale:.12g}") for dial in DIALS}


def test_every_measure_is_tried_and_every_dial_moves_something() -> None:
    assert {outcome.measure for outcome in OUTCOMES} == set(MEASURES)
    moved = {argument for outcome in OUTCOMES for argument in outcome.arguments.values()}
    assert {dial.parameter for dial in DIALS} <= moved


@pytest.mark.thorough
def test_the_page_and_the_measures_agree_on_random_settings_over_the_full_ranges(
    trial: Callable[..., Any],
) -> None:
    page, dice = trial(), random.Random(2017)
    never = 0
    for _ in range(SETTINGS):
        setting = random_setting(dice)
        page.evaluate(SET, shown(setting))
        for outcome, found in zip(OUTCOMES, page.evaluate(READ), strict=True):
            expected = outcome.value({**GIVEN, **setting})
            if expected is None:
                never += 1
                assert found is None
            else:
                assert math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-9), (outcome.label, setting)
    assert 10 < never < SETTINGS


def test_it_starts_from_the_edition_and_goes_back_to_it(trial: Callable[..., Any]) -> None:
    page = trial()
    rows = """[...document.querySelectorAll('.outcomes tr')].map(
        row => [...row.cells].slice(2).map(cell => cell.innerText))"""
    started = page.evaluate(rows)
    assert [edition for edition, _ in started] == [
        item["shown"] for item in ALL.record(Formats("en"))["outcomes"]
    ]
    assert all(edition == yours for edition, yours in started)
    page.evaluate(SET, shown(random_setting(random.Random(1))))
    assert page.evaluate(rows) != started
    page.get_by_role("button", name="Back to this edition").click()
    assert (
        page.evaluate(rows) == started and page.evaluate(COMMAND) == "python build_report.py --edition latest"
    )


def test_the_command_sets_what_was_moved_and_the_report_takes_it(trial: Callable[..., Any]) -> None:
    from consumer_credit.parameters import parse_assignment, parse_parameters

    page, setting = trial(), random_setting(random.Random(3))
    page.evaluate(SET, shown(setting))
    command = page.evaluate(COMMAND)
    assigned = [parse_assignment(part) for part in command.split(" --set ")[1:]]
    taken = parse_parameters(dict(assigned))
    assert {name: getattr(taken, name) for name in setting} == pytest.approx(setting, rel=1e-11)


def test_sliders_move_by_the_keyboard_and_say_where_they_stand(trial: Callable[..., Any]) -> None:
    page = trial()
    page.get_by_role("slider", name="Target").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("spinbutton", name="Target").input_value() == "20.5"
    assert page.evaluate("document.activeElement.getAttribute('aria-valuetext')") == "20.5 % of GDP"
    assert page.evaluate(COMMAND).endswith("--set target_ratio=0.205")
    page.get_by_role("slider", name="Cost").focus()
    page.keyboard.press("End")
    assert page.get_by_role("spinbutton", name="Cost").input_value() == "5000"


def test_what_lies_out_of_bounds_is_marked_and_changes_nothing(trial: Callable[..., Any]) -> None:
    page = trial()
    before = page.evaluate(READ)
    field = page.get_by_role("spinbutton", name="Dormant")
    field.fill("96")
    assert field.get_attribute("aria-invalid") == "true" and page.evaluate(READ) == before
    field.press("Tab")
    assert field.input_value() == "30" and field.get_attribute("aria-invalid") == "false"


def test_the_results_are_said_once_the_reader_has_come_to_rest(trial: Callable[..., Any]) -> None:
    from playwright.sync_api import expect

    page = trial()
    page.get_by_role("spinbutton", name="Target").fill("25")
    status = page.get_by_role("status")
    expect(status).to_have_text(re.compile("^Room: 13.9 CNY; "), timeout=30_000)


def test_without_script_and_on_paper_there_is_a_plain_table(trial: Callable[..., Any]) -> None:
    page = trial(java_script_enabled=False)
    assert not page.locator(".dials").is_visible() and not page.locator(".what-if-tools").is_visible()
    record = ALL.record(Formats("en"))
    listed = page.locator(".what-if tbody tr:visible").all_inner_texts()
    lines = [" ".join(line.split()) for line in listed]
    assert lines == [
        " ".join(f"{item['label']} {item['unit']} {item['shown']}".split())
        for item in (*record["dials"], *record["outcomes"])
    ]
    printed = trial()
    printed.emulate_media(media="print")
    assert not printed.locator(".dials").is_visible() and printed.locator(".assumed").is_visible()


@pytest.mark.thorough
def test_the_record_can_hold_nothing_that_breaks_out_of_its_attribute(tmp_path: Path) -> None:
    from bs4 import BeautifulSoup

    from consumer_credit.report.page.html import ConsumerCreditHTMLExporter

    hostile = WhatIf(
        "if-x", "\"'><script>alert(1)</script>", "", DIALS[:1], OUTCOMES[:1], {"target_ratio": 0.2}, GIVEN
    )
    output = nbformat.v4.new_output("display_data", {WHAT_IF_MIME: hostile.record(Formats("en"))})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x", outputs=[output])])
    page, _ = ConsumerCreditHTMLExporter(font_cache=str(tmp_path)).from_notebook_node(notebook)
    figure = BeautifulSoup(page, "html.parser").find("figure", id="if-x")
    assert figure.find("script") is None
    assert json.loads(figure["data-record"])["title"] == hostile.title

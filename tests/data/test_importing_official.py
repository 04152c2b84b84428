"""The publishers' own files, imported into an empty store, say what the hand-checked facts say.

The files are not part of the project. They are looked for in the folder named by
CONSUMER_CREDIT_OFFICIAL_FILES, or beside the repository in shared/data/official, with the facts in the
folder next to it. Without them these tests are skipped; in CI that is a failure.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data.catalogue import Catalogue
from consumer_credit.data.importing import READERS, apply, plan_import
from consumer_credit.data.publishers.files import PublisherFile

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
OFFICIAL = Path(
    os.environ.get("CONSUMER_CREDIT_OFFICIAL_FILES") or ROOT.parent / "shared" / "data" / "official"
)
FACTS = OFFICIAL.parent / "facts"

Facts = dict[str, dict[str, dict[str, tuple[float, float]]]]
"""Series id, vintage label, period: the value, and half the last digit it was written down with."""

CHINA = {
    "loans_total_rmb": "cn.loans",
    "hh_loans_total": "cn.household_loans",
    "hh_loans_short": "cn.household_loans.short",
    "hh_loans_mlt": "cn.household_loans.medium_long",
    "hh_consumer_total": "cn.household_consumer_loans",
    "hh_consumer_short": "cn.household_consumer_loans.short",
    "hh_consumer_mlt": "cn.household_consumer_loans.medium_long",
    "hh_operating_total": "cn.household_operating_loans",
    "hh_operating_short": "cn.household_operating_loans.short",
    "hh_operating_mlt": "cn.household_operating_loans.medium_long",
}
UNITED_STATES = {
    "BEA_T20100_L27_DPI": "us.disposable_income.quarter",
    "BEA_T20100_L40_POP": "us.population.quarter",
    **{f"HHDC_{name}": f"us.nyfed.{ours}" for name, ours in (
        ("MORTGAGE", "mortgage"), ("HE_REVOLVING", "home_equity_revolving"), ("AUTO", "auto"),
        ("CREDIT_CARD", "credit_card"), ("STUDENT", "student"), ("OTHER", "other"), ("TOTAL", "total"),
    )},
    **{f"HHDC_PCT90_{name}": f"us.nyfed.delinquent_90_days.{ours}" for name, ours in (
        ("MORTGAGE", "mortgage"), ("HE_REVOLVING", "home_equity_revolving"), ("AUTO", "auto"),
        ("CREDIT_CARD", "credit_card"), ("STUDENT", "student"), ("OTHER", "other"), ("TOTAL", "total"),
    )},
}  # fmt: skip
ELSEWHERE = {
    ("GBR", "consumer_credit_excl_student_loans"): "gb.consumer_credit",
    ("GBR", "mortgages_to_individuals"): "gb.mortgages",
    ("CAN", "consumer_credit_incl_HELOC"): "ca.consumer_credit",
    ("CAN", "credit_market_debt_total"): "ca.credit_market_debt",
    ("CAN", "mortgages"): "ca.mortgages",
    ("CAN", "non_mortgage_loans"): "ca.non_mortgage_loans",
}
NOT_HELD = {"SLOAS.csv", "viddhiii_boe_LPMBI2O_clean.csv"}
OTHER_RELEASES = {
    ("SLOAS.csv", "us.student_loans"),
    ("FRB_G19_2016-11.csv", "us.consumer_credit.revolving.nsa"),
    ("FRB_G19_2016-11.csv", "us.consumer_credit.nonrevolving.nsa"),
    ("viddhiii_boe_LPMBI2O_clean.csv", "gb.consumer_credit"),
    ("WEBSTATS_TOTAL_CREDIT_DATAFLOW_csv_col_2019-09.csv", "* but pct_gdp"),
    ("totcredit_2016-03.xlsx", "* but pct_gdp"),
}
"""Files and series of a release that the facts do not hold; they are other vintages."""


@pytest.fixture(scope="module")
def official() -> list[Path]:
    files = sorted(path for path in OFFICIAL.glob("*/*") if path.is_file())
    if not files or not FACTS.is_dir():
        message = f"no official files in {OFFICIAL}: set CONSUMER_CREDIT_OFFICIAL_FILES"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    return files


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue.load(ROOT / "data")


@pytest.fixture
def empty_store(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data" / "catalogue", folder / "catalogue")
    (folder / "catalogue" / "imports.yaml").unlink(missing_ok=True)
    (folder / "observations").mkdir()
    return folder


@pytest.fixture(scope="module")
def facts(official: list[Path], catalogue: Catalogue) -> Facts:
    keyed = {
        (reader, key): series.id
        for series in catalogue.series.values()
        for reader, keys in series.keys.items()
        for key in keys.split("|")
    }
    held: Facts = defaultdict(lambda: defaultdict(dict))
    for row in _rows("china.csv"):
        if row["series"] in CHINA:
            held[CHINA[row["series"]]]["table"][row["period"]] = _figure(row["value"])
    for row in _rows("united_states.csv"):
        series = UNITED_STATES.get(row["series"]) or keyed.get(("fred", row["series"]))
        if series:
            held[series][row["vintage"]][row["period"]] = _figure(row["value"])
    for name in ("world_bis_household_credit.csv", "world_bis_household_credit_vintages.csv"):
        for row in _rows(name):
            if series := keyed.get(("bis", row["series_key"])):
                held[series][row["vintage"]][row["period"]] = _figure(row["value"])
    for row in _rows("world_wdi.csv"):
        if series := keyed.get(("wdi", f"{row['economy']}:{row['indicator']}")):
            held[series][row["vintage"]][row["period"]] = _figure(row["value"])
    for row in _rows("world_consumer_credit.csv"):
        if series := ELSEWHERE.get((row["economy"], row["series"])):
            held[series][row["vintage"]][row["period"]] = _figure(row["value"])
    return held


def _figure(text: str) -> tuple[float, float]:
    digits = -int(Decimal(text).as_tuple().exponent)
    return float(text), max(0.5000001 * 10.0**-digits, 1e-9 * abs(float(text)))


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def test_each_official_file_is_known_by_one_reader_only(official: list[Path]) -> None:
    for path in official:
        file = PublisherFile.open(path)
        knowing = [reader.PUBLISHER for reader in READERS if reader.recognise(file)]
        assert len(knowing) == 1, f"{path.name}: {knowing}"


def test_every_official_file_gives_the_facts_in_every_overlapping_cell(
    official: list[Path], empty_store: Path, facts: Facts
) -> None:
    plan = plan_import(official, empty_store)
    compared, differing = 0, []
    imported: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for name, series, period, value in plan.changes[["file", "series", "period", "value"]].values.tolist():
        imported[name, series][period] = value
    for (name, series), read in imported.items():
        wrong: dict[str, tuple[int, list[Any]]] = {}
        for vintage, held in facts.get(series, {}).items():
            cells = [(period, read[period], *held[period]) for period in held if period in read]
            if cells:
                wrong[vintage] = (len(cells), [cell for cell in cells if abs(cell[1] - cell[2]) > cell[3]])
        if wrong:
            best = min(wrong.values(), key=lambda of: (len(of[1]) / of[0], -of[0]))
            compared += best[0] - len(best[1])
            if best[1]:
                differing.append((Path(name).name, series, best[1][:2]))
    assert set(plan.changes["file"]) == {str(path) for path in official}, "each file brings figures"
    assert [case for case in differing if not _other_release(*case[:2])] == []
    assert compared > 67_000
    assert not any(report.unknown for report in plan.files)
    apply(plan)
    again = [path for path in official[::-1] if path.parent.name != "bis"]
    assert plan_import(again, empty_store).is_empty


def test_what_the_official_files_say_is_what_the_project_holds(official: list[Path], tmp_path: Path) -> None:
    """Of the years and releases held, an import finds every figure held already."""
    folder = tmp_path / "data"
    shutil.copytree(ROOT / "data", folder)
    held = [
        path
        for path in official
        if path.parent.name in ("pbc", "fred", "other") and path.name not in NOT_HELD
    ]
    plan = plan_import(held, folder)
    assert plan.is_empty, plan.lines()


def _other_release(file: str, series: str) -> bool:
    return (file, series) in OTHER_RELEASES or (
        (file, "* but pct_gdp") in OTHER_RELEASES and not series.endswith(".pct_gdp")
    )

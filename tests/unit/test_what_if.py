"""Claims about what a reader may try: the edition's own values first, by the measures themselves."""

from __future__ import annotations

import inspect
import re
from importlib.resources import files

import pytest

from consumer_credit.errors import NotebookError
from consumer_credit.measures.headroom import years_to_converge
from consumer_credit.parameters import bounds_of
from consumer_credit.report.formats import Formats
from consumer_credit.report.what_if import MEASURES, Dial, Outcome, WhatIf

TARGET = Dial("target_ratio", "Target", "% of GDP", 0.01, 0.5)
YEARS = Outcome(
    "Years",
    "years",
    "years_to_converge",
    {"ratio": "ratio", "target": "target_ratio", "loan_growth": 0.08, "gdp_growth": 0.045},
    none="never",
)


def what_if(*outcomes: Outcome, target: float = 0.2, ratio: float = 0.15) -> WhatIf:
    return WhatIf("if-x", "Title", "", [TARGET], outcomes, {"target_ratio": target}, {"ratio": ratio})


def test_the_editions_values_come_from_the_measure() -> None:
    record = what_if(YEARS).record(Formats("en"))
    years = years_to_converge(ratio=0.15, target=0.2, loan_growth=0.08, gdp_growth=0.045)
    assert years is not None and record["outcomes"][0]["shown"] == f"{years:.1f}"


def test_what_never_happens_is_said_in_words() -> None:
    assert what_if(YEARS, ratio=0.3).record(Formats("en"))["outcomes"][0]["shown"] == "never"


def test_a_dial_has_the_bounds_of_its_parameter_in_the_readers_unit() -> None:
    dial = what_if(YEARS, target=0.07).record(Formats("en"))["dials"][0]
    assert bounds_of("target_ratio") == (0.01, 2)
    assert (dial["low"], dial["start"], dial["high"], dial["shown"]) == (1, 7, 200, "7")


def test_a_result_may_be_one_part_of_several() -> None:
    pool = {"outstanding": 8e12, "revolving_share": 0.3, "rate_spread": 0.06}
    saving = Outcome("Saving", "CNY billion", "transfer_pool", pool, part="saving", scale=1e9)
    assert what_if(saving).record(Formats("en"))["outcomes"][0]["shown"] == "144.0"


def test_an_unknown_measure_and_an_unknown_argument_are_named() -> None:
    with pytest.raises(NotebookError, match="no measure 'room'"):
        what_if(Outcome("R", "", "room", {})).record(Formats("en"))
    with pytest.raises(NotebookError, match="'gdp' is neither a dial nor given"):
        wanting = {"ratio": 0.1, "target": 0.2, "gdp": "gdp"}
        what_if(Outcome("R", "", "headroom", wanting)).record(Formats("en"))


def test_the_page_repeats_every_measure_under_its_name_with_its_arguments() -> None:
    script = (files("consumer_credit.report") / "templates" / "html" / "measures.js").read_text("utf-8")
    repeated = dict(re.findall(r"const (\w+) = \(\{ ([^}]*) \}\) =>", script))
    expected = {
        name: [
            str(parameter).partition(":")[0] for parameter in inspect.signature(measure).parameters.values()
        ]
        for name, measure in MEASURES.items()
    }
    found = {
        name: [part.partition(" =")[0] for part in given.split(", ")] for name, given in repeated.items()
    }
    assert found == expected

"""The checks: the project's data pass them, and each kind of damage is found and named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumer_credit.data.checks import check
from consumer_credit.data.findings import Finding
from consumer_credit.data.store import Store

MakeStore = Callable[..., Store]
Entry = Callable[..., dict[str, Any]]


def months(first_year: int, number: int) -> list[str]:
    return [f"{first_year + n // 12}-{n % 12 + 1:02d}" for n in range(number)]


def rising(series: str, number: int = 48, *, changed: dict[str, float] | None = None) -> list[str]:
    """Monthly balances that grow by about one per cent, unevenly; known at the end of the month after."""
    changed, value, rows = changed or {}, 1000.0, []
    for n, period in enumerate(months(2014, number)):
        value *= 1.01 + 0.001 * (n % 5 - 2)
        value *= changed.get(period, 1.0)
        following = months(2014, number + 1)[n + 1]
        rows.append(f"{series},{period},{value:.2f},{following},page")
    return rows


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, "\n".join(map(str, findings))
    return findings[0]


def test_the_published_data_pass_every_check(published: Store) -> None:
    assert [str(finding) for finding in check(published)] == []


def test_sound_figures_give_no_finding(make_store: MakeStore) -> None:
    assert check(make_store(*rising("cn.loans"))) == []


def test_parts_that_do_not_sum_to_their_total_are_found(make_store: MakeStore, series_entry: Entry) -> None:
    parts = [{"series": ["cn.short", "cn.long"], "tolerance": 0.05}]
    series = {
        "cn.loans": series_entry(parts=parts, irregular=True),
        "cn.short": series_entry(),
        "cn.long": series_entry(),
    }
    rows = [
        f"cn.{name},{period},{value},{vintage},page"
        for period, vintage, *values in [
            ("2016-10", "2016-11", 1, 2, 3.04),
            ("2016-11", "2016-12", 1, 2, 3.2),
        ]
        for name, value in zip(("short", "long", "loans"), values, strict=True)
    ]
    found = only(check(make_store(*sorted(rows), series=series)))
    assert (found.severity, found.check, found.series, found.period) == (
        "error",
        "parts",
        "cn.loans",
        "2016-11",
    )
    assert found.expected == "3 ± 0.05, the sum of cn.short + cn.long"
    assert found.row is not None


def test_parts_of_another_vintage_are_not_added_up(make_store: MakeStore, series_entry: Entry) -> None:
    parts = [{"series": ["cn.short", "cn.long"], "tolerance": 0}]
    series = {"cn.loans": series_entry(parts=parts), "cn.short": series_entry(), "cn.long": series_entry()}
    store = make_store(
        "cn.loans,2016-12,3,2017-01,page",
        "cn.long,2016-12,2,2017-01,page",
        "cn.short,2016-12,5,2024-01,page",
        series=series,
    )
    assert check(store) == []


@pytest.mark.parametrize(("factor", "power"), [(10, 1), (100, 2), (0.0001, -4), (1000, 3)])
def test_a_slip_of_unit_against_the_previous_vintage_is_found(
    make_store: MakeStore, factor: float, power: int
) -> None:
    found = only(
        check(
            make_store(
                "cn.loans,2016-12,250472.29,2017-01,page",
                f"cn.loans,2016-12,{250472.29 * 1.02 * factor:f},2018-01,page",
            )
        )
    )
    assert (found.severity, found.check, found.row) == ("error", "magnitude", 3)
    assert f"10^{power} times vintage 2017-01" in found.value


def test_a_large_revision_is_no_slip(make_store: MakeStore) -> None:
    assert check(make_store("cn.loans,2016-12,10.1,2019-09,page", "cn.loans,2016-12,35.2,2026-06,page")) == []


def test_a_month_in_another_unit_is_found_beside_its_neighbours(make_store: MakeStore) -> None:
    rows = [row.replace(",page", "").rsplit(",", 1)[0] + ",2018-06,page" for row in rising("cn.loans", 24)]
    series_id, period, value, vintage, source = rows[-1].split(",")
    rows[-1] = f"{series_id},{period},{float(value) / 10000:.6f},{vintage},{source}"
    found = check(make_store(*rows))
    assert {f.check for f in found} == {"magnitude"}
    assert {f.period for f in found} == {"2015-12"}


def test_a_value_out_of_its_range_is_found(make_store: MakeStore, series_entry: Entry) -> None:
    series = {"cn.loans": series_entry(range={"min": 0, "max": 100})}
    found = only(check(make_store("cn.loans,2016-12,100.5,2017-01,page", series=series)))
    assert (found.check, found.row, found.value) == ("table", 2, "100.5")
    assert "between 0 and 100" in found.expected


def test_a_new_level_break_is_reported_and_a_known_one_is_not(
    make_store: MakeStore, series_entry: Entry
) -> None:
    rows = rising("cn.loans", changed={"2016-06": 1.08})
    found = only(check(make_store(*rows, series={"cn.loans": series_entry(watch_breaks=True)})))
    assert (found.severity, found.check, found.period) == ("warning", "level_break", "2016-06")
    known = [{"period": "2016-06", "kind": "level_break", "note": {"en": "a", "zh": "b"}}]
    assert check(make_store(*rows, series={"cn.loans": series_entry(watch_breaks=True, breaks=known)})) == []


def test_a_known_break_of_another_size_is_reported(make_store: MakeStore, series_entry: Entry) -> None:
    known = [{"period": "2016-06", "size": 500, "kind": "level_break", "note": {"en": "a", "zh": "b"}}]
    rows = rising("cn.loans", changed={"2016-06": 1.08})
    found = only(check(make_store(*rows, series={"cn.loans": series_entry(watch_breaks=True, breaks=known)})))
    assert (found.check, found.expected) == ("level_break", "about 500, as the catalogue says")


def test_a_missing_period_is_found_unless_the_gap_is_stated(
    make_store: MakeStore, series_entry: Entry
) -> None:
    rows = [row for row in rising("cn.loans") if not row.startswith("cn.loans,2016-06")]
    found = only(check(make_store(*rows)))
    assert (found.severity, found.check, found.period) == ("error", "coverage", "2016-06")
    stated = [{"kind": "gap_in_source", "periods": "2016-06", "note": {"en": "a", "zh": "b"}}]
    assert check(make_store(*rows, series={"cn.loans": series_entry(warnings=stated)})) == []
    assert check(make_store(*rows, series={"cn.loans": series_entry(irregular=True)})) == []


def test_a_file_that_reaches_less_far_than_the_older_one_is_reported(make_store: MakeStore) -> None:
    rows = [f"cn.loans,{period},{100 + n},2017-06,file" for n, period in enumerate(months(2016, 6))]
    rows += [f"cn.loans,{period},{100 + n},2018-06,file" for n, period in enumerate(months(2016, 5))]
    found = only(check(make_store(*sorted(rows))))
    assert (found.severity, found.check, found.period) == ("warning", "coverage", "2016-05")


def test_nothing_is_known_before_its_period_has_ended(make_store: MakeStore) -> None:
    found = only(check(make_store("cn.loans,2016-12,1,2016-12-30,page")))
    assert (found.severity, found.check, found.row) == ("error", "timing", 2)


def test_one_day_knows_one_value(make_store: MakeStore) -> None:
    found = only(check(make_store("cn.loans,2016-12,1,2017-01,page", "cn.loans,2016-12,2,2017-01-31,page")))
    assert (found.severity, found.check) == ("error", "timing")


def test_a_derived_level_outside_its_range_is_found(make_store: MakeStore, series_entry: Entry) -> None:
    derived = {"formula": {"en": "a / b", "zh": "a / b"}, "ingredients": ["a", "b"], "range": [1, 2]}
    series = {"cn.loans": series_entry(derived=derived)}
    found = only(check(make_store("cn.loans,2016-12,2.5,2017-01,page", series=series)))
    assert (found.severity, found.check) == ("error", "derived")


def test_unsorted_rows_are_reported(make_store: MakeStore) -> None:
    found = only(check(make_store("cn.loans,2016-12,2,2017-01,page", "cn.loans,2016-11,1,2016-12,page")))
    assert (found.severity, found.check, found.row) == ("warning", "order", 3)


def test_a_series_without_figures_is_reported(make_store: MakeStore) -> None:
    found = only(check(make_store()))
    assert (found.severity, found.check) == ("warning", "empty")


@pytest.mark.parametrize("printed", ["981.35", None])
def test_a_correction_fails_once_the_source_is_fixed(
    make_store: MakeStore, tmp_path: Path, printed: str | None
) -> None:
    make_store(f"cn.loans,2016-12,{printed or 7},2017-01,page")
    period = "2016-12" if printed else "2016-11"
    (tmp_path / "data" / "corrections.yaml").write_text(
        f"- {{series: cn.loans, period: {period}, action: replace, value: 981.35, expect: 9981.35,"
        " reason: {en: misprint, zh: 误印}, reported_to: nobody}\n",
        encoding="utf-8",
    )
    found = only(check(Store.open(tmp_path / "data")))
    assert (found.severity, found.check) == ("error", "correction")
    assert "remove the correction" in found.remedy


def test_errors_come_first_and_read_as_one_line(make_store: MakeStore, series_entry: Entry) -> None:
    series = {"cn.loans": series_entry(range={"min": 0, "max": 1}), "cn.other": series_entry()}
    findings = check(make_store("cn.loans,2016-12,2,2017-01,page", series=series))
    assert [f.severity for f in findings] == ["error", "warning"]
    assert str(findings[0]).startswith(
        "error: data/observations/maker.csv, row 2: cn.loans 2016-12: 2; expected"
    )
    assert "\n" not in str(findings[0])

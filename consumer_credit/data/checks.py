"""Is what the store holds sound? Run before every build and by `data check`.

`check` puts together what single rows tell (shape, range, timing, coverage, corrections) and what figures
tell about each other (`data.consistency`: parts and totals, magnitudes, level breaks). Files that cannot be
read at all are refused earlier, by `data.observations`, with a `DataError`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from consumer_credit.data.consistency import level_breaks, magnitudes, parts
from consumer_credit.data.corrections import corrected
from consumer_credit.data.entries import Series
from consumer_credit.data.findings import Finding, finding, in_order
from consumer_credit.data.observations import Row
from consumer_credit.data.periods import absent_between, known_from, last_day
from consumer_credit.data.store import Store
from consumer_credit.kept import kept

if TYPE_CHECKING:
    import pandas as pd

Rows = Mapping[str, list[Row]]


@kept
def check(store: Store) -> list[Finding]:
    """Everything that is wrong or doubtful in the store, errors first.

    Raises:
        DataError: a file cannot be read at all.
    """
    store.load_all()
    printed = {series_id: store.rows(series_id) for series_id in store.catalogue.series}
    rows = {i: corrected(i, of_one, store.corrections) for i, of_one in printed.items()}
    findings = [*table(store, rows), *_corrections(store, printed)]
    for series in store.catalogue.series.values():
        findings += _order(series, printed[series.id])
        findings += _coverage(series, rows[series.id], store)
        findings += _timing(series, rows[series.id])
        findings += _derived(series, rows[series.id])
        findings += parts(series, rows)
        findings += magnitudes(series, rows[series.id])
        findings += level_breaks(series, rows[series.id])
    return in_order(findings)


def table(store: Store, rows: Rows) -> list[Finding]:
    """Shape of the whole table of observations: types, unique keys, and every value within its series'
    range.
    """
    import pandera.pandas as pandera  # noqa: PLC0415  (half a second that only a check should cost)
    from pandera.errors import SchemaErrors  # noqa: PLC0415

    frame = _whole_table(store, rows)
    schema = pandera.DataFrameSchema(
        {
            "series": pandera.Column(str),
            "period": pandera.Column(str),
            "value": pandera.Column(float),
            "vintage": pandera.Column(str),
        },
        checks=[
            pandera.Check(lambda t: t["value"] >= t["min"], name="min"),
            pandera.Check(lambda t: t["value"] <= t["max"], name="max"),
        ],
        unique=["series", "period", "vintage"],
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        failing = sorted({int(index) for index in error.failure_cases["index"].dropna()})
        return [_out_of_range(store, row) for row in frame.loc[failing].to_dict("records")]
    return []


def _whole_table(store: Store, rows: Rows) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    records = [(series_id, *row) for series_id, of_one in rows.items() for row in of_one]
    frame = pd.DataFrame.from_records(
        records, columns=["series", "period", "value", "vintage", "source", "line"]
    ).astype({"series": "str", "period": "str", "value": "float64", "vintage": "str"})
    bounds = {i: s.range for i, s in store.catalogue.series.items() if s.range}
    return frame.assign(
        min=frame["series"]
        .map({i: b.min for i, b in bounds.items()})
        .astype("float64")
        .fillna(float("-inf")),
        max=frame["series"].map({i: b.max for i, b in bounds.items()}).astype("float64").fillna(float("inf")),
    )


def _out_of_range(store: Store, failing: Mapping[Hashable, Any]) -> Finding:
    row = Row(*(failing[field] for field in ("period", "value", "vintage", "source", "line")))
    return finding(
        "table",
        store.catalogue.series[failing["series"]],
        row,
        f"{row.value:.12g}",
        expected=f"a single row between {failing['min']:.12g} and {failing['max']:.12g}",
        remedy="correct the figure or its unit; if it is right, widen `range` in the catalogue",
    )


def _order(series: Series, rows: list[Row]) -> Iterator[Finding]:
    """Sorted rows keep a change readable: the same figures always stand in the same order."""
    for before, row in pairwise(sorted(rows, key=lambda row: row.line)):
        if (before.period, before.vintage) > (row.period, row.vintage):
            yield finding(
                "order",
                series,
                row,
                f"stands after {before.period}, vintage {before.vintage}",
                expected="rows sorted by series, period and vintage",
                remedy="sort the file",
                severity="warning",
            )
            return


def _coverage(series: Series, rows: list[Row], store: Store) -> Iterator[Finding]:
    """No period is missing between first and last, unless the series is irregular or the gap stated."""
    if not rows:
        yield finding(
            "empty",
            series,
            "",
            "no observation",
            expected="at least one",
            remedy="import the series, or take it out of the catalogue",
            severity="warning",
        )
        return
    if not series.irregular and series.frequency != "daily":
        stated = [gap for gap in series.warnings if gap.kind == "gap_in_source" and gap.periods]
        for period in absent_between(sorted({row.period for row in rows})):
            if not any(gap.covers(period) for gap in stated):
                yield finding(
                    "coverage",
                    series,
                    period,
                    "missing",
                    expected=f"a value for every period from {rows[0].period} to {rows[-1].period}",
                    remedy="find the figure, or state the gap in the catalogue as a warning gap_in_source",
                )
    yield from _shrunk(series, rows, store)


def _shrunk(series: Series, rows: list[Row], store: Store) -> Iterator[Finding]:
    """A publisher's newer file reaches at least as far as its older one."""
    last: dict[str, str] = {}
    for row in rows:
        if store.catalogue.sources[row.source].confidence == "official_file":
            last[row.vintage] = max(row.period, last.get(row.vintage, ""))
    for older, newer in pairwise(sorted(last, key=known_from)):
        if last[newer] < last[older]:
            yield finding(
                "coverage",
                series,
                last[newer],
                f"the file of {newer} ends here",
                expected=f"figures to {last[older]}, as in the file of {older}",
                remedy="check whether the newer file is complete",
                severity="warning",
            )


def _timing(series: Series, rows: list[Row]) -> Iterator[Finding]:
    """Nothing is known before its period has ended, and one day knows one value of one period."""
    for row in rows:
        if series.kind != "count" and known_from(row.vintage) < last_day(row.period):
            yield finding(
                "timing",
                series,
                row,
                f"vintage {row.vintage}",
                expected=f"a vintage not before {last_day(row.period)}, the end of the period",
                remedy="correct the period (stocks are end-of-period) or the vintage",
            )
    for row, following in pairwise(rows):
        if row.period == following.period and known_from(row.vintage) == known_from(following.vintage):
            yield finding(
                "timing",
                series,
                following,
                f"vintages {row.vintage} and {following.vintage}",
                expected="one value for one day",
                remedy="keep one of the two rows",
            )


def _derived(series: Series, rows: list[Row]) -> Iterator[Finding]:
    """A derived level lies within the range that the rounding of its ingredients leaves."""
    if series.derived is None or series.derived.range is None:
        return
    low, high = series.derived.range
    for row in rows:
        if not low <= row.value <= high:
            yield finding(
                "derived",
                series,
                row,
                f"{row.value:.12g}",
                expected=f"between {low:.12g} and {high:.12g}, the rounding of its ingredients",
                remedy="work the formula out again",
            )


def _corrections(store: Store, printed: Rows) -> Iterator[Finding]:
    """A correction holds only as long as the error is still there."""
    for correction in store.corrections:
        series = store.catalogue.series[correction.series]
        concerned = [row for row in printed[series.id] if correction.concerns(series.id, row)]
        if all(row.value == correction.expect for row in concerned) and concerned:
            continue
        yield finding(
            "correction",
            series,
            concerned[0] if concerned else correction.period,
            f"{concerned[0].value:.12g}" if concerned else "no such observation",
            expected=f"{correction.expect:.12g}, the error that corrections.yaml mends",
            remedy="the source seems to be fixed: remove the correction",
        )

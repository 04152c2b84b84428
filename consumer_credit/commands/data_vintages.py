"""`python build_report.py data show` and `data diff`: what a value was, and what became of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from consumer_credit.commands.figures import Shown, columns, grouped, percent, shown_as, signed, span
from consumer_credit.commands.options import known_date
from consumer_credit.commands.output import print_json
from consumer_credit.commands.workplace import open_project

if TYPE_CHECKING:
    import pandas as pd

    from consumer_credit.data.revisions import SeriesRevision
    from consumer_credit.data.store import Store
    from consumer_credit.report.chapters.headlines import Effect

EACH_SHOWN = 5
"""Largest revisions shown of one series; of each of many, one."""


def show_command(*, series: str, as_of: str | None, vintages: bool, as_json: bool) -> int:
    """Print a series: as known on a day, or every vintage of each period.

    Raises:
        DataError: unknown series (the nearest is named).
        UsageError: `as_of` is not a date.
    """
    from consumer_credit.data.periods import as_of_date, known_from  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    if as_of is not None:
        known_date(as_of, "--as-of")
    store = Store.open(open_project().data)
    entry, day = store.catalogue.find(series), as_of_date(as_of or "latest")
    if vintages:
        frame = store.observations(series)
        if day is not None:
            frame = frame[[known_from(v) <= day for v in frame["vintage"]]]
        frame = frame.assign(later_vintage=False)
    else:
        frame = store.as_of(series, as_of or "latest", in_units=False)
    if as_json:
        print_json(_series_json(store, series, as_of, frame))
        return 0
    print(f"{series}: {entry.title.en} · {entry.title.zh}")
    shown = shown_as(entry)
    scale = f", in units of {entry.scale:g}" if entry.scale != 1 else ""
    print(
        f"{entry.unit}{scale} as published; {shown.unit} where words are used; {entry.frequency}, {entry.kind}"
    )
    print(f"{'every vintage' if vintages else 'newest vintage of each period'}, {_known(as_of)}")
    rows = [("period", "value", "vintage", "source", "")]
    for row in frame.itertuples():
        mark = "later vintage" if row.later_vintage else ""
        rows.append((str(row.period), f"{row.value:.12g}", str(row.vintage), str(row.source), mark))
    for line in columns(rows, right=(1,)):
        print(line)
    shown_breaks = [b for b in entry.breaks if day is None or b.since is None or known_from(b.since) <= day]
    notes = [f"break {b.period} ({b.kind}): {b.note.en}" for b in shown_breaks]
    notes += [
        f"warning ({w.kind}{', ' + w.periods if w.periods else ''}): {w.note.en}" for w in entry.warnings
    ]
    if entry.derived:
        notes.append(f"derived: {entry.derived.formula.en}")
    for note in notes:
        print(note)
    return 0


def _known(as_of: str | None) -> str:
    return "as held today" if as_of in (None, "latest") else f"as known on {as_of}"


def _series_json(store: Store, series: str, as_of: str | None, frame: pd.DataFrame) -> dict[str, Any]:
    entry = store.catalogue.find(series)
    return {
        "series": series,
        "title": entry.title.model_dump(),
        "unit": entry.unit,
        "scale": entry.scale,
        "frequency": entry.frequency,
        "as_of": as_of or "latest",
        "observations": [
            {
                "period": str(row.period),
                "value": row.value,
                "vintage": str(row.vintage),
                "source": str(row.source),
                "later_vintage": bool(row.later_vintage),
            }
            for row in frame.itertuples()
        ],
    }


def diff_command(*, series: Sequence[str], before: str, after: str, headlines: bool, as_json: bool) -> int:
    """Print what changed between two days, series by series, and what it does to the headline ratios.

    Raises:
        DataError: unknown series (the nearest is named).
        UsageError: not a date, or the first day does not lie before the second.
    """
    from consumer_credit.data.revisions import revisions, vintages_held  # noqa: PLC0415
    from consumer_credit.data.store import Store  # noqa: PLC0415

    known_date(before, "--from"), known_date(after, "--to")
    project = open_project()
    store = Store.open(project.data)
    found = revisions(store, series, before, after)
    changed = [revision for revision in found if series or not revision.is_empty]
    held = vintages_held(store, [revision.series for revision in changed], before, after)
    ratios: list[Effect] = []
    if headlines:
        from consumer_credit.report.chapters.headlines import effects  # noqa: PLC0415  (slow to import)

        ratios = effects(project, store, before, after)
    if as_json:
        print_json(
            {
                "from": before,
                "to": after,
                "series": [_revision_json(revision, held[revision.series]) for revision in changed],
                "headlines": [_effect_json(effect) for effect in ratios],
            }
        )
        return 0
    print(f"known on {after} against {before}")
    count = EACH_SHOWN if series else 1
    for revision in changed:
        for line in _told(store, revision, held[revision.series], count):
            print(line)
    if not changed:
        print("nothing became known in between")
    for line in _effects_told(ratios, before, after):
        print(line)
    return 0


def _told(store: Store, revision: SeriesRevision, vintages: Sequence[str], count: int) -> list[str]:
    entry = store.catalogue.find(revision.series)
    shown = shown_as(entry)
    lines = ["", f"{revision.series}: {entry.short_title.en}, {shown.unit}"]
    counts = [
        f"{len(revision.added)} added" + (f" ({span(revision.added)})" if revision.added else ""),
        f"{len(revision.removed)} removed" + (f" ({span(revision.removed)})" if revision.removed else ""),
        f"{len(revision.revised)} revised",
        f"{revision.same} the same",
    ]
    lines.append("  " + ", ".join(counts))
    if revision.not_held_then:
        lines.append(
            f"  {len(revision.not_held_then)} published by then, of which no vintage of that time is held "
            f"({span(revision.not_held_then)})"
        )
    if vintages:
        lines.append(f"  vintages in between: {', '.join(vintages)}")
    table = revision.revised
    largest = _rows_told(table.head(count), shown)
    if largest:
        lines += ["  largest revisions:", *columns(largest, right=(1, 3, 4, 5), indent="    ")]
    relative = table.loc[table["relative"].abs().sort_values(ascending=False, kind="stable").index].head(
        count
    )
    if largest and set(relative["period"]) != set(table.head(count)["period"]):
        lines += [
            "  largest in proportion:",
            *columns(_rows_told(relative, shown), right=(1, 3, 4, 5), indent="    "),
        ]
    return lines


def _rows_told(table: pd.DataFrame, shown: Shown) -> list[tuple[str, ...]]:
    names = ("period", "before", "after", "change", "relative", "vintage_before", "vintage_after")
    return [
        (
            period,
            shown.number(before),
            "→",
            shown.number(after),
            shown.change(change),
            percent(relative),
            f"({old} → {new})",
        )
        for period, before, after, change, relative, old, new in zip(
            *(table[name].tolist() for name in names), strict=True
        )
    ]


def _effects_told(effects: Iterable[Effect], before: str, after: str) -> list[str]:
    rows = []
    for effect in effects:
        then = _ratio(effect.before, later=effect.before_later)
        now = _ratio(effect.after, later=effect.after_later)
        change = "" if effect.change is None else f"{signed(100 * effect.change, 2)} pp"
        rows.append((effect.title, effect.year, then, "→", now, change))
    if not rows:
        return []
    heading = ["", f"headline ratios, as known on {before} and on {after} (* rests on a later vintage):"]
    return [*heading, *columns(rows, right=(2, 4, 5), indent="  ")]


def _ratio(value: float | None, *, later: bool) -> str:
    return "not known" if value is None else f"{grouped(100 * value, 2)} %{'*' if later else ''}"


def _revision_json(revision: SeriesRevision, vintages: Sequence[str]) -> dict[str, Any]:
    rows = [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in row.items()
        }
        for row in revision.revised.to_dict("records")
    ]
    return {
        "series": revision.series,
        "added": list(revision.added),
        "removed": list(revision.removed),
        "revised": rows,
        "same": revision.same,
        "not_held_then": list(revision.not_held_then),
        "vintages": list(vintages),
    }


def _effect_json(effect: Effect) -> dict[str, Any]:
    return {
        "name": effect.name,
        "title": effect.title,
        "year": effect.year,
        "before": effect.before,
        "after": effect.after,
        "change": effect.change,
        "before_rests_on_later_vintage": effect.before_later,
        "after_rests_on_later_vintage": effect.after_later,
    }

"""The grid of ratios as readers see it: labels, marks beside the numbers, and the remarks that explain them.

Numbers come from `scope_grid`; drawing belongs to `charts.heatmap`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from consumer_credit.data.periods import known_from
from consumer_credit.locales import Text
from consumer_credit.report.chapter import Chapter
from consumer_credit.report.chapters import scopes
from consumer_credit.report.chapters.scope_grid import NEWEST
from consumer_credit.report.columns import DERIVED_MARK, LATER_MARK
from consumer_credit.report.missing import reason_text


@dataclass(frozen=True)
class HeatCells:
    """A grid ready to be drawn: `frame` as `charts.heatmap.heat_map` takes it with every column of the grid
    and `marks` (what stands beside the number), and the `remarks` that explain the marks.
    """

    frame: pd.DataFrame
    remarks: Sequence[str]


def heat_cells(chapter: Chapter, cells: pd.DataFrame) -> HeatCells:
    """Label a grid in the reader's language and letter the reasons of its empty cells.

    A mark that comes from the denominator stands at the head of its column, one from the loans in the cell.
    """
    _ = chapter.text
    scopes_by_key = {scope.key: scope for scope in scopes.SCOPES[cells["economy"].iloc[0]]}
    letters: dict[str, str] = {}
    order = {name: list(dict.fromkeys(cells[name])) for name in ("scope", "denominator", "day")}
    places = [cells[name].map(names.index) for name, names in order.items()]
    frame = cells.iloc[pd.concat(places, axis=1).sort_values(list(order), kind="stable").index].reset_index(
        drop=True
    )
    frame["mark"] = [_mark(chapter, row, letters) for row in frame.to_dict("records")]
    frame["row"], frame["value"] = frame["scope"], frame["ratio"]
    frame["row_label"] = [_(scopes_by_key[key].label) for key in frame["scope"]]
    frame["column"] = frame["denominator"] + "-" + frame["day"]
    frame["column_label"] = _column_labels(chapter, frame)
    frame["column_group"] = [_group_label(chapter, frame, name) for name in frame["denominator"]]
    known = frame[frame["ratio"].notna()]
    remarks = [
        _("[{letter}] Not available: {reason}.", letter=letter, reason=reason)
        for reason, letter in letters.items()
    ]
    if known["scope"].isin(["broad_low", "broad_high"]).any():
        remarks.append(outside_remark(chapter))
    if known["below_derived"].any():
        remarks.append(
            _(
                "† Disposable income of all residents is income per head times population, a product of two figures."
            )
        )
    if (known["loans_later"] | known["below_later"]).any():
        remarks.append(
            _("‡ Public by that day, but only figures of a later vintage are held; not counted in the band.")
        )
    return HeatCells(frame, remarks)


def outside_remark(chapter: Chapter) -> str:
    """What is assumed of the lenders outside the table."""
    shares = (chapter.parameters.outside_business_share_low, chapter.parameters.outside_business_share_high)
    low, high = (chapter.formats.percent(share, 0) for share in shares)
    return chapter.text(
        "† Lenders outside the table: between {low} and {high} of what P2P platforms and microloan companies have "
        "outstanding is assumed to be credit to businesses and left out.",
        low=low,
        high=high,
    )


def day_label(chapter: Chapter, day: str) -> str:
    """A day of the grid as readers see it: 'Apr 2017', '2017年4月', or that it is the newest."""
    parts = _month_and_year(chapter, day)
    if parts is None:
        return chapter.text("newest")
    month, year = parts
    return f"{month} {year}" if chapter.language == "en" else f"{year}年{month}"


def denominator_label(text: Text, name: str) -> str:
    """A denominator's name for readers."""
    words = {
        "gdp": "GDP",
        "disposable_income": "Disposable income",
        "household_consumption": "Household consumption",
    }
    return text(words[name])


def _mark(chapter: Chapter, row: Mapping[Hashable, Any], letters: dict[str, str]) -> str:
    reason = row["reason"]
    if reason is None:
        return (DERIVED_MARK if row["loans_derived"] else "") + (LATER_MARK if row["loans_later"] else "")
    words = reason_text(
        reason,
        language=chapter.language,
        title_of=lambda series: chapter.title(series, short=False),
    )
    return letters.setdefault(words, chr(ord("a") + len(letters)))


def _column_labels(chapter: Chapter, frame: pd.DataFrame) -> list[str]:
    """Month and year on two lines, the year with ‡ where the denominator is of a later vintage."""
    later = set(frame.loc[frame["below_later"], "column"])
    labels = []
    for day, column in zip(frame["day"], frame["column"], strict=True):
        parts, mark = _month_and_year(chapter, day), LATER_MARK if column in later else ""
        if parts is None:
            labels.append(chapter.text("newest") + mark)
        else:
            month, year = parts
            labels.append(f"{month}\n{year}{mark}" if chapter.language == "en" else f"{year}{mark}\n{month}")
    return labels


def _month_and_year(chapter: Chapter, day: str) -> tuple[str, str] | None:
    """A day's month ('Apr', '4月') and year; None for the newest day of an edition without a date."""
    from babel.dates import format_date  # noqa: PLC0415

    as_of = str(chapter.parameters.as_of)
    if day == NEWEST and as_of == "latest":
        return None
    date = known_from(as_of if day == NEWEST else day)
    locale, pattern = ("en_GB", "MMM") if chapter.language == "en" else ("zh_Hans_CN", "M月")
    return str(format_date(date, format=pattern, locale=locale)), str(date.year)


def _group_label(chapter: Chapter, frame: pd.DataFrame, denominator: str) -> str:
    derived = frame.loc[frame["denominator"] == denominator, "below_derived"].any()
    return denominator_label(chapter.text, denominator) + (f" {DERIVED_MARK}" if derived else "")

"""What an import would do, and the words in which a person is shown it before anything is written.

Making a plan is `importing`'s; here it is held and told.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from consumer_credit.counts import counted
from consumer_credit.data.comparing import OUTCOMES, Outcome
from consumer_credit.data.writing import decimal_text

if TYPE_CHECKING:
    import pandas as pd

CHANGES = (
    "series",
    "period",
    "outcome",
    "value",
    "vintage",
    "held_value",
    "held_vintage",
    "source",
    "file",
    "place",
)
"""Columns of `ImportPlan.changes`."""

WITHDRAWN = ("series", "period", "held_value", "held_vintage", "file")
"""Columns of `ImportPlan.withdrawn`."""


@dataclass(frozen=True)
class FileReport:
    """What one file is and what it would change.

    Args:
        name: the file, as it was given.
        sha256: of its bytes.
        publisher: the reader that knows it, e.g. ``pbc``.
        layout: which of the publisher's forms it has.
        dating: how its vintages were found.
        counts: number of figures by outcome: added, revised, confirmed (same value, vintage not yet held),
            unchanged.
        unknown: labels the reader does not know, each with its place.
        not_collected: keys the reader knows and no series of the catalogue takes, with their number of
            figures.
        notes: what a careful reader should know, e.g. a unit that the file does not state.
    """

    name: str
    sha256: str
    publisher: str
    layout: str
    dating: str
    counts: dict[Outcome, int]
    unknown: tuple[str, ...]
    not_collected: dict[str, int]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ImportPlan:
    """What an import would change; nothing is written before `apply`.

    Args:
        folder: the data folder.
        files: one report a file, in the order given.
        changes: one row a figure: `series, period, outcome, value, vintage, held_value, held_vintage,
            source, file, place`; value and held value in the catalogue's unit and scale, the held one being
            that in force before the new vintage.
        withdrawn: `series, period, held_value, held_vintage, file`: held figures for which a file has a
            blank. They stay.
        outputs: path in the folder to its new bytes; empty when nothing changes.
        before: sha-256 of each of these files as it stood when the plan was made, empty for one that did not
            exist.
    """

    folder: Path
    files: tuple[FileReport, ...]
    changes: pd.DataFrame
    withdrawn: pd.DataFrame
    outputs: dict[str, bytes] = field(repr=False)
    before: dict[str, str] = field(repr=False)

    @property
    def is_empty(self) -> bool:
        """Whether everything in the files is held already."""
        return not self.outputs

    def counts(self) -> dict[Outcome, int]:
        """Number of figures by outcome, over all files."""
        return {outcome: sum(report.counts[outcome] for report in self.files) for outcome in OUTCOMES}

    def by_series(self) -> pd.DataFrame:
        """One row a series: `series`, the outcomes, `first` and `last` period, the newest `vintage`."""
        import pandas as pd  # noqa: PLC0415

        if self.changes.empty:
            return pd.DataFrame(columns=["series", *OUTCOMES, "first", "last", "vintage"])
        groups = self.changes.groupby("series")
        counts = pd.crosstab(self.changes["series"], self.changes["outcome"]).reindex(
            columns=list(OUTCOMES), fill_value=0
        )
        counts["first"], counts["last"] = groups["period"].min(), groups["period"].max()
        counts["vintage"] = groups["vintage"].max()
        return counts.rename_axis(columns=None).reset_index()

    def largest_revisions(self, count: int = 10) -> pd.DataFrame:
        """The figures revised most in proportion; `change` is new over held less 1."""
        revised = self.changes[
            (self.changes["outcome"] == "revised") & self.changes["held_value"].notna()
        ].copy()
        revised["change"] = (
            revised["value"] / revised["held_value"].astype(float).replace(0.0, float("nan")) - 1
        )
        order = revised["change"].abs().sort_values(ascending=False, kind="stable").index[:count]
        columns = ["series", "period", "held_value", "held_vintage", "value", "vintage", "change"]
        return revised.loc[order, columns].reset_index(drop=True)

    def lines(self) -> list[str]:
        """The plan in words: the files, what each series gains, the largest revisions, what is left out."""
        told: list[str] = []
        for report in self.files:
            told.append(f"{report.name}: {report.publisher}, {report.layout}")
            told.append(f"  dated {report.dating}")
            told.append("  " + ", ".join(f"{report.counts[outcome]} {outcome}" for outcome in OUTCOMES))
            told += [f"  note: {note}" for note in report.notes]
            told += [f"  unknown label: {label}" for label in report.unknown]
            if report.not_collected:
                shown = ", ".join(list(report.not_collected)[:_SHOWN])
                more = len(report.not_collected) - _SHOWN
                told.append(f"  not collected: {shown}{f' and {more} more' if more > 0 else ''}")
        for row in self.by_series().to_dict("records"):
            counts = ", ".join(f"{row[outcome]} {outcome}" for outcome in OUTCOMES if row[outcome])
            told.append(
                f"{row['series']}: {counts} ({row['first']} to {row['last']}, vintage {row['vintage']})"
            )
        for row in self.largest_revisions().to_dict("records"):
            before = f"{decimal_text(float(row['held_value']))} ({row['held_vintage']})"
            after = f"{decimal_text(float(row['value']))} ({row['vintage']})"
            told.append(f"revised: {row['series']} {row['period']}: {before} → {after}, {row['change']:+.2%}")
        for row in self.withdrawn.to_dict("records")[:_SHOWN]:
            told.append(f"blank in the file, held: {row['series']} {row['period']} {row['held_value']}")
        if len(self.withdrawn) > _SHOWN:
            told.append(f"… and {counted(len(self.withdrawn) - _SHOWN, 'more blank')}")
        told.append("nothing to import: all of it is held already" if self.is_empty else _total(self))
        return told

    def to_json(self) -> dict[str, Any]:
        """The plan for programmes: `files`, `changes` without the unchanged, `withdrawn`, `counts`."""
        changed = self.changes[self.changes["outcome"] != "unchanged"]
        return {
            "counts": self.counts(),
            "files": [vars(report) for report in self.files],
            "changes": [
                {**row, "held_value": None if math.isnan(row["held_value"]) else row["held_value"]}
                for row in changed.astype({"held_value": "float64"}).to_dict("records")
            ],
            "withdrawn": self.withdrawn.to_dict("records"),
        }


_SHOWN = 8


def _total(plan: ImportPlan) -> str:
    counts = plan.counts()
    rows = sum(counts[outcome] for outcome in OUTCOMES if outcome != "unchanged")
    return f"{counted(rows, 'row')} in {counted(len(plan.outputs), 'file')}"

"""Recording named results: each one display output, with its provenance or the reason why it is missing."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from IPython.display import display

from consumer_credit import reads
from consumer_credit.errors import NotebookError, UsageError
from consumer_credit.ledger.claims import Claim, load_claims
from consumer_credit.measures.provenance import series_of
from consumer_credit.report.known_data import KnownData
from consumer_credit.report.values import RESULTS_VARIABLE, VALUES_MIME, MissingReason, RecordedValue


@dataclass
class Recording(KnownData):
    """What a chapter has recorded so far."""

    _recorded: dict[str, RecordedValue] = field(default_factory=dict)
    _claims: dict[str, Claim] = field(default_factory=dict)

    def record(
        self,
        name: str,
        value: float | int | str | MissingReason,
        *,
        unit: str,
        formula: str = "",
        series: Sequence[str] = (),
        period: str = "",
        derived: bool = False,
    ) -> None:
        """Record a named result for prose and `results.json`.

        Args:
            name: what prose calls it; once in the whole report.
            value: the number (fractions for ratios, whole yuan or dollars), a language-free id, or why it is
                missing.
            unit: one of `values.UNITS`.
            formula: how it was computed, in terms of series and other names.
            series: ids of the series that went into it.
            period: with `series`: the year or quarter it describes, from which its vintages are read.
            derived: a derived level went into it.

        Raises:
            NotebookError: the chapter has recorded that name already.
        """
        if name in self._recorded:
            raise NotebookError(
                f"'{name}' is recorded twice", where=f"chapter '{self.id}'", remedy="choose another name"
            )
        missing = value if isinstance(value, MissingReason) else None
        vintages, later = self.vintages(series, period) if period and not missing else ({}, [])
        self._publish(
            RecordedValue(
                chapter=self.id,
                name=name,
                value=None if missing else _plain(value),
                unit=unit,
                formula=formula,
                series=tuple(series),
                vintages=vintages,
                later_vintage=tuple(later),
                derived=derived,
                missing=missing,
            )
        )

    def record_at(
        self,
        name: str,
        frame: pd.DataFrame,
        period: int | str | None,
        *,
        column: str = "ratio",
        unit: str = "fraction",
        formula: str = "",
        needs: Sequence[str] | None = None,
        ranges: pd.DataFrame | None = None,
    ) -> None:
        """Record the cell of `frame` at `period`; when it is not there, the reason why.

        Args:
            period: the year or period; None when there is none that both sides of a comparison have.
            frame: a measure's result with `period`; its provenance columns and `attrs["inputs"]` say what
                went into it.
            needs: the series without which there is no such value, the most telling first: the first that has
                no figure for the period gives the reason. Default: the frame's inputs.
        """
        if period is None:
            as_of = {"as_of": str(self.parameters.as_of)}
            self.record(name, MissingReason("no_common_period", details=as_of), unit=unit, formula=formula)
            return
        label = str(period)
        row = frame[frame["period"] == label]
        inputs = series_of(frame)
        wanted = inputs if needs is None else needs
        if len(row) == 0 or pd.isna(row.iloc[0][column]):
            reason = _range_only(ranges, label, wanted) or self.why_missing(wanted, label)
            self.record(name, reason, unit=unit, formula=formula)
            return
        derived = bool(row.iloc[0].get("derived", False))
        used = list(self.used(inputs, [label]))
        self.record(
            name, row.iloc[0][column], unit=unit, formula=formula, series=used, period=label, derived=derived
        )

    def record_from(
        self,
        name: str,
        names: Sequence[str],
        compute: Callable[..., float | int | str],
        *,
        unit: str,
        formula: str,
    ) -> None:
        """Record a value computed from others already recorded; when one of them is missing, so is this, for
        its reason.
        """
        ingredients = [self._recorded[n] for n in names]
        absent = next((i for i in ingredients if i.missing is not None), None)
        if absent is not None:
            assert absent.missing is not None
            self.record(name, absent.missing, unit=unit, formula=formula)
            return
        self._publish(
            RecordedValue(
                chapter=self.id,
                name=name,
                value=_plain(compute(*(i.value for i in ingredients))),
                unit=unit,
                formula=formula,
                series=tuple(dict.fromkeys(s for i in ingredients for s in i.series)),
                vintages={s: v for i in ingredients for s, v in i.vintages.items()},
                later_vintage=tuple(dict.fromkeys(s for i in ingredients for s in i.later_vintage)),
                derived=any(i.derived for i in ingredients),
            )
        )

    def record_ends(self, name: str, ratios: pd.DataFrame, *, whole_record: bool = False) -> None:
        """Record the ends and the peak of a line within the edition's years (or over its `whole_record`):
        `<name>_first_year`, `_last_year`, `_peak_year`, `_ratio_first`, `_ratio_last`, `_ratio_peak`,
        `_change_pp` (first to last), `_since_peak_pp` (peak to last, never positive).
        """
        drawn = ratios if whole_record else self.within_years(ratios)
        ends = dict.fromkeys(("first", "last", "peak"), "")
        if len(drawn):
            peak = drawn.sort_values("ratio", kind="stable")["period"].iloc[-1]
            ends = {"first": drawn["period"].min(), "last": drawn["period"].max(), "peak": peak}
        for end, period in ends.items():
            missing = MissingReason("nothing_drawn")
            self.record(f"{name}_{end}_year", period or missing, unit="period", formula=f"{end} year drawn")
            if period:
                self.record_at(f"{name}_ratio_{end}", drawn, period, formula=f"{end} ratio drawn")
            else:
                self.record(f"{name}_ratio_{end}", missing, unit="fraction", formula=f"{end} ratio drawn")
        self.record_from(
            f"{name}_change_pp",
            [f"{name}_ratio_last", f"{name}_ratio_first"],
            lambda last, first: 100 * (last - first),
            unit="pp",
            formula=f"{name}_ratio_last − {name}_ratio_first, in percentage points",
        )
        self.record_from(
            f"{name}_since_peak_pp",
            [f"{name}_ratio_last", f"{name}_ratio_peak"],
            lambda last, peak: 100 * (last - peak),
            unit="pp",
            formula=f"{name}_ratio_last − {name}_ratio_peak, in percentage points",
        )

    def value(self, name: str) -> Any:
        """A value recorded above, or None when it is missing."""
        return self._recorded[name].value

    def others(self) -> Mapping[str, RecordedValue]:
        """What the other chapters recorded, by name: for the summary, which computes nothing itself.

        In the build the chapters before have just run; in JupyterLab the last publication of edition `latest` serves.

        Raises:
            UsageError: there is no such publication yet.
        """
        named = os.environ.get(RESULTS_VARIABLE)
        file = Path(named) if named else self.project.dist / "latest" / "en" / "results.json"
        if not file.is_file():
            raise UsageError(
                "no results to read",
                where=f"chapter '{self.id}'",
                remedy="build the report once: make report",
            )
        with reads.accounted() if named else nullcontext():
            entries = json.loads(file.read_text(encoding="utf-8"))["results"]
        return _Others({entry["name"]: RecordedValue.from_json(entry) for entry in entries})

    def claim(self, claim_id: str) -> Claim:
        """A published claim by id; its figure is recorded as `claim_<id>`."""
        self._claims = self._claims or load_claims(self.project.data / "claims.yaml")
        if claim_id not in self._claims:
            raise NotebookError(
                f"no claim '{claim_id}'",
                where="data/claims.yaml",
                remedy=f"there are: {', '.join(self._claims)}",
            )
        claim = self._claims[claim_id]
        self.record(
            f"claim_{claim_id}",
            claim.value,
            unit=claim.unit,
            formula=f"as printed, data/claims.yaml {claim_id}",
        )
        return claim

    def _publish(self, value: RecordedValue) -> None:
        self._recorded[value.name] = value
        shown = "missing: " + value.missing.code if value.missing else repr(value.value)
        display(
            {VALUES_MIME: value.as_json(), "text/plain": f"{value.name} = {shown} ({value.unit})"}, raw=True
        )  # type: ignore[no-untyped-call]


class _Others(Mapping[str, RecordedValue]):
    """What the other chapters recorded; it says which of it is looked at."""

    def __init__(self, values: Mapping[str, RecordedValue]) -> None:
        self._values = values

    def __getitem__(self, name: str) -> RecordedValue:
        reads.result(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        reads.result(reads.ALL)
        return iter(self._values)

    def __len__(self) -> int:
        reads.result(reads.ALL)
        return len(self._values)


def _range_only(ranges: pd.DataFrame | None, period: str, needs: Sequence[str]) -> MissingReason | None:
    """The reason when only a range is known for `period`."""
    row = None if ranges is None else ranges[ranges["period"] == period]
    if row is None or row.empty:
        return None
    ends = {end: repr(float(row.iloc[0][end])) for end in ("low", "high")}
    return MissingReason("range_only", needs[0] if needs else "", period, ends)


def _plain(value: Any) -> float | int | str:
    """A plain Python number or text out of numpy's and pandas' own."""
    item = value.item() if hasattr(value, "item") else value
    return item if isinstance(item, int | str) else float(item)

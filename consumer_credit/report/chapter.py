"""What a notebook talks to: the chapter's parameters, its data as known on the edition's date, and its
results.

Every result leaves the notebook as one display output whose MIME types carry all that rendering needs, so
that an executed notebook is complete in itself, in JupyterLab as in the build. Drawing belongs to `charts`,
arithmetic to `measures`, the
choice of series that make up each economy's market to `markets`, numbering and prose to `assembly`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
from IPython.display import display

from consumer_credit.data.store import Missing, Store
from consumer_credit.errors import NotebookError
from consumer_credit.ledger.claims import Claim, load_claims
from consumer_credit.locales import Language, Text, as_language, labels
from consumer_credit.measures.periods import ends_year
from consumer_credit.measures.provenance import newest_vintage, series_of
from consumer_credit.parameters import Parameters, parse_parameters
from consumer_credit.project import Project
from consumer_credit.report.columns import Column, formatted_rows, to_csv
from consumer_credit.report.formats import Formats
from consumer_credit.report.provenance import BreakMark, break_marks, notes, source_line
from consumer_credit.report.values import VALUES_MIME, MissingReason, RecordedValue

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIGURE_MIME = "application/vnd.consumer-credit.figure+json"
TABLE_MIME = "application/vnd.consumer-credit.table+json"
PROJECT_VARIABLE = "CONSUMER_CREDIT_PROJECT"


def open_chapter(chapter_id: str, namespace: Mapping[str, Any]) -> Chapter:
    """Open a chapter from the names its parameters cell has set.

    Args:
        chapter_id: the name part of the notebook's file (`china` of `01_china.ipynb`).
        namespace: `globals()` of the notebook; names of parameters and `language` are taken from it, defaults
            serve for those that the chapter does not declare.

    Raises:
        UsageError: a parameter is out of bounds, or the language unknown.
        DataError: catalogue or observations cannot be read.
    """
    root = os.environ.get(PROJECT_VARIABLE)
    project = Project(Path(root)) if root else Project.find(Path.cwd())
    given = {name: namespace[name] for name in Parameters.model_fields if name in namespace}
    chapter = Chapter(
        id=chapter_id,
        project=project,
        parameters=parse_parameters(given, where=f"parameters cell of chapter '{chapter_id}'"),
        language=as_language(namespace.get("language", "en")),
        store=Store.open(project.data),
    )
    chapter._use_house_style()
    return chapter


@dataclass
class Chapter:
    """An open chapter; see `open_chapter`."""

    id: str
    project: Project
    parameters: Parameters
    language: Language
    store: Store
    _recorded: dict[str, RecordedValue] = field(default_factory=dict)
    _claims: dict[str, Claim] = field(default_factory=dict)
    _style: ExitStack = field(default_factory=ExitStack)

    # -- data

    def series(self, series_id: str) -> pd.DataFrame:
        """A series as known on the edition's date; columns as `Store.as_of` gives them, in whole units."""
        return self.store.as_of(series_id, self.parameters.as_of, strict=self.parameters.strict_vintages)

    def within_years(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of `frame` (any with `period`) between the edition's `start_year` and `end_year`."""
        years = frame["period"].str.slice(0, 4).astype(int)
        end = self.parameters.end_year
        last = years.max() if end == "latest" else end
        kept = frame[(years >= self.parameters.start_year) & (years <= last)].reset_index(drop=True)
        kept.attrs = frame.attrs
        return kept

    def title(self, series_id: str, *, short: bool = True) -> str:
        """The (short) title of a series in the reader's language."""
        entry = self.store.catalogue.series[series_id]
        return str(getattr(entry.short_title if short else entry.title, self.language))

    @property
    def text(self) -> Text:
        """Words a label in the reader's language: ``chapter.text("per cent of GDP")``."""
        return labels(self.language)

    @property
    def mark_labels(self) -> dict[str, str]:
        """The words beside the marks of derived points and later vintages on a chart."""
        return {"derived": self.text("derived, not published"), "later_vintage": self.text("later vintage")}

    @property
    def formats(self) -> Formats:
        """Writes numbers, money and dates in the reader's language."""
        return Formats(self.language)

    def money(
        self, key: str, label: str, currency: str, size: Literal["billion", "trillion"], decimals: int = 1
    ) -> Column:
        """A column of money in the language's own scale: CNY billion and 亿元, CNY trillion and 万亿元."""
        scale = 1e12 if size == "trillion" else 1e8 if self.language == "zh" else 1e9
        return Column(key, label, unit=self.text(f"{currency} {size}"), scale=scale, decimals=decimals)

    # -- values

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
        vintages, later = self._vintages(series, period) if period and not missing else ({}, [])
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
        period: int | str,
        *,
        column: str = "ratio",
        unit: str = "fraction",
        formula: str = "",
        needs: Sequence[str] = (),
        ranges: pd.DataFrame | None = None,
    ) -> None:
        """Record the cell of `frame` at `period`; when it is not there, the reason why.

        Args:
            frame: a measure's result with `period`; its provenance columns and `attrs["inputs"]` say what
                went into it.
            needs: the series without which there is no such value, the most telling first: the first that has
                no figure for the period gives the reason. Default: the frame's inputs.
        """
        label = str(period)
        row = frame[frame["period"] == label]
        inputs = series_of(frame)
        if len(row) == 0 or pd.isna(row.iloc[0][column]):
            reason = _range_only(ranges, label, needs) or self.why_missing(needs or inputs, label)
            self.record(name, reason, unit=unit, formula=formula)
            return
        derived = bool(row.iloc[0].get("derived", False))
        used = [s for s in inputs if self._rows(s, label).shape[0]]
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

    def record_ends(self, name: str, ratios: pd.DataFrame) -> None:
        """Record the ends of a line within the edition's years: `<name>_first_year`, `_last_year`,
        `_ratio_first`, `_ratio_last`, `_change_pp`.
        """
        drawn = self.within_years(ratios)
        ends = (
            {"first": drawn["period"].min(), "last": drawn["period"].max()}
            if len(drawn)
            else {"first": "", "last": ""}
        )
        for end, period in ends.items():
            missing = MissingReason("empty", next(iter(series_of(ratios)), ""))
            self.record(f"{name}_{end}_year", period or missing, unit="period", formula=f"{end} year drawn")
            self.record_at(f"{name}_ratio_{end}", drawn, period, formula=f"{end} ratio drawn")
        self.record_from(
            f"{name}_change_pp",
            [f"{name}_ratio_last", f"{name}_ratio_first"],
            lambda last, first: 100 * (last - first),
            unit="pp",
            formula=f"{name}_ratio_last − {name}_ratio_first, in percentage points",
        )

    def value(self, name: str) -> Any:
        """A value recorded above, or None when it is missing."""
        return self._recorded[name].value

    def why_missing(self, needs: Sequence[str], period: str) -> MissingReason:
        """Why there is no value at `period`: the first of the needed series that has no figure for it."""
        for series_id in needs:
            found = self.store.value(
                series_id,
                self._period_of(series_id, period),
                self.parameters.as_of,
                strict=self.parameters.strict_vintages,
            )
            if isinstance(found, Missing):
                return MissingReason(found.code, found.series, found.period, dict(found.details))
        return MissingReason("gap", needs[0] if needs else "", period)

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

    # -- figures and tables

    def breaks(self, series: Sequence[str], start: str, end: str) -> list[BreakMark]:
        """The catalogue's breaks of `series` between two periods, lettered for a chart and its notes."""
        return break_marks(self.store.catalogue, series, start, end, self.language)

    def figure(
        self,
        figure_id: str,
        figure: Figure,
        *,
        data: pd.DataFrame,
        columns: Sequence[Column],
        series: Sequence[str],
        marks: Sequence[BreakMark] = (),
    ) -> None:
        """Publish a figure with the table behind it; title, subtitle and alt text stand in the caption cells
        below.

        Args:
            figure_id: `fig-…`, once in the report.
            data: what is drawn, as it goes into the CSV; `derived` and `later_vintage` mark its rows.
            columns: which of its columns a reader sees in the table, and how.
            series: ids of the series that went in: the source line and the notes come from them.
            marks: the breaks drawn on the chart.
        """
        from consumer_credit.charts.svg import to_svg  # noqa: PLC0415

        extra = self._furniture(figure_id, data, columns, series=series, marks=marks)
        svg = to_svg(figure, title=figure_id, description=figure_id)
        display(  # type: ignore[no-untyped-call]
            {"image/svg+xml": svg, FIGURE_MIME: extra, "text/plain": f"<figure {figure_id}>"}, raw=True
        )

    def table(
        self,
        table_id: str,
        data: pd.DataFrame,
        columns: Sequence[Column],
        *,
        series: Sequence[str],
        periods: Sequence[str] = (),
        row_headers: int = 1,
    ) -> None:
        """Publish a table; title and subtitle stand in the caption cells below.

        Args:
            table_id: `tbl-…`, once in the report.
            data, columns, series: as for `figure`.
            periods: which periods are shown, when `data` has no column `period` of years or periods.
            row_headers: how many columns at the left name the row.
        """
        extra = self._furniture(table_id, data, columns, series=series, periods=periods)
        extra["row_headers"] = row_headers
        shown = pd.DataFrame(extra["rows"], columns=[_with_unit(column) for column in extra["columns"]])
        html = shown.to_html(index=False, border=0, escape=True)
        display({"text/html": html, TABLE_MIME: extra, "text/plain": shown.to_string(index=False)}, raw=True)  # type: ignore[no-untyped-call]

    # -- inside

    def _furniture(
        self,
        item_id: str,
        data: pd.DataFrame,
        columns: Sequence[Column],
        *,
        series: Sequence[str],
        marks: Sequence[BreakMark] = (),
        periods: Sequence[str] = (),
    ) -> dict[str, Any]:
        if data.empty:
            raise NotebookError(
                f"'{item_id}' has nothing to show",
                where=f"chapter '{self.id}'",
                remedy="check start_year, end_year and as_of",
            )
        used = self._used(series, list(periods or data["period"].astype(str).unique()))
        vintages = {series_id: newest_vintage(rows["vintage"]) for series_id, rows in used.items()}
        return {
            "id": item_id,
            "columns": [column.header for column in columns],
            "rows": formatted_rows(data, columns, self.formats),
            "csv_name": f"{item_id}.csv",
            "csv": to_csv(data),
            "series": list(used),
            "vintages": vintages,
            "source_line": source_line(self.store.catalogue, list(used), vintages, self.language),
            "notes": notes(
                self.store.catalogue,
                {series_id: list(rows["period"]) for series_id, rows in used.items()},
                marks=marks,
                any_later="later_vintage" in data and bool(data["later_vintage"].astype(bool).any()),
                as_of=str(self.parameters.as_of),
                language=self.language,
            ),
        }

    def _publish(self, value: RecordedValue) -> None:
        self._recorded[value.name] = value
        shown = "missing: " + value.missing.code if value.missing else repr(value.value)
        display(
            {VALUES_MIME: value.as_json(), "text/plain": f"{value.name} = {shown} ({value.unit})"}, raw=True
        )  # type: ignore[no-untyped-call]

    def _used(self, series: Sequence[str], periods: Sequence[str]) -> dict[str, pd.DataFrame]:
        """The observations behind what is shown: of each series the rows that describe `periods`."""
        found = {}
        for series_id in series:
            rows = [rows for period in periods if len(rows := self._rows(series_id, period))]
            if rows:
                found[series_id] = pd.concat(rows)
        return found

    def _vintages(self, series: Sequence[str], period: str) -> tuple[dict[str, str], list[str]]:
        used = self._used(series, [period])
        later = [series_id for series_id, rows in used.items() if bool(rows["later_vintage"].any())]
        return {series_id: newest_vintage(rows["vintage"]) for series_id, rows in used.items()}, later

    def _rows(self, series_id: str, period: str) -> pd.DataFrame:
        """The observations that describe `period`: of a stock the one at its end, of a flow all within it."""
        frame = self.series(series_id)
        if frame.empty:
            return frame
        within = (
            frame["period"].str.startswith(period)
            if len(period) == len("2016")
            else frame["period"] == period
        )
        found = frame[within]
        if self.store.catalogue.series[series_id].kind == "stock" and len(period) == len("2016"):
            found = found[[ends_year(p) for p in found["period"]]]
        return found

    def _period_of(self, series_id: str, period: str) -> str:
        """A year as the series dates its end: 2016-12 for monthly stocks, 2016-Q4 for quarterly figures."""
        if len(period) != len("2016"):
            return period
        frequency = self.store.catalogue.series[series_id].frequency
        return {"annual": period, "quarterly": f"{period}-Q4"}.get(frequency, f"{period}-12")

    def _use_house_style(self) -> None:
        """Draw with the report's own fonts and house style from here on, in this kernel."""
        from consumer_credit.charts.style import house_style  # noqa: PLC0415
        from consumer_credit.report.project_fonts import project_fonts  # noqa: PLC0415

        fonts = project_fonts(self.project)
        self._style.enter_context(house_style(self.language, [fonts.regular, fonts.bold]))


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


def _with_unit(header: Mapping[str, str]) -> str:
    return f"{header['label']} ({header['unit']})" if header["unit"] else header["label"]

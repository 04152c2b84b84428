"""The options of `python build_report.py data …`; what each command does stands in `consumer_credit.commands`."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated, Literal

import typer

from consumer_credit.commands.options import Json, Quiet

data_app = typer.Typer(help="Look after the figures: check, import, update, look up, compare, take away.")

DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; write nothing.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", help="As known on this day or month, or 'latest'.", metavar="DATE")
]
SeriesIds = Annotated[
    list[str] | None, typer.Argument(metavar="[SERIES]...", help="Ids of series; all when none is named.")
]


@data_app.command("check")
def data_check(as_json: Json = False) -> int:
    """Hold catalogue and observations to their checks; exit code 3 when one fails."""
    from consumer_credit.commands.data import check_command  # noqa: PLC0415

    return check_command(as_json=as_json)


@data_app.command("import")
def data_import(
    *,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE...", help="Files of a publisher, or tables series,period,value[,vintage]."
        ),
    ] = None,
    vintage: Annotated[
        str | None,
        typer.Option(
            "--vintage", help="The day or month from which the figures were public.", metavar="DATE"
        ),
    ] = None,
    series: Annotated[
        str | None,
        typer.Option("--series", help="The series of a file that does not name its own.", metavar="ID"),
    ] = None,
    dry_run: DryRun = False,
    as_json: Json = False,
) -> int:
    """Import publishers' own files: all of them, or nothing is changed.

    Publisher and layout are recognised by content. A revised figure becomes a new vintage beside the old one.
    """
    from consumer_credit.commands.data_import import import_command  # noqa: PLC0415

    return import_command(files=files or [], vintage=vintage, series=series, dry_run=dry_run, as_json=as_json)


@data_app.command("update")
def data_update(
    *,
    publishers: Annotated[
        list[str] | None,
        typer.Option(
            "--publisher",
            help="Only this publisher or interface (fred, bis, world_bank, …); may be repeated.",
            metavar="NAME",
        ),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Only periods from this day, month or year on.", metavar="DATE"),
    ] = None,
    vintage: Annotated[
        str | None,
        typer.Option(
            "--vintage", help="The figures as they were known on that day (FRED only).", metavar="DATE"
        ),
    ] = None,
    dry_run: DryRun = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Fetch newer figures from the publishers' interfaces and import them.

    Publishers without an interface are named with their page and the command to run on the file found there.
    Exit code 3 when an address failed; what the others brought is imported all the same.
    """
    from consumer_credit.commands.data_update import update_command  # noqa: PLC0415

    return update_command(
        publishers=publishers or [],
        since=since,
        vintage=vintage,
        dry_run=dry_run,
        quiet=quiet,
        as_json=as_json,
    )


@data_app.command("show")
def data_show(
    series: Annotated[str, typer.Argument(metavar="SERIES", help="Id of the series.")],
    as_of: AsOf = None,
    vintages: Annotated[bool, typer.Option("--vintages", help="Every vintage of each period.")] = False,
    as_json: Json = False,
) -> int:
    """Print a series as it was known on a day, with the vintage and source of each value."""
    from consumer_credit.commands.data_vintages import show_command  # noqa: PLC0415

    return show_command(series=series, as_of=as_of, vintages=vintages, as_json=as_json)


@data_app.command("diff")
def data_diff(
    *,
    series: SeriesIds = None,
    before: Annotated[str, typer.Option("--from", help="The earlier day or month.", metavar="DATE")],
    after: Annotated[
        str, typer.Option("--to", help="The later day or month, or 'latest'.", metavar="DATE")
    ] = "latest",
    headlines: Annotated[
        bool, typer.Option("--headlines/--no-headlines", help="Also the effect on the headline ratios.")
    ] = True,
    as_json: Json = False,
) -> int:
    """Print what changed between two days: figures added, removed and revised, and what it does to the ratios."""
    from consumer_credit.commands.data_vintages import diff_command  # noqa: PLC0415

    return diff_command(series=series or [], before=before, after=after, headlines=headlines, as_json=as_json)


@data_app.command("status")
def data_status(
    *,
    series: SeriesIds = None,
    today: Annotated[
        dt.datetime | None,
        typer.Option("--today", formats=["%Y-%m-%d"], help="As seen on that day.", metavar="DATE"),
    ] = None,
    overdue: Annotated[bool, typer.Option("--overdue", help="Only series whose next figure is due.")] = False,
    each: Annotated[
        bool, typer.Option("--each", help="A line for each series, even where many stand alike.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Print last period, last vintage, days since, and the next release expected of every series."""
    from consumer_credit.commands.data_status import status_command  # noqa: PLC0415

    day = today.date() if today is not None else dt.datetime.now(dt.UTC).date()
    return status_command(series=series or [], today=day, overdue=overdue, each=each, as_json=as_json)


@data_app.command("export")
def data_export(
    *,
    form: Annotated[
        Literal["csv", "xlsx", "parquet"], typer.Option("--format", help="Of the tables.")
    ] = "csv",
    as_of: AsOf = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", help="Write into this folder (default: dist/data).", metavar="DIR", file_okay=False
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Write the figures with codebook and data package: every vintage, or as known on a day."""
    from consumer_credit.commands.data_export import export_command  # noqa: PLC0415

    return export_command(form=form, as_of=as_of, output=output, as_json=as_json)


@data_app.command("codebook")
def data_codebook(
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", help="The file (default: docs/codebook.md).", metavar="FILE", dir_okay=False
        ),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is up to date.")] = False,
) -> int:
    """Write docs/codebook.md anew from the catalogue."""
    from consumer_credit.commands.data_export import codebook_command  # noqa: PLC0415

    return codebook_command(output=output, check=check)

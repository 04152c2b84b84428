"""The options of `sweep`; what the command does stands in `consumer_credit.commands.sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from consumer_credit.commands.completion import parameters
from consumer_credit.commands.options import Chapters, EditionName, Json, Quiet
from consumer_credit.locales import LANGUAGES


def sweep(
    *,
    over: Annotated[
        list[str] | None,
        typer.Option(
            "--over",
            help="Vary a parameter over these values; may be repeated.",
            metavar="NAME=A,B,…",
            autocompletion=parameters,
        ),
    ] = None,
    grid: Annotated[
        Path | None, typer.Option("--grid", help="The same in a YAML file: 'name: [a, b]'.", metavar="FILE")
    ] = None,
    edition: EditionName = "latest",
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Fix a parameter for all runs; may be repeated.",
            metavar="NAME=VALUE",
            autocompletion=parameters,
        ),
    ] = None,
    language: Annotated[
        Literal["en", "zh", "all"], typer.Option("--language", help="English, Chinese, or both.")
    ] = "all",
    formats: Annotated[
        str, typer.Option("--format", help="What to render: html, pdf, or both.", metavar="LIST")
    ] = "html,pdf",
    chapters: Chapters = None,
    headlines: Annotated[
        list[str] | None,
        typer.Option(
            "--compare",
            help="A value to compare ('values' lists them), instead of the summary's; may be repeated.",
            metavar="VALUE",
        ),
    ] = None,
    name: Annotated[
        str,
        typer.Option(
            "--name", help="Publish as dist/sweep-NAME; the edition's name if not given.", metavar="NAME"
        ),
    ] = "",
    output: Annotated[
        str | None,
        typer.Option(
            "--output", help="Publish to this folder or address (s3://…, memory://…).", metavar="PLACE"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", help="Reports built beside each other; as many as cores.", min=1, metavar="N"
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option("--scheduler", help="Build on this Dask cluster instead.", metavar="tcp://HOST:PORT"),
    ] = None,
    most: Annotated[
        int, typer.Option("--max-runs", help="Refuse more combinations than this.", min=1, metavar="N")
    ] = 1000,
    resume: Annotated[
        bool, typer.Option("--resume", help="Keep runs that are whole and whose inputs have not changed.")
    ] = False,
    cell_timeout: Annotated[
        int, typer.Option("--cell-timeout", help="Seconds that one cell may take.", min=1, metavar="SECONDS")
    ] = 300,
    memory_limit: Annotated[
        int,
        typer.Option(
            "--memory-limit", help="Megabytes that one chapter may take (Linux; 0: all).", min=0, metavar="MB"
        ),
    ] = 4096,
    cold_kernels: Annotated[
        bool, typer.Option("--cold-kernels", help="An ordinary Jupyter kernel for each chapter: slow.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Make everything anew; neither read nor fill the cache.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """Build a report for every combination of parameter values, and a page that compares them.

    The result lies in dist/sweep-NAME: each run in runs/, the comparison in index.html and results.csv. A run
    that fails does not stop the others; the exit code is 7 then.
    """
    from consumer_credit.commands.sweep import sweep_command  # noqa: PLC0415

    return sweep_command(
        edition=edition,
        over=over or [],
        grid=grid,
        assignments=assignments or [],
        languages=LANGUAGES if language == "all" else (language,),
        formats=formats,
        chapters=chapters or [],
        headlines=headlines or [],
        name=name,
        output=output,
        workers=workers,
        scheduler=scheduler,
        most=most,
        resume=resume,
        cell_timeout=cell_timeout,
        memory_limit=memory_limit,
        cold_kernels=cold_kernels,
        use_cache=not no_cache,
        quiet=quiet,
        as_json=as_json,
    )

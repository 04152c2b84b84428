"""The command line: which options there are.

`build_report.py` calls `main`. Without a subcommand an edition is built. What a command does stands in
`consumer_credit.commands`; its modules are imported when it runs, so that a slip of the keyboard is answered
at once.

Exit codes: 0 done, 2 usage or parameters, 3 data check, 4 a notebook raised, 5 a kernel died or ran out of
time, 6 rendering or writing, 7 some runs of a sweep failed, 130 interrupted; 1 is a bug of ours.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from consumer_credit import __version__
from consumer_credit.cli_data import data_app
from consumer_credit.cli_exit import exit_code
from consumer_credit.cli_sweep import sweep
from consumer_credit.commands import completion
from consumer_credit.commands.cache import cache_app
from consumer_credit.commands.options import Chapters, EditionName, Json, Quiet, Verbose
from consumer_credit.commands.output import make_streams_speak_unicode
from consumer_credit.errors import UsageError
from consumer_credit.interruption import heard_once
from consumer_credit.locales import LANGUAGES, Language
from consumer_credit.terminal import COMPLETION_VARIABLE

PROGRAM = "python build_report.py"
EXAMPLES = (
    f"{PROGRAM}",
    f"{PROGRAM} --edition as-published-2017",
    f"{PROGRAM} --set base_year=2019 --language en --format html",
    f"{PROGRAM} --chapter china --set china_scope=total",
    f"{PROGRAM} watch --chapter china --language en",
    f"{PROGRAM} params --language zh",
    f"{PROGRAM} values --chapter china",
    f"{PROGRAM} --explain",
    f"{PROGRAM} data check",
    f"{PROGRAM} data diff us.consumer_credit --from 2016-11 --to 2026-04",
    f"{PROGRAM} compare dist/as-published-2017 dist/latest",
    f"{PROGRAM} sweep --over comparator=USA,GBR --over as_of=2017-04-25,latest",
)
CODES = (
    "0 built · 2 usage · 3 data · 4 notebook · 5 kernel · 6 rendering · 7 runs of a sweep · "
    "130 interrupted · 1 a bug of ours"
)


def _epilog() -> str:
    """Examples and exit codes: a paragraph each where help is drawn in boxes, kept lines elsewhere."""
    lines = ["Examples:", *(f"  {example}" for example in EXAMPLES)]
    if sys.stdout.isatty():
        return "\n\n".join([*lines, f"Exit codes: {CODES}"])
    return "\b\n" + "\n".join(lines) + f"\n\nExit codes: {CODES}"


app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich" if sys.stdout.isatty() else None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(data_app, name="data")
app.add_typer(cache_app, name="cache")
app.command()(sweep)


@app.callback(invoke_without_command=True, epilog=_epilog())
def build(
    context: typer.Context,
    *,
    edition: EditionName = "latest",
    assignments: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help="Change a parameter for this build; may be repeated.",
            metavar="NAME=VALUE",
            autocompletion=completion.parameters,
        ),
    ] = None,
    language: Annotated[
        Literal["en", "zh", "all"], typer.Option("--language", help="English, Chinese, or both.")
    ] = "all",
    formats: Annotated[
        str, typer.Option("--format", help="What to render: html, pdf, or both.", metavar="LIST")
    ] = "html,pdf",
    chapters: Chapters = None,
    output: Annotated[
        Path | None, typer.Option("--output", help="Publish to this folder.", metavar="DIR", file_okay=False)
    ] = None,
    cell_timeout: Annotated[
        int, typer.Option("--cell-timeout", help="Seconds that one cell may take.", min=1, metavar="SECONDS")
    ] = 300,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", help="Chapters run beside each other; as many as cores.", min=1, metavar="N"
        ),
    ] = None,
    memory_limit: Annotated[
        int,
        typer.Option(
            "--memory-limit", help="Megabytes that one chapter may take (Linux; 0: all).", min=0, metavar="MB"
        ),
    ] = 4096,
    cold_kernels: Annotated[
        bool, typer.Option("--cold-kernels", help="An ordinary Jupyter kernel for each chapter: slow.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say of each part why it was made again or reused.")
    ] = False,
    no_cache: Annotated[
        bool, typer.Option("--no-cache", help="Make everything anew; neither read nor fill the cache.")
    ] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    as_json: Json = False,
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> int:
    """Build the report from the published figures: a page and a PDF in each language.

    The result lies in dist/EDITION. With --set, --chapter, one language or one format a draft is built, in
    dist/EDITION~draft; the edition itself stays as it is.
    """
    if version:
        print(f"consumer-credit-report {__version__}")
        return 0
    if context.invoked_subcommand is not None:
        _refuse_options_before(context)
        return 0
    from consumer_credit.commands.build import build_command  # noqa: PLC0415

    return build_command(
        edition=edition,
        assignments=assignments or [],
        languages=LANGUAGES if language == "all" else (language,),
        formats=formats,
        chapters=chapters or [],
        output=output,
        workers=workers,
        cell_timeout=cell_timeout,
        memory_limit=memory_limit,
        cold_kernels=cold_kernels,
        explain=explain,
        use_cache=not no_cache,
        quiet=quiet,
        verbose=verbose,
        as_json=as_json,
    )


@app.command()
def params(
    language: Annotated[Language, typer.Option("--language", help="Language of the explanations.")] = "en",
    as_json: Json = False,
) -> int:
    """Explain every parameter: what may be written, its default, what it means."""
    from consumer_credit.commands.params import params_command  # noqa: PLC0415

    return params_command(language=language, as_json=as_json)


@app.command()
def values(
    *,
    edition: EditionName = "latest",
    chapters: Chapters = None,
    language: Annotated[
        Language, typer.Option("--language", help="Language in which values are printed.")
    ] = "en",
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Run the chapters instead of reading the last publication.")
    ] = False,
    quiet: Quiet = False,
    as_json: Json = False,
) -> int:
    """List every placeholder that prose can use, with its value, unit and filters."""
    from consumer_credit.commands.values import values_command  # noqa: PLC0415

    return values_command(
        edition=edition,
        chapters=chapters or [],
        language=language,
        fresh=fresh,
        quiet=quiet,
        as_json=as_json,
    )


@app.command()
def watch(
    *,
    edition: EditionName = "latest",
    language: Annotated[
        Literal["en", "zh", "all"], typer.Option("--language", help="English, Chinese, or both.")
    ] = "all",
    chapters: Chapters = None,
    port: Annotated[
        int | None,
        typer.Option("--port", help="Serve on this port; 0 for any that is free.", min=0, max=65535),
    ] = None,
    open_browser: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = True,
    quiet: Quiet = False,
) -> int:
    """Show the report as a page on this machine that follows every save; Ctrl-C ends it.

    Notebooks, editions, data, templates and the library are watched. What is wrong is said in the page, below
    which the last good one stays. Nothing is published.
    """
    from consumer_credit.commands.watch import watch_command  # noqa: PLC0415

    return watch_command(
        edition=edition,
        languages=LANGUAGES if language == "all" else (language,),
        chapters=chapters or [],
        port=port,
        open_browser=open_browser,
        quiet=quiet,
    )


@app.command("new-chapter")
def new_chapter(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The chapter's id, such as room_for_growth.")],
    title: Annotated[str, typer.Option("--title", help="Its heading in English.", metavar="TEXT")] = "",
    title_zh: Annotated[str, typer.Option("--title-zh", help="Its heading in Chinese.", metavar="TEXT")] = "",
) -> int:
    """Lay out a chapter that builds and passes every check, to be changed into what it is to say."""
    from consumer_credit.commands.new_chapter import new_chapter_command  # noqa: PLC0415

    return new_chapter_command(name=name, title=title, title_zh=title_zh)


@app.command()
def schemas(
    check: Annotated[bool, typer.Option("--check", help="Only say whether they are up to date.")] = False,
) -> int:
    """Write the JSON Schemas by which editors complete and check editions and data files."""
    from consumer_credit.commands.schemas import schemas_command  # noqa: PLC0415

    return schemas_command(check=check)


@app.command("completion")
def completion_script(
    shell: Annotated[completion.Shell, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> int:
    """Print what a shell needs to complete these commands by the Tab key: eval "$(… completion bash)"."""
    return completion.completion_command(shell=shell)


@app.command()
def claims(
    language: Annotated[Language, typer.Option("--language", help="Language of the ledger.")] = "en",
    as_json: Json = False,
) -> int:
    """Hold the published claims against the data: verdicts, and the sums they rest on."""
    from consumer_credit.commands.claims import claims_command  # noqa: PLC0415
    from consumer_credit.commands.workplace import open_project  # noqa: PLC0415

    return claims_command(open_project(), json=as_json, language=language)


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(metavar="A", help="A folder that a build published.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another one.")],
    as_json: Json = False,
) -> int:
    """Say which results differ between two builds, and why: data, parameters or code."""
    from consumer_credit.commands.compare import compare_command  # noqa: PLC0415

    return compare_command(first=first, second=second, as_json=as_json)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code; every error becomes a message, and so does an interruption."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    make_streams_speak_unicode()
    completion.ready_to_answer()
    asked = {"prog_name": PROGRAM, "complete_var": COMPLETION_VARIABLE}
    run = partial(app, args=given, standalone_mode=False, **asked)
    with heard_once():
        return exit_code(run, program=PROGRAM, as_json="--json" in given)


def _refuse_options_before(context: typer.Context) -> None:
    """Options of a build before a subcommand would be ignored in silence."""
    for parameter in context.command.params:
        source = context.get_parameter_source(str(parameter.name))
        if source is not None and source.name == "COMMANDLINE" and parameter.name != "as_json":
            raise UsageError(
                f"{parameter.opts[0]} stands before '{context.invoked_subcommand}', where it has no effect",
                where=PROGRAM,
                remedy=f"write it after '{context.invoked_subcommand}', which says with --help what it takes",
            )


if __name__ == "__main__":
    sys.exit(main())

"""`python build_report.py cache`: what has been kept of earlier builds, and throwing it away."""

from __future__ import annotations

import typer

from consumer_credit.commands.options import Json
from consumer_credit.counts import counted

cache_app = typer.Typer(help="Show or clear what is kept of earlier builds.", no_args_is_help=True)


@cache_app.command()
def show(as_json: Json = False) -> int:
    """Say how much is kept, where, and how much may be."""
    from consumer_credit.commands.output import print_json, shown_path  # noqa: PLC0415
    from consumer_credit.commands.workplace import find_project  # noqa: PLC0415
    from consumer_credit.report.cache.entries import entries_of  # noqa: PLC0415

    entries = entries_of(find_project())
    found = entries.summary()
    if as_json:
        facts = {"entries": found.entries, "bytes": found.bytes, "limit": entries.largest}
        print_json({"folder": str(entries.folder), **facts})
        return 0
    print(
        f"{counted(found.entries, 'output')}, {_megabytes(found.bytes)} of at most {_megabytes(entries.largest)}, "
        f"in {shown_path(entries.folder)}"
    )
    return 0


@cache_app.command()
def clear(as_json: Json = False) -> int:
    """Throw everything out; the next build makes all of it anew."""
    from consumer_credit.commands.output import print_json  # noqa: PLC0415
    from consumer_credit.commands.workplace import find_project  # noqa: PLC0415
    from consumer_credit.report.cache.entries import entries_of  # noqa: PLC0415

    found = entries_of(find_project()).clear()
    if as_json:
        print_json({"status": "cleared", "entries": found.entries, "bytes": found.bytes})
        return 0
    print(f"cleared: {counted(found.entries, 'output')}, {_megabytes(found.bytes)}")
    return 0


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"

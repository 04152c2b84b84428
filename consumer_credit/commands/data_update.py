"""`python build_report.py data update`: fetch newer figures from the publishers' interfaces and import them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from consumer_credit.commands.data_import import NEXT
from consumer_credit.commands.options import first_day, known_date
from consumer_credit.commands.output import print_json
from consumer_credit.commands.workplace import open_project
from consumer_credit.errors import DataError

if TYPE_CHECKING:
    from consumer_credit.data.updating.polite import Client
    from consumer_credit.data.updating.session import UpdatePlan


def update_command(
    *,
    publishers: Sequence[str],
    since: str | None,
    vintage: str | None,
    dry_run: bool,
    quiet: bool,
    as_json: bool,
    client: Client | None = None,
) -> int:
    """Fetch, show what changed and, unless it is a dry run, write it; exit code 3 when something failed.

    Raises:
        UsageError: an unknown publisher, a date that cannot be read, a vintage its interface does not keep.
        DataError: offline, or the data folder cannot be read or written.
    """
    from consumer_credit.commands.fetch_progress import Bar, choose_listener  # noqa: PLC0415
    from consumer_credit.data.importing import apply  # noqa: PLC0415
    from consumer_credit.data.periods import as_of_date  # noqa: PLC0415
    from consumer_credit.data.updating.memory import Memory  # noqa: PLC0415
    from consumer_credit.data.updating.polite import Client  # noqa: PLC0415
    from consumer_credit.data.updating.session import plan_update  # noqa: PLC0415

    from_day = first_day(since, "--since") if since else None
    as_known = as_of_date(known_date(vintage, "--vintage")) if vintage else None
    project = open_project()
    listener = choose_listener(quiet=quiet or as_json)
    client = client or Client(Memory(project.cache / "fetched"))
    client.on_wait = listener.note
    try:
        with client:
            update = plan_update(
                project.data,
                client,
                publishers=publishers,
                since=from_day,
                vintage=as_known,
                listener=listener,
            )
    finally:
        if isinstance(listener, Bar):
            listener.ends()
    written = update.plan is not None and not dry_run
    if update.plan is not None and written:
        apply(update.plan)
    if as_json:
        print_json(_as_json(update, written=written))
    else:
        _tell(update, written=written)
    return DataError.exit_code if update.failures else 0


def _tell(update: UpdatePlan, *, written: bool) -> None:
    if update.plan is not None:
        for line in update.plan.lines():
            print(line)
    came = update.asked - len(update.failures)
    print(
        f"{came} of {update.asked} addresses answered, {len(update.unchanged)} with nothing new"
        if update.asked
        else "no address to fetch"
    )
    for failure in update.failures:
        print(f"failed: {failure.error}", file=sys.stderr)
    if update.without_figures:
        print(f"no figures came for: {', '.join(update.without_figures)}")
    if update.by_hand:
        print("by hand, from the publisher's page:")
        for page in update.by_hand:
            print(f"  {page.publisher} ({len(page.series)} series): {page.address}")
            print(f"    {page.command}")
    if update.plan is None:
        print("the data stand as they were")
    else:
        print(f"imported; {NEXT}" if written else "dry run: nothing was written")


def _as_json(update: UpdatePlan, *, written: bool) -> dict[str, Any]:
    status = "nothing new" if update.plan is None else "updated" if written else "planned"
    return {
        "status": status,
        "asked": update.asked,
        "unchanged": list(update.unchanged),
        "failures": [
            {
                "name": failure.request.name,
                "address": failure.request.address,
                "series": list(failure.request.series),
                "where": failure.error.where,
                "what": failure.error.what,
                "remedy": failure.error.remedy,
            }
            for failure in update.failures
        ],
        "without_figures": list(update.without_figures),
        "by_hand": [
            {
                "publisher": page.publisher,
                "address": page.address,
                "series": list(page.series),
                "command": page.command,
            }
            for page in update.by_hand
        ],
        "import": update.plan.to_json() if update.plan is not None else None,
    }

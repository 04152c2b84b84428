"""`python build_report.py schemas`: the JSON Schemas of editions and data files, from the models that read them."""

from __future__ import annotations

from consumer_credit.commands.workplace import find_project
from consumer_credit.errors import UsageError
from consumer_credit.report.schemas import schema_texts


def schemas_command(*, check: bool) -> int:
    """Write the schemas anew and print where, or only say whether they are up to date.

    Raises:
        UsageError: with `check`, one is not.
    """
    root = find_project().root
    for place, text in schema_texts().items():
        file = root / place
        if check:
            if not file.is_file() or file.read_text(encoding="utf-8") != text:
                raise UsageError("is not that of the models", where=place, remedy="run 'schemas'")
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        print(place)
    return 0

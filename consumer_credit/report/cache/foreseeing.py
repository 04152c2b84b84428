"""Whether a build will run a chapter, said before anything slow is imported: only then is a process warmed up."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from consumer_credit.report.cache.entries import Entries, entries_of
from consumer_credit.report.cache.ingredients import Present, chapter_ingredients, key_of
from consumer_credit.report.cache.lookup import VARIANTS, reads_of

if TYPE_CHECKING:
    from consumer_credit.report.build import Plan


def will_execute(plan: Plan) -> bool:
    """Whether a chapter of the plan, the summary apart, has not been kept as it would come out now."""
    present, entries = Present(plan.project), entries_of(plan.project)
    for chapter, notebook in plan.chapters:
        if chapter.is_summary:  # known only once the others are
            continue
        for language in plan.options.languages:
            ingredients = chapter_ingredients(
                present,
                chapter.path.name,
                notebook,
                plan.edition.parameters,
                language=language,
            )
            if not _is_kept(key_of(ingredients), entries, present):
                return True
    return False


def _is_kept(key: str, entries: Entries, present: Present) -> bool:
    return any(
        all(present.of(read) == digest for read, digest in reads_of(entry))
        for entry in islice(entries.find(key), VARIANTS)
    )

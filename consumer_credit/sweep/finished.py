"""Which runs need not be built again: whole, and made from what would be their inputs now.

Nothing is remembered for this but what every build publishes: the manifest of each language names its inputs
and outputs with their hashes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from consumer_credit.project import Project
from consumer_credit.report.publishing.manifest import GENERATOR, MANIFEST, input_hashes, versions
from consumer_credit.sweep.grid import Run
from consumer_credit.sweep.places import RUNS, Place
from consumer_credit.sweep.work import Order

RESULTS = "results.json"


@dataclass(frozen=True)
class Inputs:
    """What every run of a sweep is made from, its own parameters apart."""

    hashes: Mapping[str, str]
    versions: Mapping[str, str]
    order: Order

    @classmethod
    def of(cls, project: Project, order: Order) -> Inputs:
        """The inputs as they are now."""
        chapters = [chapter.path for chapter in project.select_chapters(order.chapters)]
        return cls(input_hashes(project, chapters, order.edition), versions(), order)

    def still_are_those_of(self, manifest: Mapping[str, Any], run: Run) -> bool:
        """Whether a build of `run` now would be made from what `manifest` names."""
        wanted = {
            "generator": GENERATOR,
            "edition": self.order.edition,
            "formats": list(self.order.formats),
            "parameters": run.parameters.model_dump(mode="json"),
            "versions": dict(self.versions),
            "inputs": dict(self.hashes),
        }
        return all(manifest.get(key) == value for key, value in wanted.items())


def is_finished(place: Place, run: Run, inputs: Inputs) -> bool:
    """Whether the run stands in the place in every language, whole and unchanged."""
    return all(_is_whole(place, run, language, inputs) for language in inputs.order.languages)


def read_results(place: Place, run: Run, languages: Sequence[str]) -> list[dict[str, Any]]:
    """What a finished run recorded; the same in every language.

    Raises:
        ValueError: it cannot be read.
    """
    content = place.read(f"{RUNS}/{run.name}/{languages[0]}/{RESULTS}")
    return list(json.loads(content or b"null")["results"]) if content else []


def _is_whole(place: Place, run: Run, language: str, inputs: Inputs) -> bool:
    folder = f"{RUNS}/{run.name}/{language}"
    try:
        manifest = json.loads(place.read(f"{folder}/{MANIFEST}") or b"null")
        outputs = manifest["outputs"].items()
    except (ValueError, KeyError, TypeError, AttributeError):
        return False
    if not inputs.still_are_those_of(manifest, run):
        return False
    return all(_sha256(place.read(f"{folder}/{path}")) == digest for path, digest in outputs)


def _sha256(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()

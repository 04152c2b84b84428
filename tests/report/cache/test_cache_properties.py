"""Whatever is edited, in whatever order: a build with the cache publishes what a build without it would."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from consumer_credit.report.cache import stamps
from consumer_credit.report.cache.unchanged import Publication, holds, record_facts

SMALL = st.integers(min_value=1, max_value=3)
CHAPTERS = st.sampled_from(["alpha", "beta", "glance"])


def machine(new_world: Any) -> type[RuleBasedStateMachine]:
    class EditsAndBuilds(RuleBasedStateMachine):
        @initialize()
        def lay_out(self) -> None:
            self.world = new_world()
            self.built_with: dict[str, Any] = {}
            self.facts: dict[str, Any] | None = None

        @rule(series=st.sampled_from("ab"), value=SMALL)
        def edit_the_data(self, series: str, value: int) -> None:
            self.world.values[series] = value
            self.world.write_data()

        @rule(chapter=CHAPTERS, number=SMALL)
        def edit_code(self, chapter: str, number: int) -> None:
            self.world.code[chapter] = (
                self.world.code[chapter].partition("\n# ")[0] + f"\n# {number}\nprint({number})\n"
            )
            self.world.write_chapter(chapter)

        @rule(chapter=CHAPTERS, number=SMALL)
        def edit_prose(self, chapter: str, number: int) -> None:
            self.world.prose[chapter] = (
                self.world.prose[chapter].partition("\n")[0] + f"\nIt is said {number} times."
            )
            self.world.write_chapter(chapter)

        @rule(chapter=st.sampled_from(["alpha", "beta"]), number=SMALL)
        def edit_what_a_chapter_opens(self, chapter: str, number: int) -> None:
            self.world.write(f"notes/{chapter}.txt", "x" * number)

        @rule(number=SMALL)
        def edit_the_library(self, number: int) -> None:
            self.world.write("library/factor.py", f"FACTOR = {number}\n")

        @rule(number=SMALL)
        def edit_a_template(self, number: int) -> None:
            self.world.write("library/report/templates/page.css", f"body {{ margin: {number}em }}\n")

        @rule(year=st.sampled_from([2016, 2019]))
        def edit_the_edition(self, year: int) -> None:
            edition = f"title: {{en: A, zh: 甲}}\ndescription: {{en: B, zh: 乙}}\nparameters: {{base_year: {year}}}\n"
            self.world.write("editions/latest.yaml", edition)

        @rule(year=st.sampled_from([2016, 2018]), formats=st.sampled_from([("html",), ("html", "pdf")]))
        def build(self, year: int, formats: tuple[str, ...]) -> None:
            self.built_with = {"overrides": {"base_year": year}, "formats": formats}
            cache = self.world.build(**self.built_with)
            assert self.world.built() == self.world.clean(**self.built_with)
            assert cache.lookup.all_kept
            root, target = str(self.world.root), str(self.world.root / "dist" / "latest~draft")
            read = [read for read in cache.lookup.reads if read[0] in ("file", "absent", "folder")]
            folders = {cache.present.path(n): cache.present.of((k, n)) for k, n in read if k == "folder"}
            self.facts = record_facts([root], Publication(target, None), cache.present.files, folders)

        @invariant()
        def nothing_to_do_is_said_only_when_it_is_so(self) -> None:
            if getattr(self, "facts", None) and holds(self.facts, stamps.Files(self.facts["files"])):
                assert self.world.built() == self.world.clean(**self.built_with)

    return EditsAndBuilds


@pytest.mark.timeout(900)
@pytest.mark.thorough
def test_random_edits_and_builds_never_publish_anything_stale(miniature, warm_kernels, worlds, monkeypatch):
    def new_world() -> Any:
        root = Path(tempfile.mkdtemp(dir=base)) / "project"
        shutil.copytree(miniature.root, root)
        return worlds(type(miniature)(root), warm_kernels, monkeypatch)

    with tempfile.TemporaryDirectory() as base:
        run_state_machine_as_test(
            machine(new_world),
            settings=settings(
                max_examples=2,
                stateful_step_count=7,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )

"""What both exporters share: their place in nbconvert, their switches, and the reading of the notebook."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from nbconvert.exporters.exporter import Exporter
from nbconvert.exporters.templateexporter import TemplateExporter
from traitlets import Bool, Instance, List, Unicode, default

from consumer_credit.report.fonts.sets import FontFiles
from consumer_credit.report.rendering.document import Document
from consumer_credit.report.rendering.furniture import document_fonts
from consumer_credit.report.rendering.reading import read_document


class _Compiled(BytecodeCache):
    """Compiled templates, for every exporter of this process; jinja asks for each by a hash of its source."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what was compiled of it."""
        if bucket.key in self._held:
            bucket.bytecode_from_string(self._held[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Hold what was compiled of it."""
        self._held[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _Compiled()


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """For work that makes much and throws little away, as nbconvert does when it copies the notebook four times: the
    collector of garbage would go through all that the build holds again and again, which takes longer than the work.
    """
    at_work = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if at_work:
            gc.enable()


class ReportExporter(TemplateExporter):
    """An nbconvert exporter that renders a `Document`; its templates come with the package."""

    strict = Bool(False, help="Refuse what an edition must not have, instead of warning.").tag(config=True)
    font_cache = Unicode("", help="Where cut fonts are kept; else the user's cache folder.").tag(config=True)
    assembled = Bool(
        False,
        help="The notebook is an edition as assembled: nbconvert's preprocessors, and the copies it makes for them, "
        "have nothing to do.",
    )
    fonts: Any = Instance(FontFiles, allow_none=True, help="Fonts that have been cut already.")
    extra_template_basedirs = List(Unicode()).tag(config=True, affects_environment=True)

    def _create_environment(self) -> Any:
        environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.bytecode_cache = _COMPILED
        return environment

    @default("extra_template_basedirs")
    def _templates_of_the_package(self) -> list[str]:
        return [str(files("consumer_credit.report") / "templates")]

    @default("optimistic_validation")
    def _validated_once(self) -> bool:
        """Once after all preprocessors rather than after each of the ten."""
        return True

    def read(self, nb: Any, resources: Any = None, **kw: Any) -> tuple[Document, dict[str, Any]]:
        """Run nbconvert's preprocessors on `nb`, unless it was `assembled`, and read what is left.

        Raises:
            RenderError: (strict) see `reading`.
        """
        if self.assembled:
            resources = self._init_resources(resources)  # type: ignore[no-untyped-call]
        else:
            with collector_at_rest():
                nb, resources = Exporter.from_notebook_node(self, nb, resources, **kw)
        about = resources.get("metadata") or {}
        document = read_document(
            nb,
            name=str(about.get("name") or ""),
            folder=Path(about["path"]) if about.get("path") else None,
            strict=self.strict,
            include={
                "include_code": not self.exclude_code_cell,
                "include_markdown": not self.exclude_markdown,
                "include_raw": not self.exclude_raw,
                "include_input": not self.exclude_input,
                "include_output": not self.exclude_output,
            },
            warn=self.log.warning,
        )
        return document, resources

    def fonts_for(self, document: Document) -> FontFiles:
        """The fonts handed in, or a set cut for this document."""
        return self.fonts or document_fonts(document, self.font_cache)

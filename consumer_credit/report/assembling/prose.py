"""Prose with placeholders: `{{ name | filter }}` becomes a number only here, from values that executed
notebooks recorded.

Jinja2's sandbox does the filling; an unknown name stops the build (`RenderError` naming the cell), a missing
value makes the whole passage one sentence that says what is missing and why (`report.missing` words it).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from consumer_credit.errors import RenderError
from consumer_credit.locales import Language
from consumer_credit.report.authoring.passages import compiled
from consumer_credit.report.formats import Formats
from consumer_credit.report.missing import missing_sentence
from consumer_credit.report.values import RecordedValue

HEADING = re.compile(r"#{1,6} ")
_TYPED_GAP = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[+−]?[0-9A-Za-z])|(?<=[0-9A-Za-z%]) (?=[\u4e00-\u9fff])")
_MARKDOWN_SPECIALS = re.compile(r"([\\`*_{}\[\]<>()#+!|$@~^])")
_MORE_THAN_TEXT = re.compile(r"[{\r]")
"""Whatever the template language would change: its marks, and the ends of lines of another system."""
Titles = Callable[[str], str]


class _MissingValueError(Exception):
    """Raised while filling when a value that is needed is missing; never leaves this module."""

    def __init__(self, value: RecordedValue) -> None:
        super().__init__(value.name)
        self.value = value


@dataclass(frozen=True)
class _Placeholder:
    """A recorded value as prose sees it: it can be printed and filtered, not computed with."""

    recorded: RecordedValue
    formats: Formats
    """Writers of the reader's language."""

    @property
    def present(self) -> Any:
        """The value itself; raises for the passage when it is missing."""
        if self.recorded.missing is not None:
            raise _MissingValueError(self.recorded)
        return self.recorded.value

    def __str__(self) -> str:
        value, formats = self.present, self.formats
        writers: dict[str, Callable[[], str]] = {
            "fraction": lambda: formats.percent(value),
            "pp": lambda: formats.points(value),
            "CNY": lambda: formats.money(value, "CNY"),
            "USD": lambda: formats.money(value, "USD"),
            "years": lambda: formats.number(value, 1),
            "persons": lambda: formats.scaled(value),
            "count": lambda: formats.number(value),
            "number": lambda: formats.number(value, 1),
            "date": lambda: formats.date(value),
            "period": lambda: formats.period(value),
            "text": lambda: escape_markdown(value),
        }
        return writers.get(self.recorded.unit, lambda: str(value))()


def escape_markdown(text: str) -> str:
    """Make `text` print as itself in Markdown."""
    return _MARKDOWN_SPECIALS.sub(r"\\\1", text)


def close_up(text: str) -> str:
    """Take out spaces typed between Chinese and a figure or a Latin word: page and PDF set that gap themselves.

    Writers differ (`占 72%`, `占72%`); a report must not.
    """
    return _TYPED_GAP.sub("", text)


@dataclass(frozen=True)
class Prose:
    """Fills passages of one language.

    Args:
        language: of the passages.
        values: every recorded value of the report, by name.
        references: the Markdown link for each figure, table and equation id ('[Figure 1](#fig-…)').
        title_of: the title of a series in the language, for sentences about missing values.
        economy_name: the name of an economy, by its ISO 3166 alpha-3 code.
        citations: the Markdown that cites each work ('[Efron, 1979](#ref-…)').
        cited_together: ids of works by the name of their group.
    """

    language: Language
    values: Mapping[str, RecordedValue]
    references: Mapping[str, str]
    title_of: Titles
    economy_name: Titles = str
    citations: Mapping[str, str] = field(default_factory=dict)
    cited_together: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def _environment(self) -> SandboxedEnvironment:
        formats = Formats(self.language)
        environment = SandboxedEnvironment(
            undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True
        )

        def absolute(p: _Placeholder) -> _Placeholder:
            return replace(p, recorded=replace(p.recorded, value=abs(p.present)))

        def sign(p: _Placeholder, negative: str, zero: str, positive: str) -> str:
            return negative if p.present < 0 else positive if p.present > 0 else zero

        def word(p: _Placeholder, **words: str) -> str:
            if str(p.present) not in words:
                raise RenderError(
                    f"no word for '{p.present}' of '{p.recorded.name}'",
                    remedy=f"add {p.present}='…' to the word filter",
                )
            return words[str(p.present)]

        def compare(p: _Placeholder, other: _Placeholder, below: str, equal: str, above: str) -> str:
            return below if p.present < other.present else above if p.present > other.present else equal

        def reference(item_id: str) -> str:
            if item_id not in self.references:
                raise RenderError(
                    f"no figure, table or equation '{item_id}'",
                    remedy=_nearest(item_id, list(self.references)),
                )
            return self.references[item_id]

        def cite(*works: str) -> str:
            for work in works:
                if work not in self.citations:
                    raise RenderError(
                        f"no work '{work}' to cite", remedy=_nearest(work, list(self.citations))
                    )
            return ("; " if self.language == "en" else "；").join(self.citations[work] for work in works)

        def cite_all(group: str) -> str:
            if group not in self.cited_together:
                raise RenderError(
                    f"no works '{group}' to cite", remedy=_nearest(group, list(self.cited_together))
                )
            return cite(*self.cited_together[group])

        environment.filters = {
            "pct": lambda p, decimals=1: formats.percent(p.present, decimals),
            "pp": lambda p, decimals=1, signed=False: formats.points(p.present, decimals, signed=signed),
            "money": lambda p, decimals=2: formats.money(p.present, p.recorded.unit, decimals),
            "number": lambda p, decimals=0, signed=False: formats.number(p.present, decimals, signed=signed),
            "scaled": lambda p, decimals=2: formats.scaled(p.present, decimals),
            "date": lambda p: formats.date(str(p.present)),
            "period": lambda p: formats.period(str(p.present)),
            "end_of": lambda p: formats.end_of(str(p.present)),
            "economy": lambda p, bare=False: self._economy(str(p.present), bare=bare),
            "abs": absolute,
            "sign": sign,
            "word": word,
            "compare": compare,
        }
        environment.globals = {
            "ref": reference,
            "cite": cite,
            "cite_all": cite_all,
            **{name: _Placeholder(value, formats) for name, value in self.values.items()},
        }
        environment.tests = {
            "equal_to": lambda p, other: p.present == getattr(other, "present", other),
            "missing": lambda p: p.recorded.missing is not None,
            "derived": lambda p: p.recorded.derived,
            "later_vintage": lambda p: bool(p.recorded.later_vintage),
        }
        return environment

    def fill(self, source: str, *, where: str) -> str:
        """Fill one passage of Markdown.

        Headings at its beginning stay when a value of the text below them is missing.

        Raises:
            RenderError: an unknown name, filter or figure, or a template that cannot be read; `where` names
                the cell.
        """
        try:
            return self._fill(source, where=where)
        except _MissingValueError as missing:
            sentence = self._sentence(missing.value)
            kept = self._headings(source, where=where)
            return "\n\n".join([*kept, sentence])

    def names(self, source: str) -> set[str]:
        """The value names that a passage uses."""
        from jinja2 import meta  # noqa: PLC0415

        return meta.find_undeclared_variables(self._environment.parse(source))

    def _economy(self, code: str, *, bare: bool) -> str:
        name = self.economy_name(code)
        return f"the {name}" if self.language == "en" and not bare and name.startswith("United ") else name

    def _sentence(self, value: RecordedValue) -> str:
        return missing_sentence(value, language=self.language, title_of=self.title_of)

    def _headings(self, source: str, *, where: str) -> Sequence[str]:
        kept = []
        for line in source.strip().splitlines():
            if not line.strip():
                continue
            if not HEADING.match(line):
                break
            try:
                kept.append(self._fill(line, where=where))
            except _MissingValueError:
                kept.append(line.split(" ")[0] + " " + ("—" if self.language == "en" else "——"))
        return kept

    def _fill(self, source: str, *, where: str) -> str:
        try:
            filled = self._rendered(source) if _MORE_THAN_TEXT.search(source) else source
            return close_up(filled) if self.language == "zh" else filled
        except UndefinedError as error:
            raise self._unknown(source, error, where) from None
        except RenderError as error:
            raise RenderError(error.what, where=where, remedy=error.remedy) from None
        except TemplateError as error:
            raise RenderError(
                f"cannot read the placeholder: {error}", where=where, remedy="see docs: {{ name | filter }}"
            ) from None
        except RecursionError:
            raise RenderError(
                "is nested too deeply", where=where, remedy="print values one by one: {{ name | filter }}"
            ) from None
        except (TypeError, AttributeError, ValueError, KeyError, ArithmeticError) as error:
            raise RenderError(
                f"a filter does not fit its value: {error}",
                where=where,
                remedy="see 'python build_report.py values'",
            ) from None

    def _rendered(self, source: str) -> str:
        environment = self._environment
        template = environment.template_class.from_code(environment, compiled(source), environment.globals)
        return template.render()

    def _unknown(self, source: str, error: Exception, where: str) -> RenderError:
        unknown = sorted(self.names(source) - set(self._environment.globals))
        name = unknown[0] if unknown else str(error)
        return RenderError(
            f"no value named '{name}' was recorded", where=where, remedy=_nearest(name, list(self.values))
        )


def _nearest(name: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else "'python build_report.py values' lists what may be used"

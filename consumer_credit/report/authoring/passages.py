"""What a passage of prose may say to the template language: print values, choose between words, nothing else.

Jinja2 can loop, compute and call; its sandbox forbids to reach into Python, but not to count to 9**9**9 or to
build a text of a terabyte. A passage is therefore parsed first, and only these few forms are let through.
Filling it is `report.assembling.prose`'s.
"""

from __future__ import annotations

from functools import lru_cache
from types import CodeType

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

FILTERS = {
    "pct": "percent of a fraction: {{ x | pct }}, {{ x | pct(2) }}",
    "pp": "percentage points: {{ gap | pp }}, signed: {{ gap | pp(1, signed=true) }}",
    "money": "yuan or dollars in the language's own scale: {{ x | money(2) }}",
    "number": "a plain number: {{ x | number(1) }}, signed: {{ x | number(1, signed=true) }}",
    "scaled": "a large number in the language's own scale: {{ x | scaled(1) }}",
    "date": "a date: {{ d | date }}",
    "period": "a year, quarter or month: {{ p | period }}",
    "end_of": "the end of a period, as stocks are dated: {{ base_year | end_of }}",
    "abs": "without its sign: {{ change | abs | pp }}",
    "sign": "words by sign: {{ change | sign('fell', 'was unchanged', 'rose') }}",
    "word": "words by a language-free id: {{ state | word(open='is open', closed='has closed') }}",
    "economy": "an economy's name: {{ comparator | economy }}, without article {{ x | economy(bare=true) }}",
    "compare": "words by comparison with another value: {{ a | compare(b, 'below', 'equal to', 'above') }}",
}

TESTS = ("equal_to", "missing", "derived", "later_vintage")

CALLS = ("ref", "cite", "cite_all")

_ALLOWED = (
    *(nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.Name, nodes.Const, nodes.Keyword),
    *(nodes.Filter, nodes.Test, nodes.And, nodes.Or, nodes.Not),
)


@lru_cache(maxsize=4096)
def compiled(source: str) -> CodeType:
    """A passage as Jinja2 compiles it: the same for all values, so that a second build need not do it again.

    Raises:
        TemplateSyntaxError: it cannot be read, or does more than print values and choose between words.
    """
    environment = SandboxedEnvironment(autoescape=False, keep_trailing_newline=True, optimized=False)
    environment.filters = dict.fromkeys(FILTERS, str)  # their names are all that compiling asks for
    environment.tests = dict.fromkeys(TESTS, lambda _: False)
    tree = environment.parse(source)
    for node in [tree, *tree.find_all(nodes.Node)]:
        if not isinstance(node, _ALLOWED) and not _is_reference(node):
            raise TemplateSyntaxError(
                f"prose prints values and computes nothing ({type(node).__name__.lower()})", node.lineno
            )
    return environment.compile(tree)


def _is_reference(node: nodes.Node) -> bool:
    """`ref('fig-…')` or `cite('…')`."""
    return isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in CALLS

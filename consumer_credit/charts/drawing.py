"""A chart as its function hands it over: drawn, or known to have been drawn before from the same.

Drawing is most of what a chapter takes. Where a cache listens (`drawings_kept_by`), a chart is told by its function,
by what that was given and by matplotlib's settings; how numbers are written is the notebook's to say, in functions of
its own, so that what those answered while drawing is kept as well, and asked again before a drawing is believed.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property, partial, wraps
from typing import TYPE_CHECKING, Any, ParamSpec, Protocol

import numpy as np
import pandas as pd

from consumer_credit.charts.canvas import Numbers
from consumer_credit.charts.sheets import PHONE, laid_out_for
from consumer_credit.charts.style import missing_glyphs_are_errors

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Answers = Sequence[Sequence[Any]]
"""What an argument's functions were asked while drawing: `[[argument, function], [what was given], answer]`."""
Given = ParamSpec("Given")
_PLAIN = (str, int, float, bool, type(None), np.generic, type(pd.NA))


class Keeper(Protocol):
    """Who keeps drawings."""

    def find(self, key: str) -> Iterable[tuple[Answers, str]]:
        """What is kept under a key: answers on which it rests, and the SVG."""
        ...

    def keep(self, key: str, answers: Answers, svg: str) -> None:
        """Keep a drawing."""
        ...


_keepers: list[Keeper] = []


@contextmanager
def drawings_kept_by(keeper: Keeper) -> Iterator[None]:
    """Within this block what `keeper` has is not drawn again, and what it has not is given to it."""
    _keepers.append(keeper)
    try:
        yield
    finally:
        _keepers.remove(keeper)


class Drawing:
    """What a chart's function gives: the SVG of a drawing, and matplotlib's figure for whoever wants to add to it.

    In every other respect it is that figure; once it has been asked for, nothing kept counts.
    """

    def __init__(
        self, draw: Callable[..., Figure], given: Mapping[str, Any], name: str, *, phone: bool = False
    ) -> None:
        """`draw(**given)` draws it; at once, where nothing is kept of it, so that a mistake shows where it is made."""
        self._draw, self._given, self._name, self._phone = draw, given, name, phone
        self._heard: dict[str, list[Any]] = {}
        self._keeper = _keepers[-1] if _keepers else None
        self._key = key_of(name, given) if self._keeper else None
        self._svg = self._kept()
        self._drawn = self._listened_to() if self._svg is None else None

    @cached_property
    def figure(self) -> Figure:
        """Matplotlib's figure."""
        self._keeper = self._svg = None
        self._drawn = self._drawn or self._draw(**self._given)
        return self._drawn

    def svg(self) -> str:
        """The drawing as `charts.svg.to_svg` writes it, called by the name of its kind."""
        from consumer_credit.charts.svg import to_svg  # noqa: PLC0415  (light commands never draw)

        if self._svg is None:
            assert self._drawn is not None
            self._svg = to_svg(self._drawn, title=self._name, description=self._name)
            if self._keeper and self._key:
                self._keeper.keep(self._key, list(self._heard.values()), self._svg)
        return self._svg

    def on_a_phone(self) -> Drawing | None:
        """The same laid out for a phone; None where its kind has no such layout, or something may have been added."""
        if not self._phone or "figure" in vars(self):
            return None
        return Drawing(laid_out_for(PHONE)(self._draw), self._given, f"{self._name} on a phone")

    def __getattr__(self, name: str) -> Any:
        """As of the figure."""
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.figure, name)

    def _kept(self) -> str | None:
        if self._keeper is None or self._key is None:
            return None
        found = self._keeper.find(self._key)
        return next((svg for answers, svg in found if self._answers_are(answers)), None)

    def _answers_are(self, answers: Answers) -> bool:
        try:
            return all(
                getattr(self._given[argument], function)(*asked) == answer
                for (argument, function), asked, answer in answers
            )
        except Exception:  # whatever is wrong with it, drawing will say
            return False

    def _listened_to(self) -> Figure:
        if self._key is None:
            return self._draw(**self._given)
        heard = {
            name: _overheard(value, name, self._heard) if isinstance(value, Numbers) else value
            for name, value in self._given.items()
        }
        return self._draw(**heard)


def drawing(function: Callable[Given, Figure], *, phone: bool = True) -> Callable[Given, Drawing]:
    """Let a function that draws a figure give a `Drawing`; characters without a glyph are errors.

    Args:
        phone: whether what it draws can be laid out for a phone as well.
    """
    signature = inspect.signature(function)
    draw = missing_glyphs_are_errors()(function)
    name = function.__name__.replace("_", " ")

    @wraps(function)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> Drawing:
        return Drawing(draw, signature.bind(*args, **kwargs).arguments, name, phone=phone)

    return drawn


def key_of(name: str, given: Mapping[str, Any]) -> str | None:
    """The hash of a chart's kind, of what it is given and of matplotlib's settings; None when something given cannot
    be told from another by its value.
    """
    import matplotlib as mpl  # noqa: PLC0415

    digest = hashlib.sha256()
    try:
        for text in (name, *_spelt(dict(given)), *(f"{k}={v!r}" for k, v in sorted(mpl.rcParams.items()))):
            digest.update(f"{len(text)} {text}".encode("utf-8", "surrogatepass"))
    except TypeError:
        return None
    return digest.hexdigest()


def _spelt(value: Any) -> Iterator[str]:
    """A value in texts that no other value has; the functions of `Numbers` are left out.

    Raises:
        TypeError: its kind is not known here.
    """
    if isinstance(value, _PLAIN):
        yield f"{type(value).__name__} {value!r}"
    elif isinstance(value, pd.DataFrame):
        yield f"frame {value.shape}"
        for name, column in [("index", value.index.to_series()), *value.items()]:
            yield f"{name!r} {column.dtype}"
            if column.dtype.kind in "biuf":
                yield repr(column.tolist())
            else:
                yield from _spelt(column.tolist())
    elif isinstance(value, Numbers):
        yield f"numbers {value.scale!r} {value.value is None}"
    else:
        parts = _parts(value)
        yield f"{type(value).__name__} of {len(parts)}"
        for part in parts:
            yield from _spelt(part)


def _parts(value: Any) -> list[Any]:
    if dataclasses.is_dataclass(value):
        return [getattr(value, field.name) for field in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return [part for item in value.items() for part in item]
    if isinstance(value, list | tuple):
        return [*value]
    raise TypeError(f"a {type(value).__name__} cannot be told from another")


def _overheard(numbers: Numbers, argument: str, heard: dict[str, list[Any]]) -> Numbers:
    """The same numbers, whose functions write down what they are asked and answer."""

    def asked(function: str, really: Callable[..., str], *given: Any) -> str:
        answer = really(*given)
        plain = [item.item() if isinstance(item, np.generic) else item for item in given]
        heard[f"{argument} {function} {plain!r}"] = [[argument, function], plain, answer]
        return answer

    return dataclasses.replace(
        numbers,
        tick=partial(asked, "tick", numbers.tick),
        value=None if numbers.value is None else partial(asked, "value", numbers.value),
    )

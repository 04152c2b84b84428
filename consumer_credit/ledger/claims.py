"""Published claims under audit: what each stated, where, and within which rounding (`data/claims.yaml`).

The file holds what was printed and how it is to be tried, in our own words. What the data say is worked out
in `audit`; nothing here reads a figure.
"""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from consumer_credit.data.periods import known_from
from consumer_credit.data.yaml_files import read_yaml
from consumer_credit.errors import DataError
from consumer_credit.ledger.trials import Growth, Rising, Trial, Year
from consumer_credit.ledger.words import Bilingual

__all__ = ["Bilingual", "Claim", "ClaimSource", "load_claims", "load_sources"]

File = TypeVar("File", bound=BaseModel)
Unit = Literal["fraction", "pp", "CNY", "USD", "persons", "number"]


def _day(text: str) -> str:
    try:
        known_from(text)
    except DataError as error:
        raise ValueError(str(error)) from None
    return text


Day = Annotated[str, AfterValidator(_day)]
"""A day, or a month where the page names no day (`2017-12`, read as its last day)."""


class ClaimSource(BaseModel):
    """Where a claim was printed, and whom it quotes.

    `date` is null where the page bears none. `data_date` is the day whose knowledge the figures rest on: that
    of the report quoted, else of the page itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Bilingual
    publisher: Bilingual
    date: Day | None
    data_date: Day | None = None
    address: str = ""
    quotes: Bilingual | None = None

    @property
    def known_on(self) -> str | None:
        """The day whose knowledge counts; None when nothing is dated."""
        return self.data_date or self.date


class Claim(BaseModel):
    """One published figure: `value` in `unit` at `period`, printed to within `half_unit`; `statement` in our
    words.

    `relation` says whether the figure itself is claimed or a bound (`above`, `below`); `reverses_at` where
    the statement turns into its opposite (see `verdicts`). `nature` is `implied` for what follows from two
    stated figures. `known_on` is the day whose knowledge the claim rests on: its source's, unless the entry
    says otherwise. `judged_on`
    is the day of the data it is judged by, where that is another: statements about the future are judged on
    what came.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    source: str
    page: Bilingual
    nature: Literal["stated", "implied"] = "stated"
    statement: Bilingual
    numerator: Bilingual
    denominator: Bilingual | None = None
    period: Year
    relation: Literal["equals", "above", "below"] = "equals"
    value: float = Field(allow_inf_nan=False)
    half_unit: float = Field(ge=0, allow_inf_nan=False)
    unit: Unit
    reverses_at: float | None = None
    known_on: Day | None = None
    judged_on: Day | Literal["latest"] | None = None
    test: Trial
    remark: Bilingual | None = None

    @model_validator(mode="after")
    def _rounding_and_years_make_sense(self) -> Self:
        if self.relation == "equals" and self.half_unit == 0:
            raise ValueError("a figure that is claimed to equal something needs a half_unit above nought")
        if isinstance(self.test, Growth | Rising) and self.test.first >= self.period:
            raise ValueError(
                f"the test begins in {self.test.first}, not before the claim's period {self.period}"
            )
        return self

    @property
    def judgement_day(self) -> str:
        """The day whose knowledge the claim is judged by; `latest` for all that is held."""
        return self.judged_on or self.known_on or "latest"


class ClaimsFile(BaseModel):
    """What `data/claims.yaml` holds."""

    model_config = ConfigDict(extra="forbid")

    sources: list[ClaimSource]
    claims: list[Claim]


def load_claims(file: Path) -> dict[str, Claim]:
    """Read the claims, by id, in the order of the file, each with the day of its source filled in.

    Raises:
        DataError: the file cannot be read, an entry is malformed, an id repeats, or a source is unknown.
    """
    content = _read(file)
    sources = {source.id: source for source in content.sources}
    claims: dict[str, Claim] = {}
    for claim in content.claims:
        where = f"{file.parent.name}/{file.name}, claim {claim.id}"
        if claim.source not in sources:
            raise DataError(
                f"unknown source '{claim.source}'", where=where, remedy="name one of the file's sources"
            )
        if claim.id in claims:
            raise DataError("this id stands twice", where=where, remedy="give each claim its own id")
        known_on = claim.known_on or sources[claim.source].known_on
        claims[claim.id] = claim.model_copy(update={"known_on": known_on})
    return claims


def load_sources(file: Path) -> dict[str, ClaimSource]:
    """Read where the claims were printed, by id.

    Raises:
        DataError: the file cannot be read, or an entry is malformed.
    """
    return {source.id: source for source in _read(file).sources}


def _read(file: Path) -> ClaimsFile:
    content = b""
    with suppress(OSError):  # reading it as a model says what is wrong
        content = file.read_bytes()
    return _as_it_is(file, content)


@lru_cache(maxsize=4)
def _as_it_is(file: Path, _content: bytes) -> ClaimsFile:
    return read_model(file, ClaimsFile, lists=("sources", "claims"))


def read_model(file: Path, model: type[File], *, lists: tuple[str, ...]) -> File:
    """A YAML file of the ledger as `model`; errors name the entry by the id of its list.

    Raises:
        DataError: the file is missing, is not YAML, or an entry is malformed.
    """
    where = f"{file.parent.name}/{file.name}"
    if not file.is_file():
        raise DataError("the file is missing", where=where, remedy="restore it from the repository")
    content = read_yaml(file, where)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = _place(content, first["loc"], lists)
        message = first["msg"].removeprefix("Value error, ")
        raise DataError(
            message,
            where=f"{where}, {place}" if place else where,
            remedy="compare with the entries beside it",
        ) from None


def _place(content: object, loc: tuple[int | str, ...], lists: tuple[str, ...]) -> str:
    """Where in the file: `claims nifd_market_size, test.level.quantity` instead of a position."""
    if len(loc) >= 2 and loc[0] in lists and isinstance(loc[1], int) and isinstance(content, dict):
        entry = content[loc[0]][loc[1]]
        name = entry.get("id", f"entry {loc[1] + 1}") if isinstance(entry, dict) else f"entry {loc[1] + 1}"
        rest = ".".join(str(part) for part in loc[2:])
        return f"{loc[0]} {name}, {rest}" if rest else f"{loc[0]} {name}"
    return ".".join(str(part) for part in loc)

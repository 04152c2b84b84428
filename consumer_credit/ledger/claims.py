"""Published claims under audit: what each stated, where, and within which rounding (`data/claims.yaml`)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from consumer_credit.errors import DataError


class Bilingual(BaseModel):
    """One text in the report's two languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)


class ClaimSource(BaseModel):
    """Where a claim was printed, and whom it quotes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: Bilingual
    publisher: Bilingual
    date: dt.date
    quotes: Bilingual | None = None


class Claim(BaseModel):
    """One published figure: `value` in `unit` at `period`, printed to within `half_unit`; `statement` in our
    words.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    source: str
    statement: Bilingual
    value: float
    half_unit: float = Field(gt=0)
    unit: str
    period: str


class _ClaimsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sources: list[ClaimSource]
    claims: list[Claim]


def load_claims(file: Path) -> dict[str, Claim]:
    """Read the claims, by id.

    Raises:
        DataError: the file cannot be read, an entry is malformed, an id repeats, or a source is unknown.
    """
    where = f"data/{file.name}"
    try:
        content = _ClaimsFile.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise DataError("the file is missing", where=where, remedy="restore it from the repository") from None
    except yaml.YAMLError as error:
        raise DataError(f"not readable as YAML: {' '.join(str(error).split())}", where=where) from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise DataError(
            first["msg"], where=f"{where}, {place}", remedy="compare with the entries beside it"
        ) from None
    known = {source.id for source in content.sources}
    claims: dict[str, Claim] = {}
    for claim in content.claims:
        if claim.source not in known:
            raise DataError(
                f"unknown source '{claim.source}'",
                where=f"{where}, claim {claim.id}",
                remedy="name one of its sources",
            )
        if claim.id in claims:
            raise DataError(
                f"claim '{claim.id}' stands twice", where=where, remedy="give each claim its own id"
            )
        claims[claim.id] = claim
    return claims

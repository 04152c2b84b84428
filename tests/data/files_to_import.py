"""What imports are tried with: a data folder that holds one vintage of credit, and files as publishers write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Write = Callable[..., Path]
Entry = Callable[..., dict[str, Any]]

CREDIT = {
    "unit": "USD",
    "scale": 1e6,
    "publication_lag_days": 40,
    "range": {"min": 1000, "max": 20_000_000},
    "keys": {"fred": "TOTALSL", "ddp": "DTCTL.M"},
}
STUDENT = CREDIT | {"frequency": "quarterly", "keys": {"fred": "SLOAS", "ddp": "DTCTLNS_N.M"}}
RATE = {
    "unit": "percent", "scale": 0.01, "kind": "rate", "frequency": "quarterly", "publication_lag_days": 60,
    "keys": {"fred": "DRCCLACBS"},
}  # fmt: skip
HOUSEHOLD = {"keys": {"pbc": "人民币/住户贷款"}, "range": {"min": 1000, "max": 3_000_000}}
HELD = (
    "us.credit,2016-07,3660000.1,2016-11-19,file",
    "us.credit,2016-08,3680000.2,2016-11-19,file",
    "us.credit,2016-09,3699600.5,2016-11-19,file",
)


def credit_held(tmp_path: Path, write_data: Write, series_entry: Entry) -> Path:
    """Credit held of one vintage; student loans, a rate and Chinese loans described and empty."""
    series = {
        "us.credit": series_entry(**CREDIT),
        "us.student": series_entry(**STUDENT),
        "us.rate": series_entry(**RATE),
        "cn.household": series_entry(**HOUSEHOLD),
    }
    return write_data(tmp_path / "data", HELD, series)


def text_file(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def fred(path: Path, **figures: float | str) -> Path:
    """A FRED download, ``m2016_09=3699600.5``; the series is the file's name in capitals."""
    rows = "".join(f"{name[1:].replace('_', '-')}-01,{value}\n" for name, value in figures.items())
    return text_file(path, f"observation_date,{path.stem.upper()}\n{rows}")


PBOC = """\
金融机构人民币信贷收支表
单位：{unit}
项目 Item,2016.01,2016.02
一、各项贷款 Total Loans,{a},{b}
1.住户贷款 Loans to Households,{a},{b}
"""


def pboc(path: Path, unit: str, a: object, b: object) -> Path:
    return text_file(path, PBOC.format(unit=unit, a=a, b=b))

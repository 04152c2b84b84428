"""Reading one cell: a number, a period, a label, a unit, as publishers and their readers write them.

The rule throughout: what can be read in exactly one way is read; everything else is refused in words. A
reader never guesses a number. Which cells a publisher's table has, and where, is the business of its own
module.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from decimal import Decimal

from consumer_credit.data.publishers.contract import Unit
from consumer_credit.data.publishers.files import Cell, Sheet
from consumer_credit.errors import DataError

MISSING = {"na", "n/a", "n.a.", "n.a", "nan", "nd", "nc", "null", "none", "#n/a"}
"""What stands, besides blanks, dots and dashes, where there is no figure (compared in lower case)."""

_HALF_WIDTH = str.maketrans(
    {chr(full): chr(full - 0xFEE0) for full in range(0xFF01, 0xFF5F)}
    | {chr(blank): " " for blank in (0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000)}
    | {chr(unseen): "" for unseen in (0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF)}
    | dict.fromkeys("‐‑‒–—―−﹣", "-")
    | {"…": "..."}
)
_SIMPLE = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,20})?", re.ASCII)
_NUMBER = re.compile(
    r"[+-]?([0-9]{1,20}|[0-9]{1,3}(,[0-9]{3})+|[0-9]{1,3}( [0-9]{3})+|(?=\.[0-9]))(\.[0-9]+)?"
)
_SCIENTIFIC = re.compile(r"(-?[0-9](?:\.([0-9]+))?)[eE]([+-]?[0-9]{1,2})")
_SPREADSHEET_DECIMALS = 5  # a spreadsheet shows 74639506000000 as 7.46395E+13; publishers write all digits
_TINY, _HUGE = 1e-100, 1e24  # no publisher counts so finely or so far; a broken cell of a workbook may
_SMALL = -5  # below 0.0001 publishers write so themselves
_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_YEAR_MONTH = re.compile(r"((?:19|20)\d\d)(?:[-/年]|\s|m)+(0?[1-9]|1[0-2])(?:月|月末|月底)?")
_DOTTED = re.compile(r"((?:19|20)\d\d)\.(0[1-9]|1[0-2])")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])")
_DAY = re.compile(r"((?:19|20)\d\d)([-/])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?:[T ]00:00(?::00)?)?")
_NAMED_DAY = re.compile(r"(\d{1,2})[ -]([a-z]{3})[a-z]*[ -]((?:19|20)\d\d)")
_QUARTER = re.compile(r"(?:(19|20))?(\d\d)[-: ]{0,2}q([1-4])")


def label(cell: Cell) -> str:
    """A label with full-width forms and exotic dashes made plain and every run of blanks one blank."""
    return " ".join(unicodedata.normalize("NFKC", str(cell)).translate(_HALF_WIDTH).split())


def plain(cell: Cell) -> str:
    """A figure, date or unit with full-width forms made plain.

    Only width and blanks are touched: to Unicode 250472² is also compatible with 2504722, and a footnote must
    never become a digit.
    """
    return " ".join(str(cell).translate(_HALF_WIDTH).split())


def number(cell: Cell, where: str, *, percent: bool = False) -> float | None:
    """The number in a cell, or None where the publisher has none.

    Full-width digits, thousands separators, a true minus and accounting brackets are read. A per-cent sign
    is refused unless the figures are per cent already; 5.26% is then 5.26. Scientific notation that dropped
    digits, as a spreadsheet writes it (1.34E+06), is refused. A number of a workbook has the fifteen digits that
    spreadsheets show: 7.383899999999999 is a sum of binary fractions and 7.3839 what was meant.

    Args:
        cell: what stands in the cell.
        where: file, sheet and cell, for the message.
        percent: whether the figures of this line are per cent, by the file's own words.

    Raises:
        DataError: anything that is not one number.
    """
    if isinstance(cell, str):
        return float(cell) if _SIMPLE.fullmatch(cell) else _written_number(cell, where, percent)
    if isinstance(cell, bool) or not isinstance(cell, float | int):
        raise _not_a_number(cell, where)
    if not math.isfinite(cell) or 0 < abs(cell) < _TINY or abs(cell) > _HUGE:
        raise _not_a_number(cell, where)
    return float(f"{cell:.15g}")


def number_at(sheet: Sheet, row: int, column: int, *, percent: bool = False) -> float | None:
    """The number in a cell of a sheet; as `number`.

    Raises:
        DataError: anything that is not one number, with the place of the cell.
    """
    cell = sheet.cell(row, column)
    if isinstance(cell, str):
        if not cell:
            return None
        if _SIMPLE.fullmatch(cell):
            return float(cell)
    return number(cell, sheet.where(row, column), percent=percent)


def is_percent(cell: Cell) -> bool:
    """Whether the cell carries a per-cent sign of its own."""
    return isinstance(cell, str) and plain(cell).endswith("%")


def _written_number(cell: str, where: str, percent: bool) -> float | None:
    text = plain(cell)
    if percent and text.endswith("%") and any(sign.isdecimal() for sign in text):
        text = text.removesuffix("%").rstrip()
    if not text.strip(".-") or text.lower() in MISSING:
        return None
    if text.startswith("(") and text.endswith(")") and text[1:2].isdecimal():
        text = "-" + text[1:-1].strip()
    if scientific := _SCIENTIFIC.fullmatch(text):
        decimals = len(scientific[2] or "")
        dropped = decimals <= _SPREADSHEET_DECIMALS and int(scientific[3]) > _SMALL
    elif not (dropped := not _NUMBER.fullmatch(text)):
        text = text.replace(",", "").replace(" ", "")
    if dropped or abs(float(text)) > _HUGE:
        raise _not_a_number(cell, where)
    return float(text)


def _not_a_number(cell: Cell, where: str) -> DataError:
    shown = " ".join(str(cell).split())[:60]
    remedy = "correct the cell, or download the file again"
    return DataError(f"expected a number, found '{shown}'", where=where, remedy=remedy)


def month(cell: Cell) -> str | None:
    """The month a heading names, as ``2016-12``; None when it names none, or could be read as two.

    Dates, ``2016-12``, ``2016.12``, ``2016年12月``, ``201612``, ``Dec 2016`` and ``30 Dec 2016`` are read. A
    number such as 2016.1 (January, or October stripped of its nought?) is not: see `dotted_months`.
    """
    if isinstance(cell, dt.date):
        return f"{cell.year:04d}-{cell.month:02d}"
    text = plain(cell).lower()
    if shaped := _YEAR_MONTH.fullmatch(text) or _DOTTED.fullmatch(text) or _COMPACT.fullmatch(text):
        return f"{shaped[1]}-{int(shaped[2]):02d}"
    if named := day(cell):
        return named[:7]
    shaped = re.fullmatch(r"([a-z]{3})[a-z]*[-, ]+((?:19|20)\d\d)", text)
    return f"{shaped[2]}-{_MONTHS[shaped[1]]:02d}" if shaped and shaped[1] in _MONTHS else None


def day(cell: Cell) -> str | None:
    """The day a cell names, as ``2016-12-31``; None for none. Figures alone must stand year first."""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else None
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = plain(cell)
    if shaped := _DAY.fullmatch(text):
        parts = int(shaped[1]), int(shaped[3]), int(shaped[4])
    elif (shaped := _NAMED_DAY.fullmatch(text.lower())) and shaped[2] in _MONTHS:
        parts = int(shaped[3]), _MONTHS[shaped[2]], int(shaped[1])
    else:
        return None
    try:
        return dt.date(*parts).isoformat()
    except ValueError:
        return None


def quarter(cell: Cell) -> str | None:
    """The quarter a cell names: ``2016-Q4`` for ``2016-Q4``, ``16:Q4``, a date in its last month."""
    shaped = _QUARTER.fullmatch(plain(cell).lower())
    if shaped:
        century = shaped[1] or ("19" if int(shaped[2]) >= 90 else "20")
        return f"{century}{shaped[2]}-Q{shaped[3]}"
    ending = day(cell)
    if ending and int(ending[5:7]) % 3 == 0:
        return f"{ending[:4]}-Q{int(ending[5:7]) // 3}"
    return None


def year(cell: Cell) -> str | None:
    """The year a cell names, as ``2016``; None when it names none."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    shaped = re.fullmatch(r"((?:18|19|20)\d\d)年?", plain(cell))
    return shaped[1] if shaped else None


def dotted_months(cells: list[Cell]) -> list[str | None]:
    """Months of a row of headings written year dot month, where October often shows as 2016.1.

    A spreadsheet keeps 2016.10 as the number 2016.1, which it also keeps for a January typed without its
    nought. The neighbours decide: after September, or before November, it is October; after December, or
    before February, January. One that stays undecided is None.

    Args:
        cells: the headings, in order; any that is not of this form gives None.
    """
    firm: dict[int, str] = {}
    doubtful: dict[int, int] = {}
    for at, cell in enumerate(cells):
        shaped = re.fullmatch(r"((?:19|20)\d\d)\.(0[1-9]|1[0-2]|[1-9])", plain(cell))
        if shaped and shaped[2] == "1":
            doubtful[at] = int(shaped[1])
        elif shaped:
            firm[at] = f"{shaped[1]}-{int(shaped[2]):02d}"
    read = dict(firm)
    for at, in_year in doubtful.items():
        before, after = firm.get(at - 1), firm.get(at + 1)
        may_be_october = before == f"{in_year}-09" or after == f"{in_year}-11"
        may_be_january = before == f"{in_year - 1}-12" or after == f"{in_year}-02"
        if may_be_october != may_be_january:
            read[at] = f"{in_year}-10" if may_be_october else f"{in_year}-01"
    return [read.get(at) for at in range(len(cells))]


_CHINESE_SCALES = {"万亿": 12, "亿": 8, "千万": 7, "百万": 6, "万": 4, "千": 3, "": 0}
_CHINESE_MONEY = {"元": "CNY", "人民币": "CNY", "美元": "USD", "英镑": "GBP", "欧元": "EUR", "日元": "JPY"}
_CHINESE_UNIT = re.compile(r"单位:(?:人民币)?(万亿|亿|千万|百万|万|千|)(人民币|美元|英镑|欧元|日元|元)")
_ENGLISH_MONEY = {"yuan": "CNY", "rmb": "CNY", "$": "USD", "dollar": "USD", "pound": "GBP"}
_ENGLISH_SCALES = {
    "trillion": 12, "billion": 9, "100 million": 8, "100million": 8, "hundred million": 8, "million": 6,
    "10 thousand": 4, "10000": 4, "10,000": 4, "thousand": 3,
}  # fmt: skip


def chinese_unit(cell: Cell) -> Unit | None:
    """The unit a Chinese line states, e.g. ``单位：亿元`` (10⁸ yuan), ``单位：亿美元``; None for none."""
    text = plain(cell).replace(" ", "")
    if shaped := _CHINESE_UNIT.search(text):
        return Unit(text, _CHINESE_MONEY[shaped[2]], Decimal(10) ** _CHINESE_SCALES[shaped[1]])
    if re.search(r"单位:(%|百分比|百分点)", text):
        return Unit(text, "percent", Decimal("0.01"))
    return None


def english_unit(cell: Cell) -> Unit | None:
    """The unit an English line states, e.g. ``RMB100 Million Yuan``, ``Trillions of $``; None for none."""
    text = plain(cell)
    words = text.lower()
    if re.match(r"percent|per cent|%", words):
        return Unit(text, "percent", Decimal("0.01"))
    measure = next((code for word, code in _ENGLISH_MONEY.items() if word in words), "")
    power = next((power for word, power in _ENGLISH_SCALES.items() if word in words), None)
    if power is None and not measure:
        return None
    return Unit(text, measure, None if power is None else Decimal(10) ** power)

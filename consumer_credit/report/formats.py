"""How numbers, money, dates and periods are written for a reader, in each language (CLDR through Babel).

Used by prose placeholders, tables and chart axes alike, so that one number never appears in two spellings.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from babel.dates import format_date
from babel.numbers import get_decimal_symbol, get_group_symbol

from consumer_credit.locales import Language

LOCALES = {"en": "en_GB", "zh": "zh_Hans_CN"}
_ENGLISH_SCALES = ((1e12, " trillion"), (1e9, " billion"), (1e6, " million"))
_CHINESE_SCALES = ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"))
_MONEY = {"CNY": {"en": "CNY {}", "zh": "{}元"}, "USD": {"en": "USD {}", "zh": "{}美元"}}
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class Formats:
    """Writers of one language; `decimals` are digits after the point."""

    language: Language

    def number(self, value: float, decimals: int = 0, *, signed: bool = False) -> str:
        """1234.5 → '1,234.5' with `decimals=1`; a minus is a real minus sign, `signed` adds the plus."""
        rounded = round(value, decimals) + 0.0  # + 0.0: no negative zero
        text = f"{Decimal(str(abs(rounded))):,.{decimals}f}".translate(_marks(self.language))
        sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
        return sign + text

    def percent(self, fraction: float, decimals: int = 1) -> str:
        """0.3366 → '33.7%'."""
        return f"{self.number(fraction * 100, decimals)}%"

    def points(self, points: float, decimals: int = 1, *, signed: bool = False) -> str:
        """Percentage points with their unit: '11.2 percentage points', '11.2个百分点'."""
        text = self.number(points, decimals, signed=signed)
        if self.language == "zh":
            return f"{text}个百分点"
        return f"{text} percentage point{'' if text.lstrip('+' + MINUS) == '1' else 's'}"

    def money(self, amount: float, currency: str, decimals: int = 2) -> str:
        """Whole yuan or dollars in the language's own scale: 'CNY 25.05 trillion', '25.05万亿元'."""
        return _MONEY[currency][self.language].format(self.scaled(amount, decimals))

    def scaled(self, amount: float, decimals: int = 2) -> str:
        """A large number in the language's own scale: '25.05 trillion', '25.05万亿'."""
        scales = _CHINESE_SCALES if self.language == "zh" else _ENGLISH_SCALES
        for size, name in scales:
            if abs(round(amount / size, max(decimals, 2))) >= 1:  # 688 million is not '1 billion', 999.99 is
                return f"{self.number(amount / size, decimals)}{name}"
        return self.number(amount, decimals if abs(amount) < 100 else 0)

    def date(self, iso: str) -> str:
        """'2017-04-25' → '25 April 2017', '2017年4月25日'; a month alone stays a month."""
        if re.fullmatch(r"\d{4}-\d{2}", iso):
            return self.period(iso)
        day = dt.date.fromisoformat(iso)
        return str(
            format_date(
                day,
                format="d MMMM y" if self.language == "en" else "y年M月d日",
                locale=LOCALES[self.language],
            )
        )

    def period(self, period: str) -> str:
        """An ISO period as a reader says it: '2016', 'Q4 2016', '2016年第四季度', 'December 2016'."""
        if quarter := re.fullmatch(r"(\d{4})-Q([1-4])", period):
            year, number = quarter.groups()
            return (
                f"Q{number} {year}"
                if self.language == "en"
                else f"{year}年第{'一二三四'[int(number) - 1]}季度"
            )
        if month := re.fullmatch(r"(\d{4})-(\d{2})", period):
            first = dt.date(int(month[1]), int(month[2]), 1)
            return str(
                format_date(
                    first,
                    format="MMMM y" if self.language == "en" else "y年M月",
                    locale=LOCALES[self.language],
                )
            )
        return period if self.language == "en" else f"{period}年"

    def end_of(self, period: str) -> str:
        """The end of a period, as stocks are dated: 'end-2016', '2016年末'."""
        if self.language == "zh":
            return f"{self.period(period)}末"
        return f"end-{self.period(period)}"


@cache
def _marks(language: Language) -> dict[int, str]:
    """What a language writes for the marks between the digits of a number: looking it up for each takes far longer
    than writing it.
    """
    locale = LOCALES[language]
    return str.maketrans({",": get_group_symbol(locale), ".": get_decimal_symbol(locale)})

"""The lines of the central bank's table of credit funds: what each label names, in every year's wording.

Until 2014 household loans are split by purpose and then by term (消费性贷款 → 短期消费性贷款), from 2015 by
term and then by purpose (短期贷款 → 消费贷款), where two lines bear the same words; the lines around a label
decide. Finding the table in a file is the work of `pbc`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from consumer_credit.data.publishers.cells import label
from consumer_credit.data.publishers.files import Cell

TOTAL_LOANS = "各项贷款"
HOUSEHOLD = "住户贷款"
SHORT, LONG = "住户短期贷款", "住户中长期贷款"
CONSUMER, OPERATING = "住户消费贷款", "住户经营贷款"
SPLIT = ("住户短期消费贷款", "住户中长期消费贷款", "住户短期经营贷款", "住户中长期经营贷款")

SUMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (SHORT, (SPLIT[0], SPLIT[2])),
    (LONG, (SPLIT[1], SPLIT[3])),
    (CONSUMER, (SPLIT[0], SPLIT[1])),
    (OPERATING, (SPLIT[2], SPLIT[3])),
    (HOUSEHOLD, (SHORT, LONG)),
    (HOUSEHOLD, (CONSUMER, OPERATING)),
)
"""Which line is the sum of which, whether or not the year's layout prints all of them."""

_NUMBERING = (
    re.compile(r"[一二三四五六七八九十]{1,3}[、.]\s*"),
    re.compile(r"\([一二三四五六七八九十]{1,3}\)\s*"),
    re.compile(r"\d{1,2}[.、]\s*"),
    re.compile(r"\(\d{1,2}\)\s*"),
)
_ITEM = 3  # lines below 1. share their words with others and need the line above to name them
_UNNUMBERED = len(_NUMBERING) + 1
OF_WHICH = _UNNUMBERED + 1
_OF_WHICH_WORDS = re.compile(r"其中:?\s*")
_OLD_WORDS = {
    "居民户": "住户",
    "消费性": "消费",
    "经营性": "经营",
    "非金融性": "非金融",
    "流通中现金": "流通中货币",
}
_PURPOSES = {"消费贷款": "消费", "经营贷款": "经营"}
_TERMS = {"短期贷款": "短期", "中长期贷款": "中长期"}
_KNOWN = re.compile(
    "(境内|境外|住户|财政性?|机关团体|其他|政府|非居民|活期(及临时性)?|定期(及(其他|保证性))?|单位|个人|保证金|临时性|委托|信托|企业|企事业单位"
    "|非金融(企业|公司)|非银行业金融机构|非存款类金融机构|同业往来)(类)?存款"
    "|各项存款|金融债券|流通中货币|对国际金融机构负债|其他|资金来源总计|资金运用总计"
    "|各项贷款|(境内|境外|短期|中长期|其他|委托|信托|非银行业金融机构|农户|企\\(事\\)业单位|工业|商业|建筑业|农业|乡镇企业"
    "|三资企业|私营企业及个体|基本建设|技术改造)贷款"
    "|非金融(企业|公司)及(其他部门|机关团体)贷款|短期贷款及票据融资|票据融资|融资租赁|各项垫款"
    "|有价证券(及投资)?|债券投资|股权及其他投资|买入返售资产|存放中央银行存款|(黄金|金银|外汇)占款|中央银行外汇占款|外汇买卖"
    "|在国际金融机构资产|财政借款|缴存准备金存款|库存现金"
)


@dataclass
class Line:
    """One line of the table.

    Args:
        name: its Chinese words in today's form, without numbering.
        key: what it is called in `ParsedFile`; empty while unknown.
        level: 1 for 一、 to 4 for (1); 5 without numbering, 6 for 其中.
        row: 0-based row in its sheet.
        values: period to value, for the months that hold one.
        columns: period to 0-based column.
    """

    name: str
    level: int
    row: int
    values: dict[str, float]
    columns: dict[str, int]
    key: str = ""


def read_label(cell: Cell) -> tuple[int, str]:
    """Level and name of a bilingual label: ``（2） 中长期贷款 Mid & Long-term Loans`` → 4, ``中长期贷款``."""
    text = label(cell)
    level = _UNNUMBERED
    for at, pattern in enumerate(_NUMBERING, start=1):
        if found := pattern.match(text):
            level, text = at, text[found.end() :]
            break
    if found := _OF_WHICH_WORDS.match(text):
        level, text = OF_WHICH, text[found.end() :]
    chinese = re.split(r"[A-Za-z]", text, maxsplit=1)[0].replace(" ", "")
    chinese = re.sub(r"\((?!事).*$|[:*]+$", "", chinese) or text
    for old, new in _OLD_WORDS.items():
        chinese = chinese.replace(old, new)
    return level, chinese


def is_note(cell: Cell) -> bool:
    """Whether the notes below the table begin here (注：…)."""
    return bool(re.match(r"(附?注|备注|说明|资料来源|数据来源|notes?\b|source)", label(cell).lower()))


def name_lines(lines: list[Line]) -> list[Line]:
    """Give each line its key, in place, from its words and the lines above it.

    Returns:
        The lines whose words no layout known uses; their keys stay empty.
    """
    unknown: list[Line] = []
    household: Line | None = None
    within = ""
    for line in lines:
        if household and (line.level <= household.level or _ends_household(line.name)):
            household, within = None, ""
        if line.name == HOUSEHOLD:
            household, within, line.key = line, "", HOUSEHOLD
        elif household:
            line.key, within = _household_key(line, within)
        elif _KNOWN.fullmatch(line.name):
            above = [other for other in lines[: lines.index(line)] if other.level < line.level]
            line.key = f"{above[-1].name}/{line.name}" if above and line.level > _ITEM else line.name
        if not line.key:
            unknown.append(line)
    return unknown


def _ends_household(name: str) -> bool:
    return bool(re.search("企业|企\\(事\\)业|机关|非金融|非银行|境外|总计|投资|占款", name))


def _household_key(line: Line, within: str) -> tuple[str, str]:
    """The key of a line below 住户贷款, and what the lines below it stand under: a term, or a purpose."""
    name = line.name.removeprefix("住户")
    if line.level == OF_WHICH:
        return (f"{HOUSEHOLD}其中{name}" if name == "农户贷款" else ""), within
    if name in _TERMS:
        return f"住户{_TERMS[name]}贷款", _TERMS[name]
    if name in _PURPOSES:
        if within in _TERMS.values():
            return f"住户{within}{_PURPOSES[name]}贷款", within
        return f"住户{_PURPOSES[name]}贷款", _PURPOSES[name]
    return (f"住户{name}" if f"住户{name}" in SPLIT else ""), within

"""The ledger's fixed vocabulary in both languages: verdicts, statuses, labels of the lines of a sum, reasons.

Everything the ledger returns names these by id; a chapter or the command line looks the words up here. Titles
of series are the catalogue's, statements of claims stand in `data/claims.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Language = Literal["en", "zh"]


class Bilingual(BaseModel):
    """One text in the report's two languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)

    def in_language(self, language: Language) -> str:
        """The text for readers of `language`."""
        return self.zh if language == "zh" else self.en


def _words(**pairs: tuple[str, str]) -> Mapping[str, Bilingual]:
    return {key: Bilingual(en=en, zh=zh) for key, (en, zh) in pairs.items()}


VERDICT_WORDS = _words(
    reproduced=("reproduced", "可复现"),
    reproduced_under_another_definition=("reproduced under another definition", "换用其他口径可复现"),
    not_reproduced=("not reproduced", "未能复现"),
    reversed=("reversed", "与数据相反"),
    not_testable=("not testable with public data", "公开数据无法检验"),
)
STATUS_WORDS = _words(
    scored=("scored", "已评分"),
    open=("open", "尚未到期"),
    not_scorable=("not scorable", "无法评分"),
)
OUTCOME_WORDS = _words(
    too_low=("too low", "偏低"),
    met=("met, within the rounding", "相符（在取整误差内）"),
    too_high=("too high", "偏高"),
)
OPERATOR_SIGNS: Mapping[str, str] = {
    "": "",
    "plus": "+",
    "minus": "−",
    "times": "×",
    "over": "÷",
    "power": "^",
    "equals": "=",
}
LABELS = _words(
    series=("published figure", "公布数"),
    stated=("as stated by the source", "原文所述"),
    remainder=("remainder", "差额"),
    range=("between the two", "介于两者之间"),
    ratio=("ratio", "比率"),
    difference=("difference", "相差"),
    share_of_years_rising=("share of years in which it rose", "上升年份占比"),
    multiple=("multiple", "倍数"),
    one_over_years=("one over the number of years", "年数的倒数"),
    one=("one", "一"),
    annual_growth=("growth a year", "年均增速"),
    whole=("all of them", "全部"),
    others=("all the others", "其余"),
    odds=("the others to one of these", "其余与之相比"),
    active=("active followers", "活跃粉丝"),
    missing=("effect that is missing", "缺少的转化效果"),
    shortfall=("missing, as a share of all", "缺口占全部的比重"),
    factor=("compounded growth", "复合增长倍数"),
    outcome=("where it leads", "推算结果"),
)
REASON_WORDS = _words(
    not_yet_published=("not published by that date", "截至该日期尚未公布"),
    later_vintage_only=("only a later vintage is held", "仅有更晚版本的数据"),
    no_observation=("no figure was published for that period", "该时点没有公布数"),
    gap=("no figure was published for that period", "该时点没有公布数"),
    series_not_held=("the series is not among the data", "数据中未收录该序列"),
    no_public_figure=("no public figure decides it", "没有可供检验的公开数据"),
    not_a_figure=("nothing measurable was stated", "原文未给出可度量的表述"),
    open=("the period it speaks of is not over, or not yet published", "预测期尚未结束，或数据尚未公布"),
    scope_not_stated=("the source does not say what it counts", "原文未说明统计口径"),
)

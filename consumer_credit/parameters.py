"""What an editor may change: one typed, bounded, frozen model.

The same model validates `editions/*.yaml`, `--set name=value`, the tagged parameters cell of each notebook,
and gives the JSON Schema that editors' tools read. It knows no file and no data: whether the data can serve a
valid choice (say, a year
without a published housing-loan level) is decided where the data are read, and said in the report.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from consumer_credit.errors import UsageError

Latest = Literal["latest"]


def _date_or_latest(value: object) -> object:
    """Accept an ISO date or month as text; `2017-04` means the whole month is known, as in the store's
    vintages.
    """
    if isinstance(value, str) and len(value) == len("2017-04"):
        first = dt.date.fromisoformat(f"{value}-01")
        return (first.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)
    return value


AsOf = Annotated[Latest | dt.date, BeforeValidator(_date_or_latest)]
Year = Annotated[int, Field(ge=1950, le=2100)]


class Parameters(BaseModel):
    """The parameters of one edition of the report. Unknown names and wrong types are refused; instances never
    change.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    as_of: AsOf = Field(
        default="latest",
        description="Show the data as they were publicly known on this date; 'latest' for all that is held.",
        json_schema_extra={"zh": "按该日期当时已公布的数据出报告；latest表示使用全部已收录数据。"},
    )
    strict_vintages: bool = Field(
        default=False,
        description="Leave out, rather than mark, a value of which only a vintage later than as_of is held.",
        json_schema_extra={"zh": "若仅有晚于as_of的版本，则视为缺失，而不是加注后使用。"},
    )
    start_year: Year = Field(
        default=2007,
        description="First year drawn in the charts.",
        json_schema_extra={"zh": "图表起始年份。"},
    )
    end_year: Latest | Year = Field(
        default="latest",
        description="Last year drawn in the charts; 'latest' for the newest with published figures.",
        json_schema_extra={"zh": "图表截止年份；latest表示最新有数据的年份。"},
    )
    base_year: Year = Field(
        default=2016,
        description="The year whose arithmetic is shown line by line; the article speaks of end-2016.",
        json_schema_extra={"zh": "逐行列示计算过程的基准年；原文所指为2016年末。"},
    )
    china_scope: Literal["total", "ex_housing"] = Field(
        default="ex_housing",
        description="Which Chinese household consumer loans are compared: all, or without housing loans.",
        json_schema_extra={"zh": "用于比较的中国住户消费贷款口径：全部，或扣除住房贷款。"},
    )
    housing_definition: Literal["purchase", "housing", "official"] = Field(
        default="housing",
        description=(
            "What is deducted as housing loans: 'purchase' (individual property-purchase loans, published to "
            "2016), "
            "'housing' (individual housing loans, published from 2017), or 'official' "
            "(the central bank's own figure without housing loans, from 2021)."
        ),
        json_schema_extra={
            "zh": "扣除哪种住房贷款：purchase（个人购房贷款，公布至2016年）、"
            "housing（个人住房贷款，2017年起）、"
            "official（人民银行直接公布的不含住房贷款口径，2021年起）。"
        },
    )
    us_scope: Literal["total", "ex_student"] = Field(
        default="total",
        description="Which US consumer credit is compared: the whole G.19, or without student loans.",
        json_schema_extra={"zh": "用于比较的美国消费信贷口径：G.19全部，或扣除学生贷款。"},
    )
    denominator: Literal["gdp", "disposable_income", "household_consumption"] = Field(
        default="gdp",
        description="What the loans are divided by where China is set beside the comparator.",
        json_schema_extra={
            "zh": "中国与比较对象对照时所用的分母：国内生产总值、居民可支配收入或居民消费支出。"
        },
    )
    comparator: Literal["USA", "GBR", "CAN", "FRA", "BRA", "AUT"] = Field(
        default="USA",
        description=(
            "The economy China is compared with (ISO 3166 alpha-3): those that publish year-end stocks "
            "of consumer credit without mortgages."
        ),
        json_schema_extra={
            "zh": "与中国比较的经济体（ISO 3166三位代码），限于公布年末不含房贷消费信贷余额者。"
        },
    )
    currency: Literal["native", "usd", "ppp"] = Field(
        default="usd",
        description="How amounts per head are compared: own currency, US dollars, or purchasing power.",
        json_schema_extra={"zh": "人均金额的比较方式：本币、美元（市场汇率）或购买力平价。"},
    )
    outside_business_share_low: float = Field(
        default=0.25,
        ge=0,
        le=1,
        description=(
            "Assumed lowest share of credit to businesses in what P2P platforms and microloan companies have "
            "outstanding; no publisher states it."
        ),
        json_schema_extra={"zh": "假定P2P网贷和小额贷款公司贷款余额中经营性信贷占比的下限；无机构公布。"},
    )
    outside_business_share_high: float = Field(
        default=0.75,
        ge=0,
        le=1,
        description=(
            "Assumed highest share of credit to businesses in what P2P platforms and microloan companies have "
            "outstanding; no publisher states it."
        ),
        json_schema_extra={"zh": "假定P2P网贷和小额贷款公司贷款余额中经营性信贷占比的上限；无机构公布。"},
    )
    target_ratio: float = Field(
        default=0.20,
        ge=0.01,
        le=2,
        description="The ratio to GDP that China's loans are measured against; the article's is 0.20.",
        json_schema_extra={"zh": "衡量增长空间所用的目标比率（与国内生产总值之比），文章所用标尺为0.20。"},
    )
    horizon_years: int = Field(
        default=10,
        ge=1,
        le=50,
        description="How many years ahead scenarios and simulated paths look.",
        json_schema_extra={"zh": "情景与模拟路径向前推算的年数。"},
    )
    scenario_loan_growth: float = Field(
        default=0.08,
        ge=-0.2,
        le=0.5,
        description="Growth of loans a year that the edition's own scenario assumes.",
        json_schema_extra={"zh": "本版情景假定的贷款年增速。"},
    )
    scenario_gdp_growth: float = Field(
        default=0.045,
        ge=-0.2,
        le=0.5,
        description="Growth of GDP a year, in current prices, that the edition's scenarios assume.",
        json_schema_extra={"zh": "本版情景假定的名义国内生产总值年增速。"},
    )
    record_years: int = Field(
        default=10,
        ge=2,
        le=50,
        description="How many of the newest years on record simulated paths may draw from.",
        json_schema_extra={"zh": "模拟路径从最近多少个年份的实际变动中抽取。"},
    )
    simulation_draws: int = Field(
        default=10_000,
        ge=100,
        le=100_000,
        description="How many paths are simulated.",
        json_schema_extra={"zh": "模拟路径的条数。"},
    )
    simulation_seed: int = Field(
        default=2017,
        ge=0,
        le=2**32 - 1,
        description="Seed of the random numbers; the same seed gives the same paths.",
        json_schema_extra={"zh": "随机数种子；种子相同，模拟路径即相同。"},
    )

    revolving_share: float = Field(
        default=0.30,
        ge=0,
        le=1,
        description="Assumed share of credit-card balances on which interest is paid.",
        json_schema_extra={"zh": "假定信用卡应偿信贷余额中计息（循环）部分的占比。"},
    )
    rate_spread: float = Field(
        default=0.06,
        ge=0,
        le=0.36,
        description="Assumed difference between a card's yearly rate and that of the loan that replaces it.",
        json_schema_extra={"zh": "假定信用卡年利率与代偿贷款年利率之差。"},
    )
    acquisition_cost: float = Field(
        default=70.0,
        ge=1,
        le=5_000,
        description="Assumed cost of winning one customer, active afterwards or not, in yuan.",
        json_schema_extra={"zh": "假定获取一名客户（无论此后是否活跃）的成本，元。"},
    )
    dormant_share: float = Field(
        default=0.30,
        ge=0,
        le=0.95,
        description="Assumed share of the customers won who never become active; the article's example is 0.30.",
        json_schema_extra={"zh": "假定所获客户中始终不活跃者的占比，文章所举之例为0.30。"},
    )
    loan_per_active_customer: float = Field(
        default=8_000.0,
        ge=100,
        le=200_000,
        description="Assumed loan outstanding for each active customer, in yuan.",
        json_schema_extra={"zh": "假定每名活跃客户的贷款余额，元。"},
    )
    margin: float = Field(
        default=0.02,
        ge=0.001,
        le=0.3,
        description="Assumed yearly margin on a loan after funding, losses and servicing, as a share of it.",
        json_schema_extra={"zh": "假定贷款扣除资金成本、信用损失和运营费用后的年净利差。"},
    )
    churn: float = Field(
        default=0.30,
        ge=0,
        le=1,
        description="Assumed share of active customers who leave in a year.",
        json_schema_extra={"zh": "假定活跃客户每年流失的比例。"},
    )
    discount_rate: float = Field(
        default=0.10,
        ge=0.001,
        le=0.5,
        description="Assumed yearly rate at which a customer's future margins are discounted.",
        json_schema_extra={"zh": "假定客户未来净收益的年贴现率。"},
    )
    retail_customers: int = Field(
        default=500_000_000,
        ge=100_000_000,
        le=1_000_000_000,
        description=(
            "Assumed number of Agricultural Bank's retail customers; the article says hundreds of millions, "
            "and no published count was found."
        ),
        json_schema_extra={"zh": "假定农业银行个人客户数；文章称有数亿，未查得公布数。"},
    )
    pdf_code: Literal["none", "appendix"] = Field(
        default="none",
        description="Whether the PDF prints the code behind figures and tables, in an appendix.",
        json_schema_extra={"zh": "PDF 是否在附录中列出图表的代码：none（不列）或 appendix（列入附录）。"},
    )

    @model_validator(mode="after")
    def _years_in_order(self) -> Parameters:
        if self.end_year != "latest" and self.end_year < self.start_year:
            raise ValueError(f"end_year {self.end_year} lies before start_year {self.start_year}")
        return self

    @model_validator(mode="after")
    def _shares_in_order(self) -> Parameters:
        low, high = self.outside_business_share_low, self.outside_business_share_high
        if high < low:
            raise ValueError(
                f"outside_business_share_high {high} lies below outside_business_share_low {low}"
            )
        return self


def parse_parameters(values: Mapping[str, Any], *, where: str = "parameters") -> Parameters:
    """Validate `values` (names to plain Python values, as YAML or a notebook's parameters cell gives them).

    Raises:
        UsageError: an unknown name (with the nearest known one), a wrong type, or a value out of bounds.
    """
    known = list(Parameters.model_fields)
    for name in values:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}"
            raise UsageError(f"unknown parameter '{name}'", where=where, remedy=hint)
    try:
        return Parameters.model_validate({name: _plain(name, value) for name, value in values.items()})
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "parameters"
        shown = f"parameter '{name}': " if first["loc"] else ""
        message = first["msg"].removeprefix("Value error, ")
        given = f", got {values[name]!r}" if name in values else ""
        remedy = _remedy(name, values.get(name)) if name in known else "see 'python build_report.py params'"
        raise UsageError(f"{shown}{message}{given}", where=where, remedy=remedy) from None


def _remedy(name: str, value: Any) -> str:
    """What may be written for a known parameter; where a choice was mistyped, the nearest one first."""
    allowed = allowed_values(name)
    near = difflib.get_close_matches(str(value).lower(), [c.lower() for c in allowed.split(" | ")], n=1)
    meant = next((choice for choice in allowed.split(" | ") if near and choice.lower() == near[0]), "")
    return f"did you mean '{meant}'? allowed: {allowed}" if meant else f"allowed: {allowed}"


def parse_assignment(text: str) -> tuple[str, Any]:
    """Read one `--set name=value`; the value is read as YAML reads a plain scalar (so 2016, true, 2017-04-25,
    latest).

    Raises:
        UsageError: there is no `=`, or the value is not a plain scalar.
    """
    import yaml  # noqa: PLC0415  (only the command line needs it)

    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise UsageError(
            f"cannot read '{text}'", where="--set", remedy="write --set name=value, e.g. --set base_year=2019"
        )
    try:
        plain = yaml.safe_load(value) if value.strip() else ""
    except (yaml.YAMLError, ValueError, RecursionError):
        plain = value.strip()
    if isinstance(plain, dict | list):
        raise UsageError(
            f"cannot read '{text}'", where="--set", remedy="give one plain value, not a list or mapping"
        )
    return name.strip(), plain


@cache
def _schemas() -> dict[str, Any]:
    properties: dict[str, Any] = Parameters.model_json_schema()["properties"]
    return properties


def allowed_values(name: str) -> str:
    """What may be written for a parameter, in words: its choices, or its type and bounds."""
    schema = _schemas()[name]
    return " or ".join(_choices(option) for option in schema.get("anyOf", [schema]))


def bounds_of(name: str) -> tuple[float, float]:
    """The lowest and the highest value that may be given for a numeric parameter.

    Raises:
        UsageError: the parameter is no number, or has no bounds on both sides.
    """
    schema = _schemas().get(name, {})
    if "minimum" not in schema or "maximum" not in schema:
        raise UsageError(f"'{name}' has no bounds", where="parameters", remedy="ask for a bounded number")
    return float(schema["minimum"]), float(schema["maximum"])


def _choices(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    if "const" in schema:
        return str(schema["const"])
    if schema.get("format") == "date":
        return "a date (YYYY-MM-DD)"
    kinds = {"integer": "a whole number", "boolean": "true | false", "number": "a number", "string": "text"}
    text = kinds.get(str(schema.get("type")), str(schema.get("type")))
    if "minimum" in schema and "maximum" in schema:
        text += f" from {schema['minimum']} to {schema['maximum']}"
    return text


def _plain(name: str, value: Any) -> Any:
    """Notebook cells hold dates as ISO text, YAML gives dates; both are welcome."""
    if name == "as_of" and isinstance(value, str) and value != "latest":
        try:
            return _date_or_latest(value) if len(value) == len("2017-04") else dt.date.fromisoformat(value)
        except ValueError:
            return value
    return value


def meaning_of(name: str, language: str) -> str:
    """What a parameter means, in the reader's language."""
    field = Parameters.model_fields[name]
    if language == "zh" and isinstance(field.json_schema_extra, dict):
        return str(field.json_schema_extra["zh"])
    return str(field.description)

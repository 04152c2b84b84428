"""A small edition of the report, as the assembly makes it, for the tests of page and PDF."""

from __future__ import annotations

from typing import Any

YEARS = list(range(2015, 2026))
CHINA = [7.4, 7.9, 9.6, 10.9, 12.1, 14.4, 14.8, 14.2, 15.2, 15.4, 15.1]
UNITED_STATES = [18.9, 19.3, 19.2, 19.2, 19.4, 19.6, 18.8, 18.4, 18.0, 17.2, 16.5]

PROSE = {
    "en": (
        r"""# Consumer loans in China

Households owed banks **25.05 trillion yuan**, most of it *not* for consumption.[^1] [Figure 1](#fig-gap) shows
the rest and [Table 1](#tbl-base) how it is computed.

[^1]: Until 2016 the central bank published *property-purchase loans*.

## What is counted

- short-term and long-term loans;
- credit cards.

$$
r_t = \frac{L_t - H_t}{\sum_{q \in t} Y_q}
$$

> The market is approaching 6 trillion yuan.

| Definition | Level |
|---|--:|
| purchase | 18.91 |
""",
        "# China and the United States\n\n## Then and now\n\n"
        "The gap closed; see [what is counted](#What-is-counted).[^1]\n\n[^1]: Newest vintages.",
    ),
    "zh": (
        r"""# 中国的消费贷款

住户部门欠银行**25.05万亿元**，其中大部分并*不*用于消费。[^1] [图1](#fig-gap)显示其余部分，
[表1](#tbl-base)列示计算过程。

[^1]: 至2016年，人民银行公布的是“个人购房贷款”。

## 统计口径

- 短期与中长期贷款；
- 信用卡。

$$
r_t = \frac{L_t - H_t}{\sum_{q \in t} Y_q}
$$

> 市场规模已近6万亿元。

| 口径 | 余额 |
|---|--:|
| 购房贷款 | 18.91 |
""",
        "# 中国与美国\n\n## 过去与现在\n\n差距缩小，参见[统计口径](#统计口径)。[^1]\n\n[^1]: 最新版本。",
    ),
}


def sample_edition(language: str, fonts: Any) -> Any:
    """The assembled notebook of a two-chapter edition with one figure and one table."""
    import nbformat.v4 as v4

    def word(english: str, chinese: str) -> str:
        return chinese if language == "zh" else english

    source = word(
        "Source: People's Bank of China; Federal Reserve. Newest vintage used: 25 April 2026.",
        "资料来源：中国人民银行；美联储。所用最新版本：2026年4月25日。",
    )
    figure = {
        "kind": "figure",
        "id": "fig-gap",
        "number": 1,
        "title": word(
            "China reached 15.1% of GDP; America fell to 16.5%", "中国升至GDP的15.1%，美国回落至16.5%"
        ),
        "subtitle": word(
            "Consumer credit at year-end, 2015–2025, per cent of GDP", "2015—2025年末消费信贷占GDP的百分比"
        ),
        "alt": word(
            "Line chart. China rises from 7.4% to 15.1% of GDP; the United States falls from 18.9% to 16.5%.",
            "折线图。中国由GDP的7.4%升至15.1%；美国由18.9%降至16.5%。",
        ),
        "source_line": source,
        "notes": [
            word(
                "[a] 2020-12: foreign-currency loans are included from here on.",
                "[a] 2020年12月：此后含外币贷款。",
            )
        ],
        "sources": [
            {
                "id": "cn.household_consumer_loans",
                "title": word("Household consumer loans", "住户消费贷款"),
                "publisher": word("People's Bank of China", "中国人民银行"),
                "url": "https://www.pbc.gov.cn/",
                "vintage": "2026-09",
            }
        ],
        "csv_name": "fig-gap.csv",
        "csv": "period,china,us\n"
        + "".join(f"{y},{c},{u}\n" for y, c, u in zip(YEARS, CHINA, UNITED_STATES, strict=True)),
        "columns": [
            {"label": word("Year", "年份"), "unit": "", "align": "left"},
            {"label": word("China", "中国"), "unit": "%", "align": "right"},
            {"label": word("United States", "美国"), "unit": "%", "align": "right"},
        ],
        "rows": [
            [str(y), f"{c:.1f}", f"{u:.1f}"] for y, c, u in zip(YEARS, CHINA, UNITED_STATES, strict=True)
        ],
        "row_headers": 1,
    }
    table = {
        "kind": "table",
        "id": "tbl-base",
        "number": 1,
        "title": word("The arithmetic, line by line", "逐行计算"),
        "subtitle": word("End of 2016", "2016年末"),
        "notes": [],
        "source_line": source,
        "csv_name": "tbl-base.csv",
        "csv": "item,value\nall,25.05\n",
        "row_headers": 1,
        "columns": [
            {"label": word("Item", "项目"), "unit": "", "align": "left"},
            {"label": word("Value", "数值"), "unit": word("CNY trillion", "万亿元"), "align": "right"},
        ],
        "rows": [
            [word("All loans", "全部贷款"), "25.05"],
            [word("− housing loans †", "减：住房贷款 †"), "19.14"],
        ],
    }
    figure["svg_narrow"] = _drawing(language, fonts, 4.2)
    first, second = PROSE[language]
    here = {"consumer_credit": {"chapter": "china"}}
    cells = [
        v4.new_markdown_cell(first, metadata=here),
        v4.new_code_cell(
            "chapter.figure('fig-gap', figure)  # draws",
            outputs=[
                v4.new_output(
                    "display_data",
                    {"image/svg+xml": _drawing(language, fonts)},
                    metadata={"consumer_credit": figure},
                )
            ],
            metadata=here,
        ),
        v4.new_code_cell(
            "chapter.table('tbl-base', rows)",
            outputs=[v4.new_output("display_data", {"application/vnd.consumer-credit.table+json": table})],
            metadata=here,
        ),
        v4.new_markdown_cell(second, metadata={"consumer_credit": {"chapter": "china_and_us"}}),
    ]
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["consumer_credit"] = {
        "language": language,
        "title": word("How big is the consumer-credit market, really?", "消费信贷市场究竟有多大？"),
        "subtitle": word("China and the United States", "中国与美国"),
        "description": word("A reproducible report.", "一份可复现的报告。"),
        "edition": "latest",
        "edition_title": word("Latest figures", "最新数据"),
        "edition_description": word("All data held.", "使用全部已收录数据。"),
        "as_of_line": word("Data as known on 25 April 2026.", "数据截至2026年4月25日。"),
        "data_date": "2026-04-25",
        "version": "0.1.0",
        "authors": [word("The consumer-credit report team", "消费信贷报告组")],
        "chapters": [
            {"id": "china", "number": 1, "title": word("Consumer loans in China", "中国的消费贷款")},
            {"id": "china_and_us", "number": 3, "title": word("China and the United States", "中国与美国")},
        ],
        "parameters": [
            {
                "name": "base_year",
                "value": "2016",
                "meaning": word("The year shown line by line.", "逐行列示的年份。"),
            }
        ],
        "citation": word(
            "The team: How big? Data to 25 April 2026.", "报告组：《究竟有多大？》，数据截至2026年4月25日。"
        ),
        "bibtex": "@techreport{consumer-credit,\n  year = {2026}\n}",
    }
    return notebook


def _drawing(language: str, fonts: Any, width: float = 7.2) -> str:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib.figure import Figure

    from consumer_credit.charts.palette import colour
    from consumer_credit.charts.style import house_style
    from consumer_credit.charts.svg import to_svg

    with house_style(language, [fonts.regular, fonts.bold]):  # type: ignore[arg-type]
        figure = Figure(figsize=(width, 4.2), layout="constrained")
        axes = figure.subplots()
        for key, name, values in (("china", "中国", CHINA), ("united_states", "美国", UNITED_STATES)):
            axes.plot(YEARS, values, color=colour(key), gid=f"series-{key}")
            label = name if language == "zh" else key.replace("_", " ").title()
            axes.text(YEARS[-1] + 0.2, values[-1], label, color=colour(key))
        axes.set_ylim(0, 22)
        axes.set_xlim(YEARS[0], YEARS[-1] + 3)
        return to_svg(figure, title="sample", description="sample")

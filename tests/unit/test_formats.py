"""Numbers, money and dates are written as each language writes them."""

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from consumer_credit.report.formats import LOCALES, MINUS, Formats

EN, ZH = Formats("en"), Formats("zh")


def test_percent_and_points():
    assert EN.percent(0.33659) == ZH.percent(0.33659) == "33.7%"
    assert EN.points(11.23) == "11.2 percentage points"
    assert EN.points(1.0, 0) == "1 percentage point"
    assert ZH.points(-11.23) == "−11.2个百分点"
    assert EN.points(0.4, signed=True) == "+0.4 percentage points"


@pytest.mark.parametrize("formats", [EN, ZH])
@given(value=st.floats(-1e15, 1e15), decimals=st.integers(0, 6))
def test_a_number_is_written_as_babel_writes_it(formats, value, decimals):
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    written = format_decimal(round(value, decimals) + 0.0, format=pattern, locale=LOCALES[formats.language])
    assert formats.number(value, decimals) == written.replace("-", MINUS)


def test_rounding_never_leaves_a_negative_zero():
    assert EN.number(-0.04, 1) == "0.0"


@pytest.mark.parametrize(
    ("amount", "currency", "english", "chinese"),
    [
        (25.0472e12, "CNY", "CNY 25.05 trillion", "25.05万亿元"),
        (5_098.8e9, "USD", "USD 5.10 trillion", "5.10万亿美元"),
        (899.6e9, "CNY", "CNY 899.60 billion", "8,996.00亿元"),
        (82_000.0, "CNY", "CNY 82,000", "8.20万元"),
        (999.999e9, "USD", "USD 1.00 trillion", "1.00万亿美元"),
    ],
)
def test_money_is_scaled_as_each_language_counts(amount, currency, english, chinese):
    assert EN.money(amount, currency) == english
    assert ZH.money(amount, currency) == chinese


def test_few_decimals_do_not_lift_a_number_into_the_next_scale():
    assert (EN.scaled(688e6, 0), ZH.scaled(688e6, 0)) == ("688 million", "7亿")
    assert (EN.money(8000, "CNY", 0), ZH.money(8000, "CNY", 0)) == ("CNY 8,000", "8,000元")
    assert EN.scaled(999.9e6, 0) == "1 billion"


def test_dates_and_periods():
    assert EN.date("2017-04-25") == "25 April 2017"
    assert ZH.date("2017-04-25") == "2017年4月25日"
    assert (EN.period("2016-Q4"), ZH.period("2016-Q4")) == ("Q4 2016", "2016年第四季度")
    assert (EN.end_of("2016"), ZH.end_of("2016")) == ("end-2016", "2016年末")
    assert EN.date("2018-01") == "January 2018"

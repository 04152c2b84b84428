"""Editors' parameters are typed, bounded and frozen; mistakes are named with the nearest remedy."""

import datetime as dt

import pytest

from consumer_credit.errors import UsageError
from consumer_credit.parameters import (
    Parameters,
    allowed_values,
    meaning_of,
    parse_assignment,
    parse_parameters,
)


def test_defaults_are_those_of_the_latest_edition():
    defaults = Parameters()
    assert (defaults.as_of, defaults.housing_definition, defaults.base_year) == ("latest", "housing", 2016)


def test_a_misspelt_parameter_is_refused_with_the_nearest_name():
    with pytest.raises(
        UsageError, match=r"unknown parameter 'base_yaer' — did you mean 'base_year'\?"
    ) as error:
        parse_parameters({"base_yaer": 2016})
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("base_year", 2016.5),
        ("base_year", True),
        ("base_year", "2016"),
        ("base_year", 1066),
        ("as_of", "spring"),
        ("as_of", "2017-13-01"),
        ("china_scope", "broad"),
        ("strict_vintages", "yes"),
        ("end_year", None),
    ],
)
def test_a_value_of_the_wrong_type_or_out_of_bounds_is_refused_by_name(name, value):
    with pytest.raises(UsageError, match=f"parameter '{name}'.*allowed: "):
        parse_parameters({name: value})


def test_years_must_be_in_order():
    with pytest.raises(UsageError, match="end_year 2000 lies before start_year 2007"):
        parse_parameters({"end_year": 2000})


def test_dates_come_as_dates_or_as_iso_text_and_a_month_means_its_last_day():
    assert parse_parameters({"as_of": dt.date(2017, 4, 25)}).as_of == dt.date(2017, 4, 25)
    assert parse_parameters({"as_of": "2017-04-25"}).as_of == dt.date(2017, 4, 25)
    assert parse_parameters({"as_of": "2017-02"}).as_of == dt.date(2017, 2, 28)


def test_parameters_never_change():
    with pytest.raises(ValueError, match="frozen"):
        Parameters().base_year = 2017


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base_year=2019", ("base_year", 2019)),
        ("as_of=2017-04-25", ("as_of", dt.date(2017, 4, 25))),
        ("as_of = latest", ("as_of", "latest")),
        ("strict_vintages=true", ("strict_vintages", True)),
        ("title=a=b", ("title", "a=b")),
    ],
)
def test_assignments_are_read_as_yaml_scalars(text, expected):
    assert parse_assignment(text) == expected


@pytest.mark.parametrize("text", ["base_year", "=2019", "base_year=[1, 2]", "base_year={a: 1}"])
def test_an_assignment_that_is_none_is_refused(text):
    with pytest.raises(UsageError, match="cannot read"):
        parse_assignment(text)


@pytest.mark.parametrize("name", Parameters.model_fields)
def test_every_parameter_is_explained_in_both_languages(name):
    assert allowed_values(name)
    assert meaning_of(name, "en").isascii()
    assert not meaning_of(name, "zh").isascii()

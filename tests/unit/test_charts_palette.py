"""Colours that everyone can tell apart and read, on light paper and on dark."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from consumer_credit.charts.palette import DARK, ON_FILL, PALETTE, SCALE, colour, text_colour
from consumer_credit.errors import RenderError

THEMES = {"light": PALETTE, "dark": DARK}
FILLS = {"housing", "cards", "vehicles", "students", "consumer_finance", "other_loans"}
QUIET = {"paper", "grid", "axis", *SCALE}
SEEN_TOGETHER = {
    "economies": ("china", "united_states", "japan", "korea", "context"),
    "China and the United Kingdom": ("china", "united_kingdom", "context"),
    "China and Canada": ("china", "canada", "context"),
    "Chinese scopes": ("china", "china_total", "china_purchase"),
    "American scopes": ("united_states", "united_states_ex_student"),
    "components": tuple(sorted(FILLS)),
    "terms": ("long_term", "short_term"),
    "contributions": ("increase", "decrease"),
}

# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB
VISION = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}


def linear(value: str) -> np.ndarray:
    channels = np.array([int(value[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def contrast(first: str, second: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    low, high = sorted(float(linear(value) @ [0.2126, 0.7152, 0.0722]) for value in (first, second))
    return (high + 0.05) / (low + 0.05)


def difference(first: str, second: str, vision: np.ndarray) -> float:
    """Euclidean distance in Oklab (Ottosson 2020) of two colours as seen with `vision`."""

    def oklab(value: str) -> np.ndarray:
        rgb = np.clip(vision @ linear(value), 0, 1)
        cones = np.array(
            [
                [0.4122214708, 0.5363325363, 0.0514459929],
                [0.2119034982, 0.6806995451, 0.1073969566],
                [0.0883024619, 0.2817188376, 0.6299787005],
            ]
        )
        lab = np.array(
            [
                [0.2104542553, 0.7936177850, -0.0040720468],
                [1.9779984951, -2.4285922050, 0.4505937099],
                [0.0259040371, 0.7827717662, -0.8086757660],
            ]
        )
        return lab @ np.cbrt(cones @ rgb)

    return float(np.linalg.norm(oklab(first) - oklab(second)))


def test_no_two_names_share_a_value_so_that_a_page_can_swap_them():
    assert len(set(PALETTE.values())) == len(PALETTE)
    assert list(PALETTE) == list(DARK)
    assert all(value == value.lower() and len(value) == 7 for value in (*PALETTE.values(), *DARK.values()))


@pytest.mark.parametrize("theme", THEMES)
def test_colours_of_lines_and_words_are_legible_and_fills_visible(theme: str):
    values = THEMES[theme]
    for name in values.keys() - QUIET:
        wanted = 3.0 if name in FILLS else 4.5
        assert contrast(values[name], values["paper"]) >= wanted, name
    assert contrast(values["axis"], values["paper"]) >= 3.0


@pytest.mark.parametrize("theme", THEMES)
def test_a_label_is_legible_whatever_the_colour_of_what_it_names(theme: str):
    name_of = {value: name for name, value in PALETTE.items()}
    for name in PALETTE.keys() - QUIET:
        text = name_of[text_colour(name)]
        assert contrast(THEMES[theme][text], THEMES[theme]["paper"]) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_on_every_fill_are_legible(theme: str):
    values = THEMES[theme]
    assert {*SCALE, *FILLS} == ON_FILL.keys()
    for fill, text in ON_FILL.items():
        assert contrast(values[fill], values[text]) >= 4.5, fill


@pytest.mark.parametrize("theme", THEMES)
def test_the_scale_runs_one_way_with_every_vision(theme: str):
    for vision in VISION.values():
        distances = [difference(THEMES[theme]["paper"], THEMES[theme][step], vision) for step in SCALE]
        assert distances == sorted(distances)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("group", SEEN_TOGETHER)
@pytest.mark.parametrize("vision", VISION)
def test_colours_seen_together_differ_with_every_vision(theme: str, group: str, vision: str):
    for first, second in itertools.combinations(SEEN_TOGETHER[group], 2):
        apart = difference(THEMES[theme][first], THEMES[theme][second], VISION[vision])
        assert apart >= 0.05, (first, second)


def test_an_unknown_colour_is_refused_with_the_nearest_name():
    assert colour("china") == PALETTE["china"]
    with pytest.raises(RenderError, match="did you mean 'united_states'"):
        colour("united_state")
    with pytest.raises(RenderError, match="known are: paper, ink"):
        colour("#ff0000")

"""An issuer's own colour: judged before the site starts, and never able to make anything hard to read."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from hypothesis import assume, given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from breachdesk import brand
from breachdesk.lib.colours import ENOUGH_FOR_TEXT, WHITE, Colour, contrast, css, parse

INK_2 = (parse("#455862"), parse("#A8B7BE"))


def derived(colour: str) -> dict[str, tuple[Colour, Colour]]:
    pairs = re.findall(r"--([a-z-]+):light-dark\((#\w{6}),(#\w{6})\)", brand.stylesheet(colour))
    return {name: (parse(light), parse(dark)) for name, light, dark in pairs}


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_colour_that_is_let_in_stays_readable_in_light_and_dark(colour: Colour) -> None:
    assume(not brand.problem_with(css(colour)))
    roles = derived(css(colour))
    for theme, sheet in enumerate((WHITE, brand.DARK_SHEET)):
        shade = {name: pair[theme] for name, pair in roles.items()}
        assert contrast(shade["brand"], sheet) >= ENOUGH_FOR_TEXT
        assert contrast(shade["on-brand"], shade["brand"]) >= ENOUGH_FOR_TEXT
        assert contrast(shade["on-brand"], shade["brand-deep"]) >= ENOUGH_FOR_TEXT
        assert contrast(shade["brand-deep"], shade["brand-tint"]) >= ENOUGH_FOR_TEXT
        assert contrast(INK_2[theme], shade["brand-tint"]) >= ENOUGH_FOR_TEXT


def test_a_pale_colour_is_refused_with_its_ratio() -> None:
    assert "1.9 to 1" in brand.problem_with("#FFAA00")


@pytest.mark.parametrize("nonsense", ["", "red", "#fff", "#0B5061;}", "0B5061", "#0B506G"])
def test_what_is_not_a_colour_is_refused(nonsense: str) -> None:
    assert "must look like #0B5061" in brand.problem_with(nonsense)


def test_our_own_colour_needs_no_stylesheet(settings: Settings) -> None:
    settings.ISSUER = {**settings.ISSUER, "brand": "#0b5061"}
    assert brand.address() == ""


def test_another_colour_is_served_and_may_be_cached_because_the_address_carries_it(settings: Settings) -> None:
    settings.ISSUER = {**settings.ISSUER, "brand": "#6A1B9A"}
    assert brand.address() == "/brand.css?6a1b9a"
    answer = Client().get(brand.address())
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer["Cache-Control"]
    assert "--brand:#6a1b9a" in answer.content.decode()

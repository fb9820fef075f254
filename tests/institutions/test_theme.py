"""A theme may take any brand colour; what it gives back can always be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from czrm.institutions.theme import DARK_SURFACES, LIGHT_SURFACES, TEXT_AA, contrast, from_oklch, make_theme, to_oklch

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_every_text_of_any_brand_passes_aa_in_both_modes(brand: str) -> None:
    theme = make_theme(brand)
    assert theme.light.worst_text_contrast(LIGHT_SURFACES) >= TEXT_AA
    assert theme.dark.worst_text_contrast(DARK_SURFACES) >= TEXT_AA


@given(colours)
def test_a_colour_that_can_carry_text_is_used_as_it_is(brand: str) -> None:
    theme = make_theme(brand)
    assert theme.adjusted == (contrast(brand, "#ffffff") < 5.5)
    assert (theme.used == brand) != theme.adjusted


@given(colours)
def test_a_colour_survives_the_way_to_oklch_and_back(colour: str) -> None:
    there_and_back = from_oklch(*to_oklch(colour))
    assert all(abs(int(colour[at : at + 2], 16) - int(there_and_back[at : at + 2], 16)) <= 1 for at in (1, 3, 5))


@pytest.mark.parametrize(
    ("brand", "used"),
    [
        ("#0f5a6e", "#0f5a6e"),
        ("#8a1f3f", "#8a1f3f"),
        ("#1b4f8a", "#1b4f8a"),
        ("#000000", "#000000"),
        ("#f2b705", "#856300"),
        ("#ffffff", "#676767"),
    ],
)
def test_a_light_brand_becomes_a_darker_one_of_its_hue(brand: str, used: str) -> None:
    assert make_theme(brand).used == used


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#777777", "#ffffff", 4.48), ("#767676", "#ffffff", 4.54)],
)
def test_contrast_is_the_ratio_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(one, other) == contrast(other, one)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#12345", "#1234567", "#gggggg", "#123456;}", "url(x)"])
def test_what_is_not_a_colour_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a colour"):
        make_theme(text)


def test_capitals_and_spaces_are_forgiven() -> None:
    assert make_theme(" #0F5A6E ") == make_theme("#0f5a6e")


def test_the_css_sets_all_variables_of_both_modes_and_nothing_else() -> None:
    css = make_theme("#0f5a6e").css
    for name in ("--brand:", "--brand-strong:", "--brand-soft:", "--brand-line:", "--on-brand:"):
        assert css.count(name) == 3
    assert css.count("{") == css.count("}")
    assert css.startswith("@layer tokens{:root{--brand:#0f5a6e;")
    assert "prefers-color-scheme:dark" in css
    assert "[data-mode=dark]" in css

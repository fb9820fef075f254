"""What the search box takes for an address, and what of it tells one address from others."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens.reading import is_address, long_enough, street_key

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("los tilos 240", True),
        ("calle martin 1949", True),  # a year, but of a street
        ("Av. O'Higgins Nº 1020, Valle Sereno", True),
        ("pasaje 3 casa 12", True),
        ("quiroga 1944", False),  # a year of birth
        ("maria garcia", False),
        ("calle larga", False),
        ("15234567", False),
        ("987 654 321", False),
        ("garcia 987654321", False),  # too long for a house
        ("", False),
    ],
)
def test_words_with_a_house_number_are_an_address(text: str, expected: bool):
    assert is_address(text, today=TODAY) is expected


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("Calle de los Tilos Nº 240", "Tilos 240"),
        ("Avenida 240", "Avenida 240"),
        ("calle larga", "larga"),
        ("", ""),
    ],
)
def test_the_words_that_half_of_them_share_tell_nothing(text: str, telling: str):
    assert street_key(text) == telling


@given(st.text(max_size=60))
def test_any_text_is_read(text: str):
    assert is_address(text, today=TODAY) in (True, False)
    assert set(street_key(text).split()) <= set("".join(char if char.isalnum() else " " for char in text).split())
    assert long_enough(text) is (sum(char.isalnum() for char in text) > 2) or any(not char.isascii() for char in text)

"""Numbers people read aloud, type and mistype."""

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cases import numbers
from cases.numbers import (
    EntryKind,
    make_case_number,
    make_entry_number,
    new_tracking_key,
    normalise_case_number,
    normalise_tracking_key,
    parse_case_number,
    parse_entry_number,
    same_digest,
    tracking_digest,
)
from czrm.kit.refused import Refused

made = st.builds(
    make_case_number,
    st.text(string.ascii_uppercase, min_size=2, max_size=6),
    st.integers(2000, 2099),
    st.integers(1, 9_999_999) | st.integers(1, 99_999_999),
)
written = st.tuples(made, st.booleans()).map(lambda number: number[0] if number[1] else number[0].replace("-", ""))


def read(typed: str) -> str | None:
    try:
        return normalise_case_number(typed)
    except Refused:
        return None


@settings(deadline=None)
@given(made)
def test_what_is_made_is_read_again(number: str) -> None:
    parsed = parse_case_number(number)
    assert str(parsed) == number == make_case_number(*parsed)


@settings(deadline=None, max_examples=1000)
@given(written, st.data())
def test_every_wrong_character_is_noticed(number: str, data: st.DataObject) -> None:
    """It is refused, or it was no mistake: a letter that only looks like the digit."""
    place = data.draw(st.integers(0, len(number) - 1))
    wrong = data.draw(st.sampled_from(string.ascii_uppercase + string.digits + "-"))
    assume(wrong != number[place])
    assert read(number[:place] + wrong + number[place + 1 :]) in {None, normalise_case_number(number)}


@settings(deadline=None, max_examples=1000)
@given(written, st.data())
def test_every_swap_of_neighbours_is_noticed(number: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(number) - 2))
    one, other = number[place], number[place + 1]
    assume(one != other)
    assert read(number[:place] + other + one + number[place + 2 :]) in {None, normalise_case_number(number)}


def test_every_error_in_one_number_is_noticed() -> None:
    """All of them, not a sample."""
    number = make_case_number("NORTE", 2026, 4812)
    for place, right in enumerate(number):
        for wrong in set(string.ascii_uppercase + string.digits) - {right}:
            assert read(number[:place] + wrong + number[place + 1 :]) in {None, number}


@pytest.mark.parametrize(
    "typed",
    [
        "vs-2026-0004812-9",
        " vs 2026 0004812 9 ",
        "VS – 2026 – 0004812 – 9",
        "VS–2026–OOO48I2–9",
        "vs2o26ooo48l29",
        "VS.2026.0004812.9",
        "VS-2026-0004812-9",
    ],
)
def test_people_type_it_in_many_ways(typed: str) -> None:
    assert normalise_case_number(typed) == "VS-2026-0004812-9"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "case_number_unreadable"),
        ("hello", "case_number_unreadable"),
        ("VS-20260004812-9", "case_number_unreadable"),
        ("VS-2026-4812-9", "case_number_unreadable"),
        ("VS-1999-0004812-9", "case_number_unreadable"),
        ("VS-2026-0000000-9", "case_number_unreadable"),
        ("VS-2026-٠٠٠٤٨١٢-9", "case_number_unreadable"),
        ("VS-2026-0004813-9", "case_number_mistyped"),
        ("VS-2026-0004821-9", "case_number_mistyped"),
        ("NO-2026-0004812-9", "case_number_mistyped"),
    ],
)
def test_the_error_tells_a_typing_mistake_from_something_else(typed: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_case_number(typed)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("code", "year", "serial"), [("V", 2026, 1), ("vs", 2026, 1), ("V5", 2026, 1), ("VS", 1999, 1), ("VS", 2026, 0), ("VS", 2026, 10**8)]
)
def test_no_number_is_made_that_could_not_be_read(code: str, year: int, serial: int) -> None:
    with pytest.raises(ValueError, match="no case number"):
        make_case_number(code, year, serial)


def test_registry_numbers() -> None:
    assert make_entry_number(EntryKind.ENTRY, 2026, 1234) == "E-2026-0001234"
    assert str(parse_entry_number("s2o26 0001234")) == "S-2026-0001234"
    assert parse_entry_number("E-2026-12345678").serial == 12_345_678
    for typed in ("", "X-2026-0001234", "E-2026-123", "E-2026-0000000"):
        with pytest.raises(Refused) as refusal:
            parse_entry_number(typed)
        assert refusal.value.code == "entry_number_unreadable"
    with pytest.raises(ValueError, match="no registry number"):
        make_entry_number(EntryKind.EXIT, 2026, 0)


class TestTrackingKeys:
    def test_they_are_random_enough(self) -> None:
        assert len(numbers.KEY_ALPHABET) ** numbers.KEY_LENGTH > 2**60
        assert len({new_tracking_key() for _index in range(1000)}) == 1000

    def test_they_are_easy_to_read_aloud(self) -> None:
        key = new_tracking_key()
        assert [len(group) for group in key.split("-")] == [4, 4, 4, 4]
        assert not set(key) & set("01OILUAESZBG")

    def test_people_type_them_in_many_ways(self) -> None:
        key = new_tracking_key()
        for typed in (key.lower(), key.replace("-", ""), key.replace("-", " "), f"  {key} ", key.replace("8", "b").replace("5", "s")):
            assert normalise_tracking_key(typed) == key

    @pytest.mark.parametrize("typed", ["", "K7PM", "K7PM-3XQD-9HTW-C4V0", "K7PM-3XQD-9HTW-C4VRR"])
    def test_what_is_no_key_is_refused(self, typed: str) -> None:
        with pytest.raises(Refused) as refusal:
            normalise_tracking_key(typed)
        assert refusal.value.code == "tracking_key_unreadable"

    def test_only_a_digest_that_needs_the_secret_is_stored(self) -> None:
        key, other = new_tracking_key(), new_tracking_key()
        digest = tracking_digest(key, "secret")
        assert len(digest) == 64
        assert same_digest(digest, tracking_digest(key.lower().replace("-", ""), "secret"))
        assert not same_digest(digest, tracking_digest(other, "secret"))
        assert not same_digest(digest, tracking_digest(key, "another"))

    def test_a_case_without_a_key_opens_to_no_key(self) -> None:
        assert not same_digest("", "")

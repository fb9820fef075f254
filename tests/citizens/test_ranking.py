"""How well somebody found answers what was typed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from citizens import ranking
from citizens.services.search import FAINT, GOOD

ELENA = ("elena", "quiroga", "paz")
BORN = date(1971, 11, 5)


def rank(typed: str, tokens: tuple[str, ...] = ELENA, unfinished: bool = False) -> float:
    return ranking.name_rank(tuple(typed.split()), tokens, unfinished=unfinished)


def test_the_nearer_what_was_typed_the_higher():
    order = [
        "elena quiroga paz",
        "elena quiroga",
        "elena kiroga",
        "elena quiorga",
        "elena quiroga soto",
        "elena",
        "elena soto",
        "ramon soto",
    ]
    ranks = [rank(typed) for typed in order]
    assert ranks[0] == 1.0
    assert ranks[1] > ranks[2] > ranks[3] >= GOOD > FAINT
    assert ranks[-1] < FAINT


@pytest.mark.parametrize("typed", ["lena quiroga paz", "elena quirogs paz", "elena quirgoa paz", "elena qquiroga paz", "elena quiroga pas"])
def test_one_slip_in_three_words_still_answers_well(typed: str):
    assert rank(typed) >= GOOD


def test_a_word_takes_one_word_of_the_record_only():
    assert rank("paz paz", ("maria", "paz")) < rank("maria paz", ("maria", "paz"))


def test_only_the_last_word_may_be_unfinished():
    assert rank("elena quir", unfinished=True) > rank("elena quir")
    assert rank("quir elena", unfinished=True) == rank("quir elena")


@pytest.mark.parametrize(
    ("asked", "year", "says"),
    [
        (BORN, None, "same"),
        (date(1971, 5, 11), None, "near"),
        (date(1972, 11, 5), None, "near"),
        (date(1990, 1, 1), None, "different"),
        (None, 1971, "year"),
        (None, 1972, "different"),
        (None, None, "unknown"),
    ],
)
def test_what_a_birth_date_says(asked: date | None, year: int | None, says: str):
    assert ranking.birth_says(BORN, asked, year) == says
    assert ranking.birth_says(None, asked, year) == "unknown"


words = st.lists(st.text("abcdefghijlmnopqrstuvz", min_size=1, max_size=9), min_size=1, max_size=5).map(tuple)


@given(words, words, st.booleans())
def test_a_rank_is_at_most_one_and_the_order_of_the_record_is_nothing(typed: tuple[str, ...], tokens: tuple[str, ...], unfinished: bool):
    found = ranking.name_rank(typed, tokens, unfinished=unfinished)
    assert found <= 1.0
    assert ranking.name_rank(typed, tokens[::-1], unfinished=unfinished) == pytest.approx(found)


@given(words)
def test_the_name_itself_answers_in_full(tokens: tuple[str, ...]):
    assert ranking.name_rank(tokens, tokens) == pytest.approx(1.0)

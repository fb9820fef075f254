"""How well somebody found answers what was typed into the search box, where words come in any order and the last may be unfinished."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from citizens import names
from citizens.evidence import birth_date_variants

SAME, STANDS_FOR, SOUNDS, STARTS = 1.0, 0.95, 0.9, 0.85
SLIP = 0.8  # one slip of the keys
UNASKED = 0.03  # taken off for each word of the record that nobody typed
BIRTH = {"same": 0.5, "near": 0.25, "year": 0.3, "unknown": 0.0, "different": -0.4}


def rank(typed: Sequence[str], tokens: Sequence[str], *, birth: date | None, asked_birth: date | None, asked_year: int | None,
         unfinished: bool = False) -> float:  # fmt: skip
    """About 0 to 1.5, more is better: the mean likeness of the words typed, and what the birth date says."""
    return name_rank(typed, tokens, unfinished=unfinished) + BIRTH[birth_says(birth, asked_birth, asked_year)]


def name_rank(typed: Sequence[str], tokens: Sequence[str], *, unfinished: bool = False) -> float:
    """Each word typed takes the word of the record most like it, once; the most alike choose first."""
    if not typed:  # only a birth date: it decides alone
        return 0.5
    last = len(typed) - 1
    pairs = sorted(
        (
            (likeness(word, token, unfinished and place == last), place, index)
            for place, word in enumerate(typed)
            for index, token in enumerate(tokens)
        ),
        reverse=True,
    )
    taken: set[int] = set()
    given: dict[int, float] = {}
    for value, place, index in pairs:
        if value and place not in given and index not in taken:
            given[place] = value
            taken.add(index)
    return sum(given.values()) / len(typed) - UNASKED * (len(tokens) - len(taken))


@lru_cache(maxsize=100_000)
def likeness(word: str, token: str, unfinished: bool) -> float:
    if word == token:
        return SAME
    if token in names.expansions(word):
        return STANDS_FOR
    if names.phonetic(word) == names.phonetic(token):
        return SOUNDS
    if unfinished and token.startswith(word):
        return STARTS
    if min(len(word), len(token)) > 3 and OSA.distance(word, token, score_cutoff=1) <= 1:
        return SLIP
    alike = JaroWinkler.similarity(word, token)
    return alike * SLIP if alike >= 0.85 else 0.0


def birth_says(birth: date | None, asked: date | None, year: int | None) -> str:
    if birth is None or (asked is None and year is None):
        return "unknown"
    if asked is None:
        return "year" if birth.year == year else "different"
    if birth == asked:
        return "same"
    return "near" if birth in birth_date_variants(asked) else "different"

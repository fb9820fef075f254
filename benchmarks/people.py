"""A million synthetic people, their names drawn by the frequencies of a labelled file, in a database of the benchmark's own.

What the file has not seen is drawn too, as often as Good and Turing (1953) expect it: the share of draws that were the only one of their
kind. Such names are put together letter by letter, each after the three before it as in the rare names of the file, and are as rare.
"""

from __future__ import annotations

import csv
import gzip
import random
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from citizens import names

SEED = 1953
UNSEEN_SURNAMES, UNSEEN_GIVEN = 26_000, 4_000
RARE = 2_000  # the higher, the more alike the frequencies of the unseen names
NO_SECOND_SURNAME = 0.03
OLDEST, YEARS = date(1925, 1, 1), 99
STREETS = ("Calle", "Avenida", "Pasaje", "Camino")


@dataclass(frozen=True)
class Person:
    given: str
    surname: str
    second: str
    birth: date
    document: str
    phone: str
    email: str
    address: str


class Drawn:
    """What is drawn by its frequency."""

    def __init__(self, weights: Iterable[tuple[str, float]]) -> None:
        pairs = list(weights)
        self.values = [value for value, _weight in pairs]
        self.upto = list(accumulate(weight for _value, weight in pairs))

    def draw(self, chance: random.Random) -> str:
        return self.values[bisect(self.upto, chance.random() * self.upto[-1])]


@dataclass(frozen=True)
class Names:
    """How people are called: surnames, whole given names and their parts, and the parts and surnames the file has not seen."""

    surnames: Drawn
    given: Drawn
    parts: Drawn
    new_surnames: Drawn
    new_parts: Drawn
    new_surname_share: float
    new_given_share: float
    new_part_share: float

    def surname(self, chance: random.Random) -> str:
        return (self.new_surnames if chance.random() < self.new_surname_share else self.surnames).draw(chance)

    def first(self, chance: random.Random) -> str:
        if chance.random() >= self.new_given_share:
            return self.given.draw(chance)
        both = [self.part(chance) for _part in range(chance.choice((1, 2, 2)))]
        return " ".join(dict.fromkeys(both))

    def part(self, chance: random.Random) -> str:
        return (self.new_parts if chance.random() < self.new_part_share else self.parts).draw(chance)


def read(path: Path) -> Names:
    """Each person of the file once, by the writing that most of their records share."""
    people: dict[str, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            for column in ("given", "sur1", "sur2"):
                if row[column].strip():
                    people[row["entity"]][column][names.tidy(row[column])] += 1
    surnames, given, parts = Counter[str](), Counter[str](), Counter[str]()
    for person in people.values():
        usual = {column: min(written, key=lambda text: (-written[text], text)) for column, written in person.items()}
        surnames.update(usual[column] for column in ("sur1", "sur2") if column in usual)
        given.update([usual["given"]] if "given" in usual else [])
        parts.update(usual.get("given", "").split())
    chance = random.Random(SEED)
    return Names(
        Drawn(surnames.items()), Drawn(given.items()), Drawn(parts.items()),
        unseen(surnames, UNSEEN_SURNAMES, chance), unseen(parts, UNSEEN_GIVEN, chance),
        alone(surnames), alone(given), min(1.0, alone(parts) / alone(given)),
    )  # fmt: skip


def alone(counted: Counter[str]) -> float:
    """The share of draws that were the only one of their kind: how often the next is one never seen."""
    return sum(seen == 1 for seen in counted.values()) / counted.total()


def unseen(counted: Counter[str], wanted: int, chance: random.Random) -> Drawn:
    rare = [text for text, seen in counted.items() if seen <= 2 and text.isalpha() and len(text) > 3]
    follows: dict[str, list[str]] = defaultdict(list)
    for text in rare:
        for place, letter in enumerate(text + "."):
            follows[("^^^" + text)[place : place + 3]].append(letter)
    made: dict[str, None] = {}
    while len(made) < wanted:
        text = ""
        while not text.endswith(".") and len(text) < 14:
            text += chance.choice(follows[("^^^" + text)[-3:]])
        word = text.rstrip(".")
        if text.endswith(".") and len(word) > 3 and word not in counted:
            made[word] = None
    return Drawn((word, 1 / (RARE + place)) for place, word in enumerate(made))


def people(called: Names, wanted: int) -> Iterator[Person]:
    """Always the same ones, for the same file."""
    chance = random.Random(SEED)
    streets = list(dict.fromkeys(written(called.surname(chance)) for _street in range(6_000)))
    towns = [written(called.surname(chance)) for _town in range(350)]
    for place in range(wanted):
        given, surname = written(called.first(chance)), written(called.surname(chance))
        second = "" if chance.random() < NO_SECOND_SURNAME else written(called.surname(chance))
        mailbox = names.fold(f"{given} {surname}").replace(" ", ".")
        yield Person(
            given, surname, second, OLDEST + timedelta(days=chance.randrange(YEARS * 365)), rut(3_000_000 + place * 22),
            f"+569{chance.randrange(10**7, 10**8):08d}", f"{mailbox}{place % 9_973}@example.org" if place % 5 else "",
            f"{chance.choice(STREETS)} {chance.choice(streets)} {chance.randrange(1, 4_000)}, {chance.choice(towns)}" if place % 3 else "",
        )  # fmt: skip


_written: dict[str, str] = {}


def written(text: str) -> str:
    if text not in _written:
        _written[text] = names.proper_case(text)
    return _written[text]


def rut(stem: int) -> str:
    """With its check digit, as it is kept."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(str(stem))))
    return f"{stem}{'0123456789K0'[11 - total % 11]}"


_EDITS: tuple[Callable[[str, int, random.Random], str], ...] = (
    lambda word, at, chance: word[:at] + chance.choice("abcdefghijklmnopqrstuvwxyz") + word[at:],
    lambda word, at, _chance: word[:at] + word[at + 1 :],
    lambda word, at, chance: word[:at] + chance.choice(_BESIDE.get(word[at], "aeiou")) + word[at + 1 :],
    lambda word, at, _chance: word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
)
_BESIDE = {"a": "qsz", "e": "wrd", "i": "uok", "o": "ipl", "u": "yij", "n": "bm", "r": "etf", "s": "adz", "l": "ko", "t": "ry", "m": "n"}
_BY_EAR = (
    ("v", "b"),
    ("b", "v"),
    ("z", "s"),
    ("s", "z"),
    ("ll", "y"),
    ("y", "ll"),
    ("h", ""),
    ("ge", "je"),
    ("gi", "ji"),
    ("qu", "k"),
    ("ñ", "n"),
)


def mistyped(text: str, chance: random.Random) -> str:
    """One slip in one word: a letter put in, left out, beside the right one or swapped with its neighbour, or a spelling by ear.

    Five kinds alike often, in a word chosen by its length; a spelling by ear only where the word has one, else one of the others.
    """
    words = text.lower().split(" ")
    place = chance.choices(range(len(words)), [max(len(word) - 2, 0) for word in words])[0]
    word = words[place]
    by_ear = [pair for pair in _BY_EAR if pair[0] in word]
    slipped = word
    while slipped == word:
        kind = chance.randrange(5)
        if kind == 4 and by_ear:
            slipped = word.replace(*chance.choice(by_ear), 1)
        else:
            slipped = _EDITS[kind % 4](word, chance.randrange(len(word)), chance)
    return " ".join((*words[:place], slipped, *words[place + 1 :]))

"""What was typed into the search box, beside what contact_points.guess reads: whether it is enough to ask, and whether it is an address."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from citizens import names

SHORTEST = 3  # letters or digits from which a search makes sense


def long_enough(text: str) -> bool:
    return sum(unicodedata.category(char)[0] in "LN" for char in text) >= SHORTEST


_STREET = frozenset(
    {
        "av", "avda", "avenida", "c", "calle", "cl", "cmno", "camino", "cra", "carrera", "ctra", "carretera", "paseo", "pasaje", "pje",
        "psje", "plaza", "pza", "villa", "poblacion",
    }
)  # fmt: skip
_STREET_WORDS = _STREET | {"n", "no", "num", "numero", "nro", "s", "de", "del", "la", "las", "los", "el"}


def street_key(address: str) -> str:
    """What tells an address from others: without the words half of them share (calle, avenida, número), unless nothing else is left."""
    found = re.findall(r"[^\W_]+", address)
    telling = [word for word in found if names.fold(word) not in _STREET_WORDS]
    return " ".join(telling if any(char.isalpha() for word in telling for char in word) else found)


def is_address(text: str, *, today: date) -> bool:
    """Words with a house number: any but a year in which somebody may have been born, unless a word such as calle stands first."""
    found = re.findall(r"[^\W_]+", text)
    numbers = [int(word) for word in found if word.isdecimal() and len(word) < 6]
    wordy = any(char.isalpha() for word in found for char in word)
    street = bool(found) and names.fold(found[0]) in _STREET
    return wordy and any(street or not 1900 <= number <= today.year for number in numbers)

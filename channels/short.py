"""Short messages as networks count them: 160 characters of their own alphabet, or 70 as soon as one character is of another.

The alphabet is that of 3GPP TS 23.038 (GSM 7 bit): it has é, ñ and ü but neither á nor í, ó, ú; a message split into parts has 153 or
67 characters in each.
"""

from __future__ import annotations

import math
import unicodedata

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
MOST_PARTS = 5  # an institution's own text is not longer
TWICE = frozenset("^{}\\[~]|€")  # each counts as two
LIKE = str.maketrans({
    "“": '"', "”": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", "\u00a0": " ", "º": "o", "ª": "a",
})  # fmt: skip


def compact(text: str) -> str:
    """The same message in the short alphabet, as far as letters lose no more than an accent; of others, such as 漢, nothing is lost."""
    return "".join(letter if letter in BASIC or letter in TWICE else bare(letter) for letter in text.translate(LIKE))


def bare(letter: str) -> str:
    plain = "".join(part for part in unicodedata.normalize("NFD", letter) if not unicodedata.combining(part))
    return plain if plain and all(part in BASIC for part in plain) else letter


def parts(text: str) -> int:
    """In how many messages it travels, each of which costs."""
    whole, piece = (160, 153) if plain(text) else (70, 67)
    return 1 if length(text) <= whole else math.ceil(length(text) / piece)


def length(text: str) -> int:
    """In characters of the alphabet it travels in."""
    return sum(2 if letter in TWICE else 1 for letter in text) if plain(text) else len(text.encode("utf-16-be")) // 2


def plain(text: str) -> bool:
    """Whether networks have every letter of it in their short alphabet."""
    return all(letter in BASIC or letter in TWICE for letter in text)

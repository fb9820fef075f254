"""Numbers people read aloud, type and mistype: case numbers, registry entries and tracking keys.

A case number is `VS-2026-0004812-K`: institution code (2 to 6 letters), year, a serial of seven or eight digits, a check character.
The check is a weighted sum modulo the prime 31 with weights 3, 9, 27… from the right. A prime modulus, weights that are never 0
and neighbours that always differ detect every single wrong character and every swap of two neighbours, which ISO 7064's
MOD 37,36 does not (it misses 36 swaps). The 31 check characters leave out those that look like another: I, L, O, U and Z.
"""

import hashlib
import hmac
import re
import secrets
import unicodedata
from enum import StrEnum
from typing import Final, NamedTuple, NoReturn

from django.utils.translation import gettext as _

from czrm.kit.refused import Refused

CHECKS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXY"
PRIME: Final = len(CHECKS)
SERIALS: Final = range(1, 100_000_000)
YEARS: Final = range(2000, 2100)

KEY_ALPHABET: Final = "23456789CDFHJKMNPQRTVWXY"
KEY_LENGTH: Final = 16
KEYS: Final = len(KEY_ALPHABET) ** KEY_LENGTH
KEY_GROUP: Final = 4

_TO_DIGITS: Final = str.maketrans("OIL", "011")
_TO_LETTERS: Final = str.maketrans("01", "OI")
_KEY_LIKES: Final = str.maketrans("BGSZ", "8652")
_SEPARATORS: Final = re.compile(r"[\s\-‐‑‒–—−_./·]+")
_HYPHENED: Final = re.compile(r"([A-Z01]{2,6})-([0-9OIL]{4})-([0-9OIL]{7,8})-([0-9A-Z])")
_COMPACT: Final = re.compile(r"([A-Z01]{2,6})(2[0O][0-9OIL]{2})([0-9OIL]{7,8})([0-9A-Z])")
_ENTRY: Final = re.compile(r"([ES])-?(20[0-9OIL]{2}|2O[0-9OIL]{2})-?([0-9OIL]{7,9})")


class CaseNumber(NamedTuple):
    """The parts of a case number; `str` writes it."""

    institution: str
    year: int
    serial: int

    def __str__(self) -> str:
        body = f"{self.institution}{self.year}{self.serial:07d}"
        return f"{self.institution}-{self.year}-{self.serial:07d}-{_check(body)}"


def make_case_number(institution: str, year: int, serial: int) -> str:
    """The number of a case; a code, year or serial that no number can hold is a ValueError."""
    if not re.fullmatch(r"[A-Z]{2,6}", institution) or year not in YEARS or serial not in SERIALS:
        raise ValueError(f"no case number for {institution!r}, {year}, {serial}")
    return str(CaseNumber(institution, year, serial))


def parse_case_number(typed: str) -> CaseNumber:
    """The number somebody typed: in lower case, with blanks or without hyphens, with O for 0 or I and L for 1.

    Refused as `case_number_unreadable` if it is not one, as `case_number_mistyped` if its check fails. Its hyphens are either all
    there or none, so that a character typed instead of a hyphen is noticed too.
    """
    text = _plain(typed)
    found = _HYPHENED.fullmatch(text) or _COMPACT.fullmatch(text)
    if not found or ("-" not in text and text[found.start(2) + 1] == "O" and len(found[3]) > 7):
        _unreadable()
    institution = found[1].translate(_TO_LETTERS)
    year, serial = (found[part].translate(_TO_DIGITS) for part in (2, 3))
    if serial != f"{int(serial):07d}" or int(serial) not in SERIALS or int(year) not in YEARS:
        _unreadable()
    if _check(institution + year + serial) != found[4].translate(_TO_DIGITS):
        raise Refused("case_number_mistyped", _("There is a mistake in this case number. Compare it with your receipt and type it again."))
    return CaseNumber(institution, int(year), int(serial))


def normalise_case_number(typed: str) -> str:
    """The number as it is stored; Refused as in `parse_case_number`."""
    return str(parse_case_number(typed))


def _unreadable() -> NoReturn:
    raise Refused("case_number_unreadable", _("This is not a case number. It looks like this: %(example)s.") % {"example": EXAMPLE})


def _check(body: str) -> str:
    total, weight = 0, 1
    for character in reversed(body):
        weight = weight * 3 % PRIME
        total += weight * int(character, 36)
    return CHECKS[-total % PRIME]


EXAMPLE: Final = str(CaseNumber("VS", 2026, 4812))


class EntryKind(StrEnum):
    """Entrada or salida of the official register."""

    ENTRY = "E"
    EXIT = "S"


class EntryNumber(NamedTuple):
    """The parts of a number in the official register; `str` writes it as E-2026-0001234."""

    kind: EntryKind
    year: int
    serial: int

    def __str__(self) -> str:
        return f"{self.kind.value}-{self.year}-{self.serial:07d}"


def make_entry_number(kind: EntryKind, year: int, serial: int) -> str:
    if year not in YEARS or not 0 < serial < 1_000_000_000:
        raise ValueError(f"no registry number for {year}, {serial}")
    return str(EntryNumber(kind, year, serial))


def parse_entry_number(typed: str) -> EntryNumber:
    """The registry number somebody typed; Refused as `entry_number_unreadable`. It has no check character."""
    found = _ENTRY.fullmatch(_plain(typed))
    if not found or not int(found[3].translate(_TO_DIGITS)):
        words = _("This is not a registry number. It looks like this: %(example)s.")
        raise Refused("entry_number_unreadable", words % {"example": EntryNumber(EntryKind.ENTRY, 2026, 1234)})
    year, serial = (int(found[part].translate(_TO_DIGITS)) for part in (2, 3))
    return EntryNumber(EntryKind(found[1]), year, serial)


def new_tracking_key() -> str:
    """A random key of 73 bits, grouped for reading aloud (K7PM-3XQD-9HTW-C4VR); shown once, only its digest is stored."""
    rest, letters = secrets.randbelow(KEYS), []
    for _index in range(KEY_LENGTH):
        rest, letter = divmod(rest, len(KEY_ALPHABET))
        letters.append(KEY_ALPHABET[letter])
    return _grouped("".join(letters))


def normalise_tracking_key(typed: str) -> str:
    """The key somebody typed, with B, G, S and Z read as the digits they look like; Refused as `tracking_key_unreadable`."""
    text = _plain(typed).replace("-", "").translate(_KEY_LIKES)
    if len(text) != KEY_LENGTH or not set(text) <= set(KEY_ALPHABET):
        words = _("This is not a tracking key. It has 16 letters and digits: you find it on your receipt.")
        raise Refused("tracking_key_unreadable", words)
    return _grouped(text)


def tracking_digest(key: str, secret: str) -> str:
    """What is stored of a tracking key: HMAC-SHA-256 in 64 hexadecimal digits, useless without the installation's secret."""
    keyed = hmac.new(secret.encode(), b"czrm.tracking:", hashlib.sha256)
    keyed.update(normalise_tracking_key(key).encode())
    return keyed.hexdigest()


def same_digest(one: str, other: str) -> bool:
    """Whether two digests are equal, in a time that does not tell where they differ; an empty one equals nothing."""
    return bool(one and other) and hmac.compare_digest(one.encode(), other.encode())


def _grouped(text: str) -> str:
    return "-".join(text[start : start + KEY_GROUP] for start in range(0, len(text), KEY_GROUP))


def _plain(typed: str) -> str:
    return _SEPARATORS.sub("-", unicodedata.normalize("NFKC", typed).strip().upper())

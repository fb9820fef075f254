"""Is this the same person? The scorer asked at the counter, before a new record is made.

As Fellegi and Sunter (1969): each aspect of two records (document, names, birth date, telephone, e-mail, address, sex) gives at most one
code, each code has a weight in natural log-odds, names that agree add more the rarer they are, and what is missing weighs nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from citizens.evidence import Frequencies, Profile, birth_date_variants, evidence

__all__ = ["Band", "Frequencies", "Match", "Profile", "Reason", "birth_date_variants", "score"]

Band = Literal["same", "likely", "possible", "none"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against; `weight` in natural log-odds."""

    code: str
    weight: float

    @property
    def favours(self) -> bool:
        return self.weight > 0

    @property
    def words(self) -> str | Promise:
        return WORDS[self.code]


@dataclass(frozen=True, slots=True)
class Match:
    """`score` is a probability among candidates found by some shared key; `conflict` asks for a person's eyes whatever the score."""

    score: float
    band: Band
    reasons: tuple[Reason, ...]
    conflict: bool = False


WORDS: Mapping[str, str | Promise] = MappingProxyType(
    {
        "document_same": _("same document"),
        "document_near": _("almost the same document: one or two characters differ"),
        "document_conflict": _("each has a valid document, and they are different"),
        "name_and_birth_same": _("same name and birth date"),
        "name_same": _("same name"),
        "given_same": _("same given names"),
        "given_nickname": _("a nickname or a short form of the name"),
        "given_part": _("one of the given names is missing"),
        "given_initial": _("only the initial of a given name"),
        "given_similar": _("given names that sound or look alike"),
        "given_shared": _("only one of the given names agrees"),
        "given_different": _("different given names"),
        "surnames_same": _("same surnames"),
        "surname_one": _("same surname; the other one is missing"),
        "surnames_similar": _("surnames that sound or look alike"),
        "surnames_crossed": _("surnames crossed"),
        "surname_half": _("only one surname agrees"),
        "surnames_different": _("different surnames"),
        "names_crossed": _("given name and surname crossed"),
        "birth_same": _("same birth date"),
        "birth_swapped": _("day and month swapped"),
        "birth_near": _("birth date with one figure different"),
        "birth_year": _("same birth year"),
        "birth_year_different": _("different birth year"),
        "birth_different": _("different birth date"),
        "phone_same": _("same phone, which may be shared"),
        "phone_different": _("different phone"),
        "email_same": _("same e-mail, which may be shared"),
        "email_different": _("different e-mail"),
        "address_same": _("same address, which may be shared"),
        "address_different": _("different address"),
        "sex_different": _("different sex"),
        "siblings": _("perhaps a brother or sister: all agrees but the given name"),
    }
)
_SILENT = frozenset({"phone_different", "email_different", "address_different"})  # people move and change telephones: weighed, not told

# Ridge logistic regression on labelled synthetic pairs, one half of them by person, with and without fields taken away as
# at a counter. By judgement, where those pairs tell nothing: telephones, e-mails (nobody shares any in them), sex and near documents.
PRIOR = -5.0
RARITY_GIVEN = 0.6
RARITY_SURNAME = 0.6
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "document_same": 7.3,
        "document_near": 2.0,
        "document_conflict": -4.6,
        "given_same": -0.15,
        "given_nickname": -0.25,
        "given_part": -0.75,
        "given_initial": 0.4,
        "given_similar": 0.2,
        "given_shared": -2.55,
        "given_different": -1.85,
        "surnames_same": -0.2,
        "surname_one": 1.1,
        "surnames_similar": 0.95,
        "surnames_crossed": -1.9,
        "surname_half": -2.6,
        "surnames_different": -2.25,
        "names_crossed": 1.0,
        "birth_same": 5.7,
        "birth_swapped": 1.5,
        "birth_near": 2.25,
        "birth_year": 1.4,
        "birth_year_different": -3.45,
        "birth_different": -5.7,
        "phone_same": 2.0,
        "phone_different": -0.3,
        "email_same": 2.5,
        "email_different": -0.2,
        "address_same": 1.7,
        "address_different": -0.6,
        "sex_different": -3.0,
        "siblings": -3.2,
    }
)


def score(candidate: Profile, typed: Profile, frequencies: Frequencies | None = None) -> Match:
    """Compare a stored person with what was typed. Symmetric."""
    codes, given_rarity, surname_rarity = evidence(candidate, typed, frequencies or _NO_FREQUENCIES)
    weights = {code: WEIGHTS[code] for code in codes}
    for code in codes & NAME_CODES:
        weights[code] += _rarity_of(code, RARITY_GIVEN * given_rarity, RARITY_SURNAME * surname_rarity)
    weights |= dict.fromkeys(_what_a_household_shares(codes), 0.1)
    odds = max(-30.0, min(30.0, PRIOR + sum(weights.values())))
    probability = 1 / (1 + math.exp(-odds))
    return Match(round(probability, 4), _band(probability, codes), _reasons(weights), conflict="document_conflict" in codes)


def _what_a_household_shares(codes: frozenset[str]) -> set[str]:
    """Telephone, e-mail and address count once between them, and next to nothing where the given names are others."""
    shared = sorted(codes & {"phone_same", "email_same", "address_same"}, key=WEIGHTS.__getitem__, reverse=True)
    return {*shared} if codes & {"given_different", "given_shared"} else {*shared[1:]}


def _rarity_of(code: str, given: float, surname: float) -> float:
    if code == "names_crossed":
        return given + surname
    return given if code in GIVEN_CODES else surname


_NO_FREQUENCIES = Frequencies()


GIVEN_CODES = frozenset(code for code in WEIGHTS if code.startswith("given_"))
NAME_CODES = GIVEN_CODES | {code for code in WEIGHTS if code.startswith("surname")} | {"names_crossed"}

_GIVEN_AGREES = frozenset({"given_same", "given_nickname", "given_part", "names_crossed"})
_SURNAMES_AGREE = frozenset({"surnames_same", "surname_one", "surnames_similar", "surnames_crossed", "names_crossed"})
_CONTRADICTS = frozenset(
    {"document_conflict", "siblings", "sex_different", "given_different", "given_shared", "surnames_different", "birth_different"}
)
_AT_LEAST: tuple[tuple[Band, float], ...] = (("same", 0.95), ("likely", 0.5), ("possible", 0.05))


def _band(probability: float, codes: frozenset[str]) -> Band:
    band: Band = next((band for band, least in _AT_LEAST if probability >= least), "none")
    if band == "same" and not _is_sure(codes):
        return "likely"
    if band == "none" and _is_worth_a_look(codes):
        return "possible"
    return band


def _is_sure(codes: frozenset[str]) -> bool:
    """A document with the birth date or the surnames, or the birth date with the names as written, and nothing against.

    Without a document, given names that only look alike are not enough: twins are called Ángela and Ángeles.
    """
    if codes & _CONTRADICTS:
        return False
    if "document_same" in codes:
        return bool(codes & _SURNAMES_AGREE or "birth_same" in codes)
    return "birth_same" in codes and bool(codes & _GIVEN_AGREES) and bool(codes & _SURNAMES_AGREE)


def _is_worth_a_look(codes: frozenset[str]) -> bool:
    """Somebody else's document; a telephone or e-mail that nothing contradicts; a namesake of the same day with another document."""
    if "document_same" in codes:
        return True
    if "document_conflict" in codes:
        return "birth_same" in codes and bool(codes & _GIVEN_AGREES) and bool(codes & _SURNAMES_AGREE)
    return bool(codes & {"phone_same", "email_same"}) and not codes & _CONTRADICTS


_TOLD_TOGETHER: tuple[tuple[frozenset[str], str], ...] = (
    (frozenset({"given_same", "surnames_same", "birth_same"}), "name_and_birth_same"),
    (frozenset({"given_same", "surnames_same"}), "name_same"),
)


def _reasons(weights: Mapping[str, float]) -> tuple[Reason, ...]:
    """What to tell, the weightiest first."""
    told = {code: weight for code, weight in weights.items() if code not in _SILENT}
    for parts, together in _TOLD_TOGETHER:
        if parts <= told.keys():
            told[together] = sum(told.pop(part) for part in parts)
            break
    return tuple(
        sorted((Reason(code, round(weight, 2)) for code, weight in told.items()), key=lambda reason: (-abs(reason.weight), reason.code))
    )

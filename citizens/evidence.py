"""What two records of a person say for and against being one: the codes that `matching` weighs."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from citizens import identifiers, names

Agreeing = tuple[tuple[str, str], ...]  # name tokens of one record and of the other that are taken for the same name


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known, or typed, of one person; anything may be missing. Documents are (kind, canonical number), telephones E.164."""

    given: str = ""
    first_surname: str = ""
    second_surname: str = ""
    birth_date: date | None = None
    birth_year: int | None = None  # where the date is not known
    sex: str = ""
    documents: tuple[tuple[str, str], ...] = ()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()  # as contact_points.email_key gives them
    address: str = ""


@dataclass(frozen=True, slots=True)
class Frequencies:
    """How common a folded name token is, as a share of persons (0 to 1); `unseen` for those that are not in them."""

    given: Mapping[str, float] = field(default_factory=dict)
    surname: Mapping[str, float] = field(default_factory=dict)
    unseen: float = 0.005  # with tables, half a person's share

    def given_rarity(self, agreeing: Agreeing) -> float:
        return _rarity(self.given, self.unseen, agreeing)

    def surname_rarity(self, agreeing: Agreeing) -> float:
        return _rarity(self.surname, self.unseen, agreeing)


def _rarity(shares: Mapping[str, float], unseen: float, agreeing: Agreeing) -> float:
    """Sum of -ln share, of the commoner of two spellings, or a slip of the keys would count as a rare name; at most 12."""
    return min(12.0, sum(-math.log(max(shares.get(one, unseen), shares.get(other, unseen))) for one, other in agreeing))


def evidence(one: Profile, other: Profile, frequencies: Frequencies) -> tuple[frozenset[str], float, float]:
    """The codes that hold, and how rare the given names and the surnames that agree are. Symmetric."""
    name_codes, given, surnames = _compare_names(one, other)
    found = {*name_codes, *_compare_births(one, other), *_compare_contacts(one, other), *_compare_documents(one, other)}
    if one.sex and other.sex and one.sex != other.sex:
        found.add("sex_different")
    if found >= {"birth_same", "given_different"} and found & {"surnames_same", "surnames_similar"}:
        found.add("siblings")
    return frozenset(found - {""}), frequencies.given_rarity(given), frequencies.surname_rarity(surnames)


def _compare_documents(one: Profile, other: Profile) -> Iterator[str]:
    """Only documents of one kind compare. One may agree while another contradicts: both are told."""
    pairs = [(kind, mine, yours) for kind, mine in one.documents for other_kind, yours in other.documents if kind == other_kind]
    edits = {pair: OSA.distance(pair[1], pair[2]) for pair in pairs}
    if edits and min(edits.values()) <= 2:
        yield "document_near" if min(edits.values()) else "document_same"
    lasting = {kind for kind, *_ in pairs} & identifiers.FOR_LIFE
    if any(_conflict(kind, [edits[pair] for pair in pairs if pair[0] == kind], pairs) for kind in lasting):
        yield "document_conflict"


def _conflict(kind: str, edits: list[int], pairs: list[tuple[str, str, str]]) -> bool:
    """Valid on both sides, and none within two edits of another."""
    valid = [identifiers.is_valid(kind, mine) and identifiers.is_valid(kind, yours) for its, mine, yours in pairs if its == kind]
    return min(edits) > 2 and any(valid)


def _compare_names(one: Profile, other: Profile) -> tuple[tuple[str, ...], Agreeing, Agreeing]:
    """Codes, and the agreeing given names and surnames."""
    given, given_agreeing = _compare_given(one.given, other.given)
    surnames, surnames_agreeing = _compare_surnames(one, other)
    if given == "given_different" and _names_are_crossed(one, other):
        return ("names_crossed",), _paired(one.given, other.given), _paired(one.first_surname, other.first_surname)
    return (given, surnames), given_agreeing, surnames_agreeing


def _names_are_crossed(one: Profile, other: Profile) -> bool:
    """Torres, Mikel for Mikel, Torres."""
    there = _alikeness(one.given.partition(" ")[0], other.first_surname)
    back = _alikeness(one.first_surname, other.given.partition(" ")[0])
    return there > 0 and back > 0


@lru_cache(maxsize=100_000)
def _compare_given(one: str, other: str) -> tuple[str, Agreeing]:
    mine, yours = names.given_tokens(one), names.given_tokens(other)
    if not mine or not yours:
        return "", ()
    if mine == yours or "".join(mine) == "".join(yours):
        return "given_same", _zipped(mine, yours)
    shared = tuple((token, token) for token in sorted({*mine} & {*yours}))
    if {*mine} <= {*yours} or {*yours} <= {*mine}:
        return "given_part", shared
    if _readings_meet(one, other):
        return "given_nickname", _zipped(mine, yours)
    alike = tuple(pair for pair in _zipped(mine, yours) if _alike_token(*pair))
    if len(alike) == min(len(mine), len(yours)):
        has_initial = any(len(token) == 1 for pair in alike for token in pair)
        return ("given_initial" if has_initial else "given_similar"), alike
    return ("given_shared", shared or alike) if alike or shared else ("given_different", ())


def _readings_meet(one: str, other: str) -> bool:
    mine, yours = names.given_readings(one), names.given_readings(other)
    return any({*a} <= {*b} or {*b} <= {*a} for a in mine for b in yours)


def _alike_token(one: str, other: str) -> bool:
    if len(one) == 1 or len(other) == 1:
        return one[0] == other[0]
    return _alike(one, other)


def _zipped(mine: tuple[str, ...], yours: tuple[str, ...]) -> Agreeing:
    return tuple(zip(mine, yours, strict=False))


def _paired(one: str, other: str) -> Agreeing:
    """Two writings of one name or surname, as one name each."""
    return _zipped(names.surname_tokens(one), names.surname_tokens(other))


@lru_cache(maxsize=100_000)
def _alike(one: str, other: str) -> bool:
    """Sounds the same, or is one slip of the keys away. Short words must sound the same: Ana is not Eva."""
    if one == other or names.phonetic(one) == names.phonetic(other):
        return True
    if min(len(one), len(other)) < 4:
        return False
    return OSA.distance(one, other, score_cutoff=1) <= 1 or JaroWinkler.similarity(one, other) >= 0.92


def _compare_surnames(one: Profile, other: Profile) -> tuple[str, Agreeing]:
    mine, yours = (one.first_surname, one.second_surname), (other.first_surname, other.second_surname)
    first, second = _alikeness(mine[0], yours[0]), _alikeness(mine[1], yours[1])
    if first > 0 and second > 0:
        code = "surnames_same" if first == second == 2 else "surnames_similar"
        return code, (*_paired(mine[0], yours[0]), *_paired(mine[1], yours[1]))
    if _alikeness(mine[0], yours[1]) > 0 and _alikeness(mine[1], yours[0]) > 0:
        return "surnames_crossed", (*_paired(mine[0], yours[1]), *_paired(mine[1], yours[0]))
    if first > 0:
        code = "surname_half" if second == 0 else "surname_one" if first == 2 else "surnames_similar"
        return code, _paired(mine[0], yours[0])
    for place, there in ((1, 1), (0, 1), (1, 0)):
        if _alikeness(mine[place], yours[there]) > 0:
            return "surname_half", _paired(mine[place], yours[there])
    return ("surnames_different" if first == 0 else ""), ()


@lru_cache(maxsize=100_000)
def _alikeness(one: str, other: str) -> int:
    """2 the same, 1 alike, 0 different, -1 where one is missing."""
    mine, yours = names.surname_tokens(one), names.surname_tokens(other)
    if not mine or not yours:
        return -1
    if mine == yours:
        return 2
    return int(_alike("".join(mine), "".join(yours)) or (len(mine) == len(yours) and all(map(_alike, mine, yours))))


def _compare_births(one: Profile, other: Profile) -> Iterator[str]:
    mine, yours = one.birth_date, other.birth_date
    if mine and yours:
        yield _compare_dates(mine, yours)
        return
    years = _year_of(one), _year_of(other)
    if None not in years:
        yield "birth_year" if years[0] == years[1] else "birth_year_different"


def _year_of(person: Profile) -> int | None:
    return person.birth_date.year if person.birth_date else person.birth_year


def _compare_dates(mine: date, yours: date) -> str:
    if mine == yours:
        return "birth_same"
    if (mine.year, mine.month, mine.day) == (yours.year, yours.day, yours.month):
        return "birth_swapped"
    if OSA.distance(mine.isoformat(), yours.isoformat(), score_cutoff=1) <= 1 or yours in birth_date_variants(mine):
        return "birth_near"
    return "birth_year" if mine.year == yours.year else "birth_different"


@lru_cache(maxsize=5_000)
def birth_date_variants(born: date) -> tuple[date, ...]:
    """The date and its likely slips, itself first: day and month swapped, a day, month or year one off, a day or a year ten off."""
    shifts = [
        (0, 0, 0),
        *((0, 0, days) for days in (-1, 1, -10, 10)),
        (-1, 0, 0),
        (1, 0, 0),
        (-10, 0, 0),
        (10, 0, 0),
        (0, -1, 0),
        (0, 1, 0),
    ]
    found = [_shifted(born, *shift) for shift in shifts]
    found.insert(1, _date_or_none(born.year, born.day, born.month))
    return tuple(dict.fromkeys(variant for variant in found if variant))


def _shifted(born: date, years: int, months: int, days: int) -> date | None:
    moved = _date_or_none(born.year + years, born.month + months, born.day)
    try:
        return moved + timedelta(days=days) if moved else None
    except OverflowError:
        return None


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _compare_contacts(one: Profile, other: Profile) -> Iterator[str]:
    if one.phones and other.phones:
        yield "phone_same" if one.phones & other.phones else "phone_different"
    if one.emails and other.emails:
        yield "email_same" if one.emails & other.emails else "email_different"
    if one.address and other.address:
        yield "address_same" if _same_address(names.fold(one.address), names.fold(other.address)) else "address_different"


def _same_address(one: str, other: str) -> bool:
    """The same figures in it and nearly the same words."""
    figures = [[word for word in text.split() if word.isdigit()] for text in (one, other)]
    return figures[0] == figures[1] and JaroWinkler.similarity(one, other) >= 0.9

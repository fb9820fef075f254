"""The one search box: what was typed is read, people the institution may see are found by index, and ranked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localdate

from citizens import contact_points, definers, identifiers, matching, names, ranking, reading
from citizens.contact_points import Query
from citizens.definers import Row
from citizens.models import Citizen, ContactPoint, Identifier
from czrm.kit.actor import Actor
from czrm.kit.service import service

from . import shown, stated, typed
from .region import region_of

MOST = 300  # rows looked at
GOOD = 0.75  # a rank at which somebody answers what was typed
FAINT = 0.45  # below this nobody is shown
APART = 0.2  # nor who answers so much worse than the best
NEAR, REMOTE = 0.8, 0.6  # how much of an address must be as typed: of what looks like one, and of what is nothing else
TELLING = frozenset({  # what a list of results says beside the name; the rest one sees
    "document_same", "document_near", "phone_same", "email_same", "birth_same", "birth_swapped", "birth_near", "name_and_birth_same",
    "given_nickname", "surnames_crossed", "names_crossed",
})  # fmt: skip


Scored = dict[int, tuple[float, Row]]  # by key, with the rank


@dataclass(frozen=True, slots=True)
class Found:
    """A person as a list shows one; `uid` is empty where the institution does not deal with them yet."""

    pk: int
    uid: UUID | None
    kind: str
    name: str
    document: str
    verified: bool
    birth: date | None
    state: str
    place: str
    reasons: tuple[matching.Reason, ...]
    band: matching.Band
    score: float
    stated: str = ""  # what the institution itself states, where that is why they were found


@dataclass(frozen=True, slots=True)
class Search:
    found: list[Found]
    too_many: bool
    meaning: Query


@service("citizen.find")
def find_citizens(text: str, *, limit: int = 20, typing: bool = False, by: Actor) -> Search:
    """While one is `typing` only a list that stands still for a moment counts as seen, and all letters of a search as one call."""
    goes_on = typed.spend(text, typing=typing, by=by)
    region = region_of(by)
    asked = contact_points.guess(text, region, today=localdate())
    rows, too_many = look_up(asked, limit, unfinished=typing or not text.endswith(" "))
    told = {row.pk: (row, words) for row, words in stated.by_attribute(asked, limit, by=by)}
    rows = [*(row for row, _words in told.values()), *(row for row in rows if row.pk not in told)]
    profile = profile_asked(asked)
    found = [described(known, profile, TELLING) for known in fetched(rows[:limit])]
    found = [replace(each, stated=told[each.pk][1]) if each.pk in told else each for each in found]
    shown.remember([each.pk for each in found], settled=not typing, goes_on=goes_on, by=by)
    return Search(found, too_many, asked)


def look_up(asked: Query, limit: int, *, unfinished: bool) -> tuple[list[Row], bool]:
    """The rows, the best first, and whether too many are too alike to tell."""
    if asked.meaning in ("case", "empty"):
        return [], False
    rows: dict[int, Row] = {}
    if "document" in asked.meanings:
        keep(rows, definers.find_by_document(asked.documents, asked.partial_document.upper(), MOST))
    if asked.phone:
        keep(rows, definers.find_by_contact("phone", asked.phone, MOST))
    if asked.email:
        keep(rows, definers.find_by_contact("email", asked.email, MOST))
    if not (rows or asked.birth_date) and reading.is_address(asked.text, today=localdate()):
        keep(rows, by_address(asked, NEAR, limit + 1))
    if rows or not (asked.tokens or asked.birth_date):
        return list(rows.values()), len(rows) > limit
    return ranked(asked, limit, unfinished=unfinished)


def ranked(asked: Query, limit: int, *, unfinished: bool) -> tuple[list[Row], bool]:
    """The birth date first, for it is the sharper key; the names where there is none, or where it leads nowhere."""
    scored: Scored = {}
    if asked.birth_date:
        by_birth(scored, asked, unfinished)
    if asked.tokens and best_of(scored) < GOOD:
        by_name(scored, asked, limit, unfinished)
    if not scored and any(char.isdigit() for char in asked.text):
        return by_address(asked, REMOTE, limit), False
    least = max(FAINT, best_of(scored) - APART)
    best = sorted((pair for pair in scored.values() if pair[0] >= least), key=lambda pair: (-pair[0], pair[1].name, pair[1].pk))
    beyond = best[limit : limit + 1]
    too_many = bool(beyond) and best[limit - 1][0] - beyond[0][0] < 0.01
    return [row for _value, row in best], too_many


def by_address(asked: Query, least: float, most: int) -> list[Row]:
    return definers.find_by_address(reading.street_key(asked.text), asked.text, least, most)


def by_birth(scored: Scored, asked: Query, unfinished: bool) -> None:
    """The day itself; where nobody of it answers, those it may have been mistaken for."""
    assert asked.birth_date
    same, *mistaken = matching.birth_date_variants(asked.birth_date)
    score(scored, definers.find_by_birth([same], MOST), asked, unfinished)
    if best_of(scored) < GOOD:
        score(scored, definers.find_by_birth(mistaken, MOST), asked, unfinished)


def by_name(scored: Scored, asked: Query, limit: int, unfinished: bool) -> None:
    """As typed; with one slip where too few answer; and only where nobody answers well, whoever is alike at all."""
    words = words_of(asked.tokens, unfinished=unfinished)
    for how, enough in (("same", limit), ("slip", 1), ("alike", 1)):
        score(scored, definers.find_by_name(words, how, year_of(asked), MOST), asked, unfinished)
        if sum(value >= GOOD for value, _row in scored.values()) >= enough:
            return
    if not scored and asked.birth_year:
        score(scored, definers.find_by_name(words, "slip", None, MOST), asked, unfinished)


def best_of(scored: Scored) -> float:
    return max((value for value, _row in scored.values()), default=0.0)


def score(scored: Scored, rows: Iterable[Row], asked: Query, unfinished: bool) -> None:
    """By every word typed: who is called Moreno twice is not who is called so once."""
    words = names.words(asked.name)
    for row in rows:
        value = ranking.rank(
            words, tokens_of(row), birth=row.birth, asked_birth=asked.birth_date, asked_year=asked.birth_year, unfinished=unfinished
        )
        scored[row.pk] = (value, row)


def tokens_of(row: Row) -> tuple[str, ...]:
    if row.kind == Citizen.Kind.ORGANISATION:
        return names.words(row.name)
    return (*names.given_tokens(row.given), *names.surname_tokens(row.surname), *names.surname_tokens(row.second_surname))


def words_of(tokens: tuple[str, ...], *, unfinished: bool = False) -> list[dict[str, object]]:
    last = len(tokens) - 1
    return [
        {
            "word": word,
            "readings": sorted(names.expansions(word)),
            "sound": names.phonetic(word),
            "unfinished": unfinished and place == last,
        }
        for place, word in enumerate(tokens)
    ]


def year_of(asked: Query) -> tuple[date, date] | None:
    return (date(asked.birth_year, 1, 1), date(asked.birth_year, 12, 31)) if asked.birth_year else None


def keep(rows: dict[int, Row], more: Iterable[Row]) -> None:
    rows.update({row.pk: row for row in more if row.pk not in rows})


@dataclass(frozen=True, slots=True)
class Known:
    """A person with what the actor may see of them."""

    citizen: Citizen
    documents: list[Identifier]
    points: list[ContactPoint]


def fetched(rows: Iterable[Row]) -> list[Known]:
    """The people themselves in the same order, through the policies of their tables: a second wall behind the functions'."""
    return [known(*columns) for columns in definers.people([row.pk for row in rows])]


def known(pk: int, uid: UUID, kind: str, name: str, given: str, surname: str, second: str, birth: date | None, state: str,
          documents: list[list[str]], points: list[list[str]]) -> Known:  # fmt: skip
    citizen = Citizen(pk=pk, uid=uid, kind=kind, name=name, given=given, surname=surname, second_surname=second, birth=birth, state=state)
    return Known(
        citizen,
        [Identifier(kind=kind, number=number, verified_at=parse_datetime(at)) for kind, number, at in documents],
        [ContactPoint(kind=kind, value=value) for kind, value in points],
    )


def described(known: Known, asked: matching.Profile, telling: frozenset[str] | None = None) -> Found:
    citizen, documents = known.citizen, known.documents
    match = matching.score(profile_of(known), asked)
    return Found(
        pk=citizen.pk,
        uid=citizen.uid,
        kind=citizen.kind,
        name=citizen.name,
        document=identifiers.mask(documents[0].kind, documents[0].number) if documents else "",
        verified=any(document.verified_at for document in documents),
        birth=citizen.birth,
        state=citizen.state,
        place=place_of(known),
        reasons=tuple(reason for reason in match.reasons if telling is None or reason.code in telling),
        band=match.band,
        score=match.score,
    )


def profile_of(known: Known) -> matching.Profile:
    citizen = known.citizen
    values = {kind: [point.value for point in known.points if point.kind == kind] for kind in ContactPoint.Kind.values}
    return matching.Profile(
        given=citizen.given,
        first_surname=citizen.surname or citizen.name * (citizen.kind == Citizen.Kind.ORGANISATION),
        second_surname=citizen.second_surname,
        birth_date=citizen.birth,
        documents=tuple((each.kind, each.number) for each in known.documents),
        phones=frozenset(values["phone"]),
        emails=frozenset(map(contact_points.email_key, values["email"])),
        address=next(iter(values["address"]), ""),
    )


def profile_asked(asked: Query) -> matching.Profile:
    """What was typed, for the reasons: names only where they can be told from surnames."""
    name = names.split_full_name(asked.name)
    return matching.Profile(
        given=name.given, first_surname=name.first_surname, second_surname=name.second_surname,
        birth_date=asked.birth_date, birth_year=asked.birth_year, documents=tuple((each.kind, each.number) for each in asked.documents),
        phones=frozenset({asked.phone} - {""}), emails=frozenset({contact_points.email_key(asked.email)} - {""}),
    )  # fmt: skip


def place_of(known: Known) -> str:
    """The municipality: what stands last in the address. Of a protected person, nothing."""
    address = next((point.value for point in known.points if point.kind == ContactPoint.Kind.ADDRESS), "")
    return address.rpartition(",")[2].strip() if known.citizen.state != Citizen.State.PROTECTED else ""

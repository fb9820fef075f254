"""The one search box: what was typed is read, people the institution may see are found by index, and ranked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import localdate

from citizens import contact_points, definers, identifiers, matching, names, ranking
from citizens.contact_points import Query
from citizens.definers import Row
from citizens.models import Citizen, ContactPoint, Identifier
from czrm.kit.actor import Actor
from czrm.kit.service import service

from . import budget, shown
from .region import region_of

MOST = 300  # rows looked at
GOOD = 0.75  # a rank at which somebody answers what was typed
FAINT = 0.45  # below this nobody is shown
APART = 0.2  # nor who answers so much worse than the best
TELLING = frozenset({  # what a list of results says beside the name; the rest one sees
    "document_same", "document_near", "phone_same", "email_same", "birth_same", "birth_swapped", "birth_near", "name_and_birth_same",
    "given_nickname", "surnames_crossed", "names_crossed",
})  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Search:
    found: list[Found]
    too_many: bool
    meaning: Query


@service("citizen.find")
def find_citizens(text: str, *, limit: int = 20, typing: bool = False, by: Actor) -> Search:
    """While one is `typing` only a list that stands still for a moment counts as seen; every call counts in the budget."""
    budget.spend("find", by=by)
    region = region_of(by)
    asked = contact_points.guess(text, region, today=localdate())
    rows, too_many = look_up(asked, limit, unfinished=typing or not text.endswith(" "))
    profile = profile_asked(asked)
    found = [described(known, profile, TELLING) for known in fetched(rows[:limit])]
    shown.remember([each.pk for each in found], settled=not typing, by=by)
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
    if rows or not (asked.tokens or asked.birth_date):
        return list(rows.values()), len(rows) > limit
    return ranked(asked, limit, unfinished=unfinished)


def ranked(asked: Query, limit: int, *, unfinished: bool) -> tuple[list[Row], bool]:
    """The birth date first, for it is the sharper key; the names where there is none, or where it leads nowhere."""
    scored: dict[int, tuple[float, Row]] = {}
    if asked.birth_date:
        score(scored, definers.find_by_birth(matching.birth_date_variants(asked.birth_date), MOST), asked, unfinished)
    if asked.tokens and not any(value >= GOOD for value, _row in scored.values()):
        score(scored, definers.find_by_name(words_of(asked.tokens, unfinished=unfinished), year_of(asked), MOST), asked, unfinished)
        if not scored and asked.birth_year:
            score(scored, definers.find_by_name(words_of(asked.tokens, unfinished=unfinished), None, MOST), asked, unfinished)
    if not scored and any(char.isdigit() for char in asked.text):
        return definers.find_by_contact("address", asked.text, limit), False
    least = max(FAINT, max((value for value, _row in scored.values()), default=0.0) - APART)
    best = sorted((pair for pair in scored.values() if pair[0] >= least), key=lambda pair: (-pair[0], pair[1].name, pair[1].pk))
    beyond = best[limit : limit + 1]
    too_many = bool(beyond) and best[limit - 1][0] - beyond[0][0] < 0.01
    return [row for _value, row in best], too_many


def score(scored: dict[int, tuple[float, Row]], rows: Iterable[Row], asked: Query, unfinished: bool) -> None:
    for row in rows:
        value = ranking.rank(
            asked.tokens, tokens_of(row), birth=row.birth, asked_birth=asked.birth_date, asked_year=asked.birth_year, unfinished=unfinished
        )
        scored[row.pk] = (value, row)


def tokens_of(row: Row) -> tuple[str, ...]:
    if row.kind == Citizen.Kind.ORGANISATION:
        return names.search_tokens(row.name)
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
    """The people themselves in the same order, through the fence: a second wall behind the functions'.

    By three plain queries: a prefetch builds a fenced query for each person, which costs more than all else.
    """
    keys = [row.pk for row in rows]
    people = Citizen.objects.in_bulk(keys)
    documents: dict[int, list[Identifier]] = defaultdict(list)
    for document in Identifier.objects.filter(citizen__in=people).order_by("verified_at", "pk"):
        documents[document.citizen_id].append(document)
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.filter(citizen__in=people, valid_until=None).order_by("pk"):
        points[point.citizen_id].append(point)
    return [Known(people[key], documents[key], points[key]) for key in keys if key in people]


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

"""Two records that may be one person: compared side by side, and decided by people. Deciding moves no data: joining comes after it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import definers, matching
from citizens.definers import Pair
from citizens.models import Citizen, CitizenLink, ContactPoint, Identifier, MatchCandidate
from czrm.kit.actor import Actor, acting
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .comparison import likely_same
from .identity import institution_of
from .registration import PersonData
from .search import Known, profile_of

LATER = 7  # days
VERDICTS = ("same", "different", "later", "open")  # open: what was decided is to be looked at again
GROUNDS = {  # by which a verdict is given; its words stand in forms_matches.py
    "same": ("shown", "agree", "register"), "different": ("shown", "related", "mistyped", "register"),
}  # fmt: skip
ENOUGH = ("same", "likely")  # how alike a candidate is whom somebody registered past


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: with the whole record where the institution attends them; else only with what identifies them."""

    citizen: Citizen
    known: Known
    since: Any = None
    basis: str = ""
    institutions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    pair: Pair
    one: Side
    other: Side
    match: matching.Match

    @property
    def put_off(self) -> bool:
        return self.pair.status == MatchCandidate.Status.OPEN and self.pair.later_until is not None and self.pair.later_until > now()


def to_decide(*, by: Actor) -> list[Comparison]:
    """The most valuable first: somebody waits to log in, then the likeliest; what was put off stands last. To be called while `by` acts."""
    found = compared((pair for pair in definers.matches() if pair.status == MatchCandidate.Status.OPEN), by=by)
    return sorted(found, key=lambda each: (each.put_off, not each.pair.waiting, -each.match.score, each.pair.found_at))


def decided(*, by: Actor) -> list[Comparison]:
    """The last one first."""
    return compared((pair for pair in definers.matches() if pair.status != MatchCandidate.Status.OPEN), by=by)


def comparison_of(uid: UUID, *, by: Actor) -> Comparison | None:
    return next(iter(compared(definers.matches(uid), by=by)), None)


def compared(pairs: Iterable[Pair], *, by: Actor) -> list[Comparison]:
    rows = list(pairs)
    sides = ours([pair for pair in rows if pair.reach == "ours"], by=by) | across([pair for pair in rows if pair.reach == "across"])
    both = [(pair, sides.get((pair.uid, pair.one)), sides.get((pair.uid, pair.two))) for pair in rows]
    return [
        Comparison(pair, one, two, matching.score(profile_of(one.known), profile_of(two.known))) for pair, one, two in both if one and two
    ]


def ours(pairs: list[Pair], *, by: Actor) -> dict[tuple[UUID, int], Side]:
    """Through the fence, which is a second wall: who may not be seen is missing."""
    people = Citizen.objects.in_bulk({key for pair in pairs for key in (pair.one, pair.two)}) if pairs else {}
    if not people:
        return {}
    links = {link.citizen_id: link for link in CitizenLink.objects.filter(citizen__in=people, institution=institution_of(by))}
    documents: dict[int, list[Identifier]] = defaultdict(list)
    for document in Identifier.objects.filter(citizen__in=people).order_by("verified_at", "pk"):
        documents[document.citizen_id].append(document)
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.filter(citizen__in=people, valid_until=None).order_by("pk"):
        points[point.citizen_id].append(point)
    sides = {
        key: Side(person, Known(person, documents[key], points[key]), links[key].since, links[key].basis)
        for key, person in people.items()
        if key in links
    }
    return {(pair.uid, key): sides[key] for pair in pairs for key in (pair.one, pair.two) if key in sides}


def across(pairs: list[Pair]) -> dict[tuple[UUID, int], Side]:
    return {(uid, row["id"]): side_of(row) for uid, row in definers.match_sides(pair.uid for pair in pairs)} if pairs else {}


def side_of(row: Mapping[str, Any]) -> Side:
    names = ("kind", "name", "given", "surname", "second_surname", "state")
    born = date.fromisoformat(row["birth"]) if row["birth"] else None
    citizen = Citizen(pk=row["id"], birth=born, **{name: row[name] for name in names})
    papers = [Identifier(kind=kind, number=number, verified_at=now() if seen else None) for kind, number, seen in row["documents"]]
    return Side(citizen, Known(citizen, papers, []), institutions=tuple(row["institutions"]))


@service("match.decide")
def decide_match(uid: UUID, *, verdict: str, ground: str = "", note: str = "", by: Actor) -> None:
    """Same or different with the ground it rests on, later, or open again; the event stands in the history of both."""
    if verdict not in VERDICTS:
        raise Refused("invalid_verdict", gettext("Choose: the same person, different people, or later."))
    if ground not in GROUNDS.get(verdict, ("",)):
        raise Refused("reason_missing", gettext("Say how you know: who joins or parts the records will read it."))
    both = definers.decide_match(uid, verdict, ground, note.strip(), by.name, LATER)
    if both is None:
        raise Refused("match_decided", gettext("This pair was decided meanwhile, or your institution no longer attends both."))
    for citizen_id in both:
        facet = CitizenLink(citizen_id=citizen_id, institution_id=institution_of(by))
        say("match.decided", facet, by=by, verdict=verdict, ground=ground, match=str(uid))


@service("match.suspect")
def suspect_match(citizen: Citizen, person: PersonData, *, by: Actor) -> int:
    """Registered as somebody new though people very like them were shown: a second pair of eyes looks at it."""
    with acting(by):
        alike = [each for each in likely_same(person, by=by) if each.uid and each.pk != citizen.pk and each.band in ENOUGH]
        return definers.suspect_match(citizen.pk, [each.pk for each in alike], ["registered_apart"]) if alike else 0


@dataclass(frozen=True, slots=True)
class Double:
    """Somebody else of the institution's people who may be, or was decided to be, the same person."""

    match: UUID
    citizen: Citizen
    same: bool


def doubles_of(found: Sequence[dict[str, Any]]) -> list[Double]:
    """As the record's own query found them; asked further only where there are any."""
    people = Citizen.objects.in_bulk([row["id"] for row in found]) if found else {}
    return [Double(UUID(row["match"]), people[row["id"]], row["status"] == "same") for row in found if row["id"] in people]

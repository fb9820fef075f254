"""Is this the same person? Asked before a new record is made."""

from __future__ import annotations

from citizens import contact_points, definers, identifiers, matching, names, ranking
from citizens.definers import Row
from citizens.models import Citizen
from czrm.kit.actor import Actor, acting
from czrm.trail.access import searched

from . import budget
from .identity import has_purpose
from .region import region_of
from .registration import PersonData, key_of, tidied
from .search import Found, described, fetched, keep, tokens_of, words_of

MOST = 200  # rows of each search
COMPARED = 40  # people compared in full
TOLD = 8


def likely_same(person: PersonData, *, by: Actor) -> list[Found]:
    """Of the institution's own people, those who may be this one, the likeliest first; and who its document confirms beyond them."""
    budget.spend("find", by=by)
    person = tidied(person, region_of(by))
    typed = profile_typed(person)
    with acting(by):
        compared = [described(known, typed) for known in fetched(nearest(person))]
        beyond = confirmed_beyond(person, by=by)
        found = sorted((each for each in compared if each.band != "none"), key=lambda each: -each.score)[:TOLD]
        found = [*([beyond] if beyond else []), *found]
        searched("citizen.register", [each.pk for each in found], by=by)
    return found


def confirmed_beyond(person: PersonData, *, by: Actor) -> Found | None:
    """Somebody of other institutions, as name and masked document only."""
    if not person.id_number or not has_purpose(by):
        return None
    budget.spend("identify", by=by)
    known = definers.identify(person.id_kind, person.id_number, person.birth, key_of(person), past_sealed=True)
    if known is None or known.linked:
        return None
    reasons = (matching.Reason("document_same", matching.WEIGHTS["document_same"]),)
    document = identifiers.mask(person.id_kind, person.id_number)
    return Found(known.pk, None, person.kind, known.name, document, False, None, Citizen.State.ACTIVE, "", reasons, "likely", 1.0)


def nearest(person: PersonData) -> list[Row]:
    """By document, telephone and e-mail all; by birth date and by name the nearest."""
    typed = names.words(person.name)
    rows: dict[int, Row] = {}
    if person.id_number:
        keep(rows, definers.find_by_document([identifiers.Guess(person.id_kind, person.id_number)], "", MOST))
    for way, value in (("phone", person.phone), ("email", person.email)):
        if value:
            keep(rows, definers.find_by_contact(way, value, COMPARED))
    sure = list(rows.values())
    if person.birth:
        keep(rows, definers.find_by_birth(matching.birth_date_variants(person.birth), MOST))
    for how in ("slip", "alike"):
        keep(rows, definers.find_by_name(words_of(tuple(dict.fromkeys(typed))), how, None, MOST))
    by_rank = sorted(
        rows.values(), reverse=True,
        key=lambda row: ranking.rank(typed, tokens_of(row), birth=row.birth, asked_birth=person.birth, asked_year=None),
    )  # fmt: skip
    return list({row.pk: row for row in [*sure, *by_rank][:COMPARED]}.values())


def profile_typed(person: PersonData) -> matching.Profile:
    return matching.Profile(
        given=person.given, first_surname=person.surname or person.name * (person.kind == Citizen.Kind.ORGANISATION),
        second_surname=person.second_surname, birth_date=person.birth,
        documents=((person.id_kind, person.id_number),) if person.id_number else (), phones=frozenset({person.phone} - {""}),
        emails=frozenset({contact_points.email_key(person.email)} - {""}), address=person.address,
    )  # fmt: skip

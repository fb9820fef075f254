"""A new record of somebody, after asking whether they are here already."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date

from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext

from citizens import contact_points, definers, identifiers, names
from citizens.models import Citizen, NameToken, SourceRecord
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from . import budget
from .contact_points import keep_contact_point
from .identity import has_purpose, insist_on_basis, link_of, surname_key
from .region import region_of

OLDEST = date(1800, 1, 1)


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is known of a person or an organisation; only a name is needed. `name` is the organisation's, or left to be put together."""

    kind: str = "person"
    given: str = ""
    surname: str = ""
    second_surname: str = ""
    name: str = ""
    birth: date | None = None
    id_kind: str = ""
    id_number: str = ""
    country: str = ""
    language: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    care: str = ""


@service("citizen.register")
def register_citizen(person: PersonData, *, basis: str, apart: bool = False, by: Actor) -> Citizen:
    """The person whose document and birth date or surname match, or a new one, linked to the institution; `apart`: new in any case.

    A match beyond the institution's own people needs a purpose. Without one, and where nothing matches, the number is an
    unverified claim, whether or not somebody else holds it.
    """
    insist_on_basis(basis)
    as_typed, person = person, tidied(person, region_of(by))
    known = match_of(person, by=by) if not apart else None
    apart = apart or (known is None and not has_purpose(by))
    citizen_id = definers.register(row_of(person), tokens_of(person), person.id_kind, person.id_number, basis[:120], apart=apart)
    link = link_of(citizen_id, by=by)
    SourceRecord.objects.create(
        institution_id=link.institution_id, citizen_id=citizen_id, origin="registration", payload=payload(as_typed, basis)
    )
    for kind in ("phone", "email", "address"):
        keep_contact_point(link, kind, getattr(person, kind))
    if known is None:
        learn(tokens_of(person))
        say("citizen.registered", link, by=by, basis=basis)
    elif not known.linked:
        say("citizen.linked", link, by=by, basis=basis)
    return Citizen.objects.get(pk=citizen_id)


def match_of(person: PersonData, *, by: Actor) -> definers.Confirmed | None:
    if not person.id_number:
        return None
    budget.spend("identify", by=by)
    known = definers.identify(person.id_kind, person.id_number, person.birth, key_of(person), past_sealed=True)
    return known if known and (known.linked or has_purpose(by)) else None


def tidied(person: PersonData, region: str) -> PersonData:
    """As it is to be kept; Refused in the words of the field that is wrong."""
    insist_on_sense(person)
    number = identifiers.normalise(person.id_kind, person.id_number) if person.id_number.strip() else ""
    organisation = person.kind == Citizen.Kind.ORGANISATION
    given, surname, second = (
        "" if organisation else names.proper_case(part) for part in (person.given, person.surname, person.second_surname)
    )
    return replace(
        person,
        given=given,
        surname=surname,
        second_surname=second,
        name=names.tidy(person.name) if organisation else names.PersonName(given, surname, second).full,
        id_kind=person.id_kind if number else "",
        id_number=number,
        country=identifiers.KINDS[person.id_kind].country or person.country if number else person.country,
        email=contact_points.normalise_email(person.email) if person.email.strip() else "",
        phone=contact_points.normalise_phone(person.phone, region) if person.phone.strip() else "",
        address=names.tidy(person.address),
        care=person.care.strip(),
    )


def insist_on_sense(person: PersonData) -> None:
    organisation = person.kind == Citizen.Kind.ORGANISATION
    if not names.fold(person.name if organisation else f"{person.given} {person.surname} {person.second_surname}"):
        raise Refused("invalid_name", gettext("Write the name: of a person at least one name or surname."))
    if person.birth and not OLDEST <= person.birth <= localdate():
        raise Refused("invalid_birth", gettext("Check the birth date: it cannot be in the future."))


def row_of(person: PersonData) -> dict[str, object]:
    fields = ("kind", "given", "surname", "second_surname", "name", "language", "country", "care")
    birth = person.birth.isoformat() if person.birth else None
    return {field: getattr(person, field) for field in fields} | {"birth": birth, "surname_key": key_of(person)}


def key_of(person: PersonData) -> str:
    """What confirms a person beside their document: the first surname; of an organisation, or of one who has no surname, the name."""
    return surname_key(person.surname or person.name)


def tokens_of(person: PersonData) -> list[str]:
    """The words by which the name is found: as written, and with abbreviations written out."""
    written = names.search_tokens(person.name)
    out = (*names.given_tokens(person.given), *names.surname_tokens(f"{person.surname} {person.second_surname}"))
    return [token[:60] for token in dict.fromkeys((*written, *out))]


def learn(tokens: list[str]) -> None:
    """Keep the vocabulary and roughly how common each word is: a row somebody else is counting is let go, so that nobody waits."""
    words = sorted(set(tokens))
    NameToken.objects.bulk_create([NameToken(token=word, key=names.phonetic(word)[:60], seen=0) for word in words], ignore_conflicts=True)
    free = NameToken.objects.filter(token__in=words).select_for_update(skip_locked=True).values("pk")
    NameToken.objects.filter(pk__in=free).update(seen=F("seen") + 1)


def payload(person: PersonData, basis: str) -> dict[str, object]:
    """All that was typed, as it was."""
    stated = {key: value for key, value in asdict(person).items() if value}
    return stated | {"basis": basis} | ({"birth": person.birth.isoformat()} if person.birth else {})

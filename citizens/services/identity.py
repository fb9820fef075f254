"""Who somebody is: confirmed by a document together with a birth date or a surname, and then attended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from citizens import definers, identifiers, names
from citizens.models import Citizen, CitizenLink, Identifier
from czrm.institutions.models import User
from czrm.kit.actor import Actor, Clerk, Machine, NobodyActing
from czrm.kit.refused import Refused
from czrm.kit.sealed import sheltered
from czrm.kit.service import service
from czrm.trail.access import searched
from czrm.trail.say import say

from . import budget

MOST_TOLD = 5  # whom to call


@dataclass(frozen=True, slots=True)
class Sealed:
    """Whom to call about a protected person: the officers named for them, else those who may name them."""

    officers: tuple[str, ...]
    named: bool


@dataclass(frozen=True, slots=True)
class Identified:
    """A match, told as name and masked document only; `uid` where the institution deals with this person already.

    Of a protected person whom somebody else attends, neither: only whom to call.
    """

    name: str
    document: str
    linked: bool
    uid: UUID | None
    sealed: Sealed | None = None


@service("citizen.identify")
def identify_citizen(kind: str, number: str, *, birth: date | None, surname: str, by: Actor) -> Identified | None:
    """None in every other case: a person who is not there and one whose data do not match are answered alike."""
    insist_on_purpose(by)
    number = identifiers.normalise(kind, number)
    insist_on_proof(birth, surname)
    budget.spend("identify", by=by)
    found = definers.identify(kind, number, birth, surname_key(surname))
    searched("citizen.identify", [found.pk] if found else [], by=by)
    if found is None:
        return None
    if found.sealed:
        return Identified("", "", False, None, whom_to_call(found.officers, by=by))
    return Identified(found.name, identifiers.mask(kind, number), found.linked, found.uid if found.linked else None)


@service("citizen.attend")
def attend_citizen(kind: str, number: str, *, birth: date | None, surname: str, basis: str, by: Actor) -> Citizen:
    """Link a person who was confirmed to the institution, from now on theirs to see, and say on what basis."""
    insist_on_purpose(by)
    number = identifiers.normalise(kind, number)
    insist_on_proof(birth, surname)
    insist_on_basis(basis)
    budget.spend("identify", by=by)
    key = surname_key(surname)
    before = definers.identify(kind, number, birth, key)
    if before is not None and before.sealed:
        raise sealed_away(before.officers, by=by)
    citizen_id = definers.link(kind, number, birth, key, basis)
    if before is None or citizen_id is None:
        raise Refused("no_match", gettext("These data do not match anybody. Check them with the person."))
    if not before.linked:
        say("citizen.linked", link_of(citizen_id, by=by), by=by, basis=basis)
    return Citizen.objects.get(pk=citizen_id)


@service("citizen.reveal")
def reveal_documents(citizen: Citizen, *, reason: str, by: Actor) -> list[Identifier]:
    """The numbers in full, to who says why; the person may read the reason."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", gettext("Say why you need the whole number: the person may read it."))
    citizen = Citizen.objects.get(pk=citizen.pk)
    say("citizen.revealed", subject(citizen, by=by), by=by, reason=reason[:120])
    return list(citizen.identifiers.all())


@service("citizen.add_identifier")
def add_identifier(citizen: Citizen, *, kind: str, number: str, how: str = "", by: Actor) -> Identifier:
    """A document the person claims, or, with `how`, one whose original was seen. Another's claim to it does not hinder, nor shows."""
    number = identifiers.normalise(kind, number)
    if not definers.add_identifier(citizen.pk, kind, number, identifiers.KINDS[kind].country, how[:60]):
        raise not_ours()
    say("citizen.identifier_added", link_of(citizen.pk, by=by), by=by, document=kind, verified=bool(how))
    return Identifier.objects.get(citizen=citizen, kind=kind, number=number)


def whom_to_call(named: list[int], *, by: Actor) -> Sealed:
    supervisors = Q(memberships__institution=institution_of(by), memberships__active=True, memberships__roles__contains=["supervisor"])
    people = User.objects.filter(Q(pk__in=named) if named else supervisors, is_active=True).order_by("first_name", "pk").distinct()
    return Sealed(tuple(str(person) for person in people[:MOST_TOLD]), bool(named))


def sealed_away(named: list[int], *, by: Actor) -> Refused:
    people = ", ".join(whom_to_call(named, by=by).officers)
    words = gettext("Protected record: only named officers attend this person. Call: %(people)s.") % {"people": people}
    return Refused("protected", words)


def insist_on_purpose(by: Actor) -> None:
    if not has_purpose(by):
        words = gettext("Start a contact first: it gives the purpose for asking about people your institution does not know.")
        raise Refused("purpose_missing", words)


def has_purpose(by: Actor) -> bool:
    """Beyond one's own walls nobody asks without saying what for; our own unattended work has its reason."""
    unattended = isinstance(by, Machine) and by.client_id is None
    return unattended or getattr(by, "purpose_id", None) is not None


def insist_on_proof(birth: date | None, surname: str) -> None:
    if birth is None and not surname_key(surname):
        raise Refused("proof_missing", gettext("Write the birth date or the first surname too: a document alone confirms nobody."))


def insist_on_open_home(citizen_id: int) -> None:
    """Nobody at a desk writes what nobody at a desk may read again."""
    if sheltered(citizen_id):
        raise Refused("protected_address", gettext("Where a protected person lives is not kept here: nobody could read it."))


def insist_on_basis(basis: str) -> None:
    if not basis.strip():
        raise Refused("basis_missing", gettext("Say on what basis you attend this person."))


def surname_key(surname: str) -> str:
    """How a surname sounds, so that one slip of spelling does not turn somebody away."""
    return " ".join(names.phonetic(token) for token in names.surname_tokens(surname))[:80]


def link_of(citizen_id: int, *, by: Actor) -> CitizenLink:
    """The facet of the acting institution: what happens to a person, happens in it."""
    return CitizenLink.objects.get(citizen=citizen_id, institution=institution_of(by))


def subject(citizen: Citizen, *, by: Actor) -> CitizenLink:
    """As `link_of`; where only an agreement opens the person there is no link, but it happens in the actor's institution all the same."""
    mine = CitizenLink.objects.filter(citizen=citizen, institution=institution_of(by)).first()
    return mine or CitizenLink(citizen=citizen, institution_id=institution_of(by))


def institution_of(by: Actor) -> int:
    if not isinstance(by, Clerk | Machine):
        raise NobodyActing("only an institution attends citizens: see deputy()")
    return by.institution_id


def not_ours() -> Refused:
    return Refused("not_attended", gettext("Your institution may read this person but does not attend them: attend them first."))

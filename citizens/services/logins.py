"""How a log-in becomes one citizen: by what an identity provider vouches for, or by a code sent where only they read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import definers, identifiers, names
from citizens.models import Citizen, CitizenLink, ContactCode, ContactPoint, PortalLogin, SourceRecord
from citizens.reach import CODE
from citizens.vouching import Vouched
from czrm.institutions.models import User
from czrm.kit.actor import Actor, Machine, Visitor, acting, deputy
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.models import Event
from czrm.trail.say import say

from .contact_codes import AGAIN, HOUR, LOGIN, MOST_A_CITIZEN, issue, live, tried, ways_to_prove
from .identity import institution_of, surname_key
from .registration import PersonData, learn, row_of, tokens_of

BASIS, BASIS_ASKED = "identity provider", "asked at the portal"


@dataclass(frozen=True, slots=True)
class Arrival:
    """`outcome`: linked, waiting or refused; only who is linked has an account."""

    outcome: str
    account: User | None = None


@service("login.arrive")
def arrive(vouched: Vouched, *, by: Actor) -> Arrival:
    """The one record whose verified document agrees, a new one where nobody holds it; else an officer decides and nobody sees anything."""
    person = person_of(vouched)
    who = {"provider": vouched.provider, "subject": vouched.subject, "kind": vouched.kind, "number": vouched.number}
    key = surname_key(vouched.surnames)
    outcome, citizen_id, linked = definers.arrive(who, vouched.birth, key, row_of(person), tokens_of(person), vouched.said, BASIS)
    subject = PortalLogin(institution_id=institution_of(by), citizen_id=citizen_id if linked else None)
    if outcome == "born" and citizen_id is not None:
        learn(tokens_of(person))
        SourceRecord.objects.create(
            institution_id=institution_of(by), citizen_id=citizen_id, origin="registration", payload=vouched.said | {"basis": BASIS}
        )
        say("citizen.registered", CitizenLink.objects.get(citizen=citizen_id, institution=institution_of(by)), by=by, basis=BASIS)
    elif outcome == "waiting":
        say("login.held", subject, by=by, provider=vouched.provider)
    if citizen_id is None or outcome == "refused":
        return Arrival("refused" if outcome == "refused" else "waiting")
    return Arrival("linked", account_of(citizen_id, vouched.given, vouched.surnames))


@service("login.decide")
def decide_login(uid: UUID, *, citizen: Citizen | None, by: Actor) -> None:
    """The log-in is this person's, which verifies their document; or nobody's, and they are asked to come with it."""
    if not definers.decide_login(uid, citizen.pk if citizen else None, by.name):
        raise Refused("login_decided", gettext("This log-in was decided meanwhile, or that person does not hold its document here."))
    subject = PortalLogin(institution_id=institution_of(by), citizen_id=citizen.pk if citizen else None)
    if citizen:
        say("login.linked", subject, by=by, login=str(uid))
    else:
        say("login.refused", subject, by=by, login=str(uid))


@service("login.send_code")
def send_login_code(kind: str, value: str, *, language: str = "", by: Actor) -> tuple[ContactCode, Event] | None:
    """A code to a verified e-mail or mobile phone that is one person's alone; None for any other, which nobody is told.

    Nor more in an hour than tries at guessing them are worth: the limits of the door are counted in the cache, which may be away.
    """
    point_id = definers.sole_holder(kind, value)
    if point_id is None:
        return None
    point = ContactPoint.objects.select_for_update().get(pk=point_id)
    if CODE not in ways_to_prove(point):
        return None
    sent = ContactCode.objects.filter(point=point, use=LOGIN)
    if sent.filter(used_at=None, sent_at__gt=now() - AGAIN).exists() or sent.filter(sent_at__gt=now() - HOUR).count() >= MOST_A_CITIZEN:
        return None
    return issue(point, LOGIN, language=language, by=by)


@service("login.use_code")
def use_login_code(kind: str, value: str, typed: str, *, by: Actor) -> User | None:
    """The account of whose code this is, once; a wrong one is counted, and after a few the code is worth nothing."""
    point_id = definers.sole_holder(kind, value)
    code = live(point_id or 0, LOGIN)
    if code is None or not tried(code, typed):
        return None
    citizen = Citizen.objects.get(pk=ContactPoint.objects.values_list("citizen", flat=True).get(pk=code.point_id))
    return account_of(citizen.pk, citizen.given or citizen.name, f"{citizen.surname} {citizen.second_surname}".strip())


def account_of(citizen_id: int, given: str, surnames: str) -> User:
    """One account per person, however they come in; it has no password, and its address is nobody's."""
    handle = f"citizen-{uuid4().hex}"
    account, _new = User.objects.get_or_create(citizen_id=citizen_id, defaults={
        "username": handle, "email": f"{handle}@citizens.invalid", "first_name": given[:150], "last_name": surnames[:150], "password": "!",
    })  # fmt: skip
    return account


def person_of(vouched: Vouched) -> PersonData:
    name = names.PersonName(vouched.given, vouched.surname, vouched.second_surname).full
    country = identifiers.KINDS[vouched.kind].country
    return PersonData(
        given=vouched.given, surname=vouched.surname, second_surname=vouched.second_surname, name=name, birth=vouched.birth,
        id_kind=vouched.kind, id_number=vouched.number, country=country,
    )  # fmt: skip


def waiting_for(by: Actor) -> list[tuple[definers.Waiting, list[Citizen]]]:
    """Each log-in to decide with the people of ours who hold its document."""
    waiting = definers.logins_to_decide() if not isinstance(by, Machine) else []
    known: Mapping[int, Citizen] = Citizen.objects.in_bulk({pk for row in waiting for pk in row.ours})
    return [(row, [known[pk] for pk in row.ours if pk in known]) for row in waiting]


def come_to_portal(by: Visitor) -> None:
    """Who asks an institution for something is known to it from then on; acting for another makes nobody known."""
    if by.behalf is None and definers.come_to_portal(BASIS_ASKED):
        hands = deputy(by, "portal")
        with acting(hands):
            say(
                "citizen.linked",
                CitizenLink.objects.get(citizen=by.citizen_id, institution=hands.institution_id),
                by=hands,
                basis=BASIS_ASKED,
            )

"""Protected people (victims, officials): seen by the officers named for them, and by who breaks the glass, until a time.

Protection is of the person, wherever they are attended; each institution names its own officers. It ends where it began: while
another institution still names officers, none ends it alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.utils.timezone import now
from django.utils.translation import gettext

from citizens import definers, identifiers
from citizens.models import Citizen, CitizenLink, Clearance, SourceRecord
from czrm.institutions.models import Membership, User
from czrm.kit.actor import Actor, Clerk, told_anew
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.access import write_down
from czrm.trail.say import say, subject_of

from . import budget
from .identity import insist_on_proof, institution_of, not_ours, subject, surname_key

SHORTEST = 10  # letters of a reason


@dataclass(frozen=True, slots=True)
class Glass:
    """An opened record; `uid` where the institution attends the person already, and can open the page."""

    until: datetime
    uid: UUID | None


@service("citizen.protect")
def protect_citizen(citizen: Citizen, *, officers: Sequence[User] = (), reason: str, by: Actor) -> Citizen:
    """Who protects is named too, so that nobody locks themselves out."""
    reason = insist_on_reason(reason)
    officer, citizen = insist_on_somebody(by), Citizen.objects.get(pk=citizen.pk)
    if {person.pk for person in officers} - set(colleagues(by)):
        raise not_a_colleague()
    before = definers.protect(citizen.pk, [person.pk for person in officers], reason, officer.name)
    if before is None:
        raise not_ours()
    if before == Citizen.State.PROTECTED:
        raise Refused("protected_already", gettext("This person is protected already: name the officers who attend them."))
    if before != Citizen.State.ACTIVE:
        raise Refused("invalid_state", gettext("Only somebody whose record is active is protected."))
    keep_state(citizen, before, Citizen.State.PROTECTED, reason, by=by)
    told_anew()
    say("citizen.protected", subject(citizen, by=by), by=by, named=len({officer.user_id, *(person.pk for person in officers)}))
    return Citizen.objects.get(pk=citizen.pk)


@service("citizen.unprotect")
def unprotect_citizen(citizen: Citizen, *, reason: str, by: Actor) -> Citizen:
    reason, citizen = insist_on_reason(reason), Citizen.objects.get(pk=citizen.pk)
    outcome = definers.unprotect(citizen.pk)
    if outcome == "elsewhere":
        raise Refused("protected_elsewhere", gettext("Another institution protects this person too: it ends it first."))
    if outcome != "ended":
        raise not_named()
    keep_state(citizen, Citizen.State.PROTECTED, Citizen.State.ACTIVE, reason, by=by)
    told_anew()
    say("citizen.unprotected", subject(citizen, by=by), by=by)
    return Citizen.objects.get(pk=citizen.pk)


@service("citizen.name_officer")
def name_officer(citizen: Citizen, *, officer: User, reason: str, by: Actor) -> Clearance:
    reason, citizen = insist_on_reason(reason), Citizen.objects.get(pk=citizen.pk)
    if officer.pk not in colleagues(by):
        raise not_a_colleague()
    held = Clearance.objects.filter(citizen=citizen, institution=institution_of(by), user=officer, how=Clearance.How.NAMED, ended_at=None)
    if already := held.first():
        return already
    if not definers.name_officer(citizen.pk, officer.pk, reason, by.name):
        raise not_named()
    say("citizen.officer_named", subject(citizen, by=by), by=by, officer=officer.pk)
    return held.get()


@service("citizen.unname_officer")
def unname_officer(clearance: Clearance, *, by: Actor) -> None:
    """Named or by a broken glass: over at once, at their next request."""
    clearance = Clearance.objects.get(pk=clearance.pk)
    link = subject(clearance.citizen, by=by)
    end(clearance)
    say("citizen.officer_unnamed", link, by=by, officer=clearance.user_id)


@service("citizen.break_glass")
def break_glass(kind: str, number: str, *, birth: date | None, surname: str, reason: str, by: Actor) -> Glass:
    """For an officer who knows whom they have before them, and cannot wait: supervisors are told now, and the person can read why."""
    officer, reason = insist_on_somebody(by), insist_on_reason(reason)
    number = identifiers.normalise(kind, number)
    insist_on_proof(birth, surname)
    budget.spend("identify", by=by)
    opened = definers.break_glass(kind, number, birth, surname_key(surname), reason, settings.GLASS_MINUTES, officer.name)
    if opened is None:
        words = gettext("These data do not match any protected record that is closed to you. Check them with the person.")
        raise Refused("no_match", words)
    told_anew()
    write_down("citizen.break_glass", subject_of(Clearance(pk=opened.clearance)), opened.pk, by=by, categories=("citizen",))
    facet = CitizenLink(citizen_id=opened.pk, institution_id=officer.institution_id)
    say("citizen.glass_broken", facet, by=by, reason=reason[:120], until=opened.until.isoformat())
    return Glass(opened.until, opened.uid if opened.linked else None)


@service("citizen.close_glass")
def close_glass(citizen: Citizen, *, by: Actor) -> None:
    """Before its time, by who broke it."""
    officer, citizen = insist_on_somebody(by), Citizen.objects.get(pk=citizen.pk)
    link = subject(citizen, by=by)
    for clearance in Clearance.objects.filter(citizen=citizen, user=officer.user_id, how=Clearance.How.GLASS, ended_at=None):
        end(clearance)
    say("citizen.glass_closed", link, by=by)
    told_anew()


@dataclass(frozen=True)
class Guard:
    """A protected person with who may see them here: the officers named, and those with the glass open."""

    citizen: Citizen
    named: list[Clearance]
    open: list[Clearance]
    until: datetime | None  # the viewer's own broken glass


def protected_people(*, by: Actor) -> list[Guard]:
    """Those of the institution whom the actor is cleared for."""
    people = Citizen.objects.filter(state=Citizen.State.PROTECTED, links__institution=institution_of(by)).order_by("name", "pk")
    return guards(people, by=by)


def guard_of(citizen: Citizen, *, by: Actor) -> Guard:
    return guards([citizen], by=by)[0]


def guards(people: Iterable[Citizen], *, by: Actor) -> list[Guard]:
    people = list(people)
    live = Clearance.objects.filter(citizen__in=people, institution=institution_of(by), ended_at=None).select_related("user")
    held = list(live.exclude(until__lte=now()).order_by("at", "pk"))
    made = []
    for citizen in people:
        own = [one for one in held if one.citizen_id == citizen.pk]
        named, glass = ([one for one in own if one.how == how] for how in (Clearance.How.NAMED, Clearance.How.GLASS))
        mine = [one.until for one in glass if one.until and one.user_id == getattr(by, "user_id", None)]
        made.append(Guard(citizen, named, glass, max(mine, default=None)))
    return made


def end(clearance: Clearance) -> None:
    outcome = definers.end_clearance(clearance.uid)
    if outcome == "last":
        raise Refused("last_named", gettext("Somebody must stay named: name another officer first, or end the protection."))
    if outcome != "ended":
        raise not_named()


def keep_state(citizen: Citizen, before: str, after: str, reason: str, *, by: Actor) -> None:
    """As a correction keeps it: see correction.py."""
    said = {"before": {"state": str(before)}, "after": {"state": str(after)}, "reason": reason, "by": by.name}
    SourceRecord.objects.create(institution_id=institution_of(by), citizen_id=citizen.pk, origin="correction", payload=said)


def colleagues(by: Actor) -> list[int]:
    members = Membership.objects.filter(institution=institution_of(by), active=True, user__is_active=True)
    return list(members.values_list("user", flat=True))


def insist_on_somebody(by: Actor) -> Clerk:
    if not isinstance(by, Clerk):
        raise TypeError("a protected person is attended by people")
    return by


def insist_on_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if len(reason) < SHORTEST:
        raise Refused("reason_missing", gettext("Say why, in a few words: the person may read it."))
    return reason[:300]


def not_named() -> Refused:
    return Refused("not_named", gettext("Only an officer named for this person does that."))


def not_a_colleague() -> Refused:
    return Refused("not_a_colleague", gettext("Choose people who work for your institution."))

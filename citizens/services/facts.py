"""What an institution states of somebody: a value with whose word it is; stated anew, never overwritten, and only one's own."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.utils.timezone import localdate, now
from django.utils.translation import gettext

from citizens import states
from citizens.attributes import Definition, canonical
from citizens.categories import Category
from citizens.models import Citizen, CitizenLink, Fact
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .attributes import vocabulary
from .identity import insist_on_open_home, institution_of, not_ours

PROOFS = ("original", "register")  # an original document was seen; the register that keeps it was asked
OLDEST = date(1900, 1, 1)
ANEW = "stated anew"


@service("citizen.state_fact")
def state_fact(
    citizen: Citizen, *, attribute: str, value: object, origin: str, evidence: str = "", observed_on: date | None = None,
    verified_how: str = "", by: Actor,
) -> Fact:  # fmt: skip
    """Retires what one's own institution stated of it before. The same value again keeps its verification."""
    citizen = attended(citizen, states.STATE, by=by)
    own = institution_of(by)
    definition = definition_for(attribute, citizen, own)
    value = canonical(definition, value)
    insist_on_origin(origin, verified_how)
    if observed_on and not OLDEST <= observed_on <= localdate():
        raise Refused("invalid_day", gettext("Check the day: it cannot be in the future."))
    if definition.category == Category.RESIDENCE:
        insist_on_open_home(citizen.pk)
    how = proof(verified_how)
    for before in live(citizen, attribute, own):
        if before.value == value and before.verified_at and not how:
            how = {"verified_at": before.verified_at, "verified_how": before.verified_how}
        retired(before, ANEW)
    fact = Fact.objects.create(
        institution_id=own, citizen=citizen, category=definition.category, attribute=attribute, value=value, origin=origin,
        evidence=evidence.strip()[:240], observed_on=observed_on, by=by.name, **how,
    )  # fmt: skip
    say("citizen.fact_stated", fact, by=by)
    return fact


@service("citizen.retire_fact")
def retire_fact(fact: Fact, *, reason: str, by: Actor) -> Fact:
    """It was wrong, or is no longer true: it stays in the history and is not shown."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", gettext("Say why: it stays with the value."))
    fact = locked(fact, by=by)
    if fact.retired_at is None:
        retired(fact, reason[:240])
        say("citizen.fact_retired", fact, by=by)
    return fact


@service("citizen.verify_fact")
def verify_fact(fact: Fact, *, how: str, by: Actor) -> Fact:
    """Somebody saw the proof of what was stated."""
    fact = locked(fact, by=by)
    if how not in PROOFS:
        raise Refused("invalid_proof", gettext("Say how you know it."))
    if fact.retired_at is not None:
        raise Refused("fact_retired", gettext("This value is no longer in use: state it anew."))
    if fact.verified_at is None:
        for name, proven in proof(how).items():
            setattr(fact, name, proven)
        fact.save(update_fields=["verified_at", "verified_how"])
        say("citizen.fact_verified", fact, by=by)
    return fact


def attended(citizen: Citizen, deed: str, *, by: Actor) -> Citizen:
    """The person as they are now, of whom this institution may state something."""
    if not CitizenLink.objects.filter(citizen=citizen.pk, institution=institution_of(by)).exists():
        raise not_ours()
    citizen = Citizen.objects.get(pk=citizen.pk)
    states.insist(citizen.state, deed)
    return citizen


def definition_for(code: str, citizen: Citizen, own: int) -> Definition:
    known = vocabulary([own])
    found = known.get((code, None)) or known.get((code, own))
    if found is None or not found.active or not found.fits(citizen.kind):
        raise Refused("invalid_attribute", gettext("Choose what you want to state."))
    return found


def insist_on_origin(origin: str, how: str) -> None:
    if origin not in Fact.Origin.values or (how and how not in PROOFS):
        raise Refused("invalid_origin", gettext("Say how you know it."))


def proof(how: str) -> dict[str, Any]:
    return {"verified_at": now(), "verified_how": how} if how else {}


def live(citizen: Citizen, attribute: str, own: int) -> list[Fact]:
    rows = Fact.objects.select_for_update().filter(institution=own, citizen=citizen, attribute=attribute, retired_at=None)
    return list(rows)


def locked(fact: Fact, *, by: Actor) -> Fact:
    fact = Fact.objects.select_for_update().get(pk=fact.pk, institution=institution_of(by))
    attended(fact.citizen, states.STATE, by=by)
    return fact


def retired(fact: Fact, why: str) -> None:
    fact.retired_at, fact.retired_why = now(), why
    fact.save(update_fields=["retired_at", "retired_why"])

"""Who is what to whom, as an institution states it; one row says it of both people."""

from __future__ import annotations

from datetime import date

from django.db.models import Q
from django.utils.timezone import localdate, now
from django.utils.translation import gettext

from citizens import kinship, states
from citizens.models import Citizen, Relationship
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail.say import say

from .facts import attended
from .identity import institution_of


@service("citizen.state_relationship")
def state_relationship(
    citizen: Citizen, *, kind: str, other: Citizen, since: date | None = None, evidence: str = "", by: Actor
) -> Relationship:
    """`citizen` is `kind` of `other`. Stated already, from whichever side, it is that one."""
    citizen = attended(citizen, states.RELATE, by=by)
    other = Citizen.objects.get(pk=other.pk)
    states.insist(other.state, states.RELATE)
    if citizen.pk == other.pk:
        raise Refused("invalid_relationship", gettext("Choose another person: nobody is related to themselves."))
    if kind not in kinship.INVERSE or not kinship.fits(kind, citizen.kind, other.kind):
        raise Refused("invalid_relationship", gettext("These two cannot be that to each other: choose another relationship."))
    if since and since > localdate():
        raise Refused("invalid_day", gettext("Check the day: it cannot be in the future."))
    own = institution_of(by)
    known = stated(own, citizen, kind, other)
    if known:
        return known
    made = Relationship.objects.create(
        institution_id=own, citizen=citizen, other=other, kind=kind, since=since, evidence=evidence.strip()[:240], by=by.name
    )
    say("citizen.relationship_stated", made, by=by)
    return made


@service("citizen.retire_relationship")
def retire_relationship(relationship: Relationship, *, reason: str, ended: date | None = None, by: Actor) -> Relationship:
    """It ended, or was never so: it stays in the history of both."""
    reason = reason.strip()
    if not reason:
        raise Refused("reason_missing", gettext("Say why: it stays in the history."))
    row = Relationship.objects.select_for_update(of=("self",)).get(pk=relationship.pk, institution=institution_of(by))
    if ended and (ended > localdate() or (row.since and ended < row.since)):
        raise Refused("invalid_day", gettext("Check the day: it cannot be in the future, nor before it began."))
    if row.retired_at is None:
        row.retired_at, row.retired_why, row.until = now(), reason[:240], ended
        row.save(update_fields=["retired_at", "retired_why", "until"])
        say("citizen.relationship_retired", row, by=by)
    return row


def stated(own: int, citizen: Citizen, kind: str, other: Citizen) -> Relationship | None:
    either = Q(citizen=citizen, other=other, kind=kind) | Q(citizen=other, other=citizen, kind=kinship.INVERSE[kind])
    return Relationship.objects.filter(either, institution=own, retired_at=None).first()

"""Telling the citizen later: lawful, with a reason, an end, and for no longer than a year."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext

from cases.models import Case
from czrm.institutions.models import Membership, Purpose, User
from czrm.kit import near
from czrm.kit.actor import Actor
from czrm.kit.refused import Refused
from czrm.kit.service import service
from czrm.trail import delays
from czrm.trail.models import AccessDelay
from czrm.trail.models.delay import LONGEST
from czrm.trail.say import say

from .services import own

LONGEST_RULE = timedelta(days=2 * 365)


@service("access.delay")
def set_delay(*, purpose: Purpose | None = None, officer: User | None = None, case: Case | None = None, days: int, reason: str,
              legal_basis: str, until: datetime, by: Actor) -> AccessDelay:  # fmt: skip
    """From now on; what the citizen has seen they have seen. The event says neither of whom nor of which case: officers read events."""
    institution = own(by)
    if purpose is None and officer is None and case is None:
        raise Refused("invalid_delay", gettext("Name a purpose, an officer or a case: a delay of everything is not lawful."))
    if not reason.strip() or not legal_basis.strip():
        raise Refused("invalid_reason", gettext("Give the reason and the law that allows it."))
    if not 1 <= days <= LONGEST or not now() < until <= now() + LONGEST_RULE:
        raise Refused("invalid_end", gettext("A delay lasts at most a year, and the rule at most two: choose nearer ends."))
    if officer is not None and not Membership.objects.filter(institution=institution, user=officer).exists():
        raise Refused("invalid_officer", gettext("Choose an officer of this institution."))
    if case is not None:
        case = Case.objects.get(pk=case.pk, institution=institution)
    delay = AccessDelay.objects.create(
        institution=institution, purpose_id=purpose.pk if purpose else None, user_id=officer.pk if officer else None,
        case_id=case.pk if case else None, days=days,
        reason=reason.strip(), legal_basis=legal_basis.strip(), until=until, by=by.name,
    )  # fmt: skip
    say("access.delay_set", institution, by=by, delay=str(delay.uid), days=days, until=until.isoformat())
    forget(institution.pk)
    return delay


@service("access.end_delay")
def end_delay(delay: AccessDelay, *, by: Actor) -> AccessDelay:
    """Before its end: looks from now on are shown at once; those already written keep their day."""
    delay = AccessDelay.objects.select_for_update(no_key=True).get(pk=delay.pk, institution=own(by).pk)
    if delay.ended_at is not None or delay.until <= now():
        raise Refused("already_ended", gettext("This delay has ended already."))
    delay.ended_at, delay.ended_by = now(), by.name
    delay.save(update_fields=["ended_at", "ended_by"])
    say("access.delay_ended", own(by), by=by, delay=str(delay.uid))
    forget(delay.institution_id)
    return delay


def forget(institution_id: int) -> None:
    """This process knows at once, now and when others can see it; the others within seconds."""
    near.forget(delays.key(institution_id))
    transaction.on_commit(lambda: near.forget(delays.key(institution_id)))

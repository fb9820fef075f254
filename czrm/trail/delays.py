"""Which looks the citizen is told of later, because the data-protection officer said so, with a reason and an end."""

from __future__ import annotations

from django.utils.timezone import now

from czrm.kit import near
from czrm.kit.actor import Actor, Clerk, Machine, current_actor

from .models import AccessDelay


def days(by: Actor, case_id: int | None = None) -> int:
    """For how many days this look stays unseen; remembered for seconds, so a new delay may begin that much later."""
    present = current_actor()
    if not isinstance(by, Clerk | Machine) or getattr(present, "institution_id", None) != by.institution_id:
        return 0
    rules = near.remembered(key(by.institution_id), lambda: in_force(by.institution_id))
    return max((rule.days for rule in rules if covers(rule, by, case_id)), default=0) if rules else 0


def in_force(institution_id: int) -> list[AccessDelay]:
    return list(AccessDelay.objects.filter(institution=institution_id, ended_at=None, until__gt=now()))


def covers(rule: AccessDelay, by: Clerk | Machine, case_id: int | None) -> bool:
    look = {"purpose_id": by.purpose_id, "user_id": getattr(by, "user_id", None), "case_id": case_id}
    return rule.until > now() and all(getattr(rule, name) in (None, value) for name, value in look.items())


def key(institution_id: int) -> tuple[str, int]:
    return ("delays", institution_id)

"""What this room hears: events of its own that leave work for later."""

from __future__ import annotations

from cases.tasks import redate
from czrm.trail import outbox
from czrm.trail.models import Event


def register() -> None:
    outbox.listen("calendar.redating", hand_over)


def hand_over(event: Event) -> None:
    """The event stays until the broker has taken the task: a broker that is away delays it, and loses nothing."""
    redate.delay(event.institution_id)

"""Which contact in progress an address belongs to: asked at the door, before anybody acts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from czrm.doors.errands import Errand
from czrm.kit.actor import Clerk


@dataclass(frozen=True)
class InContact(Errand):
    """Knows the way the person came, and who it is where that was said, for the pages that ask."""

    channel: str
    citizen_id: int | None


def errand_of(code: str, actor: Clerk) -> Errand | None:
    """None once it is closed, or if it is somebody else's; one statement, for every request of a contact asks it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, purpose_id, way, citizen_id from czrm.errand_of(%s, %s, %s)", [code, actor.institution_id, actor.user_id]
        )
        row = cursor.fetchone()
    return InContact(row[0], row[1], code, row[2], row[3]) if row else None

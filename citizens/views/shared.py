"""What the pages about people share."""

from __future__ import annotations

from czrm.institutions.models import Purpose
from czrm.kit import near
from czrm.kit.actor import Clerk, Request

IDS = "record_%s"  # a dialog stands on a page that has forms of its own
MEMORY = 60  # seconds the name of a purpose may be old


def clerk(request: Request) -> Clerk:
    assert isinstance(request.actor, Clerk)
    return request.actor


def purpose_of(request: Request) -> str:
    """For what the person is looked at: the purpose of the contact in progress."""
    purpose_id = getattr(request.actor, "purpose_id", None)
    if purpose_id is None:
        return ""
    return near.remembered(
        ("purpose", purpose_id), lambda: Purpose.objects.values_list("name", flat=True).get(pk=purpose_id), seconds=MEMORY
    )

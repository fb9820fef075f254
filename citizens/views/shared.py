"""What the pages about people share."""

from __future__ import annotations

from django.core.cache import caches

from czrm.institutions.models import Purpose
from czrm.kit.actor import Clerk, Request

IDS = "record_%s"  # a dialog stands on a page that has forms of its own
MEMORY = 60  # seconds the name of a purpose may be old


def clerk(request: Request) -> Clerk:
    assert isinstance(request.actor, Clerk)
    return request.actor


def purpose_of(request: Request) -> str:
    """For what the person is looked at: the purpose of the contact in progress."""
    purpose_id, near = getattr(request.actor, "purpose_id", None), caches["near"]
    if purpose_id is None:
        return ""
    name: str | None = near.get(f"purpose:{purpose_id}")
    if name is None:
        name = Purpose.objects.values_list("name", flat=True).get(pk=purpose_id)
        near.set(f"purpose:{purpose_id}", name, MEMORY)
    return name

"""What the pages of this app share."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from channels.models import Contact
from czrm.institutions.context import institution_of
from czrm.institutions.models import Institution
from czrm.kit.actor import Clerk, Request


def clerk(request: Request) -> Clerk:
    if not isinstance(request.actor, Clerk):
        raise Http404
    return request.actor


def body(request: Request) -> Institution:
    institution = institution_of(request)
    if institution is None:
        raise Http404
    return institution


def own_contact(request: Request, code: str) -> Contact:
    """One's own contact; a colleague's is nobody else's to open."""
    found: Any = Contact.objects.filter(code=code, user=clerk(request).user_id).select_related("purpose", "citizen").first()
    if found is None:
        raise Http404
    return found

"""What the top bar of the desk needs of this app: where it fetches the contacts in progress."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse

from czrm.kit.actor import Clerk


def contacts(request: HttpRequest) -> dict[str, str]:
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Clerk) or not actor.may("contact.start"):
        return {}
    return {"contacts_url": reverse("channels:bar")}

"""What the top bar of the desk needs of this app: the contacts in progress, and where they are fetched again."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from czrm.doors.panels import part
from czrm.kit.actor import Clerk, Request


def contacts(request: HttpRequest) -> dict[str, Any]:
    """The bar is drawn once a whole page asks for it; a part of a page does not, nor one of which htmx takes a part."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Clerk) or not actor.may("contact.start"):
        return {}
    part_only = request.htmx and not request.htmx.boosted  # type: ignore[attr-defined]
    bar = None if part_only else cache(partial(part, cast("Request", request), "channels:bar"))
    return {"contacts_url": reverse("channels:bar"), "contacts_bar": bar}

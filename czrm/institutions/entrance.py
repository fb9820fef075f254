"""Who comes in by a session, by a token, or as nobody yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest

from czrm.kit.actor import Actor, Guest, Machine, Visitor
from czrm.kit.actor import Clerk as ClerkActor

from . import mfa, portals, roles

if TYPE_CHECKING:
    from .models import Client, User

ACTIVE = "institution"  # the session's key for the institution one acts for


def at_session(user: User, request: HttpRequest) -> Actor | None:
    """At the portal a citizen acts for themselves; anywhere else a member acts for the institution chosen."""
    if not user.is_active:
        return None
    portal = portals.of_request(request)
    if portal is not None:
        return visitor(user, portal) if user.citizen_id else guest_of(request)
    if not mfa.passed(user, request):
        return None
    held = roles.verbs_held(user.pk)
    request.memberships = len(held)  # type: ignore[attr-defined]
    if not held:
        return None
    chosen: Any = request.session.get(ACTIVE)
    institution = chosen if chosen in held else next(iter(held)) if len(held) == 1 else None
    if institution is None:
        return None
    return ClerkActor(str(user), institution, user.pk, verbs=held[institution])


def visitor(user: User, portal: int) -> Visitor:
    assert user.citizen_id is not None
    return Visitor(str(user), user.citizen_id, user.pk, portal, roles.VISITOR)


def as_machine(client: Client) -> Machine | None:
    if not client.active or not client.institution.active:
        return None
    verbs = frozenset(client.verbs) & roles.CLIENT
    return Machine(client.name, client.institution_id, client.purpose_id, client.pk, client.host_id, verbs)


def guest_of(request: HttpRequest) -> Guest | None:
    """Nobody yet, at the portal of an institution; the session remembers the one case whose key was shown."""
    portal = portals.of_request(request)
    if portal is None:
        return None
    shown = request.session.get("tracked") or {}
    return Guest(portal, shown.get("case") if shown.get("institution") == portal else None, roles.GUEST)

"""Who comes in by a session, by a token, or as nobody yet."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from czrm.kit.actor import Actor, Behalf, Guest, Machine, Visitor
from czrm.kit.actor import Clerk as ClerkActor

from . import mfa, portals, roles

if TYPE_CHECKING:
    from .models import Client, User

ASSURED = "assured"  # the session's key: how a citizen came in, where and when
HIGH, LOW = "high", "low"
FRESH = 60  # seconds a session's last use may be old
ACTIVE = "institution"  # the session's key for the institution one acts for
ACTING = "acting_for"  # and for the mandate by which a citizen acts for another, and where


def at_session(user: User, request: HttpRequest) -> Actor | None:
    """At the portal a citizen acts for themselves; anywhere else a member acts for the institution chosen."""
    if not user.is_active:
        return None
    portal = portals.of_request(request)
    if portal is not None:
        return visitor(user, portal, request) or guest_of(request)
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


def visitor(user: User, portal: int, request: HttpRequest) -> Visitor | None:
    """Only who came in by a log-in of citizens, not too long ago: a clerk's password says nothing about which citizen they are."""
    shown = request.session.get(ASSURED) or {}
    if user.citizen_id is None or shown.get("user") != user.pk:
        return None
    if shown["level"] == LOW and shown["portal"] != portal:  # its code was for that institution's address
        return None
    moment = time.time()
    if moment - shown["seen"] > settings.PORTAL_IDLE or moment - shown["at"] > settings.PORTAL_LONGEST:
        logout(request)
        messages.info(request, _("You were signed out after a while without use. What you had saved is still there."))
        return None
    if moment - shown["seen"] > FRESH:
        request.session[ASSURED] = shown | {"seen": moment}
    verbs = roles.VISITOR_HIGH if shown["level"] == HIGH else roles.VISITOR
    return for_another(Visitor(str(user), user.citizen_id, user.pk, portal, verbs, assurance=shown["level"]), request)


def assure(request: HttpRequest, user: User, level: str, portal: int) -> None:
    """Open a citizen's session, under a new key; nothing of what was followed with a receipt's key comes along."""
    for name in ("tracked", "track_link", "sent", ACTING):
        request.session.pop(name, None)
    if request.user.is_authenticated:  # else log-in turns the key by itself
        request.session.cycle_key()
    login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    moment = time.time()
    request.session[ASSURED] = {"user": user.pk, "level": level, "portal": portal, "at": moment, "seen": moment}


def for_another(oneself: Visitor, request: HttpRequest) -> Visitor:
    """Whom the session acts for at this portal, asked anew at each request; oneself again once that mandate counts no more."""
    chosen = request.session.get(ACTING) or {}
    if not chosen or chosen["institution"] != oneself.portal_id:
        return oneself
    found: tuple[int, Behalf] | None = import_string(settings.MANDATE)(chosen["mandate"], oneself.citizen_id, oneself.portal_id)
    if found is None:
        del request.session[ACTING]
        messages.warning(request, _("You no longer act for another person: that mandate does not count any more."))
        return oneself
    principal, behalf = found
    return replace(oneself, citizen_id=principal, behalf=behalf)


def as_machine(client: Client) -> Machine | None:
    if not client.active or not client.institution.active:
        return None
    verbs = frozenset(client.verbs) & roles.CLIENT
    return Machine(client.name, client.institution_id, client.purpose_id, client.pk, client.host_id or client.institution_id, verbs)


def guest_of(request: HttpRequest) -> Guest | None:
    """Nobody yet, at the portal of an institution; the session remembers the one case whose key was shown."""
    portal = portals.of_request(request)
    if portal is None:
        return None
    shown = request.session.get("tracked") or {}
    return Guest(portal, shown.get("case") if shown.get("institution") == portal else None, roles.GUEST)
